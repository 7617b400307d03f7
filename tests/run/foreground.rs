//! A run that is watched: logs, Ctrl-C, and jobs that are called like programs.

use std::time::Duration;

use rustix::process::Signal;

use crate::harness::{Project, until};

/// Two servers, the second started after the first; each says when it is asked to stop.
const TWO: &str = r#"templates:
  - id: stack
    run: [first, {module: second, run-when: {after: ready}}, ready]
modules:
  - id: first
    module: polytope/container
    args: &server
      image: pt-tests/busybox:1
      cmd: [sh, -c, 'echo up; trap "echo bye; exit 0" TERM; while true; do sleep 0.1; done']
      restart: {policy: always}
      tty: false
  - {id: second, module: polytope/container, args: *server}
  - {id: ready, module: polytope/container, args: {image: 'pt-tests/busybox:1', cmd: [echo, done]}}
"#;

#[test]
fn logs_are_shown_with_names_and_ctrl_c_stops_in_reverse_order() {
    let project = Project::new("watch", TWO);
    let running = project.pt(&["run"]).spawn();
    running.says("first  | up\n");
    running.says("second | up\n");
    running.signal(Signal::INT);
    let ran = running.end().ends_with(130).says("first  | bye\n").says("second | bye\n");
    let stopped = |id: &str| ran.stderr.find(&format!("{id}  stopped")).or(ran.stderr.find(&format!("{id}   stopped")));
    assert!(stopped("second") < stopped("first"), "{ran}");
    for id in ["first", "second"] {
        assert_eq!(project.container(id)["State"]["Status"], "exited", "{ran}");
    }
}

#[test]
fn a_second_ctrl_c_kills_what_does_not_want_to_stop() {
    let project = Project::new(
        "kill",
        r#"modules:
  - id: deaf
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [sh, -c, 'trap "echo I will not" TERM; echo up; while true; do sleep 0.1; done']
      restart: {policy: always}
      tty: false
"#,
    );
    let running = project.pt(&["run", "deaf"]).spawn();
    running.says("up\n");
    running.tells("ready");
    running.signal(Signal::INT);
    running.tells("again to kill");
    until("the container to be asked", || {
        let log = project.pt(&["logs"]).run().stdout;
        log.contains("I will not").then_some(())
    });
    // Nobody presses twice within a moment: that is one press which came by two ways.
    std::thread::sleep(Duration::from_millis(200));
    running.signal(Signal::INT);
    running.end_within(Duration::from_secs(4)).ends_with(130);
    assert_eq!(project.container("deaf")["State"]["ExitCode"], 137);
}

#[test]
fn a_job_prints_its_output_alone_and_its_exit_code_is_that_of_pt() {
    let project = Project::new(
        "job",
        "modules:
  - id: say
    module: polytope/container
    args: {image: 'pt-tests/busybox:1', tty: false, cmd: [sh, -c, 'echo out; echo err >&2; exit 7']}
",
    );
    let ran = project.pt(&["run", "say"]).run().ends_with(7);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("out\n", "err\n"));
}

#[test]
fn the_output_of_a_job_is_shown_while_it_runs() {
    let project = Project::new(
        "stream",
        "modules:
  - id: slow
    module: polytope/container
    args: {image: 'pt-tests/busybox:1', tty: false, cmd: [sh, -c, 'echo early; sleep 60']}
",
    );
    let mut running = project.pt(&["run", "slow"]).spawn();
    running.says("early\n");
    assert!(!running.has_ended());
    running.signal(Signal::TERM);
    running.end().ends_with(143);
    assert_eq!(project.container("slow")["State"]["Status"], "exited");
}

#[test]
fn a_service_that_ends_while_it_is_watched_is_named_with_its_code() {
    let project = Project::new(
        "ends",
        "modules:
  - id: web
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      tty: false
      cmd: [sh, -c, 'sleep 1; echo the last word; exit 9']
      await: false
",
    );
    let ran = project.pt(&["run", "web"]).run().ends_with(1);
    ran.says("the last word\n").tells("`web` ended with exit code 9");
}

#[test]
fn a_closed_standard_output_ends_it_quietly_and_leaves_the_containers() {
    let project = Project::new(
        "closed",
        "modules:
  - id: web
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      tty: false
      cmd: [sh, -c, 'while true; do echo tick; sleep 0.05; done']
      restart: {policy: always}
",
    );
    let mut running = project.pt(&["run", "web"]).spawn();
    running.says("tick\n");
    running.close_output();
    let ran = running.end().succeeds();
    assert!(!ran.stderr.contains("error"), "{ran}");
    assert_eq!(project.container("web")["State"]["Status"], "running");
    let mut follower = project.pt(&["logs", "-f"]).spawn();
    follower.says("tick\n");
    follower.close_output();
    follower.end().succeeds();
}

#[test]
fn ctrl_c_on_followed_logs_leaves_the_containers() {
    let project = Project::new("follow", TWO);
    project.up();
    let follower = project.pt(&["logs", "-f"]).spawn();
    follower.says("first  | up\n");
    follower.signal(Signal::INT);
    follower.end().ends_with(130);
    assert_eq!(project.container("first")["State"]["Status"], "running");
    project.pt(&["logs", "second", "--tail", "1"]).run().succeeds().says("up\n");
}

#[test]
fn no_line_of_a_job_is_lost_however_fast_it_writes() {
    let project = Project::new(
        "lines",
        "modules:
  - id: fast
    module: polytope/container
    args: {image: 'pt-tests/busybox:1', tty: false, cmd: [sh, -c, 'seq 1 20000; printf last']}
",
    );
    let ran = project.pt(&["run", "fast"]).run().succeeds();
    let expected: String = (1..=20000).map(|number| format!("{number}\n")).chain(["last\n".to_owned()]).collect();
    assert!(ran.stdout == expected, "{} lines, {} expected", ran.stdout.lines().count(), expected.lines().count());
    let again = project.pt(&["logs", "fast"]).run().succeeds();
    assert!(again.stdout == expected, "{} lines in `pt logs`", again.stdout.lines().count());
}

#[test]
fn what_runs_already_is_watched_too() {
    let project = Project::new("join", TWO);
    project.up();
    let before = project.identities();
    let running = project.pt(&["run"]).spawn();
    running.says("first  | up\n");
    running.says("second | up\n");
    running.signal(Signal::INT);
    running.end().ends_with(130);
    assert_eq!(project.identities(), before);
    assert_eq!(project.container("first")["State"]["Status"], "exited");
}
