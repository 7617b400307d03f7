//! How long `pt run -d` and `pt down` take against what the engine itself needs for the same containers.
//!
//! `cargo bench --bench run [-- PART…]`; parts: `no-op`, `postgres`, `up-down`. `PT_BENCH_RUNS=N` sets how often. Needs a
//! Docker engine with the images that `tests/images/build` makes (busybox, postgres:16.2).
//!
//! Floors, measured in turn with `pt`, are plain HTTP over the engine's socket, one kept connection for each worker: for a
//! run that changes nothing one filtered list of containers; for postgres network, create, start and a TCP probe every
//! 10 ms (where a variable changed: stop, remove, create, start, probe); for many containers the same with 4 at a time,
//! and 8 at a time on the way down. Everything made here is called `pt-b-…` or `b-…` and removed at the end, also that
//! of a run before that was broken off. Other tools are not measured here: `docker compose` of a machine that has it can
//! be put beside these figures by hand.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    missing_docs,
    reason = "a bench prints its table, and ends where something is wrong"
)]

mod engine;
mod measure;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use engine::{Engine, at_once};
use measure::{Times, finish, heading, in_turn, is_wanted, peak_memory, row, runs};
use serde_json::json;

/// What everything of the floors is called, and what `pt` calls everything of these projects.
const OURS: [&str; 2] = ["b-", "pt-b-"];

/// How many containers are started and removed in one moment.
const STARTS: usize = 4;
const REMOVALS: usize = 8;

fn main() {
    let directory = tempfile::tempdir().expect("there is room for the projects");
    clean();
    if is_wanted("no-op") {
        no_op(directory.path());
    }
    if is_wanted("postgres") {
        postgres(directory.path());
    }
    if is_wanted("up-down") {
        up_and_down(directory.path());
    }
    clean();
}

fn clean() {
    for prefix in OURS {
        Engine::connect().remove_all(prefix);
    }
}

/// A project in a directory of its own, with a store of its own.
struct Project {
    home: PathBuf,
    directory: PathBuf,
}

impl Project {
    fn new(root: &Path, name: &str, file: &str) -> Self {
        let project = Self { home: root.to_owned(), directory: root.join(name) };
        fs::create_dir_all(&project.directory).expect("the directory can be made");
        fs::write(project.directory.join("polytope.yml"), file).expect("the file can be written");
        project
    }

    fn pt(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pt"));
        command.args(arguments).current_dir(&self.directory).env("HOME", &self.home);
        command.env("XDG_RUNTIME_DIR", "/dev/shm").env_remove("XDG_DATA_HOME").env_remove("XDG_CONFIG_HOME");
        command
    }

    fn run(&self) -> Duration {
        finish(&mut self.pt(&RUN), &[0])
    }

    /// A run in which a variable has another content than in the one before.
    fn run_with_mark(&self, mark: &str) -> Duration {
        finish(self.pt(&RUN).env("PT_VALUE_MARK", mark), &[0])
    }

