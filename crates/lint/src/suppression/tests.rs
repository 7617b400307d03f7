//! Comments in whole files, through the compiler.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use crate::compiler::{Compilation, JobCall, Project, check, compile};
use crate::diagnostic::Level;
use crate::lint::{IgnoredFiles, Settings};
use crate::rules;
use crate::source::MemoryLoader;

fn checked(files: &[(&str, &str)], settings: &Settings) -> Compilation {
    let files = files.iter().map(|(path, text)| (*path, *text));
    check(&MemoryLoader::new(files), Path::new("polytope.yml"), &Project::default(), settings).unwrap()
}

/// Errors and warnings, each with its line.
fn told(compiled: &Compilation) -> String {
    let shown = compiled.diagnostics.iter().filter(|finding| finding.level > Level::Info);
    let line = |finding: &crate::diagnostic::Diagnostic| {
        let at = compiled.sources.position(finding.primary.span);
        format!("{} {} at {}:{}: {}\n", finding.level, finding.rule.name, at.line, at.column, finding.message)
    };
    shown.map(line).collect()
}

/// The rules of what is suppressed, with the reasons.
fn suppressed(compiled: &Compilation) -> Vec<String> {
    let shown = compiled.suppressed.iter();
    shown.map(|it| format!("{}: {}", it.diagnostic.rule.name, it.reason.as_deref().unwrap_or("-"))).collect()
}

fn one(text: &str) -> Compilation {
    checked(&[("polytope.yml", text)], &Settings::default())
}

#[test]
fn a_comment_covers_its_line_or_the_next() {
    for text in [
        "modules:\n  - id: a\n    module: polytope/container\n    args:\n      image: busybox  # pt: ignore[mutable-image] why\n",
        "modules:\n  - id: a\n    module: polytope/container\n    args:\n      # pt: ignore[PT205] why\n      # more words\n      image: busybox\n",
    ] {
        let compiled = one(text);
        assert_eq!(told(&compiled), "", "{text}");
        assert!(suppressed(&compiled).contains(&"mutable-image: why".to_owned()), "{text}");
    }
}

#[test]
fn a_comment_at_a_name_covers_all_of_it_and_what_is_absent() {
    let text = "modules:
  - id: db  # pt: ignore[pg-trust-auth, missing-data-volume] a test server
    module: polytope/postgres
    args:
      image: postgres:16.2
      env: [{name: POSTGRES_HOST_AUTH_METHOD, value: trust}]
  - id: other
    module: polytope/postgres
    args:
      image: postgres:16.2
      env: [{name: POSTGRES_HOST_AUTH_METHOD, value: trust}]
      data-volume: {type: volume, scope: project, id: data}
";
    let compiled = one(text);
    insta::assert_snapshot!(told(&compiled), @"error pg-trust-auth at 11:54: `postgres` lets everyone in without a password");
    assert_eq!(suppressed(&compiled), ["missing-data-volume: a test server", "pg-trust-auth: a test server"]);
    let above = text.replace(
        "  - id: db  # pt: ignore[pg-trust-auth, missing-data-volume] a test server",
        "  # pt: ignore[pg-trust-auth, missing-data-volume] a test server\n  - id: db",
    );
    assert_eq!(suppressed(&one(&above)).len(), 2);
}

#[test]
fn a_comment_at_a_tool_covers_its_steps() {
    let text = "tools:
  # pt: ignore[unknown-step] it comes with the next release
  stack:
    run:
      - {module: a, run-when: {after: b}}
modules:
  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\"}}
";
    assert_eq!(told(&one(text)), "");
}

#[test]
fn block_text_belongs_to_the_line_that_begins_it() {
    let text = "modules:
  - id: a
    module: polytope/container
    args:
      image: busybox:1.36
      # pt: ignore[bad-command] to be written
      cmd: |
        echo 'hi
";
    assert_eq!(told(&one(text)), "");
}

