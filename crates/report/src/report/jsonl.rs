//! A JSON object per line and finding: the items of the `json` document, for programs that read as it comes.

use std::io::{self, Write};

use super::fingerprint::Fingerprints;
use super::json::Finding;
use super::places::Places;
use super::{Findings, json_text};
use crate::diagnostic::FixSecrets;

pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(findings.sources);
    let mut fingerprints = Fingerprints::new(findings.sources, findings.all());
    let secrets = FixSecrets::new(findings.sources);
    for diagnostic in findings.diagnostics {
        let finding = Finding::new(diagnostic, findings.sources, &mut places, &mut fingerprints, &secrets);
        json_text::write_line(&finding, out)?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::Value;

    use super::super::{Format, RenderOptions, fixture};

    #[test]
    fn each_line_is_an_item_of_the_json_document() {
        let case = fixture::project();
        let lines = case.render(Format::Jsonl, RenderOptions::default());
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let document: Value = serde_json::from_str(&case.render(Format::Json, RenderOptions::default())).unwrap();
        assert_eq!(lines.len(), case.diagnostics.len());
        assert_eq!(Value::from(lines), document["findings"]);
    }

    #[test]
    fn a_line_break_in_a_message_does_not_end_the_line() {
        let mut case = fixture::Case::new([("a.yml", "a: b\n")]);
        let span = case.span("a.yml", "b");
        case.report(&fixture::UNUSED, span, "one\ntwo\u{2028}three\x1b[2J");
        insta::assert_snapshot!(case.render(Format::Jsonl, RenderOptions::default()), @r#"{"rule":"unused-module","code":"PT504","level":"info","message":"one\ntwo\u2028three\u001b[2J","location":{"path":"a.yml","start":{"line":1,"column":4,"offset":3},"end":{"line":1,"column":5,"offset":4}},"label":"","help":null,"related":[],"trace":[],"fingerprint":"a4aa449e9bf6c8dc4df73221571f5c59:1"}"#);
    }
}
