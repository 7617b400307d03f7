//! Engines that run programs of this machine instead of images.

use super::super::sample::{Sample, listening, service, variable};
use super::made;
use crate::expand::{Container, HostPort, ProcessForm};
use crate::value::Text;

/// A project on such an engine.
fn on_processes(mut containers: Vec<Container>) -> Sample {
    for container in &mut containers {
        container.process = Some(ProcessForm { program: vec!["serve".to_owned()], ..ProcessForm::default() });
    }
    let mut sample = Sample::new(containers);
    sample.capabilities.containers = false;
    sample
}

fn obstacles(sample: &Sample) -> Vec<String> {
    let planned = sample.plan(&sample.empty_engine());
    planned.obstacles.into_iter().map(|obstacle| obstacle.message).collect()
}

#[test]
fn what_does_not_say_how_it_runs_as_a_process_is_refused() {
    let mut sample = on_processes(vec![service("db"), service("web")]);
    assert_eq!(obstacles(&sample), [] as [&str; 0]);
    sample.container("web").process = None;
    let found = obstacles(&sample);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("`web` cannot run as a process"), "{found:?}");
}

#[test]
fn what_has_no_image_is_refused_by_engines_with_images() {
    let mut sample = on_processes(vec![service("web")]);
    sample.capabilities.containers = true;
    assert_eq!(obstacles(&sample), [] as [&str; 0]);
    sample.container("web").process = Some(ProcessForm { only: true, ..ProcessForm::default() });
    assert_eq!(obstacles(&sample), ["`web` can only run as a process: there is no image of it"]);
}

#[test]
fn a_secret_in_a_command_line_and_a_limit_of_cores_are_refused() {
    let mut sample = on_processes(vec![service("web")]).secret("key", "content");
    let web = sample.container("web");
    web.command = Some(vec![Text::secret("key")]);
    web.word_spans = vec![web.origin];
    web.resources.cpu_limit = Some(1.0);
    assert_eq!(obstacles(&sample).len(), 1, "cores are limited where control groups can be made");
    sample.capabilities.core_limits = false;
    let found = obstacles(&sample);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn every_container_is_told_where_the_others_are() {
    let mut sample = on_processes(vec![service("db"), service("web")]);
    for (id, host) in [("db", HostPort::Exact(5432)), ("web", HostPort::Preferred(8080))] {
        sample.container(id).services.push(listening(id, 80, host));
    }
    let planned = sample.plan(&sample.empty_engine());
    let request = made(&planned.plan, "pt-shop-web-1");
    let containers: Vec<&str> = request.peers.iter().map(|peer| peer.container.as_str()).collect();
    assert_eq!(containers, ["pt-shop-db-1", "pt-shop-web-1"]);
    let ports: Vec<_> = request.peers.iter().flat_map(|peer| &peer.ports).copied().collect();
    assert_eq!(ports, [(80, Some(5432)), (80, Some(8080))]);
}

#[test]
fn who_mentions_a_service_is_another_one_when_its_fixed_port_changes() {
    let mut sample = on_processes(vec![service("db"), service("web"), service("other")]);
    sample.container("db").services.push(listening("db", 80, HostPort::Exact(5432)));
    sample.container("web").environment.push(variable("URL", Text::from("http://db:80/")));
    let running = sample.running_engine();
    sample.container("db").services = vec![listening("db", 80, HostPort::Exact(5433))];
    let planned = sample.plan(&running);
    assert_eq!(made(&planned.plan, "pt-shop-web-1").peers.len(), 1);
    assert!(planned.plan.nodes.iter().all(|node| node.subject != "other" || !node.action.is_change()));
}
