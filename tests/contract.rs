//! The contract suite on a real Docker Engine, the one that the environment names or that of the default socket, and on
//! processes of this machine.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::BTreeMap;

use polytope::engine::docker::DockerEngine;
use polytope::engine::process::{Places, ProcessEngine};
use polytope::engine::suite::{Checked, Stage, check};

fn shell(script: &str) -> Vec<String> {
    ["sh", "-c", script].map(str::to_owned).to_vec()
}

#[test]
fn docker_keeps_the_contract() {
    let variables: BTreeMap<String, String> = std::env::vars().collect();
    let engine = DockerEngine::connect(None, &variables).unwrap();
    let stage = Stage {
        project: format!("pt-contract-{}", std::process::id()),
        image: "busybox:latest".to_owned(),
        serves: shell("exec httpd -f -p 8080"),
        port: 8080,
        idles: shell("exec sleep 600"),
        ends_well: shell("exit 0"),
        ends_badly: shell("echo last words; exit 3"),
        reads_file: shell("test \"$(cat /suite/file)\" = content"),
        reads_secret: Some(shell("test \"$(cat /run/secrets/KEY)\" = s3cret")),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    all_are_kept(&runtime.block_on(check(&engine, &stage)));
}

fn all_are_kept(checked: &[Checked]) {
    let wrong: Vec<String> = checked
        .iter()
        .filter_map(|checked| Some(format!("{}: {}", checked.name, checked.result.as_ref().err()?)))
        .collect();
    assert!(wrong.is_empty(), "{} of {} checks failed\n{}", wrong.len(), checked.len(), wrong.join("\n"));
}

/// A server of one line, on the port that its environment names.
const SERVER: &str = "exec perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 5, ReuseAddr => 1, \
                      LocalAddr => \"127.0.0.1\", LocalPort => $ENV{PORT}) or die $!; while (my $c = $s->accept) { close $c }'";

#[test]
fn processes_keep_the_contract() {
    let home = tempfile::tempdir().unwrap();
    let places = Places { state: home.path().join("state"), data: home.path().join("data"), runtime: None };
    let variables: BTreeMap<String, String> = std::env::vars().collect();
    let engine = ProcessEngine::new(places, env!("CARGO_BIN_EXE_pt").into(), variables);
    let stage = Stage {
        project: format!("pt-contract-{}", std::process::id()),
        image: "polytope/process:host".to_owned(),
        serves: shell(SERVER),
        port: 8080,
        idles: shell("exec sleep 600"),
        ends_well: shell("exit 0"),
        ends_badly: shell("echo last words; exit 3"),
        reads_file: shell("test \"$(cat /suite/file)\" = content"),
        reads_secret: Some(shell("test \"$(cat /run/secrets/KEY)\" = s3cret")),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    all_are_kept(&runtime.block_on(check(&engine, &stage)));
}
