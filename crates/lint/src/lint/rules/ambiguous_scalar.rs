//! `ambiguous-scalar`: an argument that other parsers read as something else than what is written.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::plain_scalar::other_reading;
use crate::lint::secrecy::names_a_secret;
use crate::lint::written_text::{of_file, visit};
use crate::lint::{Lint, Scene};
use crate::syntax::Style;

declare_rule! {
    /// an unquoted argument that YAML parsers read differently
    ///
    /// `pt` decides by the type of the parameter, so `off` given for text stays `off`; editors, formatters and other
    /// runners of the file may make `false` of it, 83 of `0123`, and 1.1 of `1.10`. Quotes end the doubt. Variables have a
    /// rule of their own, `env-not-string`.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: base
    ///     module: polytope/container
    ///     params: [{id: version, type: str}]
    ///     args: {image: "busybox:{pt.param version}"}
    ///   - {id: api, module: base, args: {version: 1.10}}
    /// templates:
    ///   - {id: stack, run: [api]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: base
    ///     module: polytope/container
    ///     params: [{id: version, type: str}]
    ///     args: {image: "busybox:{pt.param version}"}
    ///   - {id: api, module: base, args: {version: "1.10"}}
    /// templates:
    ///   - {id: stack, run: [api]}
    /// ```
    pub static AMBIGUOUS_SCALAR = {
        name: "ambiguous-scalar", code: "PT403", level: Warning, precision: High,
        tags: ["yaml"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &AMBIGUOUS_SCALAR, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for document in scene.own_files() {
        for node in of_file(document) {
            visit(node, "", &mut |key, scalar| {
                let Some(plain) = scalar.as_scalar().filter(|scalar| scalar.style == Style::Plain) else { return };
                let Some(reading) = other_reading(&plain.text) else { return };
                // Values of variables are `env-not-string`'s, and what is a secret is not repeated here.
                if key == "value" || names_a_secret(key) {
                    return;
                }
                diagnostics
                    .report(&AMBIGUOUS_SCALAR, scalar.span, format!("`{key}` is not the same to every YAML parser"))
                    .label(format!("without quotes this may be {reading}"))
                    .help(format!("put quotes around it: `{key}: \"{}\"`", plain.text))
                    .maybe_fix(scene.quote(scalar.span));
            });
        }
    }
}
