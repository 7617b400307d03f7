//! What stands in the tree, and where it came from.

use super::{findings, outline, read, repeated};
use crate::syntax::{Node, Style};

fn at<'t>(text: &'t str, node: &Node) -> &'t str {
    &text[node.span.start as usize..node.span.end as usize]
}

/// The bytes of the file that the first occurrence of `part` in a scalar came from.
fn source<'t>(text: &'t str, node: &Node, part: &str) -> &'t str {
    let start = node.text().unwrap().find(part).unwrap();
    let span = node.span_of(start..start + part.len());
    &text[span.start as usize..span.end as usize]
}

#[test]
fn keeps_text_style_and_order() {
    assert_eq!(outline("b: 1\na: ['x', y]\nc: |\n  z\n"), "{b: 1, a: [\"x\", y], c: \"z\\n\"}");
    let (tree, _) = read("a: 1\nb: '1'\nc: |-\n  1\n");
    let style = |key: &str| tree.root.get(key).unwrap().as_scalar().unwrap().style;
    assert_eq!([style("a"), style("b"), style("c")], [Style::Plain, Style::Quoted, Style::Block]);
}

#[test]
fn spans_cover_what_was_written() {
    let text = "a: 'x' # c\nb:\n  - {k: v}\n  - >\n    fold\n    ed\n\nc:\n- 1\nd:\n";
    let (tree, _) = read(text);
    let get = |key: &str| tree.root.get(key).unwrap();
    assert_eq!(at(text, get("a")), "'x'");
    assert_eq!(at(text, get("b")), "- {k: v}\n  - >\n    fold\n    ed");
    assert_eq!(at(text, &get("b").as_sequence().unwrap()[0]), "{k: v}");
    assert_eq!(at(text, &get("b").as_sequence().unwrap()[1]), "fold\n    ed");
    assert_eq!(at(text, get("c")), "- 1");
    assert_eq!(get("d").span.start as usize, text.len() - 1, "an absent value stands behind its colon");
    assert_eq!(at(text, &tree.root), text.trim_end());
}

#[test]
fn offsets_lead_through_escapes_folding_and_indentation() {
    let text = "a: \"x\\u00e9\\n y\\\n    z\"\nb: 'it''s\n  folded'\nc: plain\n  text\n\n  more\nd: |\n  one {x}\n    two {y}\n\n  three {z}\ne: >\n  fold {f}\n  next {n}\n";
    let (tree, _) = read(text);
    let get = |key: &str| tree.root.get(key).unwrap();
    assert_eq!(get("a").text().unwrap(), "xé\n yz");
    assert_eq!(source(text, get("a"), "x"), "x");
    assert_eq!(source(text, get("a"), "yz"), "y\\\n    z");
    assert_eq!(get("b").text().unwrap(), "it's folded");
    assert_eq!(source(text, get("b"), "s"), "s");
    assert_eq!(source(text, get("b"), "folded"), "folded");
    assert_eq!(get("c").text().unwrap(), "plain text\nmore");
    assert_eq!(source(text, get("c"), "text"), "text");
    assert_eq!(source(text, get("c"), "more"), "more");
    assert_eq!(source(text, get("d"), "two {y}"), "two {y}");
    assert_eq!(source(text, get("d"), "{z}"), "{z}");
    assert_eq!(get("e").text().unwrap(), "fold {f} next {n}\n");
    assert_eq!(source(text, get("e"), "{f}"), "{f}");
    assert_eq!(source(text, get("e"), "{n}"), "{n}");
}

#[test]
fn comments_keep_their_order_and_place() {
    let text = "# top\na: 1 #right\n  ## deep ##\nb: \"# no\"\nc: |\n  # no\n";
    let comments = read(text).0.comments;
    let texts: Vec<&str> = comments.iter().map(|comment| comment.text.as_str()).collect();
    assert_eq!(texts, ["top", "right", "deep ##"]);
    assert_eq!(&text[comments[1].span.start as usize..comments[1].span.end as usize], "#right");
}

