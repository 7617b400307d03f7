//! `localhost-in-container`: `localhost` where another container is meant.

use std::collections::HashMap;

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::expand::{Container, Expose, HostPort};
use crate::lint::endpoint::endpoints;
use crate::lint::secrecy::written;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// `localhost` in a container, where another one has the port
    ///
    /// In a container `localhost` is the container itself: the connection is refused although the server runs. Others are
    /// reached by the id of their service and the port in their container. A finding needs a server of the same job that has
    /// this port, while the container itself does not. Addresses of the web are left alone: who reads them may be a browser
    /// on the host, and of 17 in real files all were meant for one. So are names that say where a program itself listens
    /// (`…_LISTEN`, `…_ADVERTISED_…`). It is wrong where the program starts a server of its own on that port.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: DB_URL, value: "postgres://app@localhost:5432/app"}]}
    /// templates:
    ///   - {id: stack, run: [db, api]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: DB_URL, value: "postgres://app@postgres:5432/app"}]}
    /// templates:
    ///   - {id: stack, run: [db, api]}
    /// ```
    pub static LOCALHOST_IN_CONTAINER = {
        name: "localhost-in-container", code: "PT310", level: Warning, precision: High,
        tags: ["network"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &LOCALHOST_IN_CONTAINER, check };

/// Words of names whose value says where the program itself listens, or how others on the host reach it.
const ELSEWHERE: [&str; 7] = ["PUBLIC", "EXTERNAL", "ADVERTISED", "LISTEN", "LISTENER", "LISTENERS", "BIND"];

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let servers = servers(scene);
    for container in scene.containers() {
        let own = container.environment.iter().filter(|variable| variable.span != container.call);
        for variable in own.filter(|variable| !is_read_elsewhere(&variable.name.value)) {
            let text = written(&variable.value);
            let mut places = endpoints(&text).into_iter().filter(|place| place.is_loopback() && !place.is_web());
            let found = places.find_map(|place| Some((place, *servers.get(&place.port?)?)));
            let Some((place, (server, service, port))) = found else { continue };
            if server.id == container.id || place.port.is_some_and(|port| has_port(container, port)) {
                continue;
            }
            let message = format!("`localhost` is `{}` itself; `{service}` is another container", container.id.value);
            let old = format!("{}:{}", place.host, place.port.unwrap_or(port));
            let new = format!("{service}:{port}");
            diagnostics
                .report(&LOCALHOST_IN_CONTAINER, scene.part(variable.span, place.host), message)
                .help(format!("write `{service}:{port}`"))
                .maybe_fix(
                    scene
                        .replace_part(variable.span, &old, &new)
                        .map(|edits| Fix { edits, ..Fix::new(Safety::Unsafe, format!("write `{new}`")) }),
                );
        }
    }
}

/// The server, service and port in its container behind each port of the job; those of the host lead there too.
fn servers<'a>(scene: &Scene<'a>) -> HashMap<u16, (&'a Container, &'a str, u16)> {
    let mut servers = HashMap::new();
    for container in scene.containers() {
        for service in &container.services {
            for port in &service.ports {
                let inner = port.range.value.first;
                let place = (container, service.id.value.as_str(), inner);
                servers.entry(inner).or_insert(place);
                if let Expose::Host { port: HostPort::Exact(outer), .. } = port.expose {
                    servers.entry(outer).or_insert(place);
                }
            }
        }
    }
    servers
}

fn has_port(container: &Container, port: u16) -> bool {
    let mut ports = container.services.iter().flat_map(|service| &service.ports);
    ports.any(|known| (known.range.value.first..=known.range.value.last).contains(&port))
}

fn is_read_elsewhere(name: &str) -> bool {
    name.split('_').any(|word| ELSEWHERE.iter().any(|known| word.eq_ignore_ascii_case(known)))
}
