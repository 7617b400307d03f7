//! What a container of ours is like, in the engine's own words.

use serde_json::json;

use crate::harness::Project;

#[test]
fn names_labels_networks_and_limits_are_as_promised() {
    let project = Project::new(
        "Shape",
        "modules:
  - id: web
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      id: front
      cmd: [httpd, -f, -p, '80']
      services: [{id: site, ports: [{port: 80, protocol: http}, {port: 81, protocol: tcp, internal: true}]}]
      mounts: [{path: /data, source: {type: volume, scope: project, id: Data}}]
      restart: {policy: on-failure, max-restarts: 3}
      resources: {cpu: {limit: 0.5}, memory: {limit: 64MiB}}
      user: 1000
      workdir: /tmp
      tty: false
  - {id: ask, module: polytope/container, args: {image: 'pt-tests/busybox:1', tty: false,
     cmd: [sh, -c, 'nslookup site >/dev/null && nslookup front >/dev/null && echo found']}}
",
    );
    project.pt(&["run", "web", "-d"]).run().succeeds();
    let name = project.name.to_lowercase();
    let found = project.engine.inspect(&format!("{name}-front-1")).expect("the name is folded");
    let (config, host) = (&found["Config"], &found["HostConfig"]);
    assert_eq!(
        (&config["Tty"], &config["User"], &config["WorkingDir"]),
        (&json!(false), &json!("1000"), &json!("/tmp"))
    );
    assert_eq!(config["Hostname"], "front");
    assert_eq!(host["Binds"], json!(null));
    assert_eq!(host["Mounts"][0]["Source"], format!("{name}_data"));
    assert_eq!(host["Init"], true);
    assert_eq!(host["RestartPolicy"], json!({ "Name": "on-failure", "MaximumRetryCount": 3 }));
    assert_eq!((&host["NanoCpus"], &host["Memory"]), (&json!(500_000_000), &json!(64 << 20)));
    assert!(host["PidsLimit"].as_i64().is_some_and(|most| most > 0), "{host}");
    assert_eq!(host["LogConfig"]["Config"], json!({ "max-file": "3", "max-size": "10m" }));
    assert_eq!((&host["Privileged"], &host["PublishAllPorts"]), (&json!(false), &json!(false)));
    let bound = found["NetworkSettings"]["Ports"].as_object().unwrap();
    assert_eq!(bound["80/tcp"][0]["HostIp"], "127.0.0.1");
    assert!(!bound.contains_key("81/tcp") || bound["81/tcp"].is_null(), "{bound:?}");
    let networks = found["NetworkSettings"]["Networks"].as_object().unwrap();
    assert_eq!(networks.keys().collect::<Vec<_>>(), [&name]);
    let aliases = networks[&name]["Aliases"].to_string();
    assert!(aliases.contains("\"site\"") && aliases.contains("\"front\""), "{aliases}");
    let label = |name: &str| config["Labels"][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(label("dev.pt.project"), name);
    assert_eq!(label("com.docker.compose.project"), name);
    assert_eq!(label("com.docker.compose.service"), "front");
    assert_eq!(label("dev.pt.directory"), project.root().display().to_string());
    project.pt(&["run", "ask"]).run().succeeds().says("found\n");
}

#[test]
fn several_replicas_are_told_apart_and_share_their_name_on_the_network() {
    let text = |count: u32| {
        format!(
            "modules:
  - id: work
    module: polytope/container
    args: {{image: 'pt-tests/busybox:1', cmd: [sleep, '600'], await: false, scaling: {count}}}
"
        )
    };
    let project = Project::new("scale", &text(2));
    project.pt(&["run", "work", "-d"]).run().succeeds();
    for replica in [1, 2] {
        let name = format!("{}-work-{replica}", project.name);
        let found = project.engine.inspect(&name).unwrap_or_else(|| panic!("there is no `{name}`"));
        let aliases = found["NetworkSettings"]["Networks"][&project.name]["Aliases"].to_string();
        assert!(aliases.contains("\"work\""), "{aliases}");
    }
    project.pt(&["ps"]).run().succeeds().says("work ").says("work-2 ");
    project.blueprint(&text(1));
    project.pt(&["run", "work", "-d"]).run().succeeds();
    assert_eq!(project.labelled().containers.len(), 1);
    assert!(project.has("work"));
}

#[test]
fn ids_of_one_letter_and_of_many_get_names_that_engines_take() {
    let long = "a-long-name-that-nobody-would-write-but-somebody-generates-once";
    let project = Project::new(
        "ids",
        &format!(
            "templates: [{{id: stack, run: [w, {long}]}}]
modules:
  - {{id: w, module: polytope/container, args: {{image: 'pt-tests/busybox:1', cmd: ['true']}}}}
  - {{id: {long}, module: polytope/container, args: {{image: 'pt-tests/busybox:1', cmd: ['true']}}}}
"
        ),
    );
    project.up();
    let names = project.labelled().names();
    assert!(names.iter().all(|name| name.len() <= 63 + "container ".len()), "{names:?}");
    assert_eq!(project.labelled().containers.len(), 2);
}
