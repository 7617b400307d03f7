//! `.pre-commit-hooks.yaml`, used by the real pre-commit from `PyPI` (`tests/cli/requirements.txt`).

use std::path::Path;

use regex::Regex;
use serde_json::Value;

use crate::{Project, both, file, root, run, succeeds};

const CLEAN: &str = "tools: {stack: {run: [{tool: polytope/noop}]}}\n";

fn hooks() -> Vec<Value> {
    serde_yaml::from_str(&file(".pre-commit-hooks.yaml")).unwrap()
}

#[test]
fn hooks_see_every_blueprint_and_nothing_else() {
    assert_eq!(hooks().len(), 2);
    for hook in hooks() {
        let files = Regex::new(hook["files"].as_str().unwrap()).unwrap();
        for path in
            ["polytope.yml", "polytope.yaml", "services/api/polytope.yml", ".polytope/polytope.edn", "polytope.json"]
        {
            assert!(files.is_match(path), "{path}");
        }
        for path in ["docker-compose.yml", "my-polytope.yml", "polytope.yml.bak", "polytope/other.yml"] {
            assert!(!files.is_match(path), "{path}");
        }
    }
}

/// A repository that offers the hooks, as a clone of this one does.
fn offering() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(root().join(".pre-commit-hooks.yaml"), folder.path().join(".pre-commit-hooks.yaml")).unwrap();
    committed(folder.path());
    folder
}

fn committed(folder: &Path) {
    let script = "git init -q && git add -A && git -c user.name=t -c user.email=t@example.com commit -qm first";
    succeeds(std::process::Command::new("sh").args(["-c", script]).current_dir(folder));
}

#[test]
fn pre_commit_stops_a_commit_with_findings_and_lets_others_pass() {
    let program = root().join("target/test-tools/pre-commit/bin/pre-commit");
    assert!(program.is_file(), "pre-commit is not installed: scripts/test brings it");
    let offering = offering();
    let project = Project::new(CLEAN);
    project.write("docker-compose.yml", "services: [\n");
    committed(&project.root());
    let tried = || {
        let mut command = project.command(program.to_str().unwrap());
        command.env("PRE_COMMIT_HOME", project.home.path().join("pre-commit"));
        let repository = offering.path().to_str().unwrap();
        run(command.args(["try-repo", repository, "pt-check-system", "--all-files", "--verbose"]))
    };
    let passed = tried();
    assert!(passed.status.success(), "{}", both(&passed));
    project.write("services/api/polytope.yml", "tools: {stack: {run: [{tool: nowhere}]}}\n");
    succeeds(project.command("git").args(["add", "-A"]));
    let stopped = tried();
    assert_eq!(stopped.status.code(), Some(1), "{}", both(&stopped));
    assert!(both(&stopped).contains("services/api/polytope.yml:1"), "{}", both(&stopped));
}

#[test]
fn the_example_names_a_hook_that_there_is() {
    let config: Value = serde_yaml::from_str(&file("examples/ci/.pre-commit-config.yaml")).unwrap();
    let used = &config["repos"][0]["hooks"][0];
    assert!(hooks().iter().any(|hook| hook["id"] == used["id"]), "{used}");
}
