//! Ids of volumes and services that other places of the project have.

use std::collections::BTreeMap;

use super::{Item, ItemKind, Question};
use crate::expand::VolumeScope;
use crate::syntax::Node;

/// Volumes where the `id` of one is written; services where something is to be reached.
pub(super) fn complete(question: &Question<'_>) -> Vec<Item> {
    if question.cursor.is_key {
        return Vec::new();
    }
    let last = question.keys.last().copied().unwrap_or_default();
    let parent = |key: &str| question.parent().and_then(|parent| parent.get(key)).and_then(Node::text);
    if last == "id" && parent("type") == Some("volume") {
        return volumes(question);
    }
    let variable = if last == "value" { parent("name") } else { None };
    let is_host = |name: &str| {
        let name = name.to_ascii_lowercase();
        name == "host" || name.ends_with("-host") || name.ends_with("_host") || name.ends_with("hostname")
    };
    let is_in_args = question.keys.contains(&"args");
    if is_in_args && (is_host(last) || variable.is_some_and(is_host) || matches!(last, "service-id" | "container-id")) {
        return services(question);
    }
    Vec::new()
}

fn volumes(question: &Question<'_>) -> Vec<Item> {
    let programs = question.analysis.compilation.programs.iter();
    let mut found = BTreeMap::new();
    for volume in programs.flat_map(|program| program.volumes.values()) {
        let scope = match volume.scope {
            VolumeScope::Project => "volume of the project",
            VolumeScope::Job => "volume of one run",
        };
        found.entry(volume.id.value.clone()).or_insert(scope);
    }
    found
        .into_iter()
        .filter(|(id, _)| !id.is_empty())
        .map(|(id, scope)| Item::new(id, ItemKind::Volume).detail(scope))
        .collect()
}

fn services(question: &Question<'_>) -> Vec<Item> {
    let programs = question.analysis.compilation.programs.iter();
    let mut found = BTreeMap::new();
    for container in programs.flat_map(|program| program.containers.values()) {
        for service in &container.services {
            let ports: Vec<String> = service.ports.iter().map(|port| port.range.value.first.to_string()).collect();
            found.entry(service.id.value.clone()).or_insert_with(|| match ports.as_slice() {
                [] => format!("service of `{}`", container.id.value),
                ports => format!("service of `{}`, port {}", container.id.value, ports.join(", ")),
            });
        }
    }
    found.into_iter().map(|(id, detail)| Item::new(id, ItemKind::Service).detail(detail)).collect()
}
