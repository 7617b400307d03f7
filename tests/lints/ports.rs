//! Ports.

use super::*;

fn two(first: &str, second: &str) -> Vec<String> {
    found(&format!(
        "modules:
  - {{id: a, module: polytope/container, args: {{image: \"busybox:1.36\", services: [{{id: a, ports: [{first}]}}]}}}}
  - {{id: b, module: polytope/container, args: {{image: \"busybox:1.36\", services: [{{id: b, ports: [{second}]}}]}}}}
templates:
  - {{id: stack, run: [a, b]}}
"
    ))
}

#[test]
fn addresses_that_overlap_share_their_ports() {
    let on = |address: &str| format!("{{port: 80, protocol: tcp, expose-as: \"{address}:8080\"}}");
    let conflict = |address: &str| format!("error port-conflict «\"{address}:8080\"»");
    assert_eq!(two(&on("127.0.0.1"), &on("127.0.0.2")), NOTHING);
    assert_eq!(two(&on("127.0.0.1"), &on("127.0.0.1")), [conflict("127.0.0.1")]);
    let wide = two(&on("127.0.0.1"), &on("0.0.0.0"));
    assert_eq!(wide, [conflict("0.0.0.0"), "warning port-on-all-interfaces «\"0.0.0.0:8080\"»".to_owned()]);
    assert!(two(&on("0.0.0.0"), &on("127.0.0.2")).contains(&conflict("127.0.0.2")));
}

#[test]
fn ranges_conflict_where_they_meet() {
    let range = |range: &str, at: u16| format!("{{range: {range}, protocol: tcp, expose-as: {at}}}");
    assert_eq!(two(&range("1000-1009", 2000), &range("1-5", 2009)), ["error port-conflict «2009»"]);
    assert_eq!(two(&range("1000-1009", 2000), &range("1-5", 2010)), NOTHING);
    assert_eq!(two(&range("1-5", 2009), &range("1000-1009", 2000)), ["error port-conflict «2000»"]);
}

#[test]
fn preferred_ports_and_other_transports_do_not_conflict() {
    assert_eq!(two("80", "80"), NOTHING);
    assert_eq!(two("{port: 80, protocol: tcp, expose-as: 80}", "80"), NOTHING);
    let udp = "{port: 53, protocol: udp, expose-as: 5353}";
    assert_eq!(two(udp, &udp.replace("udp", "tcp")), NOTHING);
    assert_eq!(two(udp, udp), ["error port-conflict «5353»"]);
}

#[test]
fn one_port_under_two_names_is_one_binding_and_two_replicas_are_two() {
    let port = "ports: [{port: 80, protocol: http, expose-as: 8080}]";
    assert_eq!(found(&container(&format!("services: [{{id: a, {port}}}, {{id: b, {port}}}]"))), NOTHING);
    let replicas = container(&format!("scaling: 2, services: [{{id: a, {port}}}]"));
    assert_eq!(found(&replicas), ["error port-conflict «8080»"]);
}

#[test]
fn a_module_that_runs_twice_wants_its_port_twice() {
    let text = "modules:
  - id: web
    module: polytope/container
    args: {image: \"busybox:1.36\", services: [{id: web, ports: [{port: 80, protocol: http, expose-as: 8080}]}]}
  - {id: one, module: polytope/container, args: {image: \"busybox:1.36\"}}
templates:
  - {id: stack, run: [{module: web, id: a}, {module: web, id: b}]}
  - {id: other, run: [web]}
";
    assert!(found(text).contains(&"error port-conflict «8080»".to_owned()), "{:?}", found(text));
}
