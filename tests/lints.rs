//! The lint rules on whole files: what each finds beyond its documented examples, and what it leaves alone.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::path::Path;
use std::time::{Duration, Instant};

use polytope::compiler::{self, Compilation, JobCall, Project, check};
use polytope::diagnostic::{Diagnostics, LevelOverrides};
use polytope::lint::{self, Scene};
use polytope::source::MemoryLoader;

fn compile(files: &[(&str, &str)]) -> Compilation {
    let secrets = ["postgres-password".to_owned()].into();
    let project = Project { secrets, ..Project::default() };
    let loader = MemoryLoader::new(files.iter().copied());
    check(&loader, Path::new("polytope.yml"), &project, &LevelOverrides::default()).unwrap()
}

/// `level rule «marked text»` of each finding.
fn found(text: &str) -> Vec<String> {
    found_in(&[("polytope.yml", text)])
}

fn found_in(files: &[(&str, &str)]) -> Vec<String> {
    let compiled = compile(files);
    let findings = compiled.diagnostics.iter();
    findings
        .map(|finding| {
            let marked = compiled.sources.text(finding.primary.span);
            format!("{} {} «{marked}»", finding.level, finding.rule.name)
        })
        .collect()
}

const NOTHING: [&str; 0] = [];

/// A container with these arguments beside its image, as the only module of a file.
fn container(args: &str) -> String {
    format!("modules:\n  - id: app\n    module: polytope/container\n    args: {{image: \"busybox:1.36\", {args}}}\n")
}

/// A PostgreSQL server by its blueprint with a volume, these variables, and these arguments.
fn postgres(env: &str, args: &str) -> String {
    let volume = "data-volume: {type: volume, scope: project, id: data}";
    format!(
        "modules:\n  - id: db\n    module: polytope/postgres\n    args: {{image: \"postgres:16.2\", env: [{env}], {volume}{args}}}\n"
    )
}

const PASSWORD: &str = "{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}";

mod day_one {
    use super::*;

    const SEED: &str = "modules:
  - id: postgres
    module: polytope/postgres
    args:
      image: postgres:16.2
      env:
        - {name: POSTGRES_HOST_AUTH_METHOD, value: trust}
      data-volume: {type: volume, scope: project, id: postgres-data}
      restart: {policy: always}
";

    #[test]
    fn trust_is_the_one_error_of_the_seed_example() {
        assert_eq!(found(SEED), ["error pg-trust-auth «trust»"]);
    }

    #[test]
    fn with_a_password_from_a_secret_there_is_nothing_at_all() {
        assert_eq!(found(&with_password()), NOTHING);
    }

    #[test]
    fn without_a_data_volume_that_is_the_one_error() {
        let text = with_password();
        let text: String = text.split_inclusive('\n').filter(|line| !line.contains("data-volume")).collect();
        assert_eq!(found(&text), ["error missing-data-volume «polytope/postgres»"]);
    }

    fn with_password() -> String {
        SEED.replace("POSTGRES_HOST_AUTH_METHOD, value: trust", "POSTGRES_PASSWORD, value: pt.secret postgres-password")
    }

    #[test]
    fn the_same_server_by_hand_is_judged_the_same() {
        let by_hand = |env: &str, mounts: &str| {
            container(&format!("env: [{env}], mounts: [{mounts}]"))
                .replace("busybox:1.36", "registry.example.com/library/postgres:16.2")
        };
        let volume = "{path: /var/lib/postgresql/data, source: {type: volume, scope: project, id: data}}";
        assert_eq!(found(&by_hand(PASSWORD, volume)), NOTHING);
        assert_eq!(found(&by_hand(PASSWORD, "")), ["error missing-data-volume «polytope/container»"]);
        assert_eq!(
            found(&by_hand("{name: POSTGRES_HOST_AUTH_METHOD, value: trust}", volume)),
            ["error pg-trust-auth «trust»"]
        );
        assert_eq!(found(&by_hand("", volume)), ["error pg-no-password «polytope/container»"]);
    }
}

