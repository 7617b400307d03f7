//! Who holds a port of this machine: a process, or a container of somebody.
//!
//! In: ports. Out: who listens, as far as `/proc` lets us see.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener};

use super::model::Summary;
use crate::engine::sockets::{self, Listener};
use crate::plan::labels;

/// Who holds a port, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Holder {
    /// A process of this machine.
    Process {
        /// Its command.
        command: String,
        /// Its number.
        pid: u32,
    },
    /// A process that we may not look at.
    Hidden,
    /// A container, and whose it is.
    Container(String),
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process { command, pid } => write!(formatter, "process `{command}` ({pid})"),
            Self::Hidden => formatter.write_str("another process"),
            Self::Container(words) => formatter.write_str(words),
        }
    }
}

/// Whether somebody on this machine would keep a container from this port on loopback: found out by taking it for a
/// moment, which is far quicker than to read the kernel's tables.
pub(super) fn is_taken(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
}

/// Sockets of this machine that would keep a container from one of these ports on loopback or everywhere.
fn listeners(ports: &[u16]) -> Vec<Listener> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let all = tables.iter().flat_map(|table| sockets::listeners(table));
    all.filter(|listener| ports.contains(&listener.port) && stands_in_the_way(listener.address)).collect()
}

/// The processes that hold these taken ports; one of which nothing can be seen is `Hidden`.
pub(in crate::engine) fn processes(ports: &[u16]) -> BTreeMap<u16, Holder> {
    let mut holders: BTreeMap<u16, Holder> = ports.iter().map(|port| (*port, Holder::Hidden)).collect();
    let listeners = listeners(ports);
    if listeners.is_empty() {
        return holders;
    }
    for pid in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = pid.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        for inode in sockets_of(pid) {
            for listener in listeners.iter().filter(|listener| listener.inode == inode) {
                holders.insert(listener.port, Holder::Process { command: command(pid), pid });
            }
        }
    }
    holders
}

/// A container as a holder.
pub(super) fn container(summary: &Summary) -> Holder {
    Holder::Container(format!("container `{}`{}", summary.name(), project(summary)))
}

/// Whose a container is: `` project `x` ``, or nobody's.
pub(super) fn owner(summary: &Summary) -> String {
    let words = project(summary);
    words.strip_prefix(" of ").map_or_else(|| "somebody else".to_owned(), str::to_owned)
}

fn project(summary: &Summary) -> String {
    let label = |name: &str| summary.labels.get(name);
    match (label(labels::PROJECT), label(labels::compose::PROJECT)) {
        (Some(project), _) => format!(" of project `{project}`"),
        (None, Some(project)) => format!(" of Compose project `{project}`"),
        (None, None) => String::new(),
    }
}

/// Containers bind 127.0.0.1 or everything: a listener elsewhere, such as on 127.0.0.53, leaves them their port.
fn stands_in_the_way(address: IpAddr) -> bool {
    address.is_unspecified() || address == Ipv4Addr::LOCALHOST
}

/// Inodes of the sockets that a process has open; empty for one that is gone or not ours to see.
fn sockets_of(pid: u32) -> Vec<u64> {
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    descriptors
        .filter_map(|descriptor| {
            let target = fs::read_link(descriptor.path()).ok()?;
            target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
        })
        .collect()
}

fn command(pid: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    name.trim().chars().filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_listener_of_ours_is_named_with_its_process() {
        let socket = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = socket.local_addr().unwrap().port();
        assert!(is_taken(port));
        let holders = processes(&[port]);
        let Holder::Process { pid, .. } = &holders[&port] else { panic!("{holders:?}") };
        assert_eq!(*pid, std::process::id());
        drop(socket);
        assert!(!is_taken(port));
        assert_eq!(processes(&[port])[&port], Holder::Hidden);
    }

    #[test]
    fn only_listeners_that_stand_in_the_way_count() {
        for (address, counts) in [
            ("127.0.0.1", true),
            ("0.0.0.0", true),
            ("::", true),
            ("127.0.0.53", false),
            ("::1", false),
            ("10.0.0.1", false),
        ] {
            assert_eq!(stands_in_the_way(address.parse().unwrap()), counts, "{address}");
        }
    }
}
