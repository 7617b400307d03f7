//! What is there is seen as it is.

use polytope::engine::Engine;
use polytope::plan::State;

use crate::rig::{Rig, on_loopback};

#[tokio::test]
async fn containers_are_seen_with_state_ports_address_and_network() {
    let rig = Rig::new("observe").await;
    rig.network().await;
    rig.volume("data").await;
    let mut request = rig.script("web", "sleep 60");
    request.network = rig.project.clone();
    request.ports = vec![on_loopback(80, 0), (81, false, None)];
    let web = rig.run(request).await;
    let job = rig.run_to_end(rig.script("job", "exit 9")).await;
    let idle = rig.create(rig.script("idle", "true")).await;

    let seen = rig.observe().await;
    let states: Vec<(&str, State)> = seen.containers.iter().map(|found| (found.name.as_str(), found.state)).collect();
    assert_eq!(states, [(&*idle, State::Created), (&*job, State::Exited(9)), (&*web, State::Running)]);
    let web = &seen.containers[2];
    assert_eq!((web.container.as_str(), web.replica), ("web", 1));
    assert_eq!((web.published.len(), web.published[0].container), (1, 80));
    assert!(web.published[0].host > 0 && web.published[0].address == "127.0.0.1");
    assert!(web.address.as_ref().unwrap().parse::<std::net::IpAddr>().is_ok());
    assert_eq!(web.network.as_ref(), Some(&seen.networks[0].engine_id));
    assert_eq!((seen.volumes.len(), seen.networks.len()), (1, 1));
}

#[tokio::test]
async fn images_are_seen_by_any_spelling_and_those_that_are_not_there_are_left_out() {
    let rig = Rig::new("images").await;
    let images = ["busybox", "busybox:latest", "docker.io/library/busybox:latest", "no/such:1"].map(str::to_owned);
    let seen = rig.engine.observe(&rig.project, &images, &[], &[]).await.unwrap();
    let ids: Vec<&String> = images.iter().filter_map(|image| seen.images.get(image)).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0] && id.starts_with("sha256:")));
}

#[tokio::test]
async fn other_projects_are_not_seen() {
    let (one, two) = (Rig::new("one").await, Rig::new("one-two").await);
    two.create(two.script("x", "true")).await;
    assert!(one.observe().await.containers.is_empty());
    let names = [one.project.clone(), two.name("x")];
    let seen = one.engine.observe(&one.project, &[], &names, &[]).await.unwrap();
    let owner = seen.held_names.get(&two.name("x")).map(String::as_str);
    assert_eq!(owner, Some("project `t-docker-one-two`"));
}
