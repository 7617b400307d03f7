//! What each answer of an engine is told as.

use super::*;

fn class(status: u16, message: &str) -> String {
    let error = doing("try").because(Trouble::Refused { status, message: message.to_owned() });
    let kind = match &error.failure {
        Failure::Image(_) => "image",
        Failure::PortTaken { .. } => "port",
        Failure::NotFound(_) => "absent",
        Failure::Engine(_) => "engine",
        other => panic!("unexpected class {other:?}"),
    };
    format!("{kind}: {} | {}", error.failure, error.help.unwrap_or_default())
}

fn assert_class(status: u16, message: &str, kind: &str, holds: &[&str]) {
    let shown = class(status, message);
    assert!(shown.starts_with(kind), "{message}\n→ {shown}");
    for part in holds {
        assert!(shown.contains(part), "`{part}` is missing in\n{shown}");
    }
}

#[test]
fn a_taken_port_is_named_in_every_wording() {
    for message in [
        "driver failed programming external connectivity on endpoint x (85ba): Bind for 127.0.0.1:18081 failed: port is already allocated",
        "driver failed programming external connectivity on endpoint x (85ba): Error starting userland proxy: listen tcp4 127.0.0.1:18081: bind: address already in use",
        "failed to set up container networking: driver failed programming external connectivity on endpoint x: failed to bind host port for 127.0.0.1:18081:172.17.0.2:80/tcp: address already in use",
        "failed to bind host port 127.0.0.1:18081/tcp: address already in use",
        "Bind for [::1]:18081 failed: port is already allocated",
        "Ports are not available: exposing port TCP 127.0.0.1:18081 -> 0.0.0.0:0: ports are not available",
    ] {
        let trouble = Trouble::Refused { status: 500, message: message.to_owned() };
        assert_eq!(trouble.taken_port(), Some(18081), "{message}");
        assert_class(500, message, "port: port 18081 is taken", &["expose-as"]);
    }
}

#[test]
fn an_address_in_use_without_a_port_is_no_port_fault() {
    let trouble = Trouble::Refused { status: 500, message: "Address already in use".to_owned() };
    assert_eq!(trouble.taken_port(), None);
}

#[test]
fn a_missing_program_points_at_the_command() {
    let message = "OCI runtime create failed: container_linux.go:380: starting container process caused: exec: \"/no/such\": stat /no/such: no such file or directory: unknown";
    assert_class(400, message, "engine", &["the program `/no/such` is not in the image", "`cmd`"]);
    let message = "OCI runtime create failed: runc create failed: exec: \"/etc/passwd\": permission denied: unknown";
    assert_class(400, message, "engine", &["the program `/etc/passwd` may not be executed"]);
}

#[test]
fn the_causes_of_a_failed_pull_are_told_apart_by_text() {
    for (message, said, help) in [
        ("toomanyrequests: You have reached your pull rate limit.", "limits how often", "docker login"),
        ("unauthorized: authentication required", "login", "docker login"),
        ("pull access denied for x, repository does not exist or may require 'docker login'", "login", "docker login"),
        ("manifest for postgres:99 not found: manifest unknown: manifest unknown", "no such tag", "spelling"),
        ("received unexpected HTTP status: 500 Internal Server Error", "fault of its own", "later"),
        ("filesystem layer verification failed for digest sha256:12", "damaged", "later"),
        (
            "Get \"https://registry.invalid/v2/\": dial tcp: lookup registry.invalid on 1.1.1.1:53: no such host",
            "reached",
            "network",
        ),
        ("no matching manifest for linux/arm64/v8 in the manifest list entries", "platform", "image"),
        ("No such image: x:1", "not in the engine", "--pull missing"),
    ] {
        assert_class(500, message, "image", &[said, help]);
    }
}

#[test]
fn a_full_disk_a_missing_bind_and_remains_say_what_to_type() {
    assert_class(500, "mkdir /var/lib/docker/x: no space left on device", "engine", &["disk is full", "system df"]);
    assert_class(
        400,
        "invalid mount config for type \"bind\": bind source path does not exist: /src/x",
        "absent",
        &["`/src/x` is not there"],
    );
    assert_class(409, "id already in use", "engine", &["--force-recreate"]);
}

#[test]
fn what_is_unknown_keeps_the_engines_words_on_one_line() {
    assert_class(500, "Error response from daemon: disk on\n fire.", "engine: disk on fire | ", &[]);
    assert_class(404, "No such container: x", "absent: No such container: x", &[]);
    assert!(sentence(&"x".repeat(5000)).len() < 500);
}
