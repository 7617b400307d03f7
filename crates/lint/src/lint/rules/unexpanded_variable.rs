//! `unexpanded-variable`: `$NAME` where nothing puts a variable in.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::shell_in_command::{is_shell, runs_a_shell};
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::expand::Container;
use crate::lint::secrecy::{is_secret_value, names_a_secret, store_name, url_password, written};
use crate::lint::{Lint, Scene};
use crate::source::Span;
use crate::value::Text;

declare_rule! {
    /// a variable stands in a text, and nothing puts its content in
    ///
    /// Compose and shells replace `$NAME` and `${NAME:-default}`; here the text reaches the program as it stands. What is
    /// set outside of the file is a value or, where nobody may read it, a secret: `pt.value NAME`, `pt.secret NAME`, in
    /// braces inside of text. A default belongs to a parameter.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: BASE_URL, value: "https://$API_HOST/v1"}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: api-host, type: [default, str, localhost]}]
    ///     args: {image: "busybox:1.36", env: [{name: BASE_URL, value: "https://{pt.param api-host}/v1"}]}
    /// ```
    pub static UNEXPANDED_VARIABLE = {
        name: "unexpanded-variable", code: "PT145", level: Warning, precision: High,
        tags: ["env"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &UNEXPANDED_VARIABLE, check };

/// A variable as Compose, Kubernetes and shells write it. Names in capitals alone: `$host` belongs to nginx, `${foo}` to templates.
static VARIABLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\$(?:\{(?P<braced>[A-Z_][A-Z0-9_]+)(?P<default>:?[-=?+][^{}]*)?\}",
        r"|\((?P<round>[A-Z_][A-Z0-9_]+)\)",
        r"|(?P<bare>[A-Z_][A-Z0-9_]+)\b)",
    ))
    .ok()
});

/// A variable in a text.
#[derive(Debug, PartialEq, Eq)]
struct Variable<'t> {
    range: Range<usize>,
    name: &'t str,
    default: Option<&'t str>,
}

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        for variable in container.environment.iter().filter(|variable| variable.span != container.call) {
            let (name, text) = (&variable.name.value, written(&variable.value));
            // A password that holds a dollar is another rule's, and no part of it is shown.
            if names_a_secret(name) && is_secret_value(name, &text)
                || url_password(&text).is_some_and(|it| it.contains('$'))
            {
                continue;
            }
            let place = format!("the value of `{}`", variable.name.value);
            report(scene, &variable.value, variable.span, &place, diagnostics);
        }
        if !reads_variables(container) {
            for (word, span) in container.words().filter(|(_, span)| *span != container.call) {
                // One text that is split into words is `shell-in-command`'s.
                if container.words().filter(|(_, other)| *other == span).count() == 1 {
                    report(scene, word, span, "the command", diagnostics);
                }
            }
        }
    }
}

/// Whether a shell reads a part of the command, from which on variables mean something.
fn reads_variables(container: &Container) -> bool {
    let is_literal_shell = |word: &Text| word.as_literal().is_some_and(is_shell);
    runs_a_shell(container) || container.words().any(|(word, _)| is_literal_shell(word))
}

fn report(scene: &Scene<'_>, text: &Text, span: Span, place: &str, diagnostics: &mut Diagnostics) {
    let text = written(text);
    for variable in variables(&text) {
        let shown = &text[variable.range.clone()];
        let (word, name) = if names_a_secret(variable.name) { ("secret", "a secret") } else { ("value", "a value") };
        let stored = store_name(variable.name);
        let whole = shown.len() == text.trim().len();
        let reference = if whole { format!("pt.{word} {stored}") } else { format!("{{pt.{word} {stored}}}") };
        let help = match variable.default {
            None => format!("write `{reference}`, {name} that `pt {word}s set {stored}` sets"),
            Some(default) => format!(
                "write `{}` and declare `{{id: {stored}, type: [default, str, {}]}}` in `params`",
                reference.replace(&format!("pt.{word}"), "pt.param"),
                if default.is_empty() { "\"\"" } else { default },
            ),
        };
        // With a default the parameter has to be declared, too.
        let edits = if variable.default.is_none() { scene.replace_part(span, shown, &reference) } else { None };
        diagnostics
            .report(
                &UNEXPANDED_VARIABLE,
                scene.part(span, shown),
                format!("nothing puts `{}` into {place}", variable.name),
            )
            .label("this reaches the program as it stands")
            .help(help)
            .maybe_fix(edits.map(|edits| Fix { edits, ..Fix::new(Safety::Unsafe, format!("write `{reference}`")) }));
    }
}

/// The variables of a text; none of one that is a hash such as `$2b$10$…` or has its dollars escaped.
fn variables(text: &str) -> Vec<Variable<'_>> {
    let Some(pattern) = VARIABLE.as_ref().filter(|_| text.contains('$') && !text.contains("$$")) else {
        return Vec::new();
    };
    let found = pattern.captures_iter(text).filter_map(|captures| {
        let whole = captures.get(0)?;
        let name = ["braced", "round", "bare"].iter().find_map(|group| captures.name(group))?;
        let default = captures.name("default").map(|it| it.as_str().trim_start_matches([':', '-', '=', '?', '+']));
        let before = &text[..whole.start()];
        // `\$NAME`; and `$5$SALT$…`, where dollars are the separators of a hash.
        let is_other = before.ends_with('\\') || text[whole.end()..].starts_with('$') || is_hash(before);
        (!is_other).then(|| Variable { range: whole.range(), name: name.as_str(), default })
    });
    found.collect()
}

/// Whether a text ends inside of a hash: `$id$`, then more.
fn is_hash(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.matches('$').count() >= 2
        && word.split('$').nth(1).is_some_and(|id| {
            !id.is_empty()
                && id.len() <= 12
                && id.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_shells_compose_and_kubernetes_are_found() {
        for (text, expected) in [
            ("$JWT_SECRET", "JWT_SECRET"),
            ("https://${API_HOST}/v1", "API_HOST"),
            ("${FOO:-bar}", "FOO"),
            ("$(POD_IP):80", "POD_IP"),
            ("a-$FOO-b", "FOO"),
        ] {
            let names: Vec<&str> = variables(text).iter().map(|it| it.name).collect();
            assert_eq!(names, [expected], "{text}");
        }
        assert_eq!(variables("${FOO:-bar}")[0].default, Some("bar"));
        assert_eq!(variables("$A_B $C_D").len(), 2);
    }

    #[test]
    fn other_dollars_mean_something_else() {
        for text in [
            "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
            "admin:$apr1$ABCD$XYZW",
            "$argon2id$v=19$m=65536$SALT",
            "^(GET|POST)$",
            "$host$request_uri",
            "${foo}",
            "$5",
            "US$",
            "$${COMPOSE}",
            "\\$ESCAPED",
            "pa$Sword",
        ] {
            assert_eq!(variables(text), [], "{text}");
        }
    }
}
