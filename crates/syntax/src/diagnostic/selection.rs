//! Many rules by one word: a name, a code, the beginning of a code, or a tag.

use super::Rule;

/// How many rules a word may mean; the narrower one counts more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// `all`.
    All,
    /// A tag, such as `postgres`.
    Tag,
    /// The beginning of a code, such as `PT2`.
    Prefix,
    /// A name or a whole code.
    One,
}

/// The rules that a word means, in the order of the list; none when it means nothing.
pub fn select(rules: &[&'static Rule], word: &str) -> Option<(Breadth, Vec<&'static Rule>)> {
    let all = |keep: &dyn Fn(&Rule) -> bool| -> Vec<&'static Rule> {
        rules.iter().copied().filter(|rule| keep(rule)).collect()
    };
    let upper = word.to_ascii_uppercase();
    let is_prefix = upper.starts_with("PT") && upper.len() > 2;
    let found = [
        (Breadth::One, all(&|rule| rule.is_called(word))),
        (Breadth::Prefix, all(&|rule| is_prefix && rule.code.starts_with(&upper))),
        (Breadth::Tag, all(&|rule| rule.tags.contains(&word))),
        (Breadth::All, all(&|_| word == "all")),
    ];
    found.into_iter().find(|(_, rules)| !rules.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    crate::declare_rule! {
        /// one
        static ONE = { name: "one-rule", code: "PT201", level: Error, precision: High, severity: "1.0", tags: ["postgres"] };
    }
    crate::declare_rule! {
        /// two
        static TWO = { name: "two-rule", code: "PT310", level: Error, precision: High, tags: ["postgres"] };
    }
    static BOTH: &[&Rule] = &[&ONE, &TWO];

    #[test]
    fn a_word_is_a_name_a_code_a_prefix_or_a_tag() {
        let names =
            |word: &str| select(BOTH, word).map(|(_, rules)| rules.iter().map(|it| it.name).collect::<Vec<_>>());
        assert_eq!(names("one-rule"), Some(vec!["one-rule"]));
        assert_eq!(names("pt310"), Some(vec!["two-rule"]));
        assert_eq!(names("PT2"), Some(vec!["one-rule"]));
        assert_eq!(names("postgres"), Some(vec!["one-rule", "two-rule"]));
        assert_eq!(names("all"), Some(vec!["one-rule", "two-rule"]));
        for nothing in ["PT", "PT9", "", "one"] {
            assert_eq!(names(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_name_is_narrower_than_a_prefix() {
        assert!(select(BOTH, "one-rule").unwrap().0 > select(BOTH, "PT2").unwrap().0);
    }
}
