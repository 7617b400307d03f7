//! Lines that begin in the wrong column.

use super::findings;

#[test]
fn a_tab_in_the_indentation_is_marked_itself() {
    insta::assert_snapshot!(findings("modules:\n  - id: db\n\tmodule: polytope/postgres\n"), @r##"
    yaml-syntax at 3:1 [	] a tab in the indentation
      help: YAML is indented with spaces only; type `    module: polytope/postgres`
    "##);
}

#[test]
fn many_tabs_are_one_finding() {
    insta::assert_snapshot!(findings("modules:\n\t- id: db\n\t  module: polytope/postgres\n\t- id: cache\n"), @r##"
    yaml-syntax at 2:1 [	] a tab in the indentation, and in that of 2 more lines
      help: YAML is indented with spaces only; type `  - id: db`
    "##);
}

#[test]
fn a_tab_behind_a_dash_is_marked() {
    insta::assert_snapshot!(findings("a:\n  -\t- b\n"), @r##"
    yaml-syntax at 2:4 [	] a tab where only spaces can stand
      help: type a space: `- - b`
    "##);
}

#[test]
fn a_tab_in_the_blank_line_below_a_block_header_is_marked() {
    insta::assert_snapshot!(findings("a: |\n\t\nb: 1\n"), @r##"
    yaml-syntax at 2:1 [	] a tab in a blank line
      help: remove it
    "##);
}

#[test]
fn a_no_break_space_in_the_indentation_is_named() {
    insta::assert_snapshot!(findings("a:\n\u{a0} b: 1\n c: 1\n"), @r##"
    yaml-syntax at 2:1 [ ] the character U+00A0 in the indentation looks like a space and is none
      help: delete the spaces before the text and type them again
    "##);
}

#[test]
fn a_line_between_two_columns_is_told_both() {
    insta::assert_snapshot!(findings("modules:\n    - id: db\n  module: x\n"), @r##"
    yaml-syntax at 3:3 [module: x] this line is indented with 2 spaces, and nothing above it begins there
      help: indent it with 4 spaces to go on after `- id: db`, or with 0 spaces to go on after `modules:`
    "##);
}

#[test]
fn a_key_in_the_column_of_its_list_is_sent_into_the_item() {
    insta::assert_snapshot!(findings("modules:\n  - id: db\n  module: polytope/postgres\n"), @r##"
    yaml-syntax at 3:3 [module: polytope/postgres] this line stands in the column of the list items, and is none
      also 2:3 [- id: db] the item above
      help: indent it with 4 spaces to put it into the item above, or make it an item: `- module: polytope/postgres`
    "##);
}

#[test]
fn an_item_among_keys_is_found() {
    insta::assert_snapshot!(findings("args:\n  image: redis:7\n  - cmd\n"), @r##"
    yaml-syntax at 3:3 [- cmd] a list item among the keys of a map
      also 2:3 [image: redis:7] the keys stand in this column
      help: indent it below the key whose list it belongs to, or remove the `- `
    "##);
}

#[test]
fn a_key_below_a_value_is_sent_beside_it() {
    insta::assert_snapshot!(findings("- id: db\n    module: polytope/postgres\n"), @r##"
    yaml-syntax at 2:5 [module: polytope/postgres] `module: polytope/postgres` stands below `id`, which already has a value
      also 1:3 [id: db] `id` and its value
      help: indent it with 2 spaces to put it beside `id`
    "##);
}

#[test]
fn a_key_below_an_item_of_text_is_found() {
    insta::assert_snapshot!(findings("run:\n  - db\n    args: {}\n"), @r##"
    yaml-syntax at 3:5 [args: {}] `args: {}` stands below the item `db`, which is text
      also 2:5 [db] this item
      help: if `db` is a key, type `- db: …`
    "##);
}

#[test]
fn text_that_leaves_its_block_is_told_the_block() {
    insta::assert_snapshot!(findings("cmd: |\n    echo a\n  echo b\n"), @r##"
    yaml-syntax at 3:3 [echo b] this line is indented less than the block text above it, and deeper than the key of that text
      help: indent it with 4 spaces to go on with the text, or with 0 spaces to go on after `cmd: |`
    "##);
}

#[test]
fn a_blank_line_deeper_than_its_block_is_marked() {
    insta::assert_snapshot!(findings("cmd: |\n\n     \n  echo a\n"), @r##"
    yaml-syntax at 4:3 [echo a] this line is indented less than the blank line above it, which begins the text
      also 3:1 [     ] spaces of the blank line
      help: remove the spaces from the blank line
    "##);
}

#[test]
fn a_file_that_begins_indented_is_told_its_column() {
    insta::assert_snapshot!(findings("  a: 1\nb: 2\n"), @r##"
    yaml-syntax at 2:1 [b: 2] this line is indented with 0 spaces, and nothing above it begins there
      help: indent it with 2 spaces to go on after `a: 1`
    "##);
}
