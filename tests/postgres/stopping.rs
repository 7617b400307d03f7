//! The end of a server, and of one that never gets ready.

use std::fs;

use rustix::process::{Signal, kill_process};

use crate::ground::{Ground, everybody, is_server, somebody, until};

#[test]
fn both_signals_stop_it_cleanly() {
    for who in everybody() {
        let ground = Ground::new(who);
        for signal in [Signal::INT, Signal::TERM] {
            let served = ground.first(&[]).serve();
            let pid = ground.server();
            served.running.signal(signal);
            served.running.end().ends_with(0).tells("database system is shut down");
            assert!(!is_server(pid), "{who:?}");
            assert!(!ground.data().join("postmaster.pid").exists());
        }
    }
}

#[test]
fn open_sessions_do_not_hold_a_stop_up() {
    let ground = Ground::new(somebody());
    let served = ground.first(&[]).serve();
    let port = served.port;
    std::thread::scope(|scope| {
        let session =
            scope.spawn(|| served.ask("postgres", "postgres", crate::ground::PASSWORD, "select pg_sleep(600)"));
        until("the session to sleep", || {
            (served.sql("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == "1").then_some(())
        });
        served.running.signal(Signal::INT);
        assert!(session.join().unwrap().unwrap_err().contains("terminating connection"), "{port}");
    });
    served.running.end().ends_with(0);
}

#[test]
fn a_server_that_ends_by_itself_is_an_error_with_its_last_words() {
    let ground = Ground::new(somebody());
    let served = ground.first(&[]).serve();
    kill_process(ground.server(), Signal::TERM).unwrap();
    served.running.end().ends_with(1).tells("the server ended with exit status: 0").tells("log: ");
}

#[test]
fn a_server_that_never_gets_ready_is_stopped_and_its_last_words_are_shown() {
    let ground = Ground::new(somebody());
    ground.first(&[]).serve().stop();
    // Starts, then says for ever that it is not ready: there is nothing more to recover from.
    fs::write(ground.data().join("standby.signal"), "").unwrap();
    ground.give(&ground.data().join("standby.signal"));
    let arguments = ["--wait-timeout", "1", "--", "-c", "hot_standby=off"];
    let ended = ground.again(&arguments).run().ends_with(1);
    let ended =
        ended.tells("the server did not get ready within 1 s: the database system is not accepting connections");
    let ended = ended.tells("log: ").tells("`--wait-timeout` gives it more");
    // Its last words are its own, not answers to questions that came too early.
    assert!(ended.stderr.matches("FATAL").count() <= 2, "{}", ended.stderr);
    assert!(!ground.data().join("postmaster.pid").exists());
    // One that ends by itself is not waited for.
    let ended = ground.again(&["--", "-c", "no_such_setting=1"]).run().ends_with(1);
    ended.tells("start the server: it ended with").tells("unrecognized configuration parameter");
}
