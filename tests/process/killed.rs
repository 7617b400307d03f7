//! Whoever is killed, and whenever: the next `pt run` converges.

use super::home::{Home, as_each_user, free_port, kill, lives, until, web};

fn up(home: &Home) {
    let port = free_port();
    let web = web("web", port);
    let project = format!(
        r#"
modules:
{web}
  - id: loop
    module: polytope/process
    args:
      cmd: [sh, -c, "echo begun; sleep 600 & wait"]
      restart: {{policy: always}}
templates:
  - id: stack
    run: [web, loop]
"#
    );
    home.write("polytope.yml", &project);
    home.good(&["run", "-d"]);
}

fn is_up(home: &Home) {
    let states = home.states();
    assert!(states.iter().all(|(_, state)| state == "running"), "{states:?}");
    assert_eq!(states.len(), 2);
}

#[test]
fn a_killed_supervisor_takes_its_program_along_and_the_next_run_starts_both() {
    as_each_user(|home| {
        up(home);
        let program = home.pid("web", "program");
        kill(home.pid("web", "supervisor"));
        until("the program ends with its supervisor", || (!lives(program)).then_some(()));
        assert!(home.states().contains(&("web".to_owned(), "exited 137".to_owned())));
        home.good(&["run", "-d"]);
        is_up(home);
    });
}

#[test]
fn what_a_killed_supervisor_left_is_ended_before_it_is_started_again() {
    as_each_user(|home| {
        up(home);
        let before = home.processes();
        kill(home.pid("loop", "supervisor"));
        let program = home.pid("loop", "program");
        until("the program ends with its supervisor", || (!lives(program)).then_some(()));
        home.good(&["run", "-d"]);
        is_up(home);
        let after = home.processes();
        assert_eq!(before.len(), after.len(), "{before:?} became {after:?}");
    });
}

#[test]
fn a_killed_program_is_begun_again_by_its_supervisor() {
    as_each_user(|home| {
        up(home);
        let (program, supervisor) = (home.pid("loop", "program"), home.pid("loop", "supervisor"));
        kill(program);
        let is_again = || {
            let status = home.status("loop");
            (status["phase"] == "running" && status["restarts"] == 1).then_some(())
        };
        until("the program is begun again", is_again);
        assert_eq!(home.pid("loop", "supervisor"), supervisor);
        until("it says so", || (home.good(&["logs", "loop"]).out == "begun\nbegun\n").then_some(()));
    });
}

#[test]
fn a_killed_command_leaves_what_the_next_one_goes_on_from() {
    as_each_user(|home| {
        up(home);
        home.good(&["down"]);
        for step in 0..4 {
            let mut command = home.spawn(&["run", "-d"]);
            // Each time it is killed a little later: before, between and after what it makes.
            until("so much is there", || {
                let over = command.try_wait().unwrap().is_some();
                let things = home.folders().iter().filter(|folder| folder.join("name").exists()).count();
                let begun = home.folders().iter().filter(|folder| folder.join("status.json").exists()).count();
                (over || things + begun >= step).then_some(())
            });
            let _ = command.kill();
            command.wait().unwrap();
            home.good(&["run", "-d"]);
            is_up(home);
            home.good(&["down"]);
            assert_eq!(home.states(), []);
        }
    });
}

#[test]
fn a_number_that_somebody_else_has_by_now_is_left_alone() {
    as_each_user(|home| {
        up(home);
        home.good(&["stop"]);
        let mut other = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let folder = home.folder("loop");
        let mut status = home.status("loop");
        for whose in ["supervisor", "program"] {
            status[whose]["pid"] = other.id().into();
            status[whose]["started"] = 1.into();
            status[whose]["boot"] = home.status("web")["supervisor"]["boot"].clone();
        }
        status["phase"] = "running".into();
        std::fs::write(folder.join("status.json"), status.to_string()).unwrap();
        home.good(&["run", "-d"]);
        home.good(&["stop"]);
        assert!(other.try_wait().unwrap().is_none(), "somebody else's process was killed");
        other.kill().unwrap();
        other.wait().unwrap();
    });
}

#[test]
fn what_left_its_session_and_environment_goes_down_with_a_killed_supervisor() {
    as_each_user(|home| {
        // A name that no other test looks for, because nothing else is left of it to tell it by.
        let length = format!("9{}", std::process::id());
        let script =
            format!("(cd / && exec env -i setsid sleep {length} >/dev/null 2>&1 &) ; while :; do sleep 1; done");
        let project = format!(
            "modules:\n  - id: it\n    module: polytope/process\n    args: {{cmd: [sh, -c, {script:?}], await: false}}\n\
             templates:\n  - id: stack\n    run: [it]\n"
        );
        home.write("polytope.yml", &project);
        home.good(&["run", "-d"]);
        let find = || {
            let found = home.program("pgrep", &["-f", &format!("^sleep {length}$")]).out;
            found.trim().parse::<i32>().ok()
        };
        let hidden = until("it hides", find);
        kill(home.pid("it", "supervisor"));
        home.good(&["down"]);
        assert!(!lives(hidden));
    });
}
