//! The built-in blueprints, each by its manifest, its defaults and its README, and those of a project.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod faults;
mod outline;

use std::collections::BTreeSet;
use std::path::Path;

use faults::faults;
use outline::outline;
use polytope::blueprint::{Blueprint, Catalogue, builtin_names};
use polytope::compiler::{Compilation, JobCall, Project, check, compile};
use polytope::diagnostic::LevelOverrides;
use polytope::expand::Readiness;
use polytope::rules;
use polytope::source::MemoryLoader;
use polytope::value::{Named, ParamType};

fn compile_files(files: &[(&str, &str)], job: &str, project: &Project, overrides: &LevelOverrides) -> Compilation {
    let loader = MemoryLoader::new(files.iter().copied());
    let jobs = [JobCall { name: job.to_owned(), args: String::new() }];
    compile(&loader, Path::new("polytope.yml"), &jobs, project, overrides).unwrap().unwrap()
}

fn compile_text(text: &str) -> Compilation {
    compile_files(&[("polytope.yml", text)], "", &Project::default(), &LevelOverrides::default())
}

/// A value that fits a type, as it is written in a file.
fn sample(kind: &ParamType) -> &'static str {
    match kind {
        ParamType::Str => "text",
        ParamType::Int => "1",
        ParamType::Named(Named::DockerImage) => "busybox:1.36",
        other => panic!("add a sample of {other}"),
    }
}

fn call_with_required_arguments(blueprint: &Blueprint) -> String {
    let required = blueprint.params.iter().filter(|param| !param.kind.is_optional());
    let args: String = required.map(|param| format!("      {}: {}\n", param.id.value, sample(&param.kind))).collect();
    let args = if args.is_empty() { String::new() } else { format!("    args:\n{args}") };
    format!("modules:\n  - id: one\n    module: {}\n{args}", blueprint.id)
}

#[test]
fn each_compiles_with_its_defaults_without_findings() {
    let catalogue = Catalogue::default();
    for name in builtin_names() {
        let compiled = compile_text(&call_with_required_arguments(catalogue.get(&name).unwrap()));
        assert_eq!(faults(&compiled), "", "{name}");
        insta::assert_snapshot!(format!("defaults of {name}"), outline(&compiled.program));
    }
}

#[test]
fn each_has_the_parameters_of_the_published_one() {
    let mut text = String::new();
    for name in builtin_names() {
        text += &format!("{name}\n");
        for param in &Catalogue::default().get(&name).unwrap().params {
            let default = match &param.kind {
                ParamType::Default(_, value) => format!(" = {}", value.describe()),
                _ => String::new(),
            };
            let needed = if param.kind.is_optional() { "" } else { " (required)" };
            text += &format!("  {}{needed}: {}{default}\n", param.id.value, param.kind);
        }
    }
    insta::assert_snapshot!(text);
}

/// The first YAML block of a README, and the rules that its text says to allow.
fn example(docs: &str) -> (String, LevelOverrides) {
    let block = docs.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let mut overrides = LevelOverrides::default();
    // The files that an example mounts are its reader's.
    overrides.set(&rules::ALL, "missing-host-path", None).unwrap();
    for allowed in docs.split("--allow ").skip(1) {
        let name: String = allowed.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '-').collect();
        overrides.set(&rules::ALL, &name, None).unwrap();
    }
    (block.to_owned(), overrides)
}

/// A project in which every secret is set that the text names.
fn with_its_secrets(text: &str) -> Project {
    let name =
        |rest: &str| rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    Project { secrets: text.split("pt.secret ").skip(1).map(name).collect(), ..Project::default() }
}

#[test]
fn each_readme_has_an_example_that_is_clean() {
    for name in builtin_names() {
        let catalogue = Catalogue::default();
        let docs = &catalogue.get(&name).unwrap().docs;
        assert!(docs.starts_with(&format!("# {name}\n")), "{name}: the heading of its README is its reference");
        let (text, overrides) = example(docs);
        let compiled = compile_files(&[("polytope.yml", &text)], "stack", &with_its_secrets(&text), &overrides);
        let findings: Vec<&str> = compiled.diagnostics.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(findings, Vec::<&str>::new(), "{name}");
        insta::assert_snapshot!(format!("example of {name}"), outline(&compiled.program));
    }
}

