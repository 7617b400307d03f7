//! Every case of the yaml-test-suite: good YAML is read as the suite says, bad YAML is refused.
//!
//! What this project leaves out of YAML on purpose (second documents, keys that are no text, tags of one's own) must
//! be refused with its own message, and read as far as it goes.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;

use polytope::diagnostic::{Diagnostic, Diagnostics, Level};
use polytope::source::FileId;
use polytope::syntax::{CoreScalar, Node, NodeKind, Style, Tree, core_scalar, parse};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Case {
    id: String,
    yaml: String,
    #[serde(default)]
    fail: bool,
    #[serde(default)]
    events: String,
    json: Option<String>,
}

/// Bad YAML that is read all the same, and why.
const TOLERATED: &[(&str, &str)] = &[(
    "9C9N",
    "lines of a flow list may be indented less than their key, as every other reader takes it and people write it",
)];

/// Bad YAML that also holds something that this project leaves out.
const TWO_SLIPS: &[(&str, &str)] = &[
    ("9HCY", "a tag of its own, and a directive inside the document"),
    ("QLJ7", "a tag of its own, and a second document"),
    ("Y79Y/7", "a list as a key, and a tab"),
    ("Y79Y/9", "a map as a key, and a tab"),
];

/// Good YAML that is read otherwise, and why.
const OTHERWISE: &[(&str, &str)] = &[("2JQS", "its two empty keys are the same key twice")];

