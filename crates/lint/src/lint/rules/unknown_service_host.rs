//! `unknown-service-host`: a host that is almost the name of a service.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety, did_you_mean, one_of};
use crate::expand::{Container, Port, Service};
use crate::include::{Documents, Named};
use crate::lint::endpoint::{Endpoint, command_endpoints, endpoints};
use crate::lint::secrecy::written;
use crate::lint::{Lint, Scene};
use crate::model::{Reference, StepAction};
use crate::source::Span;

declare_rule! {
    /// a host that no service answers to, and one that is spelled almost so
    ///
    /// Containers reach each other by the ids of their services. A name that nothing answers to is found out when the
    /// program starts, as "could not resolve host". Told are ids of modules and steps, under which nothing is reached unless a
    /// service has the same id, and names that are one slip of the finger away from one of the project: others may be
    /// served by something that the file does not show.
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
    let mut told = BTreeSet::new();
    let mut judge = |place: &Endpoint<'_>, span: Span| {
        // One line may be a part of several jobs.
        if !place.is_one_word() || place.is_loopback() || names.contains(place.host) || !told.insert(span) {
            return;
        }
        let answers = answers(scene.documents, place, containers());
        if !answers.is_empty() {
            report_id(scene, place, span, &answers, diagnostics);
        } else if !called.contains(place.host)
            && let Some(near) = did_you_mean(place.host, names.iter().copied())
        {
            diagnostics
                .report(
                    &UNKNOWN_SERVICE_HOST,
                    scene.part(span, place.host),
                    format!("nothing answers to `{}`", place.host),
                )
                .help(format!("did you mean `{near}`?"))
                .maybe_fix(respelt(scene, place, span, near));
        }
    };
    for container in containers() {
        for variable in &container.environment {
            let (name, text) = (&variable.name.value, written(&variable.value));
            for place in endpoints(&text).into_iter().filter(|place| is_host(name, place)) {
                judge(&place, variable.span);
            }
        }
        let (texts, spans): (Vec<String>, Vec<Span>) =
            container.words().map(|(word, span)| (written(word), span)).unzip();
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        for (number, place) in command_endpoints(&words) {
            judge(&place, spans[number]);
        }
    }
}

/// A host that is the id of a module or step: what that runs has another name on the network.
fn report_id(scene: &Scene<'_>, place: &Endpoint<'_>, span: Span, answers: &[&str], diagnostics: &mut Diagnostics) {
    let only = match answers {
        [only] => Some(*only),
        _ => None,
    };
    diagnostics
        .report(
            &UNKNOWN_SERVICE_HOST,
            scene.part(span, place.host),
            format!("`{}` is an id of this file and no name on the network", place.host),
        )
        .help(format!("what it runs answers to {}", one_of(answers.iter().copied())))
        .maybe_fix(only.and_then(|name| respelt(scene, place, span, name)));
}

fn respelt(scene: &Scene<'_>, place: &Endpoint<'_>, span: Span, name: &str) -> Option<Fix> {
    let edits = scene.replace_part(span, place.host, name)?;
    Some(Fix { edits, ..Fix::new(Safety::Unsafe, format!("write `{name}`")) })
}

/// Names under which others reach what the module, template or step of a host's name runs: those of the port that is asked for, else
/// all of them.
fn answers<'a>(
    documents: &Documents,
    place: &Endpoint<'_>,
    containers: impl Iterator<Item = &'a Container>,
) -> Vec<&'a str> {
    let spans = spans_of(documents, place.host);
    if spans.is_empty() {
        return Vec::new();
    }
    let covers =
        |span: &Span, origin: Span| span.file == origin.file && span.start <= origin.start && origin.end <= span.end;
    let within = |container: &&Container| spans.iter().any(|span| covers(span, container.origin));
    let services: Vec<&Service> = containers.filter(within).flat_map(|container| &container.services).collect();
    let has_port = |service: &&&Service| {
        let has = |known: &Port, port: u16| (known.range.value.first..=known.range.value.last).contains(&port);
        place.port.is_some_and(|port| service.ports.iter().any(|known| has(known, port)))
    };
    let of_port: BTreeSet<&str> = services.iter().filter(has_port).map(|service| service.id.value.as_str()).collect();
    let all: BTreeSet<&str> = services.iter().map(|service| service.id.value.as_str()).collect();
    if of_port.is_empty() { all.into_iter().collect() } else { of_port.into_iter().collect() }
}

/// Places of everything that is called by a name and of what that calls in turn.
fn spans_of(documents: &Documents, name: &str) -> Vec<Span> {
    let (mut spans, mut seen) = (Vec::new(), BTreeSet::new());
    let mut open: Vec<String> = vec![name.to_owned()];
    for step in documents.templates().flat_map(|template| &template.steps).filter(|step| step.id.value == name) {
        spans.push(step.span);
        if let StepAction::Call(target) = &step.action {
            open.push(target.value.clone());
        }
    }
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        match documents.get(&name) {
            Some(Named::Module(module)) => {
                spans.push(module.span);
                open.extend(module.target.as_ref().map(|target| target.value.clone()));
            }
            Some(Named::Template(template)) => {
                for step in &template.steps {
                    spans.push(step.span);
                    if let StepAction::Call(target) = &step.action {
                        open.push(target.value.clone());
                    }
                }
            }
            None => {}
        }
    }
    spans
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
