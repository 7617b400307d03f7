//! A real Postgres: ready when it is, with its secret in a file, and its password checked and changed.

use std::time::Instant;

use polytope::engine::{Engine, ExecRequest, Failure, Outcome};
use polytope::expand::Readiness;
use polytope::plan::{Action, ContainerRequest, PasswordChange};
use polytope::value::Text;

use crate::rig::{Rig, accepts, inspect, ready, told, upload};

const CANARY: &str = "s3cr3t-VALUE-42";

/// A database with its password in a file, on a volume.
async fn database(rig: &Rig, secret: &str) -> ContainerRequest {
    rig.network().await;
    let volume = rig.volume("data").await;
    let mut request = rig.request("db", "postgres:16.2");
    request.network.clone_from(&rig.project);
    request.volumes = vec![(volume, "/var/lib/postgresql/data".to_owned(), false)];
    let file = "/run/secrets/POSTGRES_PASSWORD";
    request.environment = vec![("POSTGRES_PASSWORD_FILE".to_owned(), file.into())];
    request.secret_files = vec![upload(file, Text::secret(secret), 0o400)];
    request.secret_owner = Some(0);
    request.ports = vec![(5432, false, None)];
    request
}

async fn psql(rig: &Rig, container: &str, query: &str) -> i64 {
    let command = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-tAc", query].map(str::to_owned).to_vec();
    let request = ExecRequest { command, ..ExecRequest::default() };
    rig.engine.exec(container, &request).await.unwrap()
}

#[tokio::test]
async fn a_database_is_ready_after_its_init_scripts_and_keeps_its_secret_to_itself() {
    let mut rig = Rig::new("pg").await;
    rig.secrets.0.insert("db".to_owned(), CANARY.to_owned());
    rig.secrets.0.insert("wrong".to_owned(), "wrong".to_owned());
    rig.secrets.0.insert("new".to_owned(), "n3w'\"\\ value".to_owned());
    let mut request = database(&rig, "db").await;
    let slow = "create table made_late as select 1 from pg_sleep(1);";
    request.uploads = vec![upload("/docker-entrypoint-initdb.d/1.sql", slow, 0o644)];
    let started = Instant::now();
    let name = rig.run(request).await;
    let outcome = rig.apply(accepts(&name, "postgres", "db")).await.unwrap();
    assert_eq!(outcome, Outcome::Ready(Vec::new()));
    assert!(started.elapsed().as_millis() > 1000);
    assert_eq!(psql(&rig, &name, "select count(*) from made_late").await, 0);

    assert!(!inspect(&name).to_string().contains(CANARY));
    let error = rig.apply(accepts(&name, "postgres", "wrong")).await.unwrap_err();
    assert_eq!(error.failure, Failure::LoginRefused { user: "postgres".to_owned() }, "{}", told(&error));

    let change = PasswordChange {
        container: name.clone(),
        user: "postgres".into(),
        database: "postgres".into(),
        password: Text::secret("new"),
    };
    rig.apply(Action::AlterPassword(Box::new(change))).await.unwrap();
    assert!(rig.apply(accepts(&name, "postgres", "db")).await.is_err());
    rig.apply(accepts(&name, "postgres", "new")).await.unwrap();
    let log = rig.text(&name).await.join("\n");
    assert!(!log.contains(CANARY) && !log.contains("n3w"), "{log}");
}

#[tokio::test]
async fn a_database_that_refuses_to_start_says_why() {
    let rig = Rig::new("pgno").await;
    rig.network().await;
    let mut request = rig.request("db", "postgres:16.2");
    request.network.clone_from(&rig.project);
    let name = rig.run(request).await;
    let error = rig.apply(ready(&name, Readiness::Postgres { port: 5432 })).await.unwrap_err();
    assert_eq!(error.failure, Failure::Ended("exit code 1".to_owned()));
    assert!(error.log.iter().any(|line| line.contains("superuser password is not specified")), "{:?}", error.log);
}
