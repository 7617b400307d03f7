//! Secret files live in this machine's memory, are read by their owner, and go with their container.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use polytope::expand::Condition;
use polytope::plan::{Action, ContainerRequest, SecretPlacement, Upload};
use polytope::value::Text;

use crate::proxy::over_tcp;
use crate::rig::{Rig, ended, inspect, start, told, upload};

const CANARY: &str = "s3cr3t-VALUE-42\n with 'quotes' \"and\" $signs ";

fn files() -> Vec<Upload> {
    vec![upload("/run/secrets/TOKEN", Text::secret("token"), 0o400)]
}

fn reader(rig: &Rig, script: &str) -> ContainerRequest {
    let mut request = rig.script("x", script);
    request.secret_files = files();
    request.secret_owner = Some(1000);
    request.user = Some("1000".to_owned());
    request
}

/// Where the engine finds the secrets of a container.
fn place(container: &str) -> PathBuf {
    let mounts = inspect(container)["Mounts"].as_array().unwrap().clone();
    let mount = mounts.iter().find(|mount| mount["Destination"] == "/run/secrets").unwrap();
    assert_eq!(mount["RW"], false);
    PathBuf::from(mount["Source"].as_str().unwrap())
}

async fn rig(name: &str) -> Rig {
    let mut rig = Rig::new(name).await;
    rig.secrets.0.insert("token".to_owned(), CANARY.to_owned());
    rig
}

#[tokio::test]
async fn a_secret_arrives_byte_for_byte_and_is_seen_nowhere_else() {
    let rig = rig("secret").await;
    let name =
        rig.run(reader(&rig, "cat /run/secrets/TOKEN; env; (echo changed > /run/secrets/TOKEN) 2>/dev/null")).await;
    rig.apply(ended(&name, Condition::Failed)).await.unwrap();
    let said = rig.text(&name).await.join("\n");
    assert!(said.starts_with(CANARY), "{said}");
    assert_eq!(said.matches("VALUE-42").count(), 1);
    assert!(!inspect(&name).to_string().contains("VALUE-42"));
    let place = place(&name);
    let file = std::fs::metadata(place.join("TOKEN")).unwrap();
    if rustix::process::geteuid().is_root() {
        assert_eq!((file.mode() & 0o7777, file.uid()), (0o400, 1000));
    }
    assert_eq!(std::fs::metadata(place.parent().unwrap()).unwrap().mode() & 0o7777, 0o700);
    rig.apply(Action::RemoveContainer { container: name }).await.unwrap();
    assert!(!place.exists() && !place.parent().unwrap().exists());
}

#[tokio::test]
async fn secrets_that_are_gone_are_missed_loudly_and_can_be_written_anew() {
    let rig = rig("gone").await;
    let name = rig.create(reader(&rig, "cat /run/secrets/TOKEN")).await;
    let place = place(&name);
    std::fs::remove_dir_all(&place).unwrap();
    let error = rig.apply(start(&name)).await.unwrap_err();
    assert!(told(&error).contains("its secret files are gone"), "{}", told(&error));
    let placement = || SecretPlacement { container: name.clone(), files: files(), owner: Some(1000) };
    rig.apply(Action::PlaceSecrets(Box::new(placement()))).await.unwrap();
    // and again over what is there
    rig.apply(Action::PlaceSecrets(Box::new(placement()))).await.unwrap();
    rig.apply(start(&name)).await.unwrap();
    rig.apply(ended(&name, Condition::Success)).await.unwrap();
    assert!(rig.text(&name).await.join("\n").starts_with(CANARY));
}

#[tokio::test]
async fn a_container_that_cannot_be_made_leaves_no_secrets_behind() {
    let rig = rig("nosecret").await;
    let mut request = reader(&rig, "true");
    request.image = "no/such-image:1".to_owned();
    rig.apply(Action::CreateContainer(Box::new(request))).await.unwrap_err();
    let home = format!("/dev/shm/pt-{}/{}", rustix::process::geteuid().as_raw(), rig.project);
    assert!(!Path::new(&home).exists());
}

#[tokio::test]
async fn an_engine_elsewhere_gets_no_secret_files_and_says_so() {
    let host = over_tcp().await;
    let mut rig = Rig::on(Some(&host), "far").await;
    rig.secrets.0.insert("token".to_owned(), CANARY.to_owned());
    let error = rig.apply(Action::CreateContainer(Box::new(reader(&rig, "true")))).await.unwrap_err();
    assert!(told(&error).contains("secrets cannot be delivered as files to tcp://"), "{}", told(&error));
}

#[tokio::test]
async fn a_file_outside_the_secrets_directory_is_refused() {
    let rig = rig("outside").await;
    let mut request = reader(&rig, "true");
    request.secret_files = vec![upload("/etc/passwd", Text::secret("token"), 0o400)];
    let error = rig.apply(Action::CreateContainer(Box::new(request))).await.unwrap_err();
    assert!(told(&error).contains("`/etc/passwd` is not a file in `/run/secrets`"), "{}", told(&error));
    assert!(rig.observe().await.containers.is_empty());
}
