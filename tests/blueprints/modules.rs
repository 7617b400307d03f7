//! Servers and tools among the built-in blueprints: what becomes of calls that say more than their examples.

use polytope::blueprint::{Catalogue, builtin_names};
use polytope::compiler::Compilation;
use polytope::expand::{Expose, Readiness, Role};

use crate::case::compile_text;
use crate::faults::faults;
use crate::outline::outline;

/// The program of modules with these lines, all in one template.
fn run(lines: &str) -> Compilation {
    let compiled = compile_text(lines.trim_start());
    assert_eq!(faults(&compiled), "");
    compiled
}

/// The program of one module, called `one`.
fn one(module: &str, args: &str) -> Compilation {
    run(&format!("modules: [{{id: one, module: polytope/{module}, args: {{{args}}}}}]\n"))
}

/// The outline without the lines that hold scripts and their tails.
fn brief(compiled: &Compilation) -> String {
    let lines = outline(&compiled.program);
    lines.lines().filter(|line| !line.contains("from program")).map(|line| format!("{line}\n")).collect()
}

const CREDENTIALS: &str = "cluster: db, username: pt.secret user, password: pt.secret pw";

#[test]
fn what_a_call_has_to_say_is_asked_for() {
    let mut asked = String::new();
    for name in builtin_names() {
        let catalogue = Catalogue::default();
        let params = &catalogue.get(&name).unwrap().params;
        if params.iter().all(|param| param.kind.is_optional()) {
            continue;
        }
        let compiled = compile_text(&format!("modules: [{{id: one, module: {name}}}]\n"));
        let found = faults(&compiled);
        let needed = params.iter().filter(|param| !param.kind.is_optional());
        for param in needed {
            assert!(found.contains(&format!("`{}`", param.id.value)), "{name}: {found}");
        }
        assert_eq!(found.matches("missing-argument").count(), 1, "{found}");
        asked += &found;
    }
    assert!(asked.contains("`polytope/kong!simple` needs the argument `config-file`"), "{asked}");
}

#[test]
fn a_secret_of_a_couchbase_tool_is_in_no_command_line_and_arrives_as_a_file() {
    for (tool, more) in [("init-cluster", ""), ("create-bucket", ", name: orders"), ("cbq", ", script: SELECT 1;")] {
        let compiled = one(&format!("couchbase!{tool}"), &format!("{CREDENTIALS}{more}"));
        let container = &compiled.program.containers[0];
        assert_eq!(container.role, Role::Job, "{tool}");
        let words = container.command.iter().flatten();
        assert!(words.into_iter().all(|word| !word.has_secret()), "{tool}");
        assert_eq!(compiled.program.secret_names(), ["pw", "user"], "{tool}");
        for variable in &container.environment {
            let twin = container.facts.secrets.iter().find(|twin| twin.variable == variable.name.value).unwrap();
            assert_eq!(twin.file, Some(format!("{}_FILE", variable.name.value)), "{tool}");
        }
    }
}

