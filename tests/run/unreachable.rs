//! An engine that is not there, not allowed, or does not answer: clear words and exit code 3, in bounded time.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::time::Duration;

use crate::harness::{Project, Proxy, Verdict};

const WEB: &str = "modules:
  - {id: web, module: polytope/container, args: {image: 'pt-tests/busybox:1', cmd: [sleep, '600'], await: false}}
";

#[test]
fn a_socket_that_is_not_there_is_named_with_what_was_tried() {
    let project = Project::new("no-socket", WEB);
    for command in [["run", "web"].as_slice(), &["plan", "web"], &["ps"], &["down"], &["logs"]] {
        let ran = project.pt(&[["-H", "unix:///nonexistent.sock"].as_slice(), command].concat()).run().ends_with(3);
        let ran = ran.tells("unix:///nonexistent.sock").tells("`--host`").tells("help");
        assert!(ran.took < Duration::from_secs(5), "{ran}");
    }
}

#[test]
fn a_socket_on_which_nothing_listens_is_said_to_be_stale() {
    let project = Project::new("stale", WEB);
    let path = project.home().join("stale.sock");
    drop(UnixListener::bind(&path).unwrap());
    let host = format!("unix://{}", path.display());
    project.pt(&["ps"]).env("DOCKER_HOST", &host).run().ends_with(3).tells(&host).tells("nothing listens");
}

#[test]
fn a_socket_that_may_not_be_opened_is_told_apart() {
    let project = Project::new("denied", WEB);
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = directory.path().join("docker.sock");
    let _listener = UnixListener::bind(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    std::fs::copy(project.root().join("polytope.yml"), directory.path().join("polytope.yml")).unwrap();
    let host = format!("unix://{}", path.display());
    let pt = project.pt_in(directory.path(), &["-H", &host, "ps"]);
    // Root may open everything.
    let ran = if rustix::process::geteuid().is_root() { pt.by_nobody().run() } else { pt.run() };
    ran.ends_with(3).tells("permission").tells(&path.display().to_string());
}

#[test]
fn an_engine_that_never_answers_ends_in_time() {
    let project = Project::new("hang", WEB);
    let path = project.home().join("hang.sock");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            held.push(stream);
        }
    });
    let host = format!("unix://{}", path.display());
    for command in [["run", "web", "-d"].as_slice(), &["ps"]] {
        let ran = project.pt(command).env("DOCKER_HOST", &host).run().ends_with(3);
        assert!(ran.took <= Duration::from_secs(12), "{ran}");
        ran.tells(&host);
    }
}

#[test]
fn something_that_is_no_engine_is_told_apart() {
    let project = Project::new("garbage", WEB);
    let path = project.home().join("garbage.sock");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"220 mail.example.org ESMTP\r\n");
        }
    });
    let host = format!("unix://{}", path.display());
    project.pt(&["ps"]).env("DOCKER_HOST", &host).run().ends_with(3).tells(&host);
}

#[test]
fn an_engine_that_dies_while_it_creates_is_reported_and_the_next_run_goes_on() {
    let project = Project::new("dies-midway", WEB);
    let proxy = Proxy::at(project.home(), |request| {
        if request.path.contains("/containers/create") { Verdict::Drop } else { Verdict::Pass }
    });
    let ran = project.pt(&["run", "web", "-d"]).env("DOCKER_HOST", &proxy.host).run().ends_with(3);
    ran.tells("web");
    project.pt(&["run", "web", "-d"]).run().succeeds();
}

#[test]
fn checking_needs_no_engine() {
    let project = Project::new("no-engine", WEB);
    for command in [["check"].as_slice(), &["render", "web"], &["explain", "polytope/container"]] {
        project.pt(command).env("DOCKER_HOST", "unix:///nonexistent.sock").run().succeeds();
    }
}
