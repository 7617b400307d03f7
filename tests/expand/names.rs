//! Names of containers and services, and what has one twice.

use crate::case::{api, checked, clean, main_job, project, run};
use crate::faults::faults;

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

#[test]
fn no_name_is_an_empty_pair_of_quotes_and_nothing_in_one_is_unseen() {
    for (written, expected) in [
        ("id: ''", "`id` is empty"),
        ("id: \"a\\u200bb\"", "`id` cannot be `a<U+200B>b`: U+200B (a zero-width space) is not allowed"),
        ("id: \"a\\u00a0b\"", "`id` cannot be `a<U+00A0>b`: U+00A0 (a no-break space) is not allowed"),
        ("env: [{name: \"A\\u2028B\", value: x}]", "cannot hold U+2028 (a line separator): `A<U+2028>B`"),
        ("env: [{name: 'A B', value: x}]", "write `A_B`"),
    ] {
        let found = faults(&api(written));
        assert!(found.contains(expected) && !found.contains("``"), "{written}: {found}");
        assert_eq!(found.lines().filter(|line| line.contains(" at ")).count(), 1, "{written}: {found}");
    }
}
