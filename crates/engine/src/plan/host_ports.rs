//! Host ports that a project keeps: chosen once where the file names none or where the one that it names is taken, and the same at every
//! run from then on.
//!
//! In: a program, and what was kept. Out: the program with the ports that count here.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::{Note, Observed};
use crate::expand::{Container, Expose, HostPort, Port, Program, Protocol};
use crate::value::{Segment, Text};

/// Ports to choose from: below those that systems give to clients, above those that servers are known by.
const CHOICE: std::ops::Range<u16> = 20_000..32_000;

/// Names under which programs of the host and of containers find a port of the host.
const HOSTS: [&str; 4] = ["localhost:", "127.0.0.1:", "[::1]:", "host.docker.internal:"];

/// A port of the host that stands for a port of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenPort {
    /// The port that the file names, or prefers where it names none.
    pub written: u16,
    /// The port that it is here.
    pub host: u16,
}

/// Ports of a program, by container and port: `db 5432/tcp`.
pub type ChosenPorts = BTreeMap<String, ChosenPort>;

/// What a choice has to know.
pub struct Choice<'a> {
    /// Name of the project in the engine.
    pub project: &'a str,
    /// What the engine holds.
    pub observed: &'a Observed,
    /// Ports that other projects keep.
    pub others: &'a BTreeSet<u16>,
    /// Whether nobody listens on a port of this machine.
    pub is_free: &'a dyn Fn(u16, bool) -> bool,
}

/// Key of a port of a container; a range has none and is never moved.
fn key(container: &Container, port: &Port) -> Option<String> {
    let range = port.range.value;
    let protocol = if port.protocol == Protocol::Udp { "udp" } else { "tcp" };
    (range.first == range.last).then(|| format!("{} {}/{protocol}", container.id.value, range.first))
}

/// Puts the ports that were chosen into a program, also into texts that name a moved one as a port of this machine.
pub fn apply(program: &mut Program, chosen: &ChosenPorts) {
    let mut moved = Vec::new();
    for container in program.containers.values_mut() {
        let keys: Vec<Vec<Option<String>>> = container
            .services
            .iter()
            .map(|service| service.ports.iter().map(|port| key(container, port)).collect())
            .collect();
        for (service, keys) in container.services.iter_mut().zip(keys) {
            for (port, key) in service.ports.iter_mut().zip(keys) {
                let Some(chosen) = key.and_then(|key| chosen.get(&key)) else { continue };
                let Expose::Host { port: host, .. } = &mut port.expose else { continue };
                match host {
                    HostPort::Exact(written) if *written == chosen.written && chosen.host != chosen.written => {
                        moved.push(*chosen);
                        *written = chosen.host;
                    }
                    HostPort::Preferred(preferred) if *preferred == chosen.written => *preferred = chosen.host,
                    _ => {}
                }
            }
        }
    }
    if moved.is_empty() {
        return;
    }
    for container in program.containers.values_mut() {
        let variables = container.environment.iter_mut().map(|variable| &mut variable.value);
        for text in variables.chain(container.command.iter_mut().flatten()) {
            *text = renamed(text, &moved);
        }
    }
}

/// A text in which ports of this machine are the ones that were chosen.
fn renamed(text: &Text, moved: &[ChosenPort]) -> Text {
    let mut renamed = Text::default();
    for segment in text.segments() {
        renamed.push(match segment {
            Segment::Literal(literal) => {
                let literal = moved.iter().fold(literal.clone(), |literal, chosen| renamed_in(&literal, *chosen));
                Segment::Literal(literal)
            }
            other => other.clone(),
        });
    }
    renamed
}

fn renamed_in(literal: &str, chosen: ChosenPort) -> String {
    let mut text = literal.to_owned();
    for host in HOSTS {
        let wanted = format!("{host}{}", chosen.written);
        let mut from = 0;
        while let Some(at) = text[from..].find(&wanted).map(|found| from + found) {
            let end = at + wanted.len();
            let before = text[..at].chars().next_back().is_some_and(|letter| letter.is_alphanumeric() || letter == '.');
            from = if before || text[end..].starts_with(|letter: char| letter.is_ascii_digit()) {
                end
            } else {
                text.replace_range(at + host.len()..end, &chosen.host.to_string());
                at + host.len()
            };
        }
    }
    text
}

