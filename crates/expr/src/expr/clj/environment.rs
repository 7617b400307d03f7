//! Names and their values: a chain of bindings, the innermost first.

use std::rc::Rc;

use super::collection::Facts;
use super::value::Value;

/// The names that a form can see.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment {
    innermost: Option<Rc<Binding>>,
}

#[derive(Debug)]
struct Binding {
    name: Rc<str>,
    value: Value,
    /// Of the values of this and all outer bindings, sizes left aside.
    facts: Facts,
    outer: Environment,
}

impl Environment {
    /// This environment with one more name.
    pub(super) fn with(&self, name: &Rc<str>, value: Value) -> Self {
        let facts = Facts { unknown: false, size: 0, ..self.facts().and(value.facts()) };
        let binding = Binding { name: Rc::clone(name), value, facts, outer: self.clone() };
        Self { innermost: Some(Rc::new(binding)) }
    }

    /// The value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.bindings().find(|binding| &*binding.name == name).map(|binding| &binding.value)
    }

    /// All names, the innermost first.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.bindings().map(|binding| &*binding.name)
    }

    /// How deep its values nest.
    pub(super) fn facts(&self) -> Facts {
        self.innermost.as_ref().map(|binding| binding.facts).unwrap_or_default()
    }

    fn bindings(&self) -> impl Iterator<Item = &Binding> {
        std::iter::successors(self.innermost.as_deref(), |binding| binding.outer.innermost.as_deref())
    }
}

impl Drop for Environment {
    /// One binding after the other: a long chain dropped as a whole would overflow the stack.
    fn drop(&mut self) {
        let mut next = self.innermost.take();
        while let Some(binding) = next {
            next = Rc::into_inner(binding).and_then(|mut binding| binding.outer.innermost.take());
        }
    }
}
