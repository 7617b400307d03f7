//! Which container waits for which.

use polytope::expand::Condition;

use crate::case::{clean, main_job, project, run};
use crate::faults::faults;

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
        help: remove one of these `after`
    error dependency-cycle at polytope.yml:11:50: `alone` waits for itself
        help: remove one of these `after`
    error unknown-step at polytope.yml:12:49: there is no step `d`
        help: the steps here are `a`, `b`, `c`, `alone`, `lost`, `odd` or `two words`
    error invalid-literal at polytope.yml:13:68: there is no condition `sucess`
        help: did you mean `success`?
    error duplicate-id at polytope.yml:14:14: there are two steps `lost`
        help: give one of them another name: `{id: NAME, module: …}`
    error invalid-literal at polytope.yml:15:14: a step cannot be called `two words`: a blank is not allowed in a name
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
        help: remove one of these `after`
    ");
    insta::assert_snapshot!(faults(&run(text, &[("inner", ""), ("stack", "")], &project())), @"
    error dependency-cycle at polytope.yml:5:56: `a` and `b` wait for each other: none would ever start
        help: remove one of these `after`
    ");
}
