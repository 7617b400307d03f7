//! What can be changed at a place: the fixes of findings, all safe ones at once, and leaving a finding alone.

use super::Analysis;
use crate::diagnostic::{Diagnostic, Edit, Safety};
use crate::source::{FileId, Span};
use crate::syntax::{Node, NodeKind};

/// A change that is offered.
#[derive(Debug, Clone)]
pub struct Action<'a> {
    /// What it does.
    pub title: String,
    /// The finding that it is about.
    pub finding: &'a Diagnostic,
    /// Whether it is what should be done.
    pub preferred: bool,
    /// The replacements.
    pub edits: Vec<Edit>,
}

/// The changes for the findings that touch a range of a file.
pub fn actions(analysis: &Analysis, range: Span) -> Vec<Action<'_>> {
    let touches = |at: Span| at.file == range.file && at.start <= range.end && range.start <= at.end;
    let findings = || analysis.compilation.diagnostics.iter().filter(|finding| touches(finding.primary.span));
    let mut actions: Vec<Action<'_>> = findings()
        .filter_map(|finding| {
            let fix = finding.fix.as_ref()?;
            let preferred = fix.safety == Safety::Safe;
            Some(Action { title: fix.title.clone(), finding, preferred, edits: fix.edits.clone() })
        })
        .collect();
    let tree = findings().next().map(|_| analysis.tree(range.file));
    for finding in findings().filter(|finding| finding.rule.name != "yaml-syntax") {
        let Some(tree) = &tree else { continue };
        let title = format!("ignore `{}` here, with a reason", finding.rule.name);
        let edits = vec![ignore(analysis, &tree.root, finding)];
        actions.push(Action { title, finding, preferred: false, edits });
    }
    actions
}

/// The edits of all safe fixes of a file, without those that overlap an earlier one.
pub fn fix_all(analysis: &Analysis, file: FileId) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let findings = analysis.compilation.diagnostics.iter().filter(|finding| finding.primary.span.file == file);
    for fix in findings.filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safety == Safety::Safe) {
        let is_here = fix.edits.iter().all(|edit| edit.span.file == file);
        let clashes = |edit: &Edit| edits.iter().any(|taken| overlap(taken.span, edit.span));
        if is_here && !fix.edits.iter().any(clashes) {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    edits.sort_by_key(|edit| edit.span);
    edits
}

fn overlap(one: Span, other: Span) -> bool {
    one.start <= other.end && other.start <= one.end
}

/// A comment above the line of a finding. Inside of text of several lines it would be a part of the text: there it stands above
/// the line that the text begins on.
fn ignore(analysis: &Analysis, root: &Node, finding: &Diagnostic) -> Edit {
    let at = finding.primary.span;
    let source = analysis.source(at.file);
    let start = opening(root, at).unwrap_or(at).start as usize;
    let line = source.line_of(start);
    let text = source.line_text(line);
    let indent = &text[..text.len() - text.trim_start_matches(' ').len()];
    let place = Span::new(at.file, source.line_start(line), source.line_start(line));
    let line_break = if source.text.contains("\r\n") { "\r\n" } else { "\n" };
    Edit { span: place, text: format!("{indent}# pt: ignore[{}] TODO: why{line_break}", finding.rule.name) }
}

/// The key, or else the whole, of the innermost text of several lines around a place.
fn opening(node: &Node, at: Span) -> Option<Span> {
    match &node.kind {
        NodeKind::Missing => None,
        NodeKind::Scalar(scalar) => {
            let is_around = node.span.start <= at.start && at.start < node.span.end;
            (is_around && scalar.text.contains('\n')).then_some(node.span)
        }
        NodeKind::Sequence(items) => items.iter().find_map(|item| opening(item, at)),
        NodeKind::Mapping(entries) => entries.iter().find_map(|entry| {
            opening(&entry.value, at).map(|found| if found == entry.value.span { entry.key.span } else { found })
        }),
    }
}
