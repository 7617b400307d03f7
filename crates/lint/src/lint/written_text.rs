//! What stands in a project's own files, as it was written: arguments, programs and the scalars in them.

use crate::expr::{Expression, Part, Reference, ReferenceKind, parse};
use crate::model::{Document, Module, Step, StepAction, Template};
use crate::syntax::{Node, NodeKind};

/// The arguments and the program of a module.
pub(super) fn of_module(module: &Module) -> impl Iterator<Item = &Node> {
    module.args.iter().chain(&module.code)
}

/// The arguments and programs of the steps of a template.
pub(super) fn of_template(template: &Template) -> impl Iterator<Item = &Node> {
    template.steps.iter().flat_map(|step| step.args.iter().chain(program(step)))
}

/// The program of a step that is one.
pub(super) fn program(step: &Step) -> Option<&Node> {
    match &step.action {
        StepAction::Code(code) => Some(code),
        StepAction::Call(_) => None,
    }
}

/// Everything that is written as a value in a file.
pub(super) fn of_file(document: &Document) -> impl Iterator<Item = &Node> {
    document.modules.iter().flat_map(of_module).chain(document.templates.iter().flat_map(of_template))
}

/// Visits each scalar below a node, with the key that it stands under; items of a list stand under that of the list.
pub(super) fn visit<'a>(node: &'a Node, key: &'a str, seen: &mut dyn FnMut(&'a str, &'a Node)) {
    match &node.kind {
        NodeKind::Missing => {}
        NodeKind::Scalar(_) => seen(key, node),
        NodeKind::Sequence(items) => items.iter().for_each(|item| visit(item, key, seen)),
        NodeKind::Mapping(entries) => {
            for entry in entries {
                visit(&entry.value, entry.key.text().unwrap_or_default(), seen);
            }
        }
    }
}

/// Whether a scalar reads a parameter, for all that can be seen from outside of programs.
pub(super) fn reads(text: &str, param: &str) -> bool {
    match parse(text) {
        Expression::Literal | Expression::Output(_) => false,
        Expression::Whole(_) | Expression::Interpolated(_) => references(text).iter().any(|name| name == param),
        Expression::Code(_, start) => program_reads(&text[start..], param),
        Expression::Malformed { .. } => true,
    }
}

/// Whether a scalar may read parameters that it does not name as references do.
pub(super) fn may_read(text: &str) -> bool {
    matches!(parse(text), Expression::Code(..) | Expression::Malformed { .. })
}

/// The parameters that a scalar reads by reference.
pub(super) fn references(text: &str) -> Vec<String> {
    let param = |reference: Reference| (reference.kind == ReferenceKind::Param).then_some(reference.name);
    match parse(text) {
        Expression::Whole(reference) => param(reference).into_iter().collect(),
        Expression::Interpolated(parts) => {
            let references = parts.into_iter().filter_map(|part| match part {
                Part::Reference(reference) => param(reference),
                Part::Literal(_) => None,
            });
            references.collect()
        }
        _ => Vec::new(),
    }
}

/// A program reads a parameter when it says its name, in either spelling, or hands all of them on.
fn program_reads(program: &str, param: &str) -> bool {
    says(program, param) || says(program, &camel_case(param)) || hands_on(program)
}

/// Whether a text holds a name as a word of its own.
pub(super) fn says(text: &str, name: &str) -> bool {
    let inside = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    !name.is_empty()
        && text
            .match_indices(name)
            .any(|(at, _)| !text[..at].ends_with(inside) && !text[at + name.len()..].starts_with(inside))
}

/// `params` with no key behind it (`.x`, `["x"]`) and no keyword before it (`(:x params)`).
fn hands_on(program: &str) -> bool {
    ["params", "inputs"].iter().any(|all| {
        program.match_indices(all).any(|(at, _)| {
            let (before, after) = (&program[..at], &program[at + all.len()..]);
            let word = !before.ends_with(|letter: char| letter.is_alphanumeric() || ".-_:".contains(letter))
                && !after.starts_with(|letter: char| letter.is_alphanumeric() || "-_:".contains(letter));
            let keyed = after.starts_with(['.', '[', '?']);
            let by_keyword = before.split_whitespace().next_back().is_some_and(|last| {
                last.trim_start_matches('(').starts_with(':') || last.trim_start_matches('(').starts_with("get")
            });
            word && !keyed && !by_keyword
        })
    })
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('-');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_programs_read_parameters() {
        for text in ["pt.param port", "http://{pt.param port}", "#pt-clj (:port params)", "pt.js params.port + 1"] {
            assert!(reads(text, "port"), "{text}");
        }
        assert!(reads("pt.js params.dataVolume", "data-volume"));
        assert!(reads("pt.js JSON.stringify(params)", "anything"), "all are handed on");
        for text in ["port", "pt.value port", "pt.param report", "#pt-clj (:other params)", "pt.js params['other']"] {
            assert!(!reads(text, "port"), "{text}");
        }
    }
}
