//! Arguments to declared parameters: each fits its type, none is missing, none is unknown.

use std::collections::{HashMap, HashSet};

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Level, did_you_mean, one_of};
use crate::model::Param;
use crate::source::Span;
use crate::value::{Data, MISSING_ARGUMENT, ParamType, Value, WRONG_TYPE, What, fit};

declare_rule! {
    /// an argument that the called module does not take
    ///
    /// What is passed under a name that is not declared is dropped: what its author wanted does not happen. It is an error
    /// where the name is like that of a parameter, and a warning else: many files pass leftovers of older versions, and
    /// standard modules take more in one version than in another.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: base
    ///     module: polytope/container
    ///     params: [{id: image, type: str}]
    ///     args: {image: pt.param image}
    ///   - id: api
    ///     module: base
    ///     args: {image: "busybox:1.36", comand: sleep 10}
    /// templates:
    ///   - {id: stack, run: [api]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: base
    ///     module: polytope/container
    ///     params: [{id: image, type: str}, {id: command, type: [maybe, str]}]
    ///     args: {image: pt.param image, cmd: pt.param command}
    ///   - id: api
    ///     module: base
    ///     args: {image: "busybox:1.36", command: sleep 10}
    /// templates:
    ///   - {id: stack, run: [api]}
    /// ```
    pub static UNKNOWN_ARGUMENT = { name: "unknown-argument", code: "PT132", level: Error, precision: VeryHigh };
}

/// Parameters with their values, in the order of their declaration.
pub type Bound = Vec<(String, Value)>;

/// Who is called, for messages.
#[derive(Debug, Clone, Copy)]
pub struct Callee<'a> {
    /// Its name as called.
    pub name: &'a str,
    /// The place of the name in the call.
    pub span: Span,
    /// What it is.
    pub kind: CalleeKind,
}

/// What is called; it makes a difference for what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalleeKind {
    /// A standard module, whose leftovers only warn.
    Standard,
    /// A module, template or blueprint of the project.
    Local,
    /// A job on the command line, where there is no `args`.
    Job,
}

/// Binds `args` (a map, or a hole) to `params`. Every parameter gets a value: what is missing or wrong becomes a hole.
pub fn bind(callee: Callee<'_>, params: &[Param], args: Option<Value>, diagnostics: &mut Diagnostics) -> Bound {
    let span = args.as_ref().map_or(callee.span, |args| args.span);
    let given: Vec<_> = match args.map(|args| args.data) {
        None | Some(Data::Null) => Vec::new(),
        Some(Data::Map(map)) => map.into_iter().collect(),
        Some(Data::Unknown) => return params.iter().map(|param| hole(param, span)).collect(),
        Some(other) => {
            let found = Value::new(other, span).describe();
            let (what, help) = match callee.kind {
                CalleeKind::Job => ("arguments", format!("write them so: `{}{{name: value}}`", callee.name)),
                _ => ("`args`", "write `name: value` for each argument".to_owned()),
            };
            diagnostics
                .report(&WRONG_TYPE, span, format!("{what} must be a map, found {found}"))
                .label("expected a map")
                .help(help);
            return params.iter().map(|param| hole(param, span)).collect();
        }
    };
    let declared: HashSet<&str> = params.iter().map(|param| param.id.value.as_str()).collect();
    for (key, _) in &given {
        if !declared.contains(key.value.as_str()) {
            report_unknown(callee, key.value.as_str(), key.span, params, diagnostics);
        }
    }
    let mut given: HashMap<String, Value> = given.into_iter().map(|(key, value)| (key.value, value)).collect();
    let mut missing = Vec::new();
    let mut bound = Bound::with_capacity(params.len());
    for param in params {
        let found = given.remove(&param.id.value);
        // A null argument counts as absent.
        let value = match found {
            Some(value) if !value.is_null() => fit(value, &param.kind, What::Named(&param.id.value), diagnostics),
            _ if param.kind.is_optional() => absent(param, callee.span, diagnostics),
            _ => {
                missing.push(param);
                Value::unknown(span)
            }
        };
        bound.push((param.id.value.clone(), value));
    }
    if !missing.is_empty() {
        report_missing(callee, &missing, diagnostics);
    }
    bound
}

/// Parameters as they are when nobody calls: defaults where there are some, holes where a caller would have to say.
pub fn uncalled(params: &[Param], span: Span, diagnostics: &mut Diagnostics) -> Bound {
    let value = |param: &Param, diagnostics: &mut Diagnostics| match param.kind {
        ParamType::Default(..) => absent(param, span, diagnostics),
        _ => Value::unknown(param.id.span),
    };
    params.iter().map(|param| (param.id.value.clone(), value(param, diagnostics))).collect()
}

fn absent(param: &Param, span: Span, diagnostics: &mut Diagnostics) -> Value {
    match &param.kind {
        // A built-in default is placed at the call, for the manifest is no file of the user's.
        ParamType::Default(inner, default) => {
            let span = if param.span.file == crate::source::FileId(u32::MAX) { span } else { default.span };
            fit(default.placed_at(span), inner, What::DefaultOf(&param.id.value), diagnostics)
        }
        ParamType::Unknown => Value::unknown(span),
        _ => Value::null(span),
    }
}

fn hole(param: &Param, span: Span) -> (String, Value) {
    (param.id.value.clone(), Value::unknown(span))
}

fn report_unknown(callee: Callee<'_>, key: &str, span: Span, params: &[Param], diagnostics: &mut Diagnostics) {
    let names = || params.iter().map(|param| param.id.value.as_str());
    let near = did_you_mean(key, names());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if params.is_empty() => "it takes none".to_owned(),
        None => format!("it takes {}", one_of(names())),
    };
    // What is left over from before does nothing and no harm; what is like a parameter's name was meant to be it.
    let left_over = callee.kind == CalleeKind::Standard || (callee.kind != CalleeKind::Job && near.is_none());
    let ceiling = if left_over { Level::Warning } else { Level::Error };
    diagnostics.at_most(ceiling, |diagnostics| {
        let message = format!("`{}` takes no argument `{key}`", callee.name);
        diagnostics
            .report(&UNKNOWN_ARGUMENT, span, message)
            .help(help)
            .maybe_fix(near.map(|near| Fix::respell(span, near)));
    });
}

fn report_missing(callee: Callee<'_>, missing: &[&Param], diagnostics: &mut Diagnostics) {
    let names: Vec<String> = missing.iter().map(|param| format!("`{}`", param.id.value)).collect();
    let wanted: Vec<String> = missing.iter().map(|param| format!("`{}`: {}", param.id.value, param.kind)).collect();
    let word = if missing.len() == 1 { "argument" } else { "arguments" };
    let help = match callee.kind {
        CalleeKind::Job => {
            let pairs: Vec<String> = missing.iter().map(|param| format!("{}: …", param.id.value)).collect();
            format!("say `{}{{{}}}`, with {}", callee.name, pairs.join(", "), wanted.join("; "))
        }
        _ => format!("add to `args` {}", wanted.join("; ")),
    };
    diagnostics
        .report(&MISSING_ARGUMENT, callee.span, format!("`{}` needs the {word} {}", callee.name, names.join(", ")))
        .help(help);
}
