//! `legacy-expression`: a reference in its old spelling.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::expr::{Expression, parse};
use crate::lint::written_text::{of_file, visit};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a reference is written in its old spelling
    ///
    /// `"#pt-param x"` and `pt.param x` mean the same. The old spelling needs its quotes: without them YAML takes it for a
    /// comment, and the value is gone. The new one needs none, and can stand inside of a text: `"http://{pt.param host}"`.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: level, type: str}]
    ///     args: {image: "busybox:1.36", env: [{name: LEVEL, value: "#pt-param level"}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: level, type: str}]
    ///     args: {image: "busybox:1.36", env: [{name: LEVEL, value: pt.param level}]}
    /// ```
    pub static LEGACY_EXPRESSION = {
        name: "legacy-expression", code: "PT506", level: Info, precision: VeryHigh,
        tags: ["spelling"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &LEGACY_EXPRESSION, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for document in scene.own_files() {
        for node in of_file(document) {
            visit(node, "", &mut |_, scalar| {
                let text = scalar.text().unwrap_or_default();
                let Expression::Whole(reference) = parse(text) else { return };
                if text.starts_with('#') {
                    let new = format!("pt.{} {}", reference.kind.word(), reference.name);
                    diagnostics
                        .report(&LEGACY_EXPRESSION, scalar.span, format!("this is the old spelling of `{new}`"))
                        .help(format!("write `{new}`, without quotes"))
                        .maybe_fix(
                            scene
                                .rewrite(scalar.span, &new, |old| old == text)
                                .map(|edit| Fix::new(Safety::Safe, format!("write `{new}`")).edit(edit)),
                        );
                }
            });
        }
    }
}
