//! What a file means: references, types, defaults, names, paths and order, as real files use them.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod faults;
mod outline;

use std::path::Path;

use faults::faults;
use outline::outline;
use polytope::compiler::{Compilation, JobCall, Project, check, compile};
use polytope::diagnostic::LevelOverrides;
use polytope::expand::Condition;
use polytope::source::MemoryLoader;

fn run(text: &str, jobs: &[(&str, &str)], project: &Project) -> Compilation {
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    let job = |(name, args): &(&str, &str)| JobCall { name: (*name).to_owned(), args: (*args).to_owned() };
    let jobs: Vec<JobCall> = jobs.iter().map(job).collect();
    compile(&loader, Path::new("polytope.yml"), &jobs, project, &LevelOverrides::default()).unwrap().unwrap()
}

/// The main job of a file.
fn main_job(text: &str) -> Compilation {
    run(text, &[("", "")], &project())
}

fn project() -> Project {
    let values = [("host", "db"), ("port", "8080"), ("flag", "true"), ("word", "True"), ("many", "a b")];
    Project {
        values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        secrets: ["password".to_owned()].into(),
    }
}

/// A module `api` on `polytope/container` with these lines as its arguments.
fn api(lines: &str) -> Compilation {
    let args = lines.trim_matches('\n').replace('\n', "\n      ");
    main_job(&format!(
        "modules:\n  - id: api\n    module: polytope/container\n    args:\n      image: busybox:1.36\n      {args}\n"
    ))
}

fn clean(compiled: &Compilation) -> String {
    assert_eq!(faults(compiled), "");
    outline(&compiled.program)
}

fn checked(text: &str) -> String {
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    faults(&check(&loader, Path::new("polytope.yml"), &project(), &LevelOverrides::default()).unwrap())
}

// Null lists and nil items.

