//! What is judged in the files as they are written.

use super::*;

fn module(param: &str, value: &str) -> String {
    format!(
        "modules:
  - id: app
    module: polytope/container
    params: [{{id: {param}, type: str}}]
    args: {{image: \"busybox:1.36\", env: [{{name: X, value: {value}}}]}}
"
    )
}

#[test]
fn a_parameter_that_a_program_reads_is_read() {
    for value in
        ["pt.param log-level", "'x-{pt.param log-level}'", "'#pt-clj (:log-level params)'", "pt.js params.logLevel"]
    {
        assert_eq!(found_by("unused-param", &module("log-level", value)), NOTHING, "{value}");
    }
    assert_eq!(found_by("unused-param", &module("log-level", "info")), ["warning unused-param «log-level»"]);
}

#[test]
fn a_misspelled_reference_is_one_fault_and_not_two() {
    assert_eq!(found(&module("level", "pt.param lvel")), ["error undeclared-param «lvel»"]);
}

#[test]
fn a_module_that_a_program_may_start_is_used() {
    let text = |code: &str| {
        format!(
            "modules:
  - {{id: app, module: polytope/container, args: {{image: \"busybox:1.36\"}}}}
  - {{id: extra, module: polytope/container, args: {{image: \"busybox:1.36\"}}}}
tools:
  stack:
    run:
      - {{tool: app}}
      - {{code: 'pt.js {code}'}}
"
        )
    };
    assert_eq!(found_by("unused-module", &text("1 + 1")), ["info unused-module «extra»"]);
    assert_eq!(found_by("unused-module", &text("pt.call(\"extra\")")), NOTHING);
}

#[test]
fn a_file_without_templates_has_no_unused_modules() {
    assert_eq!(found_by("unused-module", &container("cmd: x")), NOTHING);
}

#[test]
fn the_old_spelling_is_worth_knowing_and_its_programs_are_not() {
    let told = |value: &str| found_by("legacy-expression", &module("level", value));
    assert_eq!(told("'#pt-param level'"), ["info legacy-expression «'#pt-param level'»"]);
    assert_eq!(told("'#pt-clj (:level params)'"), NOTHING);
    assert_eq!(told("pt.param level"), NOTHING);
}

#[test]
fn scripts_are_read_where_they_are_mounted_and_inside_of_the_project_only() {
    let text = |path: &str| {
        container(&format!("cmd: /run.sh, mounts: [{{path: /run.sh, source: {{type: host, path: {path}}}}}]"))
    };
    let with = |path: &str, script: &str| found_in(&[("polytope.yml", &text(path)), ("bin/run.sh", script)]);
    assert_eq!(with("bin/run.sh", "#!/bin/sh\r\ntrue\r\n"), ["error crlf-script «bin/run.sh»"]);
    assert_eq!(with("bin/run.sh", "#!/bin/sh\ntrue\n"), NOTHING);
}

#[test]
fn only_commands_that_end_are_said_to_run_again() {
    let always = |command: &str| found(&container(&format!("cmd: {command}, restart: {{policy: always}}")));
    assert_eq!(always("psql -c 'select 1'"), ["warning one-shot-restarts «always»"]);
    assert_eq!(always("/usr/bin/curl http://x"), ["warning one-shot-restarts «always»"]);
    for command in ["psql", "python worker.py", "sh -c 'while true; do curl x; done'", "rpk connect run"] {
        assert_eq!(always(command), NOTHING, "{command}");
    }
}
