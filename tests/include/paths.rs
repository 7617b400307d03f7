//! What an include names, and what it may not name.

use crate::project::{checked, found, runs, tool};

const STACK: &str = "tools:\n  stack: {run: [{tool: api}]}\n";

fn including(what: &str) -> String {
    format!("include: [{what}]\n{STACK}")
}

#[test]
fn a_directory_a_file_and_a_map_name_the_same_file() {
    for what in
        ["services/api", "./services/api/", "services/api/polytope.yml", "{path: services/api}", "/services/api"]
    {
        let files = [("polytope.yml", including(what)), ("services/api/polytope.yml", tool("api", "busybox:1.36"))];
        let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
        assert_eq!(runs(&files, "stack"), ["busybox:1.36"], "{what}");
    }
}

#[test]
fn the_file_of_a_directory_may_have_any_of_its_names() {
    let json = r#"{"tools": {"api": {"run": [{"tool": "polytope/container", "args": {"image": "busybox:1.36"}}]}}}"#;
    let yaml = tool("api", "busybox:1.36");
    for (name, text) in [("polytope.yml", yaml.as_str()), ("polytope.yaml", &yaml), ("polytope.json", json)] {
        let path = format!("api/{name}");
        let files = [("polytope.yml", &including("api")[..]), (&path, text)];
        assert_eq!(runs(&files, "stack"), ["busybox:1.36"], "{name}");
    }
}

#[test]
fn a_directory_may_be_called_like_a_file() {
    let files = [("polytope.yml", including("api.yml")), ("api.yml/polytope.yml", tool("api", "busybox:1.36"))];
    let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
    assert_eq!(runs(&files, "stack"), ["busybox:1.36"]);
}

#[test]
fn what_is_not_there_is_one_finding_and_hides_what_would_follow_from_it() {
    insta::assert_snapshot!(found(&[("polytope.yml", &including("services/api"))]), @"
    error include-not-found at polytope.yml:1:11: the include `services/api` is not there
        help: correct the path, or remove the line
    ");
    let files = [("polytope.yml", &including("services/api")[..]), ("services/api/main.py", "")];
    insta::assert_snapshot!(found(&files), @"
    error include-not-found at polytope.yml:1:11: the included directory `services/api` holds no polytope.yml
        help: add a polytope.yml to it, or remove the line
    ");
}

#[test]
fn nothing_outside_of_the_project_is_included() {
    for what in ["..", "../other", "services/../../other", "~/x", "/../other"] {
        let files = [("polytope.yml", including(what)), ("other/polytope.yml", tool("api", "busybox:1.36"))];
        let found = found(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
        let expected = format!("error include-not-found at polytope.yml:1:11: the include `{what}` lies outside");
        assert!(found.starts_with(&expected) && found.lines().count() == 2, "{found}");
    }
}

#[test]
fn includes_of_includes_start_at_their_own_file() {
    let files = [
        ("polytope.yml", &including("services")[..]),
        ("services/polytope.yml", "include: [api, ../shared]\n"),
        ("services/api/polytope.yml", &tool("api", "busybox:1.36")),
        ("shared/polytope.yml", &tool("cache", "redis:7.2")),
    ];
    assert_eq!(runs(&files, "stack"), ["busybox:1.36"]);
    assert_eq!(runs(&files, "cache"), ["redis:7.2"]);
}

#[test]
fn a_round_of_includes_and_the_same_file_by_two_ways_are_read_once() {
    let files = [
        ("polytope.yml", &including("a, ./a/../b, b/polytope.yml, ., polytope.yml")[..]),
        ("a/polytope.yml", "include: [../b]\n"),
        ("b/polytope.yml", &format!("include: [../a, ..]\n{}", tool("api", "busybox:1.36"))),
    ];
    assert_eq!(runs(&files, "stack"), ["busybox:1.36"]);
    assert_eq!(checked(&files).documents.files().len(), 3);
    assert_eq!(found(&files), "");
}

#[test]
fn an_included_file_that_is_no_text_is_reported_where_it_is_included() {
    let loader = polytope::source::MemoryLoader::new([
        ("polytope.yml", including("api").into_bytes()),
        ("api/polytope.yml", vec![b'a', 0xff]),
    ]);
    let compiled = crate::project::checked_by(&loader, std::path::Path::new("polytope.yml"));
    insta::assert_snapshot!(crate::faults::faults(&compiled), @"
    error include-not-found at polytope.yml:1:11: `api/polytope.yml` cannot be included: not UTF-8 text (line 1, byte 1)
        help: save it as UTF-8: `iconv -f latin1 -t utf-8 FILE` converts an older encoding
    ");
}

#[test]
fn the_number_of_included_files_has_a_limit() {
    let chain = |index: usize| (format!("f{index}.yml"), format!("include: [f{}.yml]\n", index + 1));
    let mut files: Vec<(String, String)> = (0..2_100).map(chain).collect();
    files.push(("polytope.yml".to_owned(), "include: [f0.yml]\n".to_owned()));
    files.push(("f2100.yml".to_owned(), "tools: {}\n".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let found = found(&files);
    assert!(
        found.starts_with("error include-not-found at f1998.yml:1:11: more than 2000 files are included"),
        "{found}"
    );
}
