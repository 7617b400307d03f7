//! References to parameters, values and secrets, whole and in braces.

use crate::case::{api, clean, main_job};
use crate::faults::faults;

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
      limits     Resources { cpu_request: None, cpu_limit: Some(8080.0), memory_request: None, memory_limit: None, gpu: false }
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
  - {path: /b, source: {type: repo, repo: other/repository, path: x}}");
    insta::assert_snapshot!(faults(&compiled), @"
    error invalid-literal at polytope.yml:7:30: there are no `dataset` mounts on an engine of one's own
        help: use a directory of the project, `{type: host, path: …}`, or a volume
    error invalid-literal at polytope.yml:8:49: files of the repository `other/repository` are not here
        help: `pt include add gh:other/repository` fetches them; leave `repo` out for this project's own
    ");
}

#[test]
fn an_encoding_is_carried_out_where_the_content_is_known_and_kept_for_a_secret() {
    let compiled = main_job(
        "modules:
  - id: base
    module: polytope/container
    params:
      - {id: login, type: [default, str, \"a b/c\"]}
      - {id: password, type: str}
      - {id: port, type: [default, int, 3000]}
    args:
      image: busybox:1.36
      env:
        - {name: URL, value: \"pg://{pt.param login | url}:{pt.param password | url}@{pt.value host|url}:{pt.param port | url}\"}
        - {name: LOGIN, value: pt.param login | base64}
        - {name: PASSWORD, value: \"#pt-secret password | base64\"}
        - {name: PASSED, value: \"#pt-js 'x' + params.password\"}
  - {id: api, module: base, args: {password: pt.secret password}}
  - {id: web, module: base, args: {password: \"a@{pt.secret password}\"}}
templates: [{id: stack, run: [api, web]}]
",
    );
    insta::assert_snapshot!(clean(&compiled), @"
    api: job, ready by exit
      image      busybox:1.36
      env        URL=pg://a%20b%2Fc:<secret:password|url>@db:3000
      env        LOGIN=YSBiL2M=
      env        PASSWORD=<secret:password|base64>
      env        PASSED=x<secret:password>
    web: job, ready by exit
      image      busybox:1.36
      env        URL=pg://a%20b%2Fc:a%40<secret:password|url>@db:3000
      env        LOGIN=YSBiL2M=
      env        PASSWORD=<secret:password|base64>
      env        PASSED=xa@<secret:password>
    ");
}

#[test]
fn what_cannot_be_encoded_is_told_where_it_is_written() {
    let base = "modules:
  - id: base
    module: polytope/container
    params: [{id: p, type: any}]
    args: {image: \"busybox:1.36\", env: [{name: A, value: \"{pt.param p | base64}\"}]}
  - {id: api, module: base, args: {p: ARGUMENT}}
templates: [{id: stack, run: [api]}]
";
    for (argument, expected) in [
        ("\"x{pt.secret a}\"", "holds a secret inside of other text"),
        ("pt.secret a | url", "holds a secret that is encoded already"),
        ("[a]", "has no encoding as base64"),
    ] {
        let found = faults(&main_job(&base.replace("ARGUMENT", argument)));
        assert!(found.contains(expected) && found.contains("bad-expression"), "{argument}: {found}");
    }
    let found = faults(&main_job(&base.replace("base64", "urll").replace("ARGUMENT", "a")));
    assert!(found.contains("there is no encoding `urll`") && found.contains("did you mean `| url`?"), "{found}");
}
