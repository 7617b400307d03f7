//! Blueprints of a project, and what is wrong with them.

use polytope::compiler::{Compilation, Project};
use polytope::lint::Settings;

use crate::case::compile_files;
use crate::faults::faults;
use crate::outline::outline;

const QUEUE: &str = "id: acme/queue
info: A queue.
params:
  - {id: image, type: [default, docker-image, \"busybox:1.36\"]}
  - {id: port, type: [default, int, 7000]}
  - {id: mode, type: [default, [enum, fast, safe], fast]}
  - {id: data-volume, type: [maybe, mount-source]}
  - {id: topics, type: [maybe, [{name: str, max-size: [maybe, data-size]}]]}
image:
  ports: [7000]
  ready: {port: 7000}
  state: [{path: /queue}]
";

const QUEUE_TEMPLATE: &str = "image: {{ image }}
cmd:
  - queue
{% if mode == \"safe\" %}
  - --sync
{% endif %}
{% for topic in topics or [] %}
  - {{ \"--topic=\" ~ topic.name }}
{% if topic.max_size %}
  - {{ \"--max=\" ~ topic.max_size }}
{% endif %}
{% endfor %}
mounts:
{% if data_volume %}
  - {path: {{ state_path }}, source: {{ data_volume }}}
{% endif %}
services: [{id: queue, ports: [{{ port }}, {{ port + 1 }}]}]
";

/// Compiles the template `stack` (or the only module) of a project with a blueprint of its own.
fn with_own(manifest: &str, template: &str, text: &str) -> Compilation {
    let files = [
        ("blueprints/queue/blueprint.yml", manifest),
        ("blueprints/queue/container.yml", template),
        ("polytope.yml", text),
    ];
    compile_files(&files, "", &Project::default(), &Settings::default())
}

#[test]
fn a_project_brings_its_own_blueprints() {
    let compiled = with_own(
        QUEUE,
        QUEUE_TEMPLATE,
        "modules:
  - id: queue
    module: acme/queue
    args:
      port: 8000
      mode: safe
      topics: [{name: orders, max-size: 1GiB}, {name: \"{pt.secret name}\"}]
      data-volume: {type: volume, scope: project, id: queue}
",
    );
    assert_eq!(faults(&compiled), "");
    insta::assert_snapshot!(outline(&compiled.program), @r#"
    queue: service, ready by port 8000
      image      busybox:1.36
      command    ["queue", "--sync", "--topic=orders", "--max=1GiB", "--topic=<secret:name>"]
      mount      /queue from volume queue (data-volume)
      service    queue [tcp 8000 at 127.0.0.1:8000 or any, tcp 8001 at 127.0.0.1:8001 or any]
    volume queue: Project, create WhenMissing
    "#);
}

#[test]
fn mistakes_in_a_call_of_an_own_blueprint_are_errors() {
    let compiled = with_own(QUEUE, QUEUE_TEMPLATE, "modules: [{id: queue, module: acme/queue, args: {prot: 8000}}]\n");
    insta::assert_snapshot!(faults(&compiled), @"
    error unknown-argument at polytope.yml:1:50: `acme/queue` takes no argument `prot`
        help: did you mean `port`?
    ");
    let compiled = with_own(QUEUE, QUEUE_TEMPLATE, "modules: [{id: queue, module: acme/queues}]\n");
    insta::assert_snapshot!(faults(&compiled), @"
    error unknown-module at polytope.yml:1:31: there is no module `acme/queues`
        help: did you mean `acme/queue`?
    ");
}

const CALL: &str = "modules: [{id: queue, module: acme/queue}]\n";

#[test]
fn faults_of_an_own_template_are_shown_in_it() {
    let faults_of = |template: &str| faults(&with_own(QUEUE, template, CALL));
    insta::assert_snapshot!(faults_of("image: {{ image\ncmd: x\n"), @"error bad-blueprint at blueprints/queue/container.yml:2:1: unexpected identifier, expected end of variable block");
    insta::assert_snapshot!(faults_of("image: {{ image }}\ncmd: {{ comand }}\n"), @"
    error bad-blueprint at blueprints/queue/container.yml:2:1: there is no parameter `comand`
        help: there are `image`, `port`, `mode`, `data_volume`, `topics` or `state_path`
    ");
    insta::assert_snapshot!(faults_of("image: {{ image }}\nenv: [\n"), @"
    error bad-blueprint at blueprints/queue/container.yml:1:1: what the template gives is no YAML: this `[` is never closed
        polytope.yml:1:31 in `acme/queue`
    ");
    insta::assert_snapshot!(faults_of("cmd: queue\ncomand: queue\n"), @"
    error bad-blueprint at blueprints/queue/container.yml:1:1: what the template gives is wrong: `polytope/container` needs the argument `image`
        polytope.yml:1:31 in `acme/queue`
    error bad-blueprint at blueprints/queue/container.yml:1:1: what the template gives is wrong: `polytope/container` takes no argument `comand`
        polytope.yml:1:31 in `acme/queue`
    ");
    insta::assert_snapshot!(faults_of("just text\n"), @"
    error bad-blueprint at blueprints/queue/container.yml:1:1: the template has to give the arguments of `polytope/container`, a map
        polytope.yml:1:31 in `acme/queue`
    ");
    insta::assert_snapshot!(faults_of(""), @"
    error bad-blueprint at blueprints/queue/container.yml:1:1: the template has to give the arguments of `polytope/container`, a map
        polytope.yml:1:31 in `acme/queue`
    ");
}

#[test]
fn a_filter_for_arguments_takes_nothing_else() {
    for filter in ["json", "executable", "addresses(\",\")"] {
        let template = format!("image: busybox:1.36\ncmd: [{{{{ \"made up\" | {filter} }}}}]\n");
        let name = filter.split('(').next().unwrap();
        let found = faults(&with_own(QUEUE, &template, CALL));
        assert!(found.contains(&format!("container.yml:2:1: `{name}` takes an argument of the blueprint")), "{found}");
    }
}

#[test]
fn a_template_without_an_end_is_stopped() {
    let many = "1, ".repeat(60);
    let nested = "{% for a in list %}{% for b in list %}{% for c in list %}x{% endfor %}{% endfor %}{% endfor %}";
    let manifest = format!("id: acme/queue\nparams: [{{id: list, type: [default, [int], [{many}]]}}]\n");
    insta::assert_snapshot!(faults(&with_own(&manifest, nested, CALL)), @"
    error bad-blueprint at blueprints/queue/container.yml:1:1: the template is not done after 50000 steps
        polytope.yml:1:31 in `acme/queue`
    ");
}

#[test]
fn a_template_that_writes_without_an_end_is_stopped() {
    let many = "1, ".repeat(100);
    let long = "x".repeat(20_000);
    let manifest = format!("id: acme/queue\nparams: [{{id: list, type: [default, [int], [{many}]]}}]\n");
    for template in [
        format!("{{% for a in list %}}{long}{{% endfor %}}"),
        format!("{{% for a in list %}}{{{{ \"{long}\" }}}}{{% endfor %}}"),
    ] {
        let found = faults(&with_own(&manifest, &template, CALL));
        assert!(found.contains("the template gives more than 1048576 bytes"), "{found}");
    }
}

#[test]
fn a_template_cannot_make_values_that_double() {
    for (template, message) in [
        ("{% set a = image ~ image %}", "`~` cannot stand in `{% … %}`"),
        ("{% set a = [image] + [image] %}", "`+` cannot stand in `{% … %}`"),
        ("{% set a = [image, image] %}", "`,` cannot stand in `{% … %}`"),
        ("{% for a in [[image, image]] %}{% endfor %}", "`,` cannot stand in `{% … %}`"),
        ("{% with a = image %}{% endwith %}", "`with` cannot be used in a template"),
        ("{% set a %}{{ image }}{{ image }}{% endset %}", "`set` without `=` cannot be used"),
        ("{{ \"x\" * 100000000 }}", "`*` cannot be used in a template"),
        ("{% include \"x\" %}", "unknown statement include"),
    ] {
        let found = faults(&with_own(QUEUE, template, CALL));
        assert!(found.contains(message), "{template}: {found}");
    }
}

#[test]
fn json_of_json_ends_somewhere() {
    let again = "{% set text = text | json %}".repeat(60);
    let template = format!("image: busybox:1.36\n{{% set text = image | json %}}{again}\ncmd: [{{{{ text }}}}]\n");
    let found = faults(&with_own(QUEUE, &template, CALL));
    assert!(found.contains("container.yml:2:1: the template gives more than"), "{found}");
}

#[test]
fn a_blueprint_that_lacks_a_file_or_a_name_of_its_own_is_reported() {
    let compile = |files: &[(&str, &str)]| {
        let files = [files, &[("polytope.yml", CALL)]].concat();
        faults(&compile_files(&files, "", &Project::default(), &Settings::default()))
    };
    insta::assert_snapshot!(compile(&[("blueprints/queue/blueprint.yml", QUEUE)]), @"
    error bad-blueprint at blueprints/queue/blueprint.yml:1:1: this blueprint has no `container.yml`
        help: write blueprints/queue/container.yml: the arguments of `polytope/container`
    ");
    insta::assert_snapshot!(compile(&[("blueprints/queue/container.yml", QUEUE_TEMPLATE)]), @"
    error unknown-module at polytope.yml:1:31: `acme/queue` calls into the repository `gh:acme/queue`, which was not fetched
        help: `pt include add --pin-only gh:acme/queue` fetches it
    error bad-blueprint at blueprints/queue/container.yml:1:1: this blueprint has no `blueprint.yml`
        help: write blueprints/queue/blueprint.yml: its `id`, `info` and `params`
    ");
    let reserved = QUEUE.replace("acme/", "polytope/");
    insta::assert_snapshot!(
        compile(&[("blueprints/q/blueprint.yml", &reserved), ("blueprints/q/container.yml", QUEUE_TEMPLATE)]),
        @"
    error unknown-module at polytope.yml:1:31: `acme/queue` calls into the repository `gh:acme/queue`, which was not fetched
        help: `pt include add --pin-only gh:acme/queue` fetches it
    error bad-blueprint at blueprints/q/blueprint.yml:1:5: `polytope/` is for the blueprints that are built in
        help: give it a name of your own, such as `acme/queue`
    "
    );
    let twice = [
        ("blueprints/a/blueprint.yml", QUEUE),
        ("blueprints/a/container.yml", QUEUE_TEMPLATE),
        ("blueprints/b/blueprint.yml", QUEUE),
        ("blueprints/b/container.yml", QUEUE_TEMPLATE),
    ];
    insta::assert_snapshot!(compile(&twice), @"
    error bad-blueprint at blueprints/b/blueprint.yml:1:5: there are two blueprints called `acme/queue`
        help: give one of them another `id`
    ");
    let other = [("blueprints/README.md", "notes"), ("blueprints/notes/todo.md", "more")];
    insta::assert_snapshot!(compile(&other), @"
    error unknown-module at polytope.yml:1:31: `acme/queue` calls into the repository `gh:acme/queue`, which was not fetched
        help: `pt include add --pin-only gh:acme/queue` fetches it
    ");
}
