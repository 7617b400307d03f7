//! Additions to files of every form: the bytes that come out.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn include(text: &str) -> String {
    once(text, &Addition::Include("services/api".to_owned()))
}

fn call(text: &str) -> String {
    once(text, &Addition::Call { tool: "stack".to_owned(), call: "api".to_owned() })
}

/// The text with the addition, which a second time changes nothing.
#[track_caller]
fn once(text: &str, addition: &Addition) -> String {
    let new = add(text, addition).unwrap().unwrap();
    assert_eq!(add(&new, addition), Ok(None), "{new}");
    new
}

#[test]
fn a_list_grows_by_a_line_that_looks_like_the_others() {
    let text = "# mine\ninclude:\n    - \"a\" # first\n    # the second\n    - b   \n\ntools: {}\n";
    assert_eq!(include(text), text.replace("- b   \n", "- b   \n    - services/api\n"));
    assert_eq!(include("include:\n- a\n"), "include:\n- a\n- services/api\n");
    assert_eq!(include("include:\n  - path: a\ntools: {}\n"), "include:\n  - path: a\n  - services/api\ntools: {}\n");
    assert_eq!(include("include:\n  - {path: a}"), "include:\n  - {path: a}\n  - services/api");
}

#[test]
fn line_breaks_and_a_byte_order_mark_stay_what_they_are() {
    assert_eq!(include("include:\r\n  - a\r\ntools: {}\r\n"), "include:\r\n  - a\r\n  - services/api\r\ntools: {}\r\n");
    assert_eq!(include("\u{feff}include:\n  - a\n"), "\u{feff}include:\n  - a\n  - services/api\n");
}

#[test]
fn a_list_in_brackets_grows_inside_of_them() {
    assert_eq!(include("include: [a, b] # c\n"), "include: [a, b, \"services/api\"] # c\n");
    assert_eq!(include("include: []\n"), "include: [\"services/api\"]\n");
    assert_eq!(include("include: [ # none\n]\n"), "include: [\"services/api\" # none\n]\n");
    assert_eq!(
        include("include: [\n  a, # one\n  {path: b},\n]\n"),
        "include: [\n  a, # one\n  {path: b}, \"services/api\",\n]\n"
    );
    assert_eq!(
        include("{\"include\": [\"a\"], \"tools\": {}}"),
        "{\"include\": [\"a\", \"services/api\"], \"tools\": {}}"
    );
    assert_eq!(include("{\"tools\": {}}\n"), "{\"tools\": {}, \"include\": [\"services/api\"]}\n");
}

#[test]
fn a_key_without_a_value_gets_one() {
    assert_eq!(include("include:\ntools: {}\n"), "include:\n  - services/api\ntools: {}\n");
    assert_eq!(include("include: # ours\n"), "include: # ours\n  - services/api\n");
    assert_eq!(include("include: ~ # ours\n"), "include: # ours\n  - services/api\n");
    assert_eq!(include("include: null"), "include:\n  - services/api");
}

#[test]
fn a_file_without_includes_gets_them_before_everything_else() {
    assert_eq!(include("tools: {}\n"), "include:\n  - services/api\n\ntools: {}\n");
    assert_eq!(include("# a header\ntools: {}\n"), "# a header\ninclude:\n  - services/api\n\ntools: {}\n");
    assert_eq!(
        include("---\n# header\n\n# about tools\ntools: {}\n"),
        "---\n# header\n\ninclude:\n  - services/api\n\n# about tools\ntools: {}\n"
    );
    assert_eq!(include(""), "include:\n  - services/api\n");
    assert_eq!(include("# nothing yet"), "# nothing yet\ninclude:\n  - services/api\n");
    // Lists are not indented in this file.
    assert_eq!(include("modules:\n- id: a\n"), "include:\n- services/api\n\nmodules:\n- id: a\n");
}

#[test]
fn a_repository_is_included_as_a_map() {
    let addition = Addition::Repository { name: "acme/tools".to_owned(), path: None };
    assert_eq!(once("include:\n  - a\n", &addition), "include:\n  - a\n  - repo: gh:acme/tools\n");
    assert_eq!(once("include: [a]\n", &addition), "include: [a, {\"repo\": \"gh:acme/tools\"}]\n");
    let part = Addition::Repository { name: "acme/tools".to_owned(), path: Some("api".to_owned()) };
    assert_eq!(once("include:\n  - a\n", &part), "include:\n  - a\n  - repo: gh:acme/tools\n    path: api\n");
    for there in ["{repo: gh:Acme/Tools}", "gh:acme/tools", "gh:acme/tools@v1"] {
        assert_eq!(add(&format!("include: [{there}]\n"), &addition), Ok(None), "{there}");
    }
    assert!(add("include: [{repo: gh:acme/tools, path: api}]\n", &addition).unwrap().is_some());
}

#[test]
fn what_is_included_already_in_any_form_is_left_alone() {
    let addition = Addition::Include("services/api".to_owned());
    for there in
        ["services/api", "./services/api/", "services/api/polytope.yml", "{path: services/api}", "/services/api"]
    {
        assert_eq!(add(&format!("include: [{there}]\n"), &addition), Ok(None), "{there}");
    }
    assert!(add("include: [services/api-2]\n", &addition).unwrap().is_some());
}

