//! `action.yml`: its shape, and its steps run by bash as a runner does, with a stand-in for cargo.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use regex::Regex;
use serde_json::Value;

use crate::{PT, Project, both, file, root, run};

const FAULTY: &str = "tools: {stack: {run: [{tool: nowhere}]}}\n";

fn action() -> Value {
    serde_yaml::from_str(&file("action.yml")).unwrap()
}

fn steps() -> Vec<Value> {
    action()["runs"]["steps"].as_array().unwrap().clone()
}

#[test]
fn every_step_runs_in_bash_and_every_expression_means_something() {
    let action = action();
    assert_eq!(action["runs"]["using"], "composite");
    let inputs = action["inputs"].as_object().unwrap();
    let outputs = ["place.outputs.prefix", "place.outputs.key", "check.outputs.sarif", "check.outputs.exit-code"];
    let expression = Regex::new(r"(inputs|steps)\.([a-z.-]+)").unwrap();
    for step in steps() {
        assert!(step["uses"].is_string() || step["shell"] == "bash", "{step}");
        // What a user wrote must not become a part of a script.
        assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{step}");
        for found in expression.captures_iter(&step.to_string()) {
            let known =
                if &found[1] == "inputs" { inputs.contains_key(&found[2]) } else { outputs.contains(&&found[2]) };
            assert!(known, "{} in {step}", &found[0]);
        }
    }
    for (name, input) in inputs {
        assert!(input["description"].is_string() && input["default"].is_string(), "{name}");
    }
}

/// A runner that knows as much of the action's language as the action needs.
struct Runner<'a> {
    project: &'a Project,
    tools: tempfile::TempDir,
    known: BTreeMap<String, String>,
}

impl<'a> Runner<'a> {
    fn new(project: &'a Project, inputs: &[(&str, &str)]) -> Self {
        let tools = tempfile::tempdir().unwrap();
        // Stands in for a build of some minutes: says how it was called, and installs the program that is there.
        let cargo = format!(
            "#!/bin/sh\necho \"cargo $*\" >> '{0}/calls'\nmkdir -p '{0}/pt/bin'\nln -s '{PT}' '{0}/pt/bin/pt'\n",
            tools.path().display()
        );
        let program = tools.path().join("bin/cargo");
        std::fs::create_dir(program.parent().unwrap()).unwrap();
        std::fs::write(&program, cargo).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut known: BTreeMap<String, String> = action()["inputs"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, input)| (format!("inputs.{name}"), input["default"].as_str().unwrap().to_owned()))
            .collect();
        known.extend(inputs.iter().map(|(name, value)| (format!("inputs.{name}"), (*value).to_owned())));
        known.insert("github.server_url".to_owned(), "https://github.com".to_owned());
        known.insert("github.action_repository".to_owned(), "acme/polytope".to_owned());
        Self { project, tools, known }
    }

    fn filled(&self, text: &str) -> String {
        let expression = Regex::new(r"\$\{\{ *([A-Za-z_.-]+) *\}\}").unwrap();
        let known = |found: &regex::Captures<'_>| {
            self.known.get(&found[1]).unwrap_or_else(|| panic!("`{}` is not known", &found[1])).clone()
        };
        expression.replace_all(text, known).into_owned()
    }

    /// Runs the steps that are scripts, up to the first that fails; what that one, or the last one, said.
    fn run(&mut self) -> Output {
        let mut last = None;
        let (output, path) = (self.tools.path().join("output"), self.tools.path().join("path"));
        let mut search = vec![self.tools.path().join("bin").display().to_string(), "/usr/bin:/bin".to_owned()];
        for step in steps().iter().filter(|step| step["run"].is_string()) {
            std::fs::write(&output, "").unwrap();
            std::fs::write(&path, "").unwrap();
            let mut bash = self.project.command("bash");
            bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()])
                .env("PATH", search.join(":"))
                .env("RUNNER_TEMP", self.tools.path())
                .env("GITHUB_ACTION_PATH", root())
                .env("GITHUB_OUTPUT", &output)
                .env("GITHUB_PATH", &path);
            for (name, value) in step["env"].as_object().into_iter().flatten() {
                bash.env(name, self.filled(value.as_str().unwrap()));
            }
            let ran = run(&mut bash);
            for line in std::fs::read_to_string(&output).unwrap().lines() {
                let (name, value) = line.split_once('=').unwrap();
                let id = step["id"].as_str().unwrap();
                self.known.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
            }
            search.splice(0..0, std::fs::read_to_string(&path).unwrap().lines().map(str::to_owned));
            let failed = !ran.status.success();
            let shown = last.replace(ran);
            if failed {
                // The verdict comes last; what was found stands in what the step before it said.
                let mut ran = last.unwrap();
                ran.stdout.splice(0..0, shown.map(|shown| shown.stdout).unwrap_or_default());
                return ran;
            }
        }
        last.unwrap()
    }

    fn calls(&self) -> String {
        std::fs::read_to_string(self.tools.path().join("calls")).unwrap_or_default()
    }

    fn output(&self, name: &str) -> &str {
        &self.known[&format!("steps.{name}")]
    }
}

