//! Our tree must say of every real file what two other readers say: `serde_yaml`, and the package `yaml` of editors.
//!
//! What is different on purpose is listed with its reason. A file with placeholders that are still to be filled in is read
//! as it would be afterwards, with a word in their place.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod npm;

use std::path::{Path, PathBuf};

use polytope::diagnostic::Diagnostics;
use polytope::source::FileId;
use polytope::syntax::{CoreScalar, Node, NodeKind, Style, Tree, core_scalar, parse};
use regex::Regex;
use serde_yaml::{Mapping, Value};

/// Where real files lie, when `PT_CORPUS` does not say it: beside the working copy of one who has them.
const CORPUS: &str = "../shared/corpus";
/// `serde_yaml` takes it for a document of its own.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Files that are read otherwise, and why.
const OTHERWISE: &[(&str, &str)] = &[];

#[test]
fn real_files_are_read_as_others_read_them() {
    let root =
        std::env::var_os("PT_CORPUS").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(CORPUS), PathBuf::from);
    if !root.is_dir() {
        eprintln!("skipped: no real files at {}", root.display());
        return;
    }
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 50, "only {} files", files.len());
    let texts: Vec<String> = files.iter().map(|path| rendered(&std::fs::read_to_string(path).unwrap())).collect();
    let mut wrong = Vec::new();
    for ((path, text), npm) in files.iter().zip(&texts).zip(npm::read(&texts)) {
        let path = path.strip_prefix(&root).unwrap().to_string_lossy();
        let difference = difference(text, npm);
        let listed = OTHERWISE.iter().any(|(listed, _)| *listed == path);
        match difference {
            Some(difference) if !listed => wrong.push(format!("{path}: {difference}")),
            None if listed => wrong.push(format!("{path}: listed, and read alike")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// In what our reading is another one. All three may refuse a text, each with its own words.
fn difference(text: &str, npm: Result<serde_json::Value, String>) -> Option<String> {
    let (tree, rules) = read(text);
    let ours = value(&tree.root);
    match (referee(text), npm) {
        (Err(_), Err(_)) if rules == ["yaml-syntax"] || rules == ["duplicate-key"] => None,
        (Err(error), _) => Some(format!("serde_yaml says {error}, findings {rules:?}")),
        (_, Err(error)) => Some(format!("yaml says {error}, findings {rules:?}")),
        _ if !rules.is_empty() => Some(format!("only we refuse it, findings {rules:?}")),
        (Ok(expected), _) if ours != expected => Some("serde_yaml reads it otherwise".to_owned()),
        (_, Ok(expected)) if !npm::is_same(&ours, &expected) => Some("yaml reads it otherwise".to_owned()),
        _ => None,
    }
}

/// The text with words in place of what is still to be filled in, where it is no YAML before.
fn rendered(text: &str) -> String {
    if !read(text).1.contains(&"unrendered-template") {
        return text.to_owned();
    }
    let placeholder = Regex::new(r"\{\{[^{}]*\}\}|\{=[^{}]*=\}").unwrap();
    placeholder.replace_all(text, "word").into_owned()
}

#[test]
fn every_way_to_write_a_value_is_read_as_others_read_it() {
    let texts = [
        "a: 1\nb: 2.5\nc: true\nd: null\ne: ~\nf:\ng: text with spaces\nh: '1'\ni: \"\\x41\\u00e9\\n\"\n",
        "- - 1\n  - [2, 3]\n- {a: 1, b: [x, y], c}\n-\n- \"\"\n",
        "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, x: 3}\nd:\n  <<: [*a, {z: 4}]\n",
        "a: |\n  one\n   two\n\n  three\nb: >-\n  folded\n  text\n\n  more\nc: |+\n  kept\n\nd: end\n",
        "a: one\n  two\n\n  three\nb: 'it''s\n  folded'\nc: \"x\\\n  y\"\n",
        "url: http://a:b@c/d?e=f#g\ntime: 12:30:45\nversion: 1.2.3\noff: off\nyes: no\n",
        "{a: {b: {c: [1, {d: e}]}}, 'quoted key': x, \"k\": y}",
        "!!str 1",
        "a: !!str 12\nb: !!int \"12\"\nc: !!map {x: !!seq [1]}\n",
        "# only a comment\na: 1 # right\n# below\n",
        "\u{feff}a: 1\r\nb: |\r\n  x\r\n  y\r\n",
    ];
    let npm = npm::read(&texts.map(str::to_owned));
    for (text, npm) in texts.into_iter().zip(npm) {
        let (tree, rules) = read(text);
        assert_eq!(rules, [""; 0], "{text}");
        let expected =
            referee(text.trim_start_matches(BYTE_ORDER_MARK)).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(value(&tree.root), expected, "{text}");
        assert!(npm::is_same(&expected, npm.as_ref().unwrap()), "{text}\n{npm:?}");
    }
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml") {
            files.push(path);
        }
    }
    files.sort();
}

fn read(text: &str) -> (Tree, Vec<&'static str>) {
    let mut diagnostics = Diagnostics::default();
    let tree = parse(FileId(0), text, &mut diagnostics);
    (tree, diagnostics.finish().iter().map(|finding| finding.rule.name).collect())
}

fn referee(text: &str) -> Result<Value, serde_yaml::Error> {
    let mut value: Value = serde_yaml::from_str(text)?;
    value.apply_merge()?;
    Ok(value)
}

fn value(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Missing => Value::Null,
        NodeKind::Scalar(scalar) if scalar.style != Style::Plain => Value::from(&*scalar.text),
        NodeKind::Scalar(scalar) => match core_scalar(&scalar.text) {
            CoreScalar::Null => Value::Null,
            CoreScalar::Bool(value) => Value::from(value),
            CoreScalar::Int(value) => Value::from(value),
            CoreScalar::Float(value) => Value::from(value),
            CoreScalar::Text => Value::from(&*scalar.text),
        },
        NodeKind::Sequence(items) => Value::Sequence(items.iter().map(value).collect()),
        NodeKind::Mapping(entries) => {
            let entries = entries.iter().map(|entry| (value(&entry.key), value(&entry.value)));
            Value::Mapping(entries.collect::<Mapping>())
        }
    }
}
