//! What code scanning requires of a SARIF file, field by field, and the file itself.

#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use crate::diagnostic::{Fix, Frame, Safety, SuppressedBy};
use crate::report::fixture::{self, Case, RULES, TRUST};
use crate::report::line_hash::line_hashes;
use crate::report::{Findings, Format, RenderOptions, render};

fn document(case: &Case) -> Value {
    serde_json::from_str(&case.render(Format::Sarif, RenderOptions::default())).unwrap()
}

fn text_of(value: &Value) -> &str {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is not text"));
    assert!(!text.is_empty());
    text
}

fn check_physical_location(location: &Value) {
    let artifact = &location["artifactLocation"];
    assert!(!text_of(&artifact["uri"]).starts_with('/'));
    assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
    for field in ["startLine", "startColumn", "endLine", "endColumn"] {
        assert!(location["region"][field].as_u64().unwrap() >= 1, "{field} of {location}");
    }
}

#[test]
fn the_document_has_what_code_scanning_requires() {
    let document = document(&fixture::project());
    assert_eq!(document["version"], "2.1.0");
    assert_eq!(document["$schema"], "https://json.schemastore.org/sarif-2.1.0.json");
    let run = &document["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "pt");
    assert_eq!(run["tool"]["driver"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(run["automationDetails"]["id"], "pt-check/");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
}

#[test]
fn every_rule_is_described_whether_it_found_something_or_not() {
    let with_findings = document(&fixture::project())["runs"][0]["tool"].take();
    let without = document(&Case::new([("a.yml", "")]))["runs"][0]["tool"].take();
    assert_eq!(with_findings, without, "two runs differ in their results only");
    let rules = with_findings["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| text_of(&rule["id"])).collect();
    assert_eq!(ids, ["PT102", "PT201", "PT305", "PT504"]);
    for described in rules {
        let rule = RULES.iter().find(|rule| rule.code == described["id"]).unwrap();
        assert_eq!(described["name"], rule.name);
        assert!(text_of(&described["name"]).len() <= 255);
        for description in ["shortDescription", "fullDescription"] {
            assert!(text_of(&described[description]["text"]).chars().count() <= 1024);
        }
        text_of(&described["help"]["text"]);
        text_of(&described["help"]["markdown"]);
        assert!(["note", "warning", "error"].contains(&text_of(&described["defaultConfiguration"]["level"])));
        let properties = &described["properties"];
        assert!((1..=20).contains(&properties["tags"].as_array().unwrap().len()));
        assert!(["very-high", "high", "medium", "low"].contains(&text_of(&properties["precision"])));
        if let Some(severity) = rule.severity {
            assert_eq!(properties["security-severity"], Value::String(severity.to_owned()), "text, not a number");
            assert_eq!(properties["problem.severity"], Value::Null);
        } else {
            assert!(["error", "warning", "recommendation"].contains(&text_of(&properties["problem.severity"])));
            assert_eq!(properties["security-severity"], Value::Null);
        }
    }
}

#[test]
fn every_result_has_its_rule_place_and_fingerprints() {
    let case = fixture::project();
    let document = document(&case);
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), case.diagnostics.len());
    for (result, diagnostic) in results.iter().zip(&case.diagnostics) {
        assert_eq!(result["ruleId"], diagnostic.rule.code);
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        assert!(text_of(&result["message"]["text"]).starts_with(&diagnostic.message));
        assert_eq!(result["locations"].as_array().unwrap().len(), 1);
        check_physical_location(&result["locations"][0]["physicalLocation"]);
        for (position, related) in result["relatedLocations"].as_array().into_iter().flatten().enumerate() {
            assert_eq!(related["id"], position + 1);
            text_of(&related["message"]["text"]);
            check_physical_location(&related["physicalLocation"]);
            assert!(text_of(&result["message"]["text"]).contains(&format!("]({})", position + 1)));
        }
        let file = case.sources.file(diagnostic.primary.span.file);
        let line = case.sources.position(diagnostic.primary.span).line;
        let fingerprints = &result["partialFingerprints"];
        assert_eq!(fingerprints["primaryLocationLineHash"], line_hashes(&file.text)[line - 1]);
        text_of(&fingerprints["pt/v1"]);
    }
}

#[test]
fn a_result_looks_like_this() {
    let mut case = Case::new([("svc/a b/polytope.yml", "a: ü\r\nb: trust\r\n"), ("other.yml", "c: d\n")]);
    let (here, there) = (case.span("svc/a b/polytope.yml", "trust"), case.span("other.yml", "d"));
    let found = case.report(&TRUST, here, "[no](9) password is asked");
    found.label("asks nobody").also(there, "see [here]").help("write `scram-sha-256`");
    found.trace.push(Frame { span: there, description: "in module `db`".to_owned() });
    let mut document = document(&case);
    let run = &mut document["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "pt-check/");
    insta::assert_snapshot!(serde_json::to_string_pretty(&run["results"][0]).unwrap(), @r#"
    {
      "ruleId": "PT201",
      "ruleIndex": 1,
      "level": "error",
      "message": {
        "text": "[no] (9) password is asked: asks nobody\nhelp: write `scram-sha-256`\n[see \\[here\\]](1)\n[in module `db`](2)"
      },
      "locations": [
        {
          "physicalLocation": {
            "artifactLocation": {
              "uri": "svc/a%20b/polytope.yml",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 2,
              "startColumn": 4,
              "endLine": 2,
              "endColumn": 9
            }
          }
        }
      ],
      "relatedLocations": [
        {
          "id": 1,
          "physicalLocation": {
            "artifactLocation": {
              "uri": "other.yml",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 1,
              "startColumn": 4,
              "endLine": 1,
              "endColumn": 5
            }
          },
          "message": {
            "text": "see [here]"
          }
        },
        {
          "id": 2,
          "physicalLocation": {
            "artifactLocation": {
              "uri": "other.yml",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 1,
              "startColumn": 4,
              "endLine": 1,
              "endColumn": 5
            }
          },
          "message": {
            "text": "in module `db`"
          }
        }
      ],
      "partialFingerprints": {
        "primaryLocationLineHash": "6937ef0b590b0367:1",
        "pt/v1": "7d24bb42f67730c06636ad8dabf1b134:1"
      }
    }
    "#);
}

#[test]
fn a_fix_is_the_replacements_in_each_of_its_files() {
    let mut case = Case::new([("polytope.yml", "a: trust\nb: c\n"), ("other.yml", "d: e\n")]);
    let (trust, c, e) =
        (case.span("polytope.yml", "trust"), case.span("polytope.yml", "c"), case.span("other.yml", "e"));
    case.report(&TRUST, trust, "no password is asked").fix(
        Fix::new(Safety::Unsafe, "ask for a password").replace(c, "").replace(e, "f").replace(trust, "scram-sha-256"),
    );
    let fixes = document(&case)["runs"][0]["results"][0]["fixes"].take();
    insta::assert_snapshot!(serde_json::to_string(&fixes).unwrap(), @r#"[{"description":{"text":"ask for a password"},"artifactChanges":[{"artifactLocation":{"uri":"polytope.yml","uriBaseId":"%SRCROOT%"},"replacements":[{"deletedRegion":{"startLine":1,"startColumn":4,"endLine":1,"endColumn":9},"insertedContent":{"text":"scram-sha-256"}},{"deletedRegion":{"startLine":2,"startColumn":4,"endLine":2,"endColumn":5},"insertedContent":{"text":""}}]},{"artifactLocation":{"uri":"other.yml","uriBaseId":"%SRCROOT%"},"replacements":[{"deletedRegion":{"startLine":1,"startColumn":4,"endLine":1,"endColumn":5},"insertedContent":{"text":"f"}}]}]}]"#);
}

#[test]
fn what_is_left_alone_says_by_whom_and_why_and_the_rest_says_that_it_is_not() {
    let mut case = fixture::project();
    let span = case.diagnostics[0].primary.span;
    for (by, reason) in [(SuppressedBy::Comment, Some("a throw-away database")), (SuppressedBy::Baseline, None)] {
        case.report(&TRUST, span, "no password is asked");
        case.suppress(by, reason);
    }
    let document = document(&case);
    let results = document["runs"][0]["results"].as_array().unwrap();
    let suppressions: Vec<String> = results.iter().map(|result| result["suppressions"].to_string()).collect();
    insta::assert_snapshot!(suppressions.join("\n"), @r#"
    []
    []
    []
    []
    [{"kind":"inSource","status":"accepted","justification":"a throw-away database"}]
    [{"kind":"external","status":"accepted"}]
    "#);
}

#[test]
fn tags_name_the_items_of_guides_and_are_never_more_than_are_taken() {
    let document = document(&fixture::project());
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let trust = rules.iter().find(|rule| rule["id"] == TRUST.code).unwrap();
    assert_eq!(
        trust["properties"]["tags"],
        json!(["security", "polytope", "postgres", "authentication", "external/cis-postgresql/5.4"])
    );
}

#[test]
fn more_results_than_code_scanning_takes_are_left_out_and_counted() {
    let mut case = Case::new([("a.yml", "a: b\n")]);
    let span = case.span("a.yml", "b");
    for _ in 0..25_002 {
        case.report(&fixture::UNUSED, span, "unused");
    }
    case.report(&TRUST, span, "the error");
    let document = document(&case);
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert_eq!(results.last().unwrap()["level"], "error");
    let notice = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(notice, "3 more findings are left out: code scanning takes 25000");
}

/// Every error of a document against the schema that OASIS publishes.
fn schema_errors(document: &Value) -> Vec<String> {
    let schema: Value =
        serde_json::from_str(include_str!("../../../../../tests/fixtures/sarif-schema-2.1.0.json")).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_document_is_valid_by_the_schema_of_oasis() {
    let mut case = fixture::project();
    let (span, other) = (case.diagnostics[0].primary.span, case.diagnostics[3].primary.span);
    let fix = Fix::new(Safety::Unsafe, "ask for a password").replace(span, "x").replace(other, "");
    case.diagnostics[0].fix(fix);
    for (by, reason) in [
        (SuppressedBy::Comment, Some("a throw-away database")),
        (SuppressedBy::Configuration, None),
        (SuppressedBy::Baseline, None),
    ] {
        case.report(&TRUST, span, "no password is asked");
        case.suppress(by, reason);
    }
    let mut document = document(&case);
    assert_eq!(schema_errors(&document), [""; 0]);
    assert_eq!(schema_errors(&self::document(&Case::new([("a.yml", "")]))), [""; 0]);
    // The schema speaks: what it forbids is found.
    document["runs"][0]["results"][0]["level"] = json!("fatal");
    document["runs"][0]["results"][1]["unknown"] = json!(1);
    assert_eq!(schema_errors(&document).len(), 2);
}

#[test]
fn the_list_of_all_rules_is_valid_by_the_schema_of_oasis() {
    let case = fixture::project();
    let findings = Findings {
        sources: &case.sources,
        diagnostics: &[],
        suppressed: &[],
        rules: &crate::rules::ALL,
        files_checked: 1,
        category: "pt-check",
        hidden_info: 0,
    };
    let mut out = Vec::new();
    render(Format::Sarif, &findings, &mut out, RenderOptions::default()).unwrap();
    let document: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), crate::rules::ALL.len());
    assert_eq!(schema_errors(&document), [""; 0]);
}
