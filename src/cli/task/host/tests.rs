//! The host's functions, called as interpreters call them.

use std::fs;
use std::path::Path;

use clap::Parser;

use super::*;
use crate::cli::arguments::Arguments;
use crate::cli::interrupt::Interrupts;
use crate::cli::planning::PlanFlags;
use crate::cli::project::Located;
use crate::cli::run::Session;
use crate::cli::task::secrecy::Keeper;
use crate::cli::terminal::Terminal;
use crate::compiler::JobCall;
use crate::engine::Execution;
use crate::engine::memory::MemoryEngine;
use crate::expand::{Outputs, TaskKind};
use crate::expr::code::FUNCTIONS;
use crate::lint::Settings;

/// A tool whose program gets a secret and a number.
const TOOL: &str = "tools:
  inner:
    params: [{id: password, type: str}, {id: api-port, type: int}]
    run: [{id: step, code: pt.js 1}]
  stack:
    run: [{id: call, tool: inner, args: {password: 'x-{pt.secret word}', api-port: 8080}}]
";

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    flags: PlanFlags,
}

/// Calls functions one after the other, in a project of its own. An argument that is not known is what the program's
/// password parameter gave.
async fn calls(calls: Vec<(&str, Vec<Datum>)>, prepare: impl Fn(&Path)) -> Vec<Result<Datum, HostError>> {
    called(None, calls, prepare).await
}

/// As [`calls`], with a secret of the project that a service has told.
async fn told(secret: &str, calls: Vec<(&str, Vec<Datum>)>) -> Vec<Result<Datum, HostError>> {
    called(Some(secret), calls, |_| {}).await
}

async fn called(
    secret: Option<&str>,
    calls: Vec<(&str, Vec<Datum>)>,
    prepare: impl Fn(&Path),
) -> Vec<Result<Datum, HostError>> {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().canonicalize().unwrap().join("project");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("polytope.yml"), TOOL).unwrap();
    prepare(&root);
    let global = Arguments::try_parse_from(["pt", "check"]).unwrap().global;
    let terminal = Terminal::new(&global);
    let located = Located::at(root.join("polytope.yml"), &global).unwrap();
    let compiled = Compiled::new(located, vec![JobCall::default()], Settings::default(), &Outputs::new()).unwrap();
    let task = compiled.compilation.program.tasks.values().next().unwrap();
    let TaskKind::Code(code) = &task.kind else { panic!("the task is no program") };
    let (engine, flags) = (MemoryEngine::default(), Flags::try_parse_from(["pt"]).unwrap().flags);
    let interrupts = Interrupts::listen().unwrap();
    let session = Session {
        engine: &engine,
        flags: &flags,
        allow_outside: false,
        trust: true,
        options: Execution::default(),
        interrupts: &interrupts,
        terminal: &terminal,
    };
    let (keeper, up) = (Keeper::default(), std::sync::Mutex::default());
    if let Some(secret) = secret {
        keeper.put("told", crate::store::Secret::from(secret));
    }
    let runner = Runner::new(&session, &keeper, &up);
    let mut desk = Desk::new(&runner, task, code, &compiled).unwrap();
    let mut answers = Vec::new();
    let password = desk.call("param", vec![text("password")]).await.unwrap();
    let filled = |argument: Datum| if argument == Datum::Unknown { password.clone() } else { argument };
    for (function, arguments) in calls {
        answers.push(desk.call(function, arguments.into_iter().map(filled).collect()).await);
    }
    answers
}

fn text(text: &str) -> Datum {
    Datum::Text(text.to_owned())
}

fn words(answer: &Result<Datum, HostError>) -> &str {
    match answer {
        Ok(_) => "it was done",
        Err(error) => &error.message,
    }
}

#[tokio::test]
async fn a_secret_that_was_told_in_the_clear_goes_nowhere_in_the_clear() {
    const CANARY: &str = "canary-5f-told";
    let forms = ["x canary-5f-told y", "Y2FuYXJ5LTVmLXRvbGQ=", "63616e6172792d35662d746f6c64", "canary%2d5f%2Dtold"];
    for form in forms {
        let refused = [
            ("write-json", vec![text("x.json"), Datum::List(vec![text(form)])]),
            ("write-yaml", vec![text("x.yml"), Datum::Map(vec![(form.to_owned(), Datum::Null)])]),
            ("write-file", vec![text("x"), text(form)]),
            ("write-repo-file", vec![text("x"), text(form)]),
            ("output", vec![text(form)]),
            ("set-value", vec![text("a"), text(form)]),
            ("set-project-value", vec![text("a"), text(form)]),
            ("container-exec", vec![text("db"), Datum::List(vec![text(form)])]),
            ("write-container-file", vec![text("db"), text("/x"), text(form)]),
            ("call-module", vec![text("inner"), Datum::Map(vec![("password".to_owned(), text(form))])]),
            ("spawn", vec![Datum::Map(vec![("labels".to_owned(), Datum::List(vec![text(form)]))])]),
        ];
        for answer in told(CANARY, refused.to_vec()).await {
            assert!(words(&answer).contains("secret") && !words(&answer).contains(form), "{form}: {answer:?}");
        }
    }
    let harmless = told(CANARY, vec![("write-file", vec![text("x"), text("nothing of it")])]).await;
    assert_eq!(words(&harmless[0]), "it was done");
}

