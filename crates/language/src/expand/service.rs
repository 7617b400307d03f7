//! `services`: names, ports, and how the host reaches them.

use super::known::known;
use super::program::{Expose, HostPort, Port, PortRange, Protocol, Service};
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Spanned, quoted};
use crate::value::{Data, INVALID_LITERAL, MISSING_ARGUMENT, Value};

/// Where ports are bound unless the user writes another address.
pub const LOOPBACK: &str = "127.0.0.1";

/// Reads a list of service specs that fit their type.
pub(super) fn services(value: &Value, diagnostics: &mut Diagnostics) -> Vec<Service> {
    let Data::List(items) = &value.data else { return Vec::new() };
    let service = |item: &Value, diagnostics: &mut Diagnostics| {
        let id = item.get("id")?;
        let name = known(id, "the id of a service", diagnostics)?;
        let ports = match item.get("ports").map(|ports| &ports.data) {
            Some(Data::List(ports)) => ports.iter().filter_map(|port| read_port(port, diagnostics)).collect(),
            _ => Vec::new(),
        };
        Some(Service { id: Spanned::new(name, id.span), ports })
    };
    items.iter().filter_map(|item| service(item, diagnostics)).collect()
}

fn read_port(value: &Value, diagnostics: &mut Diagnostics) -> Option<Port> {
    if value.is_null() {
        return None;
    }
    if let Data::Int(_) | Data::Plain(_) | Data::Text(_) = value.data {
        let range = single(value, diagnostics)?;
        let expose = published(range, value.span);
        return Some(Port { range: Spanned::new(range, value.span), protocol: Protocol::Tcp, expose, label: None });
    }
    let present = |key: &str| value.get(key).filter(|value| !value.is_null());
    let range = match (present("port"), present("range")) {
        (Some(port), _) => Spanned::new(single(port, diagnostics)?, port.span),
        (None, Some(range)) => Spanned::new(read_range(range, diagnostics)?, range.span),
        (None, None) => {
            if !value.is_unknown() {
                diagnostics
                    .report(&MISSING_ARGUMENT, value.span, "a port needs `port` or `range`")
                    .help("write `{port: 5432, protocol: tcp}`");
            }
            return None;
        }
    };
    let protocol = match present("protocol").and_then(|word| known(word, "`protocol`", diagnostics)).as_deref() {
        Some("udp") => Protocol::Udp,
        Some("http") => Protocol::Http,
        Some("https") => Protocol::Https,
        _ => Protocol::Tcp,
    };
    let internal = matches!(present("internal").map(|flag| &flag.data), Some(Data::Bool(true)));
    let expose = match present("expose-as") {
        _ if internal => Expose::Internal,
        Some(written) => {
            let expose = read_expose(written, diagnostics)?;
            report_overflow(range.value, &expose, diagnostics);
            expose
        }
        None => published(range.value, range.span),
    };
    let label = present("label").and_then(|label| known(label, "`label`", diagnostics));
    Some(Port { range, protocol, expose, label })
}

/// A range begins at `expose-as` on the host, and has to end at 65535 at the latest.
fn report_overflow(range: PortRange, expose: &Expose, diagnostics: &mut Diagnostics) {
    let Expose::Host { port: HostPort::Exact(first), span, .. } = expose else { return };
    let more = range.last - range.first;
    if first.checked_add(more).is_none() {
        diagnostics
            .report(&INVALID_LITERAL, *span, format!("{} ports do not fit from {first} on", u32::from(more) + 1))
            .label(format!("expected {} at most", u16::MAX - more));
    }
}

/// Without `expose-as` the host's port is the container's own, if it is free; ranges stay inside.
fn published(range: PortRange, span: Span) -> Expose {
    if range.first != range.last {
        return Expose::Internal;
    }
    Expose::Host { address: LOOPBACK.to_owned(), port: HostPort::Preferred(range.first), span }
}

fn single(value: &Value, diagnostics: &mut Diagnostics) -> Option<PortRange> {
    let port = known_port(value, diagnostics)?;
    Some(PortRange { first: port, last: port })
}

/// The number of a port; `None` for a hole, and after a report for a secret.
fn known_port(value: &Value, diagnostics: &mut Diagnostics) -> Option<u16> {
    match &value.data {
        Data::Int(port) => u16::try_from(*port).ok(),
        _ => known(value, "a port", diagnostics)?.trim().parse().ok(),
    }
}

fn read_range(value: &Value, diagnostics: &mut Diagnostics) -> Option<PortRange> {
    let text = known(value, "`range`", diagnostics)?;
    let range = text.split_once('-').and_then(|(first, last)| {
        Some(PortRange { first: first.trim().parse().ok()?, last: last.trim().parse().ok()? })
    });
    let valid = range.filter(|range| range.first > 0 && range.first <= range.last);
    if valid.is_none() {
        diagnostics
            .report(&INVALID_LITERAL, value.span, format!("`range` cannot be {}", quoted(&text)))
            .label("expected two ports, such as `9100-9105`");
    }
    valid
}

/// `8080`, or `0.0.0.0:8080` to be reached from other machines.
fn read_expose(value: &Value, diagnostics: &mut Diagnostics) -> Option<Expose> {
    let host = |address: &str, port| Expose::Host {
        address: address.to_owned(),
        port: HostPort::Exact(port),
        span: value.span,
    };
    if let Data::Int(_) = value.data {
        return known_port(value, diagnostics).map(|port| host(LOOPBACK, port));
    }
    let text = known(value, "`expose-as`", diagnostics)?;
    let (address, port) = text.rsplit_once(':').unwrap_or((LOOPBACK, &text));
    let plain = address.trim_matches(['[', ']']);
    let valid = plain.parse::<std::net::IpAddr>().ok().zip(port.trim().parse::<u16>().ok().filter(|port| *port > 0));
    if let Some((address, port)) = valid {
        Some(host(&address.to_string(), port))
    } else {
        diagnostics
            .report(&INVALID_LITERAL, value.span, format!("`expose-as` cannot be {}", quoted(&text)))
            .label("expected a port such as `8080`, or an address and a port such as `0.0.0.0:8080`");
        None
    }
}