#[test]
fn text_in_a_value_never_suppresses() {
    let text = "modules:
  - id: a
    module: polytope/container
    args:
      image: busybox
      cmd: |
        # pt: ignore-file[mutable-image] not a comment
        # pt: ignore[mutable-image] not a comment
        true
";
    let compiled = one(text);
    assert!(told(&compiled).contains("mutable-image"), "{}", told(&compiled));
    assert!(suppressed(&compiled).is_empty());
}

#[test]
fn a_whole_file_is_covered_from_its_top_only() {
    let body = "modules:\n  - {id: a, module: polytope/container, args: {image: busybox}}\n";
    let compiled = one(&format!("# ours\n# pt: ignore-file[mutable-image] all are mirrored\n\n{body}"));
    assert_eq!(told(&compiled), "");
    insta::assert_snapshot!(told(&one(&format!("{body}# pt: ignore-file[mutable-image] too late\n"))), @"
    error mutable-image at 2:55: the image `busybox` has no tag, which means `latest`
    warning invalid-suppression at 3:1: `ignore-file` stands only before the first line that is no comment
    ");
}

#[test]
fn faulty_comments_are_told() {
    let line = |comment: &str| {
        told(&one(&format!(
            "modules:\n  - {{id: a, module: polytope/container, args: {{image: busybox}}}}  # {comment}\n"
        )))
    };
    insta::assert_snapshot!(line("pt: ignore[mutable-image]"), @"warning suppression-without-reason at 2:66: this suppression gives no reason");
    insta::assert_snapshot!(line("pt: ignore[mutable-image, start-race, eol-image] why"), @"warning unused-suppression at 2:94: `start-race`, `eol-image` find nothing here");
    insta::assert_snapshot!(line("pt: ignore[mutabel-image] why"), @"
    error mutable-image at 2:55: the image `busybox` has no tag, which means `latest`
    warning invalid-suppression at 2:79: there is no rule `mutabel-image`
    ");
    insta::assert_snapshot!(line("pt: ignore[yaml-syntax, mutable-image] why"), @"warning invalid-suppression at 2:79: `yaml-syntax` cannot be suppressed");
}

#[test]
fn what_cannot_be_read_cannot_be_suppressed() {
    let compiled = one("# pt: ignore-file[yaml-syntax, PT101] why\nmodules: [\n");
    assert!(told(&compiled).contains("error yaml-syntax"), "{}", told(&compiled));
}

#[test]
fn an_ended_suppression_suppresses_nothing() {
    let text = "modules:\n  - {id: a, module: polytope/container, args: {image: busybox}}  # pt: ignore[mutable-image] why until 2027-01-31\n";
    let on = |day: &str| {
        told(&checked(
            &[("polytope.yml", text)],
            &Settings { today: Some(day.parse().unwrap()), ..Settings::default() },
        ))
    };
    assert_eq!(on("2027-01-31"), "");
    insta::assert_snapshot!(on("2027-02-01"), @"
    error mutable-image at 2:55: the image `busybox` has no tag, which means `latest`
    warning suppression-without-reason at 2:104: this suppression ended on 2027-01-31
    ");
}

#[test]
fn included_files_have_comments_of_their_own() {
    let files = [
        ("polytope.yml", "include: [parts]\nmodules: []\n"),
        (
            "parts/polytope.yml",
            "modules:\n  - id: a  # pt: ignore[mutable-image] why\n    module: polytope/container\n    args: {image: busybox}\n",
        ),
        ("x.edn", ""),
    ];
    assert_eq!(suppressed(&checked(&files, &Settings::default())), ["mutable-image: why"]);
}

#[test]
fn edn_comments_begin_with_a_semicolon() {
    let text = "{:modules [{:id \"a\" ; pt: ignore[mutable-image] why\n :module \"polytope/container\" :args {:image \"busybox\"}}]}\n";
    let loader = MemoryLoader::new([("polytope.edn", text)]);
    let compiled = check(&loader, Path::new("polytope.edn"), &Project::default(), &Settings::default()).unwrap();
    assert_eq!((told(&compiled).as_str(), suppressed(&compiled).len()), ("", 1));
}

#[test]
fn jobs_obey_comments_and_judge_none() {
    let text = "modules:\n  - {id: a, module: polytope/container, args: {image: busybox}}  # pt: ignore[mutable-image, start-race]\n";
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    let job = JobCall { name: "a".to_owned(), ..JobCall::default() };
    let compiled = compile(&loader, Path::new("polytope.yml"), &[job], &Project::default(), &Settings::default())
        .unwrap()
        .unwrap();
    assert_eq!(told(&compiled), "");
    assert_eq!(suppressed(&compiled), ["mutable-image: -"]);
}

#[test]
fn what_is_denied_is_not_suppressed() {
    let denied: Vec<_> = rules::ALL.iter().copied().filter(|rule| rule.name == "mutable-image").collect();
    let text = "# pt: ignore-file[mutable-image, locked-setting] why\nmodules:\n  - {id: a, module: polytope/container, args: {image: busybox}}\n";
    let compiled = checked(&[("polytope.yml", text)], &Settings { denied, ..Settings::default() });
    insta::assert_snapshot!(told(&compiled), @"
    warning locked-setting at 1:19: `mutable-image` is held by `--locked`
    warning invalid-suppression at 1:34: `locked-setting` cannot be suppressed
    error mutable-image at 3:55: the image `busybox` has no tag, which means `latest`
    ");
}

#[test]
fn settings_leave_files_alone() {
    let all = rules::ALL.iter().copied().filter(|rule| rule.name == "mutable-image").collect();
    let settings = Settings {
        ignored_files: vec![IgnoredFiles::new("polytope.yml", Path::new(""), all).unwrap()],
        ..Settings::default()
    };
    let text = "modules:\n  - {id: a, module: polytope/container, args: {image: busybox}}\n";
    let compiled = checked(&[("polytope.yml", text)], &settings);
    assert_eq!((told(&compiled).as_str(), suppressed(&compiled).len()), ("", 1));
}

#[test]
fn the_fix_of_an_unused_one_leaves_no_trace() {
    let fixed = |text: &str| {
        let compiled = one(text);
        let fix = compiled.diagnostics.iter().find_map(|finding| finding.fix.clone()).unwrap();
        let mut text = text.to_owned();
        for edit in fix.edits.iter().rev() {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        text
    };
    let module = "modules:\n  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\"}}\n";
    assert_eq!(fixed(&module.replace("}}\n", "}}  # pt: ignore[start-race] why\n")), module);
    assert_eq!(fixed(&module.replace("  - {", "  # pt: ignore[start-race] why\n  - {")), module);
    let used = module.replace(":1.36", "").replace("}}\n", "}} # pt: ignore[start-race, mutable-image] why\n");
    assert_eq!(fixed(&used), used.replace("start-race, ", ""));
}

#[test]
fn of_many_comments_about_one_line_all_are_used_and_the_last_one_that_counts_speaks() {
    let many: String = (0..50).map(|number| format!("# pt: ignore-file[mutable-image] whole {number}\n")).collect();
    let head = "modules:\n  - id: a  # pt: ignore[mutable-image] block\n    module: polytope/container\n    args:\n";
    let ended = "      # pt: ignore[mutable-image] ended until 2020-01-01\n";
    let text = format!("{many}{head}      # pt: ignore[mutable-image] line\n{ended}      image: busybox\n");
    let settings = Settings { today: "2026-01-01".parse().ok(), ..Settings::default() };
    let compiled = checked(&[("polytope.yml", &text)], &settings);
    assert!(suppressed(&compiled).contains(&"mutable-image: line".to_owned()), "{:?}", suppressed(&compiled));
    assert_eq!(told(&compiled), "warning suppression-without-reason at 56:47: this suppression ended on 2020-01-01\n");
}
