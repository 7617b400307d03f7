//! The lint rules on whole files: what each finds beyond its documented examples, and what it leaves alone.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod day_one;
mod holes;
mod mounts;
mod network;
mod order;
mod ports;
mod postgres_servers;
mod secrets;
mod variables;
mod volumes;
mod whole_files;

use std::path::Path;
use std::time::{Duration, Instant};

use polytope::compiler::{self, Compilation, JobCall, Project, check};
use polytope::diagnostic::{Diagnostic, Diagnostics, Level};
use polytope::lint::Settings;
use polytope::lint::{self, Scene};
use polytope::source::MemoryLoader;

fn compile(files: &[(&str, &str)]) -> Compilation {
    let secrets = ["postgres-password".to_owned()].into();
    let project = Project { secrets, ..Project::default() };
    let loader = MemoryLoader::new(files.iter().copied());
    check(&loader, Path::new("polytope.yml"), &project, &Settings::default()).unwrap()
}

/// `level rule «marked text»` of each finding.
fn found(text: &str) -> Vec<String> {
    found_in(&[("polytope.yml", text)])
}

/// Without what is only worth knowing.
fn found_in(files: &[(&str, &str)]) -> Vec<String> {
    lines(files, |finding| finding.level > Level::Info)
}

/// What one rule finds, whatever its level.
fn found_by(rule: &str, text: &str) -> Vec<String> {
    lines(&[("polytope.yml", text)], |finding| finding.rule.name == rule)
}

fn lines(files: &[(&str, &str)], told: impl Fn(&Diagnostic) -> bool) -> Vec<String> {
    let compiled = compile(files);
    let findings = compiled.diagnostics.iter().filter(|finding| told(finding));
    findings
        .map(|finding| {
            let marked = compiled.sources.text(finding.primary.span);
            format!("{} {} «{marked}»", finding.level, finding.rule.name)
        })
        .collect()
}

const NOTHING: [&str; 0] = [];

/// A container with these arguments beside its image, as the only module of a file.
fn container(args: &str) -> String {
    format!("modules:\n  - id: app\n    module: polytope/container\n    args: {{image: \"busybox:1.36\", {args}}}\n")
}

/// A PostgreSQL server by its blueprint with a volume, these variables, and these arguments.
fn postgres(env: &str, args: &str) -> String {
    let volume = "data-volume: {type: volume, scope: project, id: data}";
    format!(
        "modules:\n  - id: db\n    module: polytope/postgres\n    args: {{image: \"postgres:16.2\", env: [{env}], {volume}{args}}}\n"
    )
}

const PASSWORD: &str = "{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}";

/// The time that all rules take on a stack of `count` servers.
fn time_for(count: usize) -> Duration {
    let step = |index: usize| format!("{{module: db, id: s{index}, args: {{name: s{index}, port: {}}}}}", 1000 + index);
    let steps: Vec<String> = (0..count).map(step).collect();
    let text = format!(
        "modules:
  - id: db
    module: polytope/container
    params: [{{id: name, type: str}}, {{id: port, type: int}}]
    args:
      image: postgres:16.2
      env: [{PASSWORD}]
      mounts: [{{path: /var/lib/postgresql/data, source: {{type: volume, scope: project, id: pt.param name}}}}]
      services: [{{id: pt.param name, ports: [{{port: 5432, protocol: tcp, expose-as: pt.param port}}]}}]
templates:
  - {{id: stack, run: [{}]}}
",
        steps.join(", ")
    );
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    let project = Project { secrets: ["postgres-password".to_owned()].into(), ..Project::default() };
    let job = JobCall { name: "stack".to_owned(), ..JobCall::default() };
    let path = Path::new("polytope.yml");
    let compiled = compiler::compile(&loader, path, &[job], &project, &Settings::default()).unwrap().unwrap();
    assert_eq!(compiled.program.containers.len(), count);
    let scene = Scene {
        sources: &compiled.sources,
        loader: &loader,
        directory: Path::new(""),
        program: &compiled.program,
        uses: &compiled.uses,
        settings: &Settings::default(),
        known: &project,
        documents: &compiled.documents,
        live: None,
        whole: None,
    };
    let run = || {
        let (mut diagnostics, started) = (Diagnostics::default(), Instant::now());
        lint::check(&scene, &mut diagnostics);
        let elapsed = started.elapsed();
        assert!(diagnostics.finish().iter().all(|finding| finding.level == Level::Info));
        elapsed
    };
    (0..3).map(|_| run()).min().unwrap()
}

#[test]
fn the_rules_take_time_in_proportion_to_the_containers() {
    let (few, many) = (time_for(500), time_for(4_000));
    // Eight times as many; what compares each with each takes 64 times as long.
    assert!(many < few * 24, "{few:?} for 500 and {many:?} for 4,000");
}
