//! The XML of `JUnit`: a suite per file, a test per finding that failed. What is only worth knowing is a test that was skipped.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::Findings;
use super::places::Places;
use super::sanitize::{visible, visible_lines};
use crate::diagnostic::{Diagnostic, Level};
use crate::source::FileId;

pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("pt check");
    let mut places = Places::new(findings.sources);
    let mut suite: Option<(FileId, TestSuite)> = None;
    for diagnostic in findings.diagnostics {
        let span = diagnostic.primary.span;
        let path = findings.sources.path(span).to_string_lossy();
        let place = places.start(span);
        let case = case(diagnostic, &path, place.line, place.column);
        match &mut suite {
            Some((file, suite)) if *file == span.file => drop(suite.add_test_case(case)),
            _ => {
                let mut next = TestSuite::new(text(&path));
                next.add_test_case(case);
                // The report counts the tests of a suite when it gets it: only a whole one is given.
                report.add_test_suites(suite.replace((span.file, next)).map(|(_, whole)| whole));
            }
        }
    }
    report.add_test_suites(suite.map(|(_, whole)| whole));
    if findings.diagnostics.is_empty() {
        // Without a test, some CI systems say that the report is broken.
        let mut suite = TestSuite::new("pt check");
        suite.add_test_case(TestCase::new("no findings", TestCaseStatus::success()));
        report.add_test_suite(suite);
    }
    report.serialize(out).map_err(io::Error::other)
}

fn case(diagnostic: &Diagnostic, path: &str, line: usize, column: usize) -> TestCase {
    let message = text(&diagnostic.message);
    let mut status = match diagnostic.level {
        Level::Error | Level::Warning => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Level::Info => TestCaseStatus::skipped(),
    };
    status.set_type(diagnostic.level.word()).set_message(&*message);
    let mut description = format!("{}:{line}:{column}: {message}", text(path));
    if let Some(help) = &diagnostic.help {
        description.push_str("\nhelp: ");
        description.push_str(&valid(visible_lines(help)));
    }
    status.set_description(description);
    let mut case = TestCase::new(format!("{} at {line}:{column}", diagnostic.rule.name), status);
    case.set_classname(text(path).as_str());
    case.extra.insert("file".into(), text(path).into());
    case.extra.insert("line".into(), line.to_string().into());
    case
}

fn text(input: &str) -> String {
    valid(visible(input)).into_owned()
}

/// The two characters that no XML may hold and that are no control characters.
fn valid(text: Cow<'_, str>) -> Cow<'_, str> {
    const NEVER: [char; 2] = ['\u{fffe}', '\u{ffff}'];
    if text.contains(NEVER) { Cow::Owned(text.replace(NEVER, "\u{fffd}")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::{Format, RenderOptions, fixture};

    #[test]
    fn writes_a_suite_for_each_file_and_a_test_for_each_finding() {
        let text = fixture::project().render(Format::Junit, RenderOptions::default());
        insta::assert_snapshot!(text, @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="pt check" tests="4" skipped="1" failures="3" errors="0">
            <testsuite name="polytope.yml" tests="3" skipped="1" errors="0" failures="2">
                <testcase name="pg-trust-auth at 5:15" classname="polytope.yml" file="polytope.yml" line="5">
                    <failure message="any client is let in without a password" type="error">polytope.yml:5:15: any client is let in without a password
        help: write `scram-sha-256`</failure>
                </testcase>
                <testcase name="duplicate-key at 6:7" classname="polytope.yml" file="polytope.yml" line="6">
                    <failure message="`method` is given twice" type="error">polytope.yml:6:7: `method` is given twice</failure>
                </testcase>
                <testcase name="unused-module at 7:9" classname="polytope.yml" file="polytope.yml" line="7">
                    <skipped message="module `old` is never used" type="info">polytope.yml:7:9: module `old` is never used</skipped>
                </testcase>
            </testsuite>
            <testsuite name="db/polytope.yml" tests="1" skipped="0" errors="0" failures="1">
                <testcase name="missing-restart at 2:9" classname="db/polytope.yml" file="db/polytope.yml" line="2">
                    <failure message="module `server` has no restart policy" type="warning">db/polytope.yml:2:9: module `server` has no restart policy</failure>
                </testcase>
            </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn one_test_passes_where_nothing_was_found() {
        let case = fixture::Case::new([("a.yml", "a: b\n")]);
        insta::assert_snapshot!(case.render(Format::Junit, RenderOptions::default()), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="pt check" tests="1" skipped="0" failures="0" errors="0">
            <testsuite name="pt check" tests="1" skipped="0" errors="0" failures="0">
                <testcase name="no findings"/>
            </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn what_xml_cannot_hold_is_shown_as_a_picture() {
        let name = "a\"<&>\x1b]0;\x07.yml";
        let mut case = fixture::Case::new([(name, "a: b\n")]);
        let span = case.span(name, "b");
        case.report(&fixture::TRUST, span, "]]> \0\x1b[2J \u{fffe}\u{85}\r\n").help("one\n\x0btwo");
        insta::assert_snapshot!(case.render(Format::Junit, RenderOptions::default()), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="pt check" tests="1" skipped="0" failures="1" errors="0">
            <testsuite name="a&quot;&lt;&amp;&gt;␛]0;␇.yml" tests="1" skipped="0" errors="0" failures="1">
                <testcase name="pg-trust-auth at 1:4" classname="a&quot;&lt;&amp;&gt;␛]0;␇.yml" file="a&quot;&lt;&amp;&gt;␛]0;␇.yml" line="1">
                    <failure message="]]&gt; ␀␛[2J ��␍␊" type="error">a&quot;&lt;&amp;&gt;␛]0;␇.yml:1:4: ]]&gt; ␀␛[2J ��␍␊
        help: one
        ␋two</failure>
                </testcase>
            </testsuite>
        </testsuites>
        "#);
    }
}
