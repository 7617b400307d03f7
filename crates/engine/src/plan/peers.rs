//! Who else is in the program and where it is found: for engines in whose network names are not looked up.

use super::Peer;
use super::judge::{Judged, Verdict};
use super::naming;
use super::ports::Assignment;

/// All containers that offer ports, each once: of equal ones the first.
pub(super) fn peers(judged: &[Judged], assignment: &Assignment) -> Vec<Peer> {
    let first = judged.iter().enumerate().filter(|(_, judged)| judged.want.replica == 1);
    first.filter_map(|(index, judged)| peer(judged, assignment.bindings.get(index)?)).collect()
}

fn peer(judged: &Judged, bindings: &super::ports::Bindings) -> Option<Peer> {
    let seen = match judged.verdict {
        Verdict::Keep { seen, .. } => Some(seen),
        _ => None,
    };
    let tcp = bindings.iter().filter(|(_, udp, _)| !udp);
    let ports: Vec<(u16, Option<u16>)> = tcp
        .map(|(port, _, binding)| {
            let held = seen.and_then(|seen| seen.published.iter().find(|held| held.container == *port && !held.udp));
            let fixed = binding.as_ref().map(|binding| binding.port).filter(|host| *host != 0);
            (*port, held.map(|held| held.host).or(fixed))
        })
        .collect();
    let container = judged.want.container;
    let mut names = vec![container.id.value.clone(), naming::host_name(judged.want.id())];
    names.extend(container.services.iter().map(|service| service.id.value.clone()));
    names.sort();
    names.dedup();
    (!ports.is_empty()).then(|| Peer { container: judged.want.name.clone(), names, ports })
}
