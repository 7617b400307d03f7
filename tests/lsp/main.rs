//! `pt lsp` as an editor meets it: the built binary, over standard input and output.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod client;
mod questions;

use client::{Client, edited, framed};
use serde_json::{Value, json};

const STACK: &str = "modules:
  - {id: api, module: polytope/container, args: {image: \"busybox:1.36\"}}
templates:
  - {id: stack, run: [api]}
";

/// The rules of errors and warnings, in order; hints are left out.
fn rules(underlined: &[Value]) -> Vec<&str> {
    let grave = underlined.iter().filter(|one| one["severity"].as_u64().unwrap() <= 2);
    grave.map(|one| one["code"].as_str().unwrap()).collect()
}

fn labels(completions: &Value) -> Vec<&str> {
    completions["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect()
}

#[test]
fn it_ends_when_it_is_asked_to_and_when_nobody_is_there_any_more() {
    assert_eq!(Client::start(&[]).stop(), 0);
    assert_eq!(Client::start(&[]).abandon(), 1);
}

#[test]
fn findings_follow_the_text() {
    let mut client = Client::start(&[("polytope.yml", STACK)]);
    client.open("polytope.yml", STACK);
    assert_eq!(rules(&client.underlined("polytope.yml", 1)), Vec::<&str>::new());
    let broken = STACK.replace("run: [api]", "run: [apy]");
    client.change("polytope.yml", 2, &broken);
    let found = client.underlined("polytope.yml", 2);
    let unknown = found.iter().find(|one| one["code"] == "unknown-module").unwrap();
    let start = json!({ "line": 3, "character": 22 });
    assert_eq!(unknown["range"], json!({ "start": start, "end": { "line": 3, "character": 25 } }));
    assert_eq!((&unknown["source"], &unknown["severity"]), (&json!("pt"), &json!(1)));
    assert!(unknown["message"].as_str().unwrap().contains("did you mean `api`?"), "{unknown}");
    let unused = found.iter().find(|one| one["code"] == "unused-module").unwrap();
    assert_eq!(unused["tags"], json!([1]), "shown as unnecessary");
    // One letter, by its place: the server keeps the text.
    let range = json!({ "start": { "line": 3, "character": 24 }, "end": { "line": 3, "character": 25 } });
    let changes = json!([{ "range": range, "text": "i" }]);
    let document = json!({ "uri": client.uri("polytope.yml"), "version": 3 });
    client.tell("textDocument/didChange", &json!({ "textDocument": document, "contentChanges": changes }));
    assert_eq!(rules(&client.underlined("polytope.yml", 3)), Vec::<&str>::new());
    assert_eq!(client.stop(), 0);
}

#[test]
fn columns_are_counted_as_agreed_on() {
    let text = "templates:\n  - {id: s, info: 💾é, run: [nowhere]}\n";
    for (encodings, column) in [(json!(["utf-16"]), 29), (json!(["utf-8", "utf-16"]), 32)] {
        let capabilities = json!({ "general": { "positionEncodings": encodings } });
        let mut client = Client::start_with(&[], &[], &capabilities, &json!({}));
        client.open("polytope.yml", text);
        let found = client.underlined("polytope.yml", 1);
        let unknown = found.iter().find(|one| one["code"] == "unknown-module").unwrap();
        assert_eq!(unknown["range"]["start"]["character"], json!(column), "{encodings}");
    }
}

#[test]
fn only_what_the_schema_cannot_say_is_told_unless_the_editor_asks() {
    let text = "modules:\n  - {id: api, module: nowhere, argss: {}}\n";
    for (options, expected) in [
        (json!({}), vec!["unknown-module"]),
        (json!({ "pt": { "schemaDiagnostics": true } }), vec!["unknown-module", "unknown-field"]),
    ] {
        let mut client = Client::start_with(&[], &[], &json!({}), &options);
        client.open("polytope.yml", text);
        assert_eq!(rules(&client.underlined("polytope.yml", 1)), expected);
    }
}

#[test]
fn settings_are_asked_for_and_may_change() {
    let capabilities = json!({ "workspace": { "configuration": true } });
    let mut client = Client::start_with(&[], &[], &capabilities, &json!({}));
    client.open("polytope.yml", "modules:\n  - {id: api, module: nowhere, argss: {}}\n");
    assert_eq!(rules(&client.underlined("polytope.yml", 1)), ["unknown-module"]);
    let asked = client.wait("a question for settings", |message| message["method"] == "workspace/configuration");
    let answer = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": [{ "schemaDiagnostics": true }] });
    client.send(&framed(&answer));
    assert_eq!(rules(&client.underlined("polytope.yml", 1)), ["unknown-module", "unknown-field"]);
}

#[test]
fn a_broken_module_does_not_blind_the_rest_of_the_file() {
    let marked = "modules:
  - {id: api, module: polytope/container, args: {image: \"busybox:1.36\"}}
  - id: broken
    module: [polytope/container
    args: {}
templates:
  - id: stack
    run:
      - ▮
";
    let text = marked.replace('▮', "");
    let mut client = Client::start(&[]);
    client.open("polytope.yml", &text);
    client.underlined("polytope.yml", 1);
    let completions = client.ask_at("textDocument/completion", "polytope.yml", marked, &json!({})).unwrap();
    assert!(labels(&completions).contains(&"api"), "{completions}");
    assert!(labels(&completions).contains(&"polytope/postgres"), "{completions}");
}

#[test]
fn a_name_is_changed_in_all_files_that_use_it() {
    let included = "modules:\n  - {id: \"api\", module: polytope/container, args: {image: \"busybox:1.36\"}}\n";
    let main = "include: [services/api]\ntemplates:\n  - id: stack\n    run:\n      - api\n      - {module: polytope/postgres, id: db, run-when: {after: a▮pi}}\n";
    let text = main.replace('▮', "");
    let mut client = Client::start(&[("polytope.yml", &text), ("services/api/polytope.yml", included)]);
    client.open("polytope.yml", &text);
    client.underlined("polytope.yml", 1);
    let prepared = client.ask_at("textDocument/prepareRename", "polytope.yml", main, &json!({})).unwrap();
    assert_eq!(prepared["placeholder"], "api");
    let edit = client.ask_at("textDocument/rename", "polytope.yml", main, &json!({ "newName": "web" })).unwrap();
    let files = edit["documentChanges"].as_array().unwrap();
    assert_eq!(files.len(), 2, "{edit}");
    assert_eq!(files.iter().map(|file| file["edits"].as_array().unwrap().len()).sum::<usize>(), 3);
    let inner = files.iter().find(|file| file["textDocument"]["uri"] == json!(client.uri("services/api/polytope.yml")));
    let inside = &inner.unwrap()["edits"][0];
    assert_eq!(inside["range"]["start"]["character"], json!(10), "the quotes stay");
    let taken = client.ask_at("textDocument/rename", "polytope.yml", main, &json!({ "newName": "stack" })).unwrap_err();
    assert_eq!(taken["message"], "there is a `stack` already");
}

#[test]
fn what_cannot_be_read_does_not_end_it() {
    let mut client = Client::start(&[]);
    client.send(b"Content-Length: 9\r\n\r\n{\"oops\": ");
    client.send(b"Content-Length: 2\r\n\r\n\xff\xfe");
    client.tell("textDocument/didOpen", &json!({ "textDocument": 3 }));
    client.tell("no/such/notification", &json!({}));
    assert_eq!(client.ask("no/such/method", &json!({})).unwrap_err()["code"], -32601);
    assert_eq!(client.ask("textDocument/hover", &json!({ "position": "here" })).unwrap_err()["code"], -32602);
    client.open("polytope.yml", STACK);
    assert_eq!(rules(&client.underlined("polytope.yml", 1)), Vec::<&str>::new());
    let far = json!({ "line": 4_000_000, "character": 7 });
    let document = json!({ "uri": client.uri("polytope.yml") });
    let answer = client.ask("textDocument/hover", &json!({ "textDocument": document, "position": far })).unwrap();
    assert_eq!(answer, Value::Null);
    assert_eq!(client.stop(), 0);
}

#[test]
fn a_text_that_was_never_saved_and_a_file_of_no_project_are_left_alone() {
    let mut client = Client::start(&[]);
    for uri in ["untitled:Untitled-1", "file:///nowhere/docker-compose.yml"] {
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": "a: b\n" });
        client.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        let symbols = client.ask("textDocument/documentSymbol", &json!({ "textDocument": { "uri": uri } })).unwrap();
        assert_eq!(symbols, Value::Null);
    }
    assert_eq!(client.stop(), 0);
}

#[test]
fn a_file_that_is_deleted_is_missed_and_closing_clears_what_was_told() {
    let main = "include: [part]\ntemplates:\n  - {id: stack, run: [api]}\n";
    let part = "modules:\n  - {id: api, module: polytope/container, args: {image: \"busybox:1.36\"}}\n";
    let mut client = Client::start(&[("polytope.yml", main), ("part/polytope.yml", part)]);
    client.open("polytope.yml", main);
    assert_eq!(rules(&client.underlined("polytope.yml", 1)), Vec::<&str>::new());
    std::fs::remove_file(client.path("part/polytope.yml")).unwrap();
    let changes = json!({ "changes": [{ "uri": client.uri("part/polytope.yml"), "type": 3 }] });
    client.tell("workspace/didChangeWatchedFiles", &changes);
    assert_eq!(rules(&client.underlined("polytope.yml", 1)), ["include-not-found"]);
    std::fs::remove_file(client.path("polytope.yml")).unwrap();
    let document = json!({ "textDocument": { "uri": client.uri("polytope.yml") } });
    client.tell("textDocument/didClose", &document);
    assert_eq!(client.underlined_closed("polytope.yml"), Vec::<Value>::new());
    assert_eq!(client.stop(), 0);
}

#[test]
fn of_many_changes_that_wait_only_the_newest_is_compiled() {
    const CHANGES: i64 = 1000;
    let mut client = Client::start(&[]);
    client.open("polytope.yml", STACK);
    client.underlined("polytope.yml", 1);
    let mut burst = Vec::new();
    for version in 2..=CHANGES {
        let text = STACK.replace("[api]", &format!("[api-{version}]"));
        let document = json!({ "uri": client.uri("polytope.yml"), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
        let method = "textDocument/didChange";
        burst.extend(framed(&json!({ "jsonrpc": "2.0", "method": method, "params": params })));
    }
    client.send(&burst);
    let found = client.underlined("polytope.yml", CHANGES);
    let newest = format!("`api-{CHANGES}`");
    assert!(found.iter().any(|one| one["message"].as_str().unwrap().contains(&newest)), "{found:?}");
    assert_eq!(client.stop(), 0);
}

#[test]
fn a_request_that_is_cancelled_is_not_worked_on() {
    let mut client = Client::start(&[]);
    client.open("polytope.yml", STACK);
    client.underlined("polytope.yml", 1);
    let document = json!({ "uri": client.uri("polytope.yml") });
    let params = json!({ "textDocument": document });
    let mut burst =
        framed(&json!({ "jsonrpc": "2.0", "id": "a", "method": "textDocument/documentSymbol", "params": params }));
    burst.extend(framed(&json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": "a" } })));
    client.send(&burst);
    let answer = client.wait("an answer", |message| message["id"] == "a");
    // Whether both were there together is the machine's to say; either way there is one answer.
    let cancelled = answer["error"]["code"] == json!(-32800);
    assert!(cancelled || answer["result"].is_array(), "{answer}");
}

#[test]
fn a_secret_is_told_to_be_set_or_missing_and_never_what_it_is() {
    let marked = "modules:
  - id: db
    module: polytope/postgres
    args: {image: \"postgres:16.2\", env: [{name: POSTGRES_PASSWORD, value: pt.secret db-pass▮word}, {name: A, value: pt.secret other}]}
";
    let text = marked.replace('▮', "");
    let canary = "correct-horse-battery";
    let mut client = Client::start_with(&[], &[("PT_SECRET_DB_PASSWORD", canary)], &json!({}), &json!({}));
    client.open("polytope.yml", &text);
    let found = client.underlined("polytope.yml", 1);
    let hover = client.ask_at("textDocument/hover", "polytope.yml", marked, &json!({})).unwrap();
    assert!(hover["contents"]["value"].as_str().unwrap().contains("set in `PT_SECRET_DB_PASSWORD`"), "{hover}");
    let missing = text.replace("pt.secret other", "pt.secret oth▮er");
    let missing = client.ask_at("textDocument/hover", "polytope.yml", &missing, &json!({})).unwrap();
    assert!(missing["contents"]["value"].as_str().unwrap().contains("`pt secrets set other`"), "{missing}");
    let list = text.replace("pt.secret other", "pt.secret ▮other");
    let completions = client.ask_at("textDocument/completion", "polytope.yml", &list, &json!({})).unwrap();
    assert!(labels(&completions).contains(&"db-password"), "{completions}");
    for shown in [&hover, &missing, &completions, &Value::from(found)] {
        assert!(!shown.to_string().contains(canary));
    }
}

#[test]
fn a_finding_can_be_left_alone_with_a_reason() {
    let text = "modules:\n  - {id: api, module: polytope/container, args: {image: busybox}}\ntemplates:\n  - {id: s, run: [api]}\n";
    let mut client = Client::start(&[]);
    client.open("polytope.yml", text);
    let found = client.underlined("polytope.yml", 1);
    let mutable = found.iter().find(|one| one["code"] == "mutable-image").unwrap();
    let document = json!({ "uri": client.uri("polytope.yml") });
    let context = json!({ "diagnostics": [mutable] });
    let params = json!({ "textDocument": document, "range": mutable["range"], "context": context });
    let actions = client.ask("textDocument/codeAction", &params).unwrap();
    let actions = actions.as_array().unwrap();
    let ignore = actions.iter().find(|it| it["title"] == "ignore `mutable-image` here, with a reason").unwrap();
    let changed = edited(text, &client.path("polytope.yml"), &ignore["edit"]);
    assert!(changed.contains("\n  # pt: ignore[mutable-image] TODO: why\n  - {id: api"), "{changed}");
    client.change("polytope.yml", 2, &changed);
    let left = client.underlined("polytope.yml", 2);
    assert!(!rules(&left).contains(&"mutable-image"), "{left:?}");
}

#[test]
fn links_lenses_and_symbols_lead_through_a_project() {
    let main = "include: [part]\ntemplates:\n  - {id: stack, run: [{module: api, args: {x: 1}}]}\n";
    let part = "modules:\n  - id: api\n    module: polytope/container\n    params: [{id: x, type: int}]\n    args:\n      image: \"busybox:1.36\"\n      mounts: [{path: /src, source: {type: host, path: ./src}}]\n";
    let mut client = Client::start(&[("polytope.yml", main), ("part/polytope.yml", part), ("src/a", "")]);
    client.open("polytope.yml", main);
    client.underlined("polytope.yml", 1);
    let document = json!({ "textDocument": { "uri": client.uri("polytope.yml") } });
    let links = client.ask("textDocument/documentLink", &document).unwrap();
    assert_eq!(links[0]["target"], json!(client.uri("part/polytope.yml")));
    let lenses = client.ask("textDocument/codeLens", &document).unwrap();
    assert_eq!(lenses[0]["command"]["command"], "pt.run");
    assert_eq!(lenses[0]["command"]["arguments"], json!(["stack", client.path("polytope.yml")]));
    let found = client.ask("workspace/symbol", &json!({ "query": "AP" })).unwrap();
    assert_eq!(found[0]["name"], "api");
    assert_eq!(found[0]["location"]["uri"], json!(client.uri("part/polytope.yml")));
    let argument = main.replace("{x: 1}", "{x▮: 1}");
    let definition = client.ask_at("textDocument/definition", "polytope.yml", &argument, &json!({})).unwrap();
    assert_eq!(definition["uri"], json!(client.uri("part/polytope.yml")));
    assert_eq!(definition["range"]["start"], json!({ "line": 3, "character": 18 }));
    let inner = json!({ "textDocument": { "uri": client.uri("part/polytope.yml") } });
    let links = client.ask("textDocument/documentLink", &inner).unwrap();
    assert_eq!(links[0]["target"], json!(format!("{}/", client.uri("src"))), "a directory has a slash");
}

#[test]
fn the_settings_of_the_project_count_as_for_check() {
    let text = "modules:\n  - {id: api, module: polytope/container, args: {image: \"busybox:latest\"}}\n";
    for (settings, level) in [("", 1), ("[rules]\nmutable-image = \"warn\"\n", 2)] {
        let mut client = Client::start(&[("pt.toml", settings), ("polytope.yml", text)]);
        client.open("polytope.yml", text);
        let found = client.underlined("polytope.yml", 1);
        let moving = found.iter().find(|one| one["code"] == "mutable-image").unwrap();
        assert_eq!(moving["severity"], json!(level), "{settings}");
    }
}

#[test]
fn a_finding_offers_its_fix() {
    let text = "modules:\n  - {id: db, module: polytope/postgres, args: {image: \"postgres:16.2\", env: [{name: POSTGRES_PASSWORD, value: pt.secret p}]}}\n";
    let mut client = Client::start(&[("polytope.yml", text)]);
    client.open("polytope.yml", text);
    let found = client.underlined("polytope.yml", 1);
    let missing = found.iter().find(|one| one["code"] == "missing-data-volume").unwrap();
    let request = json!({
        "textDocument": { "uri": client.uri("polytope.yml") }, "range": missing["range"], "context": { "diagnostics": [missing] },
    });
    let offered = client.ask("textDocument/codeAction", &request).unwrap();
    let offered = offered.as_array().unwrap();
    let fixes = offered.iter().filter(|action| action["kind"] == "quickfix");
    let mended: Vec<String> = fixes
        .map(|action| edited(text, &client.path("polytope.yml"), &action["edit"]))
        .filter(|mended| mended.contains("data-volume: {type: volume, scope: project, id: postgres-data}"))
        .collect();
    assert_eq!(mended.len(), 1, "{offered:?}");
}
