//! What references in a module or template can see.

use super::bind::Bound;
use crate::expr::{Known, Scope, Use};
use crate::value::Value;

/// The parameters of one call, the project's values, and a list of what was used.
pub(super) struct CallScope<'a> {
    pub(super) params: &'a Bound,
    pub(super) known: &'a dyn Known,
    pub(super) uses: &'a mut Vec<Use>,
}

impl Scope for CallScope<'_> {
    fn param(&self, name: &str) -> Option<&Value> {
        self.params.iter().find(|(param, _)| param == name).map(|(_, value)| value)
    }

    fn param_names(&self) -> Vec<&str> {
        self.params.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.known.value(name)
    }

    fn record(&mut self, used: Use) {
        self.uses.push(used);
    }
}
