//! What shells complete: asked of the scripts themselves, in the shell that they are for.

use crate::{PT, Project, run, succeeds};

const BLUEPRINT: &str = r"
tools:
  stack:
    info: Everything.
    run: [{tool: web}]
  web:
    run:
      - tool: polytope/container
        args:
          image: busybox:1.36
          env: [{name: KEY, value: pt.secret api-key}, {name: PORT, value: pt.value api-port}]
          restart: {policy: always}
";

/// What bash offers after these words.
#[track_caller]
fn offered(project: &Project, words: &[&str]) -> Vec<String> {
    const SCRIPT: &str = r#"
        source <(pt completions bash)
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_TYPE=9
        _clap_complete_pt pt "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let said = succeeds(project.command("bash").args(["-c", SCRIPT, "bash"]).args(words));
    said.lines().map(str::to_owned).collect()
}

#[test]
fn jobs_containers_secrets_and_values_are_those_of_the_project() {
    let project = Project::new(BLUEPRINT);
    let has = |words: &[&str], names: &[&str]| {
        let offered = offered(&project, words);
        for name in names {
            assert!(offered.iter().any(|it| it == name), "{words:?}: {offered:?}");
        }
    };
    has(&["pt", ""], &["check", "run", "mcp"]);
    has(&["pt", "run", ""], &["stack", "web", "--detach"]);
    has(&["pt", "logs", ""], &["web"]);
    has(&["pt", "secrets", "set", ""], &["api-key"]);
    has(&["pt", "values", "set", ""], &["api-port"]);
    has(&["pt", "explain", "pg-tr"], &["pg-trust-auth"]);
    has(&["pt", "run", "--pull", ""], &["always", "missing", "never"]);
}

#[test]
fn the_project_is_the_one_that_the_line_names() {
    let project = Project::new("tools: {elsewhere: {run: [{tool: polytope/noop}]}}\n");
    project.write("inner/polytope.yml", BLUEPRINT);
    let before = offered(&project, &["pt", "-C", "inner", "run", ""]);
    assert!(before.contains(&"web".to_owned()) && !before.contains(&"elsewhere".to_owned()), "{before:?}");
    let after = offered(&project, &["pt", "run", "--file", "inner/polytope.yml", ""]);
    assert!(after.contains(&"web".to_owned()), "{after:?}");
}

#[test]
fn nothing_is_said_where_nothing_can_be_read() {
    let project = Project::new("tools: [\n");
    for words in [["pt", "run", ""], ["pt", "logs", ""], ["pt", "explain", ""]] {
        let output = run(project
            .command(PT)
            .envs([("COMPLETE", "bash"), ("_CLAP_COMPLETE_INDEX", "2"), ("_CLAP_IFS", "\n")])
            .arg("--")
            .args(words));
        assert!(output.status.success(), "{words:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    }
}

#[test]
fn a_locked_store_is_no_obstacle() {
    let project = Project::new(BLUEPRINT);
    succeeds(project.command("sh").args(["-c", "echo content | pt secrets set other-key -"]));
    // Without its key nothing can be decrypted; names are readable.
    std::fs::remove_dir_all(project.home.path().join(".config")).unwrap();
    let offered = offered(&project, &["pt", "secrets", "get", ""]);
    assert!(offered.contains(&"other-key".to_owned()), "{offered:?}");
}

#[test]
fn every_shell_has_a_script() {
    let project = Project::new(BLUEPRINT);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = succeeds(project.command(PT).args(["completions", shell]));
        assert!(script.contains("COMPLETE"), "{shell}: {script}");
    }
}