#[test]
fn tools_are_called_like_their_steps_so_that_there_can_be_many() {
    let compiled = run("
modules:
  - {id: orders, module: polytope/couchbase!create-bucket, args: {cluster: db, username: u, password: pt.secret pw, name: orders}}
  - {id: carts, module: polytope/couchbase!create-bucket, args: {cluster: db, username: u, password: pt.secret pw, name: carts}}
  - {id: index, module: polytope/couchbase!cbq, args: {cluster: db, username: u, password: pt.secret pw, id: cbq}}
templates: [{id: stack, run: [orders, carts, index]}]
");
    let ids: Vec<&str> = compiled.program.containers.keys().map(String::as_str).collect();
    assert_eq!(ids, ["orders", "carts", "cbq"]);
}

#[test]
fn a_command_for_couchbase_cli_is_text_or_a_list() {
    for cmd in ["bucket-list --cluster db", "[bucket-list, null, --cluster, db]"] {
        let compiled = one("couchbase!cli", &format!("cmd: {cmd}, retries: 3"));
        insta::allow_duplicates! {
            insta::assert_snapshot!(brief(&compiled), @r#"
            one: job, ready by exit
              image      public.ecr.aws/docker/library/couchbase:community-7.2.4
              command    ["couchbase-cli", "bucket-list", "--cluster", "db"]
              restart    on-failure, at most 3 times
            "#);
        }
    }
}

#[test]
fn ports_between_servers_stay_inside() {
    let compiled = one("couchbase", "");
    let ports = &compiled.program.containers[0].services[0].ports;
    let (inside, outside): (Vec<_>, Vec<_>) = ports.iter().partition(|port| port.expose == Expose::Internal);
    let numbers = |ports: Vec<&polytope::expand::Port>| -> Vec<(u16, u16)> {
        ports.iter().map(|port| (port.range.value.first, port.range.value.last)).collect()
    };
    let single = |port: u16| (port, port);
    let mut expected = vec![single(4369), (9100, 9105), (9110, 9122)];
    expected.extend([9124, 9130, 9140, 9999, 21100, 21150].map(single));
    assert_eq!(numbers(inside), expected);
    let mut expected: Vec<(u16, u16)> = (8091..=8097).chain(18091..=18097).map(single).collect();
    expected.extend([9123, 11207, 11209, 11210, 11280].map(single));
    assert_eq!(numbers(outside), expected);
}

#[test]
fn what_a_couchbase_server_is_told_counts() {
    let compiled = one(
        "couchbase",
        "image: \"registry.example.com/our-own:1\", container-id: db, data-path: /data, \
         data-volume: {type: volume, scope: project, id: buckets}, create: when-missing, await: false, \
         services: [{id: db, ports: [{port: 11210, protocol: tcp}, {port: 8091, protocol: http, expose-as: 9091}]}]",
    );
    insta::assert_snapshot!(brief(&compiled), @"
    db: service, ready by port 8091
      image      registry.example.com/our-own:1
      mount      /data from volume buckets (data-volume)
      service    db [tcp 11210 at 127.0.0.1:11210 or any, http 8091 at 127.0.0.1:9091]
      create     WhenMissing
      stop       within 60 s
    volume buckets: Project, create WhenMissing
    ");
}

#[test]
fn kong_needs_no_script_that_neither_watches_nor_installs() {
    let compiled = one("kong!simple", "config-file: {type: repo, path: gateway.yml}, autoreload: false, port: 8000");
    insta::assert_snapshot!(outline(&compiled.program), @"
    kong: service, ready by port 8000
      image      public.ecr.aws/docker/library/kong:3.6.1
      env        KONG_DATABASE=off (added)
      env        KONG_DECLARATIVE_CONFIG=/usr/local/kong/declarative/kong.yml (added)
      env        KONG_LOG_LEVEL=notice (added)
      env        KONG_PLUGINS=bundled (added)
      env        KONG_PROXY_LISTEN=0.0.0.0:8000 (added)
      mount      /usr/local/kong/declarative/kong.yml from repo gateway.yml (config-file, read-only)
      service    kong [http 8000 at 127.0.0.1:8000 or any]
      stop       within 30 s
    ");
}

#[test]
fn what_the_user_sets_of_kong_wins() {
    let compiled = one(
        "kong!simple",
        "config-file: {type: host, path: gateway.yml}, id: gateway, log-level: debug, \
         plugins: [{name: one, package: kong-one, version: 1.0.0}, null, {name: two, package: kong-two, version: 2.0.0}], \
         env: [{name: KONG_PLUGINS, value: \"bundled,one\"}, {name: KONG_ADMIN_LISTEN, value: \"127.0.0.1:8001\"}], \
         services: [{id: api, ports: [{port: 3000, protocol: http, expose-as: 8080}]}], restart: {policy: always}",
    );
    insta::assert_snapshot!(brief(&compiled), @r#"
    gateway: service, ready by port 3000
      image      public.ecr.aws/docker/library/kong:3.6.1
      entrypoint ["/usr/local/bin/pt-start-kong", "--watch"]
      command    ["kong-one", "1.0.0", "kong-two", "2.0.0", "--", "/docker-entrypoint.sh", "kong", "docker-start"]
      env        KONG_DATABASE=off (added)
      env        KONG_DECLARATIVE_CONFIG=/usr/local/kong/declarative/kong.yml (added)
      env        KONG_LOG_LEVEL=debug (added)
      env        KONG_PLUGINS=bundled,one
      env        KONG_PROXY_LISTEN=0.0.0.0:3000 (added)
      env        KONG_ADMIN_LISTEN=127.0.0.1:8001
      mount      /usr/local/kong/declarative/kong.yml from host gateway.yml (config-file, read-only)
      service    api [http 3000 at 127.0.0.1:8080]
      restart    always
      user       0
      stop       within 30 s
    "#);
}

#[test]
fn the_names_of_all_plugins_are_enabled() {
    let plugins =
        "[{name: one, package: kong-one, version: 1.0.0}, {name: \"{pt.value two}\", package: b, version: 2}]";
    let compiled = one("kong!simple", &format!("config-file: {{type: host, path: gateway.yml}}, plugins: {plugins}"));
    let enabled = compiled.program.containers[0].variable("KONG_PLUGINS").unwrap();
    assert_eq!(enabled.value.to_string(), "bundled,one,<value:two>");
}

#[test]
fn the_password_of_curity_is_a_secret_and_env_wins() {
    let compiled = one(
        "curity",
        "password: pt.secret pw, log-level: DEBUG, env: [{name: ADMIN, value: true}, {name: LOGGING_LEVEL, value: TRACE}]",
    );
    insta::assert_snapshot!(brief(&compiled), @"
    curity-idsvr: service, ready by port 6749
      image      curity.azurecr.io/curity/idsvr:9.0.1-slim
      env        PASSWORD=<secret:pw> (added)
      env        LOGGING_LEVEL=TRACE
      env        ADMIN=true
      service    curity [https 6749 admin at 127.0.0.1:6749 or any, https 8443 api at 127.0.0.1:8443 or any]
      stop       within 30 s
    ");
}

#[test]
fn the_token_of_ngrok_is_in_no_command_line() {
    let configs = "config-files: [{type: host, path: a.yml}, {type: string, data: \"version: 3\"}]";
    let compiled =
        one("ngrok!http", &format!("host: web, port: pt.value web-port, auth-token: pt.secret ngrok, {configs}"));
    insta::assert_snapshot!(brief(&compiled), @r#"
    one: service, ready by running
      image      ngrok/ngrok:3-alpine
      command    ["http", "--log=stdout", "--config=/etc/ngrok-1.yml", "--config=/etc/ngrok-2.yml", "web:<value:web-port>"]
      env        NGROK_AUTHTOKEN=<secret:ngrok> (added)
      mount      /etc/ngrok-1.yml from host a.yml (config-files, read-only)
      mount      /etc/ngrok-2.yml from text "version: 3" (config-files, read-only)
    "#);
}

#[test]
fn a_tunnel_is_waited_for_only_on_demand() {
    let role = |more: &str| {
        one("ngrok", &format!("env: [], entrypoint: ngrok, cmd: http web:80{more}")).program.containers[0].role
    };
    assert_eq!(role(""), Role::Service);
    assert_eq!(role(", await: true"), Role::Job);
}

#[test]
fn a_notebook_with_requirements_is_still_a_notebook() {
    let compiled = one(
        "jupyter",
        "requirements: {type: host, path: r.txt}, mounts: [{path: /home/jovyan/work/, source: {type: host, path: work}}], \
         services: [{id: lab, ports: [{port: 8888, protocol: http, expose-as: 9000}]}]",
    );
    insta::assert_snapshot!(brief(&compiled), @r#"
    one: service, ready by port 8888
      image      jupyter/base-notebook:2023-10-20
      command    ["sh", "-c", "pip install -r /requirements.txt; exec start-notebook.sh"]
      env        DOCKER_STACKS_JUPYTER_CMD=notebook (added)
      mount      /requirements.txt from host r.txt (requirements)
      mount      /home/jovyan/work from host work (mounts)
      service    lab [http 8888 at 127.0.0.1:9000]
      user       0
    "#);
}

#[test]
fn images_are_known_whoever_runs_them() {
    for (image, family, readiness) in [
        ("couchbase:enterprise-7.6.1", "couchbase", Readiness::Port(8091)),
        ("registry.example.com/couchbase-server:7", "couchbase", Readiness::Port(8091)),
        ("kong/kong-gateway:3.6", "kong", Readiness::Running),
        ("curity.azurecr.io/curity/idsvr:9.0.1", "curity", Readiness::Running),
        ("redis/redisinsight:2.60.0", "redis!insight", Readiness::Port(5540)),
        ("nginx:1.27.3", "nginx", Readiness::Port(80)),
        ("caddy:2.8.4", "caddy", Readiness::Port(80)),
        ("axllent/mailpit:v1.21.8", "mailpit", Readiness::Port(8025)),
        ("quay.io/jupyter/scipy-notebook:2024-10-07", "jupyter", Readiness::Port(8888)),
    ] {
        let compiled = one("container", &format!("image: \"{image}\""));
        let container = &compiled.program.containers[0];
        let found = (container.facts.family.as_str(), container.role, container.readiness.clone());
        assert_eq!(found, (family, Role::Service, readiness), "{image}");
    }
}

#[test]
fn later_additions_are_taken_by_all_servers() {
    let common = "container-id: other, create: when-missing, await: false, restart: {policy: on-failure, max-restarts: 2}, \
                  env: [{name: A, value: 1}, null], services: [{id: s, ports: [{port: 7000}]}]";
    for (module, more) in [
        ("go", ""),
        ("redis!insight", ""),
        ("couchbase", ""),
        ("kong", ""),
        ("kong!simple", "config-file: {type: host, path: k.yml}, "),
        ("curity", "password: pt.secret pw, "),
        ("nginx", ""),
        ("caddy", ""),
        ("mailpit", ""),
        ("jupyter", ""),
        ("ngrok", "cmd: http web:80, entrypoint: ngrok, "),
        ("ngrok!http", "host: web, port: 80, "),
        ("tensorboard", "logs: {type: host, path: logs}, "),
    ] {
        let compiled = one(module, &format!("{more}{common}"));
        let container = &compiled.program.containers[0];
        assert_eq!(container.id.value, "other", "{module}");
        assert_eq!(container.services.len(), 1, "{module}");
        assert_eq!(container.variable("A").unwrap().value.to_string(), "1", "{module}");
        assert_eq!(container.restart.unwrap().max_restarts, Some(2), "{module}");
        assert!(!container.awaits, "{module}");
    }
}

#[test]
fn a_database_is_called_as_either_argument_says() {
    for module in ["postgres", "postgres!simple", "redis"] {
        for name in ["id", "container-id"] {
            let compiled = one(module, &format!("{name}: other"));
            assert_eq!(compiled.program.containers[0].id.value, "other", "{module}");
        }
    }
}
