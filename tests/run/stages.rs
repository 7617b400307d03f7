//! Jobs with tasks: what `pt` does itself between containers, and the stages that this makes.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::harness::Project;

/// A step that runs a shell command in a container of its own.
fn job(id: &str, command: &str, rest: &str) -> String {
    format!(
        "      - {{id: {id}, tool: polytope/container, args: {{id: {id}, image: 'pt-tests/busybox:1', tty: false, \
         env: [{{name: WORD, value: pt.secret word}}], cmd: [sh, -c, '{command}']}}{rest}}}\n"
    )
}

fn tool(steps: &str) -> String {
    format!("tools:\n  stack:\n    run:\n{steps}")
}

/// A project whose `config` files hold a port and a word.
fn with_config(test: &str, steps: &str) -> Project {
    let project = Project::new(test, &tool(steps));
    project.file("config/values.yml", "port: 8080\n");
    project.file("config/secrets.yml", "word: canary-71-word\n");
    fs::set_permissions(project.root().join("config/secrets.yml"), fs::Permissions::from_mode(0o600)).unwrap();
    project
}

const LOAD: &str = "      - {tool: polytope/load-config}\n";

#[test]
fn the_config_files_are_loaded_before_the_steps_beside_them() {
    let steps = format!("{}{LOAD}", job("show", "echo port {pt.value port}; echo word $WORD", ""));
    let project = with_config("config", &steps);
    project.pt(&["check"]).run().succeeds();
    let dry = project.pt(&["run", "--dry-run"]).run().succeeds();
    dry.says("load-config (polytope.yml:5:9)").says("show (not found)");
    assert!(project.pt(&["values", "export"]).run().succeeds().stdout.is_empty(), "a dry run writes nothing");
    let ran = project.pt(&["run"]).run().succeeds().says("port 8080").says("word <secret:word>");
    ran.tells("1 value and 1 secret, 2 changed").never_mentions("canary-71-word");
    project.pt(&["values", "export"]).run().says("port=8080");
    let before = project.identities();
    project.pt(&["run", "-d"]).run().succeeds().tells("0 changed");
    assert_eq!(project.identities(), before);
    project.file("config/values.yml", "port: 9090\n");
    project.pt(&["plan"]).run().succeeds().says("show");
    project.pt(&["run"]).run().ends_with(1).tells("load-config replaces value `port`").tells("--yes");
    project.pt(&["values", "get", "port"]).run().succeeds();
    project.pt(&["values", "export"]).run().says("port=8080");
    project.pt(&["run", "--yes"]).run().succeeds().says("port 9090");
}

#[test]
fn a_config_file_that_cannot_be_read_is_named_with_its_line() {
    let project = with_config("config-bad", &format!("{LOAD}{}", job("show", "true", "")));
    project.file("config/values.yml", "port: 8080\nlist: [1]\n");
    project.pt(&["run"]).run().ends_with(2).tells("config/values.yml:2:");
    assert!(project.identities().is_empty());
}

#[test]
fn secrets_that_others_can_read_are_warned_of() {
    let project = with_config("config-open", LOAD);
    fs::set_permissions(project.root().join("config/secrets.yml"), fs::Permissions::from_mode(0o644)).unwrap();
    project.pt(&["run"]).run().succeeds().tells("config/secrets.yml can be read by others (mode 644)");
}

#[test]
fn a_task_divides_a_job_into_stages_that_make_nothing_anew() {
    let steps = [
        job("first", "date +%s%N", ""),
        "      - {id: mark, tool: polytope/noop, after: {step: first}}\n".to_owned(),
        job("second", "echo second", ", after: {step: mark}"),
        "      - {id: alone, tool: polytope/noop}\n".to_owned(),
    ];
    let project = with_config("stages", &steps.concat());
    project.secret("word", "something");
    let ran = project.pt(&["run"]).run().succeeds().says("second").tells("stack/mark  done").tells("stack/alone  done");
    let (mark, second) = (ran.stderr.find("stack/mark  done"), ran.stderr.find("second  creating"));
    assert!(mark.is_some() && mark < second, "{ran}");
    let before = project.identities();
    assert_eq!(before.len(), 2);
    project.pt(&["run", "-d"]).run().succeeds();
    assert_eq!(project.identities(), before);
    project.pt(&["run", "-d", "--force-recreate"]).run().succeeds();
    let after = project.identities();
    assert!(after.len() == 2 && after.iter().all(|one| !before.contains(one)), "{after:?}");
}

#[test]
fn a_container_that_fails_stops_what_waits_for_it_and_lets_the_rest_go_on() {
    let steps = [
        job("bad", "exit 3", ""),
        "      - {id: next, tool: polytope/noop, after: {step: bad}}\n".to_owned(),
        "      - {id: anyway, tool: polytope/noop, after: {step: bad, condition: always}}\n".to_owned(),
        job("last", "echo last", ", after: {step: anyway}"),
        job("never", "true", ", after: {step: next}"),
    ];
    let project = with_config("stage-bad", &steps.concat());
    project.secret("word", "something");
    let ran = project.pt(&["run", "-d"]).run().ends_with(1);
    let ran = ran.tells("stack/anyway  done").tells("`never` was not started, because `stack/next` failed");
    assert!(project.has("last") && !project.has("never") && !ran.stderr.contains("stack/next  done"), "{ran}");
}

