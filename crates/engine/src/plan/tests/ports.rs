//! Ports of the host: who gets which, and who is in the way.

use super::{comes_after, find, hindered, id_of, made, shown};
use crate::expand::{Container, HostPort};
use crate::plan::sample::{Sample, listening, service};
use crate::plan::{ObstacleKind, Plan, State};

fn listens(id: &str, port: HostPort) -> Container {
    let mut container = service(id);
    container.services.push(listening(id, 80, port));
    container
}

fn bound(plan: &Plan, name: &str) -> u16 {
    made(plan, name).ports[0].2.as_ref().unwrap().port
}

#[test]
fn an_exact_port_that_somebody_holds_is_named_with_its_holder() {
    let sample = Sample::new(vec![listens("web", HostPort::Exact(8080))]);
    let mut engine = sample.empty_engine();
    engine.held_ports.insert(8080, "process `nginx` (pid 7)".to_owned());
    assert_eq!(
        hindered(&sample.plan(&engine)),
        [(ObstacleKind::PortTaken, "port 8080 of the host, for `web`, is taken by process `nginx` (pid 7)")]
    );
}

#[test]
fn two_services_that_want_one_port_are_both_named() {
    let sample = Sample::new(vec![listens("web", HostPort::Exact(8080)), listens("api", HostPort::Exact(8080))]);
    assert_eq!(
        hindered(&sample.plan(&sample.empty_engine())),
        [(ObstacleKind::PortTwice, "port 8080 of the host is wanted by `api` and by `web`")]
    );
}

#[test]
fn replicas_cannot_share_an_exact_port() {
    let mut sample = Sample::new(vec![listens("web", HostPort::Exact(8080))]);
    sample.container("web").replicas = 2;
    assert_eq!(sample.plan(&sample.empty_engine()).obstacles[0].kind, ObstacleKind::PortTwice);
}

#[test]
fn one_port_on_two_addresses_is_two_ports() {
    let mut sample = Sample::new(vec![listens("web", HostPort::Exact(8080)), listens("api", HostPort::Exact(8080))]);
    let expose = &mut sample.container("api").services[0].ports[0].expose;
    if let crate::expand::Expose::Host { address, .. } = expose {
        *address = "127.0.0.2".to_owned();
    }
    assert_eq!(hindered(&sample.plan(&sample.empty_engine())), []);
}

#[test]
fn a_preferred_port_that_is_held_gives_way_with_a_note() {
    let sample = Sample::new(vec![listens("web", HostPort::Preferred(80))]);
    let mut engine = sample.empty_engine();
    assert_eq!(bound(&sample.plan(&engine).plan, "pt-shop-web-1"), 80);
    engine.held_ports.insert(80, "container `other-web-1`".to_owned());
    let plan = sample.plan(&engine).plan;
    assert_eq!(bound(&plan, "pt-shop-web-1"), 0);
    assert_eq!(plan.notes[0].message, "port 80 gets a free port of the host: 80 is taken by container `other-web-1`");
}

#[test]
fn of_two_that_prefer_a_port_the_one_that_asked_for_it_by_number_gets_it() {
    let sample = Sample::new(vec![listens("web", HostPort::Preferred(80)), listens("api", HostPort::Exact(80))]);
    let planned = sample.plan(&sample.empty_engine());
    assert_eq!(hindered(&planned), []);
    assert_eq!(bound(&planned.plan, "pt-shop-web-1"), 0);
    assert_eq!(bound(&planned.plan, "pt-shop-api-1"), 80);
}

#[test]
fn a_replaced_container_keeps_its_port_before_newcomers() {
    let mut sample = Sample::new(vec![listens("web", HostPort::Preferred(80))]);
    let engine = sample.running_engine();
    sample = Sample::new(vec![listens("api", HostPort::Preferred(80)), listens("web", HostPort::Preferred(80))]);
    sample.container("web").tty = true;
    let plan = sample.plan(&engine).plan;
    assert_eq!((bound(&plan, "pt-shop-web-1"), bound(&plan, "pt-shop-api-1")), (80, 0));
}

#[test]
fn ports_of_replaced_containers_can_be_swapped() {
    let mut sample = Sample::new(vec![listens("web", HostPort::Exact(8080)), listens("api", HostPort::Exact(9090))]);
    let engine = sample.running_engine();
    for (id, port) in [("web", 9090), ("api", 8080)] {
        sample.container(id).services = vec![listening(id, 80, HostPort::Exact(port))];
    }
    let planned = sample.plan(&engine);
    assert_eq!(hindered(&planned), []);
    let plan = &planned.plan;
    for (starts, stops) in [("pt-shop-web-1", "pt-shop-api-1"), ("pt-shop-api-1", "pt-shop-web-1")] {
        let stop = find(plan, &format!("stop {} in 10 s", id_of(&engine, stops)));
        assert!(comes_after(plan, find(plan, &format!("start {starts}")), stop));
        assert!(plan.nodes[stop].rescue.is_empty(), "nothing was made yet that could be taken back");
    }
}

#[test]
fn a_port_of_a_container_that_stays_is_taken() {
    let mut sample = Sample::new(vec![listens("web", HostPort::Exact(8080))]);
    let engine = sample.running_engine();
    sample = Sample::new(vec![listens("web", HostPort::Exact(8080)), listens("api", HostPort::Exact(8080))]);
    assert_eq!(
        hindered(&sample.plan(&engine)),
        [(ObstacleKind::PortTaken, "port 8080 of the host, for `api`, is taken by `web`")]
    );
}

#[test]
fn a_stopped_container_whose_preferred_port_is_gone_gets_another() {
    let sample = Sample::new(vec![listens("web", HostPort::Preferred(80))]);
    let mut engine = sample.running_engine();
    engine.containers[0].state = State::Exited(0);
    engine.held_ports.insert(80, "container `other-web-1`".to_owned());
    let planned = sample.plan(&engine);
    insta::assert_snapshot!(shown(&planned), @r#"
    ~ web
        ports.80 "free" → "container `other-web-1`"
    note: web: port 80 gets a free port of the host: 80 is taken by container `other-web-1`
    1 to replace
    "#);
    assert_eq!(bound(&planned.plan, "pt-shop-web-1"), 0);
}

#[test]
fn a_kept_container_keeps_whatever_port_it_has() {
    let sample = Sample::new(vec![listens("web", HostPort::Preferred(80))]);
    let mut engine = sample.running_engine();
    engine.containers[0].published[0].host = 32_770;
    engine.held_ports.insert(80, "container `other-web-1`".to_owned());
    assert!(sample.plan(&engine).plan.is_empty());
}
