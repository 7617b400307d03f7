//! What is mounted: texts and scripts are brought into the container, paths of the host stay inside the project.

use std::os::unix::fs::symlink;

use serde_json::Value;

use crate::harness::{Listen, Project, Proxy};

/// A job that shows a path, with this as the source of what is mounted there.
fn showing(source: &str, command: &str) -> String {
    format!(
        "modules:
  - id: show
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      tty: false
      cmd: {command}
      mounts: [{{path: /shown, source: {source}}}]
"
    )
}

#[test]
fn a_text_reaches_the_container_byte_by_byte() {
    let text = r#"{type: string, data: "first\n  'second' \"third\" $HOME \\ ümlaut 🦀\n"}"#;
    let project = Project::new("text", &showing(text, "[cat, /shown]"));
    let ran = project.pt(&["run", "show"]).run().succeeds();
    assert_eq!(ran.stdout, "first\n  'second' \"third\" $HOME \\ ümlaut 🦀\n");
}

#[test]
fn a_directory_of_the_project_is_seen_as_it_is_now() {
    let project = Project::new("host", &showing("{type: host, path: ./code}", "[cat, /shown/deep/file]"));
    project.file("code/deep/file", "one\n");
    project.pt(&["run", "show"]).run().succeeds().says("one\n");
    project.file("code/deep/file", "two\n");
    project.pt(&["run", "show"]).run().succeeds().says("two\n");
    let mount: Value = project.container("show")["HostConfig"]["Mounts"][0].clone();
    assert_eq!(mount["Type"], "bind");
    assert_eq!(mount["Source"], project.root().join("code").display().to_string());
}

#[test]
fn a_path_that_is_not_there_is_an_error_that_names_it_and_nothing_is_made_for_it() {
    let project = Project::new("absent", &showing("{type: host, path: ./nowhere}", "[ls, /shown]"));
    let ran = project.pt(&["run", "show"]).run();
    assert!(matches!(ran.code(), Some(1 | 2)), "{ran}");
    ran.tells("nowhere").tells("polytope.yml:8:");
    assert!(!project.root().join("nowhere").exists());
    assert!(project.labelled().names().is_empty());
}

#[test]
fn a_path_outside_of_the_project_is_refused_unless_it_is_allowed() {
    let project = Project::new("outside", &showing("{type: host, path: /etc/hostname}", "[cat, /shown]"));
    project.pt(&["run", "show"]).run().ends_with(2).tells("/etc/hostname").tells("polytope.yml:8:");
    assert!(project.labelled().names().is_empty());
    project.pt(&["run", "show", "--allow", "host-path-outside-project"]).run().succeeds();
}

#[test]
fn a_link_out_of_the_project_is_refused() {
    let project = Project::new("link", &showing("{type: host, path: ./innocent}", "[cat, /shown]"));
    symlink("/etc/passwd", project.root().join("innocent")).unwrap();
    let ran = project.pt(&["run", "show"]).run();
    assert!(matches!(ran.code(), Some(1 | 2)), "{ran}");
    ran.tells("innocent").tells("/etc/passwd").never_mentions("root:x:0");
    assert!(project.labelled().names().is_empty());
}

#[test]
fn a_read_only_mount_cannot_be_written_to() {
    let text = showing("{type: host, path: ./code}", "[touch, /shown/new]");
    let project = Project::new("read-only", &text.replace("}}]", "}, read-only: true}]"));
    project.file("code/old", "");
    project.pt(&["run", "show"]).run().ends_with(1).says("").tells("Read-only file system");
    assert!(!project.root().join("code/new").exists());
}

/// A database with two scripts: the second builds on the first, and takes its time.
const SCRIPTS: &str = "modules:
  - id: db
    module: polytope/postgres
    args:
      image: postgres:16.2
      data-volume: {type: volume, scope: project, id: data}
      services: [{id: db, ports: [{port: 5432, protocol: tcp}]}]
      env: [{name: POSTGRES_PASSWORD, value: pt.secret password}]
      scripts:
        - {type: string, data: create table numbers (number int)}
        - {type: string, data: 'insert into numbers values (42); select pg_sleep(2)'}
  - id: ask
    module: polytope/container
    args:
      image: postgres:16.2
      entrypoint: [psql]
      cmd: [-h, db, -U, postgres, -tA, -c, select number from numbers]
      tty: false
      env: [{name: PGPASSWORD, value: pt.secret password}]
";

#[test]
fn readiness_never_comes_from_the_server_that_runs_the_scripts() {
    let project = Project::new("init", SCRIPTS);
    project.secret("password", "something-secret");
    for _ in 0..3 {
        project.pt(&["run", "db", "-d"]).run().succeeds();
        // At once, from another container: the server of the scripts would refuse it, or not have the row.
        project.pt(&["run", "ask"]).run().succeeds().says("42\n");
        project.pt(&["down", "--volumes", "--yes"]).run().succeeds();
    }
}

#[test]
fn texts_and_scripts_reach_an_engine_on_another_machine() {
    let project = Project::new("remote", SCRIPTS);
    let engine = Proxy::new(Listen::Port);
    let remote = |arguments: &[&str]| {
        let flags = ["--secrets-in-env"];
        let arguments = [arguments, &flags].concat();
        project.pt(&arguments).env("DOCKER_HOST", &engine.host)
    };
    project.secret("password", "something-secret");
    let refused = project.pt(&["run", "db", "-d"]).env("DOCKER_HOST", &engine.host).run().ends_with(3);
    refused.tells("--secrets-in-env").tells("polytope.yml:8:").tells("nothing was changed");
    assert!(project.labelled().names().is_empty());
    remote(&["run", "db", "-d"]).run().succeeds();
    remote(&["run", "ask"]).run().succeeds().says("42\n");
    remote(&["plan", "db", "--exit-code"]).run().succeeds();
}

#[test]
fn paths_of_this_machine_are_not_mounted_on_another_one() {
    let project = Project::new("remote-path", &showing("{type: host, path: ./code}", "[ls, /shown]"));
    project.file("code/file", "");
    let engine = Proxy::new(Listen::Port);
    let ran = project.pt(&["run", "show"]).env("DOCKER_HOST", &engine.host).run().ends_with(3);
    ran.tells("code").tells("polytope.yml:8:").tells("does not run on this machine");
    assert!(project.labelled().names().is_empty());
}

#[test]
fn a_service_on_another_machine_is_ready_when_it_answers_through_its_port() {
    let text = "modules:
  - id: web
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [sh, -c, 'sleep 1; exec httpd -f -p 80']
      services: [{id: web, ports: [{port: 80, protocol: http}]}]
";
    let project = Project::new("remote-ready", text);
    let engine = Proxy::new(Listen::Port);
    let ran = project.pt(&["run", "web", "-d"]).env("DOCKER_HOST", &engine.host).run().succeeds();
    assert!(ran.took > std::time::Duration::from_secs(1), "{ran}");
}
