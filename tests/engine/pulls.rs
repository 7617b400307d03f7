//! Pulls: what the registry says is told in words, and what went well is not called a failure.

use std::collections::BTreeMap;

use polytope::engine::docker::DockerEngine;
use polytope::engine::{Engine, EngineError, Failure, Outcome};
use polytope::plan::Action;

use crate::proxy::{Manner, Proxy};
use crate::registry::{LOGIN, Registry};
use crate::rig::{DEADLINE, Secrets, environment, raw, told};

async fn pull_with(engine: &DockerEngine, image: &str, always: bool) -> Result<Outcome, EngineError> {
    let action = Action::Pull { image: image.to_owned(), always };
    engine.apply(&action, &Secrets::default(), DEADLINE, &|_| ()).await
}

async fn pull(image: &str, always: bool) -> Result<Outcome, EngineError> {
    pull_with(&DockerEngine::connect(None, &environment()).unwrap(), image, always).await
}

/// The environment with a configuration of the docker command of our own.
fn configured(directory: &std::path::Path, configuration: &serde_json::Value) -> BTreeMap<String, String> {
    std::fs::write(directory.join("config.json"), configuration.to_string()).unwrap();
    let mut environment = environment();
    environment.insert("DOCKER_CONFIG".to_owned(), directory.display().to_string());
    environment
}

fn forget(image: &str) {
    raw("DELETE", &format!("/images/{image}"), "");
}

#[tokio::test]
async fn an_image_that_is_there_is_not_asked_for() {
    assert_eq!(pull("busybox:latest", false).await.unwrap(), Outcome::Already);
}

#[tokio::test]
async fn an_image_arrives_and_is_found_unchanged_the_next_time() {
    let registry = Registry::new().await;
    let image = registry.image("fine");
    let first = pull(&image, false).await;
    let second = pull(&image, true).await;
    forget(&image);
    assert!(matches!(first.as_ref().unwrap(), Outcome::Created(id) if id.starts_with("sha256:")), "{first:?}");
    assert_eq!(second.unwrap(), Outcome::Already);
}

#[tokio::test]
async fn refusals_of_a_registry_are_told_apart() {
    let registry = Registry::new().await;
    for (name, words, help) in [
        ("auth", "without a login", "docker login"),
        ("rate", "limits how often", "docker login"),
        ("absent", "no such tag", "spelling"),
        ("broken", "a fault of its own", "later"),
        ("damaged", "damaged", "later"),
    ] {
        let image = registry.image(name);
        let error = pull(&image, false).await.unwrap_err();
        forget(&image);
        assert!(matches!(error.failure, Failure::Image(_)), "{name}: {}", told(&error));
        assert!(told(&error).contains(words) && told(&error).contains(help), "{name}: {}", told(&error));
    }
}

#[tokio::test]
async fn only_faults_of_the_registry_itself_are_tried_again() {
    let registry = Registry::new().await;
    let tries = |name: &str| registry.times(&format!("/v2/{name}/manifests/1"));
    pull(&registry.image("absent"), false).await.unwrap_err();
    let once = tries("absent");
    pull(&registry.image("broken"), false).await.unwrap_err();
    assert_eq!(tries("broken"), 3 * once);
}

#[tokio::test]
async fn a_registry_that_is_not_there_is_named() {
    let error = pull("127.0.0.1:1/x:1", false).await.unwrap_err();
    assert!(told(&error).contains("the registry cannot be reached"), "{}", told(&error));
}

#[tokio::test]
async fn the_users_login_reaches_the_registry_whatever_is_in_it() {
    let registry = Registry::closed().await;
    let (user, password) = LOGIN;
    let login = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("{user}:{password}"));
    let directory = tempfile::tempdir().unwrap();
    let configuration = serde_json::json!({"auths": {&registry.address: {"auth": login}}});
    let environment = configured(directory.path(), &configuration);
    let image = registry.image("fine");
    let without = pull(&image, false).await.unwrap_err();
    assert!(told(&without).contains("without a login"), "{}", told(&without));
    let outcome = pull_with(&DockerEngine::connect(None, &environment).unwrap(), &image, false).await;
    forget(&image);
    assert!(matches!(outcome.as_ref().unwrap(), Outcome::Created(_)), "{}", told(&outcome.unwrap_err()));
}

#[tokio::test]
async fn a_stream_that_ends_badly_is_no_failure_when_the_image_is_there() {
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len()).into_bytes();
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    // the line break after the last object arrives on its own
    let split = [
        head,
        chunk("{\"status\":\"Pulling\"}\r\n"),
        chunk("{\"status\":\"Done\"}"),
        chunk("\r\n"),
        b"0\r\n\r\n".to_vec(),
    ];
    let proxy = Proxy::new(Manner::PassBut("POST /images/create", split.to_vec()));
    let engine = DockerEngine::connect(Some(&proxy.host()), &environment()).unwrap();
    assert_eq!(pull_with(&engine, "busybox:latest", true).await.unwrap(), Outcome::Already);
    let missing = pull_with(&engine, "no/such-image:1", false).await.unwrap_err();
    assert!(told(&missing).contains("bytes remaining on stream"), "{}", told(&missing));
}
