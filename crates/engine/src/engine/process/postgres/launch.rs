//! How a server is started, asked and stopped: everything that a supervisor needs to know.

use std::ffi::OsString;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use rustix::process::Signal;
use zeroize::Zeroizing;

use super::Account;

/// A server that can be started; its data directory is initialised.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The server's program.
    pub program: PathBuf,
    /// Its arguments; no secret is among them.
    pub arguments: Vec<OsString>,
    /// Its whole environment; no secret is in it.
    pub environment: Vec<(OsString, OsString)>,
    /// Its working directory, which is its data directory.
    pub directory: PathBuf,
    /// As whom it runs; `None`: as who starts it.
    pub user: Option<Account>,
    /// Whether it is ready.
    pub probe: Probe,
    /// The major version that was chosen.
    pub major: u32,
    /// Whether the data directory was made just now.
    pub initialised: bool,
}

/// Where and how a server is asked whether it serves.
#[derive(Clone)]
pub struct Probe {
    /// An address of this machine, or a name.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Name of the user.
    pub user: String,
    /// A database.
    pub database: String,
    /// The password; without one, any answer will do.
    pub password: Option<Zeroizing<String>>,
}

impl Launch {
    /// Asks it to close all sessions and stop: the fast shutdown.
    pub const STOP: Signal = Signal::INT;

    /// Makes it stop at once, at the price of a recovery on its next start. Data are not lost.
    pub const QUIT: Signal = Signal::QUIT;
}

impl Probe {
    /// Where to connect for a server that listens on these addresses.
    pub(super) fn host_of(listen_addresses: &str) -> String {
        let first = listen_addresses.split(',').map(str::trim).find(|host| !host.is_empty()).unwrap_or("*");
        match first.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) if address.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
            Ok(IpAddr::V6(address)) if address.is_unspecified() => Ipv6Addr::LOCALHOST.to_string(),
            _ if first == "*" => Ipv4Addr::LOCALHOST.to_string(),
            _ => first.to_owned(),
        }
    }
}

/// Without the password.
impl fmt::Debug for Probe {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Probe({}@{}:{}/{})", self.user, self.host, self.port, self.database)
    }
}
