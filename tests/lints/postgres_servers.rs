//! PostgreSQL servers.

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
