//! Jobs with arguments from the command line.

use crate::case::{clean, project, run};
use crate::faults::faults;

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