#[test]
fn built_in_tasks_print_enter_containers_and_build_images() {
    let steps = [
        "      - {id: hello, tool: polytope/hello-world, args: {message: 'good {pt.value day}'}}\n".to_owned(),
        job("server", "sleep 300", "").replace("tty: false", "tty: false, services: [{id: server, ports: []}]"),
        "      - {id: enter, tool: polytope/container!exec, after: {step: server}, args: {container: server, \
         cmd: [sh, -c, 'echo inside; echo $WORD']}}\n"
            .to_owned(),
        "      - {id: image, tool: polytope/build-image, after: {step: enter}, args: {tags: ['pt-tests/built:1'], \
         labels: {kind: test}, sources: [{path: /, source: {type: repo, path: image}}, \
         {path: /made, source: {type: string, data: 'made here'}}]}}\n"
            .to_owned(),
        "      - {id: use, tool: polytope/container, after: {step: image}, args: {id: use, \
         image: 'pt-tests/built:1', tty: false, cmd: cat /made /copied}}\n"
            .to_owned(),
    ];
    let project = Project::new("builtin", &tool(&steps.concat()));
    project.file("image/Dockerfile", "FROM pt-tests/busybox:1\nCOPY made copied /\n");
    project.file("image/copied", "copied there\n");
    project.secret("word", "canary-52-word");
    project.pt(&["values", "set", "day", "morning"]).run().succeeds();
    let ran = project.pt(&["run", "-d"]).run().succeeds();
    let ran = ran.says("stack/hello | good morning").says("stack/enter | inside").says("stack/enter | <secret:word>");
    ran.tells("FROM pt-tests/busybox:1").never_mentions("canary-52-word");
    project.pt(&["logs", "use"]).run().succeeds().says("made here").says("copied there");
    project.blueprint(&tool(
        "      - {id: enter, tool: polytope/container!exec, args: {container: server, cmd: 'false'}}\n\
         \u{20}     - {id: prompt, tool: polytope/repl}\n",
    ));
    let failed = project.pt(&["run"]).run().ends_with(1).tells("the program in `server` ended with exit code 1");
    failed.tells("works in Polytope's cloud only");
    project.engine.call("DELETE", "/images/pt-tests/built:1?force=true", None);
}

#[test]
fn a_plan_knows_that_the_sources_of_an_image_have_changed() {
    let steps = [
        "      - {id: image, tool: polytope/build-image, args: {tags: ['pt-tests/sources:1'], \
         sources: [{path: /, source: {type: repo, path: image}}]}}\n"
            .to_owned(),
        "      - {id: use, tool: polytope/container, args: {id: use, image: 'pt-tests/sources:1', tty: false, \
         cmd: sleep 600, restart: {policy: always}}}\n"
            .to_owned(),
    ];
    let project = Project::new("sources", &tool(&steps.concat()));
    project.file("image/Dockerfile", "FROM pt-tests/busybox:1\nCOPY part /part\n");
    project.file("image/part", "one\n");
    project.pt(&["plan", "--exit-code"]).run().ends_with(2).says("for the first time here");
    project.pt(&["run", "-d"]).run().succeeds();
    let settled = project.pt(&["plan", "--exit-code"]).run().succeeds();
    assert!(!settled.stdout.contains("sources"), "{settled}");
    // The same content, written anew, is no other source.
    project.file("image/part", "one\n");
    project.pt(&["plan", "--exit-code"]).run().succeeds();
    for (file, content) in [
        ("image/part", "two\n"),
        ("image/Dockerfile", "FROM pt-tests/busybox:1\nCOPY part /other\n"),
        ("image/more", ""),
    ] {
        project.file(file, content);
        let planned = project.pt(&["plan", "--exit-code"]).run().ends_with(2).says("from changed sources");
        planned.tells("use: `stack/image` builds `pt-tests/sources:1` anew");
        project.pt(&["run", "-d"]).run().succeeds();
        project.pt(&["plan", "--exit-code"]).run().succeeds();
    }
    project.pt(&["down"]).run().succeeds();
    project.engine.call("DELETE", "/images/pt-tests/sources:1?force=true", None);
}

#[test]
fn a_scaffold_task_copies_a_template_that_later_steps_may_call() {
    let steps = "      - {id: copy, tool: polytope/scaffold, args: {template: templates/job, path: jobs/greeter, \
                 add-to-tools: [{tool: all, call: greeter}]}}\n";
    let project = Project::new("scaffold", &format!("{}  all: {{run: []}}\n", tool(steps)));
    project.file(
        "templates/job/polytope.yml",
        "tools:\n  {{ project-name }}:\n    run: [{tool: polytope/container, args: {id: '{{ project-name }}', tty: false, \
         image: 'pt-tests/busybox:1', cmd: echo scaffolded}}]\n",
    );
    project.pt(&["run"]).run().succeeds().says("created jobs/greeter/polytope.yml");
    project.pt(&["run", "greeter"]).run().succeeds().says("scaffolded");
    project.pt(&["run"]).run().succeeds();
}
