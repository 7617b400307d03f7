//! Ports of the host: whoever is in the way is named before anything is created.

use std::net::TcpListener;

use serde_json::json;

use crate::harness::{Foreign, Project, free_port};

fn serving(id: &str, port: u16) -> String {
    format!(
        "
  - id: {id}
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [httpd, -f, -p, '80']
      services: [{{id: {id}, ports: [{{port: 80, protocol: http, expose-as: {port}}}]}}]
"
    )
}

#[test]
fn a_port_that_a_process_holds_is_named_with_the_process() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port();
    let project = Project::new("port-process", &format!("modules:{}", serving("web", port)));
    let ran = project.pt(&["run", "web", "-d"]).run().ends_with(1);
    let ran = ran.tells(&port.to_string()).tells(&format!("({})", std::process::id()));
    ran.tells("polytope.yml:7:").tells("nothing was changed");
    assert!(project.labelled().names().is_empty());
}

#[test]
fn a_port_that_another_container_holds_is_named_with_the_container() {
    let port = free_port();
    let project = Project::new("port-other", &format!("modules:{}", serving("web", port)));
    let name = format!("{}-holder", project.name);
    let bound = json!({ "80/tcp": [{ "HostIp": "127.0.0.1", "HostPort": port.to_string() }] });
    let exposed = json!({ "80/tcp": {} });
    let network = Foreign::network(&format!("{name}-net"));
    let more = json!({ "ExposedPorts": exposed, "HostConfig": { "PortBindings": bound, "NetworkMode": network.id() } });
    let holder = Foreign::container(&name, &more);
    project.pt(&["run", "web", "-d"]).run().ends_with(1).tells(&port.to_string()).tells(&name);
    assert!(project.labelled().names().is_empty());
    holder.is_untouched();
}

#[test]
fn two_services_on_one_port_are_found_without_an_engine() {
    let port = free_port();
    let text = format!("modules:{}{}", serving("one", port), serving("two", port));
    let project = Project::new("port-twice", &format!("templates: [{{id: stack, run: [one, two]}}]\n{text}"));
    let ran = project.pt(&["check"]).run().ends_with(1);
    ran.says(&port.to_string()).says("polytope.yml:8:").says("polytope.yml:15:");
    project.pt(&["run", "-d"]).run().ends_with(2);
    assert!(project.labelled().names().is_empty());
}

#[test]
fn a_port_goes_from_one_container_to_another() {
    let port = free_port();
    let other = free_port();
    let text = |one, two| {
        format!("templates: [{{id: stack, run: [one, two]}}]\nmodules:{}{}", serving("one", one), serving("two", two))
    };
    let project = Project::new("port-moves", &text(port, other));
    project.up();
    project.blueprint(&text(other, port));
    project.up();
    let bound = |id: &str| project.container(id)["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"].clone();
    assert_eq!((bound("one"), bound("two")), (other.to_string().into(), port.to_string().into()));
    assert_eq!(project.container("one")["NetworkSettings"]["Ports"]["80/tcp"][0]["HostIp"], "127.0.0.1");
}

#[test]
fn a_second_checkout_gets_ports_of_its_own_and_keeps_them() {
    let port = free_port();
    let open = free_port();
    let text = format!(
        "modules:{}        - {{id: open, ports: [{{port: {open}, protocol: tcp}}]}}
      env: [{{name: SELF, value: 'http://localhost:{port}/'}}]
templates: [{{id: stack, run: [web]}}]
",
        serving("web", port)
            .replace("services: [{id: web, ports: [", "services:\n        - {id: web, ports: [")
            .replace("}]}]", "}]}")
    );
    let project = Project::new("port-second", &text);
    let second = project.home().join("elsewhere").join(project.root().file_name().unwrap());
    std::fs::create_dir_all(&second).unwrap();
    std::fs::write(second.join("polytope.yml"), &text).unwrap();
    let published = |directory: &std::path::Path| -> Vec<u64> {
        let listed = project.pt_in(directory, &["ps", "-o", "json"]).run().succeeds().stdout;
        let document: serde_json::Value = serde_json::from_str(&listed).unwrap();
        let ports = document["containers"][0]["ports"].as_array().unwrap();
        let mut ports: Vec<(u64, u64)> =
            ports.iter().map(|port| (port["container"].as_u64().unwrap(), port["host"].as_u64().unwrap())).collect();
        // Port 80 comes first.
        ports.sort_unstable();
        ports.into_iter().map(|(_, host)| host).collect()
    };
    project.up();
    assert_eq!(published(project.root()), [u64::from(port), u64::from(open)]);
    let refused = project.pt_in(&second, &["run", "-d"]).run().ends_with(1);
    refused.tells(&format!("port {port} of the host")).tells("--other-ports");
    let ran = project.pt_in(&second, &["run", "-d", "--other-ports"]).run().succeeds();
    let own = published(&second);
    assert!(own.len() == 2 && !own.contains(&u64::from(port)) && !own.contains(&u64::from(open)), "{own:?}");
    own.iter().fold(ran, |ran, port| ran.tells(&format!("127.0.0.1:{port}")));
    let variables = project.pt_in(&second, &["exec", "web", "--", "env"]).run().succeeds();
    variables.says(&format!("SELF=http://localhost:{}/", own[0]));
    project.pt_in(&second, &["plan", "--exit-code"]).run().succeeds().says("--written-ports");
    // They stay its own, whether the first one runs or not.
    project.pt_in(&second, &["down", "-t", "0"]).run().succeeds();
    project.pt(&["down", "-t", "0"]).run().succeeds();
    project.pt_in(&second, &["run", "-d"]).run().succeeds();
    assert_eq!(published(&second), own);
    project.pt_in(&second, &["run", "-d", "--written-ports"]).run().succeeds();
    assert_eq!(published(&second), [u64::from(port), u64::from(open)]);
    project.pt_in(&second, &["down", "-t", "0"]).run().succeeds();
}
