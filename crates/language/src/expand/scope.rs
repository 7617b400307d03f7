//! What references in a module or template can see.

use std::collections::HashMap;

use super::bind::Bound;
use super::expander::{Outputs, Surroundings};
use super::order::StepGraph;
use crate::expr::code::Datum;
use crate::expr::{Known, Programs, Scope, Use, value_of};
use crate::include::Documents;
use crate::source::{Span, Spanned};
use crate::value::Value;

/// What `pt/module-repo-ref` gives in the project's own files.
pub const OWN_REPOSITORY: &str = ".";

/// So many parameters are looked through as fast as they are found by name.
const FEW: usize = 32;

/// The parameters of one call, the project's values, the steps before, and lists of what was used.
pub(super) struct CallScope<'a> {
    params: &'a Bound,
    /// The parameters by their names, where they are many.
    by_name: HashMap<&'a str, &'a Value>,
    known: &'a dyn Known,
    documents: &'a Documents,
    outputs: &'a Outputs,
    programs: &'a Programs,
    uses: &'a mut Vec<Use>,
    steps: Option<&'a StepGraph>,
    /// The steps whose outputs were asked for.
    pub(super) asked: Vec<Spanned<String>>,
}

impl<'a> CallScope<'a> {
    /// Outside of a template: there are no steps.
    pub(super) fn outside(params: &'a Bound, surroundings: Surroundings<'a>, uses: &'a mut Vec<Use>) -> Self {
        let Surroundings { documents, known, outputs, programs, .. } = surroundings;
        let many = if params.len() > FEW { params.as_slice() } else { &[] };
        let by_name = many.iter().map(|(name, value)| (name.as_str(), value)).collect();
        Self { params, by_name, known, documents, outputs, programs, uses, steps: None, asked: Vec::new() }
    }

    /// In a step of a template, behind `steps`.
    pub(super) fn inside(
        params: &'a Bound,
        surroundings: Surroundings<'a>,
        uses: &'a mut Vec<Use>,
        steps: &'a StepGraph,
    ) -> Self {
        Self { steps: Some(steps), ..Self::outside(params, surroundings, uses) }
    }
}

impl Scope for CallScope<'_> {
    fn param(&self, name: &str) -> Option<&Value> {
        if !self.by_name.is_empty() {
            return self.by_name.get(name).copied();
        }
        self.params.iter().find(|(param, _)| param == name).map(|(_, value)| value)
    }

    fn params(&self) -> &[(String, Value)] {
        self.params
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.known.value(name)
    }

    fn record(&mut self, used: Use) {
        self.uses.push(used);
    }

    fn repository(&self, place: Span) -> String {
        match self.documents.home(place.file).repository {
            Some(name) => format!("{}{name}", crate::model::GITHUB),
            None => OWN_REPOSITORY.to_owned(),
        }
    }

    fn programs(&self) -> &Programs {
        self.programs
    }

    fn output(&mut self, step: &Spanned<String>, path: &[String], place: Span) -> Value {
        self.asked.push(step.clone());
        let nodes = self.steps.map(|steps| steps.nodes(step)).unwrap_or_default();
        let Some(mut found) = nodes.iter().rev().find_map(|node| self.outputs.get(*node)) else {
            return Value::unknown(place);
        };
        for part in path {
            let inner = match found {
                Datum::List(items) => part.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => found.get(part),
            };
            match inner {
                Some(inner) => found = inner,
                None => return Value::null(place),
            }
        }
        value_of(found, place)
    }
}
