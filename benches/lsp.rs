//! How long an editor waits for `pt lsp`: for its start, and from a change of a file of 1,000 lines to its findings.
//!
//! `cargo bench --bench lsp`; `PT_BENCH_RUNS=N` sets how often. Floors, measured in turn: for the start `pt --version`; for a
//! change `compiler::check` of the same text in this process.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    missing_docs,
    reason = "a bench prints its table, and ends where something is wrong"
)]

#[allow(dead_code, reason = "the other benches use the rest")]
mod measure;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use measure::{finish, heading, in_turn, row, runs};
use polytope::compiler::{Project, check};
use polytope::lint::Settings;
use polytope::source::MemoryLoader;
use serde_json::{Value, json};

fn main() {
    let directory = tempfile::tempdir().expect("there is room for a home");
    let root = directory.path();
    heading("pt lsp, start to the answer to `initialize`", "pt --version");
    let floor = || finish(Command::new(env!("CARGO_BIN_EXE_pt")).arg("--version"), &[0]);
    row("start", &in_turn(runs(20), || Server::start(root).1, floor), None, "50 ms");
    heading("pt lsp, change to findings", "compiler::check of the same text, in this process");
    for modules in [10, 70] {
        change(root, modules);
    }
}

fn change(root: &Path, modules: usize) {
    let text = document(modules);
    let (mut server, _) = Server::start(root);
    let uri = format!("file://{}/polytope.yml", root.display());
    let opened = json!({ "uri": uri, "languageId": "yaml", "version": 0, "text": text });
    server.tell("textDocument/didOpen", &json!({ "textDocument": opened }));
    server.findings(0);
    let mut version = 0;
    let subject = || {
        version += 1;
        // A letter in a text, as somebody types it.
        let start = json!({ "line": 2, "character": 10 });
        let range = json!({ "start": start, "end": start });
        let document = json!({ "uri": uri, "version": version });
        let changes = json!([{ "range": range, "text": "x" }]);
        let started = Instant::now();
        server.tell("textDocument/didChange", &json!({ "textDocument": document, "contentChanges": changes }));
        server.findings(version);
        started.elapsed()
    };
    let times = in_turn(runs(100), subject, || plain_check(&text));
    let peak = server.peak();
    row(&format!("{} lines", text.lines().count()), &times, Some(peak), "20 ms, 30 MB");
}

fn plain_check(text: &str) -> Duration {
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    let started = Instant::now();
    let found = check(&loader, Path::new("polytope.yml"), &Project::default(), &Settings::default());
    std::hint::black_box(found.expect("the file is there"));
    started.elapsed()
}

/// A running `pt lsp`.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    /// A server that answered the first request, and how long that took.
    fn start(root: &Path) -> (Self, Duration) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pt"));
        command.arg("lsp").current_dir(root).env("HOME", root).env_remove("XDG_DATA_HOME");
        let started = Instant::now();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let input = child.stdin.take().expect("its input is a pipe");
        let output = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let mut server = Self { child, input, output };
        server.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} } }));
        server.read();
        let time = started.elapsed();
        server.tell("initialized", &json!({}));
        (server, time)
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("it reads");
        self.input.flush().expect("it reads");
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Waits for the findings of a version.
    fn findings(&mut self, version: i32) {
        while self.read()["params"]["version"] != json!(version) {}
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).expect("it writes");
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(text) => length = text.parse().expect("a length is a number"),
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("it writes");
        serde_json::from_slice(&body).expect("it writes JSON")
    }

    /// Most memory that it held, in KiB.
    fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A clean file with so many databases, each with a secret and a volume.
fn document(count: usize) -> String {
    let mut text = "modules:\n".to_owned();
    for index in 0..count {
        let _ = write!(
            text,
            "  - id: db{index:04}
    info: Database {index}
    module: polytope/postgres
    args:
      image: postgres:16.2
      service-id: db{index:04}
      env:
        - name: POSTGRES_PASSWORD
          value: pt.secret password
        - {{name: POSTGRES_DB, value: app}}
      data-volume: {{type: volume, scope: project, id: data{index:04}}}
      restart: {{policy: always}}
"
        );
    }
    text.push_str("templates:\n  - id: stack\n    run:\n");
    for index in 0..count {
        let _ = writeln!(text, "      - db{index:04}");
    }
    text
}
