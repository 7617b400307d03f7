//! What the kernel gives a program alone: names of services, mounts that can only be read.

use std::fs;

use super::home::{Home, as_each_user, free_port, web};

fn project(port: u16) -> String {
    let web = web("shop-web", port);
    format!(
        r#"
modules:
{web}
  - id: worker
    module: polytope/process
    args:
      cmd: [sh, -c, "cat /etc/hosts; exec sleep 600"]
      restart: {{policy: always}}
      mounts:
        - {{path: /code, source: {{type: host, path: code}}, read-only: true}}
        - {{path: /out, source: {{type: host, path: code/out}}}}
templates:
  - id: stack
    run: [web, worker]
"#
    )
}

fn up(home: &Home) -> super::home::Ran {
    home.write("polytope.yml", &project(free_port()));
    for folder in ["code", "code/out"] {
        home.folder_of_project(folder);
    }
    home.write("code/kept", "as it was");
    home.good(&["run", "-d"])
}

/// Whether the kernel, and what guards it, lets this user make mounts: what `unshare` says of it.
fn may_mount(home: &Home) -> bool {
    let flags = if home.is_root() { "-m" } else { "-Um" };
    home.program("unshare", &[flags, "true"]).code == 0
}

#[test]
fn programs_find_services_by_their_names() {
    as_each_user(|home| {
        up(home);
        let machine = fs::read_to_string("/etc/hosts").unwrap();
        assert!(!machine.contains("shop-web"));
        let found = home.pt(&["exec", "worker", "--", "getent", "hosts", "shop-web"]);
        if may_mount(home) {
            assert_eq!(found.out.split_whitespace().collect::<Vec<_>>(), ["127.0.0.1", "shop-web"]);
            let seen = home.good(&["logs", "worker"]).out;
            assert!(seen.contains("127.0.0.1\tshop-web\n") && seen.ends_with(&machine), "{seen}");
        } else {
            assert_ne!(found.code, 0, "{found:?}");
        }
    });
}

#[test]
fn what_is_mounted_read_only_can_only_be_read() {
    as_each_user(|home| {
        let told = up(home).err;
        let write =
            "cat /code/kept; echo changed >code/kept; echo changed >/code/kept; echo new >/out/file && cat /out/file";
        let ran = home.pt(&["exec", "worker", "--", "sh", "-c", write]);
        assert_eq!(fs::read_to_string(home.path("shop/code/out/file")).unwrap(), "new\n", "{ran:?}");
        let kept = fs::read_to_string(home.path("shop/code/kept")).unwrap();
        if may_mount(home) {
            assert_eq!((kept.as_str(), ran.out.as_str()), ("as it was", "as it wasnew\n"), "{ran:?}");
            assert!(ran.err.contains("Read-only file system"), "{ran:?}");
            assert!(!told.contains("can be written to"), "{told}");
        } else {
            assert_eq!(kept, "changed\n");
            assert!(told.contains("`/code` can be written to"), "{told}");
        }
    });
}

#[test]
fn who_runs_a_program_stays_who_they_are() {
    as_each_user(|home| {
        up(home);
        let ran = home.good(&["exec", "worker", "--", "sh", "-c", "id -u; grep CapEff /proc/self/status"]);
        let (user, rights) = ran.out.split_once('\n').unwrap();
        assert_eq!(user, if home.is_root() { "0" } else { "65534" });
        // In a namespace of its own it has no more rights than outside.
        assert_eq!(rights.contains("0000000000000000"), !home.is_root(), "{rights}");
    });
}

#[test]
fn the_project_says_which_engine_runs_it() {
    as_each_user(|home| {
        home.write("polytope.yml", &format!("modules:\n{}\n", web("web", free_port())));
        home.write("pt.toml", "engine = \"process\"\n");
        let mut command = home.command(&["run", "web", "-d"]);
        command.env_remove("PT_ENGINE");
        assert!(command.status().unwrap().success());
        let shown = home.good(&["config", "--show-origin"]);
        assert!(shown.out.contains("engine = \"process\"") && shown.out.contains("pt.toml:1"), "{shown:#?}");
        home.good(&["down"]);
        home.write("pt.toml", "engine = \"podman\"\n");
        let wrong = home.pt(&["check"]);
        assert!(wrong.out.contains("write `auto`, `docker` or `process`"), "{wrong:#?}");
    });
}

