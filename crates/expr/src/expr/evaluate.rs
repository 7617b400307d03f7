//! A tree in a scope gives a value: references are looked up, each with its type and its place.

use super::reference::{Expression, Part, Reference, ReferenceKind, parse};
use super::script::{self, Programs};
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, did_you_mean, one_of};
use crate::source::{Span, Spanned};
use crate::syntax::{Node, NodeKind, Scalar, Style};
use crate::value::{Data, Encoding, Map, Segment, Text, Value, scalar};

declare_rule! {
    /// `pt.param` names a parameter that is not declared
    ///
    /// The reference gives nothing at run time. Usually the name is misspelt, or the parameter was renamed.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: image, type: [default, str, "busybox:1.36"]}]
    ///     args: {image: pt.param imagee}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: image, type: [default, str, "busybox:1.36"]}]
    ///     args: {image: pt.param image}
    /// ```
    pub static UNDECLARED_PARAM = { name: "undeclared-param", code: "PT112", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a `pt.` reference that cannot be read
    ///
    /// A reference is `pt.param NAME`, `pt.value NAME` or `pt.secret NAME`, alone or in braces inside of text; behind the name
    /// may stand an encoding, `| url` or `| base64`. Half of one would reach the program as text.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: URL, value: "http://{pt.values host}"}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: URL, value: "http://example.com"}]}
    /// ```
    pub static BAD_EXPRESSION = { name: "bad-expression", code: "PT113", level: Error, precision: VeryHigh };
}

/// Which store a reference reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseKind {
    /// `pt.value`.
    Value,
    /// `pt.secret`.
    Secret,
}

/// A value or secret that the file reads, and where.
#[derive(Debug, Clone)]
pub struct Use {
    /// Value or secret.
    pub kind: UseKind,
    /// Its name, at its place.
    pub name: Spanned<String>,
}

/// What is set for a project: values with their contents, secrets by name alone.
pub trait Known: std::fmt::Debug + Sync {
    /// Content of a value; `None` while it is not set.
    fn value(&self, name: &str) -> Option<&str>;

    /// Whether a secret is set.
    fn has_secret(&self, name: &str) -> bool;

    /// Whether what a reference reads is set.
    fn is_set(&self, used: &Use) -> bool {
        match used.kind {
            UseKind::Value => self.value(&used.name.value).is_some(),
            UseKind::Secret => self.has_secret(&used.name.value),
        }
    }
}

/// What references can see.
pub trait Scope {
    /// The parameter with this name; `None` when none is declared.
    fn param(&self, name: &str) -> Option<&Value>;

    /// The declared parameters with their values.
    fn params(&self) -> &[(String, Value)];

    /// The repository of the file that a program stands in, as `pt.moduleRepoRef` gives it.
    fn repository(&self, place: Span) -> String;

    /// The programs that were run so far.
    fn programs(&self) -> &Programs;

    /// What an earlier step gave; a hole while it has not run. Whoever asks has to wait for that step.
    fn output(&mut self, step: &Spanned<String>, path: &[String], place: Span) -> Value;

    /// Content of a project value; `None` while it is not set.
    fn value(&self, name: &str) -> Option<&str>;

    /// Hears of every use of a value or secret.
    fn record(&mut self, used: Use);
}

/// Evaluates everything in `node`. What cannot be evaluated is reported and becomes a hole.
pub fn evaluate(node: &Node, scope: &mut dyn Scope, diagnostics: &mut Diagnostics) -> Value {
    let data = match &node.kind {
        NodeKind::Missing => Data::Unknown,
        NodeKind::Scalar(_) if node.is_null() => Data::Null,
        NodeKind::Scalar(scalar) => return scalar_value(node, scalar, scope, diagnostics),
        NodeKind::Sequence(items) => Data::List(items.iter().map(|item| evaluate(item, scope, diagnostics)).collect()),
        NodeKind::Mapping(entries) => {
            let mut values = Vec::with_capacity(entries.len());
            for entry in entries {
                let value = evaluate(&entry.value, scope, diagnostics);
                if let Some(key) = entry.key.text() {
                    values.push((Spanned::new(key.to_owned(), entry.key.span), value));
                }
            }
            Data::Map(Map::last_of_each(values))
        }
    };
    Value::new(data, node.span)
}

fn scalar_value(node: &Node, scalar: &Scalar, scope: &mut dyn Scope, diagnostics: &mut Diagnostics) -> Value {
    let data = match parse(&scalar.text) {
        Expression::Literal if scalar.style == Style::Plain => Data::Plain(scalar.text.clone()),
        Expression::Literal => Data::Text(Text::literal(&*scalar.text)),
        Expression::Whole(reference) => {
            let span = node.span_of(reference.name_range.clone());
            return look_up(&reference, node.span, span, scope, diagnostics);
        }
        Expression::Interpolated(parts) => return interpolate(node, scalar, &parts, scope, diagnostics),
        Expression::Code(language, start) => {
            return script::evaluate(node, &scalar.text, language, start, scope, diagnostics);
        }
        Expression::Output(output) => {
            let step = Spanned::new(output.step, node.span_of(output.step_range));
            return scope.output(&step, &output.path, node.span);
        }
        Expression::Malformed { range, problem, help } => {
            diagnostics.report(&BAD_EXPRESSION, node.span_of(range), problem).help(help);
            Data::Unknown
        }
    };
    Value::new(data, node.span)
}

