//! A call of something that is not there: what it may have meant.

use super::expander::Surroundings;
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Level, did_you_mean};
use crate::model::Reference;

declare_rule! {
    /// a call of something that is not there
    ///
    /// `module:` names a module of this file, a blueprint of the project, or one that is built in (`pt explain` lists them).
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: db, module: polytope/postgress}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    pub static UNKNOWN_MODULE = { name: "unknown-module", code: "PT106", level: Error, precision: VeryHigh };
}

/// Reports a call of something that neither the project nor the catalogue has.
pub(super) fn report_unknown(surroundings: Surroundings<'_>, target: &Reference, diagnostics: &mut Diagnostics) {
    let Surroundings { documents, catalogue, .. } = surroundings;
    let names = catalogue.names();
    let near = did_you_mean(target, documents.names().chain(names.iter().map(String::as_str)));
    // A name under an owner that is known here is a slip rather than a module of another repository.
    let owner = target.value.split_once('/').map(|(owner, _)| format!("{owner}/"));
    let remote = owner.is_some_and(|owner| names.iter().all(|name| !name.starts_with(&owner)));
    let local = !target.value.contains('/');
    let absent = documents.absent.first().filter(|_| local);
    let help = match (near, absent) {
        (Some(near), None) => format!("did you mean `{near}`?"),
        (_, Some(absent)) => format!("it may be in `{0}`: `pt include add {0}` fetches it", absent.value),
        (None, None) if remote => {
            "modules of other repositories are fetched with `pt include add gh:owner/name`".to_owned()
        }
        (None, None) if !local => "`pt explain` lists the blueprints".to_owned(),
        (None, None) => format!("add a module or tool named `{}`, or correct the name", target.value),
    };
    let ceiling = if remote { Level::Warning } else { Level::Error };
    diagnostics.at_most(ceiling, |diagnostics| {
        let what = if documents.entry().is_some_and(|entry| entry.modules.is_empty()) { "tool" } else { "module" };
        let message = format!("there is no {what} `{}`", target.value);
        diagnostics.report(&UNKNOWN_MODULE, target.span, message).help(help);
    });
}