#[test]
fn programs_do_not_see_what_other_projects_have() {
    as_each_user(|home| {
        let keeping = |name: &str, after: &str| {
            format!(
                "modules:
  - id: {name}
    module: polytope/process
    args:
      cmd: [sh, -c, 'echo {name} > /data/{name}; {after}; exec sleep 600']
      restart: {{policy: always}}
      env: [{{name: WORD, value: pt.secret word}}]
      mounts:
        - {{path: /data, source: {{type: volume, scope: project, id: {name}-data}}}}
        - {{path: /run/secret, source: {{type: string, data: pt.secret word}}}}
"
            )
        };
        home.secret("word", "s3cret-word-one");
        home.write("polytope.yml", &keeping("one", "true"));
        home.good(&["run", "one", "-d"]);
        // Another folder is another project, of the same account and on the same engine.
        home.folder_of_project("second");
        let (volumes, containers) = (home.path("data/pt-process/volumes"), home.path("state/pt/process/containers"));
        let look = format!(
            "ls {} {} /dev/shm/pt-process-$(id -u); cat {}/pt-shop_one-data/content/one; echo looked",
            volumes.display(),
            containers.display(),
            volumes.display()
        );
        home.write("second/polytope.yml", &keeping("two", &look));
        let second = ["-C", "second"];
        let mut set = home.command(&[&second[..], &["secrets", "set", "word", "s3cret-word-two"]].concat());
        assert!(set.status().unwrap().success());
        home.good(&[&second[..], &["run", "two", "-d"]].concat());
        let seen = super::home::until("it has looked", || {
            let logs = home.good(&[&second[..], &["logs", "two"]].concat());
            let all = format!("{}{}", logs.out, logs.err);
            all.contains("looked").then_some(all)
        });
        assert!(seen.contains("two-data") && !seen.contains("one-data\n"), "{seen}");
        assert!(seen.contains("one: No such file"), "{seen}");
        let is_id = |line: &&str| line.len() == 16 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
        // Its folder and that of its secrets, which have one name, and none of another container.
        let ids: std::collections::BTreeSet<&str> =
            seen.lines().flat_map(str::split_whitespace).filter(is_id).collect();
        assert_eq!(ids.len(), 1, "{seen}");
        // Its own, and those beside it in `exec`, are where they were.
        let own = home.good(&[&second[..], &["exec", "two", "--", "cat", "/data/two", "/run/secret"]].concat());
        assert!(own.out.contains("two") && own.out.contains("s3cret-word-two"), "{own:#?}");
        home.good(&[&second[..], &["down", "--volumes", "-y"]].concat());
        home.good(&["exec", "one", "--", "cat", "/data/one"]);
        home.good(&["down", "--volumes", "-y"]);
    });
}

#[test]
fn a_clone_elsewhere_is_the_same_project_when_the_first_one_is_gone() {
    as_each_user(|home| {
        home.write(
            "polytope.yml",
            "modules:
  - id: keep
    module: polytope/process
    args:
      cmd: [sh, -c, 'test -f /data/file || echo first > /data/file; cat /data/file']
      env: [{name: WORD, value: pt.secret word}]
      mounts: [{path: /data, source: {type: volume, scope: project, id: data}}]
",
        );
        let pt = super::reachable::pt(&home.path(""));
        let script = |text: &str| home.program("sh", &["-c", &text.replace("PT", &pt.display().to_string())]);
        let git = "git -c user.name=x -c user.email=x@x -c safe.directory=*";
        let made = script(&format!(
            "set -e; {git} init -q .; {git} add polytope.yml; {git} commit -qm one; printf s3cret-word | PT secrets set word; \
             PT run keep -d; PT down; cd ..; {git} clone -q shop bakery; rm -rf shop/* shop/.git; rmdir shop || mv shop gone"
        ));
        assert_eq!(made.code, 0, "{made:#?}");
        std::fs::create_dir_all(home.path("shop")).unwrap();
        std::fs::remove_dir(home.path("shop")).unwrap();
        let there = |text: &str| {
            let mut command = home.command(&["-C", home.path("bakery").to_str().unwrap()]);
            command.args(text.split(' ')).current_dir(home.path("bakery"));
            let ran = command.output().unwrap();
            (ran.status.code(), String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned())
        };
        let (_, planned) = there("plan keep");
        assert!(planned.contains("this looks like `shop`") && planned.contains("which is gone"), "{planned}");
        let (code, asked) = there("run keep -d");
        assert!(code == Some(2) && asked.contains("Adopt its volumes, values and secrets?"), "{asked}");
        let (code, ran) = there("run keep -d -y");
        assert_eq!(code, Some(0), "{ran}");
        let (_, volumes) = there("volume ls");
        assert!(volumes.contains("pt-shop_data"), "{volumes}");
        let (_, logs) = there("logs keep");
        assert!(logs.contains("first"), "{logs}");
        there("down --volumes -y");
        // What cleans up afterwards begins there.
        std::fs::create_dir(home.path("shop")).unwrap();
        home.write("polytope.yml", "modules: []\n");
    });
}
