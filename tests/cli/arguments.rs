//! `--args FILE`: the arguments of a job from a file or standard input, where no other process sees them.

use std::io::Write as _;
use std::process::{Output, Stdio};

use crate::{PT, Project, both, run, succeeds};

const BLUEPRINT: &str = r#"
tools:
  greet:
    inputs: {name: str, times: {type: [default, int, 1]}}
    run:
      - tool: polytope/container
        args:
          image: busybox:1.36
          cmd: ["echo", "pt.input name", "pt.js `${inputs.times}`"]
          restart: {policy: never}
"#;

fn with_input(project: &Project, arguments: &[&str], input: &str) -> Output {
    let mut command = project.command(PT);
    let mut child =
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_file_or_standard_input_holds_them_as_yaml_or_json() {
    let project = Project::new(BLUEPRINT);
    project.write("args.yml", "name: from a file\ntimes: 2\n");
    let said = succeeds(project.command(PT).args(["render", "greet", "--args", "args.yml"]));
    assert!(said.contains("from a file") && said.contains("'2'"), "{said}");
    let name = "it's {not} \"a\" brace: \\ \n $HOME";
    let json = serde_json::json!({"name": name}).to_string();
    let said = with_input(&project, &["render", "greet", "--args=-", "--output=json"], &json);
    assert!(said.status.success(), "{}", both(&said));
    let program: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert!(program.to_string().contains(&serde_json::Value::from(name).to_string()), "{program:#}");
}

#[test]
fn they_are_judged_as_all_others_are() {
    let project = Project::new(BLUEPRINT);
    for (text, told) in [("{nam: x}", "`nam`"), ("{name: x, times: many}", "`times`"), ("{name: [", "never closed")] {
        let said = with_input(&project, &["render", "greet", "--args=-"], text);
        assert_eq!(said.status.code(), Some(2), "{}", both(&said));
        assert!(both(&said).contains(told), "{text}: {}", both(&said));
    }
}

#[test]
fn they_come_from_one_place_only() {
    let project = Project::new(BLUEPRINT);
    let both_flags = run(project.command(PT).args(["render", "greet", "--args=-", "--param", "name=x"]));
    assert_eq!(both_flags.status.code(), Some(2), "{}", both(&both_flags));
    let brace = with_input(&project, &["render", "greet{name: x}", "--args=-"], "{}");
    assert!(both(&brace).contains("is not the name of a job"), "{}", both(&brace));
    let nowhere = run(project.command(PT).args(["render", "greet", "--args", "nowhere.yml"]));
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(both(&nowhere).contains("nowhere.yml cannot be read"), "{}", both(&nowhere));
}
