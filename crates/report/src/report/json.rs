//! One JSON document for scripts. Fields are only ever added; anything else raises [`SCHEMA_VERSION`].

use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::places::Places;
use super::summary::Tally;
use super::{Findings, json_text};
use crate::diagnostic::{Diagnostic, Edit, Fix, FixSecrets, Safety};
use crate::source::{Position, Sources, Span};

/// Version of the document's shape.
const SCHEMA_VERSION: u32 = 1;

pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    json_text::write(&Document::new(findings), out)
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    summary: Summary,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    files_checked: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    /// Infos that were found and are not in `findings`.
    hidden_infos: usize,
}

/// A finding as JSON: an item of the document, and a line of `jsonl`.
#[derive(Serialize)]
pub(super) struct Finding<'a> {
    rule: &'static str,
    code: &'static str,
    level: &'static str,
    message: &'a str,
    location: Location,
    /// What is said beside the mark; may be empty.
    label: &'a str,
    help: Option<&'a str>,
    related: Vec<Related<'a>>,
    /// The calls that lead here, outermost first.
    trace: Vec<Related<'a>>,
    /// Survives moving and reformatting; for baselines.
    fingerprint: String,
    /// What makes it go away, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Repair<'a>>,
}

#[derive(Serialize)]
struct Repair<'a> {
    title: &'a str,
    /// Whether it may be made without asking.
    safe: bool,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    location: Location,
    text: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    start: Point,
    /// Just past the last character.
    end: Point,
}

/// Line and column count from 1, columns in Unicode scalar values; the offset counts bytes of the text, without a
/// byte order mark, from 0.
#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    offset: u32,
}

impl<'a> Document<'a> {
    fn new(findings: &'a Findings) -> Self {
        let Tally { errors, warnings, infos } = Tally::of(findings.diagnostics);
        let (files_checked, hidden_infos) = (findings.files_checked, findings.hidden_info);
        let mut places = Places::new(findings.sources);
        let mut fingerprints = Fingerprints::new(findings.sources, findings.all());
        let secrets = FixSecrets::new(findings.sources);
        let list = findings.diagnostics.iter();
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "pt", version: env!("CARGO_PKG_VERSION") },
            summary: Summary { files_checked, errors, warnings, infos, hidden_infos },
            findings: list
                .map(|diagnostic| Finding::new(diagnostic, findings.sources, &mut places, &mut fingerprints, &secrets))
                .collect(),
        }
    }
}

impl<'a> Finding<'a> {
    pub(super) fn new(
        diagnostic: &'a Diagnostic,
        sources: &Sources,
        places: &mut Places,
        fingerprints: &mut Fingerprints,
        secrets: &FixSecrets<'_>,
    ) -> Self {
        let related =
            |(message, span): (&'a String, Span)| Related { message, location: Location::elsewhere(sources, span) };
        Self {
            rule: diagnostic.rule.name,
            code: diagnostic.rule.code,
            level: diagnostic.level.word(),
            message: &diagnostic.message,
            location: Location::new(sources, places, diagnostic.primary.span),
            label: &diagnostic.primary.text,
            help: diagnostic.help.as_deref(),
            related: diagnostic.secondary.iter().map(|label| (&label.text, label.span)).map(related).collect(),
            trace: diagnostic.trace.iter().map(|frame| (&frame.description, frame.span)).map(related).collect(),
            fingerprint: fingerprints.next(diagnostic),
            fix: diagnostic.fix.as_ref().map(|fix| Repair::new(fix, sources, secrets)),
        }
    }
}

impl<'a> Repair<'a> {
    fn new(fix: &'a Fix, sources: &Sources, secrets: &FixSecrets<'_>) -> Self {
        let replacement =
            |edit: &'a Edit| Replacement { location: Location::elsewhere(sources, edit.span), text: &edit.text };
        // An edit that would repeat a secret is made by `pt check --fix`, and shown to nobody.
        let edits = if secrets.are_in(fix) { Vec::new() } else { fix.edits.iter().map(replacement).collect() };
        Self { title: &fix.title, safe: fix.safety == Safety::Safe, edits }
    }
}

impl Location {
    fn new(sources: &Sources, places: &mut Places, span: Span) -> Self {
        let region = places.region(span);
        let point = |position: Position, offset| Point { line: position.line, column: position.column, offset };
        Self {
            path: sources.path(span).to_string_lossy().into_owned(),
            start: point(region.start, span.start),
            end: point(region.end, span.end),
        }
    }

    /// A place that does not come in the order of the text.
    fn elsewhere(sources: &Sources, span: Span) -> Self {
        Self::new(sources, &mut Places::new(sources), span)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::{Format, RenderOptions, fixture};
    use crate::diagnostic::Frame;

    #[test]
    fn the_document_keeps_its_shape() {
        let mut case = fixture::Case::new([("a.yml", "x: ü\ny: trust\n")]);
        let (here, there) = (case.span("a.yml", "trust"), case.span("a.yml", "ü"));
        let found = case.report(&fixture::TRUST, here, "no password is asked").label("asks nobody");
        found.also(there, "see here").help("write `scram-sha-256`");
        found.trace.push(Frame { span: there, description: "in module `db`".to_owned() });
        case.hidden_info = 2;
        let text = case.render(Format::Json, RenderOptions::default());
        let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!(text, @r#"
        {
          "schema_version": 1,
          "tool": {
            "name": "pt",
            "version": "VERSION"
          },
          "summary": {
            "files_checked": 1,
            "errors": 1,
            "warnings": 0,
            "infos": 0,
            "hidden_infos": 2
          },
          "findings": [
            {
              "rule": "pg-trust-auth",
              "code": "PT201",
              "level": "error",
              "message": "no password is asked",
              "location": {
                "path": "a.yml",
                "start": {
                  "line": 2,
                  "column": 4,
                  "offset": 9
                },
                "end": {
                  "line": 2,
                  "column": 9,
                  "offset": 14
                }
              },
              "label": "asks nobody",
              "help": "write `scram-sha-256`",
              "related": [
                {
                  "message": "see here",
                  "location": {
                    "path": "a.yml",
                    "start": {
                      "line": 1,
                      "column": 4,
                      "offset": 3
                    },
                    "end": {
                      "line": 1,
                      "column": 5,
                      "offset": 5
                    }
                  }
                }
              ],
              "trace": [
                {
                  "message": "in module `db`",
                  "location": {
                    "path": "a.yml",
                    "start": {
                      "line": 1,
                      "column": 4,
                      "offset": 3
                    },
                    "end": {
                      "line": 1,
                      "column": 5,
                      "offset": 5
                    }
                  }
                }
              ],
              "fingerprint": "1e60fb14897bcfb363f2a05de0f6bd6d:1"
            }
          ]
        }
        "#);
    }

    #[test]
    fn what_is_escaped_for_the_terminal_is_the_same_to_a_reader() {
        let message = "\x1b[2J\u{9b}1A\u{202e}字\n\"\\";
        let mut case = fixture::Case::new([("a.yml", "a: b\n")]);
        let span = case.span("a.yml", "b");
        case.report(&fixture::TRUST, span, message);
        let text = case.render(Format::Json, RenderOptions::default());
        assert!(text.contains(r"\u001b[2J\u009b1A\u202e字\n"), "{text}");
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["findings"][0]["message"], message);
    }
}
