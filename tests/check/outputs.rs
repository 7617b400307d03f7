//! The result in several forms at once.

use std::fs;

use serde_json::Value;

use super::command::Place;

const FAULTY: (&str, &str) =
    ("polytope.yml", "modules:\n  - {id: api, module: polytope/container, args: {image: busybox}}\n");

#[test]
fn each_form_is_written_to_its_place() {
    let place = Place::new([FAULTY]);
    let ran = place.check(&[
        "-o",
        "concise",
        "--output",
        "sarif=pt.sarif",
        "--output",
        "junit=out=1.xml",
        "-o",
        "gitlab=gl.json",
    ]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.stdout, @"polytope.yml:2:57: error[mutable-image] the image `busybox` has no tag, which means `latest`");
    assert_eq!(ran.stderr, "");
    let sarif: Value = serde_json::from_str(&place.read("pt.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["ruleId"] == "PT205"), "{results:?}");
    assert!(place.read("out=1.xml").contains("mutable-image at 2:57"), "{}", place.read("out=1.xml"));
    let issues: Value = serde_json::from_str(&place.read("gl.json")).unwrap();
    assert!(issues.as_array().unwrap().iter().any(|issue| issue["check_name"] == "mutable-image"), "{issues}");
}

#[test]
fn with_files_alone_standard_output_stays_empty() {
    let place = Place::new([FAULTY]);
    let ran = place.check(&["--output", "rdjson=a.json", "--output", "jsonl", "--output-file", "b.jsonl"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(place.read("a.json").contains("\"mutable-image\""));
    assert!(place.read("b.jsonl").lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_and_the_old_one_stays() {
    let place = Place::new([FAULTY, ("reports/pt.sarif", "old")]);
    let ran = place.check(&["-o", "sarif=absent/pt.sarif"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("absent/pt.sarif"), "{}", ran.stderr);
    let ran = place.check(&["-o", "sarif=reports"]);
    assert_ne!(ran.code, 0);
    assert_eq!(place.read("reports/pt.sarif"), "old");
    let names: Vec<_> = fs::read_dir(place.path().join("reports")).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing unfinished is left");
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_checked() {
    let place = Place::new([FAULTY]);
    for (arguments, message) in [
        (["-o", "human", "-o", "json"], "two forms cannot both be written to standard output"),
        (["-o", "human=x", "-o", "json=x"], "two forms cannot both be written to x"),
        (["-o", "human", "-o", "jnuit=x"], "did you mean `junit`?"),
    ] {
        let ran = place.check(&arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
    }
}
