//! `pt scaffold`.

use std::process::Output;

use crate::place::Place;

const BLUEPRINT: &str = "tools:\n  stack:\n    run:\n      - tool: polytope/noop\n";
const TEMPLATE: [(&str, &str); 2] = [
    ("polytope.yml", "tools:\n  {{ project-name }}: {run: [{tool: polytope/noop}]}\n"),
    ("readme", "{{ port }} {{ who }}\n"),
];

#[track_caller]
fn done(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_dry_run_lists_and_writes_nothing() {
    let place = Place::with(BLUEPRINT, &TEMPLATE);
    let call = ["scaffold", "../template", "services/users", "--set", "port=80", "--add-to", "stack", "--dry-run"];
    let (out, err) = done(&place.pt(&call));
    insta::assert_snapshot!(out, @"
    would change polytope.yml
    would create services/users/polytope.yml
    would create services/users/readme
    would enter includes services/users
    would enter stack calls users
    ");
    assert_eq!(err, "warning: services/users/readme: `{{ who }}` is not filled in\n");
    assert_eq!(place.files(), ["polytope.yml"]);
}

#[test]
fn what_was_made_can_be_called() {
    let place = Place::with(BLUEPRINT, &TEMPLATE);
    let call =
        ["scaffold", "../template", "services/users", "--set", "port=80", "--set", "who=me", "--add-to", "stack"];
    done(&place.pt(&call));
    assert_eq!(place.text("services/users/readme"), "80 me\n");
    assert_eq!(
        place.text("polytope.yml"),
        "include:\n  - services/users\n\ntools:\n  stack:\n    run:\n      - tool: polytope/noop\n      - tool: \"users\"\n"
    );
    done(&place.pt(&["check"]));
    let (out, _) = done(&place.pt(&call));
    assert_eq!(out, "nothing to do\n");
}

#[test]
fn conflicts_name_the_files_and_what_to_do() {
    let place = Place::with(BLUEPRINT, &TEMPLATE);
    place.write("template/readme", "mine");
    let output = place.pt(&["scaffold", "../template"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("a file is there already: `template/readme`") && said.contains("`skip`"), "{said}");
    assert_eq!(output.status.code(), Some(2));
    let (out, _) = done(&place.pt(&["scaffold", "../template", "--on-conflict", "skip"]));
    assert!(out.contains("keep template/readme"), "{out}");
    assert_eq!(place.text("template/readme"), "mine");
}

#[test]
fn a_template_of_a_repository_has_to_be_fetched() {
    let place = Place::with(BLUEPRINT, &TEMPLATE);
    let output = place.pt(&["scaffold", "gh:acme/templates:api"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("pt include add --pin-only gh:acme/templates"), "{said}");
    let commit = "0123456789abcdef0123456789abcdef01234567";
    place.write("pt.lock", &format!("version: 1\nincludes: [{{repo: gh:acme/templates, commit: {commit}}}]\n"));
    place.write(&format!(".polytope/include/acme+templates@{commit}/api/a"), "{{ project-name }}");
    done(&place.pt(&["scaffold", "gh:acme/templates:api", "services/x"]));
    assert_eq!(place.text("services/x/a"), "x");
}
