//! Faults that are found before anything runs: all of them at once, always in the same order.

use crate::harness::Project;

const FIVE: &str = "modules:
  - id: db
    module: polytope/postgress
    args: {image: postgres:16.2}
  - id: web
    module: polytope/container
    args:
      image: {}
      cmdd: [sleep, '60']
      restart: {policy: sometimes}
      env: [{name: A, valu: b}]
";

#[test]
fn every_fault_is_reported_at_once_in_the_same_order_every_time() {
    let project = Project::new("five", FIVE);
    let first = project.pt(&["check"]).run().ends_with(1);
    for found in ["postgress", "image", "cmdd", "sometimes", "valu"] {
        assert!(first.stdout.contains(found), "{found} is not reported\n{first}");
    }
    for _ in 0..20 {
        let again = project.pt(&["check"]).run();
        assert_eq!(again.stdout, first.stdout);
    }
}

#[test]
fn a_file_with_errors_is_not_run() {
    let project = Project::new("errors", FIVE);
    for command in [["run", "web", "-d"], ["plan", "web", "-q"]] {
        project.pt(&command).run().ends_with(2).tells("sometimes");
    }
    assert!(project.labelled().names().is_empty());
}

#[test]
fn everything_that_is_not_set_is_listed_with_its_places_and_commands() {
    let project = Project::new(
        "unset",
        "modules:
  - id: api
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [sh, -c, 'test $KEY = x']
      env:
        - {name: KEY, value: pt.secret api-key}
        - {name: URL, value: 'http://{pt.value host}:80'}
        - {name: AGAIN, value: pt.secret api-key}
",
    );
    let ran = project.pt(&["run", "api", "-d"]).run().ends_with(4);
    let ran = ran.tells("pt secrets set api-key").tells("polytope.yml:8:").tells("polytope.yml:10:");
    ran.tells("pt values set host").tells("polytope.yml:9:");
    assert!(project.labelled().names().is_empty());
    project.pt(&["check"]).run().says("api-key").says("host");
    project.pt(&["run", "api", "-d"]).env("PT_SECRET_API_KEY", "x").env("PT_VALUE_HOST", "y").run().succeeds();
}

#[test]
fn an_unknown_job_is_an_error_that_suggests_the_nearest() {
    let project = Project::new(
        "nearest",
        "modules:\n  - {id: worker, module: polytope/container, args: {image: pt-tests/busybox:1}}\n",
    );
    project.pt(&["run", "wrker"]).run().ends_with(2).tells("wrker").tells("`worker`");
}
