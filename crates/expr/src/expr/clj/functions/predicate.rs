//! What a value is: `nil?`, `string?`, `map?` and their like.

use super::super::builtin::{Builtin, builtin};
use super::super::machine::Machine;
use super::super::trouble::Outcome;
use super::super::value::Value;

macro_rules! predicates {
    ($($name:literal => $pattern:pat,)*) => {
        &[
            $(builtin($name, 1, 1, |_, arguments| Ok(Value::Bool(matches!(arguments[0], $pattern)))),)*
            builtin("type", 1, 1, kind),
            builtin("class", 1, 1, kind),
        ]
    };
}

pub(super) const FUNCTIONS: &[Builtin] = predicates! {
    "nil?" => Value::Nil,
    "some?" => Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Char(_) | Value::Text(_) | Value::Keyword(_)
        | Value::Symbol(_) | Value::Pattern(_) | Value::List(_) | Value::Vector(_) | Value::Set(_) | Value::Map(_)
        | Value::Endless(_) | Value::Function(_) | Value::Failure(_),
    "any?" => _,
    "string?" => Value::Text(_),
    "char?" => Value::Char(_),
    "number?" => Value::Int(_) | Value::Float(_),
    "int?" => Value::Int(_),
    "integer?" => Value::Int(_),
    "pos-int?" => Value::Int(1..),
    "nat-int?" => Value::Int(0..),
    "neg-int?" => Value::Int(..0),
    "float?" => Value::Float(_),
    "double?" => Value::Float(_),
    "keyword?" => Value::Keyword(_),
    "symbol?" => Value::Symbol(_),
    "ident?" => Value::Keyword(_) | Value::Symbol(_),
    "map?" => Value::Map(_),
    "vector?" => Value::Vector(_),
    "list?" => Value::List(_),
    "set?" => Value::Set(_),
    "seq?" => Value::List(_) | Value::Endless(_),
    "coll?" => Value::List(_) | Value::Vector(_) | Value::Set(_) | Value::Map(_) | Value::Endless(_),
    "sequential?" => Value::List(_) | Value::Vector(_) | Value::Endless(_),
    "associative?" => Value::Vector(_) | Value::Map(_),
    "counted?" => Value::List(_) | Value::Vector(_) | Value::Set(_) | Value::Map(_),
    "seqable?" => Value::Nil | Value::Text(_) | Value::List(_) | Value::Vector(_) | Value::Set(_) | Value::Map(_)
        | Value::Endless(_),
    "fn?" => Value::Function(_),
    "ifn?" => Value::Function(_) | Value::Keyword(_) | Value::Symbol(_) | Value::Map(_) | Value::Set(_)
        | Value::Vector(_),
    "true?" => Value::Bool(true),
    "false?" => Value::Bool(false),
    "boolean?" => Value::Bool(_),
    "not" => Value::Nil | Value::Bool(false),
};

/// The name of Java's class, as `type` has people see it.
fn kind(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let name = match &arguments[0] {
        Value::Nil | Value::Unknown => return Ok(Value::Nil),
        Value::Bool(_) => "java.lang.Boolean",
        Value::Int(_) => "java.lang.Long",
        Value::Float(_) => "java.lang.Double",
        Value::Char(_) => "java.lang.Character",
        Value::Text(_) => "java.lang.String",
        Value::Keyword(_) => "clojure.lang.Keyword",
        Value::Symbol(_) => "clojure.lang.Symbol",
        Value::Pattern(_) => "java.util.regex.Pattern",
        Value::List(_) | Value::Endless(_) => "clojure.lang.LazySeq",
        Value::Vector(_) => "clojure.lang.PersistentVector",
        Value::Set(_) => "clojure.lang.PersistentHashSet",
        Value::Map(_) => "clojure.lang.PersistentArrayMap",
        Value::Function(_) => "clojure.lang.IFn",
        Value::Failure(_) => "clojure.lang.ExceptionInfo",
    };
    machine.text(name)
}
