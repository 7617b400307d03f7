//! What policies are asked, what they may say, and what they cannot do.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::source_value::Secrets;
use super::{Input, Policies};
use crate::compiler::{Compilation, Project, check};
use crate::diagnostic::{Diagnostics, LevelOverrides};
use crate::lint::{Judge, Judged, Settings};
use crate::schema::SCHEMAS;
use crate::source::MemoryLoader;

const FILE: &str = "modules:
  - id: db
    module: polytope/postgres
    args:
      image: postgres:16.2
      container-id: db
      env:
        - {name: POSTGRES_PASSWORD, value: pt.secret db-password}
        - {name: POSTGRES_DB, value: shop}
      data-volume: {type: volume, scope: project, id: data}
      services: [{id: db, ports: [{port: 5432, protocol: tcp, expose-as: 5433}]}]
templates:
  - {id: stack, run: [db]}
";

struct Asked {
    policies: Arc<Policies>,
    compiled: Compilation,
}

fn ask_of(file: &str, policies: &[(&str, &str)]) -> Asked {
    let files = policies.iter().map(|(path, text)| (format!("rules/{path}"), (*text).to_owned()));
    let loader = MemoryLoader::new(files);
    let policies = Arc::new(Policies::load(&loader, &[PathBuf::from("rules")]).unwrap());
    let settings = Settings { judges: vec![policies.clone()], ..Settings::default() };
    let loader = MemoryLoader::new([("polytope.yml", file)]);
    let mut project = Project::default();
    project.secrets.insert("db-password".to_owned());
    let compiled = check(&loader, Path::new("polytope.yml"), &project, &settings).unwrap();
    Asked { policies, compiled }
}

fn ask(policy: &str) -> Asked {
    ask_of(FILE, &[("a.rego", policy)])
}

impl Asked {
    /// What the policies found, with the marked text.
    fn found(&self) -> String {
        let own = self.compiled.diagnostics.iter().filter(|finding| finding.rule.name.starts_with("policy:"));
        own.map(|finding| {
            let sources = &self.compiled.sources;
            let (at, marked) = (sources.position(finding.primary.span), sources.text(finding.primary.span));
            let help = finding.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            let rule = finding.rule.name;
            format!("{} {rule} at {}:{} `{marked}`: {}{help}\n", finding.level, at.line, at.column, finding.message)
        })
        .collect()
    }

    /// What is wrong with the policies.
    fn faults(&self) -> String {
        let (sources, faults) = self.policies.faults();
        faults
            .iter()
            .map(|fault| {
                let (place, marked) = (sources.place(fault.primary.span), sources.text(fault.primary.span));
                format!("{place} `{marked}`: {}\n", fault.message)
            })
            .collect()
    }
}

