//! The documentation of every rule is true.

use super::{read, rules};
use crate::syntax::RULES;

#[test]
fn every_bad_example_breaks_exactly_its_rule_and_every_good_one_none() {
    for rule in RULES {
        let docs = rule.documentation();
        assert!(!docs.bad.is_empty() && !docs.good.is_empty(), "{} lacks an example", rule.name);
        // Examples of several files are tested with the compiler, which knows of files.
        let single = |example: &&String| !example.starts_with("# file:");
        for bad in docs.bad.iter().filter(single) {
            assert_eq!(rules(bad), [rule.name], "{bad}");
        }
        for good in docs.good.iter().filter(single) {
            assert_eq!(rules(good), [""; 0], "{good}");
        }
    }
}

#[test]
fn every_rule_has_a_name_and_a_code_of_its_own() {
    for (index, rule) in RULES.iter().enumerate() {
        assert!(
            RULES[index + 1..].iter().all(|other| other.name != rule.name && other.code != rule.code),
            "{}",
            rule.name
        );
    }
}

#[test]
fn a_template_only_warns_and_hides_everything_else() {
    let (tree, findings) = read("a: {{ x }}-b\na: @x\n\tb: 1\n# pt: note\n");
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].level, crate::diagnostic::Level::Warning);
    assert!(tree.root.is_missing() && !tree.complete);
}

#[test]
fn placeholders_are_found_in_every_place_where_yaml_cannot_read_them() {
    for text in [
        "{{ name }}: 1\n",
        "a: {{ name }}\n",
        "- {{ name }}\n",
        "a: [{{ name }}]\n",
        "a: { id: {{ name | kebab_case }}-x }\n",
        "{% if x %}\na: 1\n{% endif %}\n",
        "a: 1\n{{#each xs}}\n  b: 1\n",
        "a: {= name =}\n",
        "a: 1\n{{- include \"x\" . }}\n",
    ] {
        assert_eq!(rules(text), ["unrendered-template"], "{text}");
    }
}

#[test]
fn the_first_placeholder_is_marked_and_not_one_in_quotes_or_block_text() {
    let text = "# {{ a }}\nb: \"{{ b }}\"\nc: |\n  {{ c }}\nd: {{ d }}\n";
    let marked = read(text).1[0].primary.span;
    assert_eq!(&text[marked.start as usize..marked.end as usize], "{{ d }}");
}

#[test]
fn braces_in_quotes_and_block_text_are_text() {
    for text in [
        "a: \"{{ x }}\"\nb: 'pt.value {= y =}-host'\n",
        "a: |\n  {{ x }}: {% y %}\n",
        "a: docker inspect -f {{.Name}} x\n",
        "a: x-{{ name }}\n",
        "a: {b: {c: 1}}\n",
    ] {
        assert_eq!(rules(text), [""; 0], "{text}");
    }
}

#[test]
fn a_syntax_error_beside_braces_in_text_is_no_template() {
    assert_eq!(rules("a: docker inspect -f {{.Name}} x\nb: @x\n"), ["yaml-syntax"]);
}

#[test]
fn an_unquoted_reference_is_found_where_its_value_is_missing() {
    for text in [
        "a: #pt-param x\n",
        "a:   #pt.value x\nb: 1\n",
        "- #pt-secret x\n- 1\n",
        "{a: #pt-param x\n}",
        "a:\n- b: #pt-js 1\n",
    ] {
        assert_eq!(rules(text), ["reference-in-comment"], "{text}");
        assert!(!read(text).0.complete);
    }
}

#[test]
fn a_comment_is_no_reference_where_a_value_stands() {
    for text in [
        "a: 1 #pt-param x\n",
        "a: #pt-param x\n  b: 1\n",
        "#pt-param x\na: 1\n",
        "a: # pt-param x\n",
        "a: \"#pt-param x\"\n",
        "- #pt-x\n  a: 1\n",
    ] {
        assert_eq!(rules(text), [""; 0], "{text}");
    }
}
