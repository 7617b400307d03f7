//! Files of every form: the bytes that come out.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::diagnostic::{Diagnostics, Edit};
use crate::source::FileId;
use crate::syntax::{self, Node, Tree};

fn tree(text: &str) -> Tree {
    let mut found = Diagnostics::default();
    let tree = syntax::parse(FileId(0), text, &mut found);
    assert_eq!(found.finish(), [], "{text}");
    tree
}

/// The text after an edit at the node that the keys and indices lead to; it can still be read.
#[track_caller]
fn edited(text: &str, path: &str, edit: impl Fn(Page<'_>, &Node) -> Option<Edit>) -> String {
    let tree = tree(text);
    let mut node = &tree.root;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        node = match step.parse::<usize>() {
            Ok(index) => &node.as_sequence().unwrap()[index],
            Err(_) => node.get(step).unwrap(),
        };
    }
    let Some(Edit { span, text: new }) = edit(Page::new(FileId(0), text, &tree), node) else {
        return "nothing".to_owned();
    };
    let new = format!("{}{new}{}", &text[..span.start as usize], &text[span.end as usize..]);
    self::tree(&new);
    new
}

fn restart(text: &str, path: &str) -> String {
    let piece = Piece::map(&[("policy", "on-failure")]);
    edited(text, path, |page, map| page.add_entry(map, "restart", &piece))
}

fn variable(text: &str, path: &str) -> String {
    edited(text, path, |page, list| page.add_item(list, &Piece::map(&[("name", "A"), ("value", "pt.secret a")])))
}

fn without(text: &str, path: &str, index: usize) -> String {
    edited(text, path, |page, node| match node.as_sequence() {
        Some(_) => page.remove_item(node, index),
        None => page.remove_entry(node, index),
    })
}

#[test]
fn an_entry_is_added_in_the_style_of_its_map() {
    assert_eq!(restart("a:\n  b: 1 # c\nd: 2\n", "a"), "a:\n  b: 1 # c\n  restart: {policy: on-failure}\nd: 2\n");
    assert_eq!(restart("a: {b: 1}\n", "a"), "a: {b: 1, restart: {policy: on-failure}}\n");
    assert_eq!(restart("a: {}\n", "a"), "a: {restart: {policy: on-failure}}\n");
    assert_eq!(restart("{\"a\": {\"b\": 1}}", "a"), "{\"a\": {\"b\": 1, \"restart\": {\"policy\": \"on-failure\"}}}");
    assert_eq!(
        restart("a:\r\n    b:\r\n    - x\r\n", "a"),
        "a:\r\n    b:\r\n    - x\r\n    restart: {policy: on-failure}\r\n"
    );
    assert_eq!(restart("- id: a\n  b: 1", "0"), "- id: a\n  b: 1\n  restart: {policy: on-failure}");
}

#[test]
fn lines_are_indented_as_elsewhere_in_the_file() {
    let piece = Piece::Lines(vec![("env".to_owned(), Piece::List(vec![Piece::map(&[("name", "A")])]))]);
    let args = |text: &str, path: &str| edited(text, path, |page, map| page.add_entry(map, "args", &piece));
    assert_eq!(
        args("modules:\n    - id: a\n", "modules.0"),
        "modules:\n    - id: a\n      args:\n          env:\n              - {name: A}\n"
    );
    assert_eq!(args("modules:\n- id: a\n", "modules.0"), "modules:\n- id: a\n  args:\n    env:\n    - {name: A}\n");
    assert_eq!(args("modules: [{id: a}]\n", "modules.0"), "modules: [{id: a, args: {env: [{name: A}]}}]\n");
}

#[test]
fn a_key_without_a_value_gets_one() {
    let list = Piece::List(vec![Piece::map(&[("name", "A")])]);
    let fill = |text: &str| edited(text, "a", |page, map| page.fill_entry(map, &map.as_mapping().unwrap()[0], &list));
    assert_eq!(fill("a:\n  env: # c\n  b: 1\n"), "a:\n  env: # c\n    - {name: A}\n  b: 1\n");
    assert_eq!(fill("a: {env: null, b: 1}\n"), "a: {env: [{name: A}], b: 1}\n");
    assert_eq!(fill("a: {env: , b: 1}\n"), "nothing");
}

#[test]
fn an_item_is_added_in_the_style_of_the_last_one() {
    assert_eq!(
        variable("env:\n  - name: B\n    value: |\n      x\n\nc: 1\n", "env"),
        "env:\n  - name: B\n    value: |\n      x\n  - name: A\n    value: pt.secret a\n\nc: 1\n"
    );
    assert_eq!(variable("env:\n- {name: B} # b\n", "env"), "env:\n- {name: B} # b\n- {name: A, value: pt.secret a}\n");
    assert_eq!(variable("env: [{name: B}]\n", "env"), "env: [{name: B}, {name: A, value: pt.secret a}]\n");
    assert_eq!(variable("env: []\n", "env"), "env: [{name: A, value: pt.secret a}]\n");
}

#[test]
fn text_at_the_end_of_a_file_is_not_made_longer() {
    assert_eq!(variable("env:\n  - name: B\n    value: |\n      x", "env"), "nothing");
    assert_eq!(restart("a:\n  b: |+\n    x\n\n", "a"), "nothing");
}

#[test]
fn an_item_goes_with_its_lines_and_its_comments_stay() {
    let text = "env:\n  - {name: A} # a\n  - name: B # b\n    # c\n    value: 1\n  - {name: C}\n";
    assert_eq!(without(text, "env", 0), "env:\n  # a\n  - name: B # b\n    # c\n    value: 1\n  - {name: C}\n");
    assert_eq!(without(text, "env", 1), "env:\n  - {name: A} # a\n  # b\n  # c\n  - {name: C}\n");
    assert_eq!(without("env: [{a: 1}, {b: 2}, {c: 3}]\n", "env", 1), "env: [{a: 1}, {c: 3}]\n");
    assert_eq!(without("env: [{a: 1}, {b: 2}]\n", "env", 1), "env: [{a: 1}]\n");
    assert_eq!(without("env: [{a: 1}]\n", "env", 0), "env: []\n");
    assert_eq!(without("x:\n  env:\n  - a: 1\n  y: 2\n", "x.env", 0), "x:\n  env:\n   []\n  y: 2\n");
}

#[test]
fn an_entry_goes_with_its_lines_and_its_comments_stay() {
    assert_eq!(without("a: 1 # x\nb:\n  c: 2\nd: 3\n", "", 1), "a: 1 # x\nd: 3\n");
    assert_eq!(without("a: 1 # x\nb: 2\n", "", 0), "# x\nb: 2\n");
    assert_eq!(without("- a: 1\n  b: 2\n", "0", 0), "- b: 2\n");
    assert_eq!(without("- a: 1 # x\n  b: 2\n", "0", 0), "nothing");
    assert_eq!(without("{a: 1, b: 2}\n", "", 1), "{a: 1}\n");
}

#[test]
fn a_place_leads_to_the_nodes_around_it() {
    let text = "a:\n  - {name: X, value: y}\nb: 1\n";
    let tree = tree(text);
    let at = text.find('y').unwrap();
    let chain = parents(&tree.root, at);
    assert_eq!(chain.len(), 4, "the file, the list, its item, the scalar");
    assert_eq!(node_at(&tree.root, chain[3].span).and_then(Node::text), Some("y"));
}
