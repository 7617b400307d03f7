//! Up, unchanged, changed, looked at, stopped, down.

use std::net::TcpStream;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::home::{Home, as_each_user, free_port, lives, web};

fn project(greeting: &str, port: u16) -> String {
    let web = web("web", port);
    format!(
        r#"
modules:
{web}
  - id: loop
    module: polytope/process
    args:
      cmd: [sh, -c, "echo {greeting} $URL; exec sleep 600"]
      env:
        - {{name: URL, value: "http://web:{port}/x"}}
        - {{name: WEB_HOST, value: web}}
        - {{name: WEB_PORT, value: {port}}}
      mounts:
        - {{path: /etc/loop.conf, source: {{type: string, data: "set here"}}}}
      restart: {{policy: always}}
  - id: once
    module: polytope/process
    args: {{cmd: [sh, -c, "echo done"]}}
templates:
  - id: stack
    run: [web, loop, once]
"#
    )
}

/// Starts everything; the port that the file says.
fn up(home: &Home) -> u16 {
    let port = free_port();
    home.write("polytope.yml", &project("hello", port));
    home.good(&["run", "-d"]);
    port
}

#[test]
fn a_stack_comes_up_and_goes_down_and_nothing_is_left() {
    as_each_user(|home| {
        up(home);
        let states = home.states();
        let wanted = [("loop", "running"), ("once", "done (exited 0)"), ("web", "running")];
        assert_eq!(states, wanted.map(|(id, state)| (id.to_owned(), state.to_owned())));
        TcpStream::connect(("127.0.0.1", home.port("web"))).unwrap();
        let programs = [home.pid("web", "program"), home.pid("loop", "program"), home.pid("web", "supervisor")];
        assert!(programs.iter().all(|pid| lives(*pid)));
        home.good(&["down"]);
        assert_eq!(home.states(), []);
        assert!(!programs.iter().any(|pid| lives(*pid)));
    });
}

#[test]
fn a_second_run_changes_nothing_and_a_change_replaces_what_changed() {
    as_each_user(|home| {
        let port = up(home);
        let before = (home.pid("web", "program"), home.pid("loop", "program"), home.port("web"));
        home.good(&["run", "-d"]);
        assert_eq!((home.pid("web", "program"), home.pid("loop", "program"), home.port("web")), before);
        assert_eq!(home.pt(&["plan", "--exit-code"]).code, 0);
        home.write("polytope.yml", &project("goodbye", port));
        assert_eq!(home.pt(&["plan", "--exit-code"]).code, 2);
        home.good(&["run", "-d"]);
        assert_eq!((home.pid("web", "program"), home.port("web")), (before.0, before.2));
        assert_ne!(home.pid("loop", "program"), before.1);
        assert!(!lives(before.1));
        assert!(home.good(&["logs", "loop"]).out.starts_with("goodbye"));
    });
}

#[test]
fn names_and_paths_of_the_file_are_those_of_this_machine() {
    as_each_user(|home| {
        up(home);
        let port = home.port("web");
        assert_eq!(home.good(&["logs", "loop"]).out, format!("hello http://127.0.0.1:{port}/x\n"));
        let script = "echo $WEB_HOST $WEB_PORT $URL; cat /etc/loop.conf";
        let ran = home.good(&["exec", "loop", "--", "sh", "-c", script]);
        assert_eq!(ran.out, format!("127.0.0.1 {port} http://127.0.0.1:{port}/x\nset here"));
        assert_eq!(home.pt(&["exec", "loop", "--", "sh", "-c", "exit 7"]).code, 7);
    });
}

#[test]
fn what_is_stopped_stays_and_starts_again_where_it_was() {
    as_each_user(|home| {
        up(home);
        let port = home.port("web");
        home.good(&["stop"]);
        assert!(home.states().iter().all(|(_, state)| state.starts_with("exited") || state.starts_with("done")));
        home.good(&["run", "-d"]);
        assert_eq!(home.port("web"), port);
        let before = home.pid("loop", "program");
        home.good(&["restart", "loop"]);
        assert_ne!(home.pid("loop", "program"), before);
        home.good(&["wait"]);
        assert_eq!(home.pt(&["wait", "loop", "--for", "exited", "--timeout", "0.2"]).code, 1);
        home.good(&["wait", "once", "--for", "exited"]);
    });
}

#[test]
fn without_an_engine_that_answers_processes_are_used_and_it_is_said() {
    as_each_user(|home| {
        home.write("polytope.yml", &project("hello", free_port()));
        let mut command = home.command(&["run", "-d"]);
        // A docker configuration that names an engine which is not there is no engine that the user names.
        let config = home.path("docker");
        std::fs::create_dir(&config).unwrap();
        std::fs::write(config.join("config.json"), "{}").unwrap();
        command.env_remove("PT_ENGINE").env("DOCKER_CONFIG", &config);
        let ran = command.output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        let docker = std::os::unix::net::UnixStream::connect("/var/run/docker.sock").is_ok();
        let reachable = docker && home.is_root();
        if reachable {
            assert!(!said.contains("using processes"), "{said}");
        } else if std::path::Path::new("/var/run/docker.sock").exists() {
            // Containers of the project may run there, which this user cannot see.
            assert_eq!(ran.status.code(), Some(3), "{said}");
            assert!(said.contains("no processes are started beside it"), "{said}");
        } else {
            assert!(ran.status.success(), "{said}");
            assert!(said.contains("no Docker engine answers: using processes of this machine"), "{said}");
        }
    });
}