const TOOLS: &str = "tools:
  stack:
    info: Everything.
    run:
      # the database
      - {tool: db}
      - tool: \"web\"
        args:
          text: |
            more

  other:
    run: [{tool: db}]
";

#[test]
fn a_tool_gets_one_more_step() {
    let expected = TOOLS.replace("            more\n", "            more\n      - tool: \"api\"\n");
    assert_eq!(call(TOOLS), expected);
    assert_eq!(
        call("tools:\n  stack:\n    run: [{tool: db}]\n"),
        "tools:\n  stack:\n    run: [{tool: db}, {\"tool\": \"api\"}]\n"
    );
    for there in ["{tool: api}", "{module: api}", "{id: x, tool: api, args: {}}"] {
        let text = format!("tools: {{stack: {{run: [{there}]}}}}\n");
        assert_eq!(
            add(&text, &Addition::Call { tool: "stack".to_owned(), call: "api".to_owned() }),
            Ok(None),
            "{there}"
        );
    }
}

#[test]
fn a_tool_that_is_not_there_is_made() {
    assert_eq!(call("include:\n  - a\n"), "include:\n  - a\n\ntools:\n  stack:\n    run:\n      - tool: \"api\"\n");
    assert_eq!(
        call("tools:\n  db:\n    run:\n      - tool: x\n\n# the end\n"),
        "tools:\n  db:\n    run:\n      - tool: x\n  stack:\n    run:\n      - tool: \"api\"\n\n# the end\n"
    );
    assert_eq!(call("tools:\n"), "tools:\n  stack:\n    run:\n      - tool: \"api\"\n");
    assert_eq!(call("tools:\n  stack:\n    info: x"), "tools:\n  stack:\n    info: x\n    run:\n      - tool: \"api\"");
    assert_eq!(call("tools:\n  stack: {info: x}\n"), "tools:\n  stack: {info: x, \"run\": [{\"tool\": \"api\"}]}\n");
    assert_eq!(call("tools: {}\n"), "tools: {\"stack\": {\"run\": [{\"tool\": \"api\"}]}}\n");
    assert_eq!(
        call("tools:\n    stack:\n        run: []\n"),
        "tools:\n    stack:\n        run: [{\"tool\": \"api\"}]\n"
    );
    assert_eq!(call("tools: {stack: {run: null}}\n"), "tools: {stack: {run: [{\"tool\": \"api\"}]}}\n");
}

#[test]
fn names_that_would_read_as_something_else_are_quoted() {
    let addition = Addition::Include("1.10".to_owned());
    assert_eq!(once("include:\n  - a\n", &addition), "include:\n  - a\n  - \"1.10\"\n");
    let addition = Addition::Call { tool: "true".to_owned(), call: "a: \"b\"".to_owned() };
    let new = once("tools:\n  a: {run: []}\n", &addition);
    assert_eq!(new, "tools:\n  a: {run: []}\n  \"true\":\n    run:\n      - tool: \"a: \\\"b\\\"\"\n");
}

#[test]
fn what_cannot_be_added_to_safely_is_refused_with_the_reason() {
    let addition = Addition::Include("services/api".to_owned());
    let reason = |text: &str| add(text, &addition).unwrap_err().to_string();
    assert_eq!(reason("include: api\n"), "`include` must be a list, found `api`");
    assert_eq!(reason("- a\n"), "the file must be a map, found a list");
    assert!(reason("include: [a\n").starts_with("it cannot be read: "));
    assert!(reason("include: [{{ name }}]\nx: {{ y }}\n").starts_with("it cannot be read: "));
    // One list under two names: both would grow.
    let shared = reason("tools: &x\n  a: {run: []}\ninclude: &y [a]\nmore: *y\n");
    assert_eq!(shared, Refusal::Uncertain.to_string());
    // A last line without an end, whose text would grow by one.
    assert_eq!(reason("include:\n  - |\n    a"), Refusal::Uncertain.to_string());
    let call = Addition::Call { tool: "stack".to_owned(), call: "api".to_owned() };
    let template = add("templates: [{id: stack, run: [a]}]\n", &call).unwrap_err().to_string();
    assert_eq!(template, "`stack` is a template there, not a tool");
    assert_eq!(add("tools: [a]\n", &call).unwrap_err().to_string(), "`tools` must be a map, found a list");
}

#[test]
fn all_but_the_new_bytes_stays_at_every_place_of_a_long_file() {
    for text in [TOOLS, &TOOLS.replace('\n', "\r\n"), TOOLS.trim_end()] {
        for addition in [
            Addition::Include("x".to_owned()),
            Addition::Call { tool: "stack".to_owned(), call: "x".to_owned() },
            Addition::Call { tool: "other".to_owned(), call: "x".to_owned() },
            Addition::Call { tool: "new".to_owned(), call: "x".to_owned() },
        ] {
            let new = once(text, &addition);
            let kept = text.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
            assert!(new.ends_with(&text[kept..]), "{new}");
        }
    }
}
