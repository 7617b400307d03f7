//! `env-not-string`: a value that other parsers read as something else than what is written.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::plain_scalar::other_reading;
use crate::lint::secrecy::names_a_secret;
use crate::lint::written_text::of_file;
use crate::lint::{Lint, Scene};
use crate::syntax::Node;

declare_rule! {
    /// an unquoted value that YAML parsers read differently
    ///
    /// A variable is text, and an unquoted `0123`, `1.10`, `1e3` or `off` is a number, a date or a switch to one parser or
    /// another: 83, 1.1, 1000, `false`. Here it stays as written; other tools that read the file (editors, formatters, other
    /// runners) may change it. `True` arrives as `true` here too. Quotes end the doubt. Plain numbers (`3000`) and `true` and `false` mean the same to all.
    ///
    /// Precision: all 3 findings in 29 public projects (`off` and `on`) were right.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: VERSION, value: 1.10}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: VERSION, value: "1.10"}, {name: PORT, value: 3000}]}
    /// ```
    pub static ENV_NOT_STRING = {
        name: "env-not-string", code: "PT402", level: Warning, precision: VeryHigh,
        tags: ["env", "yaml"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &ENV_NOT_STRING, check };

/// Variables that were written without a value: nothing is set, where an empty text may be meant.
fn check_absent(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for node in scene.own_files().flat_map(of_file) {
        for item in env_items(node) {
            let (Some(name), Some(entries)) = (item.get("name").and_then(Node::text), item.as_mapping()) else {
                continue;
            };
            let value = entries.iter().find(|entry| entry.key.text() == Some("value"));
            let Some(value) = value.filter(|entry| entry.value.is_null()) else { continue };
            let span = if value.value.span.is_empty() { value.key.span } else { value.value.span };
            diagnostics
                .report(&ENV_NOT_STRING, span, format!("`{name}` has no value, so it is not set"))
                .label("YAML reads this as null")
                .help("write `value: \"\"` for an empty text, or remove the entry");
        }
    }
}

/// The items of all lists under the key `env`, however deep.
fn env_items(node: &Node) -> Vec<&Node> {
    let entries = node.as_mapping().unwrap_or_default();
    let lists = entries.iter().filter(|entry| entry.key.text() == Some("env"));
    let own = lists.flat_map(|entry| entry.value.as_sequence().unwrap_or_default());
    let below =
        entries.iter().filter(|entry| entry.key.text() != Some("env")).flat_map(|entry| env_items(&entry.value));
    let items = node.as_sequence().unwrap_or_default().iter().flat_map(env_items);
    own.chain(below).chain(items).collect()
}

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    check_absent(scene, diagnostics);
    for variable in scene.containers().flat_map(|container| &container.environment).filter(|variable| variable.plain) {
        // Text that was put together from references is plain too, whatever it was written in.
        let text = scene.sources.text(variable.span);
        let name = &variable.name.value;
        // `True` is read as the switch that it is, and given on as `true`.
        let arrives = variable.value.as_literal().filter(|given| *given != text && given.eq_ignore_ascii_case(text));
        if let Some(given) = arrives {
            diagnostics
                .report(&ENV_NOT_STRING, variable.span, format!("`{name}` arrives as `{given}`"))
                .label("without quotes this is a switch, true or false")
                .help(format!("put quotes around it: `value: \"{text}\"`; or write `{given}`"))
                .maybe_fix(scene.quote(variable.span));
            continue;
        }
        let Some(reading) = other_reading(text) else { continue };
        let help = if names_a_secret(name) {
            "put quotes around it".to_owned()
        } else {
            format!("put quotes around it: `value: \"{text}\"`")
        };
        diagnostics
            .report(&ENV_NOT_STRING, variable.span, format!("`{name}` is not the same text to every YAML parser"))
            .label(format!("without quotes this may be {reading}"))
            .help(help)
            .maybe_fix(scene.quote(variable.span));
    }
}
