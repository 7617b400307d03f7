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
