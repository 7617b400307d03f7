//! The profiles that come with `pt`.

use super::{Origin, RuleSetting, Say};
use crate::diagnostic::{Level, Rule};

/// A profile that is always there.
#[derive(Debug)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in a line.
    pub info: &'static str,
    /// Whether passwords of containers that only this machine reaches are warnings.
    pub(super) lenient: bool,
    /// Rules whose findings are errors.
    errors: &'static [&'static str],
}

/// The profiles that are always there.
pub static BUILT_IN: &[BuiltIn] = &[
    BuiltIn {
        name: "dev",
        info: "passwords and moving images of what only this machine reaches are worth a warning",
        lenient: true,
        errors: &[],
    },
    BuiltIn { name: "ci", info: "every rule at its own level", lenient: false, errors: &[] },
    BuiltIn {
        name: "prod",
        info: "images without a digest and suppressions without a reason are errors",
        lenient: false,
        errors: &["image-not-digest-pinned", "suppression-without-reason"],
    },
];

impl BuiltIn {
    /// What it says about rules.
    pub(super) fn rules(&self, all: &[&'static Rule]) -> Vec<RuleSetting> {
        let raised = all.iter().copied().filter(|rule| self.errors.contains(&rule.name));
        raised
            .map(|rule| RuleSetting { rule, say: Say::At(Level::Error), origin: Origin::Profile(self.name) })
            .collect()
    }
}
