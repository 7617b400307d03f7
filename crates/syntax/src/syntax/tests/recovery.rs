//! What is kept around a fault, and that one fault is one finding.

use super::{findings, outline, read, rules};

#[test]
fn the_entry_with_the_fault_is_a_hole_and_the_rest_is_read() {
    assert_eq!(outline("a: 1\nb: @x\nc: 3\n"), "{a: 1, b: ?, c: 3}");
    assert_eq!(outline("- a\n- @x\n- c\n"), "[a, ?, c]");
    assert_eq!(
        outline("a:\n  - id: x\n    image: a: b\n    cmd: y\n  - id: z\n"),
        "{a: [{id: x, image: ?, cmd: y}, {id: z}]}"
    );
    assert_eq!(outline("a: 1\n@b: 2\nc: 3\n"), "{a: 1, ?: ?, c: 3}");
    assert_eq!(outline("a: [x\nb: 2\n"), "{a: ?, b: 2}");
    assert_eq!(outline("a: {\n  x: 1\n  y: 2\n}\nb: 2\n"), "{a: ?, b: 2}");
    assert_eq!(outline("a: \"x\nb: 2\n"), "{a: ?, b: 2}");
    assert_eq!(outline("a:\n    b: 1\n   c: 2\nd: 3\n"), "{a: ?, d: 3}");
    assert_eq!(outline("a:\n  - b\n  c: 1\nd:\n  - 2\n"), "{a: ?, d: [2]}");
}

#[test]
fn a_tree_with_a_hole_is_not_complete() {
    assert!(!read("a: @x\n").0.complete);
    assert!(!read("a: *x\n").0.complete);
    assert!(read("a: x\n").0.complete);
    assert!(read("a: x\n---\nb: y\n").0.complete, "the first document is");
}

#[test]
fn independent_faults_are_all_found_at_once() {
    let text = "modules:
  - id: one
    module: polytope/container
    args:
      image: @redis
      cmd: \"a\\qb\"
  - id: two
    args:
      image: [x
      other: 1
  - id: three
   module: polytope/container
  - id: four
    args:
      image: a: b
templates:
  - id: stack
    run:
      - db
      - \"x
";
    insta::assert_snapshot!(findings(text), @r##"
    yaml-syntax at 5:14 [@] text cannot start with `@`
      help: put it in quotes: `"@redis"`
    yaml-syntax at 6:14 [\q] `\q` is no escape of double-quoted text
      help: write `\\q` for a backslash, or put the text in single quotes
    yaml-syntax at 9:14 [[] this `[` is never closed
      also 9:15 [x] `]` is missing behind this, or before
      help: add a `]` where it ends, on line 9 at the latest
    yaml-syntax at 12:4 [module: polytope/container] this line is indented with 3 spaces, and nothing above it begins there
      help: indent it with 4 spaces to go on after `id: three`, or with 2 spaces to go on after `- id: three`
    yaml-syntax at 15:15 [:] a second `: ` on one line; unquoted text cannot hold it
      also 15:7 [image] the value of this key is read
      help: put the value in quotes: `image: "a: b"`
    yaml-syntax at 20:9 ["] this quote `"` is never closed
      help: close it where the text ends: `"x"`
    "##);
    assert_eq!(
        outline(text),
        "{modules: [{id: one, module: polytope/container, args: {image: ?, cmd: ?}}, \
         {id: two, args: {image: ?, other: 1}}, ?, {id: four, args: {image: ?}}], \
         templates: [{id: stack, run: [db, ?]}]}"
    );
}

#[test]
fn one_slip_that_breaks_many_lines_is_one_finding() {
    for text in [
        "a: {\nb: 1,\nc: 2\n}\nd: 3\n- e\n",
        "a: [x\nb: 1\nc: [y]\n",
        "a:\n  k: \"x\n  m: \"y\"\n  z: \"q\"\nb: 1\n",
        "m:\n  - id: db\n    image:postgres:16\n    x: 1\n    y: 2\n",
        "m:\n - a: 1\n   b: 2\n  c: 3\n   d: 4\n",
        "a: x # why\n  y\n  z: 1\n",
    ] {
        assert_eq!(rules(text), ["yaml-syntax"], "{text}");
    }
}

#[test]
fn where_reading_has_to_end_the_open_collections_end_with_holes() {
    assert_eq!(outline("a: 1\nb:\n\t- x\n\t- y\n"), "{a: 1, b: ?, ?: ?}");
    assert_eq!(outline("a:1\n"), "a:1", "text without a space is text");
    assert_eq!(outline("x\ny: 1\n"), "?");
}

#[test]
fn what_is_blanked_out_hides_no_anchor_from_its_aliases() {
    assert_eq!(rules("a: &x @b\nc: *x\n"), ["yaml-syntax"]);
    assert_eq!(outline("a: &x @b\nc: *x\n"), "{a: ?, c: ?}");
}
