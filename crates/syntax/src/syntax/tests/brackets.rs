//! Slips in brackets.

use super::findings;

#[test]
fn an_unclosed_bracket_is_shown_where_it_opens() {
    insta::assert_snapshot!(findings("args:\n  cmd: [sh, -c, x\n  image: redis\n"), @r##"
    yaml-syntax at 2:8 [[] this `[` is never closed
      also 2:17 [x] `]` is missing behind this, or before
      help: add a `]` where it ends, on line 2 at the latest
    "##);
}

#[test]
fn an_unclosed_brace_over_lines_is_shown_where_it_opens() {
    insta::assert_snapshot!(findings("source: {\n  type: volume,\n  id: data\nother: 1\n"), @r##"
    yaml-syntax at 1:9 [{] this `{` is never closed
      also 3:10 [a] `}` is missing behind this, or before
      help: add a `}` where it ends, on line 3 at the latest
    "##);
}

#[test]
fn an_unclosed_bracket_at_the_end_of_the_file_is_shown_where_it_opens() {
    insta::assert_snapshot!(findings("cmd: [sh, {a: 1}"), @r##"
    yaml-syntax at 1:6 [[] this `[` is never closed
      also 1:16 [}] `]` is missing behind this, or before
      help: add a `]` where it ends, on line 1 at the latest
    "##);
}

#[test]
fn brackets_of_two_kinds_show_both() {
    insta::assert_snapshot!(findings("a: {b: [1, 2}}\n"), @r##"
    yaml-syntax at 1:13 [}] `}` cannot close `[`
      also 1:8 [[] opened here
      help: type `]`, or add it before the `}`
    "##);
}

#[test]
fn a_bracket_too_many_is_marked() {
    insta::assert_snapshot!(findings("a: [1, 2]]\n"), @r##"
    yaml-syntax at 1:10 []] this `]` closes nothing
      also 1:4 [[1, 2]] closed already
      help: remove the `]`
    "##);
}

#[test]
fn a_lone_closing_bracket_is_marked() {
    insta::assert_snapshot!(findings("a: ]\n"), @r##"
    yaml-syntax at 1:4 []] this `]` closes nothing
      help: remove it; if the value is text, put it in quotes: `"]"`
    "##);
}

#[test]
fn text_behind_brackets_asks_for_quotes() {
    insta::assert_snapshot!(findings("path: [id]/page.tsx\n"), @r##"
    yaml-syntax at 1:11 [/page.tsx] `/page.tsx` stands behind `[id]`, which is a complete value
      also 1:7 [[id]] the value
      help: if it is one text, put it in quotes: `"[id]/page.tsx"`
    "##);
}

#[test]
fn a_missing_comma_between_keys_is_found() {
    insta::assert_snapshot!(findings("a: {x: 1\n    y: 2}\n"), @r##"
    yaml-syntax at 2:6 [:] a `:` where a `,` or the end of the entry is expected
      also 1:4 [{] read as the inside of this, up to its `}`
      help: put a comma before `y`
    "##);
}

#[test]
fn a_missing_comma_between_quoted_items_is_found() {
    insta::assert_snapshot!(findings("a: [\"x\" \"y\"]\n"), @r##"
    yaml-syntax at 1:9 ["y"] expected `,` or `]` in the list, found `"y"`
      also 1:4 [[] the list begins here
      help: put a comma before `"y"`; if it belongs to the text before it, put both in quotes together
    "##);
}

#[test]
fn a_colon_inside_a_value_in_brackets_asks_for_quotes() {
    insta::assert_snapshot!(findings("a: {cmd: echo x: y}\n"), @r##"
    yaml-syntax at 1:16 [:] a `:` where a `,` or the end of the entry is expected
      also 1:4 [{] read as the inside of this, up to its `}`
      help: put a comma before `x`; if it is one text, put it in quotes
    "##);
}

#[test]
fn dashes_inside_brackets_are_refused() {
    insta::assert_snapshot!(findings("a: [\n  - x\n]\n"), @r##"
    yaml-syntax at 2:3 [-] a `- ` item inside brackets
      also 1:4 [[] opened here
      help: inside brackets, items stand between commas: `[a, b]`; to use `- `, remove the brackets
    "##);
}

#[test]
fn an_empty_entry_is_marked() {
    insta::assert_snapshot!(findings("a: [x,, y]\n"), @r##"
    yaml-syntax at 1:7 [,] nothing stands before this `,`
      help: remove the comma, or write the missing entry
    "##);
}

#[test]
fn a_place_holds_whole_characters_also_where_one_was_overwritten() {
    let text = "&a {xz 2\nb\u{feff}";
    let (_, findings) = super::read(text);
    let mut places = findings.iter().flat_map(|it| it.secondary.iter().chain([&it.primary])).map(|label| label.span);
    assert!(places.all(|span| text.get(span.start as usize..span.end as usize).is_some()), "{findings:?}");
}
