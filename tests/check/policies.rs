//! `--policy`: the example policies, and policies through the command.

use std::path::Path;
use std::sync::Arc;

use polytope::compiler::{Project, check};
use polytope::lint::Settings;
use polytope::policy::Policies;
use polytope::source::{DiskLoader, MemoryLoader};

use super::command::Place;

/// What one of the policies of `examples/policies` says of a file.
fn said(policy: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/policies").join(policy);
    let policies = Arc::new(Policies::load(&DiskLoader, &[path]).unwrap());
    let settings = Settings { judges: vec![policies.clone()], ..Settings::default() };
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    let compiled = check(&loader, Path::new("polytope.yml"), &Project::default(), &settings).unwrap();
    assert_eq!(policies.faults().1, [], "{policy} can be asked");
    let own = compiled.diagnostics.iter().filter(|finding| finding.rule.name.starts_with("policy:"));
    own.map(|finding| {
        let (at, marked) =
            (compiled.sources.position(finding.primary.span), compiled.sources.text(finding.primary.span));
        format!(
            "{} {} at {}:{} `{marked}`: {}\n",
            finding.level, finding.rule.name, at.line, at.column, finding.message
        )
    })
    .collect()
}

#[test]
fn the_registry_policy_finds_foreign_and_unpinned_images() {
    let text = "modules:
  - {id: foreign, module: polytope/container, args: {image: \"quay.io/acme/api:1\"}}
  - {id: near, module: polytope/container, args: {image: \"ghcr.io/example-other/api:1\"}}
  - {id: unpinned, module: polytope/container, args: {image: \"ghcr.io/example/api:1\"}}
  - {id: official, module: polytope/container, args: {image: \"busybox:1.36\"}}
";
    insta::assert_snapshot!(said("registry.rego", text), @r#"
    error policy:registry.deny_foreign at 2:61 `"quay.io/acme/api:1"`: `quay.io/acme/api:1` is not from our registry
    error policy:registry.deny_foreign at 3:58 `"ghcr.io/example-other/api:1"`: `ghcr.io/example-other/api:1` is not from our registry
    warning policy:registry.warn_unpinned at 4:62 `"ghcr.io/example/api:1"`: `ghcr.io/example/api:1` has no digest
    "#);
}

#[test]
fn the_limits_policy_finds_services_without_limits_or_restart() {
    let text = "modules:
  - id: api
    module: polytope/container
    args: {image: \"busybox:1.36\", services: [{id: api, ports: [8080]}]}
  - id: web
    module: polytope/container
    args:
      image: busybox:1.36
      services: [{id: web, ports: [8081]}]
      resources: {memory: {limit: 512MiB}}
      restart: {policy: on-failure}
  - id: job
    module: polytope/container
    args: {image: \"busybox:1.36\", restart: {policy: never}}
";
    insta::assert_snapshot!(said("limits.rego", text), @"
    error policy:limits.deny_memory at 3:13 `polytope/container`: `api` has no limit to its memory
    error policy:limits.deny_restart at 3:13 `polytope/container`: `api` does not say when it is started again
    warning policy:limits.warn_endless at 11:7 `restart`: `web` is started again however often it fails
    ");
}

#[test]
fn the_storage_policy_finds_host_mounts_and_databases_without_a_volume() {
    let text = "modules:
  - id: db
    module: polytope/postgres
    args: {image: \"postgres:16.2\", container-id: db}
  - id: cache
    module: polytope/postgres
    args: {image: \"postgres:16.2\", container-id: db-kept, data-volume: {type: volume, scope: project, id: data}}
  - id: api
    module: polytope/container
    args:
      image: busybox:1.36
      mounts: [{path: /src, source: {type: host, path: src}}]
";
    insta::assert_snapshot!(said("storage.rego", text), @"
    error policy:storage.deny_database_volume at 3:13 `polytope/postgres`: what `db` stores is lost with it
    error policy:storage.violation_host_mount at 12:37 `{type: host, path: src}`: `api` mounts `src` of the host
    ");
    let scratch = text.replace("container-id: db}", "container-id: db-scratch}");
    assert!(!said("storage.rego", &scratch).contains("database_volume"), "{}", said("storage.rego", &scratch));
}

const POLICY: (&str, &str) = (
    "rules/images.rego",
    "package images

deny_latest contains {\"msg\": msg, \"container\": id, \"path\": \"image\"} if {
\tsome id, container in input.stack.containers
\tcontainer.image.tag == \"1.36\"
\tmsg := sprintf(\"`%s` is old\", [container.image.name])
}

warn contains \"every file says who looks after it\" if not input.instructions
",
);
const FILE: (&str, &str) =
    ("polytope.yml", "modules:\n  - {id: api, module: polytope/container, args: {image: \"busybox:1.36\"}}\n");

#[test]
fn findings_of_policies_are_drawn_counted_and_switched_like_our_own() {
    let place = Place::new([FILE, POLICY]);
    let ran = place.check(&["--policy", "rules"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.stdout, @r#"
    warning[policy:images.warn]: every file says who looks after it
     --> polytope.yml:1:1
      |
    1 | modules:
      | ^^^^^^^^

    error[policy:images.deny_latest]: `busybox:1.36` is old
     --> polytope.yml:2:57
      |
    2 |   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
      |                                                         ^^^^^^^^^^^^^^

    1 error, 1 warning in 1 file (2 infos hidden, --verbose shows them)
    "#);
    let off = place.check(&[
        "--policy",
        "rules",
        "--allow",
        "policy:images.deny_latest",
        "--deny",
        "policy:images.warn",
        "-o",
        "concise",
    ]);
    assert_eq!(off.code, 1);
    insta::assert_snapshot!(off.stdout, @"polytope.yml:1:1: error[policy:images.warn] every file says who looks after it");
    let without = place.check(&[]);
    assert_eq!(without.code, 0, "{}", without.stdout);
}

#[test]
fn sarif_lists_the_rules_of_policies_with_their_documentation() {
    let place = Place::new([FILE, POLICY]);
    let ran = place.check(&["--policy", "rules/images.rego", "-o", "sarif"]);
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let run = &document["runs"][0];
    let rules: Vec<&str> =
        run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert!(rules.contains(&"policy:images.deny_latest") && rules.contains(&"PT201"), "{rules:?}");
    let ids: Vec<&str> =
        run["results"].as_array().unwrap().iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    assert!(ids.contains(&"policy:images.deny_latest"), "{ids:?}");
}

#[test]
fn a_faulty_policy_is_an_error_in_its_own_file_told_once() {
    let policy = "package a\n\ndeny contains msg if {\n\tmsg := http.send({\"url\": \"http://x\"}).body\n}\n";
    let place = Place::new([
        ("a/polytope.yml", FILE.1),
        ("b/polytope.yml", FILE.1),
        ("p/network.rego", policy),
        ("q/broken.rego", "package b\n\ndeny contains {\n"),
    ]);
    let ran = place.check(&["a", "b", "--policy", "p"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.stdout, @r#"
    error[policy-fault]: could not find function http.send
     --> p/network.rego:4:18
      |
    4 |     msg := http.send({"url": "http://x"}).body
      |                     ^
      = help: functions that ask the network, the clock or the machine are not there; see `pt explain policy-input`

    1 error in 1 file (4 infos hidden, --verbose shows them)
    "#);
    let ran = place.check(&["a", "b", "--policy", "p", "--policy", "q", "-o", "concise"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.stdout, @"q/broken.rego:4:1: error[policy-fault] expecting expression");
}

#[test]
fn a_directory_without_policies_is_wrong_usage() {
    let place = Place::new([FILE, ("empty/README.md", "")]);
    for path in ["empty", "absent"] {
        let ran = place.check(&["--policy", path]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains("there is no `.rego` file in"), "{}", ran.stderr);
    }
}

#[test]
fn a_policy_that_takes_all_memory_is_stopped() {
    let policy = "package p\n\ndeny contains \"x\" if count(numbers.range(1, 1000000000)) == 1\n";
    let place = Place::new([FILE, ("p/greedy.rego", policy)]);
    let ran = place.check(&["--policy", "p"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("a policy takes more than 512 MiB of memory"), "{}", ran.stderr);
}

#[test]
fn policies_that_pt_toml_names_are_asked_by_check_plan_and_run() {
    let place = Place::new([
        (
            "polytope.yml",
            "modules:\n  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\", cmd: \"true\"}}\ntemplates: [{id: stack, run: [a]}]\n",
        ),
        ("pt.toml", "policies = [\"rules\"]\n[rules]\n\"policy:own.warn_me\" = \"off\"\n"),
        (
            "rules/own.rego",
            "package own\ndeny contains {\"msg\": \"no busybox here\", \"container\": id, \"path\": \"image\"} if {\n  some id, c in input.stack.containers\n  contains(c.image.name, \"busybox\")\n}\nwarn_me contains \"w\"\n",
        ),
    ]);
    let told = place.check(&["-o", "concise"]);
    assert_eq!(told.code, 1, "{}", told.stderr);
    assert!(told.stdout.contains("no busybox here") && !told.stdout.contains("warn_me"), "{}", told.stdout);
    for command in ["render", "plan", "run"] {
        let refused = place.pt(&[command, "stack"]);
        assert_eq!(refused.code, 2, "{command}: {}{}", refused.stdout, refused.stderr);
        assert!(refused.stderr.contains("no busybox here"), "{command}: {}", refused.stderr);
    }
    assert_eq!(place.pt(&["render", "stack", "--allow", "policy:own.deny"]).code, 0);
    assert_eq!(place.check(&["--locked"]).code, 1);
    let sarif = place.check(&["-o", "sarif"]).stdout;
    assert!(sarif.contains("policy:own.deny"));
}

#[test]
fn a_policy_that_can_say_nothing_is_a_fault() {
    let place = Place::new([
        (
            "polytope.yml",
            "modules:\n  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\", cmd: \"true\"}}\n",
        ),
        ("path/p.rego", "package pt\ndeny contains msg if { some c in input.stack.contianers; msg := \"x\" }\n"),
        ("name/p.rego", "package pt\ndenied contains msg if { msg := \"always\" }\n"),
        ("empty/p.rego", "package pt\n"),
        (
            "noisy/p.rego",
            "package pt\nimport input\ndeny[msg] { some i; input.modules[i].id == \"zz\"; print(\"hm\"); msg := \"x\" }\n",
        ),
        ("test/p_test.rego", "package pt\ntest_x := true\n"),
    ]);
    for (directory, words) in
        [("path", "did you mean `containers`?"), ("name", "nothing reads the rule `denied`"), ("empty", "no rule")]
    {
        let told = place.check(&["--policy", directory]);
        assert_eq!(told.code, 1, "{directory}: {}", told.stderr);
        assert!(told.stdout.contains(words), "{directory}: {}", told.stdout);
    }
    let noisy = place.check(&["--policy", "noisy"]);
    assert_eq!((noisy.code, noisy.stderr.as_str()), (0, ""), "{}", noisy.stdout);
    assert_eq!(place.check(&["--policy", "test"]).code, 2);
}
