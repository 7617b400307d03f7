//! The functions that the engine calls: prepare, start, ask, wait, stop.

use std::sync::Arc;
use std::time::Duration;

use polytope::engine::process::postgres::{
    GRACE, Health, PostgresError, Script, Server, Settings, Surroundings, Wanted, health, prepare, stop, wait,
};
use zeroize::Zeroizing;

use crate::ground::{Ground, PASSWORD, Who, somebody};

const LONG: Duration = Duration::from_secs(60);

/// This process calls, so the ground is its own.
fn ground() -> Ground {
    Ground::new(if somebody() == Who::Root { Who::Root } else { Who::Me })
}

fn wanted(ground: &Ground) -> Wanted {
    Wanted {
        version: None,
        settings: Settings {
            password: Some(Zeroizing::new(PASSWORD.to_owned())),
            initdb_args: Some("--no-sync".to_owned()),
            ..Settings::default()
        },
        scripts: Vec::new(),
        data_directory: ground.data(),
        host: "127.0.0.1".to_owned(),
        port: None,
        socket_directory: None,
        arguments: Vec::new(),
        run_as: None,
        surroundings: Surroundings::default(),
    }
}

#[tokio::test]
async fn a_server_is_started_asked_stopped_and_waited_for() {
    let ground = ground();
    let wanted = wanted(&ground);
    let launch = prepare(&wanted, &|_| ()).await.unwrap();
    assert!(launch.initialised);
    assert!(matches!(health(&launch.probe).await, Health::Silent(_)));
    let mut server = Server::start(&launch, Arc::new(|_: &str| ())).unwrap();
    server.ready(LONG).await.unwrap();
    assert_eq!(health(&launch.probe).await, Health::Accepting);
    let mut wrong = launch.probe.clone();
    wrong.password = Some(Zeroizing::new("another".to_owned()));
    assert_eq!(health(&wrong).await, Health::Refused);
    assert!(!wait(&ground.data(), Duration::ZERO).await);
    assert!(matches!(prepare(&wanted, &|_| ()).await, Err(PostgresError::Running { .. })));
    assert!(server.stop(GRACE).await.unwrap().success());
    assert!(matches!(health(&launch.probe).await, Health::Silent(_)));
    assert!(wait(&ground.data(), Duration::ZERO).await);
    assert!(!prepare(&wanted, &|_| ()).await.unwrap().initialised);
}

#[tokio::test]
async fn a_server_is_stopped_by_its_data_alone() {
    let ground = ground();
    let launch = prepare(&wanted(&ground), &|_| ()).await.unwrap();
    for waits in [true, false] {
        let mut server = Server::start(&launch, Arc::new(|_: &str| ())).unwrap();
        server.ready(LONG).await.unwrap();
        let data = ground.data();
        let (stopped, ended) = tokio::join!(stop(&data, waits.then_some(GRACE)), server.wait());
        assert!(stopped.unwrap());
        assert!(ended.unwrap().success());
    }
    assert!(!stop(&ground.data(), Some(GRACE)).await.unwrap());
}

#[tokio::test]
async fn a_server_that_does_not_stop_in_time_is_made_to() {
    let ground = ground();
    let launch = prepare(&wanted(&ground), &|_| ()).await.unwrap();
    let mut server = Server::start(&launch, Arc::new(|_: &str| ())).unwrap();
    server.ready(LONG).await.unwrap();
    let status = server.stop(Duration::ZERO).await.unwrap();
    // Quit at once, or just before by itself.
    assert!(status.success() || status.code() == Some(0) || status.code() == Some(1), "{status}");
    let mut server = Server::start(&launch, Arc::new(|_: &str| ())).unwrap();
    server.ready(LONG).await.unwrap();
    server.stop(GRACE).await.unwrap();
}

#[tokio::test]
async fn scripts_may_be_texts_and_those_are_never_on_disk() {
    let ground = ground();
    let script =
        |name: &str, content: &str| Script::Text { name: name.to_owned(), content: Zeroizing::new(content.to_owned()) };
    let mut wanted = wanted(&ground);
    wanted.scripts = vec![
        script(
            "20-b.sh",
            "set -u\n[ \"$POSTGRES_PASSWORD\" = 's3cr3t-of-test' ]\ngrep -rq 'words-of-a-secret' \"$PGDATA/..\" && exit 3\ndocker_process_sql -c \"insert into t values ('b')\"",
        ),
        script("10-a.sql", "create table t (x text);\ninsert into t values ('a'); -- words-of-a-secret"),
    ];
    assert!(!format!("{wanted:?}").contains("words-of-a-secret") && !format!("{wanted:?}").contains(PASSWORD));
    let heard = std::sync::Mutex::new(Vec::new());
    prepare(&wanted, &|line: &str| heard.lock().unwrap().push(line.to_owned())).await.unwrap();
    let heard = heard.into_inner().unwrap();
    let place = |text: &str| heard.iter().position(|line| line.contains(text));
    assert!(place("run init script `10-a.sql`").unwrap() < place("run init script `20-b.sh`").unwrap(), "{heard:?}");
}