#[test]
fn each_parameter_is_documented_and_each_folder_is_named_like_its_reference() {
    for name in builtin_names() {
        let catalogue = Catalogue::default();
        let blueprint = catalogue.get(&name).unwrap();
        assert_eq!(blueprint.id, name);
        assert!(blueprint.info.ends_with('.'), "{name}");
        for param in &blueprint.params {
            assert!(param.info.as_deref().is_some_and(|info| info.ends_with('.')), "{name}: {}", param.id.value);
        }
    }
}

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
        help: it takes `image`, `container-id`, `service-id`, `data-volume`, `data-path`, `env`, `cmd`, `restart`, `scripts`, `mounts`, `services`, `create` and 1 more
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
        let params: String =
            blueprint.params.iter().map(|param| format!("{{id: {}, type: any}}, ", param.id.value)).collect();
        let args: String =
            blueprint.params.iter().map(|param| format!("{0}: pt.param {0}, ", param.id.value)).collect();
        let text = format!(
            "modules:\n  - id: one\n    module: {name}\n    params: [{params}]\n    args: {{{args}}}\n\
             templates: [{{id: stack, run: [other]}}]\n"
        );
        let loader = MemoryLoader::new([("polytope.yml", text)]);
        let checked = check(&loader, Path::new("polytope.yml"), &Project::default(), &LevelOverrides::default());
        let rules: BTreeSet<&str> = checked.unwrap().diagnostics.iter().map(|finding| finding.rule.name).collect();
        let expected = if name.ends_with("!simple") && name.contains("postgres") {
            ["unknown-module", "pg-trust-auth"].into()
        } else {
            BTreeSet::from(["unknown-module"])
        };
        assert_eq!(rules, expected, "{name}");
    }
}

