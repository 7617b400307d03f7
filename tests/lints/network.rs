//! Names on the network, and the ports behind them.

use super::*;

/// A job of containers with these arguments, called `a`, `b` …
fn job(arguments: &[&str]) -> String {
    let ids: Vec<String> = ('a'..).take(arguments.len()).map(String::from).collect();
    let module = |(id, args): (&String, &&str)| {
        format!("  - {{id: {id}, module: polytope/container, args: {{image: \"busybox:1.36\", {args}}}}}\n")
    };
    let modules: String = ids.iter().zip(arguments).map(module).collect();
    format!("modules:\n{modules}templates:\n  - {{id: stack, run: [{}]}}\n", ids.join(", "))
}

fn service(id: &str, port: u16) -> String {
    format!("services: [{{id: {id}, ports: [{{port: {port}, protocol: tcp}}]}}]")
}

#[test]
fn a_container_answers_to_its_own_id_too() {
    let stolen = job(&[&service("web", 80), &service("a", 81)]);
    assert_eq!(found(&stolen), ["warning duplicate-service «a»"]);
    assert_eq!(found(&job(&[&service("a", 80), &service("b", 80)])), NOTHING);
}

#[test]
fn one_container_may_offer_a_name_twice_and_so_may_its_replicas() {
    let twice = "services: [{id: web, ports: [80]}, {id: web, ports: [81]}]";
    assert_eq!(found(&job(&[twice])), NOTHING);
    assert_eq!(found(&job(&[&format!("scaling: 3, {}", service("web", 80))])), NOTHING);
}

