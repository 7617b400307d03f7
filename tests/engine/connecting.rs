//! Every way in which an engine is not there says what was tried and why it failed.

use polytope::engine::docker::DockerEngine;
use polytope::engine::{Engine, EngineError, Failure};
use polytope::plan::Action;

use crate::proxy::{Manner, Proxy, over_tcp};
use crate::rig::{Rig, Secrets, environment};

async fn observe(host: &str) -> Result<(), EngineError> {
    let engine = DockerEngine::connect(Some(host), &environment())?;
    engine.observe("t-docker-nobody", &[], &[], &[]).await.map(drop)
}

/// The line that says what was tried.
async fn tried(host: &str) -> String {
    match observe(host).await.unwrap_err().failure {
        Failure::Unreachable(lines) => lines.join("\n"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_socket_that_is_not_there_is_named() {
    let line = tried("unix:///no/such/engine.sock").await;
    assert_eq!(line, "unix:///no/such/engine.sock (`--host`): there is no such socket");
}

#[tokio::test]
async fn a_socket_that_nobody_listens_on_is_named() {
    let proxy = Proxy::new(Manner::Pass);
    proxy.down();
    // the listener goes when its task is dropped
    tokio::task::yield_now().await;
    let line = tried(&proxy.host()).await;
    assert!(line.ends_with("nothing listens there (connection refused)"), "{line}");
}

#[tokio::test]
async fn a_file_that_is_no_socket_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let line = tried(&format!("unix://{}", file.path().display())).await;
    assert!(line.ends_with("it is not a socket"), "{line}");
}

#[tokio::test]
async fn a_closed_port_is_named() {
    let line = tried("tcp://127.0.0.1:1").await;
    assert_eq!(line, "tcp://127.0.0.1:1 (`--host`): nothing listens there (connection refused)");
}

#[tokio::test]
async fn an_engine_that_hangs_is_given_up_in_time() {
    let proxy = Proxy::new(Manner::Hang);
    let line = tried(&proxy.host()).await;
    assert!(line.ends_with("it takes connections but does not answer (10 s)"), "{line}");
}

#[tokio::test]
async fn what_is_no_engine_is_said_to_be_none() {
    let garbage = Proxy::saying("\u{0}\u{1}not http at all\r\n\r\n");
    assert!(tried(&garbage.host()).await.contains("invalid HTTP"), "{}", tried(&garbage.host()).await);
    let cut =
        Proxy::saying("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n[{\"Id\":");
    assert!(tried(&cut.host()).await.contains("end of file"), "{}", tried(&cut.host()).await);
    let other = Proxy::answering("200 OK", "{\"hello\":\"world\"}");
    let error = observe(&other.host()).await.unwrap_err();
    assert!(error.to_string().contains("cannot be understood"), "{error}");
}

#[tokio::test]
async fn an_engine_that_only_fails_is_unreachable_with_its_words() {
    let broken = Proxy::answering("500 Internal Server Error", "{\"message\":\"disk on fire\"}");
    let line = tried(&broken.host()).await;
    assert!(line.ends_with("it answers with status 500: disk on fire"), "{line}");
}

#[tokio::test]
async fn an_engine_that_is_too_old_is_refused_before_anything_is_made() {
    let old = Proxy::answering("200 OK", "{\"Version\":\"18.06.1\",\"ApiVersion\":\"1.38\"}");
    let engine = DockerEngine::connect(Some(&old.host()), &environment()).unwrap();
    let rig = Rig::new("old").await;
    let create = Action::CreateContainer(Box::new(rig.script("x", "true")));
    let refused = engine.apply(&create, &Secrets::default(), crate::rig::DEADLINE, &|_| ()).await.unwrap_err();
    assert_eq!(refused.failure.to_string(), "docker 18.06.1 speaks API 1.38; 1.40 (Docker 19.03) or newer is needed");
}

#[tokio::test]
async fn an_engine_over_tcp_is_not_of_this_machine() {
    let host = over_tcp().await;
    let rig = Rig::on(Some(&host), "tcp").await;
    let name = rig.run(rig.script("x", "sleep 60")).await;
    let seen = rig.observe().await;
    assert_eq!(seen.containers[0].name, name);
    let able = rig.engine.capabilities();
    assert_eq!((able.local, able.reaches_containers, able.host_mounts), (false, false, false));
}

#[tokio::test]
async fn an_engine_that_goes_away_later_is_named_too() {
    let proxy = Proxy::new(Manner::Pass);
    let engine = DockerEngine::connect(Some(&proxy.host()), &environment()).unwrap();
    engine.observe("t-docker-nobody", &[], &[], &[]).await.unwrap();
    proxy.down();
    tokio::task::yield_now().await;
    let error = engine.observe("t-docker-nobody", &[], &[], &[]).await.unwrap_err();
    assert!(matches!(error.failure, Failure::Unreachable(_)), "{error}");
}

#[tokio::test]
async fn a_doctor_learns_what_the_engine_is() {
    let engine = DockerEngine::connect(None, &environment()).unwrap();
    let facts = engine.facts().await.unwrap();
    let value = |name: &str| facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone());
    assert!(value("engine").unwrap().starts_with("docker "));
    assert!(value("found at").unwrap().starts_with("unix://"));
    assert!(value("storage driver").is_some_and(|driver| !driver.is_empty()));
    assert!(value("disk").unwrap().contains(" free of "));
}
