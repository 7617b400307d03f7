//! Where a container may answer from here, and whether somebody is behind a door.

use std::io;
use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::endpoint::Endpoint;
use super::engine::DockerEngine;
use super::errors::Doing;
use super::model::Inspection;
use crate::engine::ExecRequest;
use crate::engine::sockets;
use crate::plan::{Endpoints, Published};

/// How long a connection over a published port has to stay open.
const STAYS: Duration = Duration::from_millis(100);

/// A place where a container may answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Door {
    host: String,
    port: u16,
    /// Whether something in between accepts connections for it.
    proxied: bool,
}

impl Door {
    /// Connects.
    pub(super) async fn connect(&self) -> io::Result<TcpStream> {
        TcpStream::connect((self.host.as_str(), self.port)).await
    }

    /// Connects, and has the connection stay where something in between accepts for everybody.
    pub(super) async fn knock(&self) -> io::Result<()> {
        let mut stream = self.connect().await?;
        if !self.proxied {
            return Ok(());
        }
        match timeout(STAYS, stream.read_u8()).await {
            // it speaks first, or waits for us to
            Ok(Ok(_)) | Err(_) => Ok(()),
            Ok(Err(closed)) => Err(closed),
        }
    }
}

impl DockerEngine {
    /// Whether containers can be reached by their own addresses: with an engine of root on this machine.
    pub(super) fn reaches_containers(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        match &self.client.reach().found.endpoint {
            Endpoint::Unix(path) => {
                cfg!(target_os = "linux") && std::fs::metadata(path).is_ok_and(|socket| socket.uid() == 0)
            }
            _ => false,
        }
    }

    /// Doors to a port of a container that was seen before.
    pub(super) fn doors_seen(&self, port: u16, seen: &Endpoints) -> Vec<Door> {
        let address = seen.address.as_deref().filter(|_| self.reaches_containers());
        self.doors(port, address, &seen.published)
    }

    /// Doors to a port of a container that was looked at.
    pub(super) fn doors_of(&self, port: u16, found: &Inspection) -> Vec<Door> {
        let attachment = found.network_settings.address();
        // the bridge of the engine is here only if its own address is ours
        let reachable =
            attachment.filter(|attachment| self.reaches_containers() && is_own_address(&attachment.gateway));
        self.doors(port, reachable.map(|attachment| attachment.ip_address.as_str()), &found.published())
    }

    fn doors(&self, port: u16, address: Option<&str>, published: &[Published]) -> Vec<Door> {
        if let Some(address) = address {
            return vec![Door { host: address.to_owned(), port, proxied: false }];
        }
        let published = published.iter().filter(|published| published.container == port && !published.udp);
        let door = |published: &Published| {
            Some(Door { host: self.host_of(&published.address)?, port: published.host, proxied: true })
        };
        published.filter_map(door).collect()
    }

    /// Where a port that is bound on `address` of the engine's machine is found from here.
    fn host_of(&self, address: &str) -> Option<String> {
        let address: IpAddr = if address.is_empty() { IpAddr::from([0, 0, 0, 0]) } else { address.parse().ok()? };
        let machine = match &self.client.reach().found.endpoint {
            Endpoint::Unix(_) => "127.0.0.1",
            Endpoint::Tcp(engine) | Endpoint::Tls { address: engine, .. } => {
                engine.rsplit_once(':').map_or(engine.as_str(), |(host, _)| host).trim_matches(['[', ']'])
            }
            Endpoint::Ssh(target) => target.host.as_str(),
        };
        if address.is_unspecified() {
            return Some(machine.to_owned());
        }
        // loopback of the engine's machine is ours only if it is this machine
        let is_here = machine.parse::<IpAddr>().map_or(machine == "localhost", |machine| machine.is_loopback());
        (is_here || !address.is_loopback()).then(|| address.to_string())
    }

    /// Whether somebody in the container listens on a port for others, read in the container itself; `None` when it
    /// has nothing to read with.
    pub(super) async fn listens_inside(&self, container: &str, port: u16, doing: &Doing) -> Option<bool> {
        let command = ["cat", "/proc/net/tcp", "/proc/net/tcp6"].map(str::to_owned).to_vec();
        let request = ExecRequest { command, ..ExecRequest::default() };
        let (_, output) = self.run_captured(container, &request, doing).await.ok()?;
        let table = String::from_utf8(output).ok().filter(|table| table.contains("local_address"))?;
        let mut listeners = sockets::listeners(&table);
        Some(listeners.any(|listener| listener.port == port && !listener.address.is_loopback()))
    }
}

/// Whether an address belongs to this machine: only then a socket can be bound to it.
fn is_own_address(address: &str) -> bool {
    address.parse::<IpAddr>().is_ok_and(|address| UdpSocket::bind((address, 0)).is_ok())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn knock_at(listener: &TcpListener, proxied: bool) -> io::Result<()> {
        let address = listener.local_addr().unwrap();
        Door { host: address.ip().to_string(), port: address.port(), proxied }.knock().await
    }

    #[tokio::test]
    async fn a_proxy_that_closes_at_once_is_not_ready() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (asked, ()) = tokio::join!(knock_at(&listener, true), async { drop(listener.accept().await.unwrap()) });
        assert!(asked.is_err());
    }

    #[tokio::test]
    async fn a_proxied_connection_that_stays_is_ready() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (asked, _kept) = tokio::join!(knock_at(&listener, true), async { listener.accept().await.unwrap() });
        asked.unwrap();
    }

    #[tokio::test]
    async fn without_a_proxy_an_accepted_connection_is_enough() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        knock_at(&listener, false).await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let door = Door { host: address.ip().to_string(), port: address.port(), proxied: false };
        assert!(door.knock().await.is_err());
    }

    #[test]
    fn only_addresses_of_this_machine_are_its_own() {
        assert!(is_own_address("127.0.0.1"));
        assert!(!is_own_address("192.0.2.1"));
        assert!(!is_own_address(""));
    }
}
