//! What does not belong into a document.

use super::findings;

#[test]
fn a_merge_conflict_is_named() {
    insta::assert_snapshot!(findings("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n"), @r##"
    yaml-syntax at 2:1 [<<<<<<< HEAD] a merge conflict is not resolved here
      help: keep one of the two sides, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`
    "##);
}

#[test]
fn a_directive_in_the_document_is_named() {
    insta::assert_snapshot!(findings("a: 1\n%foo\nb: 2\n"), @r##"
    yaml-syntax at 2:1 [%foo] a line that starts with `%` is a directive for the YAML reader, and not of this kind
      help: remove the line; if it is text, indent it below its key and put it in quotes: `"%foo"`
    "##);
}

#[test]
fn a_second_document_is_refused_and_the_first_kept() {
    insta::assert_snapshot!(findings("a: 1\n---\nb: 2\n"), @r##"
    yaml-syntax at 2:1 [---] a second document starts here
      help: one file is one document: remove the `---`, or move what follows into a file of its own
    "##);
}

#[test]
fn text_behind_the_document_is_marked() {
    insta::assert_snapshot!(findings("[1]\nfoo\n"), @r##"
    yaml-syntax at 2:1 [foo] `foo` stands behind the end of the document
      help: a file is one map, one list or one text; put this into it, or remove it
    "##);
}

#[test]
fn text_behind_three_dots_is_marked() {
    insta::assert_snapshot!(findings("a: 1\n... b\n"), @r##"
    yaml-syntax at 2:5 [b] `b` stands behind `...`, which ends the document
      help: remove it
    "##);
}
