//! Slips in `key: value` and `- item`.

use super::findings;

#[test]
fn a_space_missing_after_a_colon_is_marked() {
    insta::assert_snapshot!(findings("modules:\n  - id: db\n    image:postgres:16.2\n    module: x\n"), @r##"
    yaml-syntax at 3:10 [:] a space is missing after `:`
      help: type `image: postgres:16.2`
    "##);
}

#[test]
fn a_space_missing_after_the_first_colon_of_a_file_is_marked() {
    insta::assert_snapshot!(findings("a:1\nb: 2\n"), @r##"
    yaml-syntax at 1:2 [:] a space is missing after `:`
      help: type `a: 1`
    "##);
}

#[test]
fn a_space_missing_after_a_quoted_key_is_marked() {
    insta::assert_snapshot!(findings("\"a\":1\n"), @r##"
    yaml-syntax at 1:4 [:] a space is missing after `:`
      help: type `"a": 1`
    "##);
}

#[test]
fn a_space_missing_after_a_dash_is_marked() {
    insta::assert_snapshot!(findings("modules:\n  -id: db\n   module: x\n  - id: b\n"), @r##"
    yaml-syntax at 2:3 [-] a space is missing after `-`
      help: type `- id: db`
    "##);
}

#[test]
fn a_second_colon_on_a_line_asks_for_quotes() {
    insta::assert_snapshot!(findings("args:\n  cmd: echo note: done\n"), @r##"
    yaml-syntax at 2:17 [:] a second `: ` on one line; unquoted text cannot hold it
      also 2:3 [cmd] the value of this key is read
      help: put the value in quotes: `cmd: "echo note: done"`
    "##);
}

#[test]
fn a_key_without_a_colon_is_found() {
    insta::assert_snapshot!(findings("args:\n  image redis\n  cmd: x\n"), @r##"
    yaml-syntax at 2:3 [image redis] expected a `:` after `image redis`, as a key of the map around it
      help: type `image: redis` or `image redis: …`; if it goes on with the text above, indent it deeper than that text's key
    "##);
}

#[test]
fn an_equals_sign_becomes_a_colon() {
    insta::assert_snapshot!(findings("args:\n  image: redis\n  cmd = x\n"), @r##"
    yaml-syntax at 3:3 [cmd = x] expected a `:` after `cmd = x`, as a key of the map around it
      help: type `cmd: x`
    "##);
}

#[test]
fn a_list_on_the_line_of_its_key_is_sent_below() {
    insta::assert_snapshot!(findings("run: - db\n"), @r##"
    yaml-syntax at 1:6 [-] a list cannot begin on the line of its key
      also 1:1 [run] the key
      help: put `- db` on the next line, indented with 2 spaces
    "##);
}

#[test]
fn a_key_that_is_too_long_is_named_so() {
    insta::assert_snapshot!(findings(&format!("{}: 1", "k".repeat(1100))), @r##"
    yaml-syntax at 1:1101 [:] the key before this `:` is longer than 1024 characters
      help: shorten the key; if it is one text, put it in quotes
    "##);
}

#[test]
fn a_map_on_the_line_of_three_dashes_is_sent_below() {
    insta::assert_snapshot!(findings("--- a: 1\n"), @r##"
    yaml-syntax at 1:6 [:] a map cannot begin on the line of `---`
      also 1:1 [---] this line
      help: put the key on the next line
    "##);
}
