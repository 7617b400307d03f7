//! What containers need of each other: what they wait for, and whose services their addresses name.

use std::collections::{BTreeMap, BTreeSet};

use crate::expand::{Container, Program};
use crate::lint::endpoints;

/// The needs of all containers of some programs, by id.
pub(super) fn needs(programs: &[Program]) -> BTreeMap<String, BTreeSet<String>> {
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for program in programs {
        for edge in
            program.after.iter().filter(|edge| is_in(program, &edge.waits_for) && is_in(program, &edge.container))
        {
            needs.entry(edge.container.clone()).or_default().insert(edge.waits_for.clone());
        }
    }
    // A module alone is an entry too: whom it talks to is in another one.
    let servers: BTreeMap<&str, &str> =
        programs.iter().flat_map(|program| program.containers.values()).flat_map(names).collect();
    for container in programs.iter().flat_map(|program| program.containers.values()) {
        let own = container.id.value.as_str();
        let others = hosts(container).into_iter().filter_map(|host| servers.get(host.as_str()).copied());
        let others: Vec<String> = others.filter(|other| *other != own).map(str::to_owned).collect();
        if !others.is_empty() {
            needs.entry(own.to_owned()).or_default().extend(others);
        }
    }
    needs
}

fn is_in(program: &Program, id: &str) -> bool {
    program.containers.contains_key(id)
}

/// Names under which a container with services is found, and its id.
fn names(container: &Container) -> Vec<(&str, &str)> {
    let id = container.id.value.as_str();
    container.services.iter().map(|service| (service.id.value.as_str(), id)).collect()
}

/// Hosts that its variables and its command name.
fn hosts(container: &Container) -> BTreeSet<String> {
    let variables = container.environment.iter().map(|variable| (variable.value.to_string(), true));
    let words = container.entrypoint.iter().chain(&container.command).flatten().map(|word| (word.to_string(), false));
    let mut hosts = BTreeSet::new();
    for (text, may_be_bare) in variables.chain(words) {
        let found = endpoints(&text).into_iter().filter(|it| may_be_bare || !it.scheme.is_empty() || it.port.is_some());
        hosts.extend(found.map(|it| it.host.to_owned()));
    }
    hosts
}
