//! Programs made by dice, and changes to them.

use crate::expand::{Condition, Container, HostPort};
use crate::plan::sample::{Sample, content, job, listening, postgres, service, variable, volume_mount};
use crate::value::Text;

/// Dice that fall the same way for the same seed.
pub(super) struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }
}

/// One to five containers that wait for each other, with ports, volumes, files and secrets.
pub(super) fn program(dice: &mut Dice) -> Sample {
    let count = 1 + dice.roll(5);
    let containers = (0..count).map(|index| container(dice, index)).collect();
    let mut sample = Sample::new(containers).secret("postgres-password", "first").secret("key", "one");
    for later in 1..count {
        for earlier in 0..later {
            if dice.one_in(3) {
                sample = sample.after(&id(later), &id(earlier), Condition::Success);
            }
        }
    }
    sample
}

/// The same project after somebody worked on it.
pub(super) fn changed(dice: &mut Dice, before: &Sample) -> Sample {
    let mut containers: Vec<Container> = before.program.containers.values().cloned().collect();
    if containers.len() > 1 && dice.one_in(4) {
        let index = usize::try_from(dice.roll(containers.len() as u64)).unwrap();
        containers.remove(index);
    }
    if dice.one_in(4) {
        containers.push(container(dice, 7));
    }
    for container in &mut containers {
        change(dice, container);
    }
    let mut sample = Sample::new(containers).secret("postgres-password", "first").secret("key", "one");
    sample.options.remove_orphans = true;
    if dice.one_in(3) {
        sample.secrets.insert("key".to_owned(), "two".to_owned());
    }
    for edge in &before.program.after {
        let there = |id: &String| sample.program.containers.contains_key(id);
        if there(&edge.container) && there(&edge.waits_for) {
            sample.program.after.push(edge.clone());
        }
    }
    sample
}

fn id(index: u64) -> String {
    format!("c{index}")
}

fn container(dice: &mut Dice, index: u64) -> Container {
    let id = id(index);
    let mut container = match dice.roll(4) {
        0 => return postgres_of(dice, &id, index),
        1 => job(&id, "exit 0"),
        _ => service(&id),
    };
    if dice.one_in(2) {
        let port = if dice.one_in(2) {
            HostPort::Exact(8000 + u16::try_from(index).unwrap())
        } else {
            HostPort::Preferred(80)
        };
        container.services.push(listening(&id, 80, port));
    }
    if dice.one_in(2) {
        container.mounts.push(content("/etc/file", Text::from("content"), "mounts"));
    }
    if dice.one_in(3) {
        container.mounts.push(volume_mount("shared", "/shared"));
    }
    if dice.one_in(3) {
        container.environment.push(variable("KEY", Text::secret("key")));
    }
    container.replicas = if container.services.is_empty() && dice.one_in(4) { 2 } else { 1 };
    container
}

fn postgres_of(dice: &mut Dice, id: &str, index: u64) -> Container {
    let mut container = postgres(id);
    container.mounts = vec![volume_mount(&format!("data{index}"), "/var/lib/postgresql/data")];
    container.tty = dice.one_in(2);
    container
}

fn change(dice: &mut Dice, container: &mut Container) {
    match dice.roll(6) {
        0 => container.environment.push(variable("NEW", Text::from("1"))),
        1 => container.tty = !container.tty,
        2 => container.mounts.push(content("/etc/new", Text::from("new"), "mounts")),
        3 if container.services.is_empty() => container.replicas = 3 - container.replicas,
        4 => container.services = vec![listening(&container.id.value.clone(), 81, HostPort::Preferred(80))],
        _ => {}
    }
}
