//! Limits end in a finding that names them, and quickly.

use super::{findings, read, repeated, rules};

#[test]
fn collections_nest_64_deep_and_no_deeper() {
    let nested = |depth: usize| format!("a: {}{}\n", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_eq!(rules(&nested(64)), [""; 0]);
    assert_eq!(rules(&nested(65)), ["input-limit"]);
    let block = |depth: usize| repeated(0..depth, |level| format!("{}a:\n", " ".repeat(level)));
    assert_eq!(rules(&block(64)), [""; 0]);
    assert_eq!(rules(&block(65)), ["input-limit"]);
}

#[test]
fn a_limit_is_named_with_what_to_do() {
    insta::assert_snapshot!(findings(&format!("a: {}{}", "[".repeat(64), "]".repeat(64))), @r##"
    input-limit at 1:67 [[] lists and maps nest deeper than 64 levels, the limit for one file
      help: write it flatter, or move the inner part into a module of its own
    "##);
}

#[test]
fn values_are_counted_and_those_behind_aliases_each_time() {
    let list = format!("a: &a [{}]\n", "x,".repeat(1_000));
    let few = repeated(0..100, |index| format!("k{index}: *a\n"));
    let many = repeated(0..300, |index| format!("k{index}: *a\n"));
    assert_eq!(rules(&format!("{list}{few}")), [""; 0]);
    assert_eq!(rules(&format!("{list}{many}")), ["input-limit"]);
    assert_eq!(rules(&format!("[{}]", "x,".repeat(250_001))), ["input-limit"]);
}

#[test]
fn aliases_are_counted() {
    assert_eq!(rules(&format!("a: &a x\nb: [{}]\n", "*a,".repeat(10_000))), [""; 0]);
    assert_eq!(rules(&format!("a: &a x\nb: [{}]\n", "*a,".repeat(10_001))), ["input-limit"]);
}

#[test]
fn a_text_may_have_one_mebibyte() {
    let text = |length: usize| format!("a: {}\nb: 1\n", "x".repeat(length));
    assert_eq!(rules(&text(1 << 20)), [""; 0]);
    let (tree, found) = read(&text((1 << 20) + 1));
    assert_eq!(found[0].rule.name, "input-limit");
    assert_eq!(tree.root.get("b").unwrap().text(), Some("1"), "the rest is read");
}

#[test]
fn aliases_may_not_repeat_text_without_end() {
    let text = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(100_000), "*a,".repeat(100));
    assert_eq!(rules(&text), ["input-limit"]);
}

#[test]
fn a_file_beyond_the_loaders_limit_is_not_read() {
    assert_eq!(rules(&" ".repeat(4 * 1024 * 1024 + 1)), ["input-limit"]);
}

#[test]
fn bombs_end_in_one_finding() {
    let nine = |level: usize| vec![format!("*a{}", level - 1); 9].join(",");
    let aliases = repeated(1..12, |level| format!("a{level}: &a{level} [{}]\n", nine(level)));
    let merges = repeated(1..12, |level| format!("a{level}: &a{level} {{<<: [{0}], k{level}: [{0}]}}\n", nine(level)));
    let (aliases, merges) = (format!("a0: &a0 [x,x,x,x,x]\n{aliases}"), format!("a0: &a0 {{k0: v}}\n{merges}"));
    assert_eq!(rules(&aliases), ["input-limit"]);
    assert_eq!(rules(&merges), ["input-limit"]);
    assert_eq!(rules("a: &a [*a]\n"), ["yaml-syntax"]);
}

#[test]
fn hostile_nesting_is_refused_without_a_stack() {
    for text in
        ["[".repeat(200_000), "{".repeat(200_000), "- ".repeat(100_000), "? ".repeat(50_000), "&a [".repeat(50_000)]
    {
        assert_eq!(rules(&text), ["input-limit"], "{}", &text[..4]);
    }
}

#[test]
fn findings_of_one_kind_are_not_repeated_without_end() {
    for text in [
        "a: 1\n".repeat(5_000),
        "a: #pt-x\n".repeat(5_000),
        format!("[{}]", "*a,".repeat(5_000)),
        "\u{1}".repeat(5_000),
        "\u{202e}".repeat(5_000),
    ] {
        let found = read(&text).1.len();
        assert!((1..=300).contains(&found), "{found} for {}", &text[..8]);
    }
}
