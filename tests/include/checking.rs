//! `pt check` of directories: which files it looks at by themselves.

use std::process::Output;

use crate::place::Place;
use crate::project::tool;

const BROKEN: &str = "tools:\n  api: {run: [{tool: gone}]}\n";
const TEMPLATE: &str = "tools:\n  {{ project-name }}: {run: [{tool: gone}]}\n";

/// The findings of a call, a line for each.
fn findings(place: &Place, arguments: &[&str]) -> Vec<String> {
    let call = [&["check", "-o", "concise", "-v"][..], arguments].concat();
    let Output { stdout, .. } = place.command(&call).output().unwrap();
    let lines = String::from_utf8(stdout).unwrap();
    lines.lines().filter(|line| line.contains(".yml:")).map(str::to_owned).collect()
}

#[test]
fn an_included_file_is_told_of_once_with_what_includes_it() {
    let place = Place::new("include: [services/api]\ntools:\n  stack: {run: [{tool: api}]}\n");
    place.write("services/api/polytope.yml", BROKEN);
    let found = findings(&place, &["."]);
    assert!(found.len() == 1 && found[0].contains("services/api/polytope.yml:2:"), "{found:?}");
    assert!(found[0].contains("error"), "the main job reaches it: {found:?}");
    assert_eq!(findings(&place, &["services/api/polytope.yml", "polytope.yml"]).len(), 1);
    // By itself it is looked at, of course.
    assert_eq!(findings(&place, &["services/api/polytope.yml"]).len(), 1);
}

#[test]
fn files_that_include_each_other_are_told_of_once() {
    let place = Place::new("tools: {none: {run: []}}\n");
    place.write("a/polytope.yml", &format!("include: [polytope.yaml]\n{BROKEN}"));
    place.write("a/polytope.yaml", "include: [polytope.yml]\n");
    place.write("b/polytope.yml", &tool("b", "busybox:1.36"));
    let found = findings(&place, &["."]);
    let warnings = found.iter().filter(|line| !line.contains(": info"));
    assert_eq!(warnings.count(), 1, "{found:?}");
}

#[test]
fn an_included_file_by_itself_is_judged_with_its_project() {
    let place = Place::new(
        "include: [services/api]\ntools:\n  stack: {run: [{tool: api}, {tool: gone}]}\n  helper: {run: []}\n",
    );
    place.write("services/api/polytope.yml", "tools:\n  api: {run: [{tool: helper}, {tool: lost}]}\n");
    for argument in ["services/api/polytope.yml", "services"] {
        let found = findings(&place, &[argument]);
        assert!(found.len() == 1 && found[0].contains("`lost`"), "{found:?}");
    }
}

#[test]
fn a_file_among_templates_is_only_noted_unless_it_is_named() {
    let place = Place::new("tools: {none: {run: []}}\n");
    for path in ["templates/api/polytope.yml", "kit/template/polytope.yml"] {
        place.write(path, TEMPLATE);
        let named = findings(&place, &[path]);
        assert!(
            named.len() == 1 && named[0].contains("warning") && named[0].contains("unrendered-template"),
            "{named:?}"
        );
    }
    let found = findings(&place, &["."]);
    assert!(found.len() == 2 && found.iter().all(|line| line.contains("info")), "{found:?}");
    // Elsewhere it is in the way.
    place.write("services/polytope.yml", TEMPLATE);
    assert_eq!(findings(&place, &["."]).iter().filter(|line| line.contains("warning")).count(), 1);
    let denied = findings(&place, &["--deny", "unrendered-template", "templates"]);
    assert!(denied.len() == 1 && denied[0].contains("error"), "{denied:?}");
}

#[test]
fn what_was_fetched_is_not_checked_as_if_it_were_ours() {
    let place = Place::new("tools: {none: {run: []}}\n");
    place.write(".polytope/include/acme+tools@0123456789abcdef0123456789abcdef01234567/polytope.yml", BROKEN);
    assert_eq!(findings(&place, &["."]), Vec::<String>::new());
}
