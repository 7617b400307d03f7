//! A program in an argument: parameters in, its result as a value out, faults at their place in the program.
//!
//! Programs are run while the file is checked, when secrets are not there yet. A stand-in goes in for each, and comes out as
//! the secret's segment. A program that does more with it than pass it on is found by running it again with other contents.

mod contents;
mod convert;
mod passed_on;
mod probe;
mod programs;
mod rules;
mod stand_in;
#[cfg(test)]
mod tests;

pub use convert::value_of;
pub use programs::Programs;
pub(super) use rules::{CODE_FAILED, CODE_LIMIT, CODE_SYNTAX, SECRET_INSPECTED};

use self::probe::{Outcome, Script};
use super::Language;
use super::code::{Fault, FaultKind};
use super::evaluate::Scope;
use crate::diagnostic::{Diagnostics, one_of};
use crate::syntax::Node;
use crate::value::{Data, Value};

/// Evaluates the program that stands in `text` (the text of `node`) from byte `start` on.
pub(super) fn evaluate(
    node: &Node,
    text: &str,
    language: Language,
    start: usize,
    scope: &mut dyn Scope,
    diagnostics: &mut Diagnostics,
) -> Value {
    let text = &text[start..];
    if let Some(value) = passed_on::parameter(language, text, scope) {
        // The argument keeps its own place: a fault in it is the caller's to mend.
        return if value.is_null() { Value::null(node.span) } else { value.clone() };
    }
    let repository = scope.repository(node.span);
    let script = Script { language, text, params: scope.params(), repository: &repository, span: node.span };
    let data = match scope.programs().outcome(&script) {
        Outcome::Gave(gave) => return gave,
        Outcome::Hole => Data::Unknown,
        Outcome::Inspected(secrets) => {
            let span = node.span_of(start..start + text.len());
            let message = format!("this program looks into {}", secrets_in_words(&secrets));
            diagnostics.report(&SECRET_INSPECTED, span, message).help(
                "pass it on as it is, alone or joined to other text; to have it encoded, pass it in as `pt.secret NAME | url` or \
                 `| base64`",
            );
            Data::Unknown
        }
        Outcome::Fault(fault) => {
            report(node, start, &fault, diagnostics);
            Data::Unknown
        }
    };
    Value::new(data, node.span)
}

fn secrets_in_words(secrets: &[String]) -> String {
    match secrets {
        [secret] => format!("the secret `{secret}`"),
        several => format!("one of the secrets {}", one_of(several.iter().map(String::as_str))),
    }
}

fn report(node: &Node, start: usize, fault: &Fault, diagnostics: &mut Diagnostics) {
    let span = node.span_of(start + fault.range.start..start + fault.range.end);
    let message = fault.message.clone();
    match fault.kind {
        FaultKind::Unknown => {}
        FaultKind::Syntax => drop(diagnostics.report(&CODE_SYNTAX, span, message)),
        FaultKind::Limit => {
            let message = format!("this program was stopped: {message}");
            diagnostics.report(&CODE_LIMIT, span, message).help(
                "programs in arguments are for small computations; do larger ones in a `code` step or a container",
            );
        }
        FaultKind::Failed | FaultKind::Host => {
            let only_in_steps = message.contains("`code` steps only");
            let finding = diagnostics.report(&CODE_FAILED, span, message);
            if only_in_steps {
                finding.help("programs in arguments only compute; move it to a step: `run: [{code: …}]`");
            }
        }
    }
}
