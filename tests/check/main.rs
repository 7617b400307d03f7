//! Whole files through the compiler, without a process and without a disk.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod changed;
mod command;
mod conceal;
mod doors;
mod fixes;
mod gate;
mod outputs;
mod policies;
mod site;
mod standards;

use std::path::Path;

use polytope::compiler::{Project, check};
use polytope::diagnostic::Level;
use polytope::lint::Settings;
use polytope::source::MemoryLoader;

/// `level rule at line:column` and the message of each error and warning.
fn findings(text: &str, project: &Project) -> String {
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    let compiled = check(&loader, Path::new("polytope.yml"), project, &Settings::default()).unwrap();
    let line = |finding: &polytope::diagnostic::Diagnostic| {
        let at = compiled.sources.position(finding.primary.span);
        let help = finding.help.as_deref().map(|help| format!("\n    help: {help}")).unwrap_or_default();
        format!("{} {} at {}:{}: {}{help}\n", finding.level, finding.rule.name, at.line, at.column, finding.message)
    };
    compiled.diagnostics.iter().filter(|finding| finding.level > Level::Info).map(line).collect()
}

fn with_secret(name: &str) -> Project {
    Project { secrets: [name.to_owned()].into(), ..Project::default() }
}

const SEED: &str = "modules:
  - id: postgres
    module: polytope/postgres
    args:
      image: postgres:16.2
      env:
        - {name: POSTGRES_HOST_AUTH_METHOD, value: trust}
      data-volume: {type: volume, scope: project, id: postgres-data}
      restart: {policy: always}
";

#[test]
fn the_seed_example_has_exactly_the_trust_error() {
    insta::assert_snapshot!(findings(SEED, &Project::default()), @"
    error pg-trust-auth at 7:52: `postgres` lets everyone in without a password
        help: remove this variable and set a password: `{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}`, then `pt secrets generate postgres-password`
    ");
}

#[test]
fn with_a_password_from_a_secret_it_is_clean() {
    let text = SEED
        .replace("POSTGRES_HOST_AUTH_METHOD, value: trust", "POSTGRES_PASSWORD, value: pt.secret postgres-password");
    assert_eq!(findings(&text, &with_secret("postgres-password")), "");
}

#[test]
fn without_a_data_volume_the_missing_volume_is_reported() {
    let text = SEED
        .replace("POSTGRES_HOST_AUTH_METHOD, value: trust", "POSTGRES_PASSWORD, value: pt.secret postgres-password")
        .replace("      data-volume: {type: volume, scope: project, id: postgres-data}\n", "");
    insta::assert_snapshot!(findings(&text, &with_secret("postgres-password")), @"
    error missing-data-volume at 3:13: the data of `postgres` die with its container
        help: add `data-volume: {type: volume, scope: project, id: postgres-data}` to its `args`
    ");
}

#[test]
fn every_fault_is_found_in_one_go() {
    let text = "modules:
  - id: db
    module: polytope/postgress
  - id: api
    module: polytope/container
    parms: []
    params:
      - {id: port, type: integer}
    args:
      image: busybox:1.36
      cmd: \"echo 'hi\"
      scaling: two
      restart: {policy: allways}
      services: [{id: api, ports: [{port: pt.param prt, protocol: htp}]}]
      mounts:
        - path: { /root/.cache/, source: {type: volume, scope: project, id: cache} }
      env: [{name: A, value: pt.value host}, {nme: B}]
templates:
  - id: stack
    run: [db, api, {module: api, id: second, run-when: {after: apii}}]
";
    insta::assert_snapshot!(findings(text, &Project::default()), @r#"
    error unknown-module at 3:13: there is no module `polytope/postgress`
        help: did you mean `polytope/postgres`?
    error unknown-field at 6:5: a module has no key `parms`
        help: did you mean `params`?
    error bad-type at 8:26: there is no type `integer`
        help: write `int`
    error bad-command at 11:12: a quote in `cmd` is not closed
        help: close it, or write the command as a list: `[sh, -c, "…"]`
    error wrong-type at 12:16: `scaling` must be a whole number, found `two`
    error invalid-literal at 13:25: `policy` cannot be `allways`
        help: did you mean `always`?
    error undeclared-param at 14:52: there is no parameter `prt`
        help: did you mean `port`?
    error invalid-literal at 14:67: `protocol` cannot be `htp`
        help: did you mean `http`?
    error wrong-type at 16:17: `path` must be a path, found a map that starts with `/root/.cache/`
        help: write `{ path: /root/.cache/, source: … }`
    warning unset-reference at 17:39: value `host` is not set
        help: set it: `pt values set host VALUE`
    error unknown-field at 17:47: an item of `env` has no key `nme`
        help: did you mean `name`?
    error unknown-step at 20:64: there is no step `apii`
        help: did you mean `api`?
    "#);
}

#[test]
fn a_name_that_nothing_has_is_not_offered_to_agents() {
    let text = "tools:
  stack: {run: [{tool: db}]}
  db:
    run:
      - {tool: polytope/container, args: {image: \"busybox:1.36\", restart: {policy: always}}}
mcp: {only: [db, stak, migrate]}
";
    insta::assert_snapshot!(findings(text, &Project::default()), @r"
    warning unknown-module at 6:18: there is no tool `stak` that could be offered
        help: did you mean `stack`?
    warning unknown-module at 6:24: there is no tool `migrate` that could be offered
        help: remove it, or add a tool named `migrate`
    ");
}

#[test]
fn names_that_may_stand_where_nobody_could_read_are_not_held_against_the_file() {
    let tool = "tools: {a: {run: [{tool: polytope/redis}]}}\nmcp: {only: [b]}\n";
    assert!(findings(tool, &Project::default()).contains("there is no tool `b` that could be offered"));
    let absent = format!("include: [{{repo: \"gh:somebody/tools\"}}]\n{tool}");
    assert!(!findings(&absent, &Project::default()).contains("could be offered"), "{absent}");
    let broken = format!("instructions: a: b\n{tool}");
    assert!(!findings(&broken, &Project::default()).contains("could be offered"), "{broken}");
}
