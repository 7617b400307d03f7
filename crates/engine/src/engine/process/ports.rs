//! Ports of this machine: which one a container listens on, for as long as it is there, and who has one that is taken.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket};
use std::path::PathBuf;

use super::engine::ProcessEngine;
use super::kernel;
use super::names::{LOOPBACK, Services};
use super::places::write_whole;
use super::record::{Port, Record};
use super::shelf::Held;
use crate::plan::{ContainerRequest, Peer, labels};

/// A port of a container as it is remembered: `shop-db-1/5432`.
fn key(container: &str, port: u16) -> String {
    format!("{container}/{port}")
}

impl ProcessEngine {
    fn book(&self) -> PathBuf {
        self.shelf.places.state.join("ports.json")
    }

    /// The ports of a container that is about to be made. Where any will do, it gets the one that it had before.
    pub(super) fn ports_of(&self, request: &ContainerRequest) -> io::Result<Vec<Port>> {
        let _lock = self.shelf.lock()?;
        let mut book = self.read_book();
        let ports = request.ports.iter().map(|(port, udp, binding)| {
            let fixed = binding.as_ref().map(|binding| binding.port).filter(|port| *port != 0);
            let address = binding.as_ref().map_or(LOOPBACK, |binding| &binding.address).to_owned();
            let host = match fixed {
                Some(host) => host,
                None => Self::remembered(&book, &request.name, *port, *udp)?,
            };
            book.insert(key(&request.name, *port), host);
            Ok(Port { port: *port, udp: *udp, address, host, any: fixed.is_none(), published: binding.is_some() })
        });
        let ports: io::Result<Vec<Port>> = ports.collect();
        let ports = ports?;
        self.write_book(&book)?;
        Ok(ports)
    }

    /// What the containers of its project that are in no program of its own say of themselves: a job that is run alone
    /// reaches the services that run already.
    fn neighbours(&self, record: &Record) -> Vec<Peer> {
        let project = record.labels.get(labels::PROJECT);
        let own = |name: &str| record.peers.iter().any(|peer| peer.container == name);
        let others = self.shelf.all().into_iter().filter(|held| {
            held.record.id != record.id && held.record.labels.get(labels::PROJECT) == project && !own(&held.name)
        });
        others.filter_map(|held| held.record.peers.into_iter().find(|peer| peer.container == held.name)).collect()
    }

    /// What the other containers of its program are called, and where they are or will be.
    pub(super) fn services(&self, record: &Record) -> io::Result<Services> {
        let _lock = self.shelf.lock()?;
        let mut book = self.read_book();
        let mut services = Services::default();
        for peer in record.peers.iter().chain(&self.neighbours(record)) {
            for (port, fixed) in &peer.ports {
                let known = book.get(&key(&peer.container, *port)).copied();
                let host = match fixed.or(known) {
                    Some(host) => host,
                    None => Self::remembered(&book, &peer.container, *port, false)?,
                };
                book.insert(key(&peer.container, *port), host);
                for name in &peer.names {
                    services.add(name, *port, host);
                }
            }
        }
        self.write_book(&book)?;
        Ok(services)
    }

    /// Makes sure that nobody has the ports of a container that is about to start; a port that may be any one is changed
    /// when it is taken. The port that is taken and who has it, if it may not.
    pub(super) fn claim_ports(&self, held: &mut Held) -> io::Result<Result<(), (u16, String)>> {
        let _lock = self.shelf.lock()?;
        let mut book = self.read_book();
        let mut changed = false;
        for at in 0..held.record.ports.len() {
            let port = held.record.ports[at].clone();
            // A server that was just begun has its port although it does not listen yet.
            if self.container_on(port.host, &held.record.id).is_none() && is_free(&port.address, port.host, port.udp) {
                continue;
            }
            if !port.any {
                return Ok(Err((port.host, self.holder(port.host, &held.record.id))));
            }
            let host = Self::free_port(&book, port.udp)?;
            held.record.ports[at].host = host;
            book.insert(key(&held.name, port.port), host);
            changed = true;
        }
        if changed {
            self.write_book(&book)?;
            held.save()?;
        }
        Ok(Ok(()))
    }

    /// Writes the book where it says something new: what only looks must work on a full disk.
    fn write_book(&self, book: &BTreeMap<String, u16>) -> io::Result<()> {
        if *book == self.read_book() {
            return Ok(());
        }
        write_whole(&self.book(), &serde_json::to_vec(book)?)
    }

    fn read_book(&self) -> BTreeMap<String, u16> {
        fs::read(self.book()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    fn remembered(book: &BTreeMap<String, u16>, container: &str, port: u16, udp: bool) -> io::Result<u16> {
        match book.get(&key(container, port)) {
            Some(host) => Ok(*host),
            None => Self::free_port(book, udp),
        }
    }

    /// A port that nobody has and that nobody was promised.
    fn free_port(book: &BTreeMap<String, u16>, udp: bool) -> io::Result<u16> {
        const ATTEMPTS: usize = 100;
        for _ in 0..ATTEMPTS {
            let port = if udp {
                UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port()
            } else {
                TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port()
            };
            if !book.values().any(|known| *known == port) {
                return Ok(port);
            }
        }
        Err(io::Error::other("no port of this machine is free"))
    }

    /// Who has a port, other than the container of an id.
    pub(super) fn holder(&self, port: u16, id: &str) -> String {
        match self.container_on(port, id) {
            Some(held) => format!("container `{}`", held.name),
            None => process_on(port).unwrap_or_else(|| "another process".to_owned()),
        }
    }

    /// The container of another id that is up and has a port.
    fn container_on(&self, port: u16, id: &str) -> Option<Held> {
        let holds = |held: &Held| held.record.id != id && held.record.ports.iter().any(|own| own.host == port);
        self.shelf.all().into_iter().find(|held| holds(held) && held.is_up())
    }

    /// Who has a port, if somebody has it and that is no container of a project.
    pub(super) fn held_by_others(&self, port: u16, own: &[&Held]) -> Option<String> {
        if own.iter().any(|held| held.is_up() && held.record.ports.iter().any(|known| known.host == port)) {
            return None;
        }
        (!is_free(LOOPBACK, port, false)).then(|| self.holder(port, ""))
    }
}

/// Whether a port can be listened on.
fn is_free(address: &str, port: u16, udp: bool) -> bool {
    let address: IpAddr = address.parse().unwrap_or(Ipv4Addr::LOCALHOST.into());
    let taken = |error: io::Error| error.kind() == io::ErrorKind::AddrInUse;
    let bound =
        if udp { UdpSocket::bind((address, port)).map(drop) } else { TcpListener::bind((address, port)).map(drop) };
    !bound.is_err_and(taken)
}

/// The process that listens on a port, where we may know it.
fn process_on(port: u16) -> Option<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let mut listeners = tables.iter().flat_map(|table| crate::engine::sockets::listeners(table));
    let inode = listeners.find(|listener| listener.port == port)?.inode;
    let socket = format!("socket:[{inode}]");
    let has = |pid: i32| {
        let entries = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        let mut links = entries.filter_map(|entry| fs::read_link(entry.path()).ok());
        links.any(|link| link.to_str() == Some(&socket))
    };
    let stat = kernel::processes().into_iter().find(|stat| has(stat.pid))?;
    let name = fs::read_to_string(format!("/proc/{}/comm", stat.pid)).unwrap_or_default();
    Some(format!("process {} (`{}`)", stat.pid, name.trim()))
}
