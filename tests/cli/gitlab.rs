//! The examples for other CI systems, run by their shells.

use serde_json::Value;

use crate::{PT, Project, both, file, root, run, succeeds};

#[test]
fn the_script_for_gitlab_checks_with_the_program_that_it_built() {
    let pipeline: Value = serde_yaml::from_str(&file("examples/ci/.gitlab-ci.yml")).unwrap();
    let job = &pipeline["pt check"];
    let script: Vec<&str> = job["script"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let project = Project::new("tools: {stack: {run: [{tool: nowhere}]}}\n");
    let check = || {
        let mut shell = project.command("sh");
        shell.args(["-ec", &script.join("\n")]);
        for (name, value) in job["variables"].as_object().unwrap() {
            shell.env(name, value.as_str().unwrap());
        }
        run(&mut shell)
    };
    // What the cache brought, so that nothing is built.
    std::fs::create_dir_all(project.root().join(".pt/bin")).unwrap();
    std::os::unix::fs::symlink(PT, project.root().join(".pt/bin/pt")).unwrap();
    let failed = check();
    assert_eq!(failed.status.code(), Some(1), "{}", both(&failed));
    let report = job["artifacts"]["reports"]["codequality"].as_str().unwrap();
    let report: Value = serde_json::from_str(&std::fs::read_to_string(project.root().join(report)).unwrap()).unwrap();
    assert_eq!(report[0]["location"]["path"], "polytope.yml", "{report:#}");
    project.write("polytope.yml", "tools: {stack: {run: [{tool: polytope/noop}]}}\n");
    let passed = check();
    assert!(passed.status.success(), "{}", both(&passed));
}

#[test]
fn the_script_for_any_other_checks_what_lies_beside_it() {
    let project = Project::new(&file("examples/ci/polytope.yml"));
    std::fs::copy(root().join("examples/ci/check.sh"), project.root().join("check.sh")).unwrap();
    let script = project.root().join("check.sh");
    succeeds(project.command(script.to_str().unwrap()).current_dir("/"));
    project.write("more/polytope.yml", "tools: {stack: {run: [{tool: nowhere}]}}\n");
    let failed = run(&mut project.command(script.to_str().unwrap()));
    assert_eq!(failed.status.code(), Some(1), "{}", both(&failed));
}
