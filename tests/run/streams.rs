//! The two streams and the terminal: answers here, talk there, and no byte that moves a cursor.

use crate::harness::Project;

const WEB: &str = "modules:
  - id: web
    info: A web server.
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [sh, -c, 'printf \"\\\\033]0;owned\\\\007\\\\033[2J\\\\033[31mred\\\\033[0m\\\\rforged\\\\n\"; sleep 600']
      await: false
      tty: false
";

#[test]
fn answers_are_on_standard_output_and_talk_is_on_standard_error() {
    let project = Project::new("streams", WEB);
    let run = project.pt(&["run", "web", "-d"]).run().succeeds();
    assert_eq!(run.stdout, "", "{run}");
    assert!(run.stderr.contains("ready"), "{run}");
    for command in [["ps", "-o", "json"].as_slice(), &["plan", "web", "-o", "json"], &["render", "web", "-o", "json"]] {
        let ran = project.pt(command).run().succeeds();
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(&ran.stdout);
        assert!(parsed.is_ok(), "{ran}");
        assert_eq!(ran.stderr, "", "{ran}");
    }
    for command in [["ps"].as_slice(), &["plan", "web"], &["check"], &["run", "web", "--dry-run"]] {
        let ran = project.pt(command).run().succeeds();
        assert!(!ran.stdout.is_empty() && ran.stderr.is_empty(), "{ran}");
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    let project = Project::new("dry", WEB);
    project.pt(&["run", "web", "--dry-run"]).run().succeeds().says("+ web");
    assert!(project.labelled().names().is_empty());
}

#[test]
fn quiet_says_errors_alone() {
    let project = Project::new("quiet", WEB);
    let ran = project.pt(&["run", "web", "-d", "-q"]).run().succeeds();
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    let failed = project.pt(&["-q", "-H", "unix:///nonexistent.sock", "ps"]).run().ends_with(3);
    assert!(failed.stderr.starts_with("error: "), "{failed}");
}

#[test]
fn what_is_no_terminal_gets_no_escapes_of_ours() {
    let project = Project::new("plain", WEB);
    for command in [["check"].as_slice(), &["plan", "web"], &["run", "web", "-d"], &["ps"], &["run", "nosuch"]] {
        project.pt(command).run().never_mentions("\u{1b}");
        project.pt(command).env("NO_COLOR", "1").env("TERM", "xterm-256color").run().never_mentions("\u{1b}");
    }
    let colored = project.pt(&["plan", "nosuch", "--color", "always"]).run();
    assert!(colored.stderr.contains("\u{1b}["), "{colored}");
    let forced = project.pt(&["plan", "nosuch"]).env("CLICOLOR_FORCE", "1").run();
    assert!(forced.stderr.contains("\u{1b}["), "{forced}");
    let neither = project.pt(&["plan", "nosuch"]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").run();
    neither.never_mentions("\u{1b}");
}

#[test]
fn what_a_container_writes_is_passed_on_whole_where_there_is_no_terminal() {
    let project = Project::new("raw", WEB);
    project.pt(&["run", "web", "-d"]).run().succeeds();
    let ran = project.pt(&["logs", "web"]).run().succeeds();
    assert_eq!(ran.stdout, "\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[31mred\u{1b}[0m\rforged\n");
}

#[test]
fn what_a_container_writes_cannot_move_the_cursor_of_a_terminal() {
    let project = Project::new("terminal", WEB);
    project.pt(&["run", "web", "-d"]).run().succeeds();
    is_harmless(&project.pt(&["logs", "web"]).on_a_terminal());
}

#[test]
fn what_a_container_writes_as_an_error_cannot_do_so_either() {
    let project = Project::new("terminal-err", &WEB.replace("\\\\n\"; sleep", "\\\\n\" >&2; sleep"));
    project.pt(&["run", "web", "-d"]).run().succeeds();
    is_harmless(&project.pt(&["logs", "web"]).with_errors_on_a_terminal());
}

#[track_caller]
fn is_harmless(shown: &str) {
    assert!(shown.contains("red") && shown.contains("forged"), "{shown:?}");
    for bad in ["\u{1b}]0;", "\u{1b}[2J", "\u{7}", "\rforged"] {
        assert!(!shown.contains(bad), "{bad:?} in {shown:?}");
    }
}

#[test]
fn escapes_in_a_file_do_not_reach_a_terminal() {
    let bad = "modules:\n  - {id: \"we\\e]0;owned\\a\\e[2Jb\", info: \"\\e[2J\", module: polytope/container, \
               args: {image: \"a\\e[31mb\", cmd: [\"\\e[5m\"]}}\n";
    let project = Project::new("hostile", bad);
    for command in [["check"].as_slice(), &["plan"], &["run", "-d"], &["render"], &["explain", "we"]] {
        let ran = project.pt(command).run().never_mentions("\u{1b}");
        ran.never_mentions("\u{7}");
    }
}