#[test]
fn findings_are_annotations_and_sarif_with_paths_of_the_repository_and_the_job_fails_at_its_end() {
    let project = Project::new("tools: {stack: {run: [{tool: polytope/noop}]}}\n");
    project.write("services/my api/polytope.yml", FAULTY);
    let mut runner = Runner::new(&project, &[("working-directory", "services/my api")]);
    let ran = runner.run();
    assert_eq!(ran.status.code(), Some(1), "{}", both(&ran));
    assert!(both(&ran).contains("::error file=services/my api/polytope.yml,"), "{}", both(&ran));
    assert_eq!(runner.output("check.outputs.exit-code"), "1");
    let sarif: Value =
        serde_json::from_str(&std::fs::read_to_string(runner.output("check.outputs.sarif")).unwrap()).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(place, "services/my%20api/polytope.yml");
    assert!(runner.calls().starts_with("cargo install --locked --root "), "{}", runner.calls());
    assert!(runner.calls().contains(&format!("--path {}", root().display())), "{}", runner.calls());
}

#[test]
fn a_clean_project_passes_and_arguments_are_words_that_nothing_runs() {
    let project = Project::new(FAULTY);
    project.write("good/polytope.yml", "tools: {stack: {run: [{tool: polytope/noop}]}}\n");
    let mut runner = Runner::new(&project, &[("args", "good/\n  --deny mutable-image"), ("version", "1.2.3")]);
    let ran = runner.run();
    assert!(ran.status.success(), "{}", both(&ran));
    assert!(
        runner.calls().contains("--git https://github.com/acme/polytope --tag v1.2.3 polytope"),
        "{}",
        runner.calls()
    );
    let mut runner = Runner::new(&project, &[("args", "good/ $(touch /dev/null) ;true")]);
    let ran = runner.run();
    assert_eq!(ran.status.code(), Some(2), "{}", both(&ran));
}

#[test]
fn what_is_worse_than_findings_fails_too_and_uploads_nothing() {
    let project = Project::new("tools: {stack: {run: [{tool: polytope/noop}]}}\n");
    let mut runner = Runner::new(&project, &[("working-directory", "nowhere")]);
    let ran = runner.run();
    assert_eq!(ran.status.code(), Some(2), "{}", both(&ran));
    assert!(!runner.known.contains_key("steps.check.outputs.sarif"));
}

#[test]
fn the_example_gives_only_inputs_that_there_are() {
    let workflow: Value = serde_yaml::from_str(&file("examples/ci/.github/workflows/check.yml")).unwrap();
    let steps = workflow["jobs"]["pt"]["steps"].as_array().unwrap();
    let with = steps.iter().find_map(|step| step["with"].as_object()).unwrap();
    for name in with.keys() {
        assert!(action()["inputs"].get(name).is_some(), "{name}");
    }
}
