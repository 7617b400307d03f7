//! What EDN files are read as.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::FileId;
use crate::syntax::{Node, NodeKind, Style, Tree};

fn parse(text: &str) -> (Tree, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let tree = super::parse(FileId(0), text, &mut diagnostics);
    (tree, diagnostics.finish())
}

/// A node as flow YAML; quoted scalars in double quotes.
fn show(node: &Node) -> String {
    match &node.kind {
        NodeKind::Missing => "?".to_owned(),
        NodeKind::Scalar(scalar) if scalar.style == Style::Plain => format!("<{}>", scalar.text),
        NodeKind::Scalar(scalar) => scalar.text.to_string(),
        NodeKind::Sequence(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
        NodeKind::Mapping(entries) => {
            let entry = |entry: &crate::syntax::Entry| format!("{}={}", show(&entry.key), show(&entry.value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(" "))
        }
    }
}

#[test]
fn gives_the_tree_that_yaml_would_give() {
    let table = [
        ("{:a 1, :b nil}", "{a=<1> b=<>}"),
        ("{\"a\" \"x\\ny\"}", "{a=x\ny}"),
        ("[1 -2.5 true sym \\x #{:k} (a b)]", "[<1> <-2.5> <true> <sym> x [k] [<a> <b>]]"),
        ("{:code (pt/sleep \"5s\")}", "{code=<(pt/sleep \"5s\")>}"),
        ("{:id #pt-param id ; note\n :x #_gone 2}", "{id=<#pt-param id> x=<2>}"),
        ("{:type [default [either int str] 5]}", "{type=[<default> [<either> <int> <str>] <5>]}"),
    ];
    for (text, expected) in table {
        let (tree, findings) = parse(text);
        assert_eq!(show(&tree.root), expected, "{text}");
        assert!(findings.is_empty() && tree.complete, "{text}: {findings:?}");
    }
}

#[test]
fn nodes_know_their_bytes() {
    let text = "{:name \"a\\tbc\" :id :api}";
    let (tree, _) = parse(text);
    let bytes = |span: crate::source::Span| &text[span.start as usize..span.end as usize];
    let name = tree.root.get("name").unwrap();
    assert_eq!(bytes(name.span), "\"a\\tbc\"");
    assert_eq!(bytes(name.span_of(2..4)), "bc");
    assert_eq!(bytes(tree.root.get("id").unwrap().span_of(1..3)), "pi");
}

#[test]
fn the_first_generation_is_read_by_todays_names() {
    let text =
        "{:modules [{:id :a :module :polytope/container :params {:image \"x\"}} {:id :b :params [{:id :p :type str}]}]
                 :templates [{:id :t :run-steps [:a {:module :a :params {:x 1} :run-when {:after :a}}]}]}";
    assert_eq!(
        show(&parse(text).0.root),
        "{modules=[{id=a module=polytope/container args={image=x}} {id=b params=[{id=p type=<str>}]}] \
         templates=[{id=t run=[a {module=a args={x=<1>} run-when={after=a}}]}]}"
    );
}

#[test]
fn says_which_bracket_is_at_fault() {
    let table = [
        ("{:a [1 2}", 4..5, "`[` must be closed by `]`, found `}`"),
        ("{:a [1 2]", 0..1, "`{` is never closed"),
        ("{:a 1}}", 6..7, "`}` closes nothing"),
        ("{:a \"x}", 4..5, "the text that begins here is never closed"),
        ("{:a 1 :b}", 6..8, "a map has a value for each key, and this key has none"),
        ("{:a 1/2}", 4..7, "`1/2` is a ratio, which is not supported"),
        ("{:a 1} {:b 2}", 7..8, "an EDN file holds one map, and here begins something behind it"),
    ];
    for (text, range, message) in table {
        let (tree, findings) = parse(text);
        let [finding] = findings.as_slice() else { panic!("{text}: {findings:?}") };
        assert_eq!(finding.rule.name, "edn-syntax", "{text}");
        let span = finding.primary.span;
        assert_eq!((span.start as usize..span.end as usize, finding.message.as_str()), (range, message), "{text}");
        assert!(!tree.complete);
    }
}

#[test]
fn hostile_text_ends_in_a_finding() {
    let deep = "[".repeat(100_000);
    let quotes = "'".repeat(100_000);
    let many = format!("[{}]", "1 ".repeat(300_000));
    for text in [deep.as_str(), &quotes, &many] {
        let (tree, findings) = parse(text);
        assert!(!tree.complete);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].rule.name, "input-limit");
    }
    for text in
        ["", "\\", "#", "##", "\"", "\"\\", "^", "'", "#_", "@", "#x", "{:a", "\u{0}", "é{\"é\\é\"}", "\\é", "#\"é"]
    {
        parse(text);
    }
}

#[test]
fn a_key_that_is_there_twice_is_reported_and_the_last_one_counts() {
    let (tree, findings) = parse("{:a 1 :b 2 \"a\" 3}");
    assert_eq!(show(&tree.root), "{a=<3> b=<2>}");
    assert_eq!(findings[0].rule.name, "duplicate-key");
}

#[test]
fn an_empty_file_describes_nothing() {
    let (tree, findings) = parse(" ; nothing\n");
    assert!(tree.root.is_missing() && tree.complete && findings.is_empty());
}
