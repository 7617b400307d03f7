//! What stands around a cursor: the way to it through the tree, also while the text is half written.
//!
//! A mark is put where the cursor is, and the text read again: reading goes on behind faults, so the tree tells where the mark
//! came to lie. Where a bracket or quote is still open, it is closed on the line first.

use std::ops::Range;

use crate::diagnostic::Diagnostics;
use crate::source::FileId;
use crate::syntax::{self, Node, NodeKind, Tree};

/// A word that nobody writes, of letters only so that it may stand in any scalar.
const MARK: &str = "zzPtCursorzz";

/// A step of the way from the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// The value of this key.
    Key(String),
    /// The item at this position.
    Item(usize),
}

/// A cursor in the text of a file.
#[derive(Debug)]
pub(super) struct Cursor {
    /// The way to the scalar that is being written; for a key, to its map.
    pub(super) path: Vec<Part>,
    /// Whether it is a key.
    pub(super) is_key: bool,
    /// The text of the scalar before the cursor.
    pub(super) before: String,
    /// The bytes of the file that belong to the word at the cursor, as far as it has been written.
    pub(super) word: Range<usize>,
    /// Whether a colon follows already.
    pub(super) has_colon: bool,
    /// The tree, with the mark in it.
    tree: Tree,
}

impl Cursor {
    /// Finds the place of byte `offset` of `text`; `None` in comments and where nothing can be made of it.
    pub(super) fn at(text: &str, offset: usize) -> Option<Self> {
        let offset = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at))?;
        candidates(text, offset).into_iter().find_map(|marked| {
            let tree = syntax::parse(FileId(0), &marked, &mut Diagnostics::default());
            let mut path = Vec::new();
            let (before, is_key) = find(&tree.root, &mut path)?;
            let is_word = |letter: char| letter.is_alphanumeric() || "_-./!:@".contains(letter);
            let start = text[..offset].trim_end_matches(is_word).len();
            let after = &text[offset..];
            let end = offset + after.find(|letter: char| !is_word(letter) || letter == ':').unwrap_or(after.len());
            let has_colon = text[end..].starts_with(':');
            Some(Self { path, is_key, before, word: start..end, has_colon, tree })
        })
    }

    /// The node that the first `length` parts of the way lead to.
    pub(super) fn node(&self, length: usize) -> Option<&Node> {
        self.path[..length.min(self.path.len())].iter().try_fold(&self.tree.root, |node, part| match part {
            Part::Key(key) => node.get(key),
            Part::Item(index) => node.as_sequence()?.get(*index),
        })
    }

    /// The keys on the way, `[]` for an item.
    pub(super) fn keys(&self) -> Vec<&str> {
        self.path.iter().map(|part| if let Part::Key(key) = part { key.as_str() } else { "[]" }).collect()
    }
}

/// Whether a text of the tree is the one that is being written.
pub(super) fn is_marked(text: &str) -> bool {
    text.contains(MARK)
}

/// The text with the mark, in the forms in which it may be readable.
fn candidates(text: &str, offset: usize) -> Vec<String> {
    let line_start = text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line_end = text[offset..].find(['\n', '\r']).map_or(text.len(), |at| offset + at);
    let (before, after) = (&text[line_start..offset], &text[offset..line_end]);
    let with = |mark: &str, until: usize| format!("{}{mark}{}", &text[..offset], &text[until..]);
    let mut candidates = Vec::new();
    let word = before.trim_start_matches([' ', '-']);
    let is_word = word.chars().all(|letter| letter.is_alphanumeric() || "_-?.".contains(letter));
    if is_word && after.trim().is_empty() {
        candidates.push(with(&format!("{MARK}:"), offset));
    }
    candidates.push(with(MARK, offset));
    candidates.push(with(&format!("{MARK}{}", closers(before)), line_end));
    candidates
}

/// What closes the brackets and quotes that a line leaves open.
fn closers(line: &str) -> String {
    let mut open: Vec<char> = Vec::new();
    let mut last = ' ';
    for letter in line.chars() {
        match open.last() {
            Some(&quote @ ('"' | '\'')) => {
                if letter == quote && last != '\\' {
                    open.pop();
                }
            }
            _ => match letter {
                // An apostrophe inside of a word opens nothing.
                '"' | '\'' if " [{,:".contains(last) => open.push(letter),
                '{' => open.push('}'),
                '[' => open.push(']'),
                '}' | ']' => {
                    open.pop();
                }
                _ => {}
            },
        }
        last = letter;
    }
    open.into_iter().rev().collect()
}

/// The text before the mark and whether it stands in a key; `path` becomes the way to it.
fn find(node: &Node, path: &mut Vec<Part>) -> Option<(String, bool)> {
    match &node.kind {
        NodeKind::Missing => None,
        NodeKind::Scalar(scalar) => Some((scalar.text.split_once(MARK)?.0.to_owned(), false)),
        NodeKind::Sequence(items) => items.iter().enumerate().find_map(|(index, item)| {
            path.push(Part::Item(index));
            let found = find(item, path);
            if found.is_none() {
                path.pop();
            }
            found
        }),
        NodeKind::Mapping(entries) => entries.iter().find_map(|entry| {
            let key = entry.key.text().unwrap_or_default();
            if let Some((before, _)) = key.split_once(MARK) {
                return Some((before.to_owned(), true));
            }
            path.push(Part::Key(key.to_owned()));
            let found = find(&entry.value, path);
            if found.is_none() {
                path.pop();
            }
            found
        }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn at(marked: &str) -> (String, bool, String) {
        let offset = marked.find('▮').unwrap();
        let cursor = Cursor::at(&marked.replace('▮', ""), offset).unwrap();
        (cursor.keys().join("/"), cursor.is_key, cursor.before)
    }

    #[test]
    fn finds_the_way_to_a_value_a_key_and_an_item() {
        let found = |path: &str, is_key, before: &str| (path.to_owned(), is_key, before.to_owned());
        assert_eq!(at("modules:\n  - id: a\n    module: po▮\n"), found("modules/[]/module", false, "po"));
        assert_eq!(at("modules:\n  - id: a\n    module: ▮\n"), found("modules/[]/module", false, ""));
        assert_eq!(at("modules:\n  - id: a\n    args:\n      im▮\n"), found("modules/[]/args", true, "im"));
        assert_eq!(at("modules:\n  - id: a\n    args:\n      x: 1\n      ▮\n"), found("modules/[]/args", true, ""));
        assert_eq!(
            at("templates:\n  - id: s\n    run:\n      - a▮\n      - b\n"),
            found("templates/[]/run/[]", true, "a")
        );
        assert_eq!(at("modules: [{id: a, module: ▮}]\n"), found("modules/[]/module", false, ""));
    }

    #[test]
    fn finds_it_while_brackets_and_quotes_are_open_and_another_module_is_broken() {
        let found = |path: &str, is_key, before: &str| (path.to_owned(), is_key, before.to_owned());
        assert_eq!(
            at("modules:\n  - {id: a, args: {env: \"pt.secret ▮\n"),
            found("modules/[]/args/env", false, "pt.secret ")
        );
        let broken = "modules:\n  - id: x\n    module: [oops\n  - id: a\n    module: po▮\n";
        assert_eq!(at(broken), found("modules/[]/module", false, "po"));
    }

    #[test]
    fn the_word_at_the_cursor_is_what_is_replaced() {
        let text = "modules:\n  - {id: a, module: polytope/post, args: {}}\n";
        let offset = text.find("post,").unwrap() + 2;
        let cursor = Cursor::at(text, offset).unwrap();
        assert_eq!(&text[cursor.word], "polytope/post");
    }
}