    fn down(&self) -> Duration {
        finish(&mut self.pt(&["down"]), &[0])
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn no_op(root: &Path) {
    heading("pt run -d, nothing to do", "one filtered list of the project's containers");
    for (count, target) in [(1, "8 ms + floor"), (10, "10 ms + floor"), (50, "15 ms + floor, 40 MB")] {
        let name = format!("b-noop-{count}");
        let project = Project::new(root, &name, &web_servers(count));
        project.run();
        let mut engine = Engine::connect();
        let filter = format!("/containers/json?all=1&filters=%7B%22name%22:%5B%22pt-{name}-%22%5D%7D");
        let list = || timed(|| drop(engine.must("GET", &filter, None)));
        let times = in_turn(runs(20), || project.run(), list);
        let peak = peak_memory(&mut project.pt(&RUN));
        row(&format!("{count} web servers"), &times, Some(peak), target);
        project.down();
    }
}

fn postgres(root: &Path) {
    heading("pt run -d, one postgres", "raw network, create, start, TCP probe every 10 ms");
    let project = Project::new(root, "b-postgres", POSTGRES);
    finish(&mut project.pt(&["secrets", "generate", "password"]), &[0]);
    let mut engine = Engine::connect();
    let cold = in_turn(
        runs(5),
        || {
            project.down();
            Engine::connect().must("DELETE", "/volumes/pt-b-postgres_data?force=1", None);
            project.run_with_mark("0")
        },
        || {
            remove_raw_postgres(&mut engine);
            let _ = engine.ask("DELETE", "/volumes/b-data", None);
            timed(|| {
                engine.must("POST", "/volumes/create", Some(&json!({"Name": "b-data"})));
                raw_network_and_postgres(&mut engine);
            })
        },
    );
    row("cold: to ready from nothing", &cold, None, "1.1x");

    let warm = in_turn(
        runs(7),
        || {
            project.down();
            project.run_with_mark("0")
        },
        || {
            remove_raw_postgres(&mut engine);
            timed(|| raw_network_and_postgres(&mut engine))
        },
    );
    let peak = peak_memory(project.pt(&[&RUN[..], &["--force-recreate"]].concat()).env("PT_VALUE_MARK", "0"));
    row("warm: with its data", &warm, Some(peak), "1.2x, 40 MB");

    let mut round = 0;
    let changed = in_turn(
        runs(7),
        || {
            round += 1;
            project.run_with_mark(&round.to_string())
        },
        || {
            timed(|| {
                engine.stop_and_remove("b-postgres");
                raw_postgres(&mut engine);
            })
        },
    );
    row("one variable changed", &changed, None, "1.3x");
    let mark = round.to_string();
    let list = || timed(|| drop(Engine::connect().must("GET", "/containers/json?all=1", None)));
    let unchanged = in_turn(runs(20), || project.run_with_mark(&mark), list);
    row("nothing changed, with its secret", &unchanged, None, "8 ms + floor");

    project.down();
    remove_raw_postgres(&mut engine);
    clean();
}

fn raw_network_and_postgres(engine: &mut Engine) {
    engine.must("POST", "/networks/create", Some(&json!({"Name": "b-floor"})));
    raw_postgres(engine);
}

fn raw_postgres(engine: &mut Engine) {
    let mount = json!({"Type": "volume", "Source": "b-data", "Target": "/var/lib/postgresql/data"});
    let body = json!({
        "Image": "postgres:16.2",
        "Env": ["POSTGRES_PASSWORD=of a bench"],
        "HostConfig": {"Mounts": [mount]},
    });
    engine.create("b-postgres", "b-floor", body);
    engine.start("b-postgres", 5432);
}

fn remove_raw_postgres(engine: &mut Engine) {
    if engine.ask("GET", "/containers/b-postgres/json", None).is_ok() {
        engine.stop_and_remove("b-postgres");
        engine.must("DELETE", "/networks/b-floor", None);
    }
}

fn up_and_down(root: &Path) {
    heading("many small containers", "raw, 4 starts or 8 removals at a time, network included");
    for (count, usual) in [(10, 3), (50, 1)] {
        let project = Project::new(root, &format!("b-many-{count}"), &web_servers(count));
        let (mut up, mut down) = ([Times::default(), Times::default()], [Times::default(), Times::default()]);
        for round in 0..=runs(usual) {
            let raw = [timed(|| raw_up(count)), timed(|| raw_down(count))];
            let pt = [project.run(), project.down()];
            // the first round warms up
            if round > 0 {
                up[0].add(pt[0]);
                up[1].add(raw[0]);
                down[0].add(pt[1]);
                down[1].add(raw[1]);
            }
        }
        let peak = peak_memory(&mut project.pt(&RUN));
        row(&format!("{count} up"), &up, Some(peak), "parity, 40 MB");
        let peak = peak_memory(&mut project.pt(&["down"]));
        row(&format!("{count} down"), &down, Some(peak), "parity, 40 MB");
    }
}

fn raw_up(count: usize) {
    Engine::connect().must("POST", "/networks/create", Some(&json!({"Name": "b-many"})));
    at_once(STARTS, count, |engine, index| {
        let name = format!("b-many-{index}");
        engine.create(&name, "b-many", json!({"Image": IMAGE, "Cmd": SERVER}));
        engine.start(&name, 80);
    });
}

fn raw_down(count: usize) {
    at_once(REMOVALS, count, |engine, index| engine.stop_and_remove(&format!("b-many-{index}")));
    Engine::connect().must("DELETE", "/networks/b-many", None);
}

/// The tag moves, and that is refused without a word for it.
const RUN: [&str; 4] = ["run", "-d", "--allow", "mutable-image"];

/// The image that all tests have.
const IMAGE: &str = "busybox:latest";

/// The smallest program that has a port to wait for.
const SERVER: [&str; 4] = ["httpd", "-f", "-p", "80"];

/// A file with so many web servers, each ready when its port accepts a connection.
fn web_servers(count: usize) -> String {
    let mut text = "modules:\n".to_owned();
    for index in 0..count {
        let _ = write!(
            text,
            "  - id: web{index:02}
    module: polytope/container
    args:
      id: web{index:02}
      image: {IMAGE}
      cmd: {SERVER:?}
      services: [{{id: web{index:02}, ports: [{{port: 80, protocol: http, internal: true}}]}}]
"
        );
    }
    text.push_str("templates:\n  - id: stack\n    run:\n");
    for index in 0..count {
        let _ = writeln!(text, "      - web{index:02}");
    }
    text
}

/// A database whose data outlives it, with a secret and a variable that changes.
const POSTGRES: &str = "\
modules:
  - id: database
    module: polytope/postgres
    args:
      image: postgres:16.2
      container-id: database
      env:
        - {name: POSTGRES_PASSWORD, value: pt.secret password}
        - {name: MARK, value: pt.value mark}
      data-volume: {type: volume, scope: project, id: data}
      services: [{id: database, ports: [{port: 5432, protocol: tcp, internal: true}]}]
templates:
  - id: stack
    run:
      - database
";