#[test]
fn a_module_that_runs_twice_shares_its_name_unless_it_does_something_else() {
    let text = |second: &str| {
        format!(
            "modules:
  - id: web
    module: polytope/container
    params: [{{id: cmd, type: [default, str, serve]}}]
    args: {{image: \"busybox:1.36\", cmd: pt.param cmd, services: [{{id: web, ports: [80]}}]}}
templates:
  - {{id: stack, run: [{{module: web, id: one}}, {{module: web, id: two{second}}}]}}
"
        )
    };
    assert_eq!(found(&text("")), NOTHING);
    assert_eq!(found(&text(", args: {cmd: other}")), ["warning duplicate-service «web»"]);
}

#[test]
fn localhost_is_wrong_where_another_container_has_the_port() {
    let env = |value: &str| format!("env: [{{name: BROKERS, value: '{value}'}}]");
    let with = |value: &str, other: &str| found(&job(&[&env(value), other]));
    let broker = service("broker", 9092);
    assert_eq!(with("localhost:9092", &broker), ["warning localhost-in-container «localhost»"]);
    assert_eq!(with("amqp://127.0.0.1:9092", &broker), ["warning localhost-in-container «127.0.0.1»"]);
    assert_eq!(with("localhost:9093", &broker), NOTHING, "nobody has this port");
    assert_eq!(with("http://localhost:9092", &broker), NOTHING, "a browser may read it");
    let own = format!("{}, {}", env("localhost:9092"), service("own", 9092));
    assert_eq!(found(&job(&[&own, &broker])), NOTHING, "it has the port itself");
}

#[test]
fn the_port_of_the_host_leads_to_the_one_in_the_container() {
    let broker = "services: [{id: broker, ports: [{port: 5432, protocol: tcp, expose-as: 15432}]}]";
    let text = job(&["env: [{name: DB, value: 'postgres://localhost:15432/x'}]", broker]);
    let compiled = compile(&[("polytope.yml", &text)]);
    let found = compiled.diagnostics.iter().find(|finding| finding.rule.name == "localhost-in-container").unwrap();
    assert_eq!(found.help.as_deref(), Some("write `broker:5432`"));
}

#[test]
fn a_host_that_may_belong_to_something_unknown_is_left_alone() {
    let text = |host: &str, called: &str| {
        let env = format!("env: [{{name: BROKERS, value: '{host}:9092'}}]");
        let jobs = job(&[&env, &service("redpanda-1", 9092)]);
        jobs.replace("run: [", &format!("run: [{called}"))
    };
    assert_eq!(found(&text("redpanda1", "")), ["warning unknown-service-host «redpanda1»"]);
    assert_eq!(found(&text("kafka", "")), NOTHING, "nothing is spelled like it");
    let unknown = found(&text("redpanda1", "{module: acme/redpanda1}, "));
    assert!(!unknown.iter().any(|line| line.contains("unknown-service-host")), "{unknown:?}");
}

#[test]
fn a_program_that_waits_or_is_started_again_races_with_nobody() {
    let race = |restart: &str, order: &str| {
        let env = format!("env: [{{name: DB_HOST, value: db}}]{restart}");
        let jobs = job(&[&env, "cmd: x", &service("db", 5432)]);
        found_by("start-race", &jobs.replace("run: [a, b, c]", order))
    };
    let unordered = "run: [a, b, c]";
    assert_eq!(race("", unordered), ["info start-race «db»"]);
    assert_eq!(race(", restart: {policy: on-failure}", unordered), NOTHING);
    let through_another = "run: [c, {module: b, run-when: {after: c}}, {module: a, run-when: {after: b}}]";
    assert_eq!(race("", through_another), NOTHING);
}

#[test]
fn an_admin_port_is_a_warning_where_nobody_is_asked_for_a_password() {
    let port =
        |label: &str| format!("services: [{{id: x, ports: [{{port: 8001, protocol: http, expose-as: 8001{label}}}]}}]");
    let kong = |listen: &str| format!("env: [{{name: KONG_ADMIN_LISTEN, value: '{listen}'}}], {}", port(""));
    let found = |args: &str| found_by("admin-port-exposed", &container(args));
    assert_eq!(found(&kong("0.0.0.0:8001 http2, 0.0.0.0:8444 ssl")), ["warning admin-port-exposed «8001»"]);
    assert_eq!(found(&kong("127.0.0.1:8001")), NOTHING, "only the container itself reaches it");
    assert_eq!(found(&port(", label: admin")), ["info admin-port-exposed «8001»"]);
    assert_eq!(found(&port("")), NOTHING);
}

/// A database whose module, step and service have three names, and something that goes there.
fn three_names(written: &str) -> String {
    format!(
        "modules:
  - id: base
    module: polytope/postgres
    args:
      image: postgres:16.2
      service-id: pg
      env: [{{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}}]
      data-volume: {{type: volume, scope: project, id: data}}
      restart: {{policy: always}}
  - {{id: database, module: base}}
  - id: api
    module: polytope/container
    args: {{image: \"busybox:1.36\", restart: {{policy: always}}, {written}}}
templates:
  - {{id: stack, run: [{{id: store, module: database}}, api]}}
"
    )
}

#[test]
fn an_id_of_the_file_is_no_name_on_the_network() {
    for host in ["database", "base", "store"] {
        for written in [
            format!("env: [{{name: URL, value: \"postgres://app@{host}:5432/app\"}}]"),
            format!("env: [{{name: DB_HOST, value: {host}}}]"),
            format!("cmd: [serve, \"--host={host}\"]"),
            format!("cmd: [serve, \"redis://{host}/\"]"),
        ] {
            assert_eq!(found(&three_names(&written)), [format!("warning unknown-service-host «{host}»")], "{written}");
        }
    }
    for written in ["env: [{name: DB_HOST, value: pg}]", "env: [{name: NAME, value: database}]", "cmd: [database]"] {
        assert_eq!(found(&three_names(written)), NOTHING, "{written}");
    }
    let compiled = compile(&[("polytope.yml", &three_names("env: [{name: DB_HOST, value: database}]"))]);
    let told = compiled.diagnostics.iter().find(|finding| finding.rule.name == "unknown-service-host").unwrap();
    assert_eq!(told.help.as_deref(), Some("what it runs answers to `pg`"));
}

#[test]
fn a_command_that_names_a_server_may_start_before_it_too() {
    for (written, expected) in [
        ("cmd: [psql, \"--host=pg\"]", 1),
        ("cmd: [psql, -h, pg]", 1),
        ("cmd: [psql, \"postgres://a@pg/b\"]", 1),
        ("cmd: [pg]", 0),
        ("cmd: [sh, -c, \"until pg_isready -h pg; do sleep 1; done\"]", 0),
    ] {
        let text = three_names(written).replace("\"busybox:1.36\", restart: {policy: always},", "\"busybox:1.36\",");
        let compiled = compile(&[("polytope.yml", &text)]);
        let told = compiled.diagnostics.iter().filter(|finding| finding.rule.name == "start-race").count();
        assert_eq!(told, expected, "{written}");
    }
}
