//! Whether a new text says what the old one said, and the addition, and nothing else.

use super::item::{Item, Text};
use crate::syntax::{Node, NodeKind, Style, Tree};

/// A tree without places.
#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Shape>),
    /// Sorted: a new key may stand anywhere.
    Map(Vec<(Shape, Shape)>),
    Hole,
}

/// Whether `new` is `old` with `item` at the end of the list that `path` leads to.
pub(super) fn is_added(old: &Tree, new: &Tree, path: &[&str], item: &Item) -> bool {
    let comments = |tree: &Tree| tree.comments.iter().map(|comment| comment.text.clone()).collect::<Vec<_>>();
    let (mut before, mut after) = (shape(&old.root), shape(&new.root));
    let added = remove_last(&mut after, path);
    prune(&mut before, path);
    prune(&mut after, path);
    added.is_some_and(|added| says(&added, item)) && before == after && comments(old) == comments(new)
}

fn shape(node: &Node) -> Shape {
    match &node.kind {
        NodeKind::Missing => Shape::Hole,
        NodeKind::Scalar(scalar) => {
            Shape::Scalar { text: scalar.text.to_string(), plain: scalar.style == Style::Plain }
        }
        NodeKind::Sequence(items) => Shape::List(items.iter().map(shape).collect()),
        NodeKind::Mapping(entries) => {
            let mut entries: Vec<(Shape, Shape)> =
                entries.iter().map(|entry| (shape(&entry.key), shape(&entry.value))).collect();
            entries.sort_by_key(|(key, _)| format!("{key:?}"));
            Shape::Map(entries)
        }
    }
}

fn entry<'a>(shape: &'a mut Shape, name: &str) -> Option<&'a mut Shape> {
    let Shape::Map(entries) = shape else { return None };
    let is_named = |key: &Shape| matches!(key, Shape::Scalar { text, .. } if text == name);
    entries.iter_mut().find(|(key, _)| is_named(key)).map(|(_, value)| value)
}

/// Takes the last item out of the list that `path` leads to.
fn remove_last(shape: &mut Shape, path: &[&str]) -> Option<Shape> {
    match (path.split_first(), shape) {
        (Some((name, rest)), shape) => remove_last(entry(shape, name)?, rest),
        (None, Shape::List(items)) => items.pop(),
        (None, _) => None,
    }
}

/// Takes out what says nothing along `path`: a missing key, a null and an empty list are the same there.
fn prune(shape: &mut Shape, path: &[&str]) {
    if let Some((name, rest)) = path.split_first()
        && let Some(value) = entry(shape, name)
    {
        prune(value, rest);
        if is_empty(value)
            && let Shape::Map(entries) = shape
        {
            entries.retain(|(key, _)| !matches!(key, Shape::Scalar { text, .. } if text == name));
        }
    }
    if is_empty(shape) {
        *shape = Shape::List(Vec::new());
    }
}

fn is_empty(shape: &Shape) -> bool {
    match shape {
        Shape::Scalar { text, plain } => *plain && crate::syntax::is_null_text(text),
        Shape::List(items) => items.is_empty(),
        Shape::Map(entries) => entries.is_empty(),
        // Only trees without holes are compared; an empty file's is its root.
        Shape::Hole => true,
    }
}

fn says(shape: &Shape, item: &Item) -> bool {
    let is = |shape: &Shape, expected: &Text| matches!(shape, Shape::Scalar { text, .. } if *text == expected.text);
    match (item, shape) {
        (Item::Text(expected), shape) => is(shape, expected),
        (Item::Map(expected), Shape::Map(entries)) => {
            let found = |name: &str| {
                let key = Text::plain(name);
                entries.iter().find(|(known, _)| is(known, &key)).map(|(_, value)| value)
            };
            entries.len() == expected.len()
                && expected.iter().all(|(name, text)| found(name).is_some_and(|value| is(value, text)))
        }
        (Item::Map(_), _) => false,
    }
}
