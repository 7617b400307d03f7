//! What the engine holds of a project.

use std::time::{Duration, Instant};

use super::containers::LOOK;
use super::engine::ProcessEngine;
use super::names::LOOPBACK;
use super::shelf::Held;
use super::state;
use crate::plan::{Observed, ObservedContainer, Published, labels};

/// How long a supervisor may take to see that its program has ended, and to hear its last words.
const WRITING: Duration = Duration::from_secs(4);

impl ProcessEngine {
    pub(super) fn look(&self, project: &str, images: &[String], names: &[String], ports: &[u16]) -> Observed {
        self.shelf.sweep();
        let all = self.shelf.all();
        all.iter().filter(|held| held.label(labels::PROJECT) == project).for_each(see_written);
        let (ours, others): (Vec<&Held>, Vec<&Held>) =
            all.iter().partition(|held| held.label(labels::PROJECT) == project);
        let prefix = format!("{project}-");
        let named = others.iter().filter(|held| held.name.starts_with(&prefix));
        let held_ports = ports.iter().filter_map(|port| Some((*port, self.held_by_others(*port, &ours)?)));
        Observed {
            postgres_majors: std::collections::BTreeMap::new(),
            containers: ours.iter().map(|held| observed(held)).collect(),
            volumes: self.volumes(project, names),
            networks: self.networks(project, names),
            // Programs are looked for when they are started: no image has to be had.
            images: images.iter().map(|image| (image.clone(), image.clone())).collect(),
            held_ports: held_ports.collect(),
            held_names: named
                .map(|held| (held.name.clone(), format!("project `{}`", held.label(labels::PROJECT))))
                .collect(),
        }
    }
}

/// Waits a moment where a program has ended and its supervisor is about to write down how: it is no running one.
fn see_written(held: &Held) {
    let begun = Instant::now();
    while state::is_between(&held.folder) && begun.elapsed() < WRITING {
        std::thread::sleep(LOOK);
    }
}

fn observed(held: &Held) -> ObservedContainer {
    let up = held.is_up();
    let published = |held: &Held| {
        let ports = held.record.ports.iter().filter(|port| port.published);
        ports
            .map(|port| Published {
                address: port.address.clone(),
                host: port.host,
                container: port.port,
                udp: port.udp,
            })
            .collect()
    };
    ObservedContainer {
        engine_id: held.record.id.clone(),
        name: held.name.clone(),
        container: held.label(labels::CONTAINER).to_owned(),
        replica: held.label(labels::REPLICA).parse().unwrap_or(1),
        state: held.state(),
        image_id: held.record.image.clone(),
        labels: held.record.labels.clone(),
        published: if up { published(held) } else { Vec::new() },
        address: up.then(|| LOOPBACK.to_owned()),
        network: None,
    }
}
