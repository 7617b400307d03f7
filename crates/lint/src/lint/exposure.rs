//! Passwords and images of containers that only this machine reaches: in the profile `dev` they are worth a warning and no
//! more.

use super::rules::{DEFAULT_PASSWORD, HARDCODED_SECRET, MUTABLE_IMAGE, PG_TRUST_AUTH, SECRET_IN_URL};
use super::{Lint, Scene};
use crate::diagnostic::{Diagnostics, Level, Rule};
use crate::expand::{Container, Expose, Program};

/// Whether it matters to a rule who reaches the container.
pub(super) fn decides(rule: &Rule) -> bool {
    [&PG_TRUST_AUTH, &HARDCODED_SECRET, &DEFAULT_PASSWORD, &SECRET_IN_URL, &MUTABLE_IMAGE].contains(&rule)
}

/// Runs a rule; what it would not find if there were only containers that others reach is a warning.
pub(super) fn check(lint: &Lint, scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let mut all = Diagnostics::default();
    (lint.check)(scene, &mut all);
    if all.mark() == 0 {
        return;
    }
    let mut exposed = Diagnostics::default();
    // What no container holds is published by none.
    if scene.whole.is_none() {
        let containers = scene.program.containers.iter().filter(|(_, container)| is_published(container));
        let containers = containers.map(|(id, container)| (id.clone(), container.clone())).collect();
        let program = Program { containers, ..scene.program.clone() };
        (lint.check)(&Scene { program: &program, ..*scene }, &mut exposed);
    }
    let exposed = exposed.finish();
    for mut finding in all.finish() {
        let same = |other: &crate::diagnostic::Diagnostic| {
            other.primary.span == finding.primary.span && other.message == finding.message
        };
        if !exposed.iter().any(same) {
            finding.level = finding.level.min(Level::Warning);
        }
        diagnostics.add(finding);
    }
}

/// Whether other machines may reach one of its ports; an address that cannot be read may be any.
fn is_published(container: &Container) -> bool {
    let mut ports = container.services.iter().flat_map(|service| &service.ports);
    ports.any(|port| match &port.expose {
        Expose::Host { address, .. } => !address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback()),
        Expose::Internal => false,
    })
}
