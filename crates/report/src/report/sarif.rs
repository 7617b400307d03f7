//! SARIF 2.1.0, as GitHub code scanning takes it.
//!
//! The rules are always the whole list, sorted, so that two runs differ in their results only. Regions are in
//! Unicode code points. Paths are relative to `%SRCROOT%`.

mod rule_list;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::fingerprint::Fingerprints;
use super::line_hash::line_hashes;
use super::places::{Places, Region};
use super::{Findings, json_text, uri};
use crate::diagnostic::{Diagnostic, Edit, Fix, FixSecrets, Level, Rule, Suppressed, SuppressedBy};
use crate::source::{FileId, Sources, Span};

/// More results make code scanning refuse the file.
const MOST_RESULTS: usize = 25_000;
/// Code scanning shows no more places of one result.
const MOST_PLACES: usize = 100;

pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let mut rules = findings.rules.to_vec();
    rules.sort_by_key(|rule| rule.code);
    let kept = findings.worst(MOST_RESULTS);
    let left_out = findings.diagnostics.len() - kept.len();
    let room = MOST_RESULTS - kept.len();
    let mut writer = Results::new(findings, &rules);
    let mut results: Vec<Value> = kept.into_iter().map(|diagnostic| writer.result(diagnostic)).collect();
    if !findings.suppressed.is_empty() {
        // Where one result says whether it is suppressed, all have to.
        for result in &mut results {
            result["suppressions"] = json!([]);
        }
        results.extend(findings.suppressed.iter().take(room).map(|suppressed| writer.suppressed(suppressed)));
    }
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "pt",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| rule_list::descriptor(rule)).collect::<Vec<Value>>(),
            }},
            "automationDetails": { "id": format!("{}/", findings.category.trim_end_matches('/')) },
            "originalUriBaseIds": { "%SRCROOT%": { "description": { "text": "the root of the repository" } } },
            "columnKind": "unicodeCodePoints",
            "newlineSequences": ["\r\n", "\n", "\r"],
            "invocations": [invocation(left_out)],
            "results": results,
        }],
    });
    json_text::write(&document, out)
}

fn invocation(left_out: usize) -> Value {
    let mut invocation = json!({ "executionSuccessful": true });
    if left_out > 0 {
        let text = format!("{left_out} more findings are left out: code scanning takes {MOST_RESULTS}");
        invocation["toolExecutionNotifications"] = json!([{ "level": "warning", "message": { "text": text } }]);
    }
    invocation
}

/// Findings to results, in the order of the findings.
struct Results<'a> {
    sources: &'a Sources,
    rule_indices: HashMap<&'static str, usize>,
    places: Places<'a>,
    fingerprints: Fingerprints<'a>,
    line_hashes: HashMap<FileId, Vec<String>>,
    secrets: FixSecrets<'a>,
}