/// Chooses a port for everything that names none and has none yet; what is kept and not held by others stays. Ports that the file names
/// are kept as they are.
pub fn choose(program: &Program, kept: &ChosenPorts, choice: &Choice<'_>) -> ChosenPorts {
    let mut chosen = kept.clone();
    for container in program.containers.values() {
        for port in container.services.iter().flat_map(|service| &service.ports) {
            let Expose::Host { port: host, .. } = port.expose else { continue };
            let Some(key) = key(container, port) else { continue };
            let udp = port.protocol == Protocol::Udp;
            let preferred = match host {
                HostPort::Preferred(preferred) => preferred,
                HostPort::Exact(exact) => {
                    // Kept so that other projects choose another one.
                    if kept.get(&key).is_none_or(|known| known.host != exact) {
                        chosen.insert(key, ChosenPort { written: exact, host: exact });
                    }
                    continue;
                }
            };
            if choice.holds_itself(container, port.range.value.first, udp) {
                // What runs keeps its port; one that was had by chance is kept for its next start, too.
                chosen.entry(key).or_insert(ChosenPort { written: preferred, host: preferred });
                continue;
            }
            let known = kept.get(&key).copied().filter(|known| known.host == preferred || known.written == preferred);
            let first = known.map_or(preferred, |known| known.host);
            let taken: BTreeSet<u16> = chosen.iter().filter(|(of, _)| **of != key).map(|(_, it)| it.host).collect();
            let written = known.map_or(preferred, |known| known.written);
            let host = choice.port(first, known.is_some(), &key, udp, &taken);
            chosen.insert(key, ChosenPort { written, host });
        }
    }
    chosen
}

/// Chooses another port for one that the file names and somebody holds; `None` when the container has no such port.
pub fn replace(program: &Program, taken: u16, kept: &ChosenPorts, choice: &Choice<'_>) -> Option<(String, ChosenPort)> {
    for container in program.containers.values() {
        for port in container.services.iter().flat_map(|service| &service.ports) {
            let Expose::Host { port: HostPort::Exact(exact), .. } = port.expose else { continue };
            let (Some(key), true) = (key(container, port), exact == taken) else { continue };
            let written = kept.get(&key).filter(|known| known.host == exact).map_or(exact, |known| known.written);
            let used: BTreeSet<u16> = kept.values().map(|it| it.host).chain([exact, written]).collect();
            let host = choice.any(&key, port.protocol == Protocol::Udp, &used)?;
            return Some((key, ChosenPort { written, host }));
        }
    }
    None
}

/// What is worth knowing of ports that are others than the file says.
pub fn notes(program: &Program, chosen: &ChosenPorts) -> Vec<Note> {
    let mut notes = Vec::new();
    for container in program.containers.values() {
        for port in container.services.iter().flat_map(|service| &service.ports) {
            let Expose::Host { port: HostPort::Exact(host), span, .. } = port.expose else { continue };
            let moved = key(container, port).and_then(|key| chosen.get(&key)).filter(|it| it.host == host);
            if let Some(ChosenPort { written, .. }) = moved.filter(|it| it.written != host) {
                let message =
                    format!("port {written} of the file is {host} here; `pt run --written-ports` goes back to it");
                notes.push(Note { subject: container.id.value.clone(), span: Some(span), message });
            }
        }
    }
    notes
}

