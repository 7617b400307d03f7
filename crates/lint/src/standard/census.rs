//! What there is to be judged: counted while files are checked.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::diagnostic::{Diagnostics, Level};
use crate::expand::Role;
use crate::lint::{Judge, Judged, LINTS};

/// Numbers of what the items of guides are about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Containers.
    pub containers: usize,
    /// Containers that serve.
    pub services: usize,
    /// Servers of `PostgreSQL`.
    pub postgres: usize,
    /// Files with faults that may hide something from the rules.
    pub blind: usize,
}

/// Counts what the files that are checked come down to.
#[derive(Debug, Default)]
pub struct Census {
    containers: AtomicUsize,
    services: AtomicUsize,
    postgres: AtomicUsize,
    blind: AtomicUsize,
}

impl Census {
    /// What was counted so far.
    pub fn count(&self) -> Count {
        let read = |number: &AtomicUsize| number.load(Ordering::Relaxed);
        Count {
            containers: read(&self.containers),
            services: read(&self.services),
            postgres: read(&self.postgres),
            blind: read(&self.blind),
        }
    }
}

impl Judge for Census {
    fn judge(&self, judged: &Judged<'_>, diagnostics: &mut Diagnostics) {
        let containers = || judged.programs.iter().flat_map(|program| program.containers.values());
        let add = |number: &AtomicUsize, found: usize| {
            number.fetch_add(found, Ordering::Relaxed);
        };
        let serves = || containers().filter(|container| container.role == Role::Service);
        let is_postgres = |family: &str| family.split('!').next() == Some("postgres");
        add(&self.containers, containers().count());
        add(&self.services, serves().count());
        add(&self.postgres, serves().filter(|container| is_postgres(&container.facts.family)).count());
        // An error that no lint rule found is one of the language: what stands there was not judged.
        let of_lint = |name: &str| LINTS.iter().any(|lint| lint.rule.name == name);
        let mut errors = diagnostics.found().iter().filter(|finding| finding.level == Level::Error);
        add(&self.blind, usize::from(errors.any(|finding| !of_lint(finding.rule.name))));
    }
}
