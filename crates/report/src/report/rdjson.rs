//! Reviewdog's diagnostic format: comments on the lines of a pull request, with suggestions that can be taken.
//!
//! Its columns count bytes, unlike those of every other form.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::concealed::Concealed;
use super::replacement::merged;
use super::{Findings, json_text};
use crate::diagnostic::{Diagnostic, FixSecrets, Level};
use crate::source::{Sources, Span};

pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let concealed = Concealed::of(findings.all(), findings.sources);
    let secrets = FixSecrets::new(findings.sources);
    let list = findings.diagnostics.iter().map(|found| diagnostic(found, findings.sources, &concealed, &secrets));
    let document = json!({ "source": { "name": "pt" }, "diagnostics": list.collect::<Vec<Value>>() });
    json_text::write(&document, out)
}

fn diagnostic(finding: &Diagnostic, sources: &Sources, concealed: &Concealed, secrets: &FixSecrets<'_>) -> Value {
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let mut entry = Map::new();
    entry.insert("message".to_owned(), json!(message));
    entry.insert("location".to_owned(), location(sources, finding.primary.span));
    entry.insert("severity".to_owned(), json!(severity(finding.level)));
    entry.insert("code".to_owned(), json!({ "value": finding.rule.name }));
    let related = finding.secondary.iter().map(|label| (label.span, &label.text));
    let calls = finding.trace.iter().map(|frame| (frame.span, &frame.description));
    let related: Vec<Value> = related
        .chain(calls)
        .map(|(span, message)| json!({ "message": message, "location": location(sources, span) }))
        .collect();
    if !related.is_empty() {
        entry.insert("related_locations".to_owned(), related.into());
    }
    let suggestion =
        finding.fix.as_ref().filter(|fix| !secrets.are_in(fix)).and_then(|fix| merged(fix, sources, concealed));
    // A suggestion belongs to a line of the file that the finding is in.
    if let Some(suggestion) = suggestion.filter(|it| it.span.file == finding.primary.span.file) {
        let replacement = json!({ "range": range(sources, suggestion.span), "text": suggestion.text });
        entry.insert("suggestions".to_owned(), json!([replacement]));
    }
    Value::Object(entry)
}

fn location(sources: &Sources, span: Span) -> Value {
    let path = sources.path(span);
    let path = path.strip_prefix(".").unwrap_or(path).to_string_lossy();
    json!({ "path": path, "range": range(sources, span) })
}

fn range(sources: &Sources, span: Span) -> Value {
    let file = sources.file(span.file);
    let point = |offset: u32| {
        let offset = (offset as usize).min(file.text.len());
        let line = file.line_of(offset);
        json!({ "line": line, "column": offset - file.line_start(line) + 1 })
    };
    json!({ "start": point(span.start), "end": point(span.end) })
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "ERROR",
        Level::Warning => "WARNING",
        Level::Info => "INFO",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::Value;

    use super::super::{Format, RenderOptions, fixture};
    use crate::diagnostic::{Fix, Safety};

    #[test]
    fn a_finding_with_a_fix_is_a_suggestion_and_columns_count_bytes() {
        let mut case = fixture::Case::new([("a.yml", "ü: {x: trust}\ny: d\n")]);
        let (here, there) = (case.span("a.yml", "trust"), case.span("a.yml", "d"));
        let found = case.report(&fixture::TRUST, here, "no password is asked");
        found.help("write `scram-sha-256`").also(there, "see here");
        found.fix(Fix::new(Safety::Safe, "ask for a password").replace(here, "scram-sha-256"));
        insta::assert_snapshot!(case.render(Format::Rdjson, RenderOptions::default()), @r#"
        {
          "source": {
            "name": "pt"
          },
          "diagnostics": [
            {
              "message": "no password is asked\nhelp: write `scram-sha-256`",
              "location": {
                "path": "a.yml",
                "range": {
                  "start": {
                    "line": 1,
                    "column": 9
                  },
                  "end": {
                    "line": 1,
                    "column": 14
                  }
                }
              },
              "severity": "ERROR",
              "code": {
                "value": "pg-trust-auth"
              },
              "related_locations": [
                {
                  "message": "see here",
                  "location": {
                    "path": "a.yml",
                    "range": {
                      "start": {
                        "line": 2,
                        "column": 4
                      },
                      "end": {
                        "line": 2,
                        "column": 5
                      }
                    }
                  }
                }
              ],
              "suggestions": [
                {
                  "range": {
                    "start": {
                      "line": 1,
                      "column": 9
                    },
                    "end": {
                      "line": 1,
                      "column": 14
                    }
                  },
                  "text": "scram-sha-256"
                }
              ]
            }
          ]
        }
        "#);
    }

    #[test]
    fn without_findings_the_list_is_empty() {
        let case = fixture::Case::new([("a.yml", "a: b\n")]);
        let document: Value = serde_json::from_str(&case.render(Format::Rdjson, RenderOptions::default())).unwrap();
        assert_eq!(document["diagnostics"], Value::Array(Vec::new()));
    }
}
