//! Arguments against declared types; defaults.

use crate::case::{clean, main_job};
use crate::faults::faults;

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
    error invalid-literal at polytope.yml:27:18: `name` cannot be `a b`: a blank is not allowed in a name
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
        help: it takes `image`, `container-id`, `id`, `service-id`, `data-volume`, `data-path`, `env`, `cmd`, `restart`, `scripts`, `mounts`, `services` and 2 more
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