impl Choice<'_> {
    /// Whether a container of the project has the port already.
    fn holds_itself(&self, container: &Container, port: u16, udp: bool) -> bool {
        let own = self.observed.containers.iter().filter(|seen| seen.container == container.id.value);
        own.flat_map(|seen| &seen.published).any(|published| (published.container, published.udp) == (port, udp))
    }

    /// The first choice where nobody has it, else one that the project's name leads to.
    fn port(&self, first: u16, is_kept: bool, key: &str, udp: bool, taken: &BTreeSet<u16>) -> u16 {
        let held = self.observed.held_ports.contains_key(&first) && !udp;
        // What was kept is the project's before it is anybody else's.
        let others = !is_kept && self.others.contains(&first);
        if !held && !others && !taken.contains(&first) {
            return first;
        }
        self.any(key, udp, taken).unwrap_or(first)
    }

    fn any(&self, key: &str, udp: bool, taken: &BTreeSet<u16>) -> Option<u16> {
        let digest = Sha256::digest(format!("{} {key}", self.project));
        let room = CHOICE.end - CHOICE.start;
        let start = u16::from_be_bytes([digest[0], digest[1]]) % room;
        let candidates = (0..room).map(|step| CHOICE.start + (start + step) % room);
        let mut fit = candidates.filter(|port| !taken.contains(port) && !self.others.contains(port));
        fit.find(|port| (self.is_free)(*port, udp))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::plan::sample::{Sample, postgres, service, variable};

    fn choice<'a>(
        observed: &'a Observed,
        others: &'a BTreeSet<u16>,
        is_free: &'a dyn Fn(u16, bool) -> bool,
    ) -> Choice<'a> {
        Choice { project: "pt-shop", observed, others, is_free }
    }

    fn host(program: &Program, id: &str) -> HostPort {
        match program.containers[id].services[0].ports[0].expose {
            Expose::Host { port, .. } => port,
            Expose::Internal => panic!("{id} has no port on the host"),
        }
    }

    #[test]
    fn the_preferred_port_is_kept_while_it_is_free_and_another_one_from_then_on() {
        let sample = Sample::new(vec![postgres("db")]);
        let mut observed = sample.empty_engine();
        let (nobody, free) = (BTreeSet::new(), |_: u16, _: bool| true);
        let first = choose(&sample.program, &ChosenPorts::new(), &choice(&observed, &nobody, &free));
        assert_eq!(first["db 5432/tcp"], ChosenPort { written: 5432, host: 5432 });
        observed.held_ports.insert(5432, "nginx".to_owned());
        let moved = choose(&sample.program, &first, &choice(&observed, &nobody, &free));
        let port = moved["db 5432/tcp"];
        assert!(CHOICE.contains(&port.host) && port.written == 5432);
        // Once chosen it stays, whether the first one is free again or not.
        let mut program = sample.program.clone();
        apply(&mut program, &moved);
        assert_eq!(host(&program, "db"), HostPort::Preferred(port.host));
        let engine = sample.empty_engine();
        assert_eq!(choose(&program, &moved, &choice(&engine, &nobody, &free)), moved);
    }

    #[test]
    fn a_port_that_another_project_keeps_is_not_taken_and_nor_is_one_that_is_in_use() {
        let sample = Sample::new(vec![postgres("db")]);
        let observed = sample.empty_engine();
        let others = BTreeSet::from([5432]);
        let all = |_: u16, _: bool| true;
        let first = choose(&sample.program, &ChosenPorts::new(), &choice(&observed, &others, &all))["db 5432/tcp"].host;
        assert_ne!(first, 5432);
        let busy = |port: u16, _: bool| port != first;
        let second =
            choose(&sample.program, &ChosenPorts::new(), &choice(&observed, &others, &busy))["db 5432/tcp"].host;
        assert!(second != first && second != 5432);
    }

    #[test]
    fn a_written_port_is_replaced_in_services_and_in_what_names_it_on_this_machine() {
        let mut sample = Sample::new(vec![postgres("db"), service("api")]);
        if let Expose::Host { port, .. } = &mut sample.container("db").services[0].ports[0].expose {
            *port = HostPort::Exact(5432);
        }
        let text = "psql://localhost:5432/x http://127.0.0.1:54321 http://db:5432 xlocalhost:5432";
        sample.container("api").environment.push(variable("URL", Text::from(text)));
        let observed = sample.empty_engine();
        let (nobody, free) = (BTreeSet::new(), |_: u16, _: bool| true);
        let choice = choice(&observed, &nobody, &free);
        let (key, chosen) = replace(&sample.program, 5432, &ChosenPorts::new(), &choice).unwrap();
        let mut program = sample.program.clone();
        let chosen = ChosenPorts::from([(key, chosen)]);
        apply(&mut program, &chosen);
        let port = chosen["db 5432/tcp"].host;
        assert_eq!(host(&program, "db"), HostPort::Exact(port));
        let url = program.containers["api"].environment.last().unwrap().value.known().unwrap();
        assert_eq!(url, format!("psql://localhost:{port}/x http://127.0.0.1:54321 http://db:5432 xlocalhost:5432"));
        assert!(notes(&program, &chosen)[0].message.contains("port 5432 of the file is"));
        // A second one finds another port again, and remembers what the file says.
        let (_, again) = replace(&program, port, &chosen, &choice).unwrap();
        assert!(again.written == 5432 && again.host != port);
    }
}
