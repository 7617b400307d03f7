//! What an editor shows for `polytope.yml`, asked of the real YAML language server (`tests/editor/`, from npm).
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use polytope::compiler::{Compilation, Project, check};
use polytope::diagnostic::{Diagnostic, Level, Rule};
use polytope::ide::{Analysis, Given, published};
use polytope::lint::Settings;
use polytope::rules;
use polytope::source::{DiskLoader, FileId, Loader, MemoryLoader};
use serde_json::{Value, json};

/// Runs `tests/editor/run.mjs` with `input` on its standard input.
fn editor(arguments: &[&str], input: &str) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editor");
    let installed = folder.join("node_modules/yaml-language-server").is_dir();
    assert!(installed, "the language server is not installed: npm ci --prefix tests/editor");
    let mut node = Command::new("node")
        .arg(folder.join("run.mjs"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("`node` cannot be run ({error}): install Node.js 20 or newer"));
    // Where it ends early, its own words say why.
    node.stdin.take().unwrap().write_all(input.as_bytes()).ok();
    node.wait_with_output().unwrap()
}

/// One thing that an editor underlines.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Underlined {
    name: String,
    line: usize,
    message: String,
}

fn underlined(texts: &[(String, String)]) -> Vec<Underlined> {
    let input: Vec<Value> = texts.iter().map(|(name, text)| json!({"name": name, "text": text})).collect();
    let output = editor(&["--diagnose"], &Value::from(input).to_string());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let read = |answer: &Value| Underlined {
        name: answer["name"].as_str().unwrap().to_owned(),
        line: usize::try_from(answer["line"].as_u64().unwrap()).unwrap(),
        message: answer["message"].as_str().unwrap().to_owned(),
    };
    answers.iter().map(read).collect()
}

fn checked(loader: &dyn Loader, path: &str) -> Compilation {
    check(loader, Path::new(path), &Project::default(), &Settings::default()).unwrap()
}

/// The lines of a file on which `pt check` finds a warning or an error.
fn found(path: &str) -> BTreeSet<usize> {
    let checked = checked(&DiskLoader, path);
    let bad = checked.diagnostics.iter().filter(|finding| finding.level >= Level::Warning);
    let own = bad.map(|finding| finding.primary.span).filter(|span| span.file == FileId(0));
    own.map(|span| checked.sources.position(span).line).collect()
}

/// The `polytope.yml` of each example; others are of several files.
fn examples(rule: &Rule, examples: &[String]) -> Vec<(String, String)> {
    let single = examples.iter().filter(|text| !text.contains("# file:"));
    single.enumerate().map(|(index, text)| (format!("{} {index}", rule.name), text.clone())).collect()
}