#[test]
fn good_yaml_is_read_as_the_suite_says() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| !case.fail && !listed(OTHERWISE, &case.id)) {
        let (tree, findings) = read(&case.yaml);
        let wanted = wanted(&case.events);
        let refusals = messages(&findings);
        if refusals.is_empty() == wanted.is_left_out {
            wrong.push(format!("{}: findings {refusals:?}", case.id));
        }
        let found = found(&tree.root);
        let same = if wanted.is_left_out { same_but_for_holes(&found, &wanted.node) } else { found == wanted.node };
        if !same {
            wrong.push(format!("{}: read {found:?}\n   instead of {:?}", case.id, wanted.node));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn plain_scalars_are_the_values_that_the_suite_says() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| !case.fail && !listed(OTHERWISE, &case.id)) {
        let Some(json) = case.json.as_deref().filter(|_| !wanted(&case.events).is_left_out) else { continue };
        let Some(Ok(expected)) = serde_json::Deserializer::from_str(json).into_iter::<Value>().next() else { continue };
        let value = value(&read(&case.yaml).0.root);
        if value != expected {
            wrong.push(format!("{}: {value} instead of {expected}", case.id));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn bad_yaml_is_refused_with_one_cause() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| case.fail) {
        let (_, findings) = read(&case.yaml);
        let errors = findings.iter().filter(|finding| finding.level == Level::Error).count();
        if (errors == 0) != listed(TOLERATED, &case.id) {
            wrong.push(format!("{}: {errors} errors", case.id));
        }
        if errors > 1 && !listed(TWO_SLIPS, &case.id) {
            wrong.push(format!("{}: {:?}", case.id, messages(&findings)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn cases() -> Vec<Case> {
    let cases: Vec<Case> = serde_json::from_str(include_str!("fixtures/yaml-test-suite.json")).unwrap();
    assert_eq!(cases.len(), 402);
    cases
}

fn listed(list: &[(&str, &str)], id: &str) -> bool {
    list.iter().any(|(listed, _)| *listed == id)
}

fn read(text: &str) -> (Tree, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let tree = parse(FileId(0), text, &mut diagnostics);
    (tree, diagnostics.finish())
}

fn messages(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().map(|finding| finding.message.as_str()).collect()
}

/// A document without places: aliases followed, tags that only say what the text is taken into the style.
#[derive(Debug, Clone, PartialEq)]
enum Plain {
    Hole,
    Text(String, Style),
    List(Vec<Plain>),
    Map(Vec<(Plain, Plain)>),
}

fn found(node: &Node) -> Plain {
    match &node.kind {
        NodeKind::Missing => Plain::Hole,
        NodeKind::Scalar(scalar) => Plain::Text(scalar.text.to_string(), scalar.style),
        NodeKind::Sequence(items) => Plain::List(items.iter().map(found).collect()),
        NodeKind::Mapping(entries) => {
            Plain::Map(entries.iter().map(|entry| (found(&entry.key), found(&entry.value))).collect())
        }
    }
}

fn same_but_for_holes(found: &Plain, wanted: &Plain) -> bool {
    match (found, wanted) {
        (Plain::Hole, _) => true,
        (Plain::List(found), Plain::List(wanted)) => {
            found.len() == wanted.len()
                && found.iter().zip(wanted).all(|(found, wanted)| same_but_for_holes(found, wanted))
        }
        (Plain::Map(found), Plain::Map(wanted)) => {
            found.len() == wanted.len()
                && found.iter().zip(wanted).all(|(found, wanted)| {
                    same_but_for_holes(&found.0, &wanted.0) && same_but_for_holes(&found.1, &wanted.1)
                })
        }
        _ => found == wanted,
    }
}

/// The first document of a case.
struct Wanted {
    node: Plain,
    /// Whether it holds something that this project refuses on purpose.
    is_left_out: bool,
}

fn wanted(events: &str) -> Wanted {
    let mut lines = events.lines().peekable();
    let mut anchors = HashMap::new();
    let documents = events.lines().filter(|line| line.starts_with("+DOC")).count();
    let mut left_out = documents > 1;
    let node = match lines.next() {
        None => Plain::Hole,
        Some(_) => wanted_node(&mut lines, &mut anchors, &mut left_out).unwrap_or(Plain::Hole),
    };
    Wanted { node, is_left_out: left_out }
}

type Lines<'a> = std::iter::Peekable<std::str::Lines<'a>>;

fn wanted_node(lines: &mut Lines<'_>, anchors: &mut HashMap<String, Plain>, left_out: &mut bool) -> Option<Plain> {
    let line = lines.next()?;
    let (event, mut rest) = line.split_at(4);
    rest = rest.trim_start_matches(' ');
    for layout in ["[]", "{}"] {
        rest = rest.strip_prefix(layout).unwrap_or(rest).trim_start_matches(' ');
    }
    if event == "=ALI" {
        let target = anchors.get(rest.trim_start_matches('*')).cloned();
        return Some(target.unwrap_or(Plain::Hole));
    }
    let mut anchor = None;
    if let Some(name) = rest.strip_prefix('&') {
        let (name, after) = name.split_once(' ').unwrap_or((name, ""));
        (anchor, rest) = (Some(name.to_owned()), after);
    }
    let mut tag = None;
    if rest.starts_with('<') {
        let (name, after) = rest[1..].split_once('>')?;
        (tag, rest) = (Some(name), after.trim_start_matches(' '));
    }
    let known = ["str", "int", "float", "bool", "null", "seq", "map"];
    let unknown = tag.is_some_and(|tag| {
        tag != "!" && !tag.strip_prefix("tag:yaml.org,2002:").is_some_and(|name| known.contains(&name))
    });
    *left_out |= unknown;
    let node = match event {
        "=VAL" if unknown => Plain::Hole,
        "=VAL" => wanted_text(rest, tag),
        "+SEQ" => Plain::List(wanted_children(lines, anchors, left_out)),
        "+MAP" => {
            let children = wanted_children(lines, anchors, left_out);
            let entries: Vec<(Plain, Plain)> =
                children.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
            *left_out |= entries.iter().any(|(key, _)| !matches!(key, Plain::Text(..)));
            Plain::Map(entries)
        }
        _ => return None,
    };
    if let Some(anchor) = anchor {
        anchors.insert(anchor, node.clone());
    }
    Some(node)
}

fn wanted_children(lines: &mut Lines<'_>, anchors: &mut HashMap<String, Plain>, left_out: &mut bool) -> Vec<Plain> {
    let mut children = Vec::new();
    while lines.peek().is_some_and(|line| !line.starts_with('-')) {
        children.extend(wanted_node(lines, anchors, left_out));
    }
    lines.next();
    children
}

fn wanted_text(written: &str, tag: Option<&str>) -> Plain {
    let (style, text) = written.split_at(1);
    let style = match (tag, style) {
        (Some("!" | "tag:yaml.org,2002:str"), _) => Style::Quoted,
        (Some(_), _) | (None, ":") => Style::Plain,
        (None, "|" | ">") => Style::Block,
        _ => Style::Quoted,
    };
    let mut unescaped = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        unescaped.push(match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some('b') => '\u{8}',
                other => other.unwrap(),
            },
            letter => letter,
        });
    }
    Plain::Text(unescaped, style)
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
        NodeKind::Sequence(items) => items.iter().map(value).collect(),
        NodeKind::Mapping(entries) => {
            entries.iter().map(|entry| (entry.key.text().unwrap().to_owned(), value(&entry.value))).collect()
        }
    }
}
