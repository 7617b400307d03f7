//! Calls of modules and templates, and what nothing calls.

use std::path::Path;

use polytope::compiler::check;
use polytope::lint::Settings;
use polytope::source::MemoryLoader;

use crate::case::{checked, main_job, project, run};
use crate::faults::faults;

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
    warning call-cycle at polytope.yml:6:26: `round` calls itself: `round` → `stack` → `round`
        help: let one of them call a blueprint instead
    error call-cycle at polytope.yml:7:23: `stack` calls itself: `stack` → `round` → `stack`
        help: let one of them call a blueprint instead
    ");
}

#[test]
fn calls_that_go_too_deep_are_reported() {
    let modules = (0..100).map(|n| format!("  - {{id: m{n}, module: m{}}}\n", n + 1)).collect::<Vec<_>>().concat();
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
        help: add a module or tool named `gone`, or correct the name
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
    let found = check(&loader, Path::new("polytope.yml"), &project(), &Settings::default()).unwrap();
    assert_eq!(found.diagnostics, []);
}