impl<'a> Results<'a> {
    fn new(findings: &Findings<'a>, rules: &[&'static Rule]) -> Self {
        let sources = findings.sources;
        Self {
            sources,
            rule_indices: rules.iter().enumerate().map(|(index, rule)| (rule.code, index)).collect(),
            places: Places::new(sources),
            fingerprints: Fingerprints::new(sources, findings.all()),
            line_hashes: HashMap::new(),
            secrets: FixSecrets::new(sources),
        }
    }

    fn result(&mut self, diagnostic: &Diagnostic) -> Value {
        let span = diagnostic.primary.span;
        let region = self.places.region(span);
        let related = related(diagnostic);
        let mut result = Map::new();
        result.insert("ruleId".to_owned(), json!(diagnostic.rule.code));
        if let Some(index) = self.rule_indices.get(diagnostic.rule.code) {
            result.insert("ruleIndex".to_owned(), json!(index));
        }
        result.insert("level".to_owned(), json!(level_word(diagnostic.level)));
        result.insert("message".to_owned(), json!({ "text": message(diagnostic, &related) }));
        result.insert("locations".to_owned(), json!([{ "physicalLocation": self.physical(span, region) }]));
        if !related.is_empty() {
            let places: Vec<Value> =
                related.iter().enumerate().map(|(index, place)| self.place(index + 1, place)).collect();
            result.insert("relatedLocations".to_owned(), Value::Array(places));
        }
        let fingerprint = self.fingerprints.next(diagnostic);
        let line_hash = self.line_hash(span.file, region.start.line);
        result.insert(
            "partialFingerprints".to_owned(),
            json!({ "primaryLocationLineHash": line_hash, "pt/v1": fingerprint }),
        );
        if let Some(fix) = diagnostic.fix.as_ref().filter(|fix| !fix.edits.is_empty() && !self.secrets.are_in(fix)) {
            result.insert("fixes".to_owned(), json!([self.fix(fix)]));
        }
        Value::Object(result)
    }

    /// A finding that someone has said is to be left alone, and who.
    fn suppressed(&mut self, suppressed: &Suppressed) -> Value {
        let mut result = self.result(&suppressed.diagnostic);
        let kind = match suppressed.by {
            SuppressedBy::Comment => "inSource",
            SuppressedBy::Configuration | SuppressedBy::Baseline => "external",
        };
        let mut suppression = json!({ "kind": kind, "status": "accepted" });
        if let Some(reason) = &suppressed.reason {
            suppression["justification"] = json!(reason);
        }
        result["suppressions"] = json!([suppression]);
        result
    }

    /// A fix: the replacements in each of its files.
    fn fix(&self, fix: &Fix) -> Value {
        let mut files: Vec<FileId> = fix.edits.iter().map(|edit| edit.span.file).collect();
        files.sort_unstable();
        files.dedup();
        let changes = files.into_iter().map(|file| {
            let mut edits: Vec<&Edit> = fix.edits.iter().filter(|edit| edit.span.file == file).collect();
            edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
            let replacements = edits.iter().map(|edit| {
                let region = Places::new(self.sources).region(edit.span);
                json!({ "deletedRegion": lines_and_columns(region), "insertedContent": { "text": edit.text } })
            });
            json!({
                "artifactLocation": self.artifact(Span::start_of(file)),
                "replacements": replacements.collect::<Vec<Value>>(),
            })
        });
        json!({ "description": { "text": fix.title }, "artifactChanges": changes.collect::<Vec<Value>>() })
    }

    fn place(&self, id: usize, (span, text): &(Span, &str)) -> Value {
        let region = Places::new(self.sources).region(*span);
        let text = if text.is_empty() { "see also" } else { *text };
        json!({
            "id": id,
            "physicalLocation": self.physical(*span, region),
            "message": { "text": text.replace("](", "] (") },
        })
    }

    fn physical(&self, span: Span, region: Region) -> Value {
        json!({ "artifactLocation": self.artifact(span), "region": lines_and_columns(region) })
    }

    /// The file that a place lies in.
    fn artifact(&self, span: Span) -> Value {
        let path = self.sources.path(span);
        let mut artifact = json!({ "uri": uri::of_path(path) });
        if !path.is_absolute() {
            artifact["uriBaseId"] = json!("%SRCROOT%");
        }
        artifact
    }

    fn line_hash(&mut self, file: FileId, line: usize) -> String {
        let sources = self.sources;
        let hashes = self.line_hashes.entry(file).or_insert_with(|| line_hashes(&sources.file(file).text));
        hashes.get(line - 1).cloned().unwrap_or_default()
    }
}

fn lines_and_columns(region: Region) -> Value {
    json!({
        "startLine": region.start.line,
        "startColumn": region.start.column,
        "endLine": region.end.line,
        "endColumn": region.end.column,
    })
}

/// The other places of a finding, and the calls that lead to it, the nearest first.
fn related(diagnostic: &Diagnostic) -> Vec<(Span, &str)> {
    let labels = diagnostic.secondary.iter().map(|label| (label.span, label.text.as_str()));
    let calls = diagnostic.trace.iter().rev().map(|frame| (frame.span, frame.description.as_str()));
    labels.chain(calls).take(MOST_PLACES).collect()
}

/// Message, label and help in one text, with links to the related places.
fn message(diagnostic: &Diagnostic, related: &[(Span, &str)]) -> String {
    let mut text = diagnostic.message.clone();
    if !diagnostic.primary.text.is_empty() {
        text.push_str(": ");
        text.push_str(&diagnostic.primary.text);
    }
    if let Some(help) = &diagnostic.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    // Only the links below are links, whatever the checked file holds.
    let mut text = text.replace("](", "] (");
    for (index, (_, label)) in related.iter().enumerate() {
        let label = if label.is_empty() { "see also" } else { label };
        let label = label.replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]");
        // Writing to a String cannot fail.
        let _ = write!(text, "\n[{label}]({})", index + 1);
    }
    text
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

#[cfg(test)]
mod tests;
