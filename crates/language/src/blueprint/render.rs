//! Bound arguments through a blueprint's template to the arguments of `polytope/container`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use minijinja::{Environment, Error, ErrorKind, escape_formatter};

use super::decode::decode;
use super::facts::StatePath;
use super::leaf::{LEAVES, Leaf, Leaves};
use super::manifest::{BAD_BLUEPRINT, Blueprint};
use super::template::Template;
use crate::diagnostic::{Diagnostics, Frame};
use crate::source::Span;
use crate::value::{ParamType, Value};

/// The most that a rendering may write, in bytes: thousands of times what a real one needs.
pub(super) const LONGEST: usize = 1 << 20;

/// What a template is rendered with.
#[derive(Debug)]
pub struct Rendering<'a> {
    /// The blueprint.
    pub blueprint: &'a Blueprint,
    /// Its parameters, bound, in the order of their declaration.
    pub arguments: &'a [(String, Value)],
    /// Where the image that is asked for keeps its state.
    pub state: Option<&'a StatePath>,
    /// The call; what the template itself adds is placed there.
    pub call: Span,
}

/// Renders the template; a hole, after a report, when it does not give YAML.
pub fn render(rendering: &Rendering<'_>, diagnostics: &mut Diagnostics) -> Value {
    let Some(template) = &rendering.blueprint.template else { return Value::unknown(rendering.call) };
    let leaves = Leaves::of(rendering.call);
    let text = match template.write(context(rendering, &leaves)) {
        Ok(text) => text,
        Err(error) => {
            // What is done to a hole may fail for no other reason than that it is one.
            let holes = rendering.arguments.iter().any(|(_, value)| value.is_unknown());
            if !holes || matches!(error.kind(), ErrorKind::OutOfFuel | ErrorKind::WriteFailure) {
                report_in(template, rendering, diagnostics, |diagnostics| template.report(&error, diagnostics));
            }
            return Value::unknown(rendering.call);
        }
    };
    match template.tree(text) {
        Ok(tree) => decode(&tree.root, &leaves, rendering.call),
        Err(problem) => {
            report_in(template, rendering, diagnostics, |diagnostics| {
                diagnostics.report(&BAD_BLUEPRINT, template.line(1), problem);
            });
            Value::unknown(rendering.call)
        }
    }
}

/// Takes in what is wrong with what a template gave: a fault in what it made up itself is told at the template, one in an
/// argument at the argument.
pub fn report_given(rendering: &Rendering<'_>, found: Diagnostics, diagnostics: &mut Diagnostics) {
    let template = rendering.blueprint.template.as_ref();
    for finding in found.finish() {
        match template.filter(|_| finding.primary.span == rendering.call) {
            None => diagnostics.add(finding),
            Some(template) => report_in(template, rendering, diagnostics, |diagnostics| {
                let message = format!("what the template gives is wrong: {}", finding.message);
                diagnostics.report(&BAD_BLUEPRINT, template.line(1), message);
            }),
        }
    }
}

/// Reports what is wrong in a template. One that came with `pt` is no file of the user's: there the call is told.
fn report_in(
    template: &Template,
    rendering: &Rendering<'_>,
    diagnostics: &mut Diagnostics,
    report: impl FnOnce(&mut Diagnostics),
) {
    if !template.is_builtin() {
        return diagnostics.within(frame(rendering), report);
    }
    let mut found = Diagnostics::default();
    report(&mut found);
    let name = &rendering.blueprint.id;
    for finding in found.finish() {
        let message = format!("`{name}` can make nothing of these arguments: {}", finding.message);
        diagnostics
            .report(finding.rule, rendering.call, message)
            .help("give it less, or call `polytope/container` yourself");
    }
}

/// The way from the user's call into the template.
fn frame(rendering: &Rendering<'_>) -> Frame {
    Frame { span: rendering.call, description: format!("in `{}`", rendering.blueprint.id) }
}

/// The parameters under their names with `-` replaced by `_`, `state_path`, and what filters need.
fn context(rendering: &Rendering<'_>, leaves: &Arc<Leaves>) -> minijinja::Value {
    let wrap = |(name, value): &(String, Value)| {
        let param = rendering.blueprint.params.iter().find(|param| param.id.value == *name);
        let kind = param.map_or(&ParamType::Any, |param| &param.kind);
        (name.replace('-', "_"), leaves.wrap(value, kind))
    };
    let state = rendering.state.map(|state| state.path.as_str());
    let state = ("state_path".to_owned(), minijinja::Value::from(state));
    let leaves = (LEAVES.to_owned(), minijinja::Value::from_dyn_object(Arc::clone(leaves)));
    minijinja::Value::from_pairs(rendering.arguments.iter().map(wrap).chain([state, leaves]))
}

/// Has arguments written as tokens, however deep they stand in lists and maps that the template makes.
pub(super) fn write_tokens(environment: &mut Environment<'_>) {
    environment.set_formatter(|out, state, value| {
        let mut length = 0;
        let value = tokens(value, 0, &mut length)?;
        if Leaves::current(state)?.written.fetch_add(length, Ordering::Relaxed) + length > LONGEST {
            return Err(too_long());
        }
        escape_formatter(out, state, &value)
    });
}

fn tokens(value: &minijinja::Value, depth: usize, length: &mut usize) -> Result<minijinja::Value, Error> {
    const DEEPEST: usize = 32;
    *length += 1 + value.as_str().map_or(0, str::len);
    if depth > DEEPEST || *length > LONGEST {
        return Err(too_long());
    }
    let Some(object) = value.as_object() else { return Ok(value.clone()) };
    if object.downcast_ref::<Leaf>().is_some() {
        return Ok(minijinja::Value::from(value.to_string()));
    }
    match object.repr() {
        minijinja::value::ObjectRepr::Map => {
            let pairs = object.try_iter_pairs().into_iter().flatten();
            pairs.map(|(key, item)| Ok((key, tokens(&item, depth + 1, length)?))).collect()
        }
        minijinja::value::ObjectRepr::Plain => Ok(value.clone()),
        _ => {
            let items = object.try_iter().into_iter().flatten();
            let items: Result<Vec<_>, Error> = items.map(|item| tokens(&item, depth + 1, length)).collect();
            items.map(minijinja::Value::from)
        }
    }
}

fn too_long() -> Error {
    Error::new(ErrorKind::WriteFailure, format!("the template writes more than {LONGEST} bytes"))
}