#[test]
fn a_list_that_is_null_is_empty_everywhere() {
    let compiled = main_job(
        "modules:
  - id: api
    module: polytope/container
    params:
    args: {image: \"busybox:1.36\", env: , mounts: ~, services: null, cmd: , entrypoint: , datasets: }
  - id: db
    module: polytope/postgres
    args: {scripts: , env: , services: , data-volume: , mounts: }
  - id: bare
    module: polytope/redis
    args:
templates:
  - id: stack
    params:
    run: [api, db, bare]
  - id: nothing
    run:
triggers:
",
    );
    insta::assert_snapshot!(clean(&compiled), @"
    api: job, ready by exit
      image      busybox:1.36
    postgres: service, ready by postgres on 5432
      image      public.ecr.aws/docker/library/postgres:16.2
      service    postgres [tcp 5432 at 127.0.0.1:5432 or any]
      stop       within 60 s
    redis: service, ready by port 6379
      image      public.ecr.aws/docker/library/redis:7.4
      service    redis [tcp 6379 at 127.0.0.1:6379 or any]
    ");
}

#[test]
fn a_file_without_templates_or_modules_is_fine() {
    assert_eq!(checked("modules:\ntemplates:\n"), "");
    assert_eq!(checked("templates: [{id: stack, run: [polytope/redis]}]\n"), "");
}

#[test]
fn nil_items_are_dropped() {
    let compiled = main_job(
        "modules:
  - id: base
    module: polytope/container
    params:
      - {id: variable, type: [maybe, env-var]}
      - {id: mount, type: [maybe, {path: absolute-path, source: mount-source}]}
      - {id: word, type: [maybe, str]}
      - {id: service, type: [maybe, service-spec]}
    args:
      image: busybox:1.36
      env: [pt.param variable, {name: A, value: b}, null, ~]
      mounts: [pt.param mount, {path: /x, source: {type: host, path: x}}]
      cmd: [run, pt.param word, null, --fast]
      services: [pt.param service, {id: web, ports: [80, null]}]
  - {id: api, module: base}
templates: [{id: stack, run: [api, ]}]
",
    );
    insta::assert_snapshot!(clean(&compiled), @r#"
    api: service, ready by port 80
      image      busybox:1.36
      command    ["run", "--fast"]
      env        A=b
      mount      /x from host x (mounts)
      service    web [tcp 80 at 127.0.0.1:80 or any]
    "#);
}

// Environment variables.

#[test]
fn the_environment_is_text() {
    let compiled = main_job(
        "modules:
  - id: base
    module: polytope/container
    params:
      - {id: number, type: [default, int, 0x1F]}
      - {id: flag, type: [default, bool, True]}
      - {id: ratio, type: [default, num, 1.50]}
      - {id: text, type: [default, str, True]}
      - {id: absent, type: [maybe, str]}
      - {id: anything, type: [default, any, False]}
    args:
      image: busybox:1.36
      env:
        - {name: PLAIN_TRUE, value: True}
        - {name: PLAIN_NUMBER, value: 0123}
        - {name: PLAIN_OFF, value: off}
        - {name: QUOTED, value: \"True\"}
        - {name: EMPTY, value: \"\"}
        - {name: NUMBER, value: pt.param number}
        - {name: FLAG, value: pt.param flag}
        - {name: RATIO, value: pt.param ratio}
        - {name: TEXT, value: pt.param text}
        - {name: TEXT_INSIDE, value: \"{pt.param text}\"}
        - {name: FLAG_INSIDE, value: \"{pt.param flag}\"}
        - {name: VALUE_INSIDE, value: \"{pt.value word}\"}
        - {name: ANYTHING, value: pt.param anything}
        - {name: NOTHING, value: }
        - {name: ABSENT, value: pt.param absent}
        - {name: ABSENT_INSIDE, value: \"<{pt.param absent}>\"}
        - {name: WITHOUT}
        - {name: TWICE, value: first}
        - {name: TWICE, value: last}
  - {id: api, module: base}
templates: [{id: stack, run: [api]}]
",
    );
    insta::assert_snapshot!(clean(&compiled), @"
    api: job, ready by exit
      image      busybox:1.36
      env        PLAIN_TRUE=true
      env        PLAIN_NUMBER=0123
      env        PLAIN_OFF=off
      env        QUOTED=True
      env        EMPTY=
      env        NUMBER=31
      env        FLAG=true
      env        RATIO=1.5
      env        TEXT=True
      env        TEXT_INSIDE=True
      env        FLAG_INSIDE=true
      env        VALUE_INSIDE=True
      env        ANYTHING=false
      env        ABSENT_INSIDE=<>
      env        TWICE=last
    ");
}

// Names.

#[test]
fn a_container_is_called_like_its_step_or_module_unless_an_id_says_otherwise() {
    let compiled = main_job(
        "modules:
  - {id: inner, module: polytope/container, args: {image: \"busybox:1.36\"}}
  - {id: outer, module: inner}
  - {id: named, module: polytope/container, args: {image: \"busybox:1.36\", id: own-name}}
templates:
  - id: stack
    run:
      - inner
      - outer
      - {id: step, module: outer}
      - named
      - {id: other, module: named, args: }
      - polytope/redis
      - {module: polytope/postgres!psql, args: {hostname: h, database: d, username: u, password: p}}
      - {module: polytope/python, args: {container-id: old-name}}
",
    );
    let names: Vec<&str> = compiled.program.containers.keys().map(String::as_str).collect();
    assert_eq!(names, ["inner", "outer", "step", "own-name", "redis", "postgres-psql", "old-name"]);
    assert_eq!(faults(&compiled), "");
}

#[test]
fn services_have_names_of_their_own() {
    let compiled = main_job(
        "modules:
  - {id: db, module: polytope/postgres, args: {container-id: database, service-id: orders-db}}
  - id: api
    module: polytope/container
    args:
      image: busybox:1.36
      services:
        - {id: api, ports: [{port: 80, protocol: http}, {port: 9090, protocol: tcp, internal: true, label: metrics}]}
        - {id: admin, ports: [{range: 9100-9105, protocol: udp}, {port: 81, protocol: https, expose-as: \"0.0.0.0:8443\"}]}
        - {id: nothing}
templates: [{id: stack, run: [db, api]}]
",
    );
    insta::assert_snapshot!(clean(&compiled), @"
    database: service, ready by postgres on 5432
      image      public.ecr.aws/docker/library/postgres:16.2
      service    orders-db [tcp 5432 at 127.0.0.1:5432 or any]
      stop       within 60 s
    api: service, ready by port 80
      image      busybox:1.36
      service    api [http 80 at 127.0.0.1:80 or any, tcp 9090 metrics at internal]
      service    admin [udp PortRange { first: 9100, last: 9105 } at internal, https 81 at 0.0.0.0:8443]
      service    nothing []
    ");
}

#[test]
fn two_containers_of_one_name_are_an_error() {
    let text = "modules:
  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\", id: same}}
  - {id: b, module: polytope/container, args: {image: \"busybox:1.36\", id: same}}
  - {id: orders, module: polytope/redis}
  - {id: users, module: polytope/redis}
templates: [{id: stack, run: [a, b, orders, users]}]
";
    insta::assert_snapshot!(faults(&main_job(text)), @"
    error duplicate-id at polytope.yml:3:75: there are two containers called `same`
        help: give one of them another name: `id` (for postgres `container-id`)
    error duplicate-id at polytope.yml:5:25: there are two containers called `redis`
        help: give one of them another name: `id` (for postgres `container-id`)
    ");
}

#[test]
fn one_module_called_twice_with_different_arguments_gives_no_silent_half() {
    let text = "modules:
  - id: base
    module: polytope/postgres
    params: [{id: name, type: str}]
    args: {service-id: pt.param name}
templates:
  - id: stack
    run:
      - {id: orders, module: base, args: {name: orders}}
      - {id: users, module: base, args: {name: users}}
  - id: again
    run:
      - {id: orders, module: base, args: {name: orders}}
      - {id: more, module: base, args: {name: orders}}
";
    insta::assert_snapshot!(faults(&main_job(text)), @"
    error duplicate-id at polytope.yml:10:29: there are two containers called `postgres` that differ in `service-id`
        help: give one of them another name: `id` (for postgres `container-id`)
    ");
    assert_eq!(faults(&run(text, &[("again", "")], &project())), "");
}

#[test]
fn a_template_called_twice_with_different_arguments_gives_no_silent_half() {
    let text = "modules:
  - id: base
    module: polytope/container
    params: [{id: image, type: str}]
    args: {image: pt.param image}
templates:
  - id: pair
    params: [{id: image, type: str}]
    run: [{module: base, args: {image: pt.param image}}]
  - id: stack
    run:
      - {template: pair, args: {image: \"busybox:1.36\"}}
      - {id: second, template: pair, args: {image: \"busybox:1.37\"}}
";
    insta::assert_snapshot!(faults(&run(text, &[("stack", "")], &project())), @"
    error duplicate-id at polytope.yml:13:32: there are two containers called `base` that differ in `image`
        help: give one of them another name: `id` (for postgres `container-id`)
        polytope.yml:9:20 in `base`
    ");
}

#[test]
fn what_several_jobs_share_is_one_container() {
    let text = "modules:
  - {id: db, module: polytope/redis}
  - {id: api, module: polytope/container, args: {image: \"busybox:1.36\"}}
templates:
  - {id: stack, run: [db, {module: api, run-when: {after: db}}]}
  - {id: tests, run: [db, {id: unit, module: api, run-when: {after: db}}]}
";
    let compiled = run(text, &[("stack", ""), ("tests", ""), ("stack", ""), ("db", "")], &project());
    insta::assert_snapshot!(clean(&compiled), @"
    redis: service, ready by port 6379
      image      public.ecr.aws/docker/library/redis:7.4
      service    redis [tcp 6379 at 127.0.0.1:6379 or any]
    api: job, ready by exit
      image      busybox:1.36
    unit: job, ready by exit
      image      busybox:1.36
    api waits for redis (Success)
    unit waits for redis (Success)
    ");
}

#[test]
fn a_module_and_a_template_may_have_one_name() {
    let text = "modules:
  - {id: api, module: polytope/container, args: {image: \"busybox:1.36\"}}
  - {id: lonely, module: polytope/container, args: {image: \"busybox:1.36\", cmd: [wait, {}]}}
templates:
  - {id: api, run: [api]}
  - {id: lonely, run: [api]}
";
    insta::assert_snapshot!(checked(text), @"warning wrong-type at polytope.yml:3:88: an item of `cmd` must be text, found a map");
}

// References.

#[test]
fn a_whole_reference_keeps_its_type_and_one_in_braces_is_text() {
    let compiled = main_job(
        "modules:
  - id: base
    module: polytope/container
    params:
      - {id: port, type: [default, int, 3000]}
      - {id: cmd, type: [default, [str], [run, now]]}
      - {id: env, type: [default, [env-var], [{name: A, value: 1}]]}
      - {id: mount, type: [default, mount-source, {type: host, path: code}]}
      - {id: name, type: [default, str, web]}
    args:
      image: busybox:{pt.param port}
      cmd: pt.param cmd
      env: \"#pt-param env\"
      mounts:
        - {path: \"/{pt.param name}/\", source: pt.param mount}
        - {path: /data, source: {type: host, path: \"./{pt.param name}/{pt.value host}\"}}
      services:
        - {id: pt.param name, ports: [{port: pt.param port, protocol: http, expose-as: \"{pt.param port}\"}]}
        - {id: \"{pt.param name}-admin\", ports: [{port: \"4{pt.param port}\", protocol: http, expose-as: pt.value port}]}
      workdir: /{pt.value host}
  - {id: api, module: base}
templates: [{id: stack, run: [api]}]
",
    );
    insta::assert_snapshot!(clean(&compiled), @r#"
    api: service, ready by port 3000
      image      busybox:3000
      command    ["run", "now"]
      env        A=1
      mount      /web from host code (mounts)
      mount      /data from host web/db (mounts)
      service    web [http 3000 at 127.0.0.1:3000]
      service    web-admin [http 43000 at 127.0.0.1:8080]
      workdir    /db
    "#);
}

#[test]
fn only_references_in_braces_are_filled_in() {
    let compiled = api(
        "env: [{name: A, value: \"${/id} {x} {{ y }} {pt.other} {pt.secret password}!\"}]\ncmd: [pt.example.com, \"f'{name}'\"]",
    );
    insta::assert_snapshot!(clean(&compiled), @r#"
    api: job, ready by exit
      image      busybox:1.36
      command    ["pt.example.com", "f'{name}'"]
      env        A=${/id} {x} {{ y }} {pt.other} <secret:password>!
    "#);
}

#[test]
fn a_list_cannot_stand_inside_of_text() {
    let text = "modules:
  - id: base
    module: polytope/container
    params: [{id: words, type: [str]}]
    args: {image: \"busybox:1.36\", cmd: \"run {pt.param words}\"}
  - {id: api, module: base, args: {words: [a, b]}}
templates: [{id: stack, run: [api]}]
";
    insta::assert_snapshot!(faults(&main_job(text)), @"
    error bad-expression at polytope.yml:5:55: `words` is a list and cannot stand inside of text
        polytope.yml:6:23 in `base`
    ");
}

#[test]
fn values_are_converted_to_what_is_asked_for() {
    let compiled = api(
        "
tty: pt.value flag
no-stdin: \"{pt.value flag}\"
services: [{id: api, ports: [{port: pt.value port, internal: pt.value flag}, {port: \"{pt.value port}\"}, pt.value port]}]
resources: {cpu: {limit: pt.value port}}
restart: {policy: on-failure, max-restarts: pt.value port}"
    );
    insta::assert_snapshot!(clean(&compiled), @"
    api: service, ready by port 8080
      image      busybox:1.36
      service    api [tcp 8080 at internal, tcp 8080 at 127.0.0.1:8080 or any, tcp 8080 at 127.0.0.1:8080 or any]
      restart    on-failure, at most 8080 times
      stdin      no
      limits     Resources { cpu_request: None, cpu_limit: Some(8080.0), memory_request: None, memory_limit: None }
    ");
}

#[test]
fn a_value_that_cannot_be_converted_is_reported_where_it_is_used() {
    let compiled =
        api("scaling: pt.value host\ntty: pt.value many\nservices: [{id: api, ports: [{port: \"{pt.value host}\"}]}]");
    insta::assert_snapshot!(faults(&compiled), @"
    error wrong-type at polytope.yml:6:16: `scaling` must be a whole number, found `db`
    error wrong-type at polytope.yml:7:12: `tty` must be `true` or `false`, found `a b`
    error wrong-type at polytope.yml:8:43: `port` must be a whole number, found `db`
    ");
}

#[test]
fn quoted_numbers_are_text() {
    insta::assert_snapshot!(faults(&api("scaling: \"2\"\ntty: \"true\"\nservices: [{id: api, ports: [{port: \"80\"}]}]")), @r#"
    error wrong-type at polytope.yml:6:16: `scaling` must be a whole number, found `"2"`
        help: write it without quotes: 2
    error wrong-type at polytope.yml:7:12: `tty` must be `true` or `false`, found `"true"`
        help: write it without quotes: true
    error wrong-type at polytope.yml:8:43: `port` must be a whole number, found `"80"`
        help: write it without quotes: 80
    "#);
}

#[test]
fn what_is_not_set_yet_fits_and_is_reported_as_unset_only() {
    let compiled = api("
entrypoint: \"tool {pt.value tag}\"
scaling: pt.value count
services: [{id: api, ports: [{port: pt.value api-port, expose-as: pt.value api-port}]}]
env: [{name: A, value: \"{pt.value a}-{pt.secret b}\"}]
user: pt.value user
mounts: [{path: /x, source: {type: volume, id: pt.value volume}}]");
    assert_eq!(faults(&compiled), "");
    let unset = compiled.diagnostics.iter().filter(|finding| finding.rule.name == "unset-reference").count();
    assert_eq!(unset, 7);
}

#[test]
fn a_secret_is_refused_where_the_engine_would_show_it_to_everyone() {
    let compiled = api("
id: pt.secret password
user: \"{pt.secret password}\"
workdir: \"/{pt.secret password}\"
create: pt.secret password
restart: {policy: pt.secret password}
resources: {memory: {limit: pt.secret password}}
env: [{name: pt.secret password, value: x}]
services:
  - {id: pt.secret password}
  - {id: api, ports: [pt.secret password, {port: pt.secret password}, {range: pt.secret password}]}
  - {id: more, ports: [{port: 80, protocol: pt.secret password, expose-as: pt.secret password, label: pt.secret password}]}
mounts:
  - {path: /a, source: {type: host, path: pt.secret password}}
  - {path: /b, source: {type: repo, path: \"x/{pt.secret password}\"}}
  - {path: \"/{pt.secret password}\", source: {type: host, path: x}}
  - {path: /c, source: {type: volume, id: pt.secret password, scope: project}}
  - {path: /d, source: {type: volume, id: v, scope: pt.secret password, create: pt.secret password}}");
    insta::assert_snapshot!(faults(&compiled), @"
    error wrong-type at polytope.yml:6:11: `id` cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:7:13: `user` cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:8:16: `workdir` cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:9:15: `create` cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:10:25: `policy` cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:11:35: `memory` cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:12:20: the name of a variable cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:14:16: the id of a service cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:15:29: a port cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:15:56: a port cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:15:85: `range` cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:16:51: `protocol` cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:16:82: `expose-as` cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:18:49: the path of a mount cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:19:49: the path of a mount cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:20:18: the path of a mount cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:21:49: the id of a volume cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:22:59: `scope` cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    error wrong-type at polytope.yml:22:87: `create` cannot be a secret: the engine shows it to everyone
        help: use `pt.value` for what is no secret
    ");
}

#[test]
fn a_job_is_told_what_else_cannot_be_mounted() {
    let compiled = api("
mounts:
  - {path: /a, source: {type: dataset, dataset: x}}
  - {path: /b, source: {type: repo, repo: other/repository, path: x}}
services: [{id: api, ports: [{range: 9100-9105, expose-as: 9100}]}]");
    insta::assert_snapshot!(faults(&compiled), @"
    error invalid-literal at polytope.yml:7:30: there are no `dataset` mounts on an engine of one's own
        help: use a directory of the project, `{type: host, path: …}`, or a volume
    error invalid-literal at polytope.yml:8:49: files of the repository `other/repository` are not fetched
        help: copy them into the project, and leave out `repo`
    error invalid-literal at polytope.yml:9:66: `expose-as` is one port, and `range` several
        help: write a port of its own for each one that the host shall reach
    ");
}

// Parameters.

#[test]
fn a_default_that_looks_like_an_expression_is_text() {
    let compiled = main_job(
        "modules:
  - id: base
    module: polytope/container
    params:
      - {id: a, type: [default, str, pt.value host]}
      - {id: b, type: [default, str, \"{pt.secret password}\"]}
      - {id: c, type: [default, [str], [\"#pt-js 1 + 1\", pt.param a]]}
    args:
      image: busybox:1.36
      cmd: pt.param c
      env: [{name: A, value: pt.param a}, {name: B, value: \"<{pt.param b}>\"}]
  - {id: api, module: base}
templates: [{id: stack, run: [api]}]
",
    );
    insta::assert_snapshot!(clean(&compiled), @r##"
    api: job, ready by exit
      image      busybox:1.36
      command    ["#pt-js 1 + 1", "pt.param a"]
      env        A=pt.value host
      env        B=<{pt.secret password}>
    "##);
    assert_eq!(compiled.uses.len(), 0);
}

#[test]
fn defaults_are_used_for_what_is_absent_or_null_at_every_depth() {
    let compiled = main_job(
        "modules:
  - id: base
    module: polytope/container
    params:
      - id: server
        type: {host: [default, str, db], port: [default, int, 5432], name: [maybe, str]}
      - {id: rounds, type: [default, int, 3]}
    args:
      image: busybox:1.36
      cmd: \"run {pt.param rounds}\"
      datasets: pt.param server
  - {id: one, module: base, args: {server: {port: ~}, rounds: }}
  - {id: two, module: base, args: {server: {}, rounds: 5}}
templates: [{id: stack, run: [one, two]}]
",
    );
    insta::assert_snapshot!(clean(&compiled), @r#"
    one: job, ready by exit
      image      busybox:1.36
      command    ["run", "3"]
    two: job, ready by exit
      image      busybox:1.36
      command    ["run", "5"]
    "#);
}

#[test]
fn arguments_are_checked_against_every_kind_of_type() {
    let text = "modules:
  - id: base
    module: polytope/container
    params:
      - {id: name, type: id}
      - {id: mode, type: [enum, fast, safe]}
      - {id: count, type: int}
      - {id: share, type: num}
      - {id: on, type: bool}
      - {id: code, type: [regex, \"[a-z]{3}\"]}
      - {id: labels, type: [map, str, int]}
      - {id: list, type: [[int]]}
      - {id: command, type: [either, str, [str]]}
      - {id: choice, type: [either, {file: str}, {text: str}]}
      - {id: size, type: data-size}
      - {id: wait, type: duration}
      - {id: where, type: url-path}
      - {id: how, type: http-method}
      - {id: path, type: absolute-path}
      - {id: image, type: docker-image}
    args: {image: pt.param image}
  - id: good
    module: base
    args: {name: a-b, mode: fast, count: 1, share: 0.5, on: false, code: abc, labels: {a: 1}, list: [[1, 2], []], command: [a], choice: {text: x}, size: 5GiB, wait: 5m, where: /x, how: get, path: /x/, image: \"a:1\"}
  - id: bad
    module: base
    args: {name: a b, mode: slow, count: 1.5, share: x, on: off, code: abcd, labels: {a: b}, list: [1, [x]], command: {}, choice: {texts: x}, size: 5 bits, wait: 5, where: x, how: fetch, path: x, image: A}
templates: [{id: stack, run: [good, bad]}]
";
    insta::assert_snapshot!(faults(&main_job(text)), @"
    error invalid-literal at polytope.yml:27:18: `name` cannot be `a b`: ` ` is not allowed in a name
    error invalid-literal at polytope.yml:27:29: `mode` cannot be `slow`
        help: write `fast` or `safe`
    error wrong-type at polytope.yml:27:42: `count` must be a whole number, found `1.5`
    error wrong-type at polytope.yml:27:54: `share` must be a number, found `x`
    error wrong-type at polytope.yml:27:61: `on` must be `true` or `false`, found `off`
        help: write `false`
    error wrong-type at polytope.yml:27:72: `code` must be text that matches `[a-z]{3}`, found `abcd`
    error wrong-type at polytope.yml:27:90: `a` must be a whole number, found `b`
    error wrong-type at polytope.yml:27:101: an item of `list` must be a list of whole numbers, found `1`
        help: write `[…]` around it to make it a list of one
    error wrong-type at polytope.yml:27:105: an item of an item of `list` must be a whole number, found `x`
    error wrong-type at polytope.yml:27:119: `command` must be text or a list of texts, found a map
    error wrong-type at polytope.yml:27:131: `choice` must be a map {file} or a map {text}, found a map
    error invalid-literal at polytope.yml:27:149: `size` cannot be `5 bits`: write a number and a unit
    error invalid-literal at polytope.yml:27:163: `wait` cannot be `5`: write a number and `ms`, `s`, `m`, `h`, `d`, `w`, `mo` or `y`
    error invalid-literal at polytope.yml:27:173: `where` cannot be `x`: it must start with `/`
    error invalid-literal at polytope.yml:27:181: `how` cannot be `fetch`: write `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, `HEAD` or `OPTIONS`
    error invalid-literal at polytope.yml:27:194: `path` cannot be `x`: it must start with `/`
    error invalid-literal at polytope.yml:27:204: `image` cannot be `A`: the repository of an image is written in lower case
    ");
}

#[test]
fn unknown_and_missing_arguments_are_told_at_the_call() {
    let text = "modules:
  - id: base
    module: polytope/container
    params: [{id: image, type: str}, {id: port, type: int}, {id: note, type: [maybe, str]}]
    args: {image: pt.param image, env: [{name: P, value: pt.param prt}]}
  - {id: api, module: base, args: {imag: x, port: }}
  - {id: db, module: polytope/postgres, args: {root-log-level: INFO}}
templates: [{id: stack, run: [api, db]}]
";
    insta::assert_snapshot!(faults(&main_job(text)), @"
    error undeclared-param at polytope.yml:5:67: there is no parameter `prt`
        help: did you mean `port`?
        polytope.yml:6:23 in `base`
    error missing-argument at polytope.yml:6:23: `base` needs the arguments `image`, `port`
        help: add to `args` `image`: text; `port`: a whole number
    error unknown-argument at polytope.yml:6:36: `base` takes no argument `imag`
        help: did you mean `image`?
    warning unknown-argument at polytope.yml:7:48: `polytope/postgres` takes no argument `root-log-level`
        help: it takes `image`, `container-id`, `service-id`, `data-volume`, `data-path`, `env`, `cmd`, `restart`, `scripts`, `mounts`, `services`, `create` and 1 more
    ");
}

#[test]
fn arguments_have_to_be_a_map() {
    let text = "modules:
  - {id: api, module: polytope/container, args: [image, x]}
  - {id: db, module: polytope/redis, args: redis}
templates: [{id: stack, run: [api, db]}]
";
    insta::assert_snapshot!(faults(&main_job(text)), @"
    error wrong-type at polytope.yml:2:49: `args` must be a map, found a list
        help: write `name: value` for each argument
    error wrong-type at polytope.yml:3:44: `args` must be a map, found `redis`
        help: write `name: value` for each argument
    ");
}

// Jobs.

const JOB: &str = "modules:
  - id: greet
    module: polytope/container
    params: [{id: word, type: [default, str, hello]}, {id: count, type: int}, {id: env, type: [maybe, [env-var]]}]
    args: {image: \"busybox:1.36\", cmd: [echo, pt.param word, pt.param count], env: pt.param env}
templates:
  - id: stack
    params: [{id: word, type: [default, str, hi]}]
    run: [{module: greet, args: {word: pt.param word, count: 1}}]
";

#[test]
fn a_job_takes_arguments_as_a_call_does() {
    let run_job = |name, args| run(JOB, &[(name, args)], &project());
    let compiled =
        run_job("greet", "{count: 2, word: pt.secret password, env: [{name: A, value: \"{pt.value host}\"}]}");
    insta::assert_snapshot!(clean(&compiled), @r#"
    greet: job, ready by exit
      image      busybox:1.36
      command    ["echo", "<secret:password>", "2"]
      env        A=db
    "#);
    assert_eq!(compiled.asked_for, ["greet".to_owned()].into());
    insta::assert_snapshot!(clean(&run_job("stack", "{word: moin}")), @r#"
    greet: job, ready by exit
      image      busybox:1.36
      command    ["echo", "moin", "1"]
    "#);
    insta::assert_snapshot!(clean(&run_job("", "")), @r#"
    greet: job, ready by exit
      image      busybox:1.36
      command    ["echo", "hi", "1"]
    "#);
}

#[test]
fn mistakes_in_the_arguments_of_a_job_are_shown_in_them() {
    let faults_of = |args| faults(&run(JOB, &[("greet", args)], &project()));
    insta::assert_snapshot!(faults_of(""), @"
    error missing-argument at polytope.yml:2:9: `greet` needs the argument `count`
        help: say `greet{count: …}`, with `count`: a whole number
    ");
    insta::assert_snapshot!(faults_of("{cuont: 1}"), @"
    error missing-argument at polytope.yml:2:9: `greet` needs the argument `count`
        help: say `greet{count: …}`, with `count`: a whole number
    error unknown-argument at <arguments>:1:2: `greet` takes no argument `cuont`
        help: did you mean `count`?
    ");
    insta::assert_snapshot!(faults_of("{count: many, word: pt.param word}"), @"
    error wrong-type at <arguments>:1:9: `count` must be a whole number, found `many`
    error undeclared-param at <arguments>:1:30: there is no parameter `word`
        help: declare it: `params: [{id: word, type: str}]`
    ");
    insta::assert_snapshot!(faults_of("count=1"), @"
    error wrong-type at <arguments>:1:1: arguments must be a map, found `count=1`
        help: write them so: `greet{name: value}`
    ");
    insta::assert_snapshot!(faults_of("{count: 1"), @"
    error yaml-syntax at <arguments>:1:1: this `{` is never closed
        help: add a `}` where it ends, on line 1 at the latest
    ");
}

// Paths.

#[test]
fn paths_are_relative_to_the_project_and_stay_in_it() {
    let compiled = api("
mounts:
  - {path: /a, source: {type: host, path: ./x}}
  - {path: /b/, source: {type: host, path: x/y/}}
  - {path: //c//d/, source: {type: host, path: x/../z}}
  - {path: /e, source: {type: host, path: .}}
  - {path: /f, source: {type: host, path: ''}}
  - {path: /g, source: {type: repo}}
  - {path: /h, source: {type: repo, path: .}}
  - {path: /i, source: {type: repo, path: /x/y}}
  - {path: /j, source: {type: repo, path: ./x, repo: }}
  - {path: /, source: {type: string, data: \"x\\n\"}}");
    insta::assert_snapshot!(clean(&compiled), @r#"
    api: job, ready by exit
      image      busybox:1.36
      mount      /a from host x (mounts)
      mount      /b from host x/y (mounts)
      mount      /c/d from host z (mounts)
      mount      /e from host . (mounts)
      mount      /f from host . (mounts)
      mount      /g from repo . (mounts)
      mount      /h from repo . (mounts)
      mount      /i from repo x/y (mounts)
      mount      /j from repo x (mounts)
      mount      / from text "x\n" (mounts)
    "#);
}

#[test]
fn paths_that_leave_the_project_are_reported() {
    let compiled = api("
mounts:
  - {path: /a, source: {type: host, path: ../x}}
  - {path: /b, source: {type: host, path: x/../../y}}
  - {path: /c, source: {type: host, path: /etc}}
  - {path: /d, source: {type: host, path: ~/keys}}
  - {path: /e, source: {type: repo, path: ../x}}
  - {path: /f, source: {type: volume, id: v, source: {type: host, path: ../seed}}}
  - {path: /g/../../h, source: {type: host, path: x}}");
    insta::assert_snapshot!(faults(&compiled), @"
    error host-path-outside-project at polytope.yml:7:49: `../x` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error host-path-outside-project at polytope.yml:8:49: `x/../../y` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error host-path-outside-project at polytope.yml:9:49: `/etc` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error host-path-outside-project at polytope.yml:10:49: `~/keys` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error host-path-outside-project at polytope.yml:11:49: `../x` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error host-path-outside-project at polytope.yml:12:79: `../seed` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error invalid-literal at polytope.yml:13:18: `path` cannot be `/g/../../h`: `..` has no place in an absolute path
    ");
}

#[test]
fn volumes_live_as_long_as_they_say() {
    let compiled = api("
mounts:
  - {path: /a, source: {type: volume, id: job}}
  - {path: /b, source: {type: volume, id: kept, scope: project}}
  - {path: /c, source: {type: volume, id: kept}}
  - {path: /d, source: {type: volume, id: filled, scope: project, create: always, source: {type: host, path: ./seed}}}
  - {path: /e, source: {type: volume, id: there, scope: job, create: never}}");
    insta::assert_snapshot!(clean(&compiled), @"
    api: job, ready by exit
      image      busybox:1.36
      mount      /a from volume job (mounts)
      mount      /b from volume kept (mounts)
      mount      /c from volume kept (mounts)
      mount      /d from volume filled (mounts)
      mount      /e from volume there (mounts)
    volume job: Job, create WhenMissing
    volume kept: Project, create WhenMissing
    volume filled: Project, create Always, filled from host seed
    volume there: Job, create Never
    ");
}

// Containers.

#[test]
fn everything_that_a_container_takes_reaches_the_program() {
    let compiled = api("
id: web
entrypoint: /bin/tool 'two words'
cmd: run --fast \"a b\" ''
workdir: /srv
no-stdin: true
tty: false
user: \"#pt-host\"
scaling: 3
update-image: true
create: when-missing
await: false
unconfined: true
restart: {policy: never, max-restarts: 2}
resources: {cpu: {request: 0.5, limit: 2}, memory: {request: 1000, limit: 1.5 GiB}, gpu: true}");
    insta::assert_snapshot!(clean(&compiled), @r#"
    web: service, ready by running
      image      busybox:1.36
      entrypoint ["/bin/tool", "two words"]
      command    ["run", "--fast", "a b", ""]
      restart    never, at most 2 times
      user       who runs pt
      workdir    /srv
      tty        no
      stdin      no
      replicas   3
      pull       always
      create     WhenMissing
      limits     Resources { cpu_request: Some(0.5), cpu_limit: Some(2.0), memory_request: Some(1000), memory_limit: Some(1610612736) }
      unconfined yes
    "#);
    assert_eq!(clean(&api("user: 1000")).lines().nth(2), Some("  user       1000"));
}

#[test]
fn no_shell_reads_a_command() {
    let compiled = api("cmd: cd /x && echo $HOME | tee 'a;b' # not run\nentrypoint: \"pt.secret password\"");
    insta::assert_snapshot!(clean(&compiled), @r#"
    api: job, ready by exit
      image      busybox:1.36
      entrypoint ["<secret:password>"]
      command    ["cd", "/x", "&&", "echo", "$HOME", "|", "tee", "a;b"]
    "#);
}

#[test]
fn what_serves_and_what_ends_is_told_from_what_is_written() {
    for (lines, role) in [
        ("cmd: sleep 1", "job"),
        ("restart: {policy: always}", "service"),
        ("restart: {policy: on-failure}", "job"),
        ("await: false", "service"),
        ("services: [{id: api, ports: [80]}]", "service"),
        ("services: []", "job"),
        ("services: [null]", "job"),
    ] {
        let text = clean(&api(lines));
        assert!(text.starts_with(&format!("api: {role},")), "{lines}: {text}");
    }
    for (image, cmd, ready) in
        [("postgres:16", "", "postgres on 5432"), ("redis:7", "", "port 6379"), ("postgres:16", ", cmd: psql", "exit")]
    {
        let text = format!("modules: [{{id: x, module: polytope/container, args: {{image: \"{image}\"{cmd}}}}}]\n");
        assert!(clean(&main_job(&text)).contains(&format!("ready by {ready}\n")), "{image}");
    }
}

#[test]
fn a_server_that_listens_elsewhere_is_asked_there() {
    let text = "modules: [{id: db, module: polytope/postgres, args: {services: [{id: db, ports: [6432]}]}}]\n";
    assert!(clean(&main_job(text)).starts_with("postgres: service, ready by postgres on 6432\n"));
}

#[test]
fn ports_without_protocol_are_tcp_and_odd_ones_are_reported() {
    let compiled = api("
services:
  - id: api
    ports:
      - 80
      - {port: 81}
      - {port: 82, expose-as: 0}
      - {port: 70000}
      - {port: 83, expose-as: \"localhost:80\"}
      - {range: 9-3}
      - {range: 100}
      - {protocol: tcp}
      - {port: 84, protocol: sctp}");
    insta::assert_snapshot!(faults(&compiled), @"
    error invalid-literal at polytope.yml:11:37: `expose-as` cannot be `0`
    error invalid-literal at polytope.yml:12:22: `port` cannot be 70000
    error invalid-literal at polytope.yml:13:37: `expose-as` cannot be `localhost:80`
    error invalid-literal at polytope.yml:14:23: `range` cannot be `9-3`
    error invalid-literal at polytope.yml:15:23: `range` cannot be `100`
    error missing-argument at polytope.yml:16:15: a port needs `port` or `range`
        help: write `{port: 5432, protocol: tcp}`
    error invalid-literal at polytope.yml:17:36: `protocol` cannot be `sctp`
        help: write `tcp`, `udp`, `http` or `https`
    ");
    insta::assert_snapshot!(outline(&compiled.program), @"
    api: service, ready by port 80
      image      busybox:1.36
      service    api [tcp 80 at 127.0.0.1:80 or any, tcp 81 at 127.0.0.1:81 or any, tcp 84 at 127.0.0.1:84 or any]
    ");
}

// Order.

#[test]
fn a_step_waits_for_the_containers_of_another() {
    let text = "modules:
  - {id: init, module: polytope/container, args: {image: \"busybox:1.36\"}}
  - {id: api, module: polytope/container, args: {image: \"busybox:1.36\"}}
templates:
  - {id: databases, run: [polytope/redis, {module: polytope/postgres, run-when: {after: redis}}]}
  - id: stack
    run:
      - init
      - {id: data, template: databases, run-when: {after: init, after-condition: always}}
      - {module: api, run-when: {after: data}}
      - {id: cleanup, module: init, run-when: {after: api, after-condition: failed}}
      - {id: report, module: init, after: {step: cleanup}}
      - databases
";
    let compiled = run(text, &[("stack", "")], &project());
    insta::assert_snapshot!(clean(&compiled), @"
    init: job, ready by exit
      image      busybox:1.36
    redis: service, ready by port 6379
      image      public.ecr.aws/docker/library/redis:7.4
      service    redis [tcp 6379 at 127.0.0.1:6379 or any]
    postgres: service, ready by postgres on 5432
      image      public.ecr.aws/docker/library/postgres:16.2
      service    postgres [tcp 5432 at 127.0.0.1:5432 or any]
      stop       within 60 s
    api: job, ready by exit
      image      busybox:1.36
    cleanup: job, ready by exit
      image      busybox:1.36
    report: job, ready by exit
      image      busybox:1.36
    postgres waits for redis (Success)
    redis waits for init (Always)
    postgres waits for init (Always)
    api waits for redis (Success)
    api waits for postgres (Success)
    cleanup waits for api (Failed)
    report waits for cleanup (Success)
    ");
    assert!(compiled.program.after.iter().any(|edge| edge.condition == Condition::Failed));
}

#[test]
fn steps_that_wait_for_nothing_or_for_each_other_are_reported() {
    let text = "modules:
  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\"}}
  - {id: b, module: polytope/container, args: {image: \"busybox:1.36\"}}
  - {id: c, module: polytope/container, args: {image: \"busybox:1.36\"}}
templates:
  - id: stack
    run:
      - {module: a, run-when: {after: b}}
      - {module: b, run-when: {after: c}}
      - {module: c, run-when: {after: b}}
      - {id: alone, module: a, run-when: {after: alone}}
      - {id: lost, module: a, run-when: {after: d}}
      - {id: odd, module: a, run-when: {after: a, after-condition: sucess}}
      - {id: lost, module: a}
      - {id: two words, module: a}
";
    let compiled = main_job(text);
    insta::assert_snapshot!(faults(&compiled), @"
    error dependency-cycle at polytope.yml:9:39: `b` and `c` wait for each other: none would ever start
        help: remove one of these `run-when`
    error dependency-cycle at polytope.yml:11:50: `alone` waits for itself
        help: remove one of these `run-when`
    error unknown-step at polytope.yml:12:49: there is no step `d`
        help: the steps of this template are `a`, `b`, `c`, `alone`, `lost`, `odd` or `two words`
    error invalid-literal at polytope.yml:13:68: there is no condition `sucess`
        help: did you mean `success`?
    error duplicate-id at polytope.yml:14:14: there are two steps `lost`
        help: give one of them another name: `{id: NAME, module: …}`
    error invalid-literal at polytope.yml:15:14: a step cannot be called `two words`: ` ` is not allowed in a name
    ");
}

#[test]
fn containers_that_wait_for_each_other_through_templates_are_reported() {
    let text = "modules:
  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\"}}
  - {id: b, module: polytope/container, args: {image: \"busybox:1.36\"}}
templates:
  - {id: inner, run: [a, {module: b, run-when: {after: a}}]}
  - id: stack
    run:
      - b
      - {module: a, run-when: {after: b}}
      - inner
";
    let compiled = run(text, &[("stack", "")], &project());
    insta::assert_snapshot!(faults(&compiled), @"
    error dependency-cycle at polytope.yml:5:56: `a` and `b` wait for each other: none would ever start
        help: remove one of these `run-when`
    ");
    insta::assert_snapshot!(faults(&run(text, &[("inner", ""), ("stack", "")], &project())), @"
    error dependency-cycle at polytope.yml:5:56: `a` and `b` wait for each other: none would ever start
        help: remove one of these `run-when`
    ");
}

// Calls.

#[test]
fn a_step_names_a_module_or_a_template_and_modules_win() {
    let text = "modules:
  - {id: api, module: polytope/container, args: {image: \"busybox:1.36\", id: module}}
  - {id: other, module: polytope/container, args: {image: \"busybox:1.36\", id: template}}
templates:
  - {id: api, run: [other]}
  - {id: pair, run: [other]}
  - {id: stack, run: [api, pair]}
";
    let compiled = run(text, &[("stack", "")], &project());
    assert_eq!(compiled.program.containers.keys().collect::<Vec<_>>(), ["module", "template"]);
}

#[test]
fn calls_without_an_end_are_reported() {
    let text = "modules:
  - {id: a, module: b}
  - {id: b, module: c}
  - {id: c, module: b}
templates:
  - {id: stack, run: [a, round]}
  - {id: round, run: [stack]}
";
    insta::assert_snapshot!(checked(text), @"
    error call-cycle at polytope.yml:4:21: `b` calls itself: `b` → `c` → `b`
        help: let one of them call a blueprint instead
        polytope.yml:2:21 in `b`
        polytope.yml:3:21 in `c`
    error call-cycle at polytope.yml:6:26: `round` calls itself: `round` → `stack` → `round`
        help: let one of them call a blueprint instead
    error call-cycle at polytope.yml:7:23: `stack` calls itself: `stack` → `round` → `stack`
        help: let one of them call a blueprint instead
    ");
}

#[test]
fn calls_that_go_too_deep_are_reported() {
    let modules: String = (0..100).map(|n| format!("  - {{id: m{n}, module: m{}}}\n", n + 1)).collect();
    let text =
        format!("modules:\n{modules}  - {{id: m100, module: polytope/redis}}\ntemplates: [{{id: stack, run: [m0]}}]\n");
    let found = faults(&main_job(&text));
    assert!(found.contains("calls go more than 64 deep here"), "{found}");
    assert_eq!(found.lines().filter(|line| line.starts_with("error")).count(), 1);
}

#[test]
fn faults_in_what_nothing_reaches_only_warn() {
    let text = "modules:
  - {id: used, module: polytope/container, args: {image: \"busybox:1.36\", scaling: x}}
  - {id: dead, module: polytope/container, args: {image: \"busybox:1.36\", scaling: x}}
  - {id: deader, module: gone}
  - {id: deadest, module: used, args: {comand: x}}
templates: [{id: stack, run: [used]}]
";
    insta::assert_snapshot!(checked(text), @"
    error wrong-type at polytope.yml:2:83: `scaling` must be a whole number, found `x`
    warning wrong-type at polytope.yml:3:83: `scaling` must be a whole number, found `x`
    warning unknown-module at polytope.yml:4:26: there is no module `gone`
        help: add a module with `id: gone`, or correct the name
    warning unknown-argument at polytope.yml:5:40: `used` takes no argument `comand`
        help: it takes none
    ");
}

#[test]
fn what_a_caller_has_to_give_is_a_hole_when_nobody_calls() {
    let text = "modules:
  - id: base
    module: polytope/postgres
    params:
      - {id: image, type: docker-image}
      - {id: volume, type: [maybe, mount-source]}
      - {id: scripts, type: [mount-source]}
      - {id: env, type: [env-var]}
      - {id: services, type: [maybe, [service-spec]]}
      - {id: name, type: str}
    args:
      image: pt.param image
      container-id: pt.param name
      service-id: \"{pt.param name}-db\"
      data-volume: pt.param volume
      scripts: pt.param scripts
      env: pt.param env
      services: pt.param services
      restart: {policy: always}
";
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    let found = check(&loader, Path::new("polytope.yml"), &project(), &LevelOverrides::default()).unwrap();
    assert_eq!(found.diagnostics, []);
}

#[test]
fn code_is_told_where_a_plan_needs_it() {
    let text = "modules:
  - id: base
    module: polytope/container
    params: [{id: port, type: int}]
    args:
      image: busybox:1.36
      services: [{id: api, ports: [{port: \"#pt-js params.port + 1\", protocol: http}]}]
      mounts: [{path: /x, source: {type: repo, path: x, repo: \"#pt-clj pt/module-repo-ref\"}}]
  - {id: api, module: base, args: {port: 80}}
templates: [{id: stack, run: [api]}]
";
    insta::assert_snapshot!(faults(&main_job(text)), @"
    error code-not-evaluated at polytope.yml:7:43: the JavaScript expression `#pt-js params.port + 1` is not evaluated yet
        help: write the value itself, or pass it with `pt.param`, `pt.value` or `pt.secret`
        polytope.yml:9:23 in `base`
    error code-not-evaluated at polytope.yml:8:63: the Clojure expression `#pt-clj pt/module-repo-ref` is not evaluated yet
        help: write the value itself, or pass it with `pt.param`, `pt.value` or `pt.secret`
        polytope.yml:9:23 in `base`
    ");
}
