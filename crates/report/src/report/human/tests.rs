//! What a person sees, as snapshots.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::super::sanitize::is_special;
use super::super::{Format, RenderOptions};
use crate::diagnostic::{Frame, Level};
use crate::report::fixture::{self, Case, DUPLICATE, RESTART, TRUST, UNUSED};
use crate::source::Span;

#[test]
fn shows_message_place_excerpt_call_and_help() {
    insta::assert_snapshot!(fixture::project().human(), @"
    error[pg-trust-auth]: any client is let in without a password
     --> polytope.yml:5:15
      |
    5 |       method: trust
      |               ^^^^^ asks nobody
      = help: write `scram-sha-256`

    error[duplicate-key]: `method` is given twice
     --> polytope.yml:6:7
      |
    6 |       method: md5
      |       ^^^^^^ this one wins
     ::: polytope.yml:5:7
      |
    5 |       method: trust
      |       ------ this one is lost

    info[unused-module]: module `old` is never used
     --> polytope.yml:7:9
      |
    7 |   - id: old
      |         ^^^

    warning[missing-restart]: module `server` has no restart policy
     --> db/polytope.yml:2:9
      |
    2 |   - id: server
      |         ^^^^^^
      = in module `db`, called from polytope.yml:3:13

    2 errors, 1 warning, 1 info in 2 files
    ");
}

#[test]
fn says_that_all_is_good_and_what_is_hidden() {
    let mut case = Case::new([("a.yml", "a: b\n"), ("b.yml", "")]);
    assert_eq!(case.human(), "all good: 2 files checked\n");
    case.hidden_info = 5;
    assert_eq!(case.human(), "all good: 2 files checked (5 infos hidden, --verbose shows them)\n");
    let span = case.span("a.yml", "b");
    case.report(&UNUSED, span, "unused").level = Level::Warning;
    case.hidden_info = 1;
    assert!(case.human().ends_with("\n1 warning in 1 file (1 info hidden, --verbose shows it)\n"));
}

#[test]
fn marks_stand_under_wide_characters_and_tabs() {
    let mut case = Case::new([("a.yml", "m:\r\n  - é字: \t\tvalue # ü\r\n  - b: [字, 😀]\r\n")]);
    let (value, wide) = (case.span("a.yml", "value"), case.span("a.yml", "字, 😀"));
    case.report(&TRUST, value, "after tabs").label("here");
    case.report(&TRUST, wide, "over wide characters");
    insta::assert_snapshot!(case.human(), @"
    error[pg-trust-auth]: after tabs
     --> a.yml:2:11
      |
    2 |   - é字:        value # ü
      |                 ^^^^^ here

    error[pg-trust-auth]: over wide characters
     --> a.yml:3:9
      |
    3 |   - b: [字, 😀]
      |         ^^^^^^

    2 errors in 1 file
    ");
}

#[test]
fn a_mark_over_a_few_lines_is_drawn_beside_them_and_over_many_on_the_first() {
    let mut case = Case::new([
        ("a.yml", "m:\n  - path:\n      a: b\n\n      c: d\n\n\nrest: 1\n"),
        ("long.yml", &"- a: b\n".repeat(20)),
    ]);
    let few = case.span("a.yml", "a: b\n\n      c: d\n\n\n");
    let from_the_middle = case.span("a.yml", "path:\n      a: b");
    let many = case.span("long.yml", &"- a: b\n".repeat(15));
    case.report(&TRUST, few, "few").label("expected a string");
    case.report(&TRUST, from_the_middle, "no label");
    case.report(&TRUST, many, "many").label("expected a string");
    case.report(&TRUST, many, "many without a label");
    insta::assert_snapshot!(case.human(), @"
    error[pg-trust-auth]: few
     --> a.yml:3:7
      |
    3 | ,->       a: b
    4 | |
    5 | |->       c: d
      | `---- expected a string

    error[pg-trust-auth]: no label
     --> a.yml:2:5
      |
    2 | ,->   - path:
    3 | `->       a: b

    error[pg-trust-auth]: many
      --> long.yml:1:1
       |
     1 | - a: b
       | ^^^^^^ expected a string (up to line 15)

    error[pg-trust-auth]: many without a label
      --> long.yml:1:1
       |
     1 | - a: b
       | ^^^^^^ (up to line 15)

    4 errors in 2 files
    ");
}

#[test]
fn empty_marks_are_seen_at_the_end_of_a_line_and_of_a_file_and_in_an_empty_file() {
    let mut case = Case::new([("a.yml", "a:\nb: c\n"), ("cut.yml", "a: {"), ("empty.yml", "")]);
    let (line, file) = (case.span("a.yml", "a:"), case.span("a.yml", "").file);
    let (cut, empty) = (case.span("cut.yml", "a: {"), case.span("empty.yml", ""));
    case.report(&TRUST, Span::new(line.file, 2, 2), "end of line").label("a value is missing");
    case.report(&TRUST, Span::new(file, 8, 8), "end of file").label("nothing follows");
    case.report(&TRUST, Span::new(cut.file, 4, 4), "end without a line break").label("`}` is missing");
    case.report(&TRUST, empty, "empty file");
    case.report(&TRUST, Span::new(cut.file, 90, 99), "past the end");
    insta::assert_snapshot!(case.human(), @"
    error[pg-trust-auth]: end of line
     --> a.yml:1:3
      |
    1 | a:
      |   ^ a value is missing

    error[pg-trust-auth]: end of file
     --> a.yml:3:1
      |
    3 |
      | ^ nothing follows

    error[pg-trust-auth]: end without a line break
     --> cut.yml:1:5
      |
    1 | a: {
      |     ^ `}` is missing

    error[pg-trust-auth]: empty file
     --> empty.yml:1:1
      |
    1 |
      | ^

    error[pg-trust-auth]: past the end
     --> cut.yml:1:5
      |
    1 | a: {
      |     ^

    5 errors in 3 files
    ");
}

#[test]
fn excerpts_of_two_files_stand_in_line_and_the_nearest_call_comes_first() {
    let mut case = Case::new([
        ("polytope.yml", format!("{}  - module: ./db\n  - module: ./x\n", "#\n".repeat(119)).as_str()),
        ("db/polytope.yml", "image: postgres\nimage: redis\n"),
    ]);
    let second = case.span("db/polytope.yml", "image: redis").slice(0, 5);
    let first = case.span("db/polytope.yml", "image");
    let (inner, outer) = (case.span("polytope.yml", "./db"), case.span("polytope.yml", "./x"));
    let found = case.report(&DUPLICATE, second, "`image` is given twice").also(first, "first here").also(outer, "");
    found.trace.push(Frame { span: outer, description: "in module `x`".to_owned() });
    found.trace.push(Frame { span: inner, description: "in module `db`".to_owned() });
    insta::assert_snapshot!(case.human(), @"
    error[duplicate-key]: `image` is given twice
       --> db/polytope.yml:2:1
        |
      2 | image: redis
        | ^^^^^
       ::: db/polytope.yml:1:1
        |
      1 | image: postgres
        | ----- first here
       ::: polytope.yml:121:13
        |
    121 |   - module: ./x
        |             ---
        = in module `db`, called from polytope.yml:120:13
        = in module `x`, called from polytope.yml:121:13

    1 error in 1 file
    ");
}

#[test]
fn many_places_and_calls_of_one_finding_are_counted() {
    let mut case = Case::new([("a.yml", "a: b\nc: d\n")]);
    let (here, there) = (case.span("a.yml", "b"), case.span("a.yml", "d"));
    let found = case.report(&UNUSED, here, "used everywhere");
    for number in 0..9 {
        found.also(there, format!("use {number}"));
        found.trace.push(Frame { span: there, description: format!("in module `m{number}`") });
    }
    insta::assert_snapshot!(case.human(), @"
    info[unused-module]: used everywhere
     --> a.yml:1:4
      |
    1 | a: b
      |    ^
     ::: a.yml:2:4
      |
    2 | c: d
      |    - use 0
     ::: a.yml:2:4
      |
    2 | c: d
      |    - use 1
     ::: a.yml:2:4
      |
    2 | c: d
      |    - use 2
     ::: a.yml:2:4
      |
    2 | c: d
      |    - use 3
      = and 5 more places
      = in module `m8`, called from a.yml:2:4
      = in module `m7`, called from a.yml:2:4
      = in module `m6`, called from a.yml:2:4
      = through 5 more calls
      = in module `m0`, called from a.yml:2:4

    1 info in 1 file
    ");
}

#[test]
fn a_long_line_is_cut_around_its_mark() {
    let long = format!("a: {}needle{}\n", "x".repeat(500_000), "y字".repeat(100_000));
    let mut case =
        Case::new([("long.yml", long.as_str()), ("wide.yml", "key: [one, two, three, four, five, six, seven]\n")]);
    let needle = case.span("long.yml", "needle");
    let (start, end) = (Span::new(needle.file, 0, 1), Span::new(needle.file, long.len() - 4, long.len() - 1));
    let whole = Span::new(needle.file, 3, long.len() - 1);
    let wide = case.span("wide.yml", "seven");
    for (span, name) in [(needle, "middle"), (start, "start"), (end, "end"), (whole, "whole"), (wide, "narrow")] {
        case.report(&TRUST, span, name).label("here");
    }
    let text = case.render(Format::Human, RenderOptions { width: 10, ..RenderOptions::default() });
    insta::assert_snapshot!(text, @"
    error[pg-trust-auth]: middle
     --> long.yml:1:500004
      |
    1 | ...xxxxxxxxxxxneedley字y字y字y字y字y...
      |               ^^^^^^ here

    error[pg-trust-auth]: start
     --> long.yml:1:1
      |
    1 | a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
      | ^ here

    error[pg-trust-auth]: end
     --> long.yml:1:700009
      |
    1 | ...y字y字y字y字y字y字y字y字y字y字y字
      |                                   ^^ here

    error[pg-trust-auth]: whole
     --> long.yml:1:4
      |
    1 | a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
      |    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ here

    error[pg-trust-auth]: narrow
     --> wide.yml:1:41
      |
    1 | ...wo, three, four, five, six, seven]
      |                                ^^^^^ here

    5 errors in 2 files
    ");
}

#[test]
fn nothing_from_a_file_reaches_the_terminal_as_a_command() {
    let hostile = "\x1b]0;pwn\x07\x1b[2J\u{9b}1A\u{202e}\r";
    let mut case = Case::new([(format!("dir{hostile}/a\n.yml").as_str(), format!("a: {hostile}b\n").as_str())]);
    let file = case.sources.iter().next().unwrap().0;
    let span = Span::new(file, 3, 3 + hostile.len());
    let found = case.report(&TRUST, span, &format!("`{hostile}\nerror[forged]: line`")).label(hostile);
    found.also(span, hostile).help(format!("one{hostile}\ntwo"));
    found.trace.push(Frame { span, description: hostile.to_owned() });
    for (format, text) in Format::ALL.iter().map(|format| (format, case.render(*format, RenderOptions::default()))) {
        assert!(!text.chars().any(|character| character != '\n' && is_special(character)), "{format}: {text:?}");
        assert!(!text.contains("\nerror[forged]"), "{format}: {text}");
    }
    insta::assert_snapshot!(case.human(), @"
    error[pg-trust-auth]: `␛]0;pwn␇␛[2J�1A�␍␊error[forged]: line`
     --> dir␛]0;pwn␇␛[2J�1A�␍/a␊.yml:1:4
      |
    1 | a: ␛]0;pwn␇␛[2J�1A�
      |    ^^^^^^^^^^^^^^^^ ␛]0;pwn␇␛[2J�1A<U+202E>␍
     ::: dir␛]0;pwn␇␛[2J�1A�␍/a␊.yml:1:4
      |
    1 | a: ␛]0;pwn␇␛[2J�1A�
      |    ---------------- ␛]0;pwn␇␛[2J�1A<U+202E>␍
      = ␛]0;pwn␇␛[2J�1A�␍, called from dir␛]0;pwn␇␛[2J�1A�␍/a␊.yml:1:4
      = help: one␛]0;pwn␇␛[2J�1A<U+202E>␍
        two

    1 error in 1 file
    ");
}

#[test]
fn the_worst_findings_are_shown_in_their_order_and_the_rest_is_counted() {
    let mut case = Case::new([("a.yml", "a: b\n")]);
    let span = case.span("a.yml", "b");
    for number in 0..3 {
        case.report(&UNUSED, span, &format!("info {number}"));
        case.report(&RESTART, span, &format!("warning {number}"));
    }
    case.report(&TRUST, span, "the error");
    let text = case.render(Format::Human, RenderOptions { max_findings: 2, ..RenderOptions::default() });
    let lines: Vec<&str> =
        text.lines().filter(|line| line.contains(']') || line.contains("in 1 file") || line.contains("more")).collect();
    assert_eq!(
        lines,
        [
            "warning[missing-restart]: warning 0",
            "error[pg-trust-auth]: the error",
            "... and 5 more findings not shown (2 warnings, 3 infos)",
            "1 error, 3 warnings, 3 infos in 1 file",
        ]
    );
    assert!(
        case.render(Format::Human, RenderOptions { max_findings: 0, ..RenderOptions::default() }).contains("info 2")
    );
}

#[test]
fn every_span_of_a_nasty_text_can_be_shown() {
    let long = "字\t".repeat(40);
    let text = format!("é:\t\r\n\r\u{301}b\u{200d}😀\n\n \x1b[\r\n{long}\u{feff}x\n- a\r- b\n\n\n\n\nend");
    let file = Case::new([("a.yml", "")]).span("a.yml", "").file;
    for start in 0..=text.len() + 1 {
        let mut case = Case::new([("a.yml", text.as_str())]);
        for end in start..=text.len() + 2 {
            case.report(&TRUST, Span::new(file, start, end), "m").label("here");
        }
        let options = RenderOptions { width: 0, max_findings: 0, color: start % 2 == 0, ..RenderOptions::default() };
        let marks = case.render(Format::Human, options).matches("here").count();
        assert_eq!(marks, case.diagnostics.len(), "a mark is missing for a span from {start}");
        for format in [Format::Concise, Format::Json, Format::Sarif, Format::Github] {
            assert!(!case.render(format, options).is_empty());
        }
    }
}

#[test]
fn colour_adds_nothing_but_colour() {
    let case = fixture::project();
    let coloured = case.render(Format::Human, RenderOptions { color: true, ..RenderOptions::default() });
    assert!(coloured.contains("\x1b["));
    assert_eq!(crate::report::sanitize::text(&coloured), case.human());
}

#[test]
fn places_are_links_where_the_terminal_knows_links() {
    let case = fixture::project();
    let linked = case.render(Format::Human, RenderOptions { hyperlinks: true, ..RenderOptions::default() });
    assert!(linked.contains("/db/polytope.yml\x1b\\db/polytope.yml:2:9\x1b]8;;\x1b\\"), "{linked:?}");
    assert!(linked.contains("--> \x1b]8;;file:///"));
    assert_eq!(crate::report::sanitize::text(&linked), case.human());
}
