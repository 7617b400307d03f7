//! `port-conflict`: one port of the host, wanted twice.

use std::collections::HashMap;

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::{Container, Expose, HostPort, Protocol};
use crate::lint::{Lint, Scene};
use crate::source::Span;

declare_rule! {
    /// two containers of a stack want the same port of the host
    ///
    /// A port can be bound once for each address. The second container would not start, after everything before it was
    /// started. Ports without `expose-as` are only preferred: the second gets a free one.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", services: [{id: api, ports: [{port: 80, protocol: http, expose-as: 8080}]}]}
    ///   - id: ui
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", services: [{id: ui, ports: [{port: 80, protocol: http, expose-as: 8080}]}]}
    /// templates:
    ///   - {id: stack, run: [api, ui]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", services: [{id: api, ports: [{port: 80, protocol: http, expose-as: 8080}]}]}
    ///   - id: ui
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", services: [{id: ui, ports: [{port: 80, protocol: http, expose-as: 8081}]}]}
    /// templates:
    ///   - {id: stack, run: [api, ui]}
    /// ```
    pub static PORT_CONFLICT = {
        name: "port-conflict", code: "PT116", level: Error, precision: VeryHigh,
        tags: ["network"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PORT_CONFLICT, check };

/// Ports of the host that one port (or range) of a container is bound to.
#[derive(Clone, Copy)]
struct Claim<'a> {
    container: &'a Container,
    udp: bool,
    first: u16,
    last: u16,
    /// The first port in the container.
    inner: u16,
    address: &'a str,
    span: Span,
    /// Its place in the program's order.
    index: usize,
}

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let mut claims = claims(scene);
    for claim in claims.iter().filter(|claim| claim.container.replicas > 1) {
        report_replicas(claim, diagnostics);
    }
    claims.sort_by_key(|claim| (claim.udp, claim.first, claim.index));
    for transport in claims.chunk_by(|a, b| a.udp == b.udp) {
        let mut reach = Reach::default();
        for claim in transport {
            if let Some(other) = reach.in_the_way(claim) {
                let (earlier, later) = if other.index < claim.index { (&other, claim) } else { (claim, &other) };
                report(earlier, later, diagnostics);
            }
            reach.add(*claim);
        }
    }
}

fn claims<'a>(scene: &Scene<'a>) -> Vec<Claim<'a>> {
    let mut claims = Vec::new();
    for container in scene.containers() {
        for port in container.services.iter().flat_map(|service| &service.ports) {
            let Expose::Host { address, port: HostPort::Exact(first), span } = &port.expose else { continue };
            let range = port.range.value;
            claims.push(Claim {
                container,
                udp: port.protocol == Protocol::Udp,
                first: *first,
                last: first.saturating_add(range.last - range.first),
                inner: range.first,
                address,
                span: *span,
                index: claims.len(),
            });
        }
    }
    claims
}

/// How far the claims so far reach, in the order of their first ports: no pair has to be compared that does not touch.
#[derive(Default)]
struct Reach<'a> {
    by_address: HashMap<&'a str, Claim<'a>>,
    everywhere: Option<Claim<'a>>,
    any: Option<Claim<'a>>,
}

impl<'a> Reach<'a> {
    /// An earlier claim that shuts this one out.
    fn in_the_way(&self, claim: &Claim<'a>) -> Option<Claim<'a>> {
        let candidates = if is_everywhere(claim.address) {
            [self.any, None]
        } else {
            [self.by_address.get(claim.address).copied(), self.everywhere]
        };
        candidates.into_iter().flatten().find(|other| other.last >= claim.first && !is_same_binding(other, claim))
    }

    fn add(&mut self, claim: Claim<'a>) {
        let further = |known: Option<Claim<'a>>| match known {
            Some(known) if known.last >= claim.last => known,
            _ => claim,
        };
        if is_everywhere(claim.address) {
            self.everywhere = Some(further(self.everywhere));
        }
        self.any = Some(further(self.any));
        let known = self.by_address.get(claim.address).copied();
        self.by_address.insert(claim.address, further(known));
    }
}

fn is_everywhere(address: &str) -> bool {
    matches!(address, "0.0.0.0" | "::")
}

/// One port of a container under two service names is one binding.
fn is_same_binding(one: &Claim<'_>, other: &Claim<'_>) -> bool {
    let place = |claim: &Claim<'_>| (claim.first, claim.last, claim.inner);
    std::ptr::eq(one.container, other.container) && place(one) == place(other) && one.address == other.address
}

fn report(earlier: &Claim<'_>, later: &Claim<'_>, diagnostics: &mut Diagnostics) {
    let (first, second) = (&earlier.container.id, &later.container.id);
    let port = earlier.first.max(later.first);
    let message = if first == second {
        format!("`{}` wants port {port} of the host twice", first.value)
    } else {
        format!("`{}` and `{}` both want port {port} of the host", first.value, second.value)
    };
    let finding = diagnostics.report(&PORT_CONFLICT, later.span, message);
    if earlier.span == later.span {
        finding.also(first.span, "one of them").also(second.span, "the other one");
    } else {
        finding.also(earlier.span, format!("`{}` has it from here", first.value));
    }
    finding.help("give one of them another `expose-as`, or leave it out to get a free port");
}

fn report_replicas(claim: &Claim<'_>, diagnostics: &mut Diagnostics) {
    let (id, count) = (&claim.container.id.value, claim.container.replicas);
    diagnostics
        .report(
            &PORT_CONFLICT,
            claim.span,
            format!("{count} replicas of `{id}` all want port {} of the host", claim.first),
        )
        .help("leave `expose-as` out, or remove `scaling`");
}
