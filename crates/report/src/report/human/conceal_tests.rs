//! What a finding conceals is masked in every form.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::super::{Format, RenderOptions};
use crate::diagnostic::{Fix, Safety, SuppressedBy};
use crate::report::fixture::{Case, DUPLICATE, LEAK, TRUST};

#[test]
fn a_concealed_place_is_masked_in_every_finding_that_shows_its_line() {
    let mut case = Case::new([("a.yml", "- {name: PASSWORD, value: hunter2, mode: x}\n")]);
    let (secret, mode) = (case.span("a.yml", "hunter2"), case.span("a.yml", "mode"));
    case.report(&LEAK, secret, "`PASSWORD` holds a secret").label("everyone knows it");
    case.report(&DUPLICATE, mode, "`mode` is unknown").also(secret, "behind this");
    insta::assert_snapshot!(case.human(), @"
    error[hardcoded-secret]: `PASSWORD` holds a secret
     --> a.yml:1:27
      |
    1 | - {name: PASSWORD, value: ****, mode: x}
      |                           ^^^^ everyone knows it

    error[duplicate-key]: `mode` is unknown
     --> a.yml:1:36
      |
    1 | - {name: PASSWORD, value: ****, mode: x}
      |                                 ^^^^
     ::: a.yml:1:27
      |
    1 | - {name: PASSWORD, value: ****, mode: x}
      |                           ---- behind this

    2 errors in 1 file
    ");
}

#[test]
fn a_concealed_block_is_masked_line_by_line() {
    let mut case = Case::new([("a.yml", "key: |\n  -----BEGIN\n  MIIEow\n\n  abc=\nnext: x\n")]);
    let secret = case.span("a.yml", "-----BEGIN\n  MIIEow\n\n  abc=\n");
    case.report(&LEAK, secret, "`key` holds a secret");
    insta::assert_snapshot!(case.human(), @"
    error[hardcoded-secret]: `key` holds a secret
     --> a.yml:2:3
      |
    2 | ,->   ****
    3 | |   ****
    4 | |
    5 | `-> ****

    1 error in 1 file
    ");
}

#[test]
fn a_concealed_place_on_a_long_line_is_masked_where_it_is_cut() {
    let secret = "hunter2".repeat(40);
    let text = format!("{}: {secret} # {}\n", "k".repeat(200), "c".repeat(200));
    let mut case = Case::new([("a.yml", text.as_str())]);
    let (place, comment) = (case.span("a.yml", &secret), case.span("a.yml", "ccc"));
    case.report(&LEAK, place, "a secret");
    case.report(&TRUST, comment, "a comment");
    let drawn = case.human();
    assert!(!drawn.contains("hunter2") && drawn.contains("****"), "{drawn}");
}

#[test]
fn no_form_shows_what_a_finding_conceals() {
    let text = "env:\n  - {name: PASSWORD, value: hunter2}\n";
    for format in Format::ALL.iter().copied() {
        let mut case = Case::new([("a.yml", text)]);
        let (secret, name) = (case.span("a.yml", "hunter2"), case.span("a.yml", "PASSWORD"));
        case.report(&LEAK, secret, "`PASSWORD` holds a secret").label("everyone knows it").help("move it");
        case.report(&TRUST, name, "message").also(secret, "other");
        let shown = case.render(format, RenderOptions::default());
        assert!(shown.contains("PASSWORD` holds a secret") && !shown.contains("hunter2"), "{format:?}: {shown}");
    }
}

#[test]
fn no_form_shows_what_a_finding_conceals_that_is_left_alone() {
    let text = "env:\n  - {name: PASSWORD, value: hunter2}\n";
    let shown = |text: &str, format: Format| {
        let secret = if text.contains("hunter2") { "hunter2" } else { "swordfish" };
        let mut case = Case::new([("a.yml", text)]);
        let (secret, name) = (case.span("a.yml", secret), case.span("a.yml", "PASSWORD"));
        case.report(&LEAK, secret, "`PASSWORD` holds a secret");
        case.suppress(SuppressedBy::Comment, Some("for tests"));
        let around = Fix::new(Safety::Safe, "remove it").replace(name, "").replace(secret.slice(7, 7), "");
        case.report(&TRUST, name, "message").also(secret, "other").fix(around);
        case.render(format, RenderOptions::default())
    };
    for format in Format::ALL.iter().copied() {
        let shown_once = shown(text, format);
        assert!(shown_once.contains("message") && !shown_once.contains("hunter2"), "{format:?}: {shown_once}");
        // Neither does a hash of it, by which it could be guessed; `primaryLocationLineHash` is code scanning's own.
        if format == Format::Gitlab {
            let place = |text: &str| text.lines().find(|line| line.contains("fingerprint")).unwrap().to_owned();
            let other = shown(&text.replace("hunter2", "swordfish"), format);
            assert_eq!(place(&shown_once), place(&other));
        }
    }
}
