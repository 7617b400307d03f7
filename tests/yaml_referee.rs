//! Our tree and `serde_yaml`'s value must say the same about every real file.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::path::{Path, PathBuf};

use polytope::diagnostic::Diagnostics;
use polytope::source::FileId;
use polytope::syntax::{CoreScalar, Node, NodeKind, Style, Tree, core_scalar, parse};
use serde_yaml::{Mapping, Value};

/// Where real files lie when this is the working copy of one who has them.
const CORPUS: &str = "../shared/corpus";
/// `serde_yaml` takes it for a document of its own.
const BYTE_ORDER_MARK: char = '\u{feff}';

#[test]
fn real_files_are_read_as_serde_yaml_reads_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(CORPUS);
    if !root.is_dir() {
        eprintln!("skipped: no real files at {}", root.display());
        return;
    }
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 50, "only {} files", files.len());
    let mut wrong = Vec::new();
    let mut refused = 0;
    for path in &files {
        let text = std::fs::read_to_string(path).unwrap();
        let (tree, rules) = read(&text);
        let path = path.strip_prefix(&root).unwrap().display();
        match referee(&text) {
            // A placeholder used as a key is a map in a map for serde_yaml.
            _ if rules.contains(&"unrendered-template") => refused += 1,
            Ok(expected) if value(&tree.root) == expected && rules.is_empty() => {}
            Err(_) if rules == ["yaml-syntax"] || rules == ["duplicate-key"] => refused += 1,
            Ok(_) => wrong.push(format!("{path}: read otherwise, findings {rules:?}")),
            Err(error) => wrong.push(format!("{path}: serde_yaml says {error}, findings {rules:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused * 2 < files.len(), "{refused} of {} refused", files.len());
}

#[test]
fn every_way_to_write_a_value_is_read_as_serde_yaml_reads_it() {
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
    for text in texts {
        let (tree, rules) = read(text);
        assert_eq!(rules, [""; 0], "{text}");
        let expected =
            referee(text.trim_start_matches(BYTE_ORDER_MARK)).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(value(&tree.root), expected, "{text}");
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
