//! How long `pt` takes where no engine is needed: start-up, `pt check` of one file and of a thousand, and a large project.
//!
//! `cargo bench --bench check [-- PART…]`; parts: `start-up`, `modules`, `growth`, `files`, `peers`,
//! `project`, `corpus` (the largest project of `../shared/corpus`, or of `PT_CORPUS`, where that is). `PT_BENCH_RUNS=N` sets
//! how often.
//!
//! Floors, measured in turn with `pt`: for start-up `/bin/true`; for files the same text parsed to a tree by the library
//! in this process, on one core, without a process around it; for projects their files read and parsed by `serde_yaml` in
//! this process; for growth a tenth of the modules; for other checkers (`pip install yamllint check-jsonschema`,
//! `npm install -g dclint`; each that is not here is passed over) `pt` itself.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    missing_docs,
    reason = "a bench prints its table, and ends where something is wrong"
)]

mod measure;
mod peers;
mod project;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use measure::{finish, heading, in_turn, is_wanted, peak_memory, row, runs};
use peers::PEERS;
use polytope::diagnostic::Diagnostics;
use polytope::source::FileId;
use project::Project;

/// Number of files in the large project, and the bytes that each has at least.
const FILES: usize = 1000;
const FILE_SIZE: usize = 6000;

fn main() {
    let directory = tempfile::tempdir().expect("there is room for the files");
    let root = directory.path();
    if is_wanted("start-up") {
        start_up(root);
    }
    if is_wanted("modules") {
        modules(root);
    }
    if is_wanted("growth") {
        growth(root);
    }
    if is_wanted("files") {
        files(root);
    }
    if is_wanted("peers") {
        peers(root);
    }
    if is_wanted("project") {
        large_project(root);
    }
    if is_wanted("corpus") {
        corpus(root);
    }
}

/// `pt` with a store of its own, so that nothing of the user's is read.
fn pt(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pt"));
    command.args(arguments).current_dir(root).env("HOME", root).env_remove("XDG_DATA_HOME");
    command.env("PT_SECRET_PASSWORD", "a password that nobody uses");
    command
}

fn start_up(root: &Path) {
    heading("start-up", "/bin/true");
    let subject = || pt(root, &["--version"]);
    let times = in_turn(runs(40), || finish(&mut subject(), &[0]), || finish(&mut Command::new("/bin/true"), &[0]));
    row("pt --version", &times, Some(peak_memory(&mut subject())), "5 ms, 10 MB");
}

fn modules(root: &Path) {
    heading("pt check, one file", "the text parsed to a tree, in this process");
    for (count, target) in [(1, "5 ms"), (100, "15 ms"), (1000, "100 ms, 40 MB")] {
        let path = root.join(format!("modules-{count}.yml"));
        let text = document(count);
        fs::write(&path, &text).expect("the file can be written");
        let subject = || pt(root, &["check", &path.to_string_lossy()]);
        let times = in_turn(runs(20), || finish(&mut subject(), &[0]), || parse(std::slice::from_ref(&text)));
        row(&format!("{count} modules, {} kB", text.len() / 1000), &times, Some(peak_memory(&mut subject())), target);
    }
}

/// Ten times the modules: the ratio says whether the time is linear in their number.
fn growth(root: &Path) {
    heading("pt check, ten times the modules", "pt check of 1000 modules");
    let subject = |count: usize| {
        let path = root.join(format!("growth-{count}.yml"));
        fs::write(&path, small_modules(count)).expect("the file can be written");
        move || pt(root, &["check", &path.to_string_lossy()])
    };
    let (many, few) = (subject(10_000), subject(1000));
    let times = in_turn(runs(5), || finish(&mut many(), &[0]), || finish(&mut few(), &[0]));
    row("10000 modules : 1000", &times, Some(peak_memory(&mut many())), "10x");
}

/// The commands that look at a whole project without an engine.
fn large_project(root: &Path) {
    let project = Project::write(&root.join("large"));
    heading("a large project", "its files read and parsed by serde_yaml, in this process");
    for command in [["check"].as_slice(), &["render", "stack"]] {
        let subject = || {
            let mut command = pt(&project.root, command);
            command.env("PT_VALUE_LOG_LEVEL", "info").env("PT_VALUE_HOST", "localhost");
            command
        };
        let times = in_turn(runs(20), || finish(&mut subject(), &[0]), || read_and_parse(&project.files));
        let name = format!("pt {}, {} files, {} lines", command[0], project.files.len(), project.lines);
        row(&name, &times, Some(peak_memory(&mut subject())), "30 ms");
    }
}

