//! Places: every span of a tree or a finding is a part of its text, and parts lie inside of what they are parts of.

use polytope::diagnostic::Diagnostic;
use polytope::source::{FileId, Span};
use polytope::syntax::{Node, NodeKind, Tree};

/// Every place of a tree lies in `text`.
pub fn assert_tree(tree: &Tree, text: &str) {
    assert_node(&tree.root, text);
    tree.comments.iter().for_each(|comment| assert_span(comment.span, text));
}

fn assert_node(node: &Node, text: &str) {
    assert_span(node.span, text);
    match &node.kind {
        NodeKind::Missing => {}
        NodeKind::Scalar(scalar) => {
            // Where an expression stands in it: each letter, and all of them.
            for (start, letter) in scalar.text.char_indices() {
                assert_span(node.span_of(start..start + letter.len_utf8()), text);
            }
            assert_span(node.span_of(0..scalar.text.len()), text);
        }
        NodeKind::Sequence(items) => items.iter().for_each(|item| assert_node(item, text)),
        NodeKind::Mapping(entries) => entries.iter().for_each(|entry| {
            assert_node(&entry.key, text);
            assert_node(&entry.value, text);
        }),
    }
}

/// Every place of a finding lies in the text of its file.
pub fn assert_finding<'a>(finding: &Diagnostic, text_of: impl Fn(FileId) -> &'a str) {
    let labels = finding.secondary.iter().chain([&finding.primary]).map(|label| label.span);
    for span in labels.chain(finding.trace.iter().map(|frame| frame.span)) {
        assert_span(span, text_of(span.file));
    }
    assert!(!finding.message.is_empty(), "{} says nothing", finding.rule.name);
}

/// A place begins before it ends, and both are between letters of the text.
pub fn assert_span(span: Span, text: &str) {
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(text.get(start..end).is_some(), "{start}..{end} is no part of {text:?}");
}
