//! What cannot be is said before anything starts, and by its name.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use crate::ground::{Ground, Who, not_root, somebody};

#[test]
fn a_directory_with_other_things_in_it_is_left_alone() {
    let ground = Ground::new(somebody());
    ground.write("data/notes.txt", "mine");
    let ended = ground.first(&[]).run().ends_with(2);
    ended.tells("it holds no PostgreSQL data, but it is not empty: there is `notes.txt`");
    assert_eq!(ground.entries(), ["notes.txt"]);
    let file = ground.write("file", "");
    ground.call(&["--datadir", file.to_str().unwrap(), "--init"]).run().ends_with(2).tells("it is not a directory");
}

#[test]
fn a_taken_port_is_named_with_its_holder_and_no_data_are_made() {
    let ground = Ground::new(somebody());
    let holder = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let ended = ground.first(&["--port", &port]).run().ends_with(1);
    ended.tells(&format!("port {port} of 127.0.0.1 is taken by ")).tells("0 takes a free one");
    assert!(!ground.data().exists());
}

#[test]
fn a_host_of_another_machine_is_refused() {
    let ground = Ground::new(somebody());
    ground.first(&["--host", "192.0.2.1"]).run().ends_with(2).tells("host `192.0.2.1` cannot be listened on");
    ground.first(&["--host", "no-such.invalid"]).run().ends_with(2).tells("host `no-such.invalid` is not known");
    assert!(!ground.data().exists());
}

#[test]
fn a_port_of_root_s_is_refused() {
    let ground = Ground::new(somebody());
    let open = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").unwrap();
    if open.trim() == "0" {
        // This machine keeps no port for root: there is nothing to refuse, and the server starts.
        ground.first(&["--port", "1"]).serve().stop();
        return;
    }
    ground.first(&["--port", "1"]).run().ends_with(2).tells("port 1 is for root's programs");
}

#[test]
fn a_socket_directory_has_to_be_there_and_open() {
    let ground = Ground::new(somebody());
    let missing = ground.path("missing");
    let ended = ground.first(&["--socket-dir", missing.to_str().unwrap()]).run().ends_with(2);
    ended.tells("the socket directory is not there").tells("install -d -o");
    let closed = ground.path("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    let ended = ground.first(&["--socket-dir", closed.to_str().unwrap()]).run().ends_with(2);
    ended.tells("closed: `").tells("may not make the socket and its lock file there");
    let long = "/".to_owned() + &"x".repeat(120);
    ground.first(&["--socket-dir", &long]).run().ends_with(2).tells("the name is too long for a socket");
    assert!(!ground.data().exists());
}

#[test]
fn a_directory_of_somebody_else_is_refused() {
    let ground = Ground::new(not_root());
    let other = "/usr/share/doc";
    let ended = ground.call(&["--datadir", "/etc", "--init"]).run().ends_with(2);
    ended.tells("/etc: it holds no PostgreSQL data");
    let below = format!("{other}/data");
    let ended = ground.call(&["--datadir", &below, "--init"]).env("POSTGRES_PASSWORD", "x").run().ends_with(1);
    ended.tells(&format!("make {below}")).tells("Permission denied");
}

#[test]
fn a_folder_that_the_account_may_not_enter_is_named() {
    if somebody() != Who::Root {
        // Whoever is not root and may not enter it is refused by the disk: see above.
        return;
    }
    let ground = Ground::new(Who::Root);
    let closed = ground.path("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let data = closed.join("data");
    let ended = ground.call(&["--datadir", data.to_str().unwrap(), "--init"]).run().ends_with(2);
    ended
        .tells(&format!("{}: `postgres`, as whom the server runs, may not enter it", closed.display()))
        .tells("chmod o+x");
    assert!(!data.exists());
}

#[test]
fn a_server_that_runs_already_is_named_with_its_process() {
    let ground = Ground::new(somebody());
    let served = ground.first(&[]).serve();
    let pid = ground.server().as_raw_nonzero();
    let port = served.port.to_string();
    let ended = ground.again(&["--port", &port]).run().ends_with(1);
    ended.tells("a server runs on ").tells(&format!("already, process {pid}"));
    assert_eq!(served.sql("select 1"), "1");
    served.stop();
}
