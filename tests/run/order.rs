//! Steps after steps, and jobs as they are named on the command line.

use crate::harness::Project;

fn job(id: &str, command: &str) -> String {
    format!(
        "  - {{id: {id}, module: polytope/container, args: {{image: 'pt-tests/busybox:1', tty: false, \
         mounts: [{{path: /log, source: {{type: volume, scope: project, id: log}}}}], cmd: [sh, -c, '{command}']}}}}\n"
    )
}

/// What the jobs of a project have written, in their order.
#[track_caller]
fn written(project: &Project) -> Vec<String> {
    let ran = project.pt(&["run", "read"]).run().succeeds();
    ran.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn steps_run_in_their_order_and_by_their_conditions() {
    let write = |id: &str, code: u8| job(id, &format!("echo {id} >> /log/all; exit {code}"));
    let modules = [
        write("first", 0),
        write("good", 0),
        write("bad", 3),
        write("after-bad", 0),
        write("if-bad", 0),
        write("always", 0),
        write("if-good", 0),
        job("read", "cat /log/all"),
    ];
    let text = format!(
        "templates:
  - id: stack
    run:
      - {{module: good, run-when: {{after: first}}}}
      - {{module: bad, run-when: {{after: good, after-condition: success}}}}
      - {{module: after-bad, run-when: {{after: bad}}}}
      - {{module: if-bad, run-when: {{after: bad, after-condition: failed}}}}
      - {{module: always, run-when: {{after: if-bad, after-condition: always}}}}
      - {{module: if-good, run-when: {{after: good, after-condition: failed}}}}
      - first
modules:
{}",
        modules.concat()
    );
    let project = Project::new("order", &text);
    project.pt(&["run", "-d"]).run().ends_with(1).tells("`after-bad` was not started, because `bad` failed");
    assert_eq!(written(&project), ["first", "good", "bad", "if-bad", "always"]);
}

#[test]
fn a_circle_of_steps_is_found_before_anything_runs() {
    let text = format!(
        "templates: [{{id: stack, run: [{{module: a, run-when: {{after: b}}}}, {{module: b, run-when: {{after: a}}}}]}}]
modules:\n{}{}",
        job("a", "true"),
        job("b", "true")
    );
    let project = Project::new("circle", &text);
    let ran = project.pt(&["run", "-d"]).run();
    assert!(matches!(ran.code(), Some(1 | 2)), "{ran}");
    ran.tells("`a`").tells("`b`");
    assert!(project.labelled().names().is_empty());
}

#[test]
fn a_job_takes_its_arguments_from_the_command_line() {
    let project = Project::new(
        "params",
        "modules:
  - id: greet
    params: [{id: name, type: str}, {id: times, type: [default, int, 1]}]
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      tty: false
      cmd: [sh, -c, 'for i in $(seq 1 {pt.param times}); do echo \"hello {pt.param name}\"; done']
",
    );
    project.pt(&["run", "greet"]).run().ends_with(2).tells("name");
    project.pt(&["run", "greet", "--param", "name=world"]).run().succeeds().says("hello world\n");
    let twice = project.pt(&["run", "greet{name: you, times: 2}"]).run().succeeds();
    assert_eq!(twice.stdout, "hello you\nhello you\n");
    project.pt(&["run", "greet", "--param", "name=x", "--param", "times=many"]).run().ends_with(2).tells("many");
    project.pt(&["run", "greet{name: you"]).run().ends_with(2).tells("brace");
}

#[test]
fn several_jobs_run_together() {
    let text = format!("modules:\n{}{}", job("one", "echo 1"), job("two", "echo 2"));
    let project = Project::new("several", &text);
    let ran = project.pt(&["run", "one", "two"]).run().succeeds();
    ran.says("one | 1\n").says("two | 2\n");
}

#[test]
fn a_job_that_has_ended_well_is_not_run_again_by_the_stack_but_when_it_is_asked_for() {
    let text = format!(
        "templates: [{{id: stack, run: [count]}}]\nmodules:\n{}{}",
        job("count", "echo once >> /log/all"),
        job("read", "cat /log/all")
    );
    let project = Project::new("once", &text);
    project.up();
    project.up();
    assert_eq!(written(&project), ["once"]);
    project.pt(&["run", "count"]).run().succeeds();
    assert_eq!(written(&project), ["once", "once"]);
}

#[test]
fn create_says_what_happens_to_a_container_that_is_there() {
    let text = |create: &str, seconds: u32| {
        format!(
            "modules:
  - id: web
    module: polytope/container
    args: {{image: 'pt-tests/busybox:1', cmd: [sleep, '{seconds}'], await: false, create: {create}}}
"
        )
    };
    let project = Project::new("create", &text("never", 600));
    let absent = project.pt(&["run", "web", "-d"]).run().ends_with(1);
    absent.tells("create: never").tells("polytope.yml:2:");
    project.blueprint(&text("when-missing", 600));
    project.pt(&["run", "web", "-d"]).run().succeeds();
    let before = project.identities();
    for create in ["when-missing", "never"] {
        project.blueprint(&text(create, 601));
        project.pt(&["run", "web", "-d"]).run().succeeds().tells("kept as it is");
        assert_eq!(project.identities(), before);
    }
    project.blueprint(&text("always", 601));
    project.pt(&["run", "web", "-d"]).run().succeeds();
    assert_ne!(project.identities(), before);
}

#[test]
fn restart_policies_are_the_engines() {
    let module = |id: &str, policy: &str| {
        format!(
            "  - {{id: {id}, module: polytope/container, args: {{image: 'pt-tests/busybox:1', cmd: [sleep, '600'], \
             await: false, restart: {{policy: {policy}}}}}}}\n"
        )
    };
    let text = format!(
        "templates: [{{id: stack, run: [a, b, c]}}]\nmodules:\n{}{}{}",
        module("a", "always"),
        module("b", "never"),
        module("c", "on-failure")
    );
    let project = Project::new("restart", &text);
    project.up();
    let policy = |id: &str| project.container(id)["HostConfig"]["RestartPolicy"]["Name"].clone();
    assert_eq!([policy("a"), policy("b"), policy("c")], ["unless-stopped", "no", "on-failure"]);
}
