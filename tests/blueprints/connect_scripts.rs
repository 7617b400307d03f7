//! The scripts of the blueprints, run by a shell, with stand-ins for the programs that they call.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use polytope::expand::MountSource;
use tempfile::TempDir;

use crate::case::compile_text;

/// The content of a file that a call mounts; a secret in it is `secret`.
fn content(call: &str, path: &str, secret: &str) -> String {
    let compiled = compile_text(&format!("modules:\n  - {{id: one, {call}}}\n"));
    let mount = compiled.program.containers[0].mounts.iter().find(|mount| mount.path.value == path).unwrap();
    match &mount.source {
        MountSource::Content { data, .. } => data.reveal(|_| Some(secret)).unwrap(),
        other => panic!("{path} is no text: {other:?}"),
    }
}

/// A directory with programs that come before all others.
struct Bench {
    directory: TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { directory: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// A program; `$BENCH` is the directory.
    fn program(&self, name: &str, script: &str) -> PathBuf {
        let path = self.file(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn run(&self, script: &str, arguments: &[&str]) -> Output {
        let script = self.file("script.sh", script);
        let searched = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("sh");
        command.arg(script).args(arguments).env("PATH", searched).env("BENCH", self.directory.path());
        command.env("CONNECT_WAIT_SECONDS", "3").output().unwrap()
    }
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_shell_can_read_every_script() {
    for (call, path) in [
        ("module: polytope/kafka!connect, args: {connectors: []}", "/polytope/install-connectors.sh"),
        ("module: polytope/kafka!create-connectors, args: {host: a, connectors: []}", "/polytope/create-connectors.sh"),
    ] {
        let bench = Bench::new();
        let script = bench.file("script.sh", &content(call, path, ""));
        assert!(Command::new("sh").arg("-n").arg(script).status().unwrap().success(), "{path}");
    }
}

fn install(bench: &Bench, connectors: &[&str]) -> Output {
    let call = "module: polytope/kafka!connect, args: {connectors: []}";
    let script = content(call, "/polytope/install-connectors.sh", "");
    let program = bench.program("worker", "echo worker >> \"$BENCH/log\"");
    fs::create_dir_all(bench.path("hub")).unwrap();
    let (hub, program) = (bench.path("hub"), program.display().to_string());
    bench.run(&script, &[&[hub.to_str().unwrap(), &program], connectors].concat())
}

/// Does what confluent-hub does: a folder with a manifest.
const HUB: &str = r#"echo "$*" >> "$BENCH/log"
name=${3%%:*}
folder=$BENCH/hub/$(printf %s "$name" | tr / -)
mkdir -p "$folder"
printf '{\n  "name" : "x",\n  "version" : "%s"\n}\n' "${3#*:}" > "$folder/manifest.json""#;

#[test]
fn a_worker_starts_once_its_connectors_are_installed() {
    let bench = Bench::new();
    bench.program("confluent-hub", HUB);
    let done = install(&bench, &["acme/sink:1.0.1", "acme/source:2.0"]);
    assert!(done.status.success(), "{}", said(&done.stderr));
    assert_eq!(bench.read("log"), "install --no-prompt acme/sink:1.0.1\ninstall --no-prompt acme/source:2.0\nworker\n");
}

#[test]
fn what_is_installed_already_is_not_fetched_again() {
    let bench = Bench::new();
    bench.program("confluent-hub", HUB);
    install(&bench, &["acme/sink:1.0.1"]);
    let again = install(&bench, &["acme/sink:1.0.1", "acme/sink:latest", "acme/sink"]);
    assert!(again.status.success(), "{}", said(&again.stderr));
    assert_eq!(bench.read("log"), "install --no-prompt acme/sink:1.0.1\nworker\nworker\n");
    install(&bench, &["acme/sink:1.0.10", "acme/sink:1x0.1"]);
    assert_eq!(
        bench.read("log").lines().skip(3).collect::<Vec<_>>(),
        ["install --no-prompt acme/sink:1.0.10", "install --no-prompt acme/sink:1x0.1", "worker"]
    );
}

#[test]
fn an_installation_that_failed_stops_the_worker_and_is_done_anew() {
    let bench = Bench::new();
    bench.program("confluent-hub", &format!("{HUB}\necho 'no such component' >&2\nexit 6"));
    let failed = install(&bench, &["acme/sink:1.0.1"]);
    assert_eq!(failed.status.code(), Some(6));
    assert_eq!(said(&failed.stderr), "no such component\n");
    bench.program("confluent-hub", HUB);
    assert!(install(&bench, &["acme/sink:1.0.1"]).status.success());
    let line = "install --no-prompt acme/sink:1.0.1\n";
    assert_eq!(bench.read("log"), format!("{line}{line}worker\n"));
}

const CONNECTORS: &str = "module: polytope/kafka!create-connectors, args: {host: a, connectors: \
    [{name: \"my sink/1\", config: {connector.class: Sink, password: \"pt.secret p\", url: \"u:{pt.secret p}@{pt.secret p}\"}}]}";

fn create(bench: &Bench, secret: &str) -> Output {
    let script = content(CONNECTORS, "/polytope/create-connectors.sh", "");
    let file = bench.file("1.json", &content(CONNECTORS, "/polytope/connectors/1.json", secret));
    let file = file.to_str().unwrap();
    bench.run(&script, &["http://kafka-connect:8083", "my sink/1", file])
}

/// Answers as a worker does: `$BENCH/answer` to the n-th PUT is its n-th line, the last one to all that follow.
const CURL: &str = r#"for last; do :; done
case "$*" in
  *--request\ PUT*)
    cat > "$BENCH/body"
    echo "$last" >> "$BENCH/log"
    number=$(wc -l < "$BENCH/log")
    line=$(sed -n "${number}p" "$BENCH/answers")
    [ -n "$line" ] || line=$(tail -n 1 "$BENCH/answers")
    printf '{"message":"the worker says %s"}\n%s' "$line" "$line" ;;
  *) [ -e "$BENCH/answers" ] || exit 7 ;;
esac"#;

#[test]
fn a_connector_is_put_with_its_secrets_as_json() {
    let bench = Bench::new();
    bench.program("curl", CURL);
    bench.file("answers", "201\n");
    let secret = "a\"b\\c\nd\te\r& $(id) ' /";
    let done = create(&bench, secret);
    assert!(done.status.success(), "{}", said(&done.stderr));
    assert_eq!(said(&done.stdout), "connector my sink/1 is set up\n");
    let path = "%6d%79%20%73%69%6e%6b%2f%31";
    assert_eq!(bench.read("log"), format!("http://kafka-connect:8083/connectors/{path}/config\n"));
    let body: serde_json::Value = serde_json::from_str(&bench.read("body")).unwrap();
    assert_eq!(
        body,
        serde_json::json!({"connector.class": "Sink", "password": secret, "url": format!("u:{secret}@{secret}")})
    );
}

#[test]
fn a_worker_that_is_busy_is_asked_again() {
    let bench = Bench::new();
    bench.program("curl", CURL);
    bench.program("sleep", "");
    bench.file("answers", "409\n409\n200\n");
    assert!(create(&bench, "x").status.success());
    assert_eq!(bench.read("log").lines().count(), 3);
    let bench = Bench::new();
    bench.program("curl", CURL);
    bench.program("sleep", "");
    bench.file("answers", "409\n");
    assert_eq!(create(&bench, "x").status.code(), Some(1));
}

#[test]
fn a_refusal_is_told_in_the_words_of_the_worker() {
    let bench = Bench::new();
    bench.program("curl", CURL);
    bench.file("answers", "400\n");
    let failed = create(&bench, "x");
    assert_eq!(failed.status.code(), Some(1));
    insta::assert_snapshot!(said(&failed.stderr), @r#"
    connector my sink/1 was refused (HTTP 400):
    {"message":"the worker says 400"}
    "#);
}

#[test]
fn a_worker_that_never_answers_is_given_up() {
    let bench = Bench::new();
    bench.program("curl", CURL);
    bench.program("sleep", "echo nap >> \"$BENCH/naps\"");
    let failed = create(&bench, "x");
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(said(&failed.stderr), "Kafka Connect does not answer at http://kafka-connect:8083\n");
    assert_eq!(bench.read("naps").lines().count(), 2);
}