#[test]
fn rules_are_found_by_their_names_in_any_package_and_say_texts_or_objects() {
    let policy = r#"package acme.rules

deny contains "a text"
deny_two contains {"msg": "an object", "help": "do this"}
violation contains {"msg": "with details", "details": {"x": 1}}
warn_three := "one text"
warn_list := ["first", "second"]
deny_truth if count(input.modules) == 1
deny_never if count(input.modules) == 2
denying contains "no rule of ours"
helper contains "neither"
"#;
    let asked = ask(policy);
    assert_eq!(asked.faults(), "");
    insta::assert_snapshot!(asked.found(), @"
    error policy:acme.rules.deny at 1:1 `modules:`: a text
    error policy:acme.rules.deny_truth at 1:1 `modules:`: this rule holds
    error policy:acme.rules.deny_two at 1:1 `modules:`: an object (do this)
    error policy:acme.rules.violation at 1:1 `modules:`: with details
    warning policy:acme.rules.warn_list at 1:1 `modules:`: first
    warning policy:acme.rules.warn_list at 1:1 `modules:`: second
    warning policy:acme.rules.warn_three at 1:1 `modules:`: one text
    ");
}

#[test]
fn older_rego_is_read_too() {
    let asked = ask("package main\n\ndeny[msg] {\n  input.modules[_].id == \"db\"\n  msg := \"old\"\n}\n");
    assert_eq!(asked.faults(), "");
    insta::assert_snapshot!(asked.found(), @"error policy:main.deny at 1:1 `modules:`: old");
}

#[test]
fn a_finding_is_told_where_its_policy_says() {
    let policy = r#"package p

db := input.stack.containers.db

deny_a contains {"msg": "the call", "container": "db"}
deny_b contains {"msg": "the image", "container": "db", "path": "image"}
deny_c contains {"msg": "a variable", "container": "db", "path": ["env", "POSTGRES_DB"]}
deny_d contains {"msg": "a key as written", "container": "db", "path": "data-volume"}
deny_e contains {"msg": "the mount", "span": db.mounts[0].span}
deny_f contains {"msg": "the host's side", "container": "db", "path": "ports[0].host"}
deny_g contains {"msg": "the source", "path": "modules[0].args.image"}
deny_h contains {"msg": "a pointer into a hole", "path": "/templates/0/run/7"}
deny_i contains {"msg": "no such container", "container": "nobody"}
deny_j contains {"msg": "no such file", "span": {"file": "/etc/passwd", "line": 1, "column": 1, "start": 0, "end": 5}}
deny_k contains {"msg": "out of the file", "span": {"file": "polytope.yml", "line": 1, "column": 1, "start": 9, "end": 90000}}
deny_l contains {"msg": "by name", "span": db.spans["env.POSTGRES_DB"]}
"#;
    let asked = ask(policy);
    assert_eq!(asked.faults(), "");
    insta::assert_snapshot!(asked.found(), @"
    error policy:p.deny_i at 1:1 `modules:`: no such container
    error policy:p.deny_j at 1:1 `modules:`: no such file
    error policy:p.deny_k at 1:1 `modules:`: out of the file
    error policy:p.deny_a at 3:13 `polytope/postgres`: the call
    error policy:p.deny_b at 5:14 `postgres:16.2`: the image
    error policy:p.deny_g at 5:14 `postgres:16.2`: the source
    error policy:p.deny_c at 9:38 `shop`: a variable
    error policy:p.deny_l at 9:38 `shop`: by name
    error policy:p.deny_d at 10:7 `data-volume`: a key as written
    error policy:p.deny_e at 10:20 `{type: volume, scope: project, id: data}`: the mount
    error policy:p.deny_f at 11:74 `5433`: the host's side
    error policy:p.deny_h at 13:22 `[db]`: a pointer into a hole
    ");
}

#[test]
fn the_stack_and_the_source_are_given_with_positions_and_secrets_by_name() {
    let policy = r#"package p

db := input.stack.containers.db

deny contains sprintf("%v", [{
    "version": input.version, "file": input.file, "family": db.family, "image": db.image, "env": db.env,
    "secrets": db.secrets, "mount": object.remove(db.mounts[0], ["span"]), "port": object.remove(db.ports[0], ["span"]),
    "volume": input.stack.volumes.data.scope, "position": input.positions["/modules/0/args/image"],
    "written": input.modules[0].args.env[0].value,
}])
"#;
    let asked = ask(policy);
    assert_eq!(asked.faults(), "");
    insta::assert_snapshot!(asked.found(), @r#"error policy:p.deny at 1:1 `modules:`: {"env": {"POSTGRES_DB": "shop", "POSTGRES_PASSWORD": "<secret:db-password>"}, "family": "postgres", "file": "polytope.yml", "image": {"digest": null, "name": "postgres:16.2", "registry": "docker.io", "repository": "library/postgres", "tag": "16.2"}, "mount": {"kind": "volume", "path": "/var/lib/postgresql/data", "read_only": false, "scope": "project", "source": "data"}, "port": {"first": 5432, "host": {"address": "127.0.0.1", "exact": true, "port": 5433}, "last": 5432, "protocol": "tcp", "service": "db"}, "position": {"column": 14, "line": 5}, "secrets": ["db-password"], "version": 1, "volume": "project", "written": "pt.secret db-password"}"#);
}

/// Keeps the input that a policy would get.
#[derive(Debug, Default)]
struct Capture(Mutex<serde_json::Value>);

impl Judge for Capture {
    fn judge(&self, judged: &Judged<'_>, diagnostics: &mut Diagnostics) {
        let (input, _) = Input::new(judged, &Secrets::of(diagnostics.found())).unwrap();
        *self.0.lock().unwrap() = serde_json::to_value(&input).unwrap();
    }
}

#[test]
fn the_published_schema_holds_what_policies_are_given() {
    let capture = Arc::new(Capture::default());
    let settings = Settings { judges: vec![capture.clone()], ..Settings::default() };
    let file = format!("{FILE}  - {{id: other, run: [api]}}\n").replace(
        "modules:\n",
        "include: [other.yml]\nmodules:\n  - {id: api, module: polytope/container, args: {image: \"a/b\", cmd: [x], user: 7}}\n",
    );
    let loader = MemoryLoader::new([("polytope.yml", file.as_str()), ("other.yml", "modules: []\n")]);
    check(&loader, Path::new("polytope.yml"), &Project::default(), &settings).unwrap();
    let input = capture.0.lock().unwrap();
    assert_eq!(input["stack"]["containers"].as_object().unwrap().len(), 2, "{input:#}");
    assert_eq!(input["included"], serde_json::json!({"other.yml": {"modules": []}}));
    let published = SCHEMAS.iter().find(|published| published.name == "policy-input").unwrap().value();
    let validator = jsonschema::validator_for(&published).unwrap();
    let errors: Vec<String> = validator.iter_errors(&input).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    assert!(!validator.is_valid(&serde_json::json!({"version": 1})), "the schema asks for something");
}

#[test]
fn a_secret_in_the_file_is_masked_in_the_source_and_in_the_stack() {
    let file = FILE.replace("pt.secret db-password", "hunter2-Xq9!vB7zL");
    let policy = "package p\n\ndeny contains json.marshal(input)\n\nwarn contains input.stack.containers.db.env.POSTGRES_PASSWORD\n";
    let asked = ask_of(&file, &[("a.rego", policy)]);
    let hidden = asked.compiled.diagnostics.iter().any(|finding| finding.rule.conceals);
    assert!(hidden, "a rule found the secret");
    let found = asked.found();
    assert!(found.contains("policy:p.deny") && found.contains("****"), "{found}");
    assert!(asked.compiled.diagnostics.iter().all(|finding| !finding.message.contains("hunter2")), "{found}");
}

#[test]
fn exceptions_leave_rules_of_their_package_alone() {
    let policy = |package: &str| {
        format!(
            "package {package}\n\ndeny_big contains \"big\"\n\ndeny contains \"bare\"\n\nwarn_big contains \"warned\"\n"
        )
    };
    let exception = "\nexception contains rules if {\n  input.modules[_].id == \"db\"\n  rules := [\"big\"]\n}\n";
    let asked = ask_of(FILE, &[("a.rego", &(policy("a") + exception)), ("deep/er/b.rego", &policy("b"))]);
    assert_eq!(asked.faults(), "");
    insta::assert_snapshot!(asked.found(), @"
    error policy:a.deny at 1:1 `modules:`: bare
    error policy:b.deny at 1:1 `modules:`: bare
    error policy:b.deny_big at 1:1 `modules:`: big
    warning policy:b.warn_big at 1:1 `modules:`: warned
    ");
}

#[test]
fn faults_of_policies_point_into_them() {
    let syntax = ask_of(FILE, &[("a.rego", "package a\n\ndeny contains x if {\n  x = = 1\n}\n")]);
    let unknown = ask("package a\n\ndeny contains http.send({}).body\n");
    let shape = ask("package a\n\ndeny contains 1\n\nwarn contains {\"message\": \"x\"}\n");
    let kinds = ask("package a\n\ndeny contains 1 + \"x\"\n");
    let faults = [syntax, unknown, shape, kinds].map(|asked| asked.faults()).join("");
    insta::assert_snapshot!(faults, @r#"
    rules/a.rego:4:7 `=`: expecting expression
    rules/a.rego:3:24 `(`: could not find function http.send
    rules/a.rego:3:1 `deny`: a rule gives texts or objects with a `msg`, this one gave `1`
    rules/a.rego:5:1 `warn`: an object that a rule gives has to have a text `msg`
    rules/a.rego:3:20 `x`: `add` expects numeric argument. Got `"x"` instead
    "#);
}

#[test]
fn nothing_of_the_outside_can_be_asked() {
    for call in [
        "http.send({\"url\": \"http://127.0.0.1\"})",
        "net.lookup_ip_addr(\"localhost\")",
        "opa.runtime()",
        "time.now_ns()",
        "json.match_schema({}, {})",
    ] {
        let asked = ask(&format!("package a\n\ndeny contains {{\"msg\": \"x\", \"y\": {call}}}\n"));
        assert!(asked.faults().contains("could not find function"), "{call}: {:?}", asked.faults());
    }
}

#[test]
fn a_policy_without_end_is_stopped() {
    let squares = "package a\n\nn := numbers.range(1, 3000)\n\ndeny contains \"x\" if {\n  some a in n\n  some b in n\n  some c in n\n  a + b == c * c + 0.5\n}\n";
    let asked = ask(squares);
    assert!(asked.faults().contains("time limit"), "{:?}", asked.faults());
}

#[test]
fn levels_apply_to_rules_of_policies() {
    let loader = MemoryLoader::new([("p.rego", "package p\n\nwarn contains \"x\"\n")]);
    let policies = Arc::new(Policies::load(&loader, &[PathBuf::from("p.rego")]).unwrap());
    let mut levels = LevelOverrides::default();
    levels.set(&policies.rules(), "policy:p.warn", None).unwrap();
    let settings = Settings { judges: vec![policies], ..Settings::from(levels) };
    let loader = MemoryLoader::new([("polytope.yml", FILE)]);
    let compiled = check(&loader, Path::new("polytope.yml"), &Project::default(), &settings).unwrap();
    assert!(!compiled.diagnostics.iter().any(|finding| finding.rule.name == "policy:p.warn"));
}

#[test]
fn a_comment_leaves_a_rule_of_a_policy_alone_and_says_nothing_where_it_is_not_asked() {
    let file =
        FILE.replace("image: postgres:16.2", "image: postgres:16.2 # pt: ignore[policy:p.deny_old] tested with it");
    let policy = "package p\n\ndeny_old contains {\"msg\": \"old\", \"container\": \"db\", \"path\": \"image\"}\n";
    let asked = ask_of(&file, &[("a.rego", policy)]);
    assert_eq!((asked.faults().as_str(), asked.found().as_str()), ("", ""));
    let suppressed: Vec<_> = asked.compiled.suppressed.iter().map(|it| (it.diagnostic.rule.name, &it.reason)).collect();
    assert_eq!(suppressed, [("policy:p.deny_old", &Some("tested with it".to_owned()))]);
    let other = ask_of(&file, &[("a.rego", "package q\n\ndeny_old contains \"x\" if false\n")]);
    let about = other.compiled.diagnostics.iter().filter(|finding| finding.rule.name.contains("suppression"));
    assert_eq!(about.count(), 0, "{:?}", other.compiled.diagnostics);
}

#[test]
fn tests_of_policies_and_hidden_folders_are_passed_over() {
    let loader = MemoryLoader::new([("p/a_test.rego", "broken"), ("p/.hidden/b.rego", "broken")]);
    assert!(Policies::load(&loader, &[PathBuf::from("p")]).is_err());
}
