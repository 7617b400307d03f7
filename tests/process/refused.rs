//! What cannot be is said before anything starts.

use std::net::TcpListener;

use super::home::{Home, Ran, as_each_user};

fn refused(home: &Home, module: &str) -> Ran {
    let project = format!("modules:\n  - id: it\n    module: {module}\ntemplates:\n  - id: stack\n    run: [it]\n");
    home.write("polytope.yml", &project);
    let ran = home.pt(&["run", "-d"]);
    assert_ne!(ran.code, 0, "{ran:#?}");
    assert_eq!(home.states(), [], "{ran:#?}");
    ran
}

#[test]
fn a_module_that_is_no_process_is_named_with_its_place() {
    as_each_user(|home| {
        let ran = refused(home, "polytope/container\n    args: {image: \"busybox:1.36\", cmd: sleep 600}");
        assert_eq!(ran.code, 3);
        assert!(ran.err.contains("cannot run as a process: `polytope/container` does not say how"), "{}", ran.err);
        assert!(ran.err.contains("--> polytope.yml:3:13"), "{}", ran.err);
        assert!(ran.err.contains("--engine docker"), "{}", ran.err);
    });
}

#[test]
fn a_program_that_is_missing_is_named() {
    as_each_user(|home| {
        let ran = refused(home, "polytope/process\n    args: {cmd: no-such-program --x}");
        assert_eq!(ran.code, 3);
        assert!(ran.err.contains("there is no program `no-such-program` in `PATH`"), "{}", ran.err);
    });
}

#[test]
fn limits_and_secrets_that_a_process_cannot_have_are_refused() {
    as_each_user(|home| {
        home.secret("key", "s3cret-content");
        let ran = refused(home, "polytope/process\n    args: {cmd: [sh, -c, \"echo {pt.secret key}\"]}");
        assert!(ran.err.contains("a secret would stand in the command line"), "{}", ran.err);
        if !home.is_root() {
            let ran = refused(home, "polytope/process\n    args: {cmd: sleep 600, user: 4711}");
            assert!(ran.err.contains("only root can run `it` as `4711`"), "{}", ran.err);
        }
    });
}

#[test]
fn a_port_that_is_taken_is_named_with_who_has_it() {
    as_each_user(|home| {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let services = format!("services: [{{id: web, ports: [{{port: 8080, expose-as: {port}}}]}}]");
        let ran = refused(home, &format!("polytope/process\n    args: {{cmd: sleep 600, {services}}}"));
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains(&format!("port {port} of the host")), "{}", ran.err);
    });
}

#[test]
fn a_program_of_this_machine_needs_the_engine_of_processes() {
    as_each_user(|home| {
        let project = "modules:\n  - id: it\n    module: polytope/process\n    args: {cmd: sleep 600}\n\
                       templates:\n  - id: stack\n    run: [it]\n";
        home.write("polytope.yml", project);
        let ran = home.pt(&["plan", "--engine", "docker"]);
        let unreachable = ran.err.contains("no Docker engine answers");
        assert!(unreachable || ran.err.contains("can only run as a process"), "{}", ran.err);
        assert_eq!(ran.code, 3);
    });
}
