//! Containers, networks and volumes are made as they were asked for, and go again.

use std::time::Duration;

use polytope::engine::{Failure, Outcome};
use polytope::expand::{Condition, Readiness, Resources, Restart, RestartPolicy};
use polytope::plan::{Action, NetworkRequest, State, labels};
use polytope::value::Text;

use crate::rig::{DEADLINE, Rig, ended, inspect, on_loopback, raw, ready, start, told, upload};

#[tokio::test]
async fn a_container_is_made_as_it_was_asked_for() {
    let rig = Rig::new("asked").await;
    rig.network().await;
    let volume = rig.volume("data").await;
    let directory = tempfile::tempdir().unwrap();
    let mut request = rig.script("x", "sleep 60");
    request.network = rig.project.clone();
    request.aliases = vec!["web".to_owned()];
    request.environment = vec![("A".to_owned(), "b c".into())];
    request.volumes = vec![(volume.clone(), "/data".to_owned(), false)];
    request.binds = vec![(directory.path().display().to_string(), "/src".to_owned(), true)];
    request.ports = vec![on_loopback(80, 0), (81, false, None), (82, true, None)];
    request.restart = Some(Restart { policy: RestartPolicy::OnFailure, max_restarts: Some(2) });
    request.resources = Resources { cpu_limit: Some(0.5), memory_limit: Some(64 << 20), ..Resources::default() };
    request.stop_signal = Some("SIGINT".to_owned());
    request.stop_seconds = 7;
    request.workdir = Some("/src".to_owned());
    request.user = Some("0:0".to_owned());
    let name = rig.run(request).await;

    let made = inspect(&name);
    let (config, host) = (&made["Config"], &made["HostConfig"]);
    assert_eq!(config["Hostname"], "x");
    assert_eq!(config["StopSignal"], "SIGINT");
    assert_eq!(config["StopTimeout"], 7);
    assert_eq!(config["WorkingDir"], "/src");
    assert_eq!(config["Labels"][labels::PROJECT], rig.project.as_str());
    assert!(config["Env"].as_array().unwrap().contains(&"A=b c".into()));
    assert_eq!(host["Init"], true);
    assert_eq!(host["Binds"], serde_json::Value::Null);
    assert_eq!(host["PidsLimit"], 4096);
    assert_eq!((&host["NanoCpus"], &host["Memory"]), (&500_000_000.into(), &(64 << 20).into()));
    assert_eq!(host["RestartPolicy"], serde_json::json!({"Name": "on-failure", "MaximumRetryCount": 2}));
    let log = serde_json::json!({"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}});
    assert_eq!(host["LogConfig"], log);
    let network = &made["NetworkSettings"]["Networks"][&rig.project];
    assert!(network["Aliases"].as_array().unwrap().contains(&"web".into()));
    let bound = &made["NetworkSettings"]["Ports"]["80/tcp"][0];
    assert_eq!(bound["HostIp"], "127.0.0.1");
    assert_eq!(made["Mounts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn restart_policies_are_those_of_the_engine() {
    let rig = Rig::new("restart").await;
    for (policy, expected) in
        [(None, "no"), (Some(RestartPolicy::Never), "no"), (Some(RestartPolicy::Always), "unless-stopped")]
    {
        let mut request = rig.script("x", "true");
        request.restart = policy.map(|policy| Restart { policy, max_restarts: None });
        let name = rig.create(request).await;
        assert_eq!(inspect(&name)["HostConfig"]["RestartPolicy"]["Name"], expected);
        rig.apply(Action::RemoveContainer { container: name }).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_so_already_is_no_error() {
    let rig = Rig::new("already").await;
    rig.network().await;
    let volume = rig.volume("data").await;
    let network = NetworkRequest { name: rig.project.clone(), labels: rig.labels() };
    assert_eq!(rig.apply(Action::CreateNetwork(network)).await.unwrap(), Outcome::Already);
    let name = rig.create(rig.script("x", "sleep 60")).await;
    let stop = || Action::Stop { container: name.clone(), seconds: 1 };
    assert_eq!(rig.apply(stop()).await.unwrap(), Outcome::Already);
    assert_eq!(rig.apply(start(&name)).await.unwrap(), Outcome::Done);
    assert_eq!(rig.apply(start(&name)).await.unwrap(), Outcome::Already);
    assert_eq!(rig.apply(stop()).await.unwrap(), Outcome::Done);
    assert_eq!(rig.apply(stop()).await.unwrap(), Outcome::Already);
    let remove = || Action::RemoveContainer { container: name.clone() };
    assert_eq!(rig.apply(remove()).await.unwrap(), Outcome::Done);
    assert_eq!(rig.apply(remove()).await.unwrap(), Outcome::Already);
    let remove = || Action::RemoveVolume { name: volume.clone() };
    assert_eq!(rig.apply(remove()).await.unwrap(), Outcome::Done);
    assert_eq!(rig.apply(remove()).await.unwrap(), Outcome::Already);
    let engine_id = rig.observe().await.networks[0].engine_id.clone();
    let remove = || Action::RemoveNetwork { engine_id: engine_id.clone() };
    assert_eq!(rig.apply(remove()).await.unwrap(), Outcome::Done);
    assert_eq!(rig.apply(remove()).await.unwrap(), Outcome::Already);
}

#[tokio::test]
async fn a_container_is_renamed() {
    let rig = Rig::new("rename").await;
    let name = rig.create(rig.script("x", "true")).await;
    let to = format!("{name}.old-1");
    let rename = || Action::Rename { container: name.clone(), to: to.clone() };
    assert_eq!(rig.apply(rename()).await.unwrap(), Outcome::Done);
    assert_eq!(rig.observe().await.containers[0].name, to);
}

#[tokio::test]
async fn a_paused_container_goes_on_and_can_be_stopped() {
    let rig = Rig::new("paused").await;
    let name = rig.run(rig.script("x", "sleep 60")).await;
    assert_eq!(raw("POST", &format!("/containers/{name}/pause"), "").0, 204);
    assert_eq!(rig.observe().await.containers[0].state, State::Paused);
    assert_eq!(rig.apply(start(&name)).await.unwrap(), Outcome::Done);
    assert_eq!(rig.observe().await.containers[0].state, State::Running);
    assert_eq!(raw("POST", &format!("/containers/{name}/pause"), "").0, 204);
    assert_eq!(rig.apply(Action::Stop { container: name, seconds: 1 }).await.unwrap(), Outcome::Done);
    assert!(matches!(rig.observe().await.containers[0].state, State::Exited(_)));
}

#[tokio::test]
async fn a_shell_ends_at_once_when_it_is_stopped_and_a_deaf_one_is_killed() {
    let rig = Rig::new("stop").await;
    let quick = rig.run(rig.script("quick", "sleep 60")).await;
    let mut request = rig.script("deaf", "trap '' TERM; while :; do sleep 1; done");
    request.stop_seconds = 1;
    let deaf = rig.run(request).await;
    rig.apply(Action::Stop { container: quick.clone(), seconds: 10 }).await.unwrap();
    rig.apply(Action::Stop { container: deaf.clone(), seconds: 1 }).await.unwrap();
    let code = |name: &str| inspect(name)["State"]["ExitCode"].as_i64().unwrap();
    assert_eq!((code(&quick), code(&deaf)), (143, 137));
}

#[tokio::test]
async fn uploads_are_there_with_their_modes_before_the_start() {
    let mut rig = Rig::new("uploads").await;
    rig.secrets.0.insert("token".to_owned(), "s3cr3t-upload".to_owned());
    let mut request = rig.script("x", "/new/dir/run.sh; cat /etc/app.conf; stat -c '%a %u' /etc/app.conf");
    request.uploads = vec![
        upload("/new/dir/run.sh", "#!/bin/sh\necho ran\n", 0o755),
        upload("/etc/app.conf", Text::secret("token"), 0o640),
    ];
    let name = rig.run_to_end(request).await;
    assert_eq!(rig.text(&name).await, ["ran", "s3cr3t-upload640 0"]);
}

#[tokio::test]
async fn a_container_whose_files_cannot_be_put_in_does_not_stay() {
    let rig = Rig::new("halfmade").await;
    let mut request = rig.script("x", "true");
    request.uploads = vec![upload("/etc", "a file where a directory is", 0o644)];
    let error = rig.apply(Action::CreateContainer(Box::new(request))).await.unwrap_err();
    assert!(error.doing.contains("create container"), "{}", told(&error));
    assert!(rig.observe().await.containers.is_empty());
}

#[tokio::test]
async fn a_missing_bind_source_is_named_and_not_made() {
    let rig = Rig::new("bind").await;
    let mut request = rig.script("x", "true");
    request.binds = vec![("/no/such/source".to_owned(), "/src".to_owned(), true)];
    let error = rig.apply(Action::CreateContainer(Box::new(request))).await.unwrap_err();
    assert!(told(&error).contains("`/no/such/source` is not there"), "{}", told(&error));
    assert!(!std::path::Path::new("/no").exists());
}

#[tokio::test]
async fn a_missing_program_and_a_missing_image_point_at_what_to_mend() {
    let rig = Rig::new("program").await;
    let mut request = rig.script("x", "");
    request.command = Some(vec!["/no/such".into()]);
    let name = rig.run(request).await;
    let error = rig.apply(ready(&name, Readiness::Running)).await.unwrap_err();
    assert!(told(&error).contains("exit code 127: its program was not found | check `cmd`"), "{}", told(&error));
    assert!(error.log[0].contains("/no/such"), "{:?}", error.log);
    let mut request = rig.request("y", "no/such-image:1");
    request.command = None;
    let error = rig.apply(Action::CreateContainer(Box::new(request))).await.unwrap_err();
    assert!(matches!(error.failure, Failure::Image(_)), "{}", told(&error));
}

#[tokio::test]
async fn what_no_program_can_receive_is_refused_before_anything_is_made() {
    let mut rig = Rig::new("nul").await;
    rig.secrets.0.insert("odd".to_owned(), "a\0b".to_owned());
    let mut request = rig.script("x", "true");
    request.environment = vec![("A".to_owned(), Text::secret("odd"))];
    let error = rig.apply(Action::CreateContainer(Box::new(request.clone()))).await.unwrap_err();
    assert!(told(&error).contains("`<secret:odd>` holds a NUL character"), "{}", told(&error));
    request.environment = vec![("A".to_owned(), Text::secret("unset"))];
    let error = rig.apply(Action::CreateContainer(Box::new(request))).await.unwrap_err();
    assert!(told(&error).contains("the secret `unset` is not set | `pt secrets set unset`"), "{}", told(&error));
    assert!(rig.observe().await.containers.is_empty());
}

#[tokio::test]
async fn two_who_make_a_network_at_once_get_the_same_one() {
    let rig = Rig::new("race").await;
    let other = polytope::engine::docker::DockerEngine::connect(None, &crate::rig::environment()).unwrap();
    let request = || Action::CreateNetwork(NetworkRequest { name: rig.project.clone(), labels: rig.labels() });
    let (here, there) = (request(), request());
    let secrets = crate::rig::Secrets::default();
    let (one, two) =
        tokio::join!(rig.apply(here), polytope::engine::Engine::apply(&other, &there, &secrets, DEADLINE, &|_| ()));
    one.unwrap();
    two.unwrap();
    assert_eq!(rig.observe().await.networks.len(), 1);
}

#[tokio::test]
async fn of_two_networks_with_one_name_the_oldest_is_joined() {
    let rig = Rig::new("twins").await;
    rig.network().await;
    let oldest = rig.observe().await.networks[0].engine_id.clone();
    let twin = serde_json::json!({"Name": rig.project, "Labels": rig.labels()}).to_string();
    // engines before 25 make a second one; those after it refuse, and there is nothing to choose
    let (status, _) = raw("POST", "/networks/create", &twin);
    assert!(status == 201 || status == 409);
    let mut request = rig.script("x", "sleep 60");
    request.network = rig.project.clone();
    rig.run(request).await;
    let seen = rig.observe().await;
    assert_eq!(seen.networks[0].engine_id, oldest);
    assert_eq!(seen.containers[0].network.as_deref(), Some(oldest.as_str()));
}

#[tokio::test]
async fn containers_find_each_other_by_their_aliases() {
    let rig = Rig::new("alias").await;
    rig.network().await;
    let mut server = rig.script("server", "echo hello | nc -l -p 7000");
    server.network = rig.project.clone();
    server.aliases = vec!["greeter".to_owned()];
    rig.run(server).await;
    let mut client =
        rig.script("client", "for i in 1 2 3 4 5 6 7 8 9; do nc greeter 7000 </dev/null && exit 0; done; exit 1");
    client.network = rig.project.clone();
    let name = rig.run(client).await;
    rig.apply(ended(&name, Condition::Success)).await.unwrap();
    assert_eq!(rig.text(&name).await.last().unwrap(), "hello");
}

#[tokio::test]
async fn anonymous_volumes_go_with_their_container_and_named_ones_stay() {
    let rig = Rig::new("volumes").await;
    let volume = rig.volume("data").await;
    let mut request = rig.request("db", "postgres:16.2");
    request.command = Some(vec!["true".into()]);
    request.entrypoint = Some(vec!["sh".into(), "-c".into()]);
    request.volumes = vec![(volume, "/keep".to_owned(), false)];
    let name = rig.create(request).await;
    let mounts = inspect(&name)["Mounts"].as_array().unwrap().clone();
    let anonymous: Vec<String> = mounts
        .iter()
        .filter(|mount| mount["Destination"] != "/keep")
        .map(|mount| mount["Name"].as_str().unwrap().to_owned())
        .collect();
    rig.apply(Action::RemoveContainer { container: name }).await.unwrap();
    for volume in anonymous {
        assert_eq!(raw("GET", &format!("/volumes/{volume}"), "").0, 404);
    }
    assert_eq!(rig.observe().await.volumes.len(), 1);
}

#[tokio::test]
async fn a_running_container_is_ready_at_once_where_it_was_seen() {
    let rig = Rig::new("running").await;
    let name = rig.run(rig.script("x", "sleep 60")).await;
    assert_eq!(rig.apply(ready(&name, Readiness::Running)).await.unwrap(), Outcome::Ready(Vec::new()));
    let seen = Some(polytope::plan::Endpoints { address: None, published: Vec::new() });
    let again = Action::AwaitReady { container: name, readiness: Readiness::Running, seen, login: None };
    let outcome = rig.apply_within(again, Duration::ZERO).await.unwrap();
    assert_eq!(outcome, Outcome::Ready(Vec::new()));
}
