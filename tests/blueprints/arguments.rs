//! What becomes of the arguments of built-in blueprints.

use std::collections::BTreeSet;
use std::path::Path;

use polytope::blueprint::{Catalogue, builtin_names};
use polytope::compiler::{Compilation, Project, check};
use polytope::diagnostic::Level;
use polytope::expand::Readiness;
use polytope::lint::Settings;
use polytope::source::MemoryLoader;

use crate::case::compile_text;
use crate::faults::faults;
use crate::outline::outline;

/// The program of one module, called `one`, with these lines.
fn one(lines: &str) -> Compilation {
    let compiled = compile_text(&format!("modules:\n  - id: one\n    {}\n", lines.trim().replace('\n', "\n    ")));
    assert_eq!(faults(&compiled), "");
    compiled
}

fn mounts(compiled: &Compilation) -> Vec<&str> {
    compiled.program.containers[0].mounts.iter().map(|mount| mount.path.value.as_str()).collect()
}

#[test]
fn each_script_has_a_path_of_its_own_in_alphabetical_order() {
    let compiled = one("
module: polytope/postgres
args:
  scripts:
    - {type: host, path: db/20-data.sql}
    -
    - {type: repo, path: db/10-schema.sql}
    - {type: string, data: \"select 1\"}
    - {type: string, data: \"#!/bin/sh\\necho hi\"}");
    let found = mounts(&compiled);
    let folder = "/docker-entrypoint-initdb.d";
    let names = ["20-data.sql", "10-schema.sql", "30-script.sql", "40-script.sh"];
    assert_eq!(found, names.map(|name| format!("{folder}/{name}")));
    let arguments: Vec<&str> =
        compiled.program.containers[0].mounts.iter().map(|mount| mount.argument.as_str()).collect();
    assert_eq!(arguments, ["scripts"; 4]);
}

#[test]
fn many_scripts_without_names_keep_their_order() {
    let scripts = "\n    - {type: string, data: \"select 1\"}".repeat(120);
    let compiled = one(&format!("module: polytope/postgres\nargs:\n  scripts:{scripts}"));
    let found = mounts(&compiled);
    let mut sorted = found.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(found, sorted);
}

#[test]
fn the_path_of_a_script_points_at_the_script() {
    let compiled = one("module: polytope/postgres\nargs:\n  scripts:\n    - {type: host, path: db/10-schema.sql}");
    let at = compiled.sources.position(compiled.program.containers[0].mounts[0].path.span);
    assert_eq!((at.line, at.column), (6, 11));
}

#[test]
fn the_data_volume_is_mounted_where_the_major_keeps_its_data() {
    let volume = "data-volume: {type: volume, scope: project, id: data}";
    for (image, path) in [
        ("postgres:15", "/var/lib/postgresql/data"),
        ("public.ecr.aws/docker/library/postgres:17.2-alpine", "/var/lib/postgresql/data"),
        ("postgres:18", "/var/lib/postgresql"),
        ("pgvector/pgvector:0.8.0-pg18", "/var/lib/postgresql"),
        ("registry.example.com/our-own:1", "/var/lib/postgresql/data"),
    ] {
        for blueprint in ["postgres", "postgres!simple"] {
            let compiled = one(&format!("module: polytope/{blueprint}\nargs:\n  image: {image}\n  {volume}"));
            assert_eq!(mounts(&compiled), [path], "{blueprint} {image}");
        }
    }
    let compiled = one(&format!("module: polytope/postgres\nargs:\n  data-path: /data/\n  {volume}"));
    assert_eq!(mounts(&compiled), ["/data"]);
}

#[test]
fn an_image_of_no_known_family_is_what_its_blueprint_runs() {
    for blueprint in ["postgres", "postgres!simple"] {
        let compiled = one(&format!("module: polytope/{blueprint}\nargs: {{image: registry.example.com/our-own:1}}"));
        let container = &compiled.program.containers[0];
        assert_eq!(container.facts.family, "postgres", "{blueprint}");
        assert_eq!(container.readiness, Readiness::Postgres { port: 5432 }, "{blueprint}");
    }
}

#[test]
fn what_the_user_sets_comes_last() {
    let compiled = one("
module: polytope/postgres!psql
args:
  {hostname: h, database: d, username: u, password: p, env: [{name: PGCONNECT_TIMEOUT, value: 1}, {name: A, value: b}]}");
    let container = &compiled.program.containers[0];
    assert_eq!(container.variable("PGCONNECT_TIMEOUT").unwrap().value.to_string(), "1");
    assert!(container.variable("PGCONNECT_TIMEOUT").unwrap().written);
    assert!(!container.variable("PGPASSWORD").unwrap().written);
}

#[test]
fn a_secret_stays_a_secret_wherever_it_is_passed() {
    let compiled = one("
module: polytope/postgres!psql
args:
  hostname: db.{pt.value domain}
  database: d
  username: pt.secret user
  password: pt.secret password
  command: alter role x password '{pt.secret other}'");
    insta::assert_snapshot!(outline(&compiled.program), @r#"
    one: job, ready by exit
      image      public.ecr.aws/docker/library/postgres:16.2
      command    ["psql", "--no-password", "--set=ON_ERROR_STOP=1", "--host=db.<value:domain>", "--port=5432", "--dbname=d", "--command=alter role x password '<secret:other>'"]
      env        PGUSER=<secret:user> (added)
      env        PGPASSWORD=<secret:password> (added)
      env        PGCONNECT_TIMEOUT=10 (added)
      tty        no
      stdin      no
    "#);
    assert_eq!(compiled.program.secret_names(), ["other", "password", "user"]);
    let words = compiled.program.containers[0].command.as_deref().unwrap();
    assert!(words.last().unwrap().has_secret());
    assert!(!format!("{:?}", compiled.program).contains('\u{F0001}'));
}

#[test]
fn text_after_an_installation_is_shell_and_references_in_it_are_not() {
    let compiled = one("
module: polytope/python
args:
  requirements: {type: host, path: requirements.txt}
  cmd: cd src && ./main --token '{pt.secret token}' --port \"{pt.value port}\"");
    insta::assert_snapshot!(outline(&compiled.program), @r#"
    one: job, ready by exit
      image      public.ecr.aws/docker/library/python:3.12.2-slim-bookworm
      command    ["sh", "-c", "pip install -r /requirements.txt; cd src && ./main --token ''\"${1}\"'' --port \"${2}\"", "sh", "<secret:token>", "<value:port>"]
      mount      /requirements.txt from host requirements.txt (requirements)
      workdir    /app
    "#);
}

#[test]
fn the_words_of_a_list_after_an_installation_are_passed_on_as_they_are() {
    let compiled = one("
module: polytope/node
args:
  package: {type: host, path: package.json}
  cmd: [node, -e, \"console.log('$HOME')\", null, pt.secret token]");
    insta::assert_snapshot!(outline(&compiled.program), @r#"
    one: job, ready by exit
      image      public.ecr.aws/docker/library/node:21.7.0-slim
      command    ["sh", "-c", "npm install --prefix /; exec \"$@\"", "sh", "node", "-e", "console.log('$HOME')", "<secret:token>"]
      mount      /package.json from host package.json (package)
      workdir    /app
    "#);
    let compiled = one("module: polytope/node\nargs: {package: {type: host, path: package.json}}");
    insta::assert_snapshot!(outline(&compiled.program), @r#"
    one: job, ready by exit
      image      public.ecr.aws/docker/library/node:21.7.0-slim
      command    ["sh", "-c", "npm install --prefix /; exec node"]
      mount      /package.json from host package.json (package)
      workdir    /app
    "#);
}

#[test]
fn an_open_quote_after_an_installation_is_found() {
    let compiled = compile_text(
        "modules:
  - id: one
    module: polytope/python
    args: {requirements: {type: host, path: r.txt}, cmd: \"echo 'hello\"}
",
    );
    insta::assert_snapshot!(faults(&compiled), @r#"
    error bad-command at polytope.yml:4:58: a quote in `cmd` is not closed
        help: close it, or write the command as a list: `[sh, -c, "…"]`
    "#);
}

#[test]
fn the_password_of_redis_is_in_no_command_line() {
    for cmd in ["redis-server --appendonly yes", "[redis-server, --appendonly, \"yes\"]"] {
        let compiled = one(&format!("module: polytope/redis\nargs: {{password: pt.secret pw, cmd: {cmd}}}"));
        let words = compiled.program.containers[0].command.as_deref().unwrap();
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        assert_eq!(words, ["redis-server", "--appendonly", "yes", "--include", "/etc/redis-password.conf"]);
    }
    let compiled = one("module: polytope/redis\nargs: {password: pt.secret pw}");
    insta::assert_snapshot!(outline(&compiled.program), @r#"
    redis: service, ready by port 6379
      image      public.ecr.aws/docker/library/redis:7.4
      command    ["redis-server", "--include", "/etc/redis-password.conf"]
      mount      /etc/redis-password.conf from text "requirepass '<secret:pw>'\n" (mounts, read-only)
      service    redis [tcp 6379 at 127.0.0.1:6379 or any]
    "#);
}

#[test]
fn mistakes_in_a_call_are_shown_where_they_are_written() {
    let compiled = compile_text(
        "modules:
  - id: db
    module: polytope/postgres
    args:
      env: [{nme: X}]
      data-volume: {type: volumes, id: x}
      scripts: [{type: host}]
      services: [{id: db, ports: [{port: 99999, expose-as: all}]}]
      mounts: [{path: data, source: {type: host, path: ../out}}]
      restart: {policy: sometimes}
      tty: false
  - id: api
    module: polytope/python
    args:
      code: ./api
      cmd: {run: main.py}
      create: maybe
templates:
  - {id: stack, run: [db, api]}
",
    );
    insta::assert_snapshot!(faults(&compiled), @"
    error unknown-field at polytope.yml:5:14: an item of `env` has no key `nme`
        help: did you mean `name`?
    error invalid-literal at polytope.yml:6:27: there is no mount type `volumes`
        help: did you mean `volume`?
    error missing-argument at polytope.yml:7:17: a `host` mount needs the key `path`
        help: add `path`: text
    error invalid-literal at polytope.yml:8:42: `port` cannot be 99999
    error invalid-literal at polytope.yml:9:23: `path` cannot be `data`: it must start with `/`
    error invalid-literal at polytope.yml:10:25: `policy` cannot be `sometimes`
        help: write `never`, `always` or `on-failure`
    warning unknown-argument at polytope.yml:11:7: `polytope/postgres` takes no argument `tty`
        help: it takes `image`, `container-id`, `id`, `service-id`, `data-volume`, `data-path`, `env`, `cmd`, `restart`, `scripts`, `mounts`, `services` and 2 more
    error wrong-type at polytope.yml:15:13: `code` must be a mount source such as `{type: host, path: ./code}`, found `./api`
    error wrong-type at polytope.yml:16:12: `cmd` must be text or a list of texts, found a map
    error invalid-literal at polytope.yml:17:15: `create` cannot be `maybe`
        help: write `always`, `when-missing` or `never`
    ");
}

#[test]
fn a_mistake_that_only_the_container_sees_is_shown_at_the_argument() {
    let compiled = compile_text(
        "modules:
  - id: base
    module: polytope/postgres
    params: [{id: out, type: mount-source}, {id: port, type: any}]
    args:
      data-volume: pt.param out
      services: [{id: db, ports: [{port: 5432, expose-as: pt.param port}]}]
  - id: db
    module: base
    args:
      out: {type: host, path: ../out}
      port: everywhere
templates:
  - {id: stack, run: [db]}
",
    );
    insta::assert_snapshot!(faults(&compiled), @"
    error host-path-outside-project at polytope.yml:11:31: `../out` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
        polytope.yml:9:13 in `base`
    error invalid-literal at polytope.yml:12:13: `expose-as` cannot be `everywhere`
        polytope.yml:9:13 in `base`
    ");
}

#[test]
fn holes_pass_every_template_and_raise_nothing() {
    let catalogue = Catalogue::default();
    for name in builtin_names() {
        let blueprint = catalogue.get(&name).unwrap();
        let names = || blueprint.params.iter().map(|param| param.id.value.as_str());
        let params = names().map(|name| format!("{{id: {name}, type: any}}")).collect::<Vec<_>>().join(", ");
        let args = names().map(|name| format!("{name}: pt.param {name}")).collect::<Vec<_>>().join(", ");
        let text = format!(
            "modules:\n  - id: one\n    module: {name}\n    params: [{params}]\n    args: {{{args}}}\n\
             templates: [{{id: stack, run: [other]}}]\n"
        );
        let loader = MemoryLoader::new([("polytope.yml", text)]);
        let checked = check(&loader, Path::new("polytope.yml"), &Project::default(), &Settings::default());
        let faults = checked.unwrap().diagnostics.into_iter().filter(|finding| finding.level > Level::Info);
        let rules: BTreeSet<&str> = faults.map(|finding| finding.rule.name).collect();
        let expected = if name.ends_with("!simple") && name.contains("postgres") {
            ["unknown-module", "pg-trust-auth"].into()
        } else {
            BTreeSet::from(["unknown-module"])
        };
        assert_eq!(rules, expected, "{name}");
    }
}
