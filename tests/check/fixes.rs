//! `pt check --fix`, `--unsafe-fixes` and `--diff`, asked of the real program.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::command::Place;

const BEFORE: &str = "# the stack
modules:
  - id: app # the only one
    module: polytope/container
    args:
      image: busybox:1.36
      restart: {policy: allways} # a slip
      env:
        - {name: RATE, value: 1.10} # odd
        - {name: PASSWORD, value: s3cr3t-word}
";

/// What no question is needed for.
fn safely(text: &str) -> String {
    text.replace("1.10", "\"1.10\"")
}

/// And the rest.
fn wholly(text: &str) -> String {
    safely(text).replace("allways", "always").replace("s3cr3t-word", "pt.secret password")
}

#[test]
fn safe_fixes_are_written_and_all_else_stays_as_it_was() {
    let place = Place::new([("polytope.yml", BEFORE)]);
    let ran = place.check(&["--fix", "-o", "concise"]);
    assert_eq!(place.read("polytope.yml"), safely(BEFORE));
    assert_eq!(ran.code, 1, "two errors are left");
    insta::assert_snapshot!(ran.stdout, @r"
    polytope.yml:7:25: error[invalid-literal] `policy` cannot be `allways`
    polytope.yml:10:35: error[hardcoded-secret] `PASSWORD` holds a secret in plain text
    ");
    insta::assert_snapshot!(ran.stderr, @r"
    mended 1 finding in 1 file: 1 env-not-string
    `--unsafe-fixes` mends 2 more
    ");
    let again = place.check(&["--fix", "-o", "concise"]);
    assert_eq!((again.code, again.stdout), (1, ran.stdout));
    assert!(again.stderr.starts_with("nothing was mended\n"), "{}", again.stderr);
    assert_eq!(place.read("polytope.yml"), safely(BEFORE));
}

#[test]
fn unsafe_fixes_write_the_rest_and_say_what_to_run_then() {
    let place = Place::new([("polytope.yml", BEFORE)]);
    let ran = place.check(&["--unsafe-fixes", "-o", "concise"]);
    assert_eq!(place.read("polytope.yml"), wholly(BEFORE));
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert_eq!(
        ran.stderr,
        "mended 3 findings in 1 file: 1 env-not-string, 1 hardcoded-secret, 1 invalid-literal\n\
         moved into the store of this machine: `password`\n"
    );
    let again = place.check(&["--unsafe-fixes", "-o", "concise"]);
    assert_eq!((again.code, again.stdout), (0, ran.stdout));
    assert_eq!(again.stderr, "nothing was mended\n");
    assert_eq!(place.read("polytope.yml"), wholly(BEFORE));
}

#[test]
fn a_diff_shows_what_would_be_written_and_nothing_is() {
    let place = Place::new([("polytope.yml", BEFORE)]);
    let ran = place.check(&["--fix", "--diff"]);
    assert_eq!((ran.code, place.read("polytope.yml").as_str()), (1, BEFORE));
    insta::assert_snapshot!(ran.stdout, @r#"
    --- a/polytope.yml
    +++ b/polytope.yml
    @@ -6,5 +6,5 @@
           image: busybox:1.36
           restart: {policy: allways} # a slip
           env:
    -        - {name: RATE, value: 1.10} # odd
    +        - {name: RATE, value: "1.10"} # odd
             - {name: PASSWORD, value: ****}
    "#);
    assert_eq!(place.check(&["--diff"]).stdout, ran.stdout);
    let ran = place.check(&["--unsafe-fixes", "--diff"]);
    assert_eq!((ran.code, place.read("polytope.yml").as_str()), (1, BEFORE));
    assert!(ran.stdout.contains("\n+        - {name: PASSWORD, value: pt.secret password}\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("s3cr3t") && !ran.stderr.contains("s3cr3t"), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.ends_with("then run:\n  pt secrets set password\n"), "{}", ran.stderr);
}

#[test]
fn a_diff_without_anything_to_mend_is_empty_and_its_exit_code_0() {
    let place = Place::new([(
        "polytope.yml",
        "modules: [{id: a, module: polytope/container, args: {image: \"busybox:1.36\"}}]\n",
    )]);
    let ran = place.check(&["--unsafe-fixes", "--diff"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", "nothing would be mended\n"));
}

#[test]
fn a_diff_can_be_applied_by_another_program() {
    // A secret is masked in the lines around, and a patch of other lines is none.
    let text = BEFORE.replace("s3cr3t-word", "pt.secret password");
    let place = Place::new([("polytope.yml", text.as_str())]);
    fs::write(place.path().join("a.patch"), place.check(&["--diff"]).stdout).unwrap();
    let git = std::process::Command::new("git")
        .args(["apply", "a.patch"])
        .current_dir(place.path())
        .env("GIT_CEILING_DIRECTORIES", place.path().parent().unwrap())
        .output()
        .unwrap();
    assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    assert_eq!(place.read("polytope.yml"), safely(&text));
}

#[test]
fn marks_line_breaks_modes_and_links_stay() {
    let text = format!("\u{feff}{}", BEFORE.replace('\n', "\r\n"));
    let place = Place::new([("stacks/shop.yml", text.as_str())]);
    let real = place.path().join("stacks/shop.yml");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("stacks/shop.yml", place.path().join("polytope.yml")).unwrap();
    place.check(&["--fix"]);
    assert_eq!(fs::read_to_string(&real).unwrap(), safely(&text));
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o7777, 0o640);
    assert!(fs::symlink_metadata(place.path().join("polytope.yml")).unwrap().is_symlink());
}

#[test]
fn included_files_are_mended_with_the_file_that_includes_them() {
    let root = "include: [db]\ntemplates: [{id: stack, run: [app]}]\n";
    let place = Place::new([("polytope.yml", root), ("db/polytope.yml", BEFORE)]);
    let ran = place.check(&["--fix", "-o", "concise"]);
    assert!(ran.stderr.starts_with("mended 1 finding in 1 file"), "{}", ran.stderr);
    assert_eq!((place.read("polytope.yml"), place.read("db/polytope.yml")), (root.to_owned(), safely(BEFORE)));
}

/// All files of a folder and what is in them.
fn everything(place: &Place) -> Vec<(String, String)> {
    let names = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> =
        names.filter(|name| name != ".home").map(|name| (name.clone(), place.read(&name))).collect();
    files.sort();
    files
}

#[test]
fn when_one_file_cannot_be_written_none_is_and_nothing_is_left_behind() {
    // A name that leaves no room for that of the new file beside it: nobody can write that one, root neither.
    let long = format!("{}.yml", "z".repeat(240));
    let place = Place::new([("a.yml", BEFORE), (&*long, BEFORE)]);
    let before = everything(&place);
    let ran = place.check(&["--fix", "-o", "concise", "a.yml", &long]);
    assert_eq!((ran.code, everything(&place)), (2, before), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("error: nothing was written\n  = caused by: cannot write "), "{}", ran.stderr);
    assert!(!ran.stderr.contains("mended"), "{}", ran.stderr);
}

#[test]
fn a_read_only_file_is_left_alone_and_the_others_with_it() {
    let place = Place::new([("a.yml", BEFORE), ("b.yml", BEFORE)]);
    fs::set_permissions(place.path().join("b.yml"), fs::Permissions::from_mode(0o444)).unwrap();
    let before = everything(&place);
    let ran = place.check(&["--fix", "-o", "concise", "a.yml", "b.yml"]);
    assert_eq!((ran.code, everything(&place)), (2, before));
    insta::assert_snapshot!(ran.stderr, @r"
    error: b.yml is read-only: nothing was written
      = help: `chmod u+w b.yml`, or see what would be done with `--diff`
    ");
    assert_eq!(place.check(&["--diff", "b.yml"]).code, 1);
}

#[test]
fn standard_input_cannot_be_mended() {
    let place = Place::new([("polytope.yml", BEFORE)]);
    let ran = place.check(&["-", "--fix"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("standard input cannot be mended"), "{}", ran.stderr);
}
