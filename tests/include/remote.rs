//! Other repositories: what is known of them without a network.

use polytope::diagnostic::Level;

use crate::faults::faults;
use crate::project::{checked, found, job, runs, tool};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn lock(names: &[&str]) -> String {
    let pins: Vec<String> =
        names.iter().map(|name| format!("{{repo: gh:{name}, commit: {COMMIT}, rev: main}}")).collect();
    format!("version: 1\nincludes: [{}]\n", pins.join(", "))
}

/// The path of a file in a fetched repository.
fn fetched(name: &str, file: &str) -> String {
    format!(".polytope/include/{}@{COMMIT}/{file}", name.replace('/', "+"))
}

const INCLUDING: &str = "include: [{repo: gh:acme/tools}]\n";

#[test]
fn what_was_not_fetched_is_a_note_until_something_needs_it() {
    let quiet = format!("{INCLUDING}{}", tool("stack", "busybox:1.36"));
    insta::assert_snapshot!(found(&[("polytope.yml", &quiet)]), @"
    info remote-include at polytope.yml:1:18: `gh:acme/tools` was not fetched: what it defines is not known here
        help: `pt include add gh:acme/tools` fetches it
    ");
    assert_eq!(job(&[("polytope.yml", &quiet)], "stack").program.containers.len(), 1);
    let needy = format!("{INCLUDING}tools:\n  stack: {{run: [{{tool: load-config}}, {{tool: api}}]}}\n");
    insta::assert_snapshot!(found(&[("polytope.yml", &needy)]), @"
    info remote-include at polytope.yml:1:18: `gh:acme/tools` was not fetched: what it defines is not known here
        help: `pt include add gh:acme/tools` fetches it
    error unknown-module at polytope.yml:3:45: there is no tool `api`
        help: it may be in `gh:acme/tools`: `pt include add gh:acme/tools` fetches it
    ");
    assert!(job(&[("polytope.yml", &needy)], "stack").has_errors());
}

#[test]
fn only_what_the_main_job_needs_is_an_error() {
    let text = format!(
        "{INCLUDING}tools:\n  stack: {{run: [{{tool: load-config}}]}}\n  other: {{run: [{{tool: api}}, {{tool: api}}]}}\n"
    );
    let compiled = checked(&[("polytope.yml", &text)]);
    let worst = compiled.diagnostics.iter().map(|finding| finding.level).max();
    assert_eq!(worst, Some(Level::Warning), "{}", faults(&compiled));
    assert!(!job(&[("polytope.yml", &text)], "stack").has_errors());
    assert!(job(&[("polytope.yml", &text)], "other").has_errors());
}

#[test]
fn a_pinned_repository_is_read_with_what_it_includes() {
    let (entry, inner) = (fetched("acme/tools", "polytope.yml"), fetched("acme/tools", "api/polytope.yml"));
    let files = [
        ("polytope.yml", INCLUDING),
        ("pt.lock", &lock(&["acme/tools"])),
        (&entry, "include: [api]\ntools:\n  stack: {run: [{tool: api}]}\n"),
        (&inner, &tool("api", "busybox:1.36")),
    ];
    assert_eq!(found(&files), "");
    assert_eq!(runs(&files, "stack"), ["busybox:1.36"]);
}

#[test]
fn a_directory_of_a_repository_can_be_included_alone() {
    let inner = fetched("acme/tools", "api/polytope.yml");
    for include in ["{repo: gh:acme/tools, path: api}", "gh:acme/tools:api", "{repo: \"gh:acme/tools@main:/api\"}"] {
        let text = format!("include: [{include}]\n");
        let files = [
            ("polytope.yml", text.as_str()),
            ("pt.lock", &lock(&["acme/tools"])),
            (&inner, &tool("api", "busybox:1.36")),
        ];
        assert_eq!(runs(&files, "api"), ["busybox:1.36"], "{include}");
    }
}

#[test]
fn what_keeps_a_pinned_repository_from_being_read_is_said() {
    let lock = lock(&["acme/tools"]);
    let locked = [("polytope.yml", INCLUDING), ("pt.lock", &lock)];
    let without = |files: &[(&str, &str)]| found(files);
    insta::assert_snapshot!(without(&locked), @"
    info remote-include at polytope.yml:1:18: `gh:acme/tools` is locked but not fetched
        help: `pt include fetch` fetches it
    ");
    let readme = fetched("acme/tools", "README.md");
    let empty = [locked[0], locked[1], (&readme, "")];
    insta::assert_snapshot!(without(&empty), @"
    info remote-include at polytope.yml:1:18: `gh:acme/tools` holds no `polytope.yml`
        help: `pt include update gh:acme/tools` fetches its newest commit
    ");
    let other = [("polytope.yml", "include: [{repo: gh:acme/tools@v2}]\n"), locked[1]];
    insta::assert_snapshot!(without(&other), @"
    info remote-include at polytope.yml:1:18: `gh:acme/tools@v2` is locked at `main`
        help: `pt include add gh:acme/tools@v2` pins it anew
    ");
    let broken = [locked[0], ("pt.lock", "<<<<<<< HEAD\nversion: 1\n")];
    assert!(without(&broken).starts_with("info remote-include at polytope.yml:1:18: pt.lock cannot be used: "));
}

#[test]
fn nothing_in_a_repository_can_include_something_outside_of_it() {
    let (entry, other) = (fetched("acme/tools", "polytope.yml"), fetched("acme/other", "polytope.yml"));
    for what in ["../..", "../../..", "..", "/../x", "../acme+other@0123456789abcdef0123456789abcdef01234567"] {
        let files = [
            ("polytope.yml", INCLUDING),
            ("pt.lock", &lock(&["acme/tools", "acme/other"])),
            (&entry, &format!("include: [{what}]\n")),
            (&other, &tool("other", "busybox:1.36")),
        ];
        let found = found(&files);
        assert!(found.contains(&format!("the include `{what}` lies outside of the project")), "{what}: {found}");
    }
}

#[test]
fn an_include_cannot_name_a_path_that_leads_out_of_its_repository() {
    for include in ["{repo: gh:acme/tools, path: ../..}", "{repo: gh:acme/tools, path: a/../../..}"] {
        let text = format!("include: [{include}]\n{}", tool("api", "busybox:1.36"));
        let found = found(&[("polytope.yml", text.as_str()), ("pt.lock", &lock(&["acme/tools"]))]);
        assert!(found.starts_with("info remote-include"), "{found}");
    }
    assert!(
        found(&[("polytope.yml", "include: [\"gh:acme/tools:../x\"]\n")]).contains("is no reference to a repository")
    );
}

#[test]
fn names_of_the_project_hide_those_of_repositories_in_any_order() {
    let entry = fetched("acme/tools", "polytope.yml");
    let files = [
        ("polytope.yml", "include: [{repo: gh:acme/tools}, services/api]\n"),
        ("pt.lock", &lock(&["acme/tools"])),
        ("services/api/polytope.yml", &tool("api", "busybox:1.36")),
        (&entry, &tool("api", "busybox:1.35")),
    ];
    assert_eq!(runs(&files, "api"), ["busybox:1.36"]);
    assert_eq!(found(&files), "");
}

const CALLING: &str = "modules:\n  - {id: api, module: \"acme/tools@main:services/api!server\"}\n";

const SERVER: &str = "modules:
  - {id: server, module: base}
  - {id: base, module: polytope/container, args: {image: \"busybox:1.36\"}}
";

#[test]
fn a_reference_reads_a_module_of_a_pinned_repository_that_nobody_includes() {
    let inner = fetched("acme/tools", "services/api/polytope.yml");
    let text = format!("{CALLING}  - {{id: base, module: polytope/container, args: {{image: \"redis:7.2\"}}}}\n");
    let files = [("polytope.yml", text.as_str()), ("pt.lock", &lock(&["acme/tools"])), (&inner, SERVER)];
    // `base` of the repository, not that of the project.
    assert_eq!(runs(&files, "api"), ["busybox:1.36"]);
    assert_eq!(found(&files), "");
    // And its names are nobody else's.
    assert!(checked(&files).documents.get("server").is_none());
}

#[test]
fn a_reference_without_a_module_means_the_default_one() {
    let inner = fetched("acme/tools", "polytope.yml");
    let server = SERVER.replace("{id: server,", "{id: server, \"default?\": true,");
    let files = [
        ("polytope.yml", "modules:\n  - {id: api, module: acme/tools}\n"),
        ("pt.lock", &lock(&["acme/tools"])),
        (&inner, &server),
    ];
    assert_eq!(runs(&files, "api"), ["busybox:1.36"]);
}

#[test]
fn a_reference_that_cannot_be_followed_says_why_and_what_to_type() {
    let stack = format!("{CALLING}templates: [{{id: stack, run: [api]}}]\n");
    insta::assert_snapshot!(found(&[("polytope.yml", &stack)]), @"
    error unknown-module at polytope.yml:2:23: `acme/tools@main:services/api!server` calls into the repository `gh:acme/tools`, which was not fetched
        help: `pt include add --pin-only gh:acme/tools@main` fetches it
    ");
    let locked = [("polytope.yml", stack.as_str()), ("pt.lock", &lock(&["acme/tools"]))];
    insta::assert_snapshot!(found(&locked), @"
    error unknown-module at polytope.yml:2:23: `acme/tools@main:services/api!server` calls into the repository `gh:acme/tools`, which is locked but not fetched
        help: `pt include fetch` fetches it
    ");
    let inner = fetched("acme/tools", "services/api/polytope.yml");
    let empty = [locked[0], locked[1], (&inner, "tools: {other: {run: []}}\n")];
    insta::assert_snapshot!(found(&empty), @"
    error unknown-module at polytope.yml:2:23: the repository `gh:acme/tools` at 0123456 has no module `server` in `services/api`
        help: `pt include update gh:acme/tools` fetches its newest commit
    ");
    let moved = stack.replace("@main", "@v2");
    let other = [("polytope.yml", moved.as_str()), locked[1]];
    insta::assert_snapshot!(found(&other), @"
    error unknown-module at polytope.yml:2:23: `acme/tools@v2:services/api!server` calls into `gh:acme/tools@v2`, which pt.lock pins at `main`
        help: `pt include add --pin-only gh:acme/tools@v2` pins it anew
    ");
}
