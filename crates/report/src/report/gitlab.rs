//! GitLab's Code Quality report: a list of findings with a fingerprint each, which merge requests compare.

use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::places::Places;
use super::{Findings, json_text};
use crate::diagnostic::{Diagnostic, Level};

pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(findings.sources);
    let mut fingerprints = Fingerprints::new(findings.sources, findings.all());
    let issue = |diagnostic: &Diagnostic| {
        let span = diagnostic.primary.span;
        let region = places.region(span);
        let path = findings.sources.path(span);
        Issue {
            description: described(diagnostic),
            check_name: diagnostic.rule.name,
            fingerprint: fingerprints.next(diagnostic),
            severity: severity(diagnostic),
            location: Location {
                // GitLab finds no file whose name begins with `./`.
                path: path.strip_prefix(".").unwrap_or(path).to_string_lossy().into_owned(),
                lines: Lines { begin: region.start.line, end: region.end.line },
            },
        }
    };
    let issues: Vec<Issue> = findings.diagnostics.iter().map(issue).collect();
    json_text::write(&issues, out)
}

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

fn described(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{}; help: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

/// GitLab's words. What can be abused badly is critical; nothing that stands in a file blocks a whole pipeline by itself.
fn severity(diagnostic: &Diagnostic) -> &'static str {
    const HIGH: f32 = 7.0;
    let security = diagnostic.rule.severity.and_then(|severity| severity.parse::<f32>().ok());
    match diagnostic.level {
        Level::Error if security.is_some_and(|severity| severity >= HIGH) => "critical",
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Info => "info",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::super::{Format, RenderOptions, fixture};

    fn issues(case: &fixture::Case) -> Vec<Value> {
        serde_json::from_str(&case.render(Format::Gitlab, RenderOptions::default())).unwrap()
    }

    #[test]
    fn an_issue_looks_like_this() {
        let mut case = fixture::Case::new([("./svc/polytope.yml", "a: trust\n")]);
        let span = case.span("./svc/polytope.yml", "trust");
        case.report(&fixture::TRUST, span, "no password is asked").help("write `scram-sha-256`");
        insta::assert_snapshot!(case.render(Format::Gitlab, RenderOptions::default()), @r#"
        [
          {
            "description": "no password is asked; help: write `scram-sha-256`",
            "check_name": "pg-trust-auth",
            "fingerprint": "8732ad2e14c2a6f4ff24217688849c2e:1",
            "severity": "critical",
            "location": {
              "path": "svc/polytope.yml",
              "lines": {
                "begin": 1,
                "end": 1
              }
            }
          }
        ]
        "#);
    }

    #[test]
    fn each_issue_has_a_fingerprint_of_its_own_and_a_severity_by_its_level() {
        let mut case = fixture::project();
        let span = case.diagnostics[0].primary.span;
        case.report(&fixture::TRUST, span, "said again of the same place");
        let issues = issues(&case);
        let fingerprints: BTreeSet<&str> = issues.iter().map(|it| it["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(fingerprints.len(), issues.len());
        let severities: Vec<&str> = issues.iter().map(|issue| issue["severity"].as_str().unwrap()).collect();
        assert_eq!(severities, ["critical", "major", "info", "minor", "critical"]);
    }

    #[test]
    fn without_findings_it_is_an_empty_list() {
        assert!(issues(&fixture::Case::new([("a.yml", "a: b\n")])).is_empty());
    }
}