#[test]
fn the_language_server_shows_completes_and_explains() {
    let output = editor(&[], "");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn nothing_is_underlined_in_what_pt_check_accepts() {
    let good = rules::ALL.iter().flat_map(|rule| examples(rule, &rule.documentation().good));
    let mut texts: Vec<_> = good.collect();
    assert!(texts.len() > 20, "the rules have examples");
    texts.extend(texts_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")));
    let underlined = underlined(&texts);
    assert!(underlined.is_empty(), "{underlined:#?}");
}

#[test]
fn what_has_the_wrong_shape_is_underlined() {
    let names = ["unknown-field", "wrong-type", "missing-argument", "invalid-literal", "bad-type"];
    let shapes = rules::ALL.iter().filter(|rule| names.contains(&rule.name));
    let texts: Vec<_> = shapes.flat_map(|rule| examples(rule, &rule.documentation().bad)).collect();
    assert!(texts.len() >= names.len(), "each of the rules has an example");
    let underlined = underlined(&texts);
    let silent: Vec<_> = texts.iter().filter(|(name, _)| underlined.iter().all(|line| line.name != *name)).collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn pt_check_finds_something_wherever_a_line_is_underlined() {
    let mut texts = mistyped();
    let corpus = env::var_os("PT_CORPUS").map_or_else(default_corpus, PathBuf::from);
    if !corpus.is_dir() {
        println!("no files of other projects at {}: only those of tests/editor/mistyped", corpus.display());
    }
    texts.extend(texts_below(&corpus));
    let underlined = underlined(&texts);
    assert!(!underlined.is_empty(), "the mistyped files are underlined");
    let lines: BTreeMap<&str, _> = underlined.iter().map(|one| (one.name.as_str(), found(&one.name))).collect();
    let alone: Vec<_> = underlined.iter().filter(|one| !lines[one.name.as_str()].contains(&one.line)).collect();
    assert!(alone.is_empty(), "the editor underlines, `pt check` finds nothing: {alone:#?}");
}

/// What `pt lsp` leaves to the language server, and what it shows itself.
fn shared_out(analysis: &Analysis) -> (Vec<&Diagnostic>, Vec<&Diagnostic>) {
    let all = published(analysis, FileId(0), false).into_iter();
    let shown = published(analysis, FileId(0), true);
    all.partition(|finding| !shown.contains(finding))
}

/// Lines between a finding and where the language server underlines it: what is missing is marked at its map.
fn reach(finding: &Diagnostic) -> usize {
    if finding.rule.name == "missing-argument" { 3 } else { 0 }
}

#[test]
fn each_mistake_is_shown_once_by_the_language_server_or_by_pt_lsp() {
    let mut texts = mistyped();
    assert!(texts.len() > 5, "there are mistyped files");
    texts.extend(rules::ALL.iter().flat_map(|rule| examples(rule, &rule.documentation().bad)));
    let underlined = underlined(&texts);
    let (mut silent, mut double, mut left) = (Vec::new(), Vec::new(), 0);
    for (name, text) in &texts {
        let loader = MemoryLoader::new([("polytope.yml", text.as_str())]);
        let analysis = Analysis::new(checked(&loader, "polytope.yml"), Given::default());
        let line = |finding: &Diagnostic| analysis.compilation.sources.position(finding.primary.span).line;
        let is_underlined = |finding: &Diagnostic| {
            let lines = underlined.iter().filter(|one| one.name == *name).map(|one| one.line);
            lines.into_iter().any(|at| at.abs_diff(line(finding)) <= reach(finding))
        };
        let (theirs, ours) = shared_out(&analysis);
        left += theirs.len();
        let show =
            |finding: &Diagnostic| format!("{name}:{} {}: {}", line(finding), finding.rule.name, finding.message);
        silent.extend(theirs.iter().filter(|finding| !is_underlined(finding)).map(|finding| show(finding)));
        let shapes = [
            "unknown-field",
            "wrong-type",
            "invalid-literal",
            "bad-type",
            "unknown-argument",
            "missing-argument",
            "yaml-syntax",
            "duplicate-key",
        ];
        let is_shape = |finding: &&&Diagnostic| shapes.contains(&finding.rule.name);
        double.extend(ours.iter().filter(is_shape).filter(|it| is_underlined(it)).map(|finding| show(finding)));
    }
    assert!(left > 20, "much is left to the language server: {left}");
    assert!(silent.is_empty(), "shown by neither: {silent:#?}");
    assert!(double.is_empty(), "shown by both: {double:#?}");
}

fn default_corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus")
}

/// Whether the text is no YAML before its placeholders are filled in: editors then underline what they please.
fn is_unrendered(text: &str) -> bool {
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    text.contains("{{")
        && checked(&loader, "polytope.yml").diagnostics.iter().any(|finding| finding.rule.name == "unrendered-template")
}

/// Files with mistakes that the schema sees.
fn mistyped() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editor/mistyped");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap())).collect()
}

/// The files of a folder, without those that are still to be filled in; none where there is no such folder.
fn texts_below(folder: &Path) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path)
                && path.file_name().is_some_and(|name| name == "polytope.yml")
                && !is_unrendered(&text)
            {
                texts.push((path.display().to_string(), text));
            }
        }
    }
    texts.sort();
    texts
}
