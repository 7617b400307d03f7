//! Nothing without our label is touched, and nobody's name is taken.

use polytope::engine::Failure;
use polytope::plan::{Action, NetworkRequest, VolumeRequest};

use crate::rig::{Rig, raw, start, told};

/// Something that is not ours; removed at the end.
struct Foreign(&'static str, String);

impl Foreign {
    fn new(kind: &'static str, create: &str, body: &serde_json::Value, name: &str) -> Self {
        let (status, answer) = raw("POST", create, &body.to_string());
        assert_eq!(status, 201, "{answer}");
        Self(kind, name.to_owned())
    }

    fn is_there(&self) -> bool {
        let rest = if self.0 == "containers" { "/json" } else { "" };
        raw("GET", &format!("/{}/{}{rest}", self.0, self.1), "").0 == 200
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        raw("DELETE", &format!("/{}/{}", self.0, self.1), "");
    }
}

fn is_foreign(error: &polytope::engine::EngineError, words: &str) {
    assert!(matches!(error.failure, Failure::Foreign(_)), "{}", told(error));
    assert!(told(error).contains(words), "{}", told(error));
}

#[tokio::test]
async fn a_volume_of_somebody_else_is_neither_used_nor_removed() {
    let rig = Rig::new("fvolume").await;
    let name = format!("{}_data", rig.project);
    let foreign = Foreign::new("volumes", "/volumes/create", &serde_json::json!({"Name": name}), &name);
    let request = VolumeRequest { name: name.clone(), labels: rig.labels() };
    let error = rig.apply(Action::CreateVolume(request)).await.unwrap_err();
    is_foreign(&error, "is there and was not made by pt");
    is_foreign(&rig.apply(Action::RemoveVolume { name }).await.unwrap_err(), "was not made by pt");
    assert!(foreign.is_there());
    let names = [foreign.1.clone()];
    let seen = rig.engine_sees(&names).await;
    assert_eq!(seen.volumes[0].name, foreign.1);
    assert!(seen.volumes[0].labels.is_empty());
}

#[tokio::test]
async fn a_network_of_somebody_else_is_neither_used_nor_removed() {
    let rig = Rig::new("fnetwork").await;
    let name = rig.project.clone();
    let foreign = Foreign::new("networks", "/networks/create", &serde_json::json!({"Name": name}), &name);
    let request = NetworkRequest { name: name.clone(), labels: rig.labels() };
    is_foreign(&rig.apply(Action::CreateNetwork(request)).await.unwrap_err(), "was not made by pt");
    let seen = rig.engine_sees(&[name]).await;
    let engine_id = seen.networks[0].engine_id.clone();
    is_foreign(&rig.apply(Action::RemoveNetwork { engine_id }).await.unwrap_err(), "was not made by pt");
    assert!(foreign.is_there());
}

#[tokio::test]
async fn a_container_of_somebody_else_is_left_alone() {
    let rig = Rig::new("fcontainer").await;
    let name = rig.name("x");
    let body = serde_json::json!({"Image": "busybox:latest", "Cmd": ["true"]});
    let foreign = Foreign::new("containers", &format!("/containers/create?name={name}"), &body, &name);
    let create = Action::CreateContainer(Box::new(rig.script("x", "true")));
    is_foreign(&rig.apply(create).await.unwrap_err(), "was not made by pt");
    for action in [
        start(&name),
        Action::Stop { container: name.clone(), seconds: 1 },
        Action::RemoveContainer { container: name.clone() },
        Action::Rename { container: name.clone(), to: format!("{name}.old") },
    ] {
        is_foreign(&rig.apply(action).await.unwrap_err(), "was not made by pt");
    }
    assert!(foreign.is_there());
    let seen = rig.engine_sees(&[rig.project.clone(), name.clone()]).await;
    assert!(seen.containers.is_empty());
    assert_eq!(seen.held_names.get(&name).map(String::as_str), Some("somebody else"));
}

#[tokio::test]
async fn users_of_a_volume_that_cannot_go_are_named() {
    let rig = Rig::new("inuse").await;
    let volume = rig.volume("data").await;
    let mut request = rig.script("x", "true");
    request.volumes = vec![(volume.clone(), "/data".to_owned(), false)];
    let name = rig.create(request).await;
    let error = rig.apply(Action::RemoveVolume { name: volume }).await.unwrap_err();
    assert!(told(&error).contains(&format!("it is still used by `{name}`")), "{}", told(&error));
}

impl Rig {
    /// What the engine holds of the project and of these names.
    async fn engine_sees(&self, names: &[String]) -> polytope::plan::Observed {
        polytope::engine::Engine::observe(&self.engine, &self.project, &[], names, &[]).await.unwrap()
    }
}
