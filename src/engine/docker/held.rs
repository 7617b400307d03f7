//! Who holds a port of this machine: a process, or a container of somebody.
//!
//! In: ports. Out: who listens, as far as `/proc` lets us see.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

use super::model::Summary;
use crate::plan::labels;

/// The state of a listening socket in `/proc/net/tcp`.
const LISTENING: &str = "0A";

/// A socket that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listener {
    port: u16,
    inode: u64,
}

/// Who holds a port, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holder {
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
    tables.iter().flat_map(|table| table.lines().skip(1)).filter_map(|line| listener(line, ports)).collect()
}

/// The processes that hold these taken ports; one of which nothing can be seen is `Hidden`.
pub(super) fn processes(ports: &[u16]) -> BTreeMap<u16, Holder> {
    let mut holders: BTreeMap<u16, Holder> = ports.iter().map(|port| (*port, Holder::Hidden)).collect();
    let listeners = listeners(ports);
    if listeners.is_empty() {
        return holders;
    }
    for pid in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = pid.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        for inode in sockets(pid) {
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

/// A line of `/proc/net/tcp`, if it is a listener that stands in the way.
fn listener(line: &str, ports: &[u16]) -> Option<Listener> {
    let mut fields = line.split_ascii_whitespace();
    let local = fields.nth(1)?;
    let state = fields.nth(1)?;
    let (address, port) = local.rsplit_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    if state != LISTENING || !ports.contains(&port) || !stands_in_the_way(address_of(address)?) {
        return None;
    }
    let inode = fields.nth(5)?.parse().ok()?;
    Some(Listener { port, inode })
}

/// Containers bind 127.0.0.1 or everything: a listener elsewhere, such as on 127.0.0.53, leaves them their port.
fn stands_in_the_way(address: IpAddr) -> bool {
    address.is_unspecified() || address == Ipv4Addr::LOCALHOST
}

/// An address as the kernel writes it: words of 32 bits in the machine's byte order.
fn address_of(text: &str) -> Option<IpAddr> {
    let words: Vec<[u8; 4]> = (0..text.len() / 8)
        .map(|word| u32::from_str_radix(text.get(word * 8..word * 8 + 8)?, 16).ok().map(u32::to_ne_bytes))
        .collect::<Option<_>>()?;
    match words.as_slice() {
        [word] => Some(Ipv4Addr::from(*word).into()),
        [_, _, _, _] => {
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&words.concat());
            Some(Ipv6Addr::from(bytes).to_canonical())
        }
        _ => None,
    }
}

/// Inodes of the sockets that a process has open; empty for one that is gone or not ours to see.
fn sockets(pid: u32) -> Vec<u64> {
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
        let line = |address: &str, state: &str| {
            format!("   0: {address}:1538 00000000:0000 {state} 00000000:00000000 00:00000000 00000000 0 0 77 1 0")
        };
        let found = |address: &str, state: &str| listener(&line(address, state), &[5432]).map(|found| found.inode);
        assert_eq!(found("0100007F", "0A"), Some(77));
        assert_eq!(found("00000000", "0A"), Some(77));
        assert_eq!(found("00000000000000000000000000000000", "0A"), Some(77));
        assert_eq!(found("0000000000000000FFFF00000100007F", "0A"), Some(77));
        assert_eq!(found("3500007F", "0A"), None);
        assert_eq!(found("0100007F", "01"), None);
        assert_eq!(listener(&line("0100007F", "0A"), &[80]), None);
        assert_eq!(listener("garbage", &[80]), None);
    }
}
