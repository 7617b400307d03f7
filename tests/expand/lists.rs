//! Null lists and nil items; the environment as text.

use crate::case::{checked, clean, main_job};

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
fn a_file_without_modules_is_fine_and_one_that_describes_nothing_is_told() {
    assert!(checked("modules:\ntemplates:\n").contains("empty-file"));
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
