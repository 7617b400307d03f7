//! Any password, and none of it where others can see it.

use std::fs;
use std::path::Path;

use crate::ground::{Ground, PASSWORD, everybody, somebody, until};

#[test]
fn passwords_hold_whatever_they_like() {
    let passwords = ["it's \"quoted\" `x` $(id) \\ back", "two\nlines\n\nand more", "pässwörd 🔑 ﬁ", " spaces around "];
    for password in passwords {
        let ground = Ground::new(somebody());
        let file = ground.write("strange", &format!("{password}\n"));
        let arguments = ["--init", "--password-file", file.to_str().unwrap()];
        // It is ready only after a login with the password.
        let served = ground.pt(&arguments).env("POSTGRES_INITDB_ARGS", "--no-sync").serve();
        assert_eq!(served.ask("postgres", "postgres", password, "select 1").as_deref(), Ok("1"), "{password:?}");
        assert!(served.ask("postgres", "postgres", "another", "select 1").is_err());
        served.stop();
    }
}

#[test]
fn the_password_is_in_no_argument_no_environment_no_file_and_no_output() {
    for who in everybody() {
        let ground = Ground::new(who);
        // Prints what every process of the start shows to whoever may look.
        let script = "tr '\\0' '\\n' </proc/$PPID/cmdline >\"$PGDATA/seen-of-parent\"
            cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' >\"$PGDATA/seen-of-all\"; echo \"it is $POSTGRES_PASSWORD\"";
        ground.write("scripts/10-look.sh", script);
        let scripts = ground.path("scripts");
        let served = ground.first(&["--scripts", scripts.to_str().unwrap()]).serve();
        let pid = ground.server().as_raw_nonzero();
        for name in ["cmdline", "environ"] {
            let seen = fs::read(format!("/proc/{pid}/{name}")).unwrap();
            assert!(!String::from_utf8_lossy(&seen).contains(PASSWORD), "{name} of the server");
        }
        for name in ["seen-of-parent", "seen-of-all"] {
            let seen = fs::read(ground.data().join(name)).unwrap();
            assert!(!seen.is_empty() && !String::from_utf8_lossy(&seen).contains(PASSWORD), "{name}");
        }
        let ended = served.stop();
        assert!(!ended.stderr.contains(PASSWORD) && !ended.stdout.contains(PASSWORD), "{}", ended.stderr);
        assert!(ended.stderr.contains("it is "), "the script did not run: {}", ended.stderr);
        assert_eq!(files_with(&ground.data(), PASSWORD), Vec::<String>::new(), "{who:?}");
    }
}

fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|part| part == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn another_password_than_that_of_the_data_is_refused_and_nothing_keeps_running() {
    let ground = Ground::new(somebody());
    ground.first(&[]).serve().stop();
    let wrong = ground.write("wrong", "of-another-time");
    let ended = ground.pt(&["--password-file", wrong.to_str().unwrap()]).run().ends_with(1);
    ended.tells("refuses the password of `postgres`").tells("the data keep the password");
    until("the server to be gone", || (!ground.data().join("postmaster.pid").exists()).then_some(()));
    ground.again(&[]).serve().stop();
}
