//! `unknown-service-host`: a host that is almost the name of a service.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety, did_you_mean};
use crate::include::Documents;
use crate::lint::endpoint::{Endpoint, endpoints};
use crate::lint::secrecy::written;
use crate::lint::{Lint, Scene};
use crate::model::{Reference, StepAction};

declare_rule! {
    /// a host that no service answers to, and one that is spelled almost so
    ///
    /// Containers reach each other by the ids of their services. A name that nothing answers to is found out when the
    /// program starts, as "could not resolve host". Only names that are one slip of the finger away from one of the
    /// project are told: others may be served by something that the file does not show.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: DB_URL, value: "postgres://app@postgers:5432/app"}]}
    /// templates:
    ///   - {id: stack, run: [db, api]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: DB_URL, value: "postgres://app@postgres:5432/app"}]}
    /// templates:
    ///   - {id: stack, run: [db, api]}
    /// ```
    pub static UNKNOWN_SERVICE_HOST = {
        name: "unknown-service-host", code: "PT309", level: Warning, precision: High,
        tags: ["network"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &UNKNOWN_SERVICE_HOST, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let Some(whole) = scene.whole else { return };
    // A module alone is run beside others: what answers to a name may be part of another job.
    let containers = || whole.programs.iter().flat_map(|program| program.containers.values());
    let services = containers().flat_map(|container| &container.services).map(|service| service.id.value.as_str());
    let names: BTreeSet<&str> = services.chain(containers().map(|container| container.id.value.as_str())).collect();
    let called = called(scene.documents);
    for variable in containers().flat_map(|container| &container.environment) {
        let (name, text) = (&variable.name.value, written(&variable.value));
        let hosts = endpoints(&text).into_iter().filter(|place| place.is_one_word() && is_host(name, place));
        for place in
            hosts.filter(|place| !place.is_loopback() && !names.contains(place.host) && !called.contains(place.host))
        {
            let Some(near) = did_you_mean(place.host, names.iter().copied()) else { continue };
            diagnostics
                .report(
                    &UNKNOWN_SERVICE_HOST,
                    scene.part(variable.span, place.host),
                    format!("nothing answers to `{}`", place.host),
                )
                .help(format!("did you mean `{near}`?"))
                .maybe_fix(
                    scene
                        .replace_part(variable.span, place.host, near)
                        .map(|edits| Fix { edits, ..Fix::new(Safety::Unsafe, format!("write `{near}`")) }),
                );
        }
    }
}

/// Names of modules, and the last words of what is called: what is not known here may answer to them.
fn called<'a>(documents: &'a Documents) -> BTreeSet<&'a str> {
    let steps = || documents.templates().flat_map(|template| &template.steps);
    let actions = steps().filter_map(|step| match &step.action {
        StepAction::Call(target) => Some(target),
        StepAction::Code(_) => None,
    });
    let targets = documents.modules().filter_map(|module| module.target.as_ref()).chain(actions);
    let last = |target: &'a Reference| target.value.rsplit('/').next().and_then(|name| name.split('!').next());
    let ids = steps().map(|step| step.id.value.as_str());
    documents.names().chain(ids).chain(targets.filter_map(last)).collect()
}

/// A bare word is a host only under a name that says so.
fn is_host(name: &str, place: &Endpoint<'_>) -> bool {
    let name = name.to_ascii_uppercase();
    !place.scheme.is_empty() || place.port.is_some() || name.ends_with("HOST") || name.ends_with("HOSTNAME")
}
