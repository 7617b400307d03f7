//! A stop reaches everything that was begun, and comes to an end; restarts are counted.

use std::time::{Duration, Instant};

use super::home::{as_each_user, until};

fn project(arguments: &str) -> String {
    format!(
        "modules:\n  - id: it\n    module: polytope/process\n    args: {{{arguments}}}\ntemplates:\n  - id: stack\n    run: [it]\n"
    )
}

#[test]
fn a_stop_reaches_everything_that_the_program_has_begun() {
    as_each_user(|home| {
        let script = "sleep 601 & (setsid sleep 602 &) ; wait";
        home.write("polytope.yml", &project(&format!("cmd: [sh, -c, {script:?}], await: false")));
        home.good(&["run", "-d"]);
        until("all of them run", || (home.processes().len() >= 3).then_some(()));
        home.good(&["stop"]);
        assert!(home.processes().is_empty());
    });
}

#[test]
fn a_program_that_does_not_listen_is_killed_after_its_time() {
    as_each_user(|home| {
        let script = "trap '' TERM; echo deaf; while :; do sleep 1; done";
        home.write("polytope.yml", &project(&format!("cmd: [sh, -c, {script:?}], await: false")));
        home.good(&["run", "-d"]);
        until("it is deaf", || (home.good(&["logs", "it"]).out == "deaf\n").then_some(()));
        let begun = Instant::now();
        home.good(&["stop", "--timeout", "1"]);
        let taken = begun.elapsed();
        assert!((Duration::from_secs(1)..Duration::from_secs(20)).contains(&taken), "{taken:?}");
        assert_eq!(home.states(), [("it".to_owned(), "exited 137".to_owned())]);
        assert!(home.processes().is_empty());
    });
}

#[test]
fn a_program_that_fails_is_begun_again_so_often_and_no_more() {
    as_each_user(|home| {
        let arguments =
            "cmd: [sh, -c, \"echo try; exit 3\"], restart: {policy: on-failure, max-restarts: 2}, await: false";
        home.write("polytope.yml", &project(arguments));
        // Whether it was seen to run in between is chance.
        home.pt(&["run", "-d"]);
        until("it is given up", || (home.states() == [("it".to_owned(), "exited 3".to_owned())]).then_some(()));
        assert_eq!(home.good(&["logs", "it"]).out, "try\ntry\ntry\n");
    });
}

/// A terminal that is closed sends a hang-up from the kernel and often another one from the shell: that is one wish to end, not two.
#[test]
fn a_terminal_that_is_closed_lets_programs_end_by_themselves() {
    as_each_user(|home| {
        home.write(
            "polytope.yml",
            "modules:
  - id: tidy
    module: polytope/process
    args:
      cmd: [sh, -c, 'trap \"echo tidied up; exit 0\" TERM; echo begun; while :; do sleep 0.05; done']
      restart: {policy: never}
templates: [{id: stack, run: [tidy]}]
",
        );
        let pt = super::reachable::pt(&home.path(""));
        let command = format!("exec {} run", pt.display());
        // `script` has the other end of the terminal: the kernel hangs up when it is gone.
        let mut terminal = home.program_of("script", &["-qec", &command, "/dev/null"]).spawn().unwrap();
        until("it runs", || home.states().contains(&("tidy".to_owned(), "running".to_owned())).then_some(()));
        until("it has begun", || home.good(&["logs", "tidy"]).out.contains("begun").then_some(()));
        terminal.kill().unwrap();
        terminal.wait().unwrap();
        until("it has ended", || (!home.states().contains(&("tidy".to_owned(), "running".to_owned()))).then_some(()));
        assert_eq!(home.states(), [("tidy".to_owned(), "done (exited 0)".to_owned())]);
        let logs = home.good(&["logs", "tidy"]);
        assert!(logs.out.contains("tidied up"), "{logs:#?}");
        home.good(&["down"]);
    });
}