#[test]
fn aliases_are_copies_at_the_place_of_the_alias() {
    let text = "a: &x {k: v}\nb: *x\n";
    let (tree, findings) = read(text);
    assert!(findings.is_empty() && tree.complete);
    let copy = tree.root.get("b").unwrap();
    assert_eq!(at(text, copy), "*x");
    assert_eq!(at(text, copy.get("k").unwrap()), "v");
    assert_eq!(outline("a: &x 1\nb: &x 2\nc: *x\n*x : 3\n"), "{a: 1, b: 2, c: 2, 2: 3}");
}

#[test]
fn merge_keys_take_in_maps_and_own_keys_win() {
    assert_eq!(outline("a: &a {x: 1, y: 2}\nb: {x: 0, <<: *a}\n"), "{a: {x: 1, y: 2}, b: {x: 0, y: 2}}");
    assert_eq!(
        outline("a: &a {x: 1}\nb: &b {x: 2, y: 3}\nc:\n  <<: [*a, *b]\n"),
        "{a: {x: 1}, b: {x: 2, y: 3}, c: {x: 1, y: 3}}"
    );
    assert_eq!(outline("\"<<\": 1\n"), "{\"<<\": 1}");
}

#[test]
fn merging_anything_but_maps_is_refused() {
    insta::assert_snapshot!(findings("a: &a 1\nb: {<<: *a}\nc: {<<: [{x: 1}, [y]]}\n"), @r##"
    yaml-syntax at 2:9 [*a] `<<` takes in maps, found `1`
      help: name an anchored map: `<<: *name`, or quote the key `"<<"`
    yaml-syntax at 3:18 [[y]] `<<` takes in maps, found a list
      help: name an anchored map: `<<: *name`, or quote the key `"<<"`
    "##);
}

#[test]
fn duplicate_keys_are_reported_with_both_places_and_the_last_wins() {
    let text = "a: 1\nb: 2\n\"a\": 3\n";
    assert_eq!(outline(text), "{b: 2, \"a\": 3}");
    insta::assert_snapshot!(findings(text), @r##"
    duplicate-key at 3:1 ["a"] the key `a` stands twice in this map
      also 1:1 [a] first here
      help: remove one of the two; the last one counts
    "##);
}

#[test]
fn doubles_of_one_map_are_one_finding() {
    insta::assert_snapshot!(findings("- id: a\n  module: x\n  id: b\n  module: y\n"), @r##"
    duplicate-key at 3:3 [id] 2 keys stand twice in this map, the first of them `id`
      also 1:3 [id] first here
      also 2:3 [module] `module` first here
      also 4:3 [module] and again
      help: if a new item begins here, type `- id`; otherwise remove one of each two, the last one counts
    "##);
    assert_eq!(outline("a: 1\na: 2\na: 3\n"), "{a: 3}");
}

#[test]
fn duplicates_in_large_maps_are_found_too() {
    let mut text = repeated(0..10_000, |index| format!("key{index}: {index}\n"));
    text.push_str("key77: again\n");
    let (tree, findings) = read(&text);
    assert_eq!(findings.len(), 1);
    assert_eq!(tree.root.as_mapping().unwrap().len(), 10_000);
    assert_eq!(tree.root.get("key77").unwrap().text(), Some("again"));
}

#[test]
fn keys_that_are_no_text_become_holes() {
    insta::assert_snapshot!(findings("? [a, b]\n: 1\n? {c: {d: 1}}\n: 2\n? {{e: 1}: 2}\n: 3\n"), @r##"
    yaml-syntax at 1:3 [[a, b]] a key must be text, found a list
      help: if it is text, put it in quotes: `"[a, b]"`
    yaml-syntax at 3:3 [{c: {d: 1}}] a key must be text, found a map
      help: if it is text, put it in quotes: `"{c: {d: 1}}"`
    yaml-syntax at 5:4 [{e: 1}] a key must be text, found a map
      help: if it is text, put it in quotes: `"{e: 1}"`
    "##);
    assert_eq!(outline("? [a]\n: 1\nb: 2\n"), "{?: ?, b: 2}");
}

#[test]
fn standard_tags_decide_between_text_and_value() {
    assert_eq!(
        outline("a: !!str 1\nb: !!int \"2\"\nc: !!null ''\nd: ! x\ne: !!seq [1]\n"),
        "{a: \"1\", b: 2, c: , d: \"x\", e: [1]}"
    );
}

#[test]
fn every_line_break_and_a_byte_order_mark_are_taken() {
    for text in [
        "a: 1\nb: 2\n",
        "a: 1\r\nb: 2\r\n",
        "a: 1\rb: 2\r",
        "\u{feff}a: 1\nb: 2",
        "a: 1\nb: 2",
        "---\na: 1\nb: 2\n...\n",
    ] {
        assert_eq!(outline(text), "{a: 1, b: 2}", "{text:?}");
        assert!(read(text).1.is_empty(), "{text:?}");
    }
}

#[test]
fn unicode_line_separators_are_text_as_in_yaml_1_2() {
    assert_eq!(outline("a: x\u{85}y\u{2028}z\u{2029}\n"), "{a: x\u{85}y\u{2028}z\u{2029}}");
}

#[test]
fn a_file_without_content_is_a_hole_and_no_finding() {
    for text in ["", "\n\n", "# only\n# comments\n", "\u{feff}", "  \n\t\n"] {
        let (tree, findings) = read(text);
        assert!(tree.root.is_missing() && tree.complete && findings.is_empty(), "{text:?}");
    }
    assert!(read("---\n").0.root.is_null());
}

#[test]
fn characters_that_cannot_be_read_are_marked_one_by_one() {
    insta::assert_snapshot!(findings("a: x\u{1b}[0m\nb: \u{7f}\n").replace(['\u{1b}', '\u{7f}'], "^"), @r##"
    yaml-syntax at 1:5 [^] the control character U+001B cannot stand in YAML
      help: remove it; if a value needs it, write `"\u001b"` in double quotes
    yaml-syntax at 2:4 [^] the control character U+007F cannot stand in YAML
      help: remove it; if a value needs it, write `"\u007f"` in double quotes
    "##);
    insta::assert_snapshot!(findings("a: 1\n\u{feff}b: 2\n").replace('\u{feff}', "^"), @r##"
    yaml-syntax at 2:1 [^] a byte order mark (U+FEFF) inside the text
      help: remove it
    "##);
    insta::assert_snapshot!(findings("a\0:\0 \x001\0").replace('\0', "^"), @r##"
    yaml-syntax at 1:2 [^] the file is not UTF-8 text but looks like UTF-16
      help: save it as UTF-8
    "##);
    insta::assert_snapshot!(findings("a: some text and a \0\n").replace('\0', "^"), @r##"
    yaml-syntax at 1:20 [^] the file is not text: it holds a NUL character
      help: remove the character, or name another file
    "##);
}

#[test]
fn bidirectional_controls_are_marked_in_values_and_comments() {
    let shown = findings("a: x\u{202e}y # \u{2066}\nb: |\n  \u{200f}\n");
    insta::assert_snapshot!(shown.replace(|letter: char| ('\u{200e}'..='\u{2069}').contains(&letter), "^"), @r##"
    bidi-control at 1:5 [^] the character U+202E changes the direction in which the text is shown
      help: remove it; if a value needs it, write `"\u202e"` in double quotes
    bidi-control at 1:10 [^] the character U+2066 changes the direction in which the text is shown
      help: remove it; if a value needs it, write `"\u2066"` in double quotes
    bidi-control at 3:3 [^] the character U+200F changes the direction in which the text is shown
      help: remove it; if a value needs it, write `"\u200f"` in double quotes
    "##);
    assert_eq!(outline("a: 1 # \u{202e}\n"), "{a: 1}");
}

#[test]
fn the_line_break_that_a_file_does_not_end_with_stands_at_its_end() {
    let text = "a: |\n  x";
    let (tree, _) = read(text);
    let block = tree.root.get("a").unwrap();
    assert_eq!(block.text(), Some("x\n"));
    let (all, last) = (block.span_of(0..2), block.span_of(1..2));
    assert_eq!([all.end, last.start, last.end].map(|place| place as usize), [text.len(); 3]);
}
