//! What is written where, and what is never written.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use polytope::scaffold::{OnConflict, ScaffoldError, WriteKind};

use crate::place::Place;

const BLUEPRINT: &str =
    "# ours\ninclude:\n  - services/db # first\n\ntools:\n  stack:\n    run:\n      - tool: \"db\"\n";

#[test]
fn placeholders_are_filled_in_in_contents_and_names() {
    let place = Place::with(
        BLUEPRINT,
        &[
            ("polytope.yml", "tools:\n  {{ project-name }}: {run: []}\n"),
            (
                "src/{{ project-name | snake_case }}/main.py",
                "print(f\"{{x}} {{ user }}\") # {{ project-name | pascal_case }}\n",
            ),
        ],
    );
    let mut request = place.request("services/user-api");
    request.values.insert("other".to_owned(), "x".to_owned());
    let plan = place.scaffold(&[request]);
    assert_eq!(place.text("services/user-api/polytope.yml"), "tools:\n  user-api: {run: []}\n");
    assert_eq!(place.text("services/user-api/src/user_api/main.py"), "print(f\"{{x}} {{ user }}\") # UserApi\n");
    let blanks: Vec<_> = plan.blanks.iter().map(|blank| format!("{} {}", blank.file, blank.name)).collect();
    assert_eq!(blanks, ["services/user-api/src/user_api/main.py user", "services/user-api/src/user_api/main.py x"]);
}

#[test]
fn a_given_project_name_wins_over_the_path() {
    let place = Place::with(BLUEPRINT, &[("a", "{{ project-name }}")]);
    let mut request = place.request("services/api");
    request.values.insert("project-name".to_owned(), "mine".to_owned());
    place.scaffold(&[request]);
    assert_eq!(place.text("services/api/a"), "mine");
}

