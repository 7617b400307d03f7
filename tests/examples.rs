//! Every example of `examples/` is clean once its values and secrets are set, and comes down to what its README says.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod outline;

use std::fs;
use std::path::{Path, PathBuf};

use polytope::compiler::{Compilation, JobCall, check, compile};
use polytope::diagnostic::{Diagnostic, Level};
use polytope::expr::Known;
use polytope::lint::Settings;
use polytope::source::DiskLoader;

/// Everything is set.
#[derive(Debug)]
struct AllSet;

impl Known for AllSet {
    fn value(&self, name: &str) -> Option<&str> {
        Some(match name {
            "postgres-version" => "15",
            _ if name.ends_with("port") => "8080",
            _ => "shop",
        })
    }

    fn has_secret(&self, _name: &str) -> bool {
        true
    }
}

const NO_FAULTS: [&Diagnostic; 0] = [];

/// Errors and warnings; what is only worth knowing may be said of an example.
fn faults(compiled: &Compilation) -> Vec<&Diagnostic> {
    compiled.diagnostics.iter().filter(|finding| finding.level > Level::Info).collect()
}

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("polytope.yml")).collect();
    // Not all of them are projects: `policies` holds rules.
    found.retain(|path| path.is_file());
    found.sort();
    found
}

fn expanded(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).join("polytope.yml");
    let jobs = [JobCall::default()];
    let compiled = compile(&DiskLoader, &path, &jobs, &AllSet, &Settings::default()).unwrap().unwrap();
    assert_eq!(faults(&compiled), NO_FAULTS);
    outline::outline(&compiled.program)
}

#[test]
fn each_is_clean() {
    let examples = examples();
    assert!(examples.len() >= 3, "{examples:?}");
    for path in examples {
        let compiled = check(&DiskLoader, &path, &AllSet, &Settings::default()).unwrap();
        assert_eq!(faults(&compiled), NO_FAULTS, "{}", path.display());
    }
}

#[test]
fn the_quickstart_is_one_server() {
    insta::assert_snapshot!(expanded("quickstart"), @"
    postgres: service, ready by postgres on 5432
      image      postgres:16.2
      env        POSTGRES_PASSWORD=<secret:postgres-password>
      mount      /var/lib/postgresql/data from volume postgres-data (data-volume)
      service    postgres [tcp 5432 at 127.0.0.1:5432 or any]
      restart    always
      stop       within 60 s
    volume postgres-data: Project, create WhenMissing
    ");
}

#[test]
fn the_processes_are_the_server_of_the_machine() {
    insta::assert_snapshot!(expanded("processes"), @"
    postgres: service, ready by postgres on 5432
      image      postgres:15
      env        POSTGRES_PASSWORD=<secret:postgres-password>
      mount      /var/lib/postgresql/data from volume postgres-data (data-volume)
      service    postgres [tcp 5432 at 127.0.0.1:5432 or any]
      restart    always
      stop       within 60 s
    volume postgres-data: Project, create WhenMissing
    ");
}

#[test]
fn the_scripts_each_have_their_own_path_in_their_order() {
    insta::assert_snapshot!(expanded("postgres-scripts"), @r#"
    db: service, ready by postgres on 5432
      image      postgres:16.2
      env        POSTGRES_USER=shop
      env        POSTGRES_PASSWORD=<secret:db-password>
      env        POSTGRES_DB=shop
      env        POSTGRES_HOST_AUTH_METHOD=scram-sha-256
      env        POSTGRES_INITDB_ARGS=--data-checksums
      mount      /var/lib/postgresql/data from volume db-data (data-volume)
      mount      /docker-entrypoint-initdb.d/10-schema.sql from host db/10-schema.sql (scripts, read-only)
      mount      /docker-entrypoint-initdb.d/20-rows.sh from host db/20-rows.sh (scripts, read-only)
      service    db [tcp 5432 at 127.0.0.1:5432 or any]
      restart    always
      tty        no
      stop       within 60 s
    report: job, ready by exit
      image      postgres:16.2
      command    ["psql", "--no-password", "--set=ON_ERROR_STOP=1", "--host=db", "--port=5432", "--dbname=shop", "--command=select name, price from product order by price"]
      env        PGUSER=shop (added)
      env        PGPASSWORD=<secret:db-password> (added)
      env        PGCONNECT_TIMEOUT=10 (added)
      tty        no
      stdin      no
    volume db-data: Project, create WhenMissing
    report waits for db (Success)
    "#);
}

#[test]
fn the_web_stack_joins_values_and_secrets() {
    insta::assert_snapshot!(expanded("web-stack"), @r#"
    postgres: service, ready by postgres on 5432
      image      postgres:16.2
      env        POSTGRES_USER=shop
      env        POSTGRES_PASSWORD=<secret:database-password>
      env        POSTGRES_DB=shop
      mount      /var/lib/postgresql/data from volume postgres-data (data-volume)
      service    postgres [tcp 5432 at 127.0.0.1:5432 or any]
      restart    always
      stop       within 60 s
    redis: service, ready by port 6379
      image      redis:7
      mount      /data from volume redis-data (data-volume)
      service    redis [tcp 6379 at 127.0.0.1:6379 or any]
      restart    always
    web: service, ready by port 8080
      image      node:20
      command    ["node", "server.mjs"]
      env        PORT=8080
      env        GREETING=Hello
      env        REDIS_HOST=redis
      env        DATABASE_URL=postgres://shop:<secret:database-password|url>@postgres:5432/shop
      mount      /app from host web (code)
      service    web [http 8080 at 127.0.0.1:8080]
      restart    always
      workdir    /app
    volume postgres-data: Project, create WhenMissing
    volume redis-data: Project, create WhenMissing
    "#);
}

#[test]
fn the_tools_are_two_services_and_their_settings() {
    insta::assert_snapshot!(expanded("tools"), @r#"
    database: service, ready by postgres on 5432
      image      postgres:16.2
      env        POSTGRES_DB=shop
      env        POSTGRES_PASSWORD=<secret:database-password>
      mount      /var/lib/postgresql/data from volume database-data (data-volume)
      service    database [tcp 5432 at 127.0.0.1:5432 or any]
      restart    always
      stop       within 60 s
    api: service, ready by port 8080
      image      node:20
      command    ["node", "server.js"]
      env        PORT=8080
      env        LOG_LEVEL=debug
      env        TITLE=api at DEBUG
      env        DATABASE=database:5432
      mount      /app from repo services/api (code)
      service    api [http 8080 at 127.0.0.1:8080]
      restart    always
      workdir    /app
    task stack/load-config: load-config
    volume database-data: Project, create WhenMissing
    "#);
}
