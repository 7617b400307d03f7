//! `duplicate-service`: two containers that answer to one name.

use std::collections::HashMap;

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::{Container, MountSource};
use crate::lint::{Lint, Scene};
use crate::source::{Span, Spanned};

declare_rule! {
    /// two containers answer to one name
    ///
    /// The engine gives a name to both of them, and a client reaches the one today and the other tomorrow: half of the
    /// requests fail, or half of the data are elsewhere. A container answers to the ids of its services and to its own id.
    /// For several equal containers write `scaling`: its replicas share a name on purpose, and so do the containers of a module
    /// that is run twice and differs in its variables alone.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", services: [{id: api, ports: [8080]}]}
    ///   - id: new-api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.37", services: [{id: api, ports: [8081]}]}
    /// templates:
    ///   - {id: stack, run: [api, new-api]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", scaling: 2, services: [{id: api, ports: [8080]}]}
    ///   - id: new-api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.37", services: [{id: new-api, ports: [8081]}]}
    /// templates:
    ///   - {id: stack, run: [api, new-api]}
    /// ```
    pub static DUPLICATE_SERVICE = {
        name: "duplicate-service", code: "PT150", level: Warning, precision: High,
        tags: ["network"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &DUPLICATE_SERVICE, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let mut owners: HashMap<&str, (&Container, Span)> = HashMap::new();
    for container in scene.containers() {
        for name in names(container) {
            match owners.get(name.value.as_str()) {
                Some((owner, first)) if !std::ptr::eq(*owner, container) && !is_twin(owner, container) => {
                    report(owner, *first, container, name, diagnostics);
                }
                Some(_) => {}
                None => {
                    owners.insert(&name.value, (container, name.span));
                }
            }
        }
    }
}

/// What a container answers to.
fn names(container: &Container) -> impl Iterator<Item = &Spanned<String>> {
    container.services.iter().map(|service| &service.id).chain([&container.id])
}

/// Whether one module was run twice: its containers do the same, as replicas do.
fn is_twin(one: &Container, other: &Container) -> bool {
    let program = |container: &Container| (container.entrypoint.clone(), container.command.clone());
    let mounts = |container: &Container| -> Vec<(String, MountSource)> {
        container.mounts.iter().map(|mount| (mount.path.value.clone(), mount.source.clone())).collect()
    };
    let services = |container: &Container| container.services.iter().map(|service| service.id.span).collect::<Vec<_>>();
    one.image.span == other.image.span
        && services(one) == services(other)
        && program(one) == program(other)
        && mounts(one) == mounts(other)
}

fn report(owner: &Container, first: Span, other: &Container, name: &Spanned<String>, diagnostics: &mut Diagnostics) {
    let (one, two, name_text) = (&owner.id, &other.id, &name.value);
    let message = format!("`{}` and `{}` both answer to `{name_text}`", one.value, two.value);
    let finding = diagnostics.report(&DUPLICATE_SERVICE, name.span, message);
    if first == name.span {
        finding.also(one.span, "one of them").also(two.span, "the other one");
    } else {
        finding.also(first, format!("`{}` has this name from here", one.value));
    }
    finding
        .help(format!("give one of them another id; for several equal containers write `scaling` in `{}`", one.value));
}
