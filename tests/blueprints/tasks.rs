//! What `pt` itself does: blueprints that run no container.

use polytope::compiler::Compilation;
use polytope::expand::TaskKind;

use crate::case::compile_text;
use crate::faults::faults;

/// The task that a call comes down to, with the arguments that are not left out.
fn task(call: &str, args: &str) -> String {
    let compiled = compile_text(&file(call, args));
    assert_eq!(faults(&compiled), "", "{call} {args}");
    assert!(compiled.program.containers.is_empty());
    written(&compiled)
}

fn file(call: &str, args: &str) -> String {
    format!("modules:\n  - {{id: one, module: {call}, args: {args}}}\n")
}

fn written(compiled: &Compilation) -> String {
    let [task] = compiled.program.tasks.values().collect::<Vec<_>>()[..] else { panic!("there is not one task") };
    let TaskKind::Builtin { name, arguments } = &task.kind else { panic!("a program") };
    let given = arguments.iter().filter(|(_, value)| !value.is_null());
    let given: Vec<String> = given.map(|(param, value)| format!("{param}: {}", value.describe())).collect();
    format!("{} {name} {{{}}}", task.id, given.join(", "))
}

#[test]
fn each_is_a_task_with_its_arguments() {
    let mut found = String::new();
    for (call, args) in [
        ("load-config", "{}"),
        ("polytope/noop", "{}"),
        ("polytope/hello-world", "{}"),
        ("polytope/hello-world", "{message: \"pt.value greeting\"}"),
        ("polytope/container!exec", "{container: postgres, cmd: psql --list}"),
        ("polytope/container!exec", "{container: postgres, cmd: [psql, null, --list]}"),
        (
            "polytope/build-image",
            "{tags: [\"a:1\"], sources: [{path: /, source: {type: host, path: api}}], labels: {a: b}}",
        ),
        ("polytope/send-slack-message", "{webhook: pt.secret webhook, text: up}"),
        ("polytope/repl", "{}"),
        ("polytope/create-project", "{name: shop}"),
        ("polytope/create-gateway-route", "{service-id: web, gateway-id: main, domain: a.example, service-port: 80}"),
    ] {
        found += &task(call, args);
        found.push('\n');
    }
    insta::assert_snapshot!(found, @r#"
    one/one load-config {}
    one/one noop {}
    one/one print {message: `"Hello world!"`}
    one/one print {message: `<value:greeting>`}
    one/one exec {container: `"postgres"`, cmd: `"psql --list"`}
    one/one exec {container: `"postgres"`, cmd: a list}
    one/one build-image {tags: a list, sources: a list, dockerfile: `"Dockerfile"`, labels: a map}
    one/one post {webhook: `<secret:webhook>`, text: `"up"`}
    one/one unsupported {}
    one/one unsupported {template: `"webapp"`, name: `"shop"`}
    one/one unsupported {service-id: `"web"`, gateway-id: `"main"`, domain: `"a.example"`, service-port: `80`}
    "#);
}

#[test]
fn a_scaffold_is_written_in_either_form() {
    for args in [
        "{template: .templates/api, path: api}",
        "{template: {type: repo, repo: pt.clj pt/module-repo-ref, path: api}, path: api, on-exists: overwrite}",
        "{template: a, path: b, on-conflict: skip, template-values: {name: shop, port: 1}, container-id: scaffold-api}",
        "{actions: []}",
        "{actions: [{template: a, path: b, print-files: [], print-tree: false, auto-include: false}]}",
        "{actions: [null, {template: a, path: b, add-to-tools: [{tool: stack, call: b}, null], on-conflict: skip}]}",
    ] {
        assert!(task("polytope/scaffold", args).starts_with("one/one scaffold {"), "{args}");
    }
}

#[test]
fn what_does_not_fit_is_reported() {
    let mut found = String::new();
    for (call, args) in [
        ("polytope/scaffold", "{actions: [{template: a, path: b, on-conflict: replace}]}"),
        ("polytope/scaffold", "{actions: [{template: a}]}"),
        ("polytope/container!exec", "{container: postgres}"),
        ("polytope/build-image", "{tags: [a], sources: [{path: src, source: {type: host, path: .}}]}"),
        ("polytope/send-slack-message", "{webhook: \"https://example.com/hook\", text: up}"),
        ("polytope/create-gateway-route", "{}"),
    ] {
        found += &faults(&compile_text(&file(call, args)));
    }
    insta::assert_snapshot!(found, @r#"
    error invalid-literal at polytope.yml:2:95: `on-conflict` cannot be `replace`
        help: write `skip`, `overwrite` or `fail`
    error missing-argument at polytope.yml:2:59: an item of `actions` needs the key `path`
        help: add `path`: text
    error missing-argument at polytope.yml:2:23: `polytope/container!exec` needs the argument `cmd`
        help: add to `args` `cmd`: text or a list of texts
    error invalid-literal at polytope.yml:2:80: `path` cannot be `src`: it must start with `/`
    error wrong-type at polytope.yml:2:68: `webhook` must be text that matches `https://hooks\.slack\.com/services/[A-Z0-9]+/[A-Z0-9]+/[a-zA-Z0-9]+`, found `"https://example.com/hook"`
    error missing-argument at polytope.yml:2:23: `polytope/create-gateway-route` needs the argument `service-id`
        help: add to `args` `service-id`: text
    "#);
}
