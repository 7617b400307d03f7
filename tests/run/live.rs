//! `pt check --live`: what a real engine holds is told before anything is run.

use std::net::TcpListener;

use serde_json::json;

use crate::harness::{Foreign, Project, free_port};

const DATABASE: &str = "modules:
  - id: db
    module: polytope/postgres
    args:
      image: postgres:16.2
      data-volume: {type: volume, scope: project, id: data}
      restart: {policy: on-failure}
      services: [{id: db, ports: [{port: 5432, protocol: tcp, internal: true}]}]
      env:
        - {name: POSTGRES_PASSWORD, value: pt.secret password}
        - {name: POSTGRES_USER, value: shop}
";

#[test]
fn what_a_database_was_initialised_with_is_compared_with_what_is_written() {
    let project = Project::new("live-pg", DATABASE);
    project.secret("password", "the-first-one");
    let check = || project.pt(&["check", "--live", "-o", "concise"]).run().never_mentions("-one");
    check().succeeds();
    assert!(project.labelled().names().is_empty(), "who only looks makes nothing");
    project.pt(&["run", "db", "-d"]).run().succeeds();
    let before = project.identities();
    assert_eq!(check().succeeds().stdout, "", "nothing has changed yet");

    project.secret("password", "the-second-one");
    project.blueprint(&DATABASE.replace("value: shop", "value: store").replace("postgres:16.2", "postgres:17.2"));
    let found = check().ends_with(1).stdout;
    insta::assert_snapshot!(found, @r"
    polytope.yml:5:14: error[pg-major-mismatch] PostgreSQL 17 cannot read the data of `postgres`
    polytope.yml:10:44: warning[pg-init-env-changed] `POSTGRES_PASSWORD` was changed, which has no effect
    polytope.yml:11:40: warning[pg-init-env-changed] `POSTGRES_USER` was changed, which has no effect
    ");
    let without = project.pt(&["check", "-o", "concise"]).run().succeeds();
    assert_eq!(without.stdout, "", "nobody was asked");
    assert_eq!(project.identities(), before, "nothing was touched");

    project.secret("password", "the-first-one");
    project.blueprint(DATABASE);
    assert_eq!(check().succeeds().stdout, "");
}

fn web(port: u16) -> String {
    format!(
        "modules:
  - id: web
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [httpd, -f, -p, '80']
      restart: {{policy: on-failure}}
      services: [{{id: web, ports: [{{port: 80, protocol: http, expose-as: {port}}}]}}]
"
    )
}

#[test]
fn ports_that_somebody_else_holds_are_told_with_their_holders() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port();
    let project = Project::new("live-port", &web(port));
    let check = || project.pt(&["check", "--live", "-o", "json"]).run();
    let ran = check().succeeds().says("port-taken").says(&format!("port {port} is taken"));
    ran.says(&format!("({})", std::process::id()));
    drop(held);
    check().succeeds().never_mentions("port-taken");

    project.pt(&["run", "web", "-d"]).run().succeeds();
    check().succeeds().never_mentions("port-taken");
    project.pt(&["down"]).run().succeeds();

    let port = free_port();
    project.blueprint(&web(port));
    let name = format!("{}-holder", project.name);
    let bound = json!({ "80/tcp": [{ "HostIp": "127.0.0.1", "HostPort": port.to_string() }] });
    let network = Foreign::network(&format!("{name}-net"));
    let host = json!({ "PortBindings": bound, "NetworkMode": network.id() });
    let holder = Foreign::container(&name, &json!({ "ExposedPorts": { "80/tcp": {} }, "HostConfig": host }));
    check().succeeds().says(&format!("port {port} is taken")).says(&name);
    holder.is_untouched();
}

#[test]
fn without_an_engine_to_ask_it_is_an_error_and_not_a_clean_bill() {
    let project = Project::new("live-none", &web(free_port()));
    let ran = project.pt(&["check", "--live"]).env("DOCKER_HOST", "unix:///nonexistent/docker.sock").run();
    ran.ends_with(3).tells("/nonexistent/docker.sock");
}