/// The largest real project that there is: with what its main file includes, and all of its files.
fn corpus(home: &Path) {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let place = std::env::var_os("PT_CORPUS").map_or_else(beside, PathBuf::from);
    heading("the largest real project", "its files read and parsed by serde_yaml, in this process");
    let Some(project) = Project::largest(&place) else {
        println!("  not here: {}", place.display());
        return;
    };
    for command in [["check"].as_slice(), &["check", "."]] {
        let subject = || {
            let mut command = pt(&project.root, command);
            command.env("HOME", home);
            command
        };
        let times = in_turn(runs(20), || finish(&mut subject(), &[0, 1]), || read_and_parse(&project.files));
        let name = format!("pt {}, {} files, {} lines", command.join(" "), project.files.len(), project.lines);
        row(&name, &times, Some(peak_memory(&mut subject())), "30 ms");
    }
}

fn read_and_parse(files: &[PathBuf]) -> Duration {
    let started = Instant::now();
    for path in files {
        let text = fs::read_to_string(path).expect("the file can be read");
        // A template with holes in it is none; it was read all the same.
        let value = serde_yaml::from_str::<serde_yaml::Value>(&text);
        let _ = std::hint::black_box(value);
    }
    started.elapsed()
}

/// One file, a hundred and a thousand, with all rules on.
fn files(root: &Path) {
    heading("pt check, a directory of files", "the texts parsed to trees, in this process, on one core");
    let (text, modules) = text_of_usual_size();
    for (count, target) in [(1, "5 ms"), (100, "30 ms"), (FILES, "250 ms, 30 MB")] {
        let directory = root.join(format!("many-{count}"));
        write_files(&directory, count, &text, modules);
        let subject = || pt(root, &["check", &directory.to_string_lossy()]);
        let texts = vec![text.clone(); count];
        let times = in_turn(runs(10), || finish(&mut subject(), &[0]), || parse(&texts));
        let plural = if count == 1 { "" } else { "s" };
        let name = format!("{count} file{plural} of {} bytes", text.len());
        row(&name, &times, Some(peak_memory(&mut subject())), target);
    }
}

/// The same files by other checkers, in turn with `pt`.
fn peers(root: &Path) {
    heading("other checkers of the same files", "pt check of them, with all rules on");
    let (text, modules) = text_of_usual_size();
    for peer in PEERS {
        if !peer.is_here() {
            println!("  {:<34}not here: {}", peer.name, peer.install);
            continue;
        }
        for count in [1, 100, FILES] {
            let directory = root.join(format!("peers-{count}"));
            let directories = write_files(&directory, count, &text, modules);
            let subject = || peer.command(&directories);
            let own = || finish(&mut pt(root, &["check", &directory.to_string_lossy()]), &[0]);
            let times = in_turn(runs(3), || finish(&mut subject(), peer.codes), own);
            row(&format!("{}, {count}", peer.name), &times, Some(peak_memory(&mut subject())), "");
        }
    }
}

fn text_of_usual_size() -> (String, usize) {
    let modules = (1..FILE_SIZE).find(|modules| document(*modules).len() >= FILE_SIZE).unwrap_or(1);
    (document(modules), modules)
}

/// So many directories with a file each, and what it is to those who know Compose only.
fn write_files(directory: &Path, count: usize, text: &str, modules: usize) -> Vec<PathBuf> {
    let directories: Vec<PathBuf> = (0..count).map(|index| directory.join(format!("service-{index:04}"))).collect();
    for directory in &directories {
        fs::create_dir_all(directory).expect("the directory can be made");
        fs::write(directory.join("polytope.yml"), text).expect("the file can be written");
        peers::write_compose(directory, modules).expect("the file can be written");
    }
    directories
}

fn parse(texts: &[String]) -> Duration {
    let started = Instant::now();
    for text in texts {
        let tree = polytope::syntax::parse(FileId(0), text, &mut Diagnostics::default());
        std::hint::black_box(tree);
    }
    started.elapsed()
}

/// A clean file with so many modules of a line each: ten thousand of them are still less than a file may hold.
fn small_modules(count: usize) -> String {
    let mut text = "modules:\n".to_owned();
    for index in 0..count {
        let _ = writeln!(
            text,
            "  - {{id: job{index:05}, module: polytope/container, args: {{image: \"busybox:1.36\", \
             cmd: [echo, job{index:05}], restart: {{policy: always}}}}}}"
        );
    }
    text.push_str("templates:\n  - id: stack\n    run:\n");
    for index in 0..count {
        let _ = writeln!(text, "      - job{index:05}");
    }
    text
}

/// A clean file with so many databases, each with a secret and a volume, and a template that runs them all.
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
      container-id: db{index:04}
      service-id: db{index:04}
      env:
        - name: POSTGRES_PASSWORD
          value: pt.secret password
        - name: POSTGRES_DB
          value: app
      data-volume:
        type: volume
        scope: project
        id: data{index:04}
      restart:
        policy: always
"
        );
    }
    text.push_str("templates:\n  - id: stack\n    run:\n");
    for index in 0..count {
        let _ = writeln!(text, "      - db{index:04}");
    }
    text
}
