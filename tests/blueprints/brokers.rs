//! Redpanda, Kafka and what belongs to them.

use polytope::compiler::{Compilation, Project};
use polytope::expand::{Container, MountSource};
use polytope::lint::Settings;

use crate::case::{compile_files, compile_text};
use crate::faults::faults;
use crate::outline::outline;

/// One module, called `one`, with these lines.
fn module(lines: &str) -> String {
    format!("modules:\n  - id: one\n    {}\n", lines.trim().replace('\n', "\n    "))
}

/// Its program, after a check without findings.
fn one(lines: &str) -> Compilation {
    let compiled = compile_text(&module(lines));
    assert_eq!(faults(&compiled), "");
    compiled
}

fn container(compiled: &Compilation) -> &Container {
    &compiled.program.containers[0]
}

fn variable(compiled: &Compilation, name: &str) -> String {
    container(compiled).variable(name).unwrap().value.to_string()
}

/// The text that is mounted at `path`.
fn content(compiled: &Compilation, path: &str) -> String {
    let mount = container(compiled).mounts.iter().find(|mount| mount.path.value == path).unwrap();
    match &mount.source {
        MountSource::Content { data, .. } => data.to_string(),
        other => panic!("{path} is no text: {other:?}"),
    }
}

#[test]
fn each_broker_is_an_item_of_its_own_in_the_configuration_of_the_console() {
    let compiled = one("
module: polytope/redpanda!console
args:
  brokers: [{host: redpanda-0, port: 9092}, {host: \"{pt.value second}\", port: pt.value port}, {host: redpanda-2, port: 19092}]
  admin-url: http://redpanda-0:9644
  log-level: warn
  port: 8079");
    insta::assert_snapshot!(content(&compiled, "/etc/redpanda-console-config.yaml"), @"
    kafka:
      brokers:
        - 'redpanda-0:9092'
        - '<value:second>:<value:port>'
        - 'redpanda-2:19092'
    redpanda:
      adminApi:
        enabled: true
        urls: ['http://redpanda-0:9644']
    server:
      listenPort: 8079
    logger:
      level: warn
    ");
    assert_eq!(variable(&compiled, "CONFIG_FILEPATH"), "/etc/redpanda-console-config.yaml");
}

#[test]
fn a_worker_finds_its_brokers_under_either_name() {
    let call = |servers: &str| {
        let compiled = one(&format!("module: polytope/kafka!connect\nargs:\n  connectors: []\n  {servers}"));
        variable(&compiled, "CONNECT_BOOTSTRAP_SERVERS")
    };
    assert_eq!(call(""), "kafka:9092");
    assert_eq!(call("brokers: [{host: redpanda, port: 9092}]"), "redpanda:9092");
    assert_eq!(call("bootstrap-servers: [{host: a, port: 1}, {host: b, port: 2}]"), "a:1,b:2");
    let both = "brokers: [{host: b, port: 2}]\n  bootstrap-servers: [{host: a, port: 1}]";
    assert_eq!(call(both), "a:1");
}

#[test]
fn a_typical_call_of_a_worker() {
    let compiled = one("
module: polytope/kafka!connect
args:
  image: registry.example.com/cp-kafka-connect:7.5.1
  container-id: worker
  connectors: [acme/sink:1.0, acme/source:2.1]
  port: 18083
  value-converter: org.apache.kafka.connect.storage.StringConverter
  root-log-level: WARN
  env: [{name: CONNECT_GROUP_ID, value: mine}]");
    let text = outline(&compiled.program);
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains("mount ")).collect();
    insta::assert_snapshot!(kept.join("\n"), @r#"
    worker: service, ready by port 18083
      image      registry.example.com/cp-kafka-connect:7.5.1
      command    ["sh", "/polytope/install-connectors.sh", "/usr/share/confluent-hub-components", "/etc/confluent/docker/run", "acme/sink:1.0", "acme/source:2.1"]
      env        CONNECT_BOOTSTRAP_SERVERS=kafka:9092 (added)
      env        CONNECT_GROUP_ID=mine
      env        CONNECT_CONFIG_STORAGE_TOPIC=kafka-connect-config (added)
      env        CONNECT_CONFIG_STORAGE_REPLICATION_FACTOR=1 (added)
      env        CONNECT_OFFSET_STORAGE_TOPIC=kafka-connect-offset (added)
      env        CONNECT_OFFSET_STORAGE_REPLICATION_FACTOR=1 (added)
      env        CONNECT_STATUS_STORAGE_TOPIC=kafka-connect-status (added)
      env        CONNECT_STATUS_STORAGE_REPLICATION_FACTOR=1 (added)
      env        CONNECT_KEY_CONVERTER=org.apache.kafka.connect.json.JsonConverter (added)
      env        CONNECT_VALUE_CONVERTER=org.apache.kafka.connect.storage.StringConverter (added)
      env        CONNECT_REST_ADVERTISED_HOST_NAME=kafka-connect (added)
      env        CONNECT_REST_ADVERTISED_PORT=18083 (added)
      env        CONNECT_LISTENERS=http://0.0.0.0:18083 (added)
      env        CONNECT_PLUGIN_PATH=/usr/share/java,/usr/share/confluent-hub-components (added)
      env        CONNECT_LOG4J_ROOT_LOGLEVEL=WARN (added)
      service    kafka-connect [http 18083 at 127.0.0.1:18083 or any]
      stop       within 30 s
    "#);
}

#[test]
fn what_the_user_sets_for_kafka_comes_last() {
    let compiled = one("
module: polytope/kafka
args:
  kafka-env:
    -
    - {name: KAFKA_ADVERTISED_LISTENERS, value: \"PLAINTEXT://kafka:29092,PLAINTEXT_HOST://localhost:9092\"}
    - {name: KAFKA_LOG_DIRS, value: /elsewhere}");
    assert_eq!(variable(&compiled, "KAFKA_LOG_DIRS"), "/elsewhere");
    assert!(container(&compiled).variable("KAFKA_ADVERTISED_LISTENERS").unwrap().written);
    assert!(!container(&compiled).variable("KAFKA_NODE_ID").unwrap().written);
}

#[test]
fn what_is_known_of_an_image_goes_with_its_family() {
    let facts = |image: &str| {
        let compiled = one(&format!("module: polytope/container\nargs: {{image: {image}}}"));
        let container = container(&compiled);
        let path = container.facts.data_paths.first().map_or("", |path| path.mount.as_str()).to_owned();
        (container.facts.family.clone(), path)
    };
    let known = |family: &str, path: &str| (family.to_owned(), path.to_owned());
    assert_eq!(facts("registry.example.com/cp-kafka:7.5.1"), known("kafka", "/var/lib/kafka/data"));
    assert_eq!(
        facts("docker.redpanda.com/redpandadata/redpanda:v23.3.11"),
        known("redpanda", "/var/lib/redpanda/data")
    );
    assert_eq!(facts("confluentinc/cp-schema-registry:7.5.1"), known("kafka!schema-registry", ""));
    // Others keep their data elsewhere.
    assert_eq!(facts("bitnami/kafka:3.7.1"), known("", ""));
}

#[test]
fn a_variant_that_runs_no_broker_is_not_taken_for_one() {
    for lines in [
        "module: polytope/kafka!kcat",
        "module: polytope/kafka!create-connectors\nargs: {host: connect, connectors: [{name: a, config: {}}]}",
    ] {
        let compiled = one(lines);
        assert_eq!(container(&compiled).facts.data_paths, [], "{lines}");
        assert_eq!(container(&compiled).role, polytope::expand::Role::Job, "{lines}");
    }
}

const CONNECTORS: &str = "
module: polytope/kafka!create-connectors
args:
  host: kafka-connect
  connectors:
    - name: items
      config:
        connector.class: com.example.Sink
        tasks.max: 2
        errors.log.enable: true
        note: \"say \\\"hi\\\"\\nthen go\"
        url: jdbc:postgresql://{pt.value host}/shop
        password: pt.secret connector-password
        absent:
    -
    - {name: orders, config: {topics: orders}}";

#[test]
fn the_configuration_of_a_connector_is_a_file_in_which_secrets_stay_secrets() {
    let compiled = one(CONNECTORS);
    insta::assert_snapshot!(content(&compiled, "/polytope/connectors/1.json").replace('\u{1}', "¦"), @r#"{"connector.class":"com.example.Sink","tasks.max":"2","errors.log.enable":"true","note":"say \"hi\"\nthen go","url":"jdbc:postgresql://¦<value:host>¦/shop","password":"¦<secret:connector-password>¦"}"#);
    assert_eq!(content(&compiled, "/polytope/connectors/2.json"), r#"{"topics":"orders"}"#);
    let words: Vec<String> = container(&compiled).entrypoint.iter().flatten().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "sh",
            "/polytope/create-connectors.sh",
            "http://kafka-connect:8083",
            "items",
            "/polytope/connectors/1.json",
            "orders",
            "/polytope/connectors/2.json"
        ]
    );
    let secret = container(&compiled).mounts.iter().find_map(|mount| match &mount.source {
        MountSource::Content { data, .. } => data.secrets().next(),
        _ => None,
    });
    assert_eq!(secret, Some("connector-password"));
}

#[test]
fn a_hole_in_an_argument_raises_nothing_more() {
    for lines in [
        "module: polytope/kafka!create-connectors\nargs: {host: a, connectors: pt.param none}",
        "module: polytope/redpanda!console\nargs: {brokers: [{host: pt.param none, port: 1}]}",
        "module: polytope/kafka!connect\nargs: {connectors: [pt.param none], bootstrap-servers: pt.param none}",
        "module: polytope/run-script\nargs: {language: pt.param none, script: pt.param none}",
    ] {
        let lines = format!("{lines}\nparams: [{{id: none, type: any}}]");
        let template = "templates:\n  - {id: unused, run: [{module: one}]}\n";
        let text = module(&lines) + template;
        let compiled = compile_files(&[("polytope.yml", &text)], "unused", &Project::default(), &Settings::default());
        let found = faults(&compiled);
        assert_eq!(found.lines().filter(|line| line.contains("bad-blueprint")).count(), 0, "{found}");
        assert_eq!(found.matches(" at polytope.yml").count(), 1, "{found}");
    }
}

#[test]
fn what_has_to_be_given_is_asked_for() {
    let mut found = String::new();
    for (blueprint, args) in [
        ("redpanda!connect", "{}"),
        ("kafka!connect", "{}"),
        ("kafka!create-connectors", "{connectors: [{name: a}]}"),
        ("kafka", "{root-log-level: verbose}"),
        ("redpanda", "{root-log-level: warn}"),
    ] {
        found += &faults(&compile_text(&module(&format!("module: polytope/{blueprint}\nargs: {args}"))));
    }
    insta::assert_snapshot!(found, @"
    error missing-argument at polytope.yml:3:13: `polytope/redpanda!connect` needs the argument `config-file`
        help: add to `args` `config-file`: a mount source such as `{type: host, path: ./code}`
    error missing-argument at polytope.yml:3:13: `polytope/kafka!connect` needs the argument `connectors`
        help: add to `args` `connectors`: a list of texts
    error missing-argument at polytope.yml:3:13: `polytope/kafka!create-connectors` needs the argument `host`
        help: add to `args` `host`: text
    error missing-argument at polytope.yml:4:25: an item of `connectors` needs the key `config`
        help: add `config`: a map
    error invalid-literal at polytope.yml:4:28: `root-log-level` cannot be `verbose`
        help: write `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR`, `FATAL` or `OFF`
    warning unknown-argument at polytope.yml:4:12: `polytope/redpanda` takes no argument `root-log-level`
        help: did you mean `log-level`?
    ");
}
