//! Data that another major version of PostgreSQL wrote: a server reads those of its own alone.

use super::initialised::{data_volume, is_ours};
use super::{Capabilities, Observed, Obstacle, ObstacleKind, Request, labels, naming};
use crate::expand::Container;

/// Containers whose data the caller should look at: those of servers whose major version is known, and that are not seen
/// running with the wanted image.
pub fn data_to_look_at<'a>(request: &Request<'a>, observed: &Observed) -> Vec<&'a Container> {
    let servers = request.program.containers.values().filter(|container| is_server(container));
    let runs = |container: &Container| {
        observed.containers.iter().any(|seen| {
            let image = seen.labels.get(super::labels::IMAGE);
            seen.container == container.id.value && seen.address.is_some() && image == Some(&container.image.value)
        })
    };
    servers.filter(|container| !runs(container)).collect()
}

pub(super) fn is_server(container: &Container) -> bool {
    container.facts.family.starts_with("postgres") && container.facts.major.is_some()
}

/// What the volume was made for, where nobody could look into it: no container has it any more.
fn noted(request: &Request, observed: &Observed, container: &Container) -> Option<u32> {
    let name = naming::volume_name(&request.project, data_volume(container).filter(|_| is_server(container))?);
    let volume = observed.volumes.iter().find(|volume| volume.name == name && is_ours(request, volume))?;
    volume.labels.get(labels::MAJOR)?.parse().ok()
}

/// A server that cannot read its data, and the way to another version of it.
pub(super) fn check(
    request: &Request,
    observed: &Observed,
    capabilities: &Capabilities,
    container: &Container,
) -> Option<Obstacle> {
    let id = &container.id.value;
    let seen = observed.postgres_majors.get(id).copied();
    let there = seen.or_else(|| noted(request, observed, container))?;
    let wanted = container.facts.major.filter(|wanted| *wanted != there)?;
    // What a process of this machine is, the file need not say.
    let unsaid = container.process.as_ref().is_none_or(|form| form.version.is_none());
    if unsaid && !capabilities.containers {
        return None;
    }
    let user = container.variable("POSTGRES_USER").and_then(|user| user.value.known());
    let user = user.unwrap_or_else(|| "postgres".to_owned());
    let place = match data_volume(container) {
        Some(volume) => format!("another `id` than `{volume}` for its volume"),
        None => "another directory for its data".to_owned(),
    };
    Some(Obstacle {
        kind: ObstacleKind::DataVersion,
        subject: id.clone(),
        span: Some(container.image.span),
        message: format!("PostgreSQL {wanted} cannot read the data of `{id}`, which version {there} wrote"),
        help: Some(format!(
            "to upgrade: with version {there} still in the file, `pt run -d` and `pt exec -T {id} -- pg_dumpall -U {user} > \
             all.sql`; then write version {wanted} and {place}, `pt run -d`, and `pt exec -T {id} -- psql -U {user} -d postgres \
             < all.sql`; the old data stay as they are until you remove them"
        )),
    })
}
