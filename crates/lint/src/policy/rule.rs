//! A rule of a policy as a [`Rule`] like our own: made once for each name, for the life of the process.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::Deserialize;

use crate::diagnostic::{Level, Precision, Rule};

/// What the first lines of a rule's comment say about it, as OPA reads them: `# METADATA`, then YAML.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Metadata {
    /// The rule in a few words.
    pub title: String,
    /// Why it is there.
    pub description: String,
}

impl Metadata {
    /// The metadata right above a line (counted from 0) of a policy.
    pub(super) fn above(text: &str, line: usize) -> Self {
        let lines: Vec<&str> = text.lines().take(line).collect();
        let comment = lines.iter().rposition(|line| !line.trim_start().starts_with('#')).map_or(0, |last| last + 1);
        let mut rest = lines[comment..].iter().map(|line| line.trim_start().trim_start_matches('#'));
        if !rest.any(|line| line.trim() == "METADATA") {
            return Self::default();
        }
        let yaml: Vec<&str> = rest.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        serde_yaml::from_str(&yaml.join("\n")).unwrap_or_default()
    }
}

/// The rule of this name; its level is what the policy's word says, `deny` and `violation` an error, `warn` a warning.
pub(super) fn interned(name: &str, level: Level, file: &str, metadata: &Metadata) -> &'static Rule {
    static RULES: Mutex<BTreeMap<String, &'static Rule>> = Mutex::new(BTreeMap::new());
    // A thread that died with the lock has not left half a rule.
    let mut rules = RULES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(rule) = rules.get(name) {
        return rule;
    }
    let rule: &'static Rule = Box::leak(Box::new(Rule {
        name: leaked(name.to_owned()),
        code: leaked(name.to_owned()),
        level,
        precision: Precision::High,
        severity: None,
        conceals: false,
        tags: &["policy"],
        anchors: &[],
        since: env!("CARGO_PKG_VERSION"),
        docs: leaked(documentation(name, file, metadata)),
    }));
    rules.insert(name.to_owned(), rule);
    rule
}

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn documentation(name: &str, file: &str, metadata: &Metadata) -> String {
    let name = name.strip_prefix("policy:").unwrap_or(name);
    let summary = metadata.title.lines().next().filter(|title| !title.is_empty());
    let summary = summary.map_or_else(|| format!("`{name}`, a rule of a policy"), str::to_owned);
    let description = metadata.description.trim();
    let gap = if description.is_empty() { "" } else { "\n\n" };
    format!("{summary}\n\n{description}{gap}It is written in `{file}`.\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_stands_right_above_the_rule() {
        let text =
            "package a\n\n# METADATA\n# title: only ours\n# description: |\n#   because\ndeny contains x if {}\n";
        let found = Metadata::above(text, 6);
        assert_eq!(found, Metadata { title: "only ours".to_owned(), description: "because".to_owned() });
        assert_eq!(Metadata::above(text, 2), Metadata::default());
        assert_eq!(Metadata::above("# METADATA\n# title: [\ndeny := 1", 2), Metadata::default(), "no YAML");
        assert_eq!(Metadata::above("# a comment\ndeny := 1", 1), Metadata::default());
    }

    #[test]
    fn a_rule_of_a_name_is_made_once() {
        let metadata = Metadata { title: "first".to_owned(), ..Metadata::default() };
        let first = interned("policy:test.made_once", Level::Error, "a.rego", &metadata);
        let second = interned("policy:test.made_once", Level::Error, "a.rego", &Metadata::default());
        assert!(std::ptr::eq(first, second));
        assert_eq!(first.documentation().summary, "first");
        assert_eq!(first.documentation().explanation, "It is written in `a.rego`.");
    }
}
