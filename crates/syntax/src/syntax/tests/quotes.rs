//! Slips in quoted text.

use super::findings;

#[test]
fn an_unclosed_quote_is_shown_where_it_opens() {
    insta::assert_snapshot!(findings("a: \"x\nb: 1\n"), @r##"
    yaml-syntax at 1:4 ["] this quote `"` is never closed
      help: close it where the text ends: `"x"`
    "##);
}

#[test]
fn a_quote_closed_by_the_next_opening_one_is_shown_where_it_opens() {
    insta::assert_snapshot!(findings("a:\n  k: \"x\n  m: \"y\"\n  z: \"q\"\n"), @r##"
    yaml-syntax at 2:6 ["] this quote `"` is never closed
      help: close it where the text ends: `"x"`
    "##);
}

#[test]
fn text_behind_a_quote_shows_the_whole_value_quoted() {
    insta::assert_snapshot!(findings("cmd: \"a\" && \"b\"\n"), @r##"
    yaml-syntax at 1:10 [&& "b"] `&& "b"` stands behind the closing quote
      also 1:8 ["] the text is closed here
      help: put the whole value in quotes: `'"a" && "b"'`
    "##);
}

#[test]
fn an_apostrophe_in_single_quotes_is_told_to_double() {
    insta::assert_snapshot!(findings("a: 'don't'\n"), @r##"
    yaml-syntax at 1:9 [t'] `t'` stands behind the closing quote
      also 1:8 ['] the text is closed here
      help: an apostrophe in single quotes is written twice: `''`; or use double quotes
    "##);
}

#[test]
fn a_quote_in_double_quotes_is_told_to_escape() {
    insta::assert_snapshot!(findings("a: \"5\"x\"\n"), @r##"
    yaml-syntax at 1:7 [x"] `x"` stands behind the closing quote
      also 1:6 ["] the text is closed here
      help: write `\"` for a quote inside double quotes, or use single quotes around the text
    "##);
}

#[test]
fn a_wrong_escape_is_marked_itself() {
    insta::assert_snapshot!(findings("path: \"C:\\Users\\me\"\n"), @r##"
    yaml-syntax at 1:10 [\U] `\U` is no escape of double-quoted text
      help: write `\\U` for a backslash, or put the text in single quotes
    "##);
}

#[test]
fn half_a_surrogate_pair_is_marked() {
    insta::assert_snapshot!(findings("a: \"\\ud83dx\"\n"), @r##"
    yaml-syntax at 1:5 [\ud83d] `\ud83d` is no escape of double-quoted text
      help: write `\\ud83d` for a backslash, or put the text in single quotes
    "##);
}
