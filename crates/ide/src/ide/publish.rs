//! Which findings an editor shows beside the YAML language server: what that one says itself is left to it.

use super::Analysis;
use crate::diagnostic::Diagnostic;
use crate::schema::{Flag, flagged};
use crate::source::{FileId, Span};

/// Rules about the text as YAML, which every YAML server finds for itself.
const YAML: [&str; 2] = ["yaml-syntax", "duplicate-key"];

/// Rules about shapes, of which the published schema can say a part.
const SHAPE: [&str; 7] = [
    "unknown-field",
    "wrong-type",
    "missing-argument",
    "invalid-literal",
    "bad-type",
    "unknown-argument",
    "unknown-module",
];

/// Bytes between a key and the place where its value would stand: a colon and a space.
const GAP: u32 = 2;

/// The findings in a file; without those that the schema says when `schema_says` them.
pub fn published(analysis: &Analysis, file: FileId, schema_says: bool) -> Vec<&Diagnostic> {
    let own = analysis.compilation.diagnostics.iter().filter(|finding| finding.primary.span.file == file);
    let mut findings: Vec<&Diagnostic> = own.collect();
    let is_yaml = || analysis.source(file).path.extension().is_some_and(|it| it == "yml" || it == "yaml");
    if !schema_says || !is_yaml() {
        return findings;
    }
    // Whoever has no such finding need not wait for the schema.
    let is_candidate = |finding: &&Diagnostic| SHAPE.contains(&finding.rule.name);
    let flags = if findings.iter().any(is_candidate) { flagged(&analysis.tree(file).root) } else { Vec::new() };
    let is_said = |finding: &&Diagnostic| {
        YAML.contains(&finding.rule.name)
            || (is_candidate(finding) && flags.iter().any(|flag| is_about(*flag, finding)))
    };
    findings.retain(|finding| !is_said(finding));
    findings
}

fn is_about(flag: Flag, finding: &Diagnostic) -> bool {
    let at = finding.primary.span;
    match flag {
        // What was not written is marked behind its key.
        Flag::Wrong(span) if span.is_empty() => at.start <= span.start && span.start.saturating_sub(at.end) <= GAP,
        Flag::Wrong(span) => covers(span, at) || covers(at, span),
        Flag::Lacking { map, around } => {
            finding.rule.name == "missing-argument" && (covers(map, at) || covers(around, at))
        }
    }
}

fn covers(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
