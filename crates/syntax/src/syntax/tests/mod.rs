//! What is read from a text and what is said about it, as one would see it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod brackets;
mod document;
mod entries;
mod hostile;
mod indentation;
mod limits;
mod quotes;
mod recovery;
mod rules;
mod tree;
mod values;

use std::fmt::Write;
use std::ops::Range;

use super::{Node, NodeKind, Tree, parse};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, Position, SourceFile, Span};

fn read(text: &str) -> (Tree, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let tree = parse(FileId(0), text, &mut diagnostics);
    (tree, diagnostics.finish())
}

/// One text for each number, joined.
fn repeated(numbers: Range<usize>, text: impl Fn(usize) -> String) -> String {
    numbers.map(text).collect()
}

/// The findings of a text: rule, place, marked bytes and message, then other places and help.
fn findings(text: &str) -> String {
    let file = SourceFile::new("polytope.yml", text);
    let place = |span: Span| {
        let Position { line, column } = file.position(span.start as usize);
        format!("{line}:{column} [{}]", &file.text[span.start as usize..span.end as usize])
    };
    let mut shown = String::new();
    for finding in read(text).1 {
        writeln!(shown, "{} at {} {}", finding.rule.name, place(finding.primary.span), finding.message).unwrap();
        for label in &finding.secondary {
            writeln!(shown, "  also {} {}", place(label.span), label.text).unwrap();
        }
        if let Some(help) = &finding.help {
            writeln!(shown, "  help: {help}").unwrap();
        }
    }
    shown
}

/// The names of the rules that a text breaks.
fn rules(text: &str) -> Vec<&'static str> {
    read(text).1.iter().map(|finding| finding.rule.name).collect()
}

/// The tree on one line: `?` is a hole, quoted and block text stands in quotes.
fn outline(text: &str) -> String {
    let mut shown = String::new();
    draw(&read(text).0.root, &mut shown);
    shown
}

fn draw(node: &Node, shown: &mut String) {
    match &node.kind {
        NodeKind::Missing => shown.push('?'),
        NodeKind::Scalar(scalar) if scalar.style == super::Style::Plain => shown.push_str(&scalar.text),
        NodeKind::Scalar(scalar) => write!(shown, "{:?}", scalar.text).unwrap(),
        NodeKind::Sequence(items) => {
            shown.push('[');
            for (index, item) in items.iter().enumerate() {
                shown.push_str(if index > 0 { ", " } else { "" });
                draw(item, shown);
            }
            shown.push(']');
        }
        NodeKind::Mapping(entries) => {
            shown.push('{');
            for (index, entry) in entries.iter().enumerate() {
                shown.push_str(if index > 0 { ", " } else { "" });
                draw(&entry.key, shown);
                shown.push_str(": ");
                draw(&entry.value, shown);
            }
            shown.push('}');
        }
    }
}
