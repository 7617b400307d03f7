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
