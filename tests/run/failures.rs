//! What does not work out: which one it was, what it said itself, and what was left alone.

use std::time::Duration;

use crate::harness::Project;

fn module(id: &str, arguments: &str) -> String {
    format!(
        "
  - id: {id}
    module: polytope/container
    args: {{image: 'pt-tests/busybox:1', {arguments}}}
"
    )
}

#[test]
fn a_container_that_dies_shows_its_own_last_lines_and_what_waits_for_it_is_not_started() {
    let dies = module("dies", "cmd: [sh, -c, 'echo the disk is on fire; exit 3']");
    let after = module("after", "cmd: [echo, here]");
    let stack = "templates: [{id: stack, run: [dies, {module: after, run-when: {after: dies}}]}]";
    let project = Project::new("dies", &format!("{stack}\nmodules:{dies}{after}"));
    let ran = project.pt(&["run", "-d"]).run().ends_with(1);
    let ran = ran.tells("`dies` ended with exit code 3").tells("polytope.yml:3:").tells("the disk is on fire");
    ran.tells("`after` was not started, because `dies` failed");
    assert_eq!(project.container("dies")["State"]["ExitCode"], 3);
    let status = project.container("after")["State"]["Status"].clone();
    assert_eq!(status, "created", "it waits for what failed");
}

#[test]
fn a_command_that_is_not_found_is_shown_where_it_is_written() {
    let project = Project::new("no-command", &format!("modules:{}", module("odd", "cmd: [nosuchbinary, -x]")));
    let ran = project.pt(&["run", "odd", "-d"]).run().ends_with(1);
    ran.tells("exit code 127").tells("polytope.yml:4:47").tells("nosuchbinary");
}

#[test]
fn a_container_that_runs_out_of_memory_is_said_to_have() {
    let hungry = "cmd: [sh, -c, 'x=a; while true; do x=$x$x; done'], resources: {memory: {limit: 16MiB}}";
    let project = Project::new("memory", &format!("modules:{}", module("hungry", hungry)));
    let ran = project.pt(&["run", "hungry", "-d"]).run().ends_with(1);
    // Whether the kernel tells the engine before the end or after it is a matter of luck.
    ran.tells("exit code 137").tells("16 MiB").tells("memory: {limit");
}

#[test]
fn what_never_gets_ready_ends_in_time_with_its_last_lines() {
    let deaf = "cmd: [sh, -c, 'for i in $(seq 1 30); do echo line $i; done; sleep 600'],
           services: [{id: deaf, ports: [{port: 8000, protocol: tcp}]}]";
    let project = Project::new("deaf", &format!("modules:{}", module("deaf", deaf)));
    let ran = project.pt(&["run", "deaf", "-d", "--wait-timeout", "1s"]).run().ends_with(1);
    assert!(ran.took < Duration::from_secs(10), "{ran}");
    let lines = ran.stderr.lines().filter(|line| line.contains("| line ")).count();
    assert_eq!(lines, 20, "{ran}");
    ran.tells("`deaf` is not ready after 1 s").tells("| line 30").tells("--wait-timeout");
}

#[test]
fn a_crash_loop_is_a_failure_and_not_a_service_that_runs() {
    let crash = "cmd: [sh, -c, 'echo no luck; exit 1'], restart: {policy: always}";
    let project = Project::new("crash", &format!("modules:{}", module("crash", crash)));
    let ran = project.pt(&["run", "crash", "-d"]).run().ends_with(1);
    ran.tells("exit code 1").tells("in a row").tells("no luck");
}

#[test]
fn a_missing_image_that_may_not_be_pulled_is_named_before_anything_is_created() {
    let text = "modules:\n  - {id: web, module: polytope/container, args: {image: 'nosuch/image:1.2'}}\n";
    let project = Project::new("no-image", text);
    let ran = project.pt(&["run", "web", "-d", "--pull", "never"]).run().ends_with(1);
    ran.tells("nosuch/image:1.2").tells("polytope.yml:2:").tells("--pull");
    assert!(project.labelled().names().is_empty());
}

#[test]
fn a_database_without_a_password_shows_what_its_image_says() {
    let inside = "services: [{id: db, ports: [{port: 5432, protocol: tcp, internal: true}]}]";
    let text =
        format!("modules:\n  - {{id: db, module: polytope/postgres, args: {{image: 'postgres:16.2', {inside}}}}}\n");
    let project = Project::new("no-password", &text);
    let ran = project.pt(&["run", "db", "-d", "--allow", "pg-no-password,missing-data-volume"]).run().ends_with(1);
    ran.tells("POSTGRES_PASSWORD");
}