const QUEUE: &str = "id: acme/queue
info: A queue.
params:
  - {id: image, type: [default, docker-image, \"busybox:1.36\"]}
  - {id: port, type: [default, int, 7000]}
  - {id: mode, type: [default, [enum, fast, safe], fast]}
  - {id: data-volume, type: [maybe, mount-source]}
  - {id: topics, type: [maybe, [{name: str, max-size: [maybe, data-size]}]]}
image:
  ports: [7000]
  ready: {port: 7000}
  state: [{path: /queue}]
";

const QUEUE_TEMPLATE: &str = "image: {{ image }}
cmd:
  - queue
{% if mode == \"safe\" %}
  - --sync
{% endif %}
{% for topic in topics or [] %}
  - {{ \"--topic=\" ~ topic.name }}
{% if topic.max_size %}
  - {{ \"--max=\" ~ topic.max_size }}
{% endif %}
{% endfor %}
mounts:
{% if data_volume %}
  - {path: {{ state_path }}, source: {{ data_volume }}}
{% endif %}
services: [{id: queue, ports: [{{ port }}, {{ port + 1 }}]}]
";

/// Compiles the template `stack` (or the only module) of a project with a blueprint of its own.
fn with_own(manifest: &str, template: &str, text: &str) -> Compilation {
    let files = [
        ("blueprints/queue/blueprint.yml", manifest),
        ("blueprints/queue/container.yml", template),
        ("polytope.yml", text),
    ];
    compile_files(&files, "", &Project::default(), &LevelOverrides::default())
}

#[test]
fn a_project_brings_its_own_blueprints() {
    let compiled = with_own(
        QUEUE,
        QUEUE_TEMPLATE,
        "modules:
  - id: queue
    module: acme/queue
    args:
      port: 8000
      mode: safe
      topics: [{name: orders, max-size: 1GiB}, {name: \"{pt.secret name}\"}]
      data-volume: {type: volume, scope: project, id: queue}
",
    );
    assert_eq!(faults(&compiled), "");
    insta::assert_snapshot!(outline(&compiled.program), @r#"
    queue: service, ready by port 8000
      image      busybox:1.36
      command    ["queue", "--sync", "--topic=orders", "--max=1GiB", "--topic=<secret:name>"]
      mount      /queue from volume queue (data-volume)
      service    queue [tcp 8000 at 127.0.0.1:8000 or any, tcp 8001 at 127.0.0.1:8001 or any]
    volume queue: Project, create WhenMissing
    "#);
}

#[test]
fn mistakes_in_a_call_of_an_own_blueprint_are_errors() {
    let compiled = with_own(QUEUE, QUEUE_TEMPLATE, "modules: [{id: queue, module: acme/queue, args: {prot: 8000}}]\n");
    insta::assert_snapshot!(faults(&compiled), @"
    error unknown-argument at polytope.yml:1:50: `acme/queue` takes no argument `prot`
        help: did you mean `port`?
    ");
    let compiled = with_own(QUEUE, QUEUE_TEMPLATE, "modules: [{id: queue, module: acme/queues}]\n");
    insta::assert_snapshot!(faults(&compiled), @"
    error unknown-module at polytope.yml:1:31: there is no module `acme/queues`
        help: did you mean `acme/queue`?
    ");
}

const CALL: &str = "modules: [{id: queue, module: acme/queue}]\n";

#[test]
fn faults_of_an_own_template_are_shown_in_it() {
    let faults_of = |template: &str| faults(&with_own(QUEUE, template, CALL));
    insta::assert_snapshot!(faults_of("image: {{ image\ncmd: x\n"), @"error bad-blueprint at blueprints/queue/container.yml:2:1: unexpected identifier, expected end of variable block");
    insta::assert_snapshot!(faults_of("image: {{ image }}\ncmd: {{ comand }}\n"), @"
    error bad-blueprint at blueprints/queue/container.yml:2:1: there is no parameter `comand`
        help: there are `image`, `port`, `mode`, `data_volume`, `topics` or `state_path`
    ");
    insta::assert_snapshot!(faults_of("image: {{ image }}\nenv: [\n"), @"
    error bad-blueprint at blueprints/queue/container.yml:1:1: what the template gives is no YAML: this `[` is never closed
        polytope.yml:1:31 in `acme/queue`
    ");
    insta::assert_snapshot!(faults_of("cmd: queue\ncomand: queue\n"), @"
    error bad-blueprint at blueprints/queue/container.yml:1:1: what the template gives is wrong: `polytope/container` needs the argument `image`
        polytope.yml:1:31 in `acme/queue`
    error bad-blueprint at blueprints/queue/container.yml:1:1: what the template gives is wrong: `polytope/container` takes no argument `comand`
        polytope.yml:1:31 in `acme/queue`
    ");
    insta::assert_snapshot!(faults_of("just text\n"), @"
    error bad-blueprint at blueprints/queue/container.yml:1:1: the template has to give the arguments of `polytope/container`, a map
        polytope.yml:1:31 in `acme/queue`
    ");
    insta::assert_snapshot!(faults_of(""), @"
    error bad-blueprint at blueprints/queue/container.yml:1:1: the template has to give the arguments of `polytope/container`, a map
        polytope.yml:1:31 in `acme/queue`
    ");
}

#[test]
fn a_template_without_an_end_is_stopped() {
    let many = "1, ".repeat(60);
    let nested =
        "{% for a in list %}{% for b in list %}{% for c in list %}x{% endfor %}{% endfor %}{% endfor %}".to_string();
    let manifest = format!("id: acme/queue\nparams: [{{id: list, type: [default, [int], [{many}]]}}]\n");
    insta::assert_snapshot!(faults(&with_own(&manifest, &nested, CALL)), @"
    error bad-blueprint at blueprints/queue/container.yml:1:1: the template is not done after 50000 steps
        polytope.yml:1:31 in `acme/queue`
    ");
}

#[test]
fn a_template_that_writes_without_an_end_is_stopped() {
    let many = "1, ".repeat(100);
    let long = "x".repeat(20_000);
    let manifest = format!("id: acme/queue\nparams: [{{id: list, type: [default, [int], [{many}]]}}]\n");
    for template in [
        format!("{{% for a in list %}}{long}{{% endfor %}}"),
        format!("{{% for a in list %}}{{{{ \"{long}\" }}}}{{% endfor %}}"),
    ] {
        let found = faults(&with_own(&manifest, &template, CALL));
        assert!(found.contains("the template gives more than 1048576 bytes"), "{found}");
    }
}

#[test]
fn a_template_cannot_make_values_that_double() {
    for (template, message) in [
        ("{% set a = image ~ image %}", "`~` cannot stand in `{% … %}`"),
        ("{% set a = [image] + [image] %}", "`+` cannot stand in `{% … %}`"),
        ("{% set a = [image, image] %}", "`,` cannot stand in `{% … %}`"),
        ("{% for a in [[image, image]] %}{% endfor %}", "`,` cannot stand in `{% … %}`"),
        ("{% with a = image %}{% endwith %}", "`with` cannot be used in a template"),
        ("{% set a %}{{ image }}{{ image }}{% endset %}", "`set` without `=` cannot be used"),
        ("{{ \"x\" * 100000000 }}", "`*` cannot be used in a template"),
        ("{% include \"x\" %}", "unknown statement include"),
    ] {
        let found = faults(&with_own(QUEUE, template, CALL));
        assert!(found.contains(message), "{template}: {found}");
    }
}

#[test]
fn a_blueprint_that_lacks_a_file_or_a_name_of_its_own_is_reported() {
    let compile = |files: &[(&str, &str)]| {
        let files = [files, &[("polytope.yml", CALL)]].concat();
        faults(&compile_files(&files, "", &Project::default(), &LevelOverrides::default()))
    };
    insta::assert_snapshot!(compile(&[("blueprints/queue/blueprint.yml", QUEUE)]), @"
    error bad-blueprint at blueprints/queue/blueprint.yml:1:1: this blueprint has no `container.yml`
        help: write blueprints/queue/container.yml: the arguments of `polytope/container`
    ");
    insta::assert_snapshot!(compile(&[("blueprints/queue/container.yml", QUEUE_TEMPLATE)]), @"
    warning unknown-module at polytope.yml:1:31: there is no module `acme/queue`
        help: modules of other repositories are not fetched by this version
    error bad-blueprint at blueprints/queue/container.yml:1:1: this blueprint has no `blueprint.yml`
        help: write blueprints/queue/blueprint.yml: its `id`, `info` and `params`
    ");
    let reserved = QUEUE.replace("acme/", "polytope/");
    insta::assert_snapshot!(
        compile(&[("blueprints/q/blueprint.yml", &reserved), ("blueprints/q/container.yml", QUEUE_TEMPLATE)]),
        @"
    warning unknown-module at polytope.yml:1:31: there is no module `acme/queue`
        help: modules of other repositories are not fetched by this version
    error bad-blueprint at blueprints/q/blueprint.yml:1:5: `polytope/` is for the blueprints that are built in
        help: give it a name of your own, such as `acme/queue`
    "
    );
    let twice = [
        ("blueprints/a/blueprint.yml", QUEUE),
        ("blueprints/a/container.yml", QUEUE_TEMPLATE),
        ("blueprints/b/blueprint.yml", QUEUE),
        ("blueprints/b/container.yml", QUEUE_TEMPLATE),
    ];
    insta::assert_snapshot!(compile(&twice), @"
    error bad-blueprint at blueprints/b/blueprint.yml:1:5: there are two blueprints called `acme/queue`
        help: give one of them another `id`
    ");
    let other = [("blueprints/README.md", "notes"), ("blueprints/notes/todo.md", "more")];
    insta::assert_snapshot!(compile(&other), @"
    warning unknown-module at polytope.yml:1:31: there is no module `acme/queue`
        help: modules of other repositories are not fetched by this version
    ");
}
