//! What is fixed, and what is not.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use super::*;
use crate::compiler::{Project, check_with};
use crate::lint::{Live, LiveImage, Settings};
use crate::source::{Loader, MemoryLoader};

/// The texts after all fixes, and what was done; doing it again changes nothing.
#[track_caller]
fn run(files: &[(&str, &str)], unsafe_too: bool, live: Option<&Live>) -> (Vec<String>, Fixed) {
    let loader = MemoryLoader::new(files.iter().copied());
    let project = Project::default();
    let settings = Settings::default();
    let check = |loader: &dyn Loader| check_with(loader, Path::new("polytope.yml"), &project, &settings, live);
    let task = Task { directory: Path::new(""), unsafe_too, check: &check, wanted: &|_, _| true };
    let mut overlay = Overlay::new(&loader);
    let fixed = fix(&mut overlay, &task).unwrap();
    let texts = |overlay: &Overlay<'_>| -> Vec<String> {
        files.iter().map(|(path, _)| overlay.read(Path::new(path)).unwrap()).collect()
    };
    let first = texts(&overlay);
    let again = fix(&mut overlay, &task).unwrap();
    assert_eq!(again.made, [], "a second time");
    assert_eq!(texts(&overlay), first, "a second time");
    (first, fixed)
}

#[track_caller]
fn safe(text: &str) -> String {
    run(&[("polytope.yml", text)], false, None).0.remove(0)
}

#[track_caller]
fn everything(text: &str) -> String {
    run(&[("polytope.yml", text)], true, None).0.remove(0)
}

fn container(args: &str) -> String {
    format!(
        "modules:\n  - id: app\n    module: polytope/container\n    params: [{{id: x, type: str}}]\n    args:\n      image: busybox:1.36\n{args}"
    )
}

#[test]
fn old_spellings_and_doubtful_scalars_are_written_without_doubt() {
    let before = container(
        "      env:\n        - {name: A, value: \"#pt-param x\"} # one\n        - name: B\n          value: 1.10\n",
    );
    let after = container(
        "      env:\n        - {name: A, value: pt.param x} # one\n        - name: B\n          value: \"1.10\"\n",
    );
    assert_eq!(safe(&before), after);
}

#[test]
fn line_breaks_and_a_last_line_without_one_stay() {
    let before = container("      env: [{name: A, value: \"#pt-param x\"}]").replace('\n', "\r\n");
    let after = container("      env: [{name: A, value: pt.param x}]").replace('\n', "\r\n");
    assert_eq!(safe(&before), after);
}

#[test]
fn numbers_in_quotes_lose_them_where_a_number_is_asked_for() {
    let before = container("      env: [{name: A, value: pt.param x}]\n      scaling: \"2\"\n");
    assert_eq!(safe(&before), before.replace("\"2\"", "2"));
}

#[test]
fn variables_of_other_tools_become_names_and_values() {
    let before = container(
        "      env:\n        - LEVEL: debug # a\n        - MODE=fast\n        - {X: \"y\"}\n        - {name: Z, value: pt.param x}\n",
    );
    let after = container(
        "      env:\n        - {name: LEVEL, value: debug} # a\n        - {name: MODE, value: \"fast\"}\n        - {name: X, value: \"y\"}\n        - {name: Z, value: pt.param x}\n",
    );
    assert_eq!(safe(&before), after);
}

const TRUST: &str = "modules:
  - id: db # ours
    module: polytope/container
    args:
      image: postgres:16.2
      services: [{id: db, ports: [5432]}]
      env:
        # nobody
        - name: POSTGRES_HOST_AUTH_METHOD # asks
          value: trust
      mounts:
        - {path: /var/lib/postgresql/data, source: {type: volume, id: data}}
";

#[test]
fn trust_becomes_a_password_of_the_store() {
    let (texts, fixed) = run(&[("polytope.yml", TRUST)], true, None);
    let expected = TRUST
        .replace("POSTGRES_HOST_AUTH_METHOD", "POSTGRES_PASSWORD")
        .replace("value: trust", "value: pt.secret db-password")
        .replace("id: data}", "id: data, scope: project}");
    assert_eq!(texts[0], format!("{expected}      restart: {{policy: on-failure}}\n"));
    let commands: Vec<&str> = fixed.made.iter().filter_map(|made| made.then.as_deref()).collect();
    assert_eq!(commands, ["pt secrets generate db-password"]);
}

#[test]
fn trust_beside_a_password_goes_and_its_comments_stay() {
    let text = TRUST.replace("      env:\n", "      env:\n        - {name: POSTGRES_PASSWORD, value: pt.secret p}\n");
    let expected = "        # nobody\n        # asks\n      mounts";
    assert!(everything(&text).contains(expected), "{}", everything(&text));
}