/// The value of a reference in the encoding that it asks for, placed at `whole`; findings point at the name.
fn look_up(
    reference: &Reference,
    whole: Span,
    name_span: Span,
    scope: &mut dyn Scope,
    diagnostics: &mut Diagnostics,
) -> Value {
    let value = stored(reference, whole, name_span, scope, diagnostics);
    let Some(word) = reference.encoding.word().filter(|_| !value.is_null() && !value.is_unknown()) else {
        return value;
    };
    let Some(text) = value.to_text() else {
        let message = format!("`{}` is {} and has no encoding as {word}", reference.name, value.describe());
        diagnostics.report(&BAD_EXPRESSION, name_span, message).also(value.span, "its value");
        return Value::unknown(whole);
    };
    let Some(encoded) = text.encoded(reference.encoding) else {
        let (problem, help) = if reference.encoding == Encoding::Base64 && text.segments().len() > 1 {
            (
                "holds a secret inside of other text, which cannot be put into base64 as a whole",
                "store the whole text as one secret",
            )
        } else {
            ("holds a secret that is encoded already", "leave one of the two encodings out")
        };
        let message = format!("`{}` {problem}", reference.name);
        diagnostics.report(&BAD_EXPRESSION, name_span, message).also(value.span, "its value").help(help);
        return Value::unknown(whole);
    };
    Value::new(Data::Text(encoded), whole)
}

/// The value of a reference as it is stored.
fn stored(
    reference: &Reference,
    whole: Span,
    name_span: Span,
    scope: &mut dyn Scope,
    diagnostics: &mut Diagnostics,
) -> Value {
    let name = || Spanned::new(reference.name.clone(), name_span);
    let data = match reference.kind {
        ReferenceKind::Param => match scope.param(&reference.name) {
            // The argument keeps its own place: a fault in it is the caller's to mend.
            Some(value) if value.is_null() => Data::Null,
            Some(value) if scope.programs().budget().pass(value, whole) => return value.clone(),
            Some(_) => Data::Unknown,
            None => {
                report_undeclared(&reference.name, name_span, scope, diagnostics);
                Data::Unknown
            }
        },
        ReferenceKind::Value => {
            scope.record(Use { kind: UseKind::Value, name: name() });
            let content = scope.value(&reference.name).map(str::to_owned);
            let mut text = Text::default();
            text.push(Segment::Value { name: reference.name.clone(), content });
            Data::Text(text)
        }
        ReferenceKind::Secret => {
            scope.record(Use { kind: UseKind::Secret, name: name() });
            Data::Text(Text::secret(reference.name.clone()))
        }
    };
    Value::new(data, whole)
}

fn interpolate(
    node: &Node,
    scalar: &Scalar,
    parts: &[Part],
    scope: &mut dyn Scope,
    diagnostics: &mut Diagnostics,
) -> Value {
    let mut text = Text::default();
    let mut whole = true;
    for part in parts {
        match part {
            Part::Literal(range) => text.push(Segment::Literal(scalar.text[range.clone()].to_owned())),
            Part::Reference(reference) => {
                let span = node.span_of(reference.name_range.clone());
                let value = look_up(reference, node.span, span, scope, diagnostics);
                match value.to_text() {
                    Some(piece) => text.append(&piece),
                    None if value.is_null() => {}
                    None if value.is_unknown() => whole = false,
                    None => {
                        whole = false;
                        let message =
                            format!("`{}` is {} and cannot stand inside of text", reference.name, value.describe());
                        diagnostics.report(&BAD_EXPRESSION, span, message).also(value.span, "its value");
                    }
                }
            }
        }
    }
    // Text put together from parameters may be the number that is asked for: `port: "{pt.param port}"`. With a value in it,
    // it is converted as that is.
    if let Some(known) = text.as_literal().filter(|known| whole && is_number_or_bool(known)) {
        return Value::new(Data::Plain(known.into()), node.span);
    }
    let value = Value::new(if whole { Data::Text(text) } else { Data::Unknown }, node.span);
    if scope.programs().budget().pass(&value, node.span) { value } else { Value::unknown(node.span) }
}

fn is_number_or_bool(text: &str) -> bool {
    scalar::float(text).is_some() || matches!(text, "true" | "false")
}

fn report_undeclared(name: &str, span: Span, scope: &dyn Scope, diagnostics: &mut Diagnostics) {
    let names: Vec<&str> = scope.params().iter().map(|(name, _)| name.as_str()).collect();
    let near = did_you_mean(name, names.iter().copied());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => format!("declare it: `params: [{{id: {name}, type: str}}]`"),
        None => format!("declared are {}; add `{{id: {name}, type: str}}` to `params`", one_of(names.iter().copied())),
    };
    diagnostics
        .report(&UNDECLARED_PARAM, span, format!("there is no parameter `{name}`"))
        .help(help)
        .maybe_fix(near.filter(|_| span.len() == name.len()).map(|near| Fix::respell(span, near)));
}
