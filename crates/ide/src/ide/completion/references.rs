//! Names after `pt.param`, `pt.input`, `pt.value`, `pt.secret` and `pt.output`: declared, set, or used elsewhere.

use std::collections::BTreeMap;

use super::{Item, ItemKind, Question};
use crate::ide::Symbol;
use crate::ide::cursor::is_marked;
use crate::store::Snapshot;
use crate::syntax::Node;
use crate::value::Encoding;

/// The names, and how many bytes of one have been written; `None` where no reference is being written.
pub(super) fn complete(question: &Question<'_>) -> Option<(usize, Vec<Item>)> {
    if question.cursor.is_key {
        return None;
    }
    if let Some(typed) = encoding(&question.cursor.before) {
        let item = |encoding: Encoding| Some(Item::new(encoding.word()?, ItemKind::Choice).detail(encoding.what()));
        return Some((typed.len(), Encoding::WRITTEN.into_iter().filter_map(item).collect()));
    }
    let (word, typed) = reference(&question.cursor.before)?;
    let items = match word {
        "param" | "input" => params(question),
        "value" => values(question),
        "secret" => secrets(question),
        _ => question.step_names().into_iter().map(|name| Item::new(name, ItemKind::Step).detail("step")).collect(),
    };
    Some((typed.len(), items))
}

/// The reference that a text ends with, from its word on.
fn open_reference(before: &str) -> Option<&str> {
    match before.rfind("{pt.") {
        Some(open) if !before[open..].contains('}') => Some(&before[open + "{pt.".len()..]),
        _ => before.strip_prefix("pt.").or_else(|| before.strip_prefix("#pt-")),
    }
}

/// The beginning of an encoding's word, behind `|`.
fn encoding(before: &str) -> Option<&str> {
    let (reference, typed) = open_reference(before)?.split_once('|')?;
    let (word, name) = reference.split_once(char::is_whitespace)?;
    let typed = typed.trim_start();
    let is_word = typed.chars().all(|letter| letter.is_ascii_alphanumeric());
    (is_word && !name.trim().is_empty() && ["param", "input", "value", "secret"].contains(&word)).then_some(typed)
}

/// What kind of reference a text ends with, and the beginning of its name.
fn reference(before: &str) -> Option<(&str, &str)> {
    let rest = open_reference(before)?;
    let (word, tail) = rest.split_once(char::is_whitespace)?;
    let name = tail.trim_start();
    let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
    (is_name && ["param", "input", "value", "secret", "output"].contains(&word)).then_some((word, name))
}

fn params(question: &Question<'_>) -> Vec<Item> {
    let Some(owner) = question.owner() else { return Vec::new() };
    let listed = owner.get("params").and_then(Node::as_sequence).unwrap_or_default().iter().filter_map(|item| {
        let info = item.get("info").and_then(Node::text).map(str::to_owned);
        Some((item.get("id")?.text()?, item.get("type"), info))
    });
    let inputs = owner.get("inputs").and_then(Node::as_mapping).unwrap_or_default().iter().filter_map(|entry| {
        let info = entry.value.get("info").and_then(Node::text).map(str::to_owned);
        Some((entry.key.text()?, entry.value.get("type").or(Some(&entry.value)), info))
    });
    let item = |(name, kind, info): (&str, Option<&Node>, Option<String>)| {
        let kind =
            kind.and_then(Node::text).map_or_else(|| "parameter".to_owned(), |kind| format!("parameter, {kind}"));
        Item::new(name, ItemKind::Param).detail(kind).docs(info)
    };
    listed.chain(inputs).filter(|(name, ..)| !is_marked(name)).map(item).collect()
}

fn values(question: &Question<'_>) -> Vec<Item> {
    let snapshot: &Snapshot = &question.analysis.given.0;
    let set = snapshot.values().into_iter().map(|(name, value)| (name, format!("value, `{}`", value.value)));
    named(question, set.collect(), ItemKind::Value, |symbol| match symbol {
        Symbol::Value(name) => Some(name),
        _ => None,
    })
}

fn secrets(question: &Question<'_>) -> Vec<Item> {
    let snapshot: &Snapshot = &question.analysis.given.0;
    let set = snapshot.secrets().into_keys().map(|name| (name, "secret, set".to_owned()));
    named(question, set.collect(), ItemKind::Secret, |symbol| match symbol {
        Symbol::Secret(name) => Some(name),
        _ => None,
    })
}

/// What is set, and what other places of the project use although it is not.
fn named(
    question: &Question<'_>,
    mut names: BTreeMap<String, String>,
    kind: ItemKind,
    name_of: impl Fn(&Symbol) -> Option<&String>,
) -> Vec<Item> {
    for occurrence in question.analysis.occurrences() {
        // The one that is being written is no name yet.
        let at = occurrence.span;
        let is_here = at.file == question.file && at.touches(question.cursor.word.end);
        if let Some(name) = name_of(&occurrence.symbol).filter(|_| !is_here) {
            names.entry(name.clone()).or_insert_with(|| "not set".to_owned());
        }
    }
    names.into_iter().map(|(name, detail)| Item::new(name, kind).detail(detail)).collect()
}
