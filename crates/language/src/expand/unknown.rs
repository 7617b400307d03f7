//! A call of something that is not there: what it may have meant.

use super::expander::Surroundings;
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Level, did_you_mean};
use crate::include::Documents;
use crate::model::{GITHUB, Reference, RemoteReference};

declare_rule! {
    /// a call of something that is not there
    ///
    /// `module:` names a module of this file, a blueprint of the project, or one that is built in (`pt explain` lists them).
    /// A name under `mcp: {only: […]}` that nothing has is a warning: it offers nothing to agents.
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
    if let Some((message, help)) = foreign(surroundings, target) {
        diagnostics.report(&UNKNOWN_MODULE, target.span, message).help(help);
        return;
    }
    let names = catalogue.names();
    let near = did_you_mean(target, documents.names().chain(names.iter().map(String::as_str)));
    let local = !target.value.contains('/');
    let absent = documents.absent.first().filter(|_| local);
    let help = match (near, absent) {
        (Some(near), None) => format!("did you mean `{near}`?"),
        (_, Some(absent)) => format!("it may be in `{0}`: `pt include add {0}` fetches it", absent.value),
        (None, None) if !local => "`pt explain` lists the blueprints".to_owned(),
        (None, None) => format!("add a module or tool named `{}`, or correct the name", target.value),
    };
    let what = if documents.entry().is_some_and(|entry| entry.modules.is_empty()) { "tool" } else { "module" };
    let message = format!("there is no {what} `{}`", target.value);
    let meant = near.filter(|_| absent.is_none());
    diagnostics
        .report(&UNKNOWN_MODULE, target.span, message)
        .help(help)
        .maybe_fix(meant.map(|near| Fix::respell(target.span, near)));
}

/// Reports names under `mcp: {only: […]}` that nothing has: no agent is offered them. What may stand in a hole, or in what was
/// not fetched, is not held against anyone.
pub fn report_unoffered(documents: &Documents, diagnostics: &mut Diagnostics) {
    if !documents.complete() || !documents.absent.is_empty() {
        return;
    }
    let offered = documents.own_files().flat_map(|file| file.offered.iter().flatten());
    for name in offered.filter(|name| documents.called(name).is_none()) {
        let near = did_you_mean(name, documents.names());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("remove it, or add a tool named `{}`", name.value),
        };
        diagnostics.at_most(Level::Warning, |diagnostics| {
            diagnostics
                .report(&UNKNOWN_MODULE, name.span, format!("there is no tool `{}` that could be offered", name.value))
                .help(help)
                .maybe_fix(near.map(|near| Fix::respell(name.span, near)));
        });
    }
}

/// What to say of a reference into another repository; `None` where the owner is known here: then a slip is more likely.
fn foreign(surroundings: Surroundings<'_>, target: &Reference) -> Option<(String, String)> {
    let Surroundings { documents, catalogue, loader, directory, .. } = surroundings;
    let reference = target.contains('/').then(|| RemoteReference::parse(target)).flatten()?;
    let owner = format!("{}/", reference.name.split('/').next().unwrap_or_default());
    if !reference.is_foreign() || catalogue.names().iter().any(|name| name.starts_with(&owner)) {
        return None;
    }
    let name = format!("{GITHUB}{}", reference.name);
    let rev = reference.rev.as_deref();
    let at = rev.map(|rev| format!("@{rev}")).unwrap_or_default();
    let Some(pin) = documents.lock.pin(&reference.name) else {
        let message = format!("`{}` calls into the repository `{name}`, which was not fetched", target.value);
        return Some((message, format!("`pt include add --pin-only {name}{at}` fetches it")));
    };
    if !pin.is_at(rev) {
        let pinned = pin.rev.as_deref().unwrap_or(&pin.commit);
        let message = format!("`{}` calls into `{name}{at}`, which pt.lock pins at `{pinned}`", target.value);
        return Some((message, format!("`pt include add --pin-only {name}{at}` pins it anew")));
    }
    if !loader.exists(&directory.join(pin.folder())) {
        let message = format!("`{}` calls into the repository `{name}`, which is locked but not fetched", target.value);
        return Some((message, "`pt include fetch` fetches it".to_owned()));
    }
    let what = match &reference.module {
        Some(module) => format!("module `{module}`"),
        None => "module with `default?: true`".to_owned(),
    };
    let place = reference.path.map(|path| format!(" in `{path}`")).unwrap_or_default();
    let message = format!("the repository `{name}` at {} has no {what}{place}", &pin.commit[..7]);
    Some((message, format!("`pt include update {name}` fetches its newest commit")))
}