#[test]
fn programs_of_languages_run_as_processes_in_their_code() {
    as_each_user(|home| {
        home.write("main.py", "import os\nprint(os.path.basename(os.getcwd()), os.environ['NAME'])\n");
        home.write("main.js", "console.log(require('path').basename(process.cwd()), process.env.NAME)\n");
        let module = |id: &str, command: &str| {
            format!(
                "  - id: {id}\n    module: polytope/{id}\n    args: {{code: {{type: host, path: .}}, cmd: {command}, \
                 env: [{{name: NAME, value: {id}}}]}}\n"
            )
        };
        let modules = module("python", "python main.py") + &module("node", "node /app/main.js");
        let hello = "  - id: hello\n    module: polytope/hello-world\n";
        home.write(
            "polytope.yml",
            &format!("modules:\n{modules}{hello}templates:\n  - id: stack\n    run: [python, node, hello]\n"),
        );
        let ran = home.good(&["run", "-d"]);
        assert!(format!("{ran:?}").contains("Hello world!"), "{ran:#?}");
        assert_eq!(home.good(&["logs", "python"]).out, "shop python\n");
        assert_eq!(home.good(&["logs", "node"]).out, "shop node\n");
    });
}

#[test]
fn whatever_the_mask_is_nothing_of_ours_is_open_to_others() {
    as_each_user(|home| {
        for mask in ["000", "777"] {
            home.write("polytope.yml", &project("hello", free_port()));
            let pt = super::reachable::pt(&home.path(""));
            let pt = pt.display();
            let script = format!(
                "umask {mask}; printf s3cret-word | {pt} secrets set word && {pt} values set a b && \
                 {pt} --engine process run -d && {pt} --engine process ps && {pt} --engine process down"
            );
            let ran = home.program("sh", &["-c", &script]);
            assert_eq!(ran.code, 0, "umask {mask}: {ran:#?}");
            for path in everything_below(&home.path("")) {
                let found = path.symlink_metadata().unwrap();
                // Folders that hold ours are not ours to close; what is in the project is the user's.
                let ours = path.components().any(|part| part.as_os_str() == "pt");
                // Servers that are another user pass through some folders; they can be neither listed nor changed.
                let open = found.mode() & if found.is_dir() { 0o066 } else { 0o077 };
                assert!(!ours || found.is_symlink() || open == 0, "{mask}: {} {:o}", path.display(), found.mode());
            }
        }
    });
}

fn everything_below(path: &Path) -> Vec<PathBuf> {
    let below = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    below
        .flat_map(
            |path| if path.is_dir() { everything_below(&path).into_iter().chain([path]).collect() } else { vec![path] },
        )
        .collect()
}

#[test]
fn a_volume_is_listed_removed_and_has_to_prove_itself_without_containers_too() {
    as_each_user(|home| {
        home.write(
            "polytope.yml",
            "modules:
  - id: keep
    module: polytope/process
    args:
      cmd: [sh, -c, 'echo kept > /data/file']
      mounts: [{path: /data, source: {type: volume, scope: project, id: data}}]
",
        );
        home.good(&["run", "keep", "-d"]);
        let listed = home.good(&["volume", "ls"]);
        assert!(listed.out.contains("pt-shop_data") && listed.out.contains("used by"), "{listed:#?}");
        home.good(&["down"]);
        assert_eq!(home.pt(&["volume", "rm", "data"]).code, 2, "nobody could be asked");
        home.good(&["volume", "rm", "data", "-y"]);
        assert_eq!(home.good(&["volume", "ls"]).out, "");
        home.good(&["run", "keep", "-d"]);
        home.good(&["down"]);
        let labels = home.path("data/pt-process/volumes/pt-shop_data/labels.json");
        let forged = std::fs::read_to_string(&labels).unwrap().replace("dev.pt.proof", "dev.pt.other");
        std::fs::write(&labels, forged).unwrap();
        let refused = home.pt(&["run", "keep", "-d"]);
        assert!(refused.code == 1 && refused.err.contains("pt volume adopt pt-shop_data"), "{refused:#?}");
        home.good(&["down", "--volumes", "-y"]);
        assert!(labels.exists(), "it was removed");
        home.good(&["volume", "adopt", "data", "-y"]);
        home.good(&["run", "keep", "-d"]);
        home.good(&["down", "--volumes", "-y"]);
        assert!(!labels.exists());
    });
}

#[test]
fn what_looks_enters_stops_and_removes_needs_to_write_nothing() {
    as_each_user(|home| {
        up(home);
        let pt = super::reachable::pt(&home.path(""));
        for command in ["ps", "logs web", "exec loop -- echo inside", "stop -t 1", "down -t 1"] {
            // No file can grow by a byte, as on a disk that is full.
            let script = format!("trap '' XFSZ; ulimit -f 0; exec {} {command}", pt.display());
            let ran = home.program("sh", &["-c", &script]);
            assert_eq!(ran.code, 0, "{command}: {ran:#?}");
            assert!(!command.starts_with("exec") || ran.out.contains("inside"), "{ran:#?}");
        }
        assert_eq!(home.states(), []);
    });
}