mod holes {
    use super::*;

    #[test]
    fn what_a_caller_has_yet_to_say_raises_nothing() {
        let text = "modules:
  - id: db
    module: polytope/postgres
    params:
      - {id: env, type: [maybe, [env-var]]}
      - {id: volume, type: mount-source}
      - {id: await, type: bool}
    args: {image: \"postgres:16.2\", env: pt.param env, data-volume: pt.param volume, await: pt.param await}
  - id: other
    module: polytope/postgres
    params: [{id: password, type: str}, {id: path, type: absolute-path}, {id: image, type: docker-image}]
    args:
      image: pt.param image
      container-id: other
      env: [{name: POSTGRES_PASSWORD, value: pt.param password}, {name: PGDATA, value: pt.param path}]
      mounts: [{path: pt.param path, source: {type: volume, scope: project, id: data}}]
";
        assert_eq!(found(text), NOTHING);
    }

    #[test]
    fn an_unknown_password_hides_no_missing_volume() {
        let text = "modules:
  - id: db
    module: polytope/postgres
    params: [{id: password, type: str}]
    args: {image: \"postgres:16.2\", env: [{name: POSTGRES_PASSWORD, value: pt.param password}]}
";
        assert_eq!(found(text), ["error missing-data-volume «polytope/postgres»"]);
    }

    #[test]
    fn an_unset_value_is_only_unset() {
        let env = "{name: POSTGRES_PASSWORD, value: pt.value password}, {name: POSTGRES_HOST_AUTH_METHOD, value: pt.value method}";
        let found = found(&postgres(env, ""));
        assert_eq!(found, ["warning unset-reference «password»", "warning unset-reference «method»"]);
    }
}

mod postgres_servers {
    use super::*;

    #[test]
    fn only_trust_makes_up_for_a_password() {
        let method = |method: &str| postgres(&format!("{{name: POSTGRES_HOST_AUTH_METHOD, value: {method}}}"), "");
        assert_eq!(found(&method("md5")), ["error pg-no-password «polytope/postgres»"]);
        assert_eq!(found(&method("trust")), ["error pg-trust-auth «trust»"]);
        assert_eq!(found(&postgres("{name: POSTGRES_PASSWORD_FILE, value: /run/pw}", "")), NOTHING);
        assert_eq!(found(&postgres("{name: POSTGRES_PASSWORD, value: ''}", "")), ["error pg-no-password «''»"]);
    }

    #[test]
    fn a_container_that_does_not_start_the_server_needs_no_password() {
        let client = "services: [{id: db, ports: [5432]}], cmd: pg_basebackup -h db";
        let text = container(&format!(
            "{client}, mounts: [{{path: /var/lib/postgresql/data, source: {{type: volume, scope: project, id: x}}}}]"
        ));
        assert_eq!(found(&text.replace("busybox:1.36", "postgres:16.2")), NOTHING);
        let server =
            text.replace("busybox:1.36", "postgres:16.2").replace("pg_basebackup -h db", "-c max_connections=9");
        assert_eq!(found(&server), ["error pg-no-password «polytope/container»"]);
    }

    #[test]
    fn trust_in_the_options_of_initdb_counts_but_for_local_sockets() {
        let options =
            |options: &str| postgres(&format!("{PASSWORD}, {{name: POSTGRES_INITDB_ARGS, value: '{options}'}}"), "");
        assert_eq!(found(&options("--auth-host=trust")), ["error pg-trust-auth «'--auth-host=trust'»"]);
        assert_eq!(found(&options("--auth-local=trust")), NOTHING);
    }

    #[test]
    fn a_script_from_the_host_does_not_keep_the_data() {
        let text = postgres(PASSWORD, ", scripts: [{type: host, path: init.sql}]")
            .replace("data-volume: {type: volume, scope: project, id: data}, ", "");
        assert_eq!(
            found_in(&[("polytope.yml", &text), ("init.sql", "")]),
            ["error missing-data-volume «polytope/postgres»"]
        );
    }

    #[test]
    fn scripts_of_one_name_and_scripts_that_do_not_run_are_told_at_their_paths() {
        let scripts = ", scripts: [{type: host, path: a/x.sql}, {type: host, path: b/x.sql}, {type: host, path: b}]";
        let text = postgres(PASSWORD, scripts);
        let files = [("polytope.yml", text.as_str()), ("a/x.sql", ""), ("b/x.sql", "")];
        assert_eq!(found_in(&files), ["error init-script-overwritten «b/x.sql»", "error init-script-ignored «b»"]);
    }

    #[test]
    fn scripts_without_a_file_get_names_of_their_own() {
        let script = "{type: string, data: 'select 1'}";
        assert_eq!(found(&postgres(PASSWORD, &format!(", scripts: [{script}, {script}]"))), NOTHING);
    }

    #[test]
    fn the_data_path_is_judged_by_version_and_pgdata() {
        let at = |image: &str, path: &str, env: &str| {
            let text = postgres(&format!("{PASSWORD}{env}"), &format!(", data-path: {path}"));
            found(&text.replace("postgres:16.2", image))
        };
        let wrong = |path: &str| vec![format!("error pg-wrong-data-path «{path}»")];
        let moved = ", {name: PGDATA, value: /var/lib/postgresql/data/pgdata}";
        assert_eq!(at("postgres:16.2", "/var/lib/postgresql/data/", ""), NOTHING);
        assert_eq!(at("postgres:16.2", "/var/lib/postgresql/data", moved), NOTHING);
        assert_eq!(at("postgres:16.2", "/srv", ", {name: PGDATA, value: /srv/db}"), NOTHING);
        assert_eq!(at("postgres:18.1", "/var/lib/postgresql", ""), NOTHING);
        assert_eq!(at("postgres:18.1", "/var/lib/postgresql/18/docker", ""), NOTHING);
        assert_eq!(at("example.com/own/pg-server:18", "/data", ""), NOTHING, "who knows where that one keeps its data");
        assert_eq!(at("postgres:16.2", "/data", ""), wrong("/data"));
        assert_eq!(at("postgres:16.2", "/var/lib/postgresql", ""), wrong("/var/lib/postgresql"));
        assert_eq!(at("postgres:18.1", "/var/lib/postgresql/data", ""), wrong("/var/lib/postgresql/data"));
        assert_eq!(at("postgres:16.2", "/srv", moved), wrong("/srv"));
    }
}

mod secrets {
    use super::*;

    /// The marked text and everything that is said about it.
    fn said(text: &str) -> Vec<(String, String)> {
        let compiled = compile(&[("polytope.yml", text)]);
        let findings = compiled.diagnostics.iter();
        findings
            .map(|finding| {
                let help = finding.help.clone().unwrap_or_default();
                let said = format!("{} {} {help}", finding.message, finding.primary.text);
                (compiled.sources.text(finding.primary.span).to_owned(), said)
            })
            .collect()
    }

    #[test]
    fn what_is_said_names_the_variable_and_never_the_value() {
        let cases = [
            container("env: [{name: API_KEY, value: hunter2}]"),
            container("env: [{name: DB, value: 'amqp://app:hunter2@mq'}]"),
            container("cmd: 'app --password hunter2'"),
            container("cmd: [sh, -c, 'export DB_PASSWORD=hunter2; app']"),
            container("entrypoint: [psql, 'postgres://app:hunter2@db/app']"),
        ];
        for text in cases {
            let said = said(&text);
            assert_eq!(said.len(), 1, "{said:?} for {text}");
            assert_eq!(said[0].0, "hunter2", "for {text}");
            assert!(!said[0].1.contains("hunter2"), "{}", said[0].1);
        }
    }

    #[test]
    fn a_secret_is_found_where_it_was_written_however_it_came_to_the_container() {
        let text = "modules:
  - id: base
    module: polytope/container
    params: [{id: key, type: [default, str, from-default]}]
    args: {image: \"busybox:1.36\", env: [{name: API_KEY, value: pt.param key}]}
  - {id: one, module: base}
  - {id: two, module: base, args: {key: from-argument}}
templates:
  - {id: stack, run: [one, two]}
";
        let found = found(text);
        assert_eq!(found, ["error hardcoded-secret «from-default»", "error hardcoded-secret «from-argument»"]);
    }

    #[test]
    fn references_placeholders_and_switches_are_no_secrets() {
        for value in
            ["pt.secret postgres-password", "'<your key>'", "''", "true", "0", "/run/secrets/key", "'${API_KEY}'"]
        {
            assert_eq!(found(&container(&format!("env: [{{name: API_KEY, value: {value}}}]"))), NOTHING, "{value}");
        }
        let url = "env: [{name: URL, value: 'postgres://app:{pt.secret postgres-password}@db/app'}]";
        assert_eq!(found(&container(url)), NOTHING);
        assert_eq!(found(&container("cmd: [app, '--password={pt.secret postgres-password}']")), NOTHING);
    }

    #[test]
    fn a_key_in_a_mounted_file_is_found_by_its_form() {
        let key = format!("-----BEGIN {} KEY-----\\n{}\\n-----END", "PRIVATE", "MIIEow".repeat(20));
        let text = container(&format!("mounts: [{{path: /key.pem, source: {{type: string, data: \"{key}\"}}}}]"));
        let compiled = compile(&[("polytope.yml", &text)]);
        let rules: Vec<&str> = compiled.diagnostics.iter().map(|finding| finding.rule.name).collect();
        assert_eq!(rules, ["hardcoded-secret"]);
        assert!(compiled.sources.text(compiled.diagnostics[0].primary.span).contains("MIIEow"));
    }
}

mod ports {
    use super::*;

    fn two(first: &str, second: &str) -> Vec<String> {
        found(&format!(
            "modules:
  - {{id: a, module: polytope/container, args: {{image: \"busybox:1.36\", services: [{{id: a, ports: [{first}]}}]}}}}
  - {{id: b, module: polytope/container, args: {{image: \"busybox:1.36\", services: [{{id: b, ports: [{second}]}}]}}}}
templates:
  - {{id: stack, run: [a, b]}}
"
        ))
    }

    #[test]
    fn addresses_that_overlap_share_their_ports() {
        let on = |address: &str| format!("{{port: 80, protocol: tcp, expose-as: \"{address}:8080\"}}");
        let conflict = |address: &str| format!("error port-conflict «\"{address}:8080\"»");
        assert_eq!(two(&on("127.0.0.1"), &on("127.0.0.2")), NOTHING);
        assert_eq!(two(&on("127.0.0.1"), &on("127.0.0.1")), [conflict("127.0.0.1")]);
        let wide = two(&on("127.0.0.1"), &on("0.0.0.0"));
        assert_eq!(wide, [conflict("0.0.0.0"), "warning port-on-all-interfaces «\"0.0.0.0:8080\"»".to_owned()]);
        assert!(two(&on("0.0.0.0"), &on("127.0.0.2")).contains(&conflict("127.0.0.2")));
    }

    #[test]
    fn ranges_conflict_where_they_meet() {
        let range = |range: &str, at: u16| format!("{{range: {range}, protocol: tcp, expose-as: {at}}}");
        assert_eq!(two(&range("1000-1009", 2000), &range("1-5", 2009)), ["error port-conflict «2009»"]);
        assert_eq!(two(&range("1000-1009", 2000), &range("1-5", 2010)), NOTHING);
        assert_eq!(two(&range("1-5", 2009), &range("1000-1009", 2000)), ["error port-conflict «2000»"]);
    }

    #[test]
    fn preferred_ports_and_other_transports_do_not_conflict() {
        assert_eq!(two("80", "80"), NOTHING);
        assert_eq!(two("{port: 80, protocol: tcp, expose-as: 80}", "80"), NOTHING);
        let udp = "{port: 53, protocol: udp, expose-as: 5353}";
        assert_eq!(two(udp, &udp.replace("udp", "tcp")), NOTHING);
        assert_eq!(two(udp, udp), ["error port-conflict «5353»"]);
    }

    #[test]
    fn one_port_under_two_names_is_one_binding_and_two_replicas_are_two() {
        let port = "ports: [{port: 80, protocol: http, expose-as: 8080}]";
        assert_eq!(found(&container(&format!("services: [{{id: a, {port}}}, {{id: b, {port}}}]"))), NOTHING);
        let replicas = container(&format!("scaling: 2, services: [{{id: a, {port}}}]"));
        assert_eq!(found(&replicas), ["error port-conflict «8080»"]);
    }

    #[test]
    fn a_module_that_runs_twice_wants_its_port_twice() {
        let text = "modules:
  - id: web
    module: polytope/container
    args: {image: \"busybox:1.36\", services: [{id: web, ports: [{port: 80, protocol: http, expose-as: 8080}]}]}
  - {id: one, module: polytope/container, args: {image: \"busybox:1.36\"}}
templates:
  - {id: stack, run: [{module: web, id: a}, {module: web, id: b}]}
  - {id: other, run: [web]}
";
        assert!(found(text).contains(&"error port-conflict «8080»".to_owned()), "{:?}", found(text));
    }
}

mod volumes {
    use super::*;

    #[test]
    fn a_forgotten_scope_is_worse_where_data_are_kept() {
        let forgotten = postgres(PASSWORD, "").replace("scope: project, ", "");
        assert_eq!(found(&forgotten), ["error ephemeral-volume «data»"]);
        let cache = "mounts: [{path: /cache, source: {type: volume, id: cache}}]";
        assert_eq!(found(&container(cache)), ["warning ephemeral-volume «cache»"]);
        assert_eq!(found(&container(&cache.replace("id:", "scope: job, id:"))), NOTHING);
    }

    #[test]
    fn a_cache_may_be_meant_to_forget() {
        let redis = "modules:\n  - {id: redis, module: polytope/redis, args: {image: \"redis:7.4\"}}\n";
        assert_eq!(found(redis), ["warning missing-data-volume «polytope/redis»"]);
    }

    #[test]
    fn replicas_and_servers_on_one_directory_share_their_data() {
        let mounts = "{path: /var/lib/postgresql/data, source: {type: volume, scope: project, id: data}}";
        let scaled = container(&format!("scaling: 2, env: [{PASSWORD}], mounts: [{mounts}]"));
        let found_here = found(&scaled.replace("busybox:1.36", "postgres:16.2"));
        assert!(
            matches!(found_here.as_slice(), [one] if one.starts_with("error shared-data-volume")),
            "{found_here:?}"
        );
        let volume = "{type: volume, scope: project, id: cache}";
        let caches = container(&format!("scaling: 2, mounts: [{{path: /cache, source: {volume}}}]"));
        assert_eq!(found(&caches), NOTHING, "a cache may be shared");
    }
}

mod mounts {
    use super::*;

    #[test]
    fn a_path_of_the_repository_is_judged_where_the_project_is_its_root() {
        let text = container("mounts: [{path: /app, source: {type: repo, path: src}}]");
        assert_eq!(found_in(&[("polytope.yml", &text)]), NOTHING);
        assert_eq!(found_in(&[("polytope.yml", &text), (".git/HEAD", "")]), ["warning missing-host-path «src»"]);
        assert_eq!(found_in(&[("polytope.yml", &text), (".git/HEAD", ""), ("src/a", "")]), NOTHING);
    }

    #[test]
    fn a_dangerous_path_is_reported_by_one_rule() {
        let at = |path: &str| container(&format!("mounts: [{{path: /x, source: {{type: host, path: {path}}}}}]"));
        assert_eq!(found(&at("/run/docker.sock")), ["error docker-socket-mount «/run/docker.sock»"]);
        assert_eq!(found(&at("~/.ssh")), ["error host-path-outside-project «~/.ssh»"]);
        let files = |text: &str| found_in(&[("polytope.yml", text), (".git/HEAD", "")]);
        assert_eq!(files(&at(".git")), ["error sensitive-host-mount «.git»"]);
        assert_eq!(files(&at("./")), ["warning broad-host-mount «./»"]);
        assert_eq!(files(&at("./").replace("path: /x", "read-only: true, path: /x")), NOTHING);
    }
}

mod variables {
    use super::*;

    #[test]
    fn text_that_was_quoted_or_put_together_is_text() {
        let text = "modules:
  - id: app
    module: polytope/container
    params: [{id: version, type: [default, str, \"1.10\"]}]
    args:
      image: busybox:1.36
      env:
        - {name: QUOTED, value: '0123'}
        - {name: WHOLE, value: pt.param version}
        - {name: PARTS, value: \"{pt.param version}\"}
        - {name: PLAIN, value: 0123}
";
        assert_eq!(found(text), ["warning env-not-string «0123»"]);
    }

    #[test]
    fn a_variable_is_given_twice_only_in_the_users_own_list() {
        let twice = "env: [{name: A, value: x}, {name: B, value: x}, {name: A, value: y}]";
        assert_eq!(found(&container(twice)), ["warning duplicate-env «A»"]);
    }

    #[test]
    fn a_plain_connection_inside_of_the_stack_stays_on_the_machine() {
        let url = |host: &str| format!("env: [{{name: DB, value: 'postgres://{host}/x?sslmode=disable'}}]");
        let with_service = |host: &str| container(&format!("{}, services: [{{id: db, ports: [5432]}}]", url(host)));
        assert_eq!(found(&with_service("db:5432")), NOTHING);
        assert_eq!(found(&with_service("localhost")), NOTHING);
        let away = found(&with_service("db.example.com"));
        assert_eq!(away, ["warning tls-verification-disabled «sslmode=disable»"]);
    }
}

mod order {
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
}

/// The time that all rules take on a stack of `count` servers.
fn time_for(count: usize) -> Duration {
    let step = |index: usize| format!("{{module: db, id: s{index}, args: {{name: s{index}, port: {}}}}}", 1000 + index);
    let steps: Vec<String> = (0..count).map(step).collect();
    let text = format!(
        "modules:
  - id: db
    module: polytope/container
    params: [{{id: name, type: str}}, {{id: port, type: int}}]
    args:
      image: postgres:16.2
      env: [{PASSWORD}]
      mounts: [{{path: /var/lib/postgresql/data, source: {{type: volume, scope: project, id: pt.param name}}}}]
      services: [{{id: pt.param name, ports: [{{port: 5432, protocol: tcp, expose-as: pt.param port}}]}}]
templates:
  - {{id: stack, run: [{}]}}
",
        steps.join(", ")
    );
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    let project = Project { secrets: ["postgres-password".to_owned()].into(), ..Project::default() };
    let job = JobCall { name: "stack".to_owned(), ..JobCall::default() };
    let path = Path::new("polytope.yml");
    let compiled = compiler::compile(&loader, path, &[job], &project, &LevelOverrides::default()).unwrap().unwrap();
    assert_eq!(compiled.program.containers.len(), count);
    let scene = Scene {
        sources: &compiled.sources,
        loader: &loader,
        directory: Path::new(""),
        program: &compiled.program,
        uses: &compiled.uses,
        known: &project,
    };
    let run = || {
        let (mut diagnostics, started) = (Diagnostics::default(), Instant::now());
        lint::check(&scene, &mut diagnostics);
        assert_eq!(diagnostics.mark(), 0);
        started.elapsed()
    };
    (0..3).map(|_| run()).min().unwrap()
}

#[test]
fn the_rules_take_time_in_proportion_to_the_containers() {
    let (few, many) = (time_for(500), time_for(4_000));
    // Eight times as many; what compares each with each takes 64 times as long.
    assert!(many < few * 24, "{few:?} for 500 and {many:?} for 4,000");
}
