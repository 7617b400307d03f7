//! Killed at any point: the next start converges, and what was committed is there.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use crate::ground::{Ground, everybody, is_server, somebody, until};

/// Words that a first start tells one after the other.
const POINTS: [&str; 9] = [
    "creating directory",
    "running bootstrap script",
    "performing post-bootstrap",
    "syncing data",
    "database system is ready",
    "run init script `10",
    "run init script `20",
    "received fast shutdown",
    "database system is shut down",
];

#[test]
fn a_first_start_that_is_killed_anywhere_is_made_anew() {
    // Each point by one of them: a first start takes seconds.
    for (who, point) in everybody().into_iter().cycle().zip(POINTS) {
        let ground = Ground::new(who);
        ground.write("scripts/10-first.sql", "create table first as select 1 as n;");
        ground.write("scripts/20-second.sql", "insert into first values (2);");
        let scripts = ground.path("scripts");
        let first = || {
            let call = ground.first(&["--scripts", scripts.to_str().unwrap(), "--database", "shop"]);
            call.env("POSTGRES_INITDB_ARGS", if point == "syncing data" { "" } else { "--no-sync" })
        };
        let mut running = first().spawn();
        running.tells(point);
        running.signal(Signal::KILL);
        running.end();
        // Data may be whole once the server was told to shut down: all that is left is to move them to their place.
        let whole = ground.data().join("PG_VERSION").exists();
        assert!(!whole || point.contains("shut"), "half-made data after {point:?}");
        let served = first().serve();
        let rows = served.ask("postgres", "shop", crate::ground::PASSWORD, "select sum(n), count(*) from first");
        assert_eq!(rows.as_deref(), Ok("3|2"), "{who:?} {point:?}");
        served.stop();
        assert!(!ground.entries().iter().any(|name| name.starts_with(".pt")), "{:?}", ground.entries());
    }
}

#[test]
fn a_first_start_that_is_interrupted_leaves_no_data() {
    let ground = Ground::new(somebody());
    for signal in [Signal::INT, Signal::TERM] {
        let mut running = ground.first(&[]).env("POSTGRES_INITDB_ARGS", "").spawn();
        running.tells("running bootstrap script");
        running.signal(signal);
        let code = if signal == Signal::INT { 130 } else { 143 };
        running.end().ends_with(code);
        assert!(!ground.data().join("PG_VERSION").exists());
    }
    ground.first(&[]).serve().stop();
}

#[test]
fn committed_rows_outlive_a_killed_server() {
    for who in everybody() {
        let ground = Ground::new(who);
        let mut served = ground.first(&["--", "-c", "fsync=on"]).serve();
        served.sql("create table kept (n int)");
        for round in 1..=3 {
            served.sql(&format!("insert into kept values ({round})"));
            kill_process(ground.server(), Signal::KILL).unwrap();
            served.running.end().ends_with(1).tells("the server ended with signal: 9");
            served = ground.again(&[]).serve();
            assert_eq!(served.sql("select count(*), max(n) from kept"), format!("{round}|{round}"), "{who:?}");
        }
        served.stop();
    }
}

#[test]
fn a_killed_pt_leaves_no_server_behind() {
    for who in everybody() {
        let ground = Ground::new(who);
        let served = ground.first(&[]).serve();
        served.sql("create table kept as select 1 as n");
        let pid = ground.server();
        served.running.signal(Signal::KILL);
        served.running.end();
        until("the server to stop", || (!is_server(pid)).then_some(()));
        let served = ground.again(&[]).serve();
        assert_eq!(served.sql("select n from kept"), "1", "{who:?}");
        served.stop();
    }
}

#[test]
fn a_number_that_somebody_else_has_by_now_is_no_server() {
    let ground = Ground::new(somebody());
    let served = ground.first(&[]).serve();
    served.sql("create table kept as select 1 as n");
    let pid = ground.server();
    kill_process(pid, Signal::KILL).unwrap();
    served.running.end().ends_with(1);
    // As after a restart of the machine: the number belongs to a program of the same account that is no server.
    let owner = std::os::unix::fs::MetadataExt::uid(&fs::metadata(ground.data()).unwrap());
    let mut other = std::process::Command::new("cat");
    other.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null());
    if rustix::process::geteuid().is_root() {
        std::os::unix::process::CommandExt::uid(&mut other, owner);
    }
    let mut other = other.spawn().unwrap();
    let lock = ground.data().join("postmaster.pid");
    let text = fs::read_to_string(&lock).unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    fs::write(&lock, format!("{}\n{rest}", other.id())).unwrap();
    let served = ground.again(&[]).serve();
    assert_eq!(served.sql("select n from kept"), "1");
    assert!(rustix::process::test_kill_process(Pid::from_child(&other)).is_ok());
    served.stop();
    drop(other.stdin.take());
    other.wait().unwrap();
}

#[test]
fn a_stage_that_was_left_behind_whole_data_is_cleared() {
    let ground = Ground::new(somebody());
    ground.first(&[]).serve().stop();
    let stage = ground.data().join(".pt-init");
    fs::create_dir(&stage).unwrap();
    fs::write(stage.join("complete"), "").unwrap();
    ground.again(&[]).serve().stop();
    assert!(!stage.exists());
    ground.again(&[]).serve().stop();
}
