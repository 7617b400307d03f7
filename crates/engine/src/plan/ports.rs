//! Ports of the host: who gets which, and who is in the way, before anything is created.

use std::collections::BTreeMap;

use super::judge::{Judged, Verdict, lives};
use super::{Binding, Note, Observed, ObservedContainer, Obstacle, ObstacleKind};
use crate::expand::{Container, Expose, HostPort, Protocol};
use crate::source::Span;

/// Ports of a container: `(container port, udp, binding)`; no binding = internal.
pub(super) type Bindings = Vec<(u16, bool, Option<Binding>)>;

/// The outcome for all containers, by their index among the judged.
#[derive(Default)]
pub(super) struct Assignment {
    /// What each container binds.
    pub bindings: Vec<Bindings>,
    /// Engine ids of running containers that have to stop before a container starts, for they hold its port.
    pub waits: BTreeMap<usize, Vec<String>>,
    /// Ports that the file names and that somebody outside of the program holds.
    pub taken: Vec<u16>,
}

/// A port that a container asks for on the host.
struct Asked<'a> {
    container: u16,
    udp: bool,
    address: &'a str,
    host: HostPort,
    span: Span,
}

/// A port of the host that is given away.
struct Claim {
    port: u16,
    udp: bool,
    address: String,
    subject: String,
}

/// Gives every container its ports. `stopping` are the engine ids of all containers that the plan stops.
pub(super) fn assign(
    observed: &Observed,
    judged: &[Judged],
    stopping: &[&str],
    obstacles: &mut Vec<Obstacle>,
    notes: &mut Vec<Note>,
) -> Assignment {
    let mut desk =
        Desk { observed, judged, stopping, claims: Vec::new(), assignment: Assignment::default(), obstacles };
    desk.claim_running();
    desk.claim_exact();
    desk.give(notes);
    desk.assignment
}

/// Every port of a container as `(first container port, udp)` and what is asked of the host; internal ones too.
fn asked(container: &Container) -> Vec<(u16, bool, Option<Asked<'_>>)> {
    let mut asked: Vec<(u16, bool, Option<Asked>)> = Vec::new();
    for port in container.services.iter().flat_map(|service| &service.ports) {
        let udp = port.protocol == Protocol::Udp;
        let range = port.range.value;
        for number in range.first..=range.last {
            let host = match &port.expose {
                Expose::Internal => None,
                Expose::Host { address, port: host, span } => {
                    let host = shifted(*host, number - range.first);
                    Some(Asked { container: number, udp, address, host, span: *span })
                }
            };
            let same = |(other, other_udp, there): &(u16, bool, Option<Asked>)| {
                (*other, *other_udp) == (number, udp) && is_same(there.as_ref(), host.as_ref())
            };
            if !asked.iter().any(same) {
                asked.push((number, udp, host));
            }
        }
    }
    asked
}

fn is_same(one: Option<&Asked>, other: Option<&Asked>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.address == other.address && one.host == other.host,
        _ => false,
    }
}

/// The port that lies `offset` further on in a range of ports.
fn shifted(host: HostPort, offset: u16) -> HostPort {
    match host {
        HostPort::Exact(port) => HostPort::Exact(port.saturating_add(offset)),
        HostPort::Preferred(port) => HostPort::Preferred(port.saturating_add(offset)),
    }
}

/// Whether two bindings of one port shut each other out.
fn overlap(one: &str, other: &str) -> bool {
    let everywhere = |address: &str| matches!(address, "" | "0.0.0.0" | "::");
    one == other || everywhere(one) || everywhere(other)
}

struct Desk<'a, 'b> {
    observed: &'a Observed,
    judged: &'a [Judged<'a>],
    stopping: &'a [&'a str],
    claims: Vec<Claim>,
    assignment: Assignment,
    obstacles: &'b mut Vec<Obstacle>,
}

impl Desk<'_, '_> {
    /// What goes on running keeps its ports.
    fn claim_running(&mut self) {
        for seen in &self.observed.containers {
            let own = self.judged.iter().any(|judged| judged.want.is(seen) && judged.will_start());
            if lives(seen) && !own && !self.stops(seen) {
                let subject = self.subject(seen);
                self.claims.extend(seen.published.iter().map(|published| Claim {
                    port: published.host,
                    udp: published.udp,
                    address: published.address.clone(),
                    subject: subject.clone(),
                }));
            }
        }
    }

    /// Ports that the file names: whoever is in the way is an obstacle.
    fn claim_exact(&mut self) {
        for judged in self.judged.iter().filter(|judged| judged.will_start()) {
            for asked in asked(judged.want.container).into_iter().filter_map(|(_, _, asked)| asked) {
                let HostPort::Exact(port) = asked.host else { continue };
                let subject = judged.want.subject.clone();
                if let Some((kind, who)) = self.in_the_way(&asked, port) {
                    if kind == ObstacleKind::PortTaken {
                        self.assignment.taken.push(port);
                    }
                    self.obstacles.push(taken(&subject, &asked, port, kind, &who));
                }
                self.claims.push(Claim { port, udp: asked.udp, address: asked.address.to_owned(), subject });
            }
        }
    }

