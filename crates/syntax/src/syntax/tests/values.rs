//! Values that cannot begin as they do.

use super::findings;

#[test]
fn text_cannot_start_with_an_at_sign() {
    insta::assert_snapshot!(findings("image: @scope/name\n"), @r##"
    yaml-syntax at 1:8 [@] text cannot start with `@`
      help: put it in quotes: `"@scope/name"`
    "##);
}

#[test]
fn text_cannot_start_with_a_backtick() {
    insta::assert_snapshot!(findings("cmd: `ls`\n"), @r##"
    yaml-syntax at 1:6 [`] text cannot start with a backtick
      help: put it in quotes: `"`ls`"`
    "##);
}

#[test]
fn text_cannot_start_with_a_percent_sign() {
    insta::assert_snapshot!(findings("a: %d\n"), @r##"
    yaml-syntax at 1:4 [%] text cannot start with `%`
      help: put it in quotes: `"%d"`
    "##);
}

#[test]
fn text_cannot_start_with_a_comma() {
    insta::assert_snapshot!(findings("a: ,b\n"), @r##"
    yaml-syntax at 1:4 [,] text cannot start with `,`
      help: put it in quotes: `",b"`
    "##);
}

#[test]
fn a_lone_star_is_no_alias() {
    insta::assert_snapshot!(findings("cron: * * * * *\n"), @r##"
    yaml-syntax at 1:7 [*] text cannot start with `*`: it stands for an alias
      help: put it in quotes: `"* * * * *"`
    "##);
}

#[test]
fn a_glob_is_no_alias() {
    insta::assert_snapshot!(findings("files: *.sql\n"), @r##"
    yaml-syntax at 1:8 [*.sql] `*.sql` is an alias, and no anchor `&.sql` stands above it
      help: if it is text, put it in quotes: `"*.sql"`
    "##);
}

#[test]
fn a_lone_ampersand_is_no_anchor() {
    insta::assert_snapshot!(findings("cmd: & b\n"), @r##"
    yaml-syntax at 1:6 [&] text cannot start with `&`: it stands for an anchor
      help: put it in quotes: `"& b"`
    "##);
}

#[test]
fn text_on_the_line_of_a_block_header_is_sent_below() {
    insta::assert_snapshot!(findings("cmd: > echo\n  x\n"), @r##"
    yaml-syntax at 1:6 [> echo] text cannot stand on the line of its `>`
      help: begin the text on the next line; if `>` is part of it, put it in quotes: `"> echo"`
    "##);
}

#[test]
fn a_comment_inside_text_is_marked() {
    insta::assert_snapshot!(findings("a: x # why\n  y\n"), @r##"
    yaml-syntax at 1:6 [# why] a comment between two lines of one text
      also 2:3 [y] read as the next line of the text
      help: remove the comment if `y` goes on with the text; if `y` is a key, it lacks its `:`
    "##);
}

#[test]
fn a_comment_needs_a_space_before_it() {
    insta::assert_snapshot!(findings("a: [1]#x\n"), @r##"
    yaml-syntax at 1:7 [#] a space is missing before the comment
      help: type `[1] #x`
    "##);
}

#[test]
fn a_broken_tag_is_marked() {
    insta::assert_snapshot!(findings("a: !<x y\n"), @r##"
    yaml-syntax at 1:4 [!<x] `!<x` is no tag
      help: if it is text, put it in quotes: `"!<x y"`
    "##);
}

#[test]
fn an_unknown_tag_is_named() {
    insta::assert_snapshot!(findings("a: !Ref db\nb: !env {x: 1}\n"), @r##"
    yaml-syntax at 1:4 [!Ref] there is no tag `!Ref`
      help: remove it; if it is text, put it in quotes
    yaml-syntax at 2:4 [!env] there is no tag `!env`
      help: remove it
    "##);
}

#[test]
fn a_tag_that_does_not_fit_is_named() {
    insta::assert_snapshot!(findings("a: !!seq {x: 1}\n"), @r##"
    yaml-syntax at 1:4 [!!seq] the tag `!!seq` does not fit a map
      help: remove it
    "##);
}