#[tokio::test]
async fn every_function_that_is_known_is_there() {
    let all: Vec<(&str, Vec<Datum>)> = FUNCTIONS.iter().map(|name| (*name, Vec::new())).collect();
    for (name, answer) in FUNCTIONS.iter().zip(calls(all, |_| {}).await) {
        assert!(!words(&answer).contains("there is no function"), "{name}");
    }
    let unknown = calls(vec![("rm", vec![])], |_| {}).await;
    assert_eq!(words(&unknown[0]), "there is no function `rm`");
}

#[tokio::test]
async fn files_of_the_project_are_read_and_written_and_no_others() {
    let prepare = |root: &Path| {
        fs::write(root.parent().unwrap().join("outside"), "no").unwrap();
        fs::create_dir(root.join(".git")).unwrap();
        fs::write(root.join(".git/config"), "no").unwrap();
        std::os::unix::fs::symlink("../outside", root.join("link")).unwrap();
        std::os::unix::fs::symlink("..", root.join("up")).unwrap();
    };
    let answers = calls(
        vec![
            ("write-yaml", vec![text("a/b.yml"), Datum::List(vec![Datum::Int(1)])]),
            ("read-repo-file", vec![text("/a/b.yml")]),
            ("read-file", vec![text("./a/b.yml")]),
            ("delete-file", vec![text("a/b.yml")]),
            ("read-file", vec![text("a/b.yml")]),
            ("read-file", vec![text("../outside")]),
            ("read-file", vec![text("/etc/passwd")]),
            ("read-file", vec![text("link")]),
            ("read-repo-file", vec![text("up/outside")]),
            ("write-json", vec![text("up/made"), Datum::Null]),
            ("write-json", vec![text(".git/hooks/x"), Datum::Null]),
            ("read-file", vec![text(".git/config")]),
            ("delete-file", vec![text("up/outside")]),
        ],
        prepare,
    )
    .await;
    assert_eq!(answers[1], Ok(text("- 1\n")));
    assert_eq!(answers[1], answers[2]);
    assert!(words(&answers[4]).contains("there is no such file"), "{:?}", answers[4]);
    for refused in &answers[5..] {
        let said = words(refused);
        assert!(said.contains("leads out of the project") || said.contains("belongs to git"), "{said}");
    }
}

#[tokio::test]
async fn parameters_keep_their_types_and_secrets_their_secrecy() {
    let read = calls(vec![("param", vec![text("api-port")]), ("param", vec![text("password")])], |_| {}).await;
    assert_eq!(read[0], Ok(Datum::Int(8080)));
    let Ok(Datum::Text(password)) = &read[1] else { panic!("{read:?}") };
    assert!(password.starts_with("x-") && !password.contains("word"), "{password}");
}

#[tokio::test]
async fn a_secret_leaves_a_program_only_where_it_stays_one() {
    let answers = calls(
        vec![
            ("write-json", vec![text("x.json"), Datum::Unknown]),
            ("write-file", vec![text("x"), Datum::Unknown]),
            ("output", vec![Datum::Unknown]),
            ("set-value", vec![text("a"), Datum::Unknown]),
            ("container-exec", vec![text("db"), Datum::Unknown]),
            ("write-container-file", vec![text("db"), text("/x"), Datum::Unknown]),
            ("fail", vec![text("with"), Datum::Unknown]),
        ],
        |_| {},
    )
    .await;
    for refused in &answers[..6] {
        assert!(words(refused).contains("secret"), "{refused:?}");
    }
    assert_eq!(words(&answers[6]), "with x-<secret:word>");
}

#[tokio::test]
async fn wrong_arguments_are_told_with_the_function() {
    let answers = calls(
        vec![
            ("sleep", vec![text("soon")]),
            ("read-yaml", vec![Datum::Int(1)]),
            ("await-exec-exit", vec![text("exec-9")]),
            ("http-request", vec![text("https://example.com/")]),
            ("http-request", vec![text("http://example.com/")]),
            ("container-exec", vec![text("db"), text("sh -c 'open")]),
            ("value", vec![text("nowhere")]),
        ],
        |_| {},
    )
    .await;
    for (answer, expected) in answers.iter().zip([
        "argument 1 of `sleep` is how long",
        "argument 1 of `read-yaml` is the text to read: expected text, found a number",
        "`exec-9` is nothing that `container-exec` gave",
        "only `http://` leads to services of the project",
        "no service `example.com` of the project is published",
        "a quote in the command is not closed",
        "value `nowhere` is not set",
    ]) {
        assert!(words(answer).contains(expected), "{answer:?}");
    }
}

#[tokio::test]
async fn what_a_program_did_not_make_is_replaced_and_deleted_after_a_yes_only() {
    let prepare = |root: &Path| fs::write(root.join("mine.txt"), "mine").unwrap();
    let answers = calls(
        vec![
            ("write-file", vec![text("mine.txt"), text("its own")]),
            ("delete-file", vec![text("mine.txt")]),
            ("read-file", vec![text("mine.txt")]),
            ("write-file", vec![text("mine.txt"), text("mine")]),
            ("write-file", vec![text("made.txt"), text("one")]),
            ("write-file", vec![text("made.txt"), text("two")]),
            ("delete-file", vec![text("made.txt")]),
            ("delete-file", vec![text("made.txt")]),
            ("set-value", vec![text("port"), text("1")]),
            ("set-value", vec![text("port"), text("2")]),
        ],
        prepare,
    )
    .await;
    assert!(words(&answers[0]).contains("replaces `mine.txt`") && words(&answers[0]).contains("--yes"), "{answers:?}");
    assert!(words(&answers[1]).contains("deletes `mine.txt`"), "{answers:?}");
    assert_eq!(answers[2], Ok(text("mine")));
    for done in &answers[3..] {
        assert_eq!(words(done), "it was done", "{answers:?}");
    }
}
