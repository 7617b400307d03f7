//! The flat space of names: what hides what, and what is told about it.

use crate::project::{found, runs, tool};

#[test]
fn a_name_of_the_project_hides_an_included_one() {
    let files = [
        ("polytope.yml", &format!("include: [api]\n{}", tool("api", "busybox:1.36"))[..]),
        ("api/polytope.yml", &tool("api", "busybox:1.35")),
    ];
    assert_eq!(runs(&files, "api"), ["busybox:1.36"]);
    assert_eq!(found(&files), "");
}

#[test]
fn a_file_hides_what_it_includes() {
    let files = [
        ("polytope.yml", "include: [a, b]\n"),
        ("a/polytope.yml", &format!("include: [../b]\n{}", tool("api", "busybox:1.36"))),
        ("b/polytope.yml", &tool("api", "busybox:1.35")),
    ];
    assert_eq!(runs(&files, "api"), ["busybox:1.36"]);
    assert_eq!(found(&files), "");
}

#[test]
fn two_includes_with_one_name_are_a_warning() {
    let files = [
        ("polytope.yml", "include: [a, b]\n"),
        ("a/polytope.yml", &tool("api", "busybox:1.36")[..]),
        ("b/polytope.yml", &tool("api", "busybox:1.35")),
    ];
    insta::assert_snapshot!(found(&files), @"
    warning duplicate-id at b/polytope.yml:2:3: two included files define `api`: this one is never called
        help: give one of them another name
    ");
}

#[test]
fn a_name_that_the_project_defines_itself_is_no_matter_of_its_includes() {
    let files = [
        ("polytope.yml", &format!("include: [a, b]\n{}", tool("api", "busybox:1.37"))[..]),
        ("a/polytope.yml", &tool("api", "busybox:1.36")),
        ("b/polytope.yml", &tool("api", "busybox:1.35")),
    ];
    assert_eq!(found(&files), "");
}
