//! Programs in arguments: what they see, what becomes of their results, and where their faults are.

use polytope::compiler::Project;

use crate::case::{checked, clean, main_job, project, run};
use crate::faults::faults;

#[test]
fn a_program_reads_parameters_and_its_result_has_the_type_that_is_asked_for() {
    let compiled = main_job(
        "modules:
  - id: base
    module: polytope/container
    params:
      - {id: api-port, type: int}
      - {id: base-url, type: str}
      - {id: packages, type: str}
      - {id: cmd, type: [default, str, ./bin/run]}
      - {id: extra-env, type: [default, [env-var], [{name: A, value: 1}]]}
    args:
      image: busybox:1.36
      cmd: '#pt-js \"bun add \" + params.packages.replace(/[\\s,]+/g, \" \");'
      env: \"#pt-js [...params.extraEnv, {name: 'URL', value: params['baseUrl'] + '/api'}, {name: 'PORT', value: params.apiPort}]\"
      services: |-
        #pt-js
        params.cmd === \"./bin/run\"
          ? [{ id: \"api\", ports: [{ protocol: \"http\", port: params.apiPort, 'expose-as': params[\"api-port\"] }] }]
          : null;
  - id: api
    module: base
    args: {api-port: 3000, base-url: \"http://{pt.value host}\", packages: \"a, b\"}
templates: [{id: stack, run: [api]}]
",
    );
    insta::assert_snapshot!(clean(&compiled), @r#"
    api: service, ready by port 3000
      image      busybox:1.36
      command    ["bun", "add", "a", "b"]
      env        A=1
      env        URL=http://db/api
      env        PORT=3000
      service    api [http 3000 at 127.0.0.1:3000]
    "#);
}

#[test]
fn a_secret_comes_out_of_a_program_as_a_secret() {
    let compiled = main_job(
        "modules:
  - id: base
    module: polytope/container
    params: [{id: db-password, type: str}, {id: host, type: str}]
    args:
      image: busybox:1.36
      env: \"#pt-js [{name: 'URL', value: 'postgres://u:' + params.dbPassword + '@' + params.host}, {name: 'P', value: params.dbPassword}]\"
  - {id: api, module: base, args: {db-password: pt.secret password, host: pt.value host}}
templates: [{id: stack, run: [api]}]
",
    );
    insta::assert_snapshot!(clean(&compiled), @"
    api: job, ready by exit
      image      busybox:1.36
      env        URL=postgres://u:<secret:password>@db
      env        P=<secret:password>
    ");
}

#[test]
fn what_is_not_set_leaves_a_hole_and_no_fault_of_the_program() {
    let text = "modules:
  - id: base
    module: polytope/container
    params: [{id: port, type: int}]
    args:
      image: busybox:1.36
      services: \"#pt-js [{id: 'api', ports: [{protocol: 'http', port: params.port + 1}]}]\"
  - {id: api, module: base, args: {port: pt.value port}}
templates: [{id: stack, run: [api]}]
";
    let unset = Project { values: std::collections::BTreeMap::default(), ..project() };
    insta::assert_snapshot!(faults(&run(text, &[("", "")], &unset)), @"");
    insta::assert_snapshot!(clean(&main_job(text)), @"
    api: service, ready by port 8081
      image      busybox:1.36
      service    api [http 8081 at 127.0.0.1:8081 or any]
    ");
}

#[test]
fn faults_of_a_program_point_inside_of_it() {
    let api = |image: &str| {
        checked(&format!(
            "modules:\n  - id: api\n    module: polytope/container\n    params: [{{id: tag, type: [default, str, x]}}]\n    args:\n      image: {image}\n"
        ))
    };
    insta::assert_snapshot!(api("\"#pt-js ['busybox', params.tag.join(':')\""), @"error code-syntax at polytope.yml:6:53: the program ends too early");
    insta::assert_snapshot!(api("|\n        #pt-js\n        const tag = params.tag;\n        tag.nope.length"), @"error code-failed at polytope.yml:9:9: cannot read property `length` of undefined");
    insta::assert_snapshot!(api("pt.js pt.readFile('image')"), @"
    error code-failed at polytope.yml:6:20: `pt.readFile` is there in `code` steps only
        help: programs in arguments only compute; move it to a step: `run: [{code: …}]`
    ");
    insta::assert_snapshot!(api("pt.js for (;;) {}"), @"
    error code-limit at polytope.yml:6:20: this program was stopped: it takes longer than 500 ms
        help: programs in arguments are for small computations; do larger ones in a `code` step or a container
    ");
    insta::assert_snapshot!(api("\"#pt-js [params.tag]\""), @"error wrong-type at polytope.yml:6:14: `image` must be an image reference such as `postgres:16.2`, found a list");
}

#[test]
fn a_parameter_that_is_only_passed_on_keeps_its_place() {
    let found = checked(
        "modules:
  - id: base
    module: polytope/container
    params: [{id: the-env, type: any}]
    args: {image: busybox:1.36, env: \"#pt-js params.theEnv;\"}
  - {id: api, module: base, args: {the-env: [{nam: A, value: 1}]}}
templates: [{id: stack, run: [api]}]
",
    );
    insta::assert_snapshot!(found, @"
    error unknown-field at polytope.yml:6:47: an item of `env` has no key `nam`
        help: did you mean `name`?
        polytope.yml:6:23 in `base`
    ");
}
