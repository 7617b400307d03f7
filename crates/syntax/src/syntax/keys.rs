//! The keys of a map: text, and `<<` that takes in other maps.

use std::collections::HashSet;

use super::budget::FINDINGS;
use super::excerpt::excerpt;
use super::node::{Entry, Node, NodeKind, Style};
use super::parse::YAML_SYNTAX;
use super::reading::Reading;
use crate::diagnostic::Diagnostics;

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
