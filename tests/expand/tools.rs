//! The newer dialect: tools, inputs, includes, and steps that wait for several others.

use crate::case::{checked, checked_files, clean, main_job, main_job_of};
use crate::outline::outline;

#[test]
fn a_tool_of_one_step_is_that_step() {
    let text = "tools:
  db:
    inputs: {restart: {type: [default, [enum, always, never], always], info: when}, port: int}
    run:
      - tool: polytope/container
        args: {image: busybox:1.36, cmd: sleep 10, restart: {policy: pt.input restart}, env: [{name: PORT, value: '{pt.input port}'}]}
  stack:
    run: [{tool: db, args: {port: 5432}}, {id: second, tool: db, args: {port: 1, restart: never}}]
";
    insta::assert_snapshot!(clean(&main_job(text)), @r#"
    db: service, ready by running
      image      busybox:1.36
      command    ["sleep", "10"]
      env        PORT=5432
      restart    always
    second: job, ready by exit
      image      busybox:1.36
      command    ["sleep", "10"]
      env        PORT=1
      restart    never
    "#);
}

#[test]
fn nameless_steps_of_one_tool_are_told_apart() {
    let text = "tools:
  one: {run: [{tool: polytope/container, args: {image: busybox:1.36, cmd: echo}}]}
  stack:
    run:
      - {tool: polytope/container, args: {image: busybox:1.36, cmd: 'true'}}
      - {tool: polytope/container, args: {image: busybox:1.36, cmd: 'false'}}
      - {tool: one}
      - {tool: one}
";
    insta::assert_snapshot!(clean(&main_job(text)), @r#"
    stack-container: job, ready by exit
      image      busybox:1.36
      command    ["true"]
    stack-container-2: job, ready by exit
      image      busybox:1.36
      command    ["false"]
    one: job, ready by exit
      image      busybox:1.36
      command    ["echo"]
    one-2: job, ready by exit
      image      busybox:1.36
      command    ["echo"]
    "#);
}

#[test]
fn a_step_waits_for_all_that_it_names_and_a_call_for_what_the_tool_awaits() {
    let text = "tools:
  init:
    await: [first, unheard-of]
    run:
      - {id: first, tool: polytope/container, args: {image: busybox:1.36, cmd: 'true'}}
      - {id: rest, tool: polytope/container, args: {image: busybox:1.36, cmd: 'true'}}
  stack:
    run:
      - {id: a, tool: polytope/container, args: {image: busybox:1.36, cmd: 'true'}}
      - tool: init
      - {id: b, tool: polytope/container, args: {image: busybox:1.36, cmd: 'true'}, after: [{step: a}, {step: init}]}
";
    insta::assert_snapshot!(outline(&main_job(text).program), @r#"
    a: job, ready by exit
      image      busybox:1.36
      command    ["true"]
    first: job, ready by exit
      image      busybox:1.36
      command    ["true"]
    rest: job, ready by exit
      image      busybox:1.36
      command    ["true"]
    b: job, ready by exit
      image      busybox:1.36
      command    ["true"]
    b waits for a (Success)
    b waits for first (Success)
    "#);
    insta::assert_snapshot!(checked(text), @"
    warning unknown-step at polytope.yml:3:20: there is no step `unheard-of`
        help: the steps here are `first` or `rest`
    ");
}

#[test]
fn programs_and_built_in_steps_are_tasks_in_the_order() {
    let text = "tools:
  stack:
    run:
      - tool: load-config
      - {id: set, code: \"pt.js\\npt.log('x')\", after: {step: load-config}}
      - {tool: polytope/container, id: api, args: {image: busybox:1.36, cmd: 'true'}, after: {step: set}}
";
    insta::assert_snapshot!(clean(&main_job(text)), @r#"
    api: job, ready by exit
      image      busybox:1.36
      command    ["true"]
    task stack/load-config: load-config
    task stack/set: JavaScript
    stack/set waits for stack/load-config (Success)
    api waits for stack/set (Success)
    "#);
}

#[test]
fn included_files_lend_their_names_and_keep_their_places() {
    let files = [
        ("polytope.yml", "include: [services/api, db.yml, {path: services}]\ntools: {stack: {run: [{tool: api}, {tool: db}, {tool: web}]}}\n"),
        ("services/api/polytope.yml", "tools:
  stack: {run: []}
  api:
    run:
      - tool: polytope/python
        args: {code: {type: repo, path: .}, image: \"python:3.12\", mounts: [{path: /models, source: {type: repo, path: /models}}, {path: /x, source: {type: host, path: ./services/api/x}}, {path: /y, source: {type: repo, path: shared}}]}
"),
        ("services/api/x/keep", ""),
        ("models/keep", ""),
        ("shared/keep", ""),
        ("db.yml", "modules: [{id: db, module: polytope/container, args: {image: busybox:1.36, cmd: 'true'}}]\n"),
        ("services/polytope.yml", "include: [web]\n"),
        ("services/web/polytope.yml", "tools: {web: {run: [{tool: polytope/container, args: {image: busybox:1.36, cmd: 'true'}}]}}\n"),
    ];
    insta::assert_snapshot!(clean(&main_job_of(&files)), @r#"
    api: job, ready by exit
      image      python:3.12
      mount      /app from repo services/api (code)
      mount      /models from repo models (mounts)
      mount      /x from host services/api/x (mounts)
      mount      /y from repo shared (mounts)
      workdir    /app
    db: job, ready by exit
      image      busybox:1.36
      command    ["true"]
    web: job, ready by exit
      image      busybox:1.36
      command    ["true"]
    "#);
}

#[test]
fn an_include_that_is_not_there_is_one_finding() {
    let files = [(
        "polytope.yml",
        "include: [services/api, ../out, {repo: gh:acme/tools}]\ntools: {stack: {run: [{tool: api}]}}\n",
    )];
    insta::assert_snapshot!(checked_files(&files), @"
    error include-not-found at polytope.yml:1:11: the include `services/api` is not there
        help: correct the path, or remove the line
    error include-not-found at polytope.yml:1:25: the include `../out` lies outside of the project
        help: move it into the project
    info remote-include at polytope.yml:1:40: `gh:acme/tools` was not fetched: what it defines is not known here
        help: `pt include add gh:acme/tools` fetches it
    ");
}

#[test]
fn a_repository_that_was_not_fetched_matters_where_a_reachable_name_needs_it() {
    let files = |stack: &str| {
        format!(
            "include: [{{repo: gh:acme/tools}}]\ntools:\n  stack: {{run: [{{tool: {stack}}}]}}\n  other: {{run: [{{tool: theirs}}]}}\n"
        )
    };
    insta::assert_snapshot!(checked(&files("polytope/noop")), @"
    info remote-include at polytope.yml:1:18: `gh:acme/tools` was not fetched: what it defines is not known here
        help: `pt include add gh:acme/tools` fetches it
    warning unknown-module at polytope.yml:4:24: there is no tool `theirs`
        help: it may be in `gh:acme/tools`: `pt include add gh:acme/tools` fetches it
    ");
    insta::assert_snapshot!(checked(&files("theirs")), @"
    info remote-include at polytope.yml:1:18: `gh:acme/tools` was not fetched: what it defines is not known here
        help: `pt include add gh:acme/tools` fetches it
    error unknown-module at polytope.yml:3:24: there is no tool `theirs`
        help: it may be in `gh:acme/tools`: `pt include add gh:acme/tools` fetches it
    warning unknown-module at polytope.yml:4:24: there is no tool `theirs`
        help: it may be in `gh:acme/tools`: `pt include add gh:acme/tools` fetches it
    ");
}

#[test]
fn a_fetched_repository_is_read_from_its_locked_folder() {
    let commit = "0123456789012345678901234567890123456789";
    let lock = format!("version: 1\nincludes:\n  - {{repo: gh:acme/tools, commit: {commit}}}\n");
    let file = format!(".polytope/include/acme+tools@{commit}/polytope.yml");
    let text = "tools:
  theirs:
    run:
      - tool: polytope/container
        args: {image: busybox:1.36, cmd: 'true', mounts: [{path: /x, source: {type: repo, path: /lib}}, {path: /y, source: {type: host, path: ./config}}]}
  unsafe: {run: [{tool: polytope/container, args: {image: busybox}}]}
";
    let files = [
        ("polytope.yml", "include: [{repo: gh:acme/tools}]\ntools: {stack: {run: [{tool: theirs}]}}\n"),
        ("pt.lock", lock.as_str()),
        (file.as_str(), text),
        ("config/keep", ""),
    ];
    insta::assert_snapshot!(clean(&main_job_of(&files)), @r#"
    theirs: job, ready by exit
      image      busybox:1.36
      command    ["true"]
      mount      /x from repo .polytope/include/acme+tools@0123456789012345678901234567890123456789/lib (mounts)
      mount      /y from host config (mounts)
    "#);
    insta::assert_snapshot!(checked_files(&files), @"");
}
