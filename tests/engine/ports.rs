//! Ports: who holds one is named before and after, and an open one is really open.

use std::net::TcpListener;
use std::time::Duration;

use polytope::engine::{Engine, Failure, Outcome};
use polytope::expand::Readiness;

use crate::proxy::over_tcp;
use crate::rig::{Rig, on_loopback, ready, start, told};

/// A port that nobody has.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_process_that_holds_a_port_is_named() {
    let rig = Rig::new("pprocess").await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let us = format!("({})", std::process::id());
    let seen = rig.engine.observe(&rig.project, &[], &[], &[port, free_port()]).await.unwrap();
    assert_eq!(seen.held_ports.len(), 1);
    assert!(seen.held_ports[&port].starts_with("process `") && seen.held_ports[&port].ends_with(&us));

    rig.network().await;
    let mut request = rig.script("x", "sleep 60");
    request.network = rig.project.clone();
    request.ports = vec![on_loopback(80, port)];
    let name = rig.create(request).await;
    let error = rig.apply(start(&name)).await.unwrap_err();
    assert!(matches!(&error.failure, Failure::PortTaken { port: taken, .. } if *taken == port), "{}", told(&error));
    assert!(told(&error).contains(&us), "{}", told(&error));
}

#[tokio::test]
async fn a_container_that_holds_a_port_is_named_with_its_project() {
    let (rig, other) = (Rig::new("pone").await, Rig::new("ptwo").await);
    let port = free_port();
    for rig in [&rig, &other] {
        rig.network().await;
    }
    let request = |rig: &Rig| {
        let mut request = rig.script("x", "sleep 60");
        request.network = rig.project.clone();
        request.ports = vec![on_loopback(80, port)];
        request
    };
    let holder = other.run(request(&other)).await;
    let words = format!("container `{holder}` of project `t-docker-ptwo`");
    let seen = rig.engine.observe(&rig.project, &[], &[], &[port]).await.unwrap();
    assert_eq!(seen.held_ports[&port], words);
    let name = rig.create(request(&rig)).await;
    let error = rig.apply(start(&name)).await.unwrap_err();
    assert_eq!(error.failure, Failure::PortTaken { port, holder: words });

    // what the project itself holds is not in its way
    let seen = other.engine.observe(&other.project, &[], &[], &[port]).await.unwrap();
    assert!(seen.held_ports.is_empty(), "{:?}", seen.held_ports);
}

#[tokio::test]
async fn a_port_is_ready_when_somebody_listens_and_not_when_only_the_proxy_does() {
    let direct = Rig::new("open").await;
    let remote = Rig::on(Some(&over_tcp().await), "open-far").await;
    for rig in [&direct, &remote] {
        rig.network().await;
        let port = free_port();
        let listens = "while :; do nc -l -p 80 -e sleep 60; done";
        let mut request = rig.script("x", &format!("sleep 1; touch /ready; {listens}"));
        request.network = rig.project.clone();
        request.ports = vec![on_loopback(80, port)];
        let name = rig.run(request).await;
        let early = rig.apply_within(ready(&name, Readiness::Port(80)), Duration::from_millis(300)).await;
        let failure = early.unwrap_err().failure;
        assert!(matches!(failure, Failure::Timeout { .. }), "{failure}");
        let outcome = rig.apply(ready(&name, Readiness::Port(80))).await.unwrap();
        assert_eq!(outcome, Outcome::Ready(vec![(80, "127.0.0.1".to_owned(), port)]));
    }
}

#[tokio::test]
async fn a_port_that_cannot_be_reached_is_asked_for_in_the_container() {
    let rig = Rig::on(Some(&over_tcp().await), "internal").await;
    rig.network().await;
    let mut request = rig.script("x", "sleep 1; while :; do nc -l -p 80 -e sleep 60; done");
    request.network = rig.project.clone();
    request.ports = vec![(80, false, None)];
    let name = rig.run(request).await;
    let early = rig.apply_within(ready(&name, Readiness::Port(80)), Duration::from_millis(300)).await;
    assert!(matches!(early.unwrap_err().failure, Failure::Timeout { .. }));
    assert_eq!(rig.apply(ready(&name, Readiness::Port(80))).await.unwrap(), Outcome::Ready(Vec::new()));
    assert!(rig.notes.lock().unwrap().contains(&"port 80 is not open yet".to_owned()));
}

#[tokio::test]
async fn where_nobody_can_be_asked_a_process_that_stays_has_to_do() {
    let rig = Rig::on(Some(&over_tcp().await), "unasked").await;
    rig.network().await;
    let mut request = rig.script("x", "rm /bin/cat; sleep 60");
    request.network = rig.project.clone();
    request.ports = vec![(80, false, None)];
    let name = rig.run(request).await;
    assert_eq!(rig.apply(ready(&name, Readiness::Port(80))).await.unwrap(), Outcome::Ready(Vec::new()));
    assert!(rig.notes.lock().unwrap().contains(&"port 80 cannot be reached from here".to_owned()));
}
