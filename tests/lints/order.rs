//! The order of steps.

use super::*;

fn after(args: &str) -> Vec<String> {
    found(&format!(
        "modules:
  - {{id: web, module: polytope/container, args: {{image: \"busybox:1.36\", {args}}}}}
  - {{id: fill, module: polytope/container, args: {{image: \"busybox:1.36\"}}}}
templates:
  - id: stack
    run: [web, {{module: fill, run-when: {{after: web}}}}]
"
    ))
}

#[test]
fn only_what_is_always_restarted_never_ends() {
    assert_eq!(after("restart: {policy: always}"), ["error after-blocks-forever «web»"]);
    assert_eq!(after("restart: {policy: always}, await: false"), NOTHING);
    assert_eq!(after("restart: {policy: on-failure}"), NOTHING);
    assert_eq!(after("cmd: 'true'"), NOTHING);
}
