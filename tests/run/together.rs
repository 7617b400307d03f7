//! Two at once on one project.

use rustix::process::Signal;

use crate::harness::{Project, until};

/// A job that goes on until a file appears.
const WAITING: &str = "modules:
  - id: wait
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [sh, -c, 'until test -e /tmp/go; do sleep 0.05; done']
  - {id: web, module: polytope/container, args: {image: 'pt-tests/busybox:1', cmd: [sleep, '600'], await: false}}
";

#[test]
fn a_second_run_waits_for_the_first_and_says_so() {
    let project = Project::new("together", WAITING);
    let first = project.pt(&["run", "wait", "-d"]).spawn();
    until("the job to run", || project.has("wait").then_some(()));
    first.tells("running");
    let mut second = project.pt(&["run", "web", "-d"]).spawn();
    second.tells("waiting for another pt on this project: `pt run`, process");
    project.pt(&["run", "web", "-d", "--no-wait"]).run().ends_with(5).tells("another pt works on this project");
    assert!(!second.has_ended() && !project.has("web"));
    project.pt(&["exec", "wait", "--", "touch", "/tmp/go"]).run().succeeds();
    first.end().succeeds();
    second.end().succeeds();
    assert!(project.has("web"));
}

#[test]
fn two_runs_at_once_come_to_one_stack() {
    let many: String = (1..=3)
        .map(|number| {
            format!(
                "  - {{id: s{number}, module: polytope/container, args: {{image: 'pt-tests/busybox:1', \
                 cmd: [sleep, '600'], restart: {{policy: always}}}}}}\n"
            )
        })
        .collect();
    let project = Project::new("race", &format!("templates: [{{id: stack, run: [s1, s2, s3]}}]\nmodules:\n{many}"));
    let both = [project.pt(&["run", "-d"]).spawn(), project.pt(&["run", "-d"]).spawn()];
    for ran in both {
        ran.end().succeeds();
    }
    let found = project.labelled();
    assert_eq!((found.containers.len(), found.networks.len()), (3, 1), "{:?}", found.names());
}

#[test]
fn a_run_that_was_killed_holds_no_lock() {
    let project = Project::new("lock", WAITING);
    let first = project.pt(&["run", "wait", "-d"]).spawn();
    first.tells("running");
    first.signal(Signal::KILL);
    first.end();
    project.pt(&["run", "web", "-d", "--no-wait"]).run().succeeds();
}

#[test]
fn two_users_without_a_common_lock_come_to_one_stack() {
    let project = Project::new("users", WAITING);
    let other = tempfile::tempdir().unwrap();
    let both = [
        project.pt(&["run", "web", "-d"]).spawn(),
        project.pt(&["run", "web", "-d"]).env("HOME", other.path()).spawn(),
    ];
    let ended = both.map(|running| running.end());
    assert!(ended.iter().any(|ran| ran.code() == Some(0)), "{}\n{}", ended[0], ended[1]);
    project.pt(&["run", "web", "-d"]).run().succeeds();
    let found = project.labelled();
    assert_eq!((found.containers.len(), found.networks.len()), (1, 1), "{:?}", found.names());
}

#[test]
fn ctrl_c_on_a_detached_run_leaves_a_state_from_which_the_next_goes_on() {
    let text =
        format!("templates: [{{id: stack, run: [wait, {{module: web, run-when: {{after: wait}}}}]}}]\n{WAITING}");
    let project = Project::new("resume", &text);
    let first = project.pt(&["run", "-d"]).spawn();
    first.tells("running");
    first.signal(Signal::INT);
    let ran = first.end().ends_with(130).tells("goes on from it");
    assert!(ran.took < std::time::Duration::from_secs(30), "{ran}");
    project.pt(&["exec", "wait", "--", "touch", "/tmp/go"]).run().succeeds();
    project.up();
    assert_eq!(project.container("web")["State"]["Running"], true);
}
