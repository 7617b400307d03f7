//! Placeholders: `{{ name }}` and `{{ name | filter }}` are filled in where the name is given. All other braces are somebody else's.

use std::collections::{BTreeMap, BTreeSet};

use super::case::filtered;

/// A text with its placeholders filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// Placeholders that nobody gave a value for, as they are written inside their braces.
    pub blanks: BTreeSet<String>,
}

/// Fills in what `values` give. `${{ x }}`, `{{{ x }}}` and whatever is more than a name and filters stay as they are.
pub fn fill(text: &str, values: &BTreeMap<String, String>) -> Filled {
    let mut filled = Filled { text: String::with_capacity(text.len()), blanks: BTreeSet::new() };
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        let (before, inside) = (&rest[..open], &rest[open + 2..]);
        let Some(close) = inside.find("}}").filter(|close| is_own(before, &filled.text, inside, *close)) else {
            // Past all of these braces: the second and third of `{{{` open nothing.
            let braces = rest[open..].bytes().take_while(|byte| *byte == b'{').count();
            filled.text.push_str(&rest[..open + braces]);
            rest = &rest[open + braces..];
            continue;
        };
        filled.text.push_str(before);
        let written = inside[..close].trim();
        match value(written, values) {
            Some(Some(value)) => filled.text.push_str(&value),
            found => {
                if found.is_some() {
                    filled.blanks.insert(written.to_owned());
                }
                filled.text.push_str(&rest[open..open + close + 4]);
            }
        }
        rest = &inside[close + 2..];
    }
    filled.text.push_str(rest);
    filled
}

/// Whether braces are not part of something longer: `${{ … }}` of a workflow, or three of them.
fn is_own(before: &str, so_far: &str, inside: &str, close: usize) -> bool {
    let previous = before.chars().next_back().or_else(|| so_far.chars().next_back().filter(|_| before.is_empty()));
    !matches!(previous, Some('$' | '{')) && !inside.starts_with('{') && !inside[close + 2..].starts_with('}')
}

/// What stands between two braces: nothing of ours, or a name whose value is given or not.
fn value(written: &str, values: &BTreeMap<String, String>) -> Option<Option<String>> {
    let mut parts = written.split('|').map(str::trim);
    let name = parts.next().filter(|name| is_word(name))?;
    let filters: Vec<&str> = parts.collect();
    if !filters.iter().all(|filter| is_word(filter)) {
        return None;
    }
    let filled = values
        .get(name)
        .cloned()
        .and_then(|given| filters.iter().try_fold(given, |text, filter| filtered(&text, filter)));
    Some(filled)
}

fn is_word(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Filled {
        let values = [("project-name", "User api"), ("x", "{{ project-name }}")];
        fill(text, &values.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }

    #[test]
    fn fills_in_names_and_filters_with_any_space() {
        assert_eq!(filled("a {{ project-name }} b").text, "a User api b");
        assert_eq!(
            filled("{{project-name|kebab_case}}-{{ project-name | snake_case | upper }}").text,
            "user-api-USER_API"
        );
        assert_eq!(
            filled("{{ project-name | kebab_case}}: {{ project-name }}{{project-name}}").text,
            "user-api: User apiUser api"
        );
    }

    #[test]
    fn leaves_the_braces_of_others_alone_and_names_what_is_not_given() {
        let others = [
            "${{ github.ref }}",
            "{{{ project-name }}}",
            "{{ items[0] }}",
            "{{ a + b }}",
            "{{",
            "}} {{",
            "{{ }}",
            "{= x =}",
            "{% if x %}",
            "f\"{x}\"",
            "{{ 'project-name' }}",
            "{{ x | default(1) }}",
            "{{{{ project-name }}}}",
            "style={{color: red}}",
            "{ { project-name } }",
            "${{project-name}}",
        ];
        for text in others {
            assert_eq!(filled(text), Filled { text: text.to_owned(), blanks: BTreeSet::new() }, "{text}");
        }
        let found = filled("{{ user }} {{ user.name | upper }} {{ project-name | shell }}");
        assert_eq!(found.text, "{{ user }} {{ user.name | upper }} {{ project-name | shell }}");
        assert_eq!(found.blanks.into_iter().collect::<Vec<_>>(), ["project-name | shell", "user", "user.name | upper"]);
    }

    #[test]
    fn what_was_filled_in_is_not_filled_in_again() {
        assert_eq!(filled("{{ x }}").text, "{{ project-name }}");
        assert_eq!(filled("{{ x }}{{ project-name }}").text, "{{ project-name }}User api");
    }
}
