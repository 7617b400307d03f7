//! `pt include`: repositories fetched, pinned, restored, updated and removed.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::place::Place;
use crate::project::tool;

const PROJECT: &str = "# ours\ninclude:\n  - services # local\n\ntools:\n  stack: {run: [{tool: api}]}\n";

fn place() -> (Place, String) {
    let place = Place::new(PROJECT);
    place.write("services/polytope.yml", "tools:\n  db: {run: [{tool: polytope/noop}]}\n");
    let commit = place.repository("acme/tools").commit(&[("polytope.yml", &tool("api", "busybox:1.36")), ("a/b", "x")]);
    (place, commit)
}

#[test]
fn add_fetches_pins_and_includes() {
    let (place, commit) = place();
    let said = place.refused(&["check"]);
    assert!(said.contains("there is no tool `api`"), "{said}");
    place.pt(&["include", "add", "gh:acme/tools"]);
    assert_eq!(place.fetched(), [format!("acme+tools@{commit}")]);
    assert_eq!(place.text("polytope.yml"), PROJECT.replace("# local\n", "# local\n  - repo: gh:acme/tools\n"));
    let lock = place.text("pt.lock");
    assert!(lock.starts_with("# Written by `pt include`"), "{lock}");
    assert!(
        lock.contains(&format!(
            "version: 1\nincludes:\n  - repo: \"gh:acme/tools\"\n    commit: \"{commit}\"\n    digest: \"sha256:"
        )),
        "{lock}"
    );
    assert_eq!(place.text(".polytope/.gitignore"), "include/\n");
    let folder = format!(".polytope/include/acme+tools@{commit}");
    assert_eq!(place.text(&format!("{folder}/a/b")), "x");
    assert!(!place.project().join(folder).join(".git").exists());
    place.pt(&["check"]);
}

#[test]
fn a_second_time_changes_nothing() {
    let (place, _) = place();
    place.pt(&["include", "gh:acme/tools"]);
    let before = (place.text("polytope.yml"), place.text("pt.lock"), place.fetched());
    let said = place.pt(&["include", "add", "gh:acme/tools"]);
    assert!(said.contains("includes it already"), "{said}");
    assert_eq!((place.text("polytope.yml"), place.text("pt.lock"), place.fetched()), before);
    assert_eq!(place.text(".polytope/.gitignore"), "include/\n");
}

#[test]
fn a_branch_a_tag_and_a_directory_can_be_asked_for() {
    let (place, first) = place();
    let repository = place.repository("acme/tools");
    repository.push("v1/old");
    repository.commit(&[("services/polytope.yml", &tool("api", "busybox:1.37"))]);
    place.pt(&["include", "add", "gh:acme/tools@v1/old"]);
    assert_eq!(place.fetched(), [format!("acme+tools@{first}")]);
    assert!(place.text("pt.lock").contains("rev: \"v1/old\""));
    place.pt(&["include", "add", "gh:acme/tools:services"]);
    assert!(place.text("polytope.yml").contains("  - repo: gh:acme/tools\n    path: services\n"));
    // A whole commit, too.
    place.pt(&["include", "add", &format!("gh:acme/tools@{first}")]);
    assert_eq!(place.fetched(), [format!("acme+tools@{first}")]);
}

#[test]
fn a_clone_fetches_exactly_what_is_locked() {
    let (place, commit) = place();
    place.pt(&["include", "add", "gh:acme/tools"]);
    let lock = place.text("pt.lock");
    place.repository("acme/tools").commit(&[("polytope.yml", &tool("api", "busybox:2"))]);
    for again in [&["include", "fetch"][..], &["include", "add"], &["include"]] {
        fs::remove_dir_all(place.project().join(".polytope")).unwrap();
        place.pt(again);
        assert_eq!(place.fetched(), [format!("acme+tools@{commit}")]);
        assert_eq!(place.text("pt.lock"), lock);
    }
    assert!(place.pt(&["include", "fetch"]).contains("is here"));
}

#[test]
fn update_moves_the_pin_and_removes_the_old_folder() {
    let (place, old) = place();
    place.pt(&["include", "add", "gh:acme/tools"]);
    let new = place.repository("acme/tools").commit(&[("polytope.yml", &tool("api", "busybox:1.37"))]);
    let said = place.pt(&["include", "update", "gh:acme/tools"]);
    assert!(said.contains(&format!("at {} is now {}", &old[..12], &new[..12])), "{said}");
    assert_eq!(place.fetched(), [format!("acme+tools@{new}")]);
    assert!(place.text("pt.lock").contains(&new));
    assert!(place.pt(&["include", "update"]).contains("is the newest"));
    assert!(place.refused(&["include", "update", "gh:acme/other"]).contains("pt.lock does not name gh:acme/other"));
}

#[test]
fn changed_files_are_seen_and_fetched_anew() {
    let (place, commit) = place();
    place.pt(&["include", "add", "gh:acme/tools"]);
    let file = format!(".polytope/include/acme+tools@{commit}/polytope.yml");
    place.write(&file, "tools: {}\n");
    assert!(place.pt(&["include", "list"]).contains("changed since it was fetched"));
    assert!(place.pt(&["include", "fetch"]).contains("were changed: they are fetched anew"));
    assert_eq!(place.text(&file), tool("api", "busybox:1.36"));
    assert_eq!(place.pt(&["include", "ls"]), format!("gh:acme/tools  {commit}\n"));
}