    /// Who holds a port or wants it too.
    fn in_the_way(&self, asked: &Asked, port: u16) -> Option<(ObstacleKind, String)> {
        let claim = self
            .claims
            .iter()
            .find(|claim| (claim.port, claim.udp) == (port, asked.udp) && overlap(&claim.address, asked.address));
        if let Some(claim) = claim {
            let wanted = self.judged.iter().any(|judged| judged.want.subject == claim.subject && judged.will_start());
            let kind = if wanted { ObstacleKind::PortTwice } else { ObstacleKind::PortTaken };
            return Some((kind, format!("`{}`", claim.subject)));
        }
        // Holders are known by TCP port only.
        let holder = self.observed.held_ports.get(&port).filter(|_| !asked.udp)?;
        Some((ObstacleKind::PortTaken, holder.clone()))
    }

    /// Gives out the bindings, first to those who have their preferred port already.
    fn give(&mut self, notes: &mut Vec<Note>) {
        let mut order: Vec<usize> = (0..self.judged.len()).collect();
        order.sort_by_key(|index| !self.holds_preferred(*index));
        let mut given: Vec<Bindings> = self.judged.iter().map(|_| Vec::new()).collect();
        for index in order {
            given[index] = self.bindings(index, notes);
        }
        self.assignment.bindings = given;
    }

    fn bindings(&mut self, index: usize, notes: &mut Vec<Note>) -> Bindings {
        let judged = &self.judged[index];
        let starts = judged.will_start();
        let mut bindings = Bindings::new();
        for (number, udp, asked) in asked(judged.want.container) {
            let binding = asked.map(|asked| {
                let port = match asked.host {
                    HostPort::Preferred(port) if starts => self.prefer(judged, &asked, port, notes),
                    HostPort::Exact(port) | HostPort::Preferred(port) => port,
                };
                if starts {
                    self.wait_for_holder(index, &asked, port);
                }
                Binding { address: asked.address.to_owned(), port }
            });
            bindings.push((number, udp, binding));
        }
        bindings
    }

    /// The preferred port if nobody is in the way, else 0: any free one.
    fn prefer(&mut self, judged: &Judged, asked: &Asked, port: u16, notes: &mut Vec<Note>) -> u16 {
        let Some((_, who)) = self.in_the_way(asked, port) else {
            let subject = judged.want.subject.clone();
            self.claims.push(Claim { port, udp: asked.udp, address: asked.address.to_owned(), subject });
            return port;
        };
        // A container that is only started keeps the port that it was made with.
        if !matches!(judged.verdict, Verdict::Start { .. } | Verdict::Restore { .. }) {
            let message = format!("port {} gets a free port of the host: {port} is taken by {who}", asked.container);
            notes.push(Note { subject: judged.want.subject.clone(), span: Some(asked.span), message });
        }
        0
    }

    /// Has the container wait for those that hold its port and are stopped by the plan.
    fn wait_for_holder(&mut self, index: usize, asked: &Asked, port: u16) {
        let own = &self.judged[index].want;
        let holders = self.observed.containers.iter().filter(|seen| {
            let holds = seen.published.iter().any(|published| {
                (published.host, published.udp) == (port, asked.udp) && overlap(&published.address, asked.address)
            });
            holds && !own.is(seen) && self.stops(seen)
        });
        let waits: Vec<String> = holders.map(|seen| seen.engine_id.clone()).collect();
        if !waits.is_empty() {
            self.assignment.waits.entry(index).or_default().extend(waits);
        }
    }

    fn holds_preferred(&self, index: usize) -> bool {
        let judged = &self.judged[index];
        let preferred: Vec<u16> = asked(judged.want.container)
            .into_iter()
            .filter_map(|(_, _, asked)| match asked?.host {
                HostPort::Preferred(port) => Some(port),
                HostPort::Exact(_) => None,
            })
            .collect();
        let mut own = self.observed.containers.iter().filter(|seen| judged.want.is(seen));
        own.any(|seen| seen.published.iter().any(|published| preferred.contains(&published.host)))
    }

    fn stops(&self, seen: &ObservedContainer) -> bool {
        self.stopping.contains(&seen.engine_id.as_str())
    }

    /// The row of a container of the project.
    fn subject(&self, seen: &ObservedContainer) -> String {
        let judged = self.judged.iter().find(|judged| judged.want.is(seen));
        judged.map_or_else(|| seen.container.clone(), |judged| judged.want.subject.clone())
    }
}

fn taken(subject: &str, asked: &Asked, port: u16, kind: ObstacleKind, who: &str) -> Obstacle {
    let (message, help) = if kind == ObstacleKind::PortTwice {
        (
            format!("port {port} of the host is wanted by `{subject}` and by {who}"),
            "give one of them another `expose-as`",
        )
    } else {
        let message = format!("port {port} of the host, for `{subject}`, is taken by {who}");
        (message, "stop what holds it, choose another `expose-as`, or let `pt run --other-ports` find one and keep it")
    };
    let subject = subject.to_owned();
    Obstacle { kind, subject, span: Some(asked.span), message, help: Some(help.to_owned()) }
}