#[test]
fn only_the_data_of_a_server_get_a_scope_without_a_question() {
    assert!(safe(TRUST).contains("{type: volume, id: data, scope: project}"));
    let cache = container(
        "      env: [{name: A, value: pt.param x}]\n      mounts: [{path: /c, source: {type: volume, id: c}}]\n",
    );
    assert_eq!(safe(&cache), cache);
}

#[test]
fn a_server_gets_a_volume_and_a_password() {
    let text = "modules: [{id: db, module: polytope/postgres, args: {image: \"postgres:16.2\"}}]\n";
    let after = everything(text);
    assert!(after.contains("env: [{name: POSTGRES_PASSWORD, value: pt.secret "), "{after}");
    assert!(after.contains("data-volume: {type: volume, scope: project, id: "), "{after}");
    let bare =
        everything("modules:\n  - id: db\n    module: polytope/postgres\n    args:\n      image: postgres:16.2\n");
    assert!(bare.contains("      env:\n        - {name: POSTGRES_PASSWORD, value: pt.secret "), "{bare}");
}

#[test]
fn secrets_move_to_the_store_and_are_said_nowhere() {
    let text = container(
        "      env:\n        - {name: X, value: pt.param x}\n        - {name: API_KEY, value: hunter2-hunter2}\n        - {name: DB, value: postgres://a:hunter2@db:5432/b}\n",
    );
    let (texts, fixed) = run(&[("polytope.yml", &text)], true, None);
    assert!(texts[0].contains("value: pt.secret api-key}"), "{}", texts[0]);
    assert!(texts[0].contains("value: 'postgres://a:{pt.secret db-password | url}@db:5432/b'}"), "{}", texts[0]);
    let titles: Vec<&str> = fixed.made.iter().map(|made| made.title.as_str()).collect();
    let said = format!("{titles:?} {:?}", fixed.left_out.iter().map(|it| &it.reason).collect::<Vec<_>>());
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn two_secrets_do_not_become_one() {
    let module = |id: &str, key: &str| {
        format!(
            "  - {{id: {id}, module: polytope/container, args: {{image: \"busybox:1.36\", env: [{{name: API_KEY, value: {key}}}]}}}}\n"
        )
    };
    let text = format!("modules:\n{}{}", module("a", "first-secret"), module("b", "second-secret"));
    let (texts, fixed) = run(&[("polytope.yml", &text)], true, None);
    assert!(texts[0].contains("value: pt.secret api-key") && texts[0].contains("second-secret"), "{}", texts[0]);
    assert_eq!(fixed.left_out.len(), 1);
    assert!(fixed.left_out[0].reason.starts_with("there is a secret `api-key` already"), "{:?}", fixed.left_out);
}

#[test]
fn slips_of_the_finger_are_corrected_when_asked_for() {
    let text = container("      env: [{name: A, value: pt.param y}]\n      restart: {policy: allways}\n");
    let text = text.replace("id: x,", "id: level,").replace("pt.param y", "pt.param levle");
    let (texts, fixed) = run(&[("polytope.yml", &text)], false, None);
    assert_eq!((texts[0].as_str(), fixed.unsafe_left > 0), (text.as_str(), true));
    let after = everything(&text);
    assert!(after.contains("pt.param level}") && after.contains("restart: {policy: always}"), "{after}");
    let module = "modules: [{id: a, module: polytope/contaner, args: {image: \"busybox:1.36\"}}]\n";
    assert_eq!(everything(module), module.replace("contaner", "container"));
}

#[test]
fn a_script_with_windows_lines_is_mended_itself() {
    let files = [
        (
            "polytope.yml",
            "modules:\n  - id: db\n    module: polytope/postgres\n    args:\n      image: postgres:16.2\n      scripts: [{type: host, path: init.sh}]\n",
        ),
        ("init.sh", "#!/bin/sh\r\ntrue\r\n"),
    ];
    assert_eq!(run(&files, false, None).0[1], "#!/bin/sh\ntrue\n");
}

#[test]
fn what_a_caller_passes_is_not_offered_to_be_removed() {
    // The parameter is never read, but a call gives it.
    let text = "modules:
  - id: base
    module: polytope/container
    params: [{id: x, type: [maybe, str]}, {id: y, type: [maybe, str]}]
    args: {image: \"busybox:1.36\", env: [{name: Y, value: pt.param y}]}
templates:
  - {id: stack, run: [{module: base, args: {x: a, y: b}}]}
";
    let (texts, fixed) = run(&[("polytope.yml", text)], true, None);
    assert_eq!(texts[0], text);
    assert_eq!((fixed.made.len(), fixed.left_out.len()), (0, 0));
}

#[test]
fn images_are_pinned_to_what_the_engine_has() {
    let digest = format!("sha256:{}", "0".repeat(64));
    let image = |digest: &str| LiveImage { digest: Some(digest.to_owned()) };
    let images = [("busybox:1.36", &digest), ("redis", &digest)].map(|(name, it)| (name.to_owned(), image(it)));
    let live = Live { images: images.into(), ..Live::default() };
    let text = "modules:\n  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\"}}\n  - id: b\n    module: polytope/container\n    args: {image: redis}\n";
    let (texts, _) = run(&[("polytope.yml", text)], true, Some(&live));
    assert!(texts[0].contains(&format!("busybox:1.36@{digest}")), "{}", texts[0]);
    assert!(texts[0].contains(&format!("redis@{digest}")), "{}", texts[0]);
    assert_eq!(run(&[("polytope.yml", text)], false, Some(&live)).0[0], text);
}

#[test]
fn what_was_included_from_elsewhere_is_not_touched() {
    let files = [
        ("polytope.yml", "include: [../other]\nmodules: []\n"),
        (
            "../other/polytope.yml",
            "modules:\n  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\", scaling: \"2\"}}\n",
        ),
    ];
    let (texts, _) = run(&files, true, None);
    assert_eq!(texts, files.map(|(_, text)| text.to_owned()));
}

#[test]
fn tabs_become_the_spaces_that_they_can_only_mean() {
    let spaces = container("      env:\n        - {name: X, value: pt.param x} # one\n        - name: Y\n          value: |\n            a: {\n").replace("\n  - id", "\n  # all\n  - id");
    let tabs = |text: &str, width: usize| {
        let line = |line: &str| {
            let deep = line.len() - line.trim_start().len();
            format!("{}{}{}\n", "\t".repeat(deep / width), " ".repeat(deep % width), line.trim_start())
        };
        text.lines().map(line).collect::<String>()
    };
    let plain = spaces.replace("        - name: Y\n          value: |\n            a: {\n", "");
    for width in [2, 4] {
        assert_eq!(safe(&tabs(&plain, width)), plain, "{width}");
    }
    // A tab is wider than the spaces that line keys up with the one behind a dash.
    let aligned = "modules:\n\t- id: a\n\t  module: polytope/container\n\t  args:\n\t\timage: busybox:1.36\n";
    let columns = "modules:\n    - id: a\n      module: polytope/container\n      args:\n        image: busybox:1.36\n";
    assert_eq!(safe(aligned), columns);
    // What could not be seen before is no reason to leave it so.
    let doubled = aligned.replace("\t\timage", "\t\timage: busybox:1.35\n\t\timage");
    assert_eq!(safe(&doubled), columns.replace("image:", "image: busybox:1.35\n        image:"));
    assert_eq!(everything(&doubled), columns);
    // One line among others, deeper than any usual width.
    let one = spaces.replace("      image:", "\timage:");
    assert_eq!(safe(&one), spaces);
    let crlf = one.replace('\n', "\r\n");
    assert_eq!(safe(&crlf), spaces.replace('\n', "\r\n"));
}

#[test]
fn tabs_that_may_mean_several_things_stay() {
    let doubtful = "modules:\n  - id: a\n    module: polytope/container\n    args:\n\timage: busybox:1.36\n";
    assert_eq!(safe(doubtful), doubtful, "beside `args` or in it");
    let script = container("      cmd: |\n\t\tif a\n\t\t\tb\n");
    assert_eq!(safe(&script), script, "how much deeper the last line is");
    let script = container("\tscaling: 1\n      cmd: |\n        if a\n        \tb\n");
    assert_eq!(safe(&script), script.replace("\tscaling", "      scaling"), "that of the text is text");
    let broken = container("\tcmd: a\n      env: {\n");
    assert_eq!(safe(&broken), broken, "it could not be read then either");
}

#[test]
fn of_two_equal_keys_the_one_that_does_not_count_goes() {
    let args = |before: &str| container(&format!("{before}      env: [{{name: X, value: pt.param x}}]\n"));
    let before = args("      scaling: 1 # a few\n      # more\n      scaling: 2 # many\n");
    assert_eq!(safe(&before), before);
    assert_eq!(everything(&before), args("      # a few\n      # more\n      scaling: 2 # many\n"));
    let lines = args(
        "      mounts:\n        # of the host\n        - {path: /a, source: {type: host, path: a}}\n\n      mounts: []\n",
    );
    assert_eq!(everything(&lines), args("      # of the host\n\n      mounts: []\n"));
    let flow = args("      restart: {policy: always, policy: on-failure}\n");
    assert_eq!(everything(&flow), args("      restart: {policy: on-failure}\n"));
    let dash = args("").replace("  - id: app\n", "  - id: db\n    id: app\n");
    assert_eq!(everything(&dash), args(""));
    let thrice = args("      scaling: 1\n      scaling: 3\n      scaling: 2\n");
    assert_eq!(everything(&thrice), args("      scaling: 2\n"));
}

#[test]
fn equal_keys_of_what_may_be_two_items_stay() {
    let text = "modules:
  - id: a
    module: polytope/container
    args: {image: \"busybox:1.36\"}
    id: b
    module: polytope/container
    args: {image: \"busybox:1.35\"}
";
    assert_eq!(everything(text), text);
    let named = "modules:
  - id: a
    module: &which polytope/container
    module: polytope/container
    args: {image: \"busybox:1.36\"}
  - {id: b, module: *which, args: {image: \"busybox:1.36\"}}
";
    let (texts, fixed) = run(&[("polytope.yml", named)], true, None);
    assert_eq!((texts[0].as_str(), fixed.left_out.len()), (named, 1), "the first is named elsewhere");
}

/// A stack whose `api` needs its `db`.
fn racing(run: &str) -> String {
    format!(
        "modules:
  - id: db
    module: polytope/postgres
    args:
      image: postgres:16.2
      service-id: db
      env: [{{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}}]
      restart: {{policy: on-failure}}
      data-volume: {{type: volume, scope: project, id: db-data}}
  - id: api
    module: polytope/container
    args: {{image: \"busybox:1.36\", env: [{{name: DB_URL, value: \"postgres://app@db:5432/app\"}}]}}
{run}"
    )
}

#[test]
fn a_step_is_made_to_wait_for_the_server_that_it_needs() {
    let awaited = |run: &str| racing(run).replace("id: db-data}\n", "id: db-data}\n      await: false\n");
    for (before, after) in [
        (
            "templates:\n  - {id: stack, run: [db, api]} # all\n",
            "templates:\n  - {id: stack, run: [db, {module: api, run-when: {after: db}}]} # all\n",
        ),
        (
            "tools:\n  stack:\n    run:\n      - api # first\n      - module: db\n        id: data\n",
            "tools:\n  stack:\n    run:\n      - {module: api, run-when: {after: data}} # first\n      - module: db\n        id: data\n",
        ),
        (
            "templates:\n  - id: stack\n    run:\n      - module: db\n      - module: api # it\n",
            "templates:\n  - id: stack\n    run:\n      - module: db\n      - module: api # it\n        run-when: {after: db}\n",
        ),
    ] {
        assert_eq!(everything(&racing(before)), awaited(after));
        assert_eq!(safe(&racing(before)), racing(before));
    }
}

#[test]
fn no_step_is_made_to_wait_where_it_is_not_clear_for_which() {
    for run in [
        "templates:\n  - {id: stack, run: [db, api]}\n  - {id: other, run: [db, api]}\n",
        "templates:\n  - {id: stack, run: [{module: db, run-when: {after: api}}, api]}\n",
        "templates:\n  - {id: stack, run: [db, rest]}\n  - {id: rest, run: [api]}\n",
    ] {
        assert_eq!(everything(&racing(run)), racing(run));
    }
}

#[test]
fn one_text_in_two_places_is_one_secret_and_comes_along() {
    let text = "modules:
  - id: api
    module: polytope/container
    args:
      image: busybox:1.36
      env: [{name: DB_PASSWORD, value: \"hunt'er2\"}, {name: ADMIN_PASSWORD, value: hunt'er2}, DB_TOKEN=other]
templates:
  - {id: stack, run: [api]}
";
    let (texts, fixed) = run(&[("polytope.yml", text)], true, None);
    assert_eq!(texts[0].matches("pt.secret db-password").count(), 2, "{}", texts[0]);
    assert!(texts[0].contains("{name: DB_TOKEN, value: pt.secret db-token}"), "{}", texts[0]);
    let moved = fixed.made.iter().filter_map(|made| made.moved.as_ref());
    let moved: Vec<_> = moved.map(|moved| (moved.name.as_str(), moved.content())).collect();
    assert_eq!(moved, [("db-password", "hunt'er2"), ("db-password", "hunt'er2"), ("db-token", "other")]);
    assert!(!format!("{:?}", fixed.made).contains("hunt'er2"), "nothing prints it");
}

#[test]
fn a_comment_that_suppresses_nothing_goes_and_all_others_stay() {
    let text = "modules:
  - id: api # pt: ignore[mutable-image, env-not-string] because
    module: polytope/container # pt: ignore[port-conflict] unused
    args:
      image: busybox:latest
      # pt: ignore[hardcoded-secret] nothing here
      # keep me
      cmd: sleep 1
templates:
  - {id: stack, run: [api]}
";
    let (texts, fixed) = run(&[("polytope.yml", text)], false, None);
    assert_eq!((fixed.made.len(), fixed.left_out.len()), (3, 0));
    assert!(texts[0].contains("# pt: ignore[mutable-image] because") && texts[0].contains("# keep me"), "{}", texts[0]);
    assert!(!texts[0].contains("port-conflict") && !texts[0].contains("hardcoded"), "{}", texts[0]);
}