#[test]
fn what_is_fetched_must_be_what_the_lock_says() {
    let (place, _) = place();
    place.pt(&["include", "add", "gh:acme/tools"]);
    fs::remove_dir_all(place.project().join(".polytope")).unwrap();
    let lock = place.text("pt.lock");
    let at = lock.find("sha256:").unwrap() + 7;
    place.write("pt.lock", &format!("{}{}{}", &lock[..at], "0".repeat(64), &lock[at + 64..]));
    let said = place.refused(&["include", "fetch"]);
    assert!(said.contains("what was fetched of gh:acme/tools is not what pt.lock names"), "{said}");
    assert_eq!(place.fetched(), Vec::<String>::new());
}

#[test]
fn remove_forgets_the_pin_and_the_folder() {
    let (place, _) = place();
    place.pt(&["include", "add", "gh:acme/tools"]);
    let said = place.pt(&["include", "remove", "gh:acme/tools"]);
    assert!(said.contains("still includes it"), "{said}");
    assert_eq!(place.fetched(), Vec::<String>::new());
    assert!(place.text("pt.lock").ends_with("includes: []\n"));
}

#[test]
fn what_is_only_pinned_serves_references_and_is_not_included() {
    let place = Place::new("modules:\n  - {id: main, module: \"acme/tools!api\"}\n");
    place.repository("acme/tools").commit(&[(
        "polytope.yml",
        "modules:\n  - {id: api, module: polytope/container, args: {image: \"busybox:1.36\"}}\n",
    )]);
    assert!(place.refused(&["check"]).contains("pt include add --pin-only gh:acme/tools"));
    place.pt(&["include", "add", "--pin-only", "gh:acme/tools"]);
    assert!(!place.text("polytope.yml").contains("include"));
    assert!(place.pt(&["render", "main"]).contains("busybox:1.36"));
}

#[test]
fn a_repository_without_a_blueprint_is_pinned_and_not_included() {
    let (place, _) = place();
    place.repository("acme/sdk").commit(&[("README.md", "x")]);
    let said = place.pt(&["include", "add", "gh:acme/sdk"]);
    assert!(said.contains("holds no polytope.yml: it is pinned, but not included"), "{said}");
    assert_eq!(place.text("polytope.yml"), PROJECT);
}

#[test]
fn a_file_that_cannot_be_edited_is_told_before_anything_is_fetched() {
    let (place, _) = place();
    place.write("polytope.yml", "include: services\n");
    let said = place.refused(&["include", "add", "gh:acme/tools"]);
    assert!(said.contains("polytope.yml cannot be edited: `include` must be a list"), "{said}");
    assert!(place.fetched().is_empty() && !place.project().join("pt.lock").exists());
    assert_eq!(place.text("polytope.yml"), "include: services\n");
}

#[test]
fn programs_stay_programs_and_other_bits_go() {
    let (place, _) = place();
    let repository = place.repository("acme/tools");
    fs::write(repository.work.join("run"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(repository.work.join("run"), fs::Permissions::from_mode(0o4777)).unwrap();
    let commit = repository.commit_all();
    place.pt(&["include", "add", "gh:acme/tools"]);
    let mode = |file: &str| {
        let path = place.project().join(format!(".polytope/include/acme+tools@{commit}/{file}"));
        fs::metadata(path).unwrap().permissions().mode() & 0o7111
    };
    assert_eq!((mode("run"), mode("a/b")), (0o111, 0));
}

#[test]
fn without_git_or_a_repository_that_is_there_the_reason_is_said() {
    let (place, _) = place();
    let output = place.command(&["include", "add", "gh:acme/tools"]).env("PATH", "/nonexistent").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("there is no `git` here") && said.contains("install git"), "{said}");
    let said = place.refused(&["include", "add", "gh:acme/none"]);
    assert!(said.contains("gh:acme/none cannot be fetched") && said.contains("git: "), "{said}");
    let said = place.refused(&["include", "add", "gh:acme/tools@none"]);
    assert!(said.contains("check the branch, tag or whole commit"), "{said}");
    for wrong in ["acme", "gh:../x", "gh:acme/tools@--upload-pack=x", "https://example.com/a/b", "polytope/postgres"] {
        assert!(place.refused(&["include", "add", wrong]).contains("is no reference to a repository"), "{wrong}");
    }
    assert!(place.fetched().is_empty() && place.text("polytope.yml") == PROJECT);
}

#[test]
fn a_broken_lock_is_not_overwritten() {
    let (place, _) = place();
    place.write("pt.lock", "<<<<<<< HEAD\n");
    assert!(place.refused(&["include", "add", "gh:acme/tools"]).contains("pt.lock cannot be used"));
    assert_eq!(place.text("pt.lock"), "<<<<<<< HEAD\n");
}
