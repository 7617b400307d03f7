//! PostgreSQL servers.

use super::*;

#[test]
fn only_trust_makes_up_for_a_password() {
    let method = |method: &str| postgres(&format!("{{name: POSTGRES_HOST_AUTH_METHOD, value: {method}}}"), "");
    assert_eq!(found(&method("scram-sha-256")), ["error pg-no-password «polytope/postgres»"]);
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
    let server = text.replace("busybox:1.36", "postgres:16.2").replace("pg_basebackup -h db", "-c max_connections=9");
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

#[test]
fn weak_methods_are_found_wherever_they_are_asked_for() {
    let options =
        |options: &str| postgres(&format!("{PASSWORD}, {{name: POSTGRES_INITDB_ARGS, value: '{options}'}}"), "");
    assert_eq!(found(&options("-A password")), ["warning pg-weak-auth-method «'-A password'»"]);
    assert_eq!(found(&options("-A md5 --auth-host=scram-sha-256")), NOTHING, "for local sockets alone");
    let command = ", cmd: [-c, password_encryption=md5]";
    assert_eq!(found(&postgres(PASSWORD, command)), ["warning pg-weak-auth-method «password_encryption=md5»"]);
}

#[test]
fn a_server_that_may_speak_tls_is_not_said_to_speak_in_clear_text() {
    let open = ", services: [{id: db, ports: [{port: 5432, protocol: tcp, expose-as: '10.0.0.5:5432'}]}]";
    assert_eq!(found(&postgres(PASSWORD, open)), ["warning pg-plaintext-exposed «'10.0.0.5:5432'»"]);
    for more in ["cmd: [-c, ssl=on]", "cmd: [-c, config_file=/etc/own]", "cmd: -c ssl=true"] {
        assert_eq!(found(&postgres(PASSWORD, &format!("{open}, {more}"))), NOTHING, "{more}");
    }
}

#[test]
fn the_version_of_an_extension_is_not_the_servers() {
    let with = |image: &str| found(&postgres(PASSWORD, "").replace("postgres:16.2", image));
    assert_eq!(with("postgis/postgis:13-3.4"), ["warning eol-image «\"postgis/postgis:13-3.4\"»"]);
    assert_eq!(with("timescale/timescaledb:2.14.2-pg16"), NOTHING);
    assert_eq!(with("timescale/timescaledb:2.14.2"), NOTHING);
    assert_eq!(with("postgres:14"), NOTHING);
}

#[test]
fn local_trust_is_told_unless_the_options_may_forbid_it() {
    let told = |env: &str| found_by("pg-local-trust", &postgres(env, ""));
    assert_eq!(told(PASSWORD), ["info pg-local-trust «polytope/postgres»"]);
    assert_eq!(told("{name: POSTGRES_HOST_AUTH_METHOD, value: trust}"), NOTHING, "that one is worse");
    assert_eq!(told(&format!("{PASSWORD}, {{name: POSTGRES_INITDB_ARGS, value: pt.value options}}")), NOTHING);
    assert_eq!(told(&format!("{PASSWORD}, {{name: POSTGRES_INITDB_ARGS, value: -A scram-sha-256}}")), NOTHING);
}
