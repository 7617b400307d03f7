//! The keys of a map: text, each once, and `<<` that takes in other maps.

use std::collections::HashMap;
use std::collections::HashSet;

use super::budget::FINDINGS;
use super::excerpt::excerpt;
use super::node::{Entry, Node, NodeKind, Style};
use super::parse::YAML_SYNTAX;
use super::reading::Reading;
use crate::declare_rule;
use crate::diagnostic::Diagnostics;

declare_rule! {
    /// a key stands twice in one map
    ///
    /// Only one of the two values can count: here the last one, elsewhere the first or neither. One of them was
    /// meant for another map or left behind by an edit.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       image: busybox:1.36
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    /// ```
    pub static DUPLICATE_KEY = { name: "duplicate-key", code: "PT102", level: Error, precision: VeryHigh };
}

/// Doubles of one map that are shown besides the first.
const SHOWN: usize = 8;
/// Maps up to this size are compared key by key, larger ones through a table.
const SMALL: usize = 16;

/// A key as it may stand in the tree: anything but text is reported and becomes a hole.
pub(super) fn checked(key: Node, text: &str, reading: &mut Reading) -> Node {
    if matches!(key.kind, NodeKind::Scalar(_) | NodeKind::Missing) {
        return key;
    }
    let found = key.describe();
    reading.complete = false;
    let (start, end) = (key.span.start as usize, key.span.end as usize);
    // `{{ name }}` is a map in a map, and the inner one is a key without a value.
    if text[..start].ends_with('{') && text[end..].starts_with('}') {
        reading.placeholder.get_or_insert(start - 1);
    }
    // A key inside this key was reported already.
    let nested = key.as_mapping().is_some_and(|entries| entries.iter().any(|entry| entry.key.is_missing()));
    if !nested && reading.findings.mark() < FINDINGS {
        let written = excerpt(&text[start..end]);
        let help = if written.contains(['…', '"']) {
            "write the key as text".to_owned()
        } else {
            format!("if it is text, put it in quotes: `\"{written}\"`")
        };
        reading.findings.report(&YAML_SYNTAX, key.span, format!("a key must be text, found {found}")).help(help);
    }
    Node::missing(key.span)
}

/// Whether a key is a plain `<<`.
pub(super) fn is_merge(key: &Node) -> bool {
    key.as_scalar().is_some_and(|scalar| scalar.style == Style::Plain && &*scalar.text == "<<")
}

/// Reports keys that stand twice; the last of them stays.
pub(super) fn drop_duplicates(entries: &mut Vec<Entry>, diagnostics: &mut Diagnostics) {
    let doubles = if entries.len() <= SMALL { doubles_of_few(entries) } else { doubles_of_many(entries) };
    if doubles.is_empty() {
        return;
    }
    if diagnostics.mark() < FINDINGS {
        report_doubles(entries, &doubles, diagnostics);
    }
    let dropped: HashSet<usize> = doubles.into_iter().map(|(first, _)| first).collect();
    let mut index = 0;
    entries.retain(|_| {
        index += 1;
        !dropped.contains(&(index - 1))
    });
}

/// One finding for one map: a forgotten `- ` makes doubles of all keys of two items.
fn report_doubles(entries: &[Entry], doubles: &[(usize, usize)], diagnostics: &mut Diagnostics) {
    let key = |index: usize| &entries[index].key;
    let name = |index: usize| key(index).text().unwrap_or_default();
    let mut names: Vec<String> = doubles.iter().take(SHOWN).map(|(_, later)| excerpt(name(*later))).collect();
    names.dedup();
    let (first, later) = doubles[0];
    let (message, help) = match names.as_slice() {
        [one] if one == "<<" => (
            "the key `<<` stands twice in this map".to_owned(),
            "take in several maps with one key: `<<: [*first, *second]`".to_owned(),
        ),
        [one] => (
            format!("the key `{one}` stands twice in this map"),
            "remove one of the two; the last one counts".to_owned(),
        ),
        [one, ..] => (
            format!("{} keys stand twice in this map, the first of them `{one}`", doubles.len()),
            format!("if a new item begins here, type `- {one}`; otherwise remove one of each two, the last one counts"),
        ),
        [] => return,
    };
    let finding = diagnostics.report(&DUPLICATE_KEY, key(later).span, message).help(help);
    finding.also(key(first).span, "first here");
    for (first, later) in doubles.iter().skip(1).take(SHOWN) {
        finding.also(key(*first).span, format!("`{}` first here", excerpt(name(*first))));
        finding.also(key(*later).span, "and again");
    }
}

/// Pairs of neighbours with the same key.
fn doubles_of_few(entries: &[Entry]) -> Vec<(usize, usize)> {
    let mut doubles = Vec::new();
    for (index, entry) in entries.iter().enumerate().skip(1) {
        let Some(name) = entry.key.text() else { continue };
        if let Some(before) = entries[..index].iter().rposition(|other| other.key.text() == Some(name)) {
            doubles.push((before, index));
        }
    }
    doubles
}

fn doubles_of_many(entries: &[Entry]) -> Vec<(usize, usize)> {
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
    let named = entries.iter().enumerate().filter_map(|(index, entry)| Some((index, entry.key.text()?)));
    named.filter_map(|(index, name)| seen.insert(name, index).map(|before| (before, index))).collect()
}

/// Takes the maps under `<<` into the map: its own keys win, then those of the map that is named first.
pub(super) fn merge(entries: &mut Vec<Entry>, diagnostics: &mut Diagnostics) {
    let mut sources = Vec::new();
    entries.retain_mut(|entry| {
        let merges = is_merge(&entry.key);
        if merges {
            let hole = Node::missing(entry.value.span);
            sources.push(std::mem::replace(&mut entry.value, hole));
        }
        !merges
    });
    let mut known: HashSet<String> = entries.iter().filter_map(|entry| entry.key.text().map(str::to_owned)).collect();
    for source in sources {
        let maps = match source.kind {
            NodeKind::Sequence(maps) => maps,
            _ => vec![source],
        };
        for map in maps {
            match map.kind {
                NodeKind::Mapping(taken) => {
                    entries.extend(
                        taken
                            .into_iter()
                            .filter(|entry| entry.key.text().is_none_or(|name| known.insert(name.to_owned()))),
                    );
                }
                NodeKind::Missing => entries.push(hole(&map)),
                _ => {
                    diagnostics
                        .report(&YAML_SYNTAX, map.span, format!("`<<` takes in maps, found {}", map.describe()))
                        .help("name an anchored map: `<<: *name`, or quote the key `\"<<\"`");
                    entries.push(hole(&map));
                }
            }
        }
    }
}

/// An entry that could not be read: any key may have stood there.
fn hole(at: &Node) -> Entry {
    Entry { key: Node::missing(at.span), value: Node::missing(at.span) }
}