#[test]
fn binary_files_and_modes_are_kept() {
    let place = Place::new(BLUEPRINT);
    let bytes = b"\xff{{ project-name }}\0";
    fs::write(place.template().join("logo.png"), bytes).unwrap();
    fs::write(place.template().join("nul"), b"{{ project-name }}\0").unwrap();
    fs::write(place.template().join("run"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(place.template().join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    place.scaffold(&[place.request("x")]);
    assert_eq!(fs::read(place.project().join("x/logo.png")).unwrap(), bytes);
    assert_eq!(fs::read(place.project().join("x/nul")).unwrap(), b"{{ project-name }}\0");
    let mode = |file: &str| fs::metadata(place.project().join(file)).unwrap().permissions().mode() & 0o111;
    assert!(mode("x/run") != 0 && mode("x/nul") == 0);
}

#[test]
fn a_single_file_is_a_template_too() {
    let place = Place::with(BLUEPRINT, &[("one", "{{ project-name }}")]);
    let mut request = place.request("bin/add-x");
    request.template = place.template().join("one");
    place.scaffold(&[request]);
    assert_eq!(place.text("bin/add-x"), "add-x");
}

#[test]
fn conflicts_are_kept_replaced_or_stop_everything() {
    let place = Place::with(BLUEPRINT, &[("a", "new"), ("b", "same"), ("c", "new")]);
    place.write("x/a", "old");
    place.write("x/b", "same");
    fs::set_permissions(place.project().join("x/a"), fs::Permissions::from_mode(0o640)).unwrap();
    let error = place.plan(&[place.request("x")]).unwrap_err();
    assert!(matches!(&error, ScaffoldError::Conflicts(files) if files == &["x/a"]), "{error}");
    let mut request = place.request("x");
    request.on_conflict = OnConflict::Skip;
    let plan = place.scaffold(&[request.clone()]);
    assert_eq!((plan.skipped, plan.unchanged), (vec!["x/a".to_owned()], vec!["x/b".to_owned()]));
    assert_eq!((place.text("x/a"), place.text("x/c")), ("old".to_owned(), "new".to_owned()));
    request.on_conflict = OnConflict::Overwrite;
    let plan = place.scaffold(&[request]);
    assert_eq!(plan.writes["x/a"].kind, WriteKind::Replaces(b"old".to_vec()));
    assert_eq!(place.text("x/a"), "new");
    assert_eq!(fs::metadata(place.project().join("x/a")).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(place.files(), ["polytope.yml", "x/a", "x/b", "x/c"]);
}

#[test]
fn the_project_includes_and_calls_it_and_a_second_time_changes_nothing() {
    let place = Place::with(BLUEPRINT, &[("polytope.yml", "tools:\n  {{ project-name }}: {run: []}\n")]);
    let mut request = place.request("services/api");
    request.include = true;
    request.calls = vec![("stack".to_owned(), "api".to_owned()), ("dev".to_owned(), "api".to_owned())];
    let plan = place.scaffold(&[request.clone()]);
    assert_eq!(plan.entered, ["includes services/api", "stack calls api", "dev calls api"]);
    let expected = BLUEPRINT.replace("# first\n", "# first\n  - services/api\n").replace(
        "- tool: \"db\"\n",
        "- tool: \"db\"\n      - tool: \"api\"\n  dev:\n    run:\n      - tool: \"api\"\n",
    );
    assert_eq!(place.text("polytope.yml"), expected);
    let again = place.scaffold(&[request]);
    assert!(again.writes.is_empty() && again.entered.is_empty(), "{again:?}");
    assert_eq!(place.text("polytope.yml"), expected);
}

#[test]
fn what_holds_no_blueprint_is_not_included() {
    let place = Place::with(BLUEPRINT, &[("README.md", "x"), ("inner/polytope.yml", "tools: {}\n")]);
    let mut request = place.request("lib/py");
    request.include = true;
    place.scaffold(&[request]);
    assert_eq!(place.text("polytope.yml"), BLUEPRINT);
}

#[test]
fn a_file_that_cannot_be_edited_keeps_everything_from_being_written() {
    let place = Place::with("include: all\n", &[("polytope.yml", "tools: {}\n")]);
    let mut request = place.request("services/api");
    request.include = true;
    let error = place.plan(&[request]).unwrap_err();
    assert_eq!(error.to_string(), "`polytope.yml` cannot be edited: `include` must be a list, found `all`");
    assert_eq!(place.files(), ["polytope.yml"]);
}

#[test]
fn several_requests_are_planned_upon_each_other() {
    let place = Place::with(BLUEPRINT, &[("polytope.yml", "tools: {}\n")]);
    let request = |path: &str| {
        let mut request = place.request(path);
        (request.include, request.on_conflict) = (true, OnConflict::Skip);
        request
    };
    let plan = place.scaffold(&[request("services/a"), request("services/b"), request("services/a")]);
    assert_eq!(plan.writes.len(), 3);
    let added = "# first\n  - services/a\n  - services/b\n";
    assert_eq!(place.text("polytope.yml"), BLUEPRINT.replace("# first\n", added));
}

#[test]
fn nothing_is_written_out_of_the_project_or_into_git() {
    let place = Place::with(BLUEPRINT, &[("a", "x"), ("{{ name }}", "y")]);
    for path in ["..", "../x", "x/../../y", "/etc"] {
        assert!(matches!(place.plan(&[place.request(path)]), Err(ScaffoldError::Outside(_))), "{path}");
    }
    for name in ["../../x", "/etc/x", "../y", "a/../../b"] {
        let mut request = place.request("services/api");
        request.values.insert("name".to_owned(), name.to_owned());
        assert!(matches!(place.plan(&[request]), Err(ScaffoldError::Outside(_))), "{name}");
    }
    let mut request = place.request("x");
    request.values.insert("name".to_owned(), ".git/hooks/pre-commit".to_owned());
    assert!(matches!(place.plan(&[request]), Err(ScaffoldError::Occupied(_))));
    assert_eq!(place.files(), ["polytope.yml"]);
}

#[test]
fn nothing_is_written_through_a_link_that_leads_out() {
    let (place, outside) = (Place::with(BLUEPRINT, &[("a", "new")]), tempfile::tempdir().unwrap());
    symlink(outside.path(), place.project().join("services")).unwrap();
    assert!(matches!(place.plan(&[place.request("services/api")]), Err(ScaffoldError::Outside(_))));
    fs::write(outside.path().join("victim"), "mine").unwrap();
    fs::create_dir(place.project().join("x")).unwrap();
    symlink(outside.path().join("victim"), place.project().join("x/a")).unwrap();
    let mut request = place.request("x");
    for on_conflict in [OnConflict::Overwrite, OnConflict::Skip, OnConflict::Fail] {
        request.on_conflict = on_conflict;
        if let Ok(plan) = place.plan(&[request.clone()]) {
            place.carry_out(&plan).unwrap();
        }
        assert_eq!(fs::read_to_string(outside.path().join("victim")).unwrap(), "mine");
    }
}

#[test]
fn a_template_cannot_show_files_that_are_not_its_own() {
    let (place, outside) = (Place::with(BLUEPRINT, &[("a", "x")]), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("secret"), "canary").unwrap();
    symlink(outside.path().join("secret"), place.template().join("link")).unwrap();
    assert!(matches!(place.plan(&[place.request("x")]), Err(ScaffoldError::Template(_))));
    fs::remove_file(place.template().join("link")).unwrap();
    symlink("a", place.template().join("link")).unwrap();
    place.scaffold(&[place.request("x")]);
    assert_eq!(place.text("x/link"), "x");
    let missing = polytope::scaffold::Request::new(place.template().join("none"), "y");
    assert!(matches!(place.plan(&[missing]), Err(ScaffoldError::NoTemplate(_))));
}

#[test]
fn what_changed_since_it_was_planned_undoes_everything() {
    let place = Place::with(BLUEPRINT, &[("a", "new"), ("b/c", "new"), ("z", "new")]);
    place.write("x/a", "old");
    let mut request = place.request("x");
    request.on_conflict = OnConflict::Overwrite;
    let plan = place.plan(&[request]).unwrap();
    // It appears when the other two are in their place already.
    place.write("x/z", "theirs");
    let before = place.files();
    assert!(place.carry_out(&plan).is_err());
    assert_eq!(place.files(), before);
    assert_eq!((place.text("x/a"), place.text("x/z")), ("old".to_owned(), "theirs".to_owned()));
}

#[test]
fn a_directory_that_cannot_be_made_undoes_everything() {
    let place = Place::with(BLUEPRINT, &[("a", "new"), ("b/c/d", "new")]);
    let plan = place.plan(&[place.request("x")]).unwrap();
    place.write("x/b", "a file where a directory has to be");
    let before = place.files();
    assert!(place.carry_out(&plan).is_err());
    assert_eq!(place.files(), before);
    assert!(matches!(place.plan(&[place.request("x")]), Err(ScaffoldError::Occupied(_))));
}
