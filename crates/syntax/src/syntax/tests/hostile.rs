//! Whatever the text: no panic, no hang, and every place that is named lies in the text.

use std::collections::HashSet;

use super::read;
use crate::source::Span;
use crate::syntax::{Node, NodeKind, Style};

/// A file with one of everything.
const SAMPLE: &str = "# sample
modules:
  - id: db   # right
    info: >-
      folded
      text with é

      and more
    params: [{id: a, type: [default, str, 'it''s']}, { b: c }]
    module: polytope/postgres!simple
    args: &args
      image: \"postgres:16.2\\n\\u00e9 x\"
      cmd: plain text
        on two lines
      data-volume: { type: volume, scope: project, id: \"x\" }
      env:
        - { name: URL, value: postgres://u:p@h:5432/db?sslmode=disable }
        - name: SCRIPT
          value: |
            #!/bin/sh
              echo \"{pt.value x}\" {{ y }}

            done
    extra: *args
  - <<: *args
    id: !!str 12
    ? key
    : value
    empty:
    none: ~
---
";

#[test]
fn every_prefix_is_survived() {
    for end in (0..=SAMPLE.len()).filter(|end| SAMPLE.is_char_boundary(*end)) {
        check(&SAMPLE[..end]);
        check(&SAMPLE[end..]);
    }
}

#[test]
fn every_flipped_bit_is_survived() {
    for index in 0..SAMPLE.len() {
        for bit in 0..8 {
            let mut bytes = SAMPLE.as_bytes().to_vec();
            bytes[index] ^= 1 << bit;
            if let Ok(text) = String::from_utf8(bytes) {
                check(&text);
            }
        }
    }
}

#[test]
fn every_character_put_or_left_out_anywhere_is_survived() {
    let marks = [
        "", "\t", "\n", "\r", " ", "\"", "'", "[", "]", "{", "}", ":", ": ", "- ", "#", " #pt-", "&", "*", "!", "|",
        ">", "%", "@", "`", ",", "?", "\\", "{{", "}}", "...\n", "\u{a0}", "\u{feff}", "\u{202e}", "é",
    ];
    for mark in marks {
        for (index, letter) in SAMPLE.char_indices().step_by(3) {
            check(&[&SAMPLE[..index], mark, &SAMPLE[index + letter.len_utf8()..]].concat());
        }
    }
}

#[test]
fn lines_left_out_or_swapped_are_survived() {
    let lines: Vec<&str> = SAMPLE.split_inclusive('\n').collect();
    for first in 0..lines.len() {
        for second in 0..lines.len() {
            let mut mixed = lines.clone();
            mixed.swap(first, second);
            check(&mixed.concat());
            mixed.remove(first);
            check(&mixed.concat());
        }
    }
}

#[test]
fn every_place_in_the_yaml_test_suite_is_right() {
    #[derive(serde::Deserialize)]
    struct Case {
        yaml: String,
    }
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("../../../../../tests/fixtures/yaml-test-suite.json")).unwrap();
    for case in cases {
        check(&case.yaml);
    }
}

fn check(text: &str) {
    let (tree, findings) = read(text);
    let inside = |span: Span| {
        let (start, end) = (span.start as usize, span.end as usize);
        let good = start <= end && text.is_char_boundary(start) && text.is_char_boundary(end);
        assert!(good, "{start}..{end} is no place in {text:?}");
    };
    for finding in &findings {
        inside(finding.primary.span);
        finding.secondary.iter().for_each(|label| inside(label.span));
        assert!(!finding.message.is_empty());
    }
    let places: HashSet<_> = findings.iter().map(|finding| (finding.rule.code, finding.primary.span)).collect();
    assert_eq!(places.len(), findings.len(), "said twice: {text:?}");
    tree.comments.iter().for_each(|comment| inside(comment.span));
    walk(&tree.root, text, &inside);
}

fn walk(node: &Node, text: &str, inside: &dyn Fn(Span)) {
    inside(node.span);
    match &node.kind {
        NodeKind::Missing => {}
        NodeKind::Sequence(items) => items.iter().for_each(|item| walk(item, text, inside)),
        NodeKind::Mapping(entries) => {
            for entry in entries {
                walk(&entry.key, text, inside);
                walk(&entry.value, text, inside);
            }
        }
        NodeKind::Scalar(scalar) => {
            for (offset, letter) in scalar.text.char_indices().filter(|(_, letter)| !letter.is_whitespace()) {
                let place = node.span_of(offset..offset + letter.len_utf8()).start as usize;
                let found = text[place..].chars().next();
                let stands_for = scalar.style == Style::Quoted && matches!(found, Some('\\' | '\''));
                assert!(
                    stands_for || found == Some(letter),
                    "{letter:?} of {:?} is {found:?} at {place} in {text:?}",
                    scalar.text
                );
            }
        }
    }
}
