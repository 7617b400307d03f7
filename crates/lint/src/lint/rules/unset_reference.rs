//! `unset-reference`: a value or secret that nobody has set yet.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expr::{Use, UseKind};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a value or secret that is not set
    ///
    /// The file reads it, and neither the store, the environment nor `config/values.yml` and `config/secrets.yml` has it.
    /// `pt plan` and `pt run` refuse to go on until it is set.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: HOST, value: pt.value never-set}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: HOST, value: pt.value api-host}]}
    /// ```
    pub static UNSET_REFERENCE = {
        name: "unset-reference", code: "PT111", level: Warning, precision: VeryHigh,
        tags: ["values", "secrets"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &UNSET_REFERENCE, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let mut uses: Vec<&Use> = scene.uses.iter().filter(|used| !scene.known.is_set(used)).collect();
    uses.sort_by(|a, b| (a.kind, &a.name.value, a.name.span).cmp(&(b.kind, &b.name.value, b.name.span)));
    uses.dedup_by(|a, b| a.kind == b.kind && a.name == b.name && a.name.span == b.name.span);
    for same in uses.chunk_by(|a, b| a.kind == b.kind && a.name == b.name) {
        let Some((first, others)) = same.split_first() else { continue };
        let name = &first.name.value;
        let (word, command) = match first.kind {
            UseKind::Value => ("value", format!("pt values set {name} VALUE")),
            UseKind::Secret => ("secret", format!("pt secrets set {name}")),
        };
        let finding = diagnostics.report(&UNSET_REFERENCE, first.name.span, format!("{word} `{name}` is not set"));
        for other in others {
            finding.also(other.name.span, "also used here");
        }
        finding.help(format!("set it: `{command}`"));
    }
}
