//! What can be called.

use std::rc::Rc;

use super::builtin::Builtin;
use super::collection::Facts;
use super::environment::Environment;
use super::value::Value;
use crate::syntax::edn::Form;

/// A function.
#[derive(Debug)]
pub(super) enum Function {
    /// One of ours.
    Builtin(&'static Builtin),
    /// One of the host: `pt/log`.
    Host(Rc<str>),
    /// One of the program.
    Closure(Closure),
    /// `(partial f a b)`.
    Partial(Value, Vec<Value>),
    /// `(comp f g)`: the last one is called first.
    Composed(Vec<Value>),
    /// `(juxt f g)`.
    Juxtaposed(Vec<Value>),
    /// `(complement f)`.
    Complement(Value),
    /// `(constantly x)`.
    Constantly(Value),
    /// `(fnil f x)`: what stands for `nil` arguments.
    Defaulting(Value, Vec<Value>),
}

/// A function of the program, and the names that it sees.
#[derive(Debug)]
pub(super) struct Closure {
    /// What it sees beside its own names.
    pub(super) environment: Environment,
    /// The functions that see each other by name; `fn` makes a group of one.
    pub(super) group: Rc<[Definition]>,
    /// Which of the group it is.
    pub(super) index: usize,
}

/// A `fn` as written.
#[derive(Debug)]
pub(super) struct Definition {
    /// The name by which it calls itself.
    pub(super) name: Option<Rc<str>>,
    /// One for each number of arguments.
    pub(super) arities: Vec<Arity>,
}

/// Parameters and the body that belongs to them.
#[derive(Debug)]
pub(super) struct Arity {
    /// One form for each argument.
    pub(super) fixed: Vec<Form>,
    /// What takes the other arguments.
    pub(super) rest: Option<Form>,
    /// What is evaluated.
    pub(super) body: Vec<Form>,
}

impl Function {
    /// What is known of the values that it holds.
    pub(super) fn facts(&self) -> Facts {
        let all = |values: &[Value]| values.iter().fold(Facts::default(), |facts, value| facts.and(value.facts()));
        let facts = match self {
            Function::Builtin(_) | Function::Host(_) => Facts::default(),
            Function::Closure(closure) => closure.environment.facts(),
            Function::Partial(function, values) | Function::Defaulting(function, values) => {
                all(values).and(function.facts())
            }
            Function::Composed(functions) | Function::Juxtaposed(functions) => all(functions),
            Function::Complement(value) | Function::Constantly(value) => value.facts(),
        };
        Facts { unknown: false, ..facts }
    }

    /// Whether another one is the same function.
    pub(super) fn is_same(&self, other: &Function) -> bool {
        match (self, other) {
            (Function::Builtin(here), Function::Builtin(there)) => here.name == there.name,
            (Function::Host(here), Function::Host(there)) => here == there,
            _ => std::ptr::eq(self, other),
        }
    }

    /// What it is called, for messages.
    pub(super) fn name(&self) -> &str {
        match self {
            Function::Builtin(builtin) => builtin.name,
            Function::Host(name) => name,
            Function::Closure(closure) => {
                closure.group.get(closure.index).and_then(|definition| definition.name.as_deref()).unwrap_or("fn")
            }
            Function::Partial(..) => "partial",
            Function::Composed(_) => "comp",
            Function::Juxtaposed(_) => "juxt",
            Function::Complement(_) => "complement",
            Function::Constantly(_) => "constantly",
            Function::Defaulting(..) => "fnil",
        }
    }
}
