//! Passwords of a database whose data are there already: applied when asked, or an error, never a silent lock-out.

use crate::harness::Project;

/// A database without a port on the host, and a job that logs in with a password of its own.
const DATABASE: &str = "modules:
  - id: db
    module: polytope/postgres
    args:
      image: postgres:16.2
      data-volume: {type: volume, scope: project, id: data}
      services: [{id: db, ports: [{port: 5432, protocol: tcp, internal: true}]}]
      env: [{name: POSTGRES_PASSWORD, value: pt.secret password}]
  - id: login
    module: polytope/container
    args:
      image: postgres:16.2
      entrypoint: [psql]
      cmd: [-h, db, -U, postgres, -tA, -c, select 'welcome']
      tty: false
      env: [{name: PGPASSWORD, value: pt.secret tried}]
";

fn database(test: &str) -> Project {
    let project = Project::new(test, DATABASE);
    project.secret("password", "the-first-one");
    project.pt(&["run", "db", "-d"]).run().succeeds();
    project
}

/// Whether a password lets one in.
#[track_caller]
fn lets_in(project: &Project, password: &str) -> bool {
    let ran = project.pt(&["run", "login"]).env("PT_SECRET_TRIED", password).run();
    assert!(ran.stdout.contains("welcome") || ran.stderr.contains("password authentication failed"), "{ran}");
    ran.code() == Some(0)
}

#[test]
fn a_changed_password_is_an_error_until_it_is_applied() {
    let project = database("pw");
    assert!(lets_in(&project, "the-first-one"));
    let before = project.container("postgres")["Id"].clone();
    project.secret("password", "the-second-one");
    let refused = project.pt(&["run", "db", "-d"]).run().ends_with(1);
    refused.tells("POSTGRES_PASSWORD").tells("polytope.yml:8:").tells("--apply-password").never_mentions("-one");
    assert_eq!(project.container("postgres")["Id"], before, "nothing is touched");
    project.pt(&["run", "db", "-d", "--apply-password"]).run().succeeds().never_mentions("-one");
    assert!(lets_in(&project, "the-second-one"));
    assert!(!lets_in(&project, "the-first-one"));
    project.pt(&["plan", "db", "--exit-code"]).run().succeeds();
}

#[test]
fn a_password_that_changed_while_the_container_was_gone_is_noticed() {
    let project = database("pw-down");
    project.pt(&["down"]).run().succeeds();
    project.secret("password", "the-second-one");
    project.pt(&["run", "db", "-d"]).run().ends_with(1).tells("--apply-password");
    project.pt(&["run", "db", "-d", "--apply-password"]).run().succeeds();
    assert!(lets_in(&project, "the-second-one"));
    project.pt(&["down"]).run().succeeds();
    // It is remembered which one the data have now.
    project.pt(&["run", "db", "-d"]).run().succeeds();
    project.secret("password", "the-first-one");
    project.pt(&["run", "db", "-d"]).run().ends_with(1).tells("--apply-password");
}
