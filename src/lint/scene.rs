//! What a rule looks at.

use crate::diagnostic::{Diagnostics, Rule};
use crate::expand::{Container, Program, Role};
use crate::expr::{Known, Use};

/// One expanded job and what is known around it.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The containers and volumes.
    pub program: &'a Program,
    /// The values and secrets that its modules read, in the order in which they were met.
    pub uses: &'a [Use],
    /// What is set for the project.
    pub known: &'a dyn Known,
}

/// A rule and the function that looks for it.
#[derive(Debug)]
pub struct Lint {
    /// What is found.
    pub rule: &'static Rule,
    /// Reports each place.
    pub check: fn(&Scene<'_>, &mut Diagnostics),
}

impl<'a> Scene<'a> {
    /// All containers.
    pub fn containers(&self) -> impl Iterator<Item = &'a Container> {
        self.program.containers.values()
    }

    /// Containers whose image is of this family, whichever blueprint runs them; one that only runs a client is not meant.
    pub fn servers(&self, family: &'static str) -> impl Iterator<Item = &'a Container> {
        self.containers().filter(move |container| container.facts.family == family && container.role == Role::Service)
    }
}
