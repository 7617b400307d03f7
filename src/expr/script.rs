//! A program in an argument: parameters in, its result as a value out, faults at their place in the program.

use super::Language;
use super::code::{Datum, Fault, FaultKind, Limits, NoHost, Program, run};
use super::evaluate::{BAD_EXPRESSION, Scope};
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Spanned};
use crate::syntax::Node;
use crate::value::{Data, Text, Value, scalar};

/// Evaluates the program that stands in `text` (the text of `node`) from byte `start` on.
pub(super) fn evaluate(
    node: &Node,
    text: &str,
    language: Language,
    start: usize,
    scope: &mut dyn Scope,
    diagnostics: &mut Diagnostics,
) -> Value {
    let params: Vec<(String, Datum)> =
        scope.params().iter().map(|(name, value)| (name.clone(), datum(value))).collect();
    let repository = scope.repository(node.span);
    let program = Program { language, text: &text[start..], params: &params, repository: &repository };
    match run(&program, &mut NoHost, &Limits::ARGUMENT) {
        Ok(result) => value_of(&result, node.span),
        Err(fault) => {
            report(node, start, &fault, diagnostics);
            Value::unknown(node.span)
        }
    }
}

fn datum(value: &Value) -> Datum {
    match &value.data {
        _ if value.is_null() => Datum::Null,
        Data::Bool(known) => Datum::Bool(*known),
        Data::Int(known) => Datum::Int(*known),
        Data::Float(known) => Datum::Float(*known),
        Data::List(items) => Datum::List(items.iter().map(datum).collect()),
        Data::Map(map) => Datum::Map(map.iter().map(|(key, value)| (key.value.clone(), datum(value))).collect()),
        Data::Null => Datum::Null,
        Data::Plain(_) | Data::Text(_) | Data::Unknown => {
            value.to_text().and_then(|text| text.known()).map_or(Datum::Unknown, Datum::Text)
        }
    }
}

/// What a program gave, as a value written at `span`.
pub fn value_of(datum: &Datum, span: Span) -> Value {
    let data = match datum {
        Datum::Null => Data::Null,
        Datum::Bool(known) => Data::Bool(*known),
        Datum::Int(known) => Data::Int(*known),
        Datum::Float(known) => Data::Float(*known),
        // As with interpolation: a number in text may be the number that is asked for.
        Datum::Text(text) if scalar::float(text).is_some() || matches!(text.as_str(), "true" | "false") => {
            Data::Plain(text.as_str().into())
        }
        Datum::Text(text) => Data::Text(Text::literal(text.as_str())),
        Datum::List(items) => Data::List(items.iter().map(|item| value_of(item, span)).collect()),
        Datum::Map(entries) => {
            let entry = |(key, item): &(String, Datum)| (Spanned::new(key.clone(), span), value_of(item, span));
            Data::Map(entries.iter().map(entry).collect())
        }
        Datum::Unknown => Data::Unknown,
    };
    Value::new(data, span)
}

fn report(node: &Node, start: usize, fault: &Fault, diagnostics: &mut Diagnostics) {
    if fault.kind != FaultKind::Unknown {
        let span = node.span_of(start + fault.range.start..start + fault.range.end);
        diagnostics.report(&BAD_EXPRESSION, span, fault.message.clone());
    }
}
