//! `placeholder-value`: a value that was to be filled in.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::secrecy::{is_secret_value, names_a_secret, written};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a value that was to be filled in
    ///
    /// `...`, `xxx`, `TODO`, `changeme`, `<your key>` and `your-api-key` are notes to the reader; the program takes them
    /// for the value. `pt.value` and `pt.secret` are references to what each user sets, and `pt check` lists those that
    /// nobody has set. It is wrong where such a word is meant.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: REGION, value: "<your region>"}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: REGION, value: pt.value region}]}
    /// ```
    pub static PLACEHOLDER_VALUE = {
        name: "placeholder-value", code: "PT503", level: Warning, precision: High,
        tags: ["unfinished"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PLACEHOLDER_VALUE, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        for variable in container.environment.iter().filter(|variable| variable.span != container.call) {
            let (name, text) = (&variable.name.value, written(&variable.value));
            let told = names_a_secret(name) && is_secret_value(name, &text);
            if told || !is_filled_in_later(text.trim()) {
                continue;
            }
            diagnostics
                .report(&PLACEHOLDER_VALUE, variable.span, format!("`{name}` was to be filled in"))
                .help("write the value, or `pt.value NAME` (`pt.secret NAME`) for what each user sets");
        }
    }
}

fn is_filled_in_later(text: &str) -> bool {
    const WORDS: [&str; 10] =
        ["...", "…", "changeme", "change-me", "change_me", "fillme", "fixme", "replaceme", "tbd", "todo"];
    let word = text.to_ascii_lowercase();
    let crosses = text.len() >= 3 && text.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x'));
    let angles = text.len() > 2 && text.starts_with('<') && text.ends_with('>') && !text[1..].contains(['<', '/']);
    let yours = ["your-", "your_"].iter().any(|start| word.starts_with(start)) && !word.contains(['.', '/', ' ']);
    crosses || angles || yours || WORDS.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_to_the_reader_are_no_values() {
        for text in ["...", "xxx", "XXXX", "TODO", "changeme", "<your key>", "your-api-key", "YOUR_TOKEN"] {
            assert!(is_filled_in_later(text), "{text}");
        }
        for text in ["", "x", "xx", "todo-app", "<b>x</b>", "yours", "your-site.example.com", "a...b", "<>"] {
            assert!(!is_filled_in_later(text), "{text}");
        }
    }
}
