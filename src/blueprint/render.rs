//! Bound arguments through a blueprint's template to the arguments of `polytope/container`.

use std::path::Path;

use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use super::leaf::{Leaf, Leaves};
use super::manifest::{BAD_BLUEPRINT, Blueprint};
use crate::diagnostic::Diagnostics;
use crate::source::Span;
use crate::syntax;
use crate::value::Value;

/// What a template is rendered with.
#[derive(Debug)]
pub struct Rendering<'a> {
    /// The blueprint.
    pub blueprint: &'a Blueprint,
    /// Its parameters, bound, in the order of their declaration.
    pub arguments: &'a [(String, Value)],
    /// Where a volume with the state has to be mounted for the image that is asked for.
    pub data_path: Option<&'a str>,
    /// The call; what the template itself adds is placed there.
    pub call: Span,
}

/// Renders the template; a hole, after a report, when it does not give a map.
pub fn render(rendering: &Rendering<'_>, diagnostics: &mut Diagnostics) -> Value {
    let Some(template) = &rendering.blueprint.template else { return Value::unknown(rendering.call) };
    let mut leaves = Leaves::default();
    let mut context: Vec<(String, minijinja::Value)> = Vec::with_capacity(rendering.arguments.len() + 1);
    for (name, value) in rendering.arguments {
        let kind = rendering.blueprint.params.iter().find(|param| param.id.value == *name).map(|param| &param.kind);
        let wrapped = leaves.wrap(value, kind.unwrap_or(&crate::value::ParamType::Any));
        context.push((name.replace('-', "_"), wrapped));
    }
    context.push((
        "state_path".to_owned(),
        rendering.data_path.map_or(minijinja::Value::from(()), minijinja::Value::from),
    ));
    let rendered = environment()
        .template_from_named_str("container.yml", template)
        .and_then(|template| template.render(minijinja::Value::from_pairs(context)));
    match rendered {
        Ok(text) => parse(&text, &leaves, rendering, diagnostics),
        Err(error) => {
            let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            let line = error.line().map_or(String::new(), |line| format!(" line {line}"));
            let message = format!("container.yml{line} of `{}` cannot be rendered: {detail}", rendering.blueprint.id);
            diagnostics.report(&BAD_BLUEPRINT, rendering.call, message);
            Value::unknown(rendering.call)
        }
    }
}

fn parse(text: &str, leaves: &Leaves, rendering: &Rendering<'_>, diagnostics: &mut Diagnostics) -> Value {
    let mut inner = Diagnostics::default();
    let tree = syntax::parse(rendering.call.file, text, &mut inner);
    if let Some(problem) = inner.finish().first() {
        let message = format!("container.yml of `{}` gives no YAML: {}", rendering.blueprint.id, problem.message);
        diagnostics.report(&BAD_BLUEPRINT, rendering.call, message);
        return Value::unknown(rendering.call);
    }
    leaves.unwrap(&tree.root, rendering.call)
}

fn environment() -> Environment<'static> {
    /// Instructions that a template may use: hundreds of times what a real one needs.
    const FUEL: u64 = 200_000;
    let mut environment = Environment::empty();
    // Every `{{ x }}` becomes a JSON value, which is a correctly quoted YAML value.
    environment.set_auto_escape_callback(|_| AutoEscape::Json);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("script_name", script_name);
    environment
}

/// The file name under which an init script is mounted: its own where it has one, else one that keeps the order.
fn script_name(source: &minijinja::Value, index: usize) -> String {
    let known = |key: &str| {
        let value = source.get_attr(key).ok()?;
        value.downcast_object_ref::<Leaf>().and_then(|leaf| leaf.known.clone())
    };
    let own = known("path").and_then(|path| Some(Path::new(&path).file_name()?.to_str()?.to_owned()));
    own.unwrap_or_else(|| {
        let shell = known("data").is_some_and(|data| data.starts_with("#!"));
        format!("{:02}-script.{}", index * 10, if shell { "sh" } else { "sql" })
    })
}
