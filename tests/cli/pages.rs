//! `--help`, the manual pages and the README name the same commands.

use std::collections::BTreeSet;
use std::process::Command;

use crate::{PT, file, run, succeeds};

fn pt(arguments: &[&str]) -> String {
    succeeds(Command::new(PT).args(arguments).env("COLUMNS", "100"))
}

/// The commands that a help page lists: lines of two spaces, a name, and what it does.
fn listed(help: &str) -> BTreeSet<String> {
    let lines =
        help.lines().skip_while(|line| *line != "Check and plan:").take_while(|line| !line.starts_with("Options"));
    let name = |line: &str| Some(line.strip_prefix("  ")?.split_whitespace().next()?.to_owned());
    lines.filter_map(name).collect()
}

fn commands() -> BTreeSet<String> {
    let commands = listed(&pt(&["--help"]));
    assert!(commands.len() > 15, "{commands:?}");
    commands
}

#[test]
fn the_first_page_has_examples_before_commands_before_flags() {
    let help = pt(&["--help"]);
    let place = |text: &str| help.find(text).unwrap_or_else(|| panic!("no `{text}` in\n{help}"));
    assert!(place("Usage: pt") < place("Examples:"));
    assert!(place("Examples:") < place("Check and plan:"));
    assert!(place("Check and plan:") < place("Options of every command:"));
    assert!(place("Options of every command:") < place("Exit codes:"));
    assert_eq!(help, pt(&["-h"]), "one page, however it is asked for");
    let wide: Vec<&str> = help.lines().filter(|line| line.chars().count() > 100).collect();
    assert!(wide.is_empty(), "{wide:?}");
}

#[test]
fn every_page_has_its_examples_before_its_flags() {
    for command in commands() {
        let help = pt(&[&command, "--help"]);
        let flags = help.find("\nOptions:").unwrap_or_else(|| panic!("{help}"));
        if let Some(examples) = help.find("\nExamples:") {
            assert!(examples < flags, "{help}");
        }
        // `secrets` is a topic too, which names the page of the command.
        if command == "secrets" {
            assert!(pt(&["help", "secrets"]).contains("`pt secrets --help`"));
        } else {
            assert_eq!(help.trim_end(), pt(&["help", &command]).trim_end(), "`pt help {command}` is another page");
        }
    }
}

#[test]
fn topics_are_pages_too() {
    for topic in ["exit-codes", "environment", "secrets", "output"] {
        assert!(pt(&["help", topic]).lines().count() > 10, "{topic}");
        assert!(pt(&["--help"]).contains(topic), "{topic}");
    }
    let unknown = run(Command::new(PT).args(["help", "exit-code"]));
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean `exit-codes`?"));
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(Command::new(PT).arg("man").arg(folder.path()));
    let pages: BTreeSet<String> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let first = std::fs::read_to_string(folder.path().join("pt.1")).unwrap();
    assert!(first.contains(".SH \"EXIT STATUS\"") && first.contains(".SH ENVIRONMENT"), "{first}");
    for command in commands() {
        let name = format!("pt-{command}.1");
        assert!(pages.contains(&name), "no page {name}");
        let page = std::fs::read_to_string(folder.path().join(&name)).unwrap();
        assert!(page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"), "{name}: {page}");
        assert!(first.contains(&format!("pt\\-{command}")), "pt.1 does not name {command}");
    }
    assert!(pages.contains("pt-secrets-set.1"), "{pages:?}");
}

#[test]
fn the_readme_names_every_command_and_no_other() {
    let readme = file("README.md");
    let table =
        readme.lines().skip_while(|line| *line != "## Commands").take_while(|line| *line != "## Values and secrets");
    let cells = table.filter_map(|line| line.strip_prefix("| `pt ")?.split(" | ").next());
    let names =
        cells.flat_map(|cell| cell.split("`pt ").map(|call| call.split([' ', '`', ',']).next().unwrap().to_owned()));
    let named: BTreeSet<String> = names.collect();
    assert_eq!(named, commands(), "left: the table of README.md; right: `pt --help`");
}
