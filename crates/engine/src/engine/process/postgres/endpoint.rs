//! Where a server will be reached: its addresses, its port and its socket, looked at before it is started.

use std::fs;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::{Account, PostgresError, Wanted};
use crate::engine::docker::held;

/// The longest name that a socket may have.
const LONGEST_SOCKET: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// Where a server will be reached.
pub(super) struct Endpoint {
    /// The port.
    pub(super) port: u16,
    /// The folder of its socket; none where no name is short enough.
    pub(super) socket_directory: Option<PathBuf>,
}

impl Endpoint {
    /// Looks whether the server can have what is wanted.
    pub(super) fn check(wanted: &Wanted, account: Option<&Account>) -> Result<Self, PostgresError> {
        let addresses = addresses(&wanted.host)?;
        let port = match wanted.port.filter(|port| *port > 0) {
            Some(port) => {
                addresses.iter().try_for_each(|address| is_free(&wanted.host, *address, port, account))?;
                port
            }
            None => free_port(&wanted.host, addresses[0])?,
        };
        let socket_directory = match &wanted.socket_directory {
            Some(folder) => {
                check_socket_directory(folder, port, account)?;
                Some(folder.clone())
            }
            None => Some(wanted.data_directory.clone()).filter(|folder| fits_socket(folder, port)),
        };
        Ok(Self { port, socket_directory })
    }
}

/// Whether the name of a socket in this folder is short enough.
pub(super) fn fits_socket(folder: &Path, port: u16) -> bool {
    socket(folder, port).as_os_str().as_bytes().len() <= LONGEST_SOCKET
}

/// The socket of a server.
fn socket(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

/// The addresses that a list of them stands for; at least one.
fn addresses(hosts: &str) -> Result<Vec<IpAddr>, PostgresError> {
    let mut found = Vec::new();
    for host in hosts.split(',').map(str::trim).filter(|host| !host.is_empty()) {
        if host == "*" {
            found.push(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
            continue;
        }
        let resolved = (host, 0).to_socket_addrs().map_err(|error| PostgresError::Setting {
            problem: format!("host `{host}` is not known: {error}"),
            help: "name an address of this machine, such as 127.0.0.1, or `*` for all".to_owned(),
        })?;
        found.extend(resolved.map(|address| address.ip()));
    }
    if found.is_empty() {
        return Err(PostgresError::Setting {
            problem: "there is no host to listen on".to_owned(),
            help: "name an address of this machine, such as 127.0.0.1, or `*` for all".to_owned(),
        });
    }
    Ok(found)
}

fn is_free(host: &str, address: IpAddr, port: u16, account: Option<&Account>) -> Result<(), PostgresError> {
    // Root may have every port, the account that the server runs as may not.
    let closed = account.is_some() && port < unprivileged();
    match TcpListener::bind(SocketAddr::new(address, port)) {
        Ok(_) if closed => Err(reserved(port)),
        Ok(_) => Ok(()),
        Err(error) => Err(refused(host, port, &error)),
    }
}

fn free_port(host: &str, address: IpAddr) -> Result<u16, PostgresError> {
    let found = TcpListener::bind(SocketAddr::new(address, 0)).and_then(|listener| listener.local_addr());
    found.map(|found| found.port()).map_err(|error| refused(host, 0, &error))
}

fn refused(host: &str, port: u16, error: &io::Error) -> PostgresError {
    match error.kind() {
        ErrorKind::AddrInUse => {
            let holder = held::processes(&[port]).remove(&port).unwrap_or(held::Holder::Hidden);
            PostgresError::PortTaken { host: host.to_owned(), port, holder: holder.to_string() }
        }
        ErrorKind::PermissionDenied => reserved(port),
        _ => PostgresError::Setting {
            problem: format!("host `{host}` cannot be listened on: {error}"),
            help: "name an address of this machine, such as 127.0.0.1, or `*` for all".to_owned(),
        },
    }
}

fn reserved(port: u16) -> PostgresError {
    PostgresError::Setting {
        problem: format!("port {port} is for root's programs, and PostgreSQL does not run as root"),
        help: format!("choose one from {} on", unprivileged()),
    }
}

/// The first port that everybody may have.
fn unprivileged() -> u16 {
    const USUAL: u16 = 1024;
    let told = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").ok();
    told.and_then(|text| text.trim().parse().ok()).unwrap_or(USUAL)
}

fn check_socket_directory(folder: &Path, port: u16, account: Option<&Account>) -> Result<(), PostgresError> {
    let place = |problem: String, help: String| PostgresError::Place { path: folder.to_owned(), problem, help };
    let name = account.map_or_else(Account::own_name, |account| account.name.clone());
    if !fits_socket(folder, port) {
        let problem = format!("the name is too long for a socket, which may have {LONGEST_SOCKET} bytes in all");
        return Err(place(problem, "choose a socket directory with a shorter name".to_owned()));
    }
    if !folder.is_dir() {
        let make = format!("type: install -d -o {name} {}", folder.display());
        return Err(place("the socket directory is not there".to_owned(), make));
    }
    let open = match account {
        Some(account) => account.may(folder, 0o3) && account.kept_out_of(folder).is_none(),
        None => access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok(),
    };
    if !open {
        let problem = format!("`{name}` may not make the socket and its lock file there");
        return Err(place(
            problem,
            format!("type: chown {name} {}; or choose another socket directory", folder.display()),
        ));
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_from_lists() {
        assert_eq!(addresses("127.0.0.1, ::1").unwrap().len(), 2);
        assert_eq!(addresses("*").unwrap(), [IpAddr::V4(Ipv4Addr::UNSPECIFIED)]);
        assert!(addresses(" , ").is_err());
        assert!(addresses("no-such-host.invalid").is_err());
    }

    #[test]
    fn a_taken_port_is_told_with_who_has_it() {
        let holder = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = holder.local_addr().unwrap().port();
        let error = is_free("127.0.0.1", Ipv4Addr::LOCALHOST.into(), port, None).unwrap_err().to_string();
        assert!(error.starts_with(&format!("port {port} of 127.0.0.1 is taken by process `")), "{error}");
        drop(holder);
        is_free("127.0.0.1", Ipv4Addr::LOCALHOST.into(), port, None).unwrap();
    }

    #[test]
    fn addresses_of_other_machines_are_refused() {
        let error = is_free("192.0.2.1", "192.0.2.1".parse().unwrap(), 5432, None).unwrap_err().to_string();
        assert!(error.starts_with("host `192.0.2.1` cannot be listened on"), "{error}");
    }

    #[test]
    fn a_long_folder_is_no_place_for_a_socket() {
        let folder = Path::new("/").join("x".repeat(LONGEST_SOCKET));
        assert!(!fits_socket(&folder, 5432));
        let error = check_socket_directory(&folder, 5432, None).unwrap_err().to_string();
        assert!(error.contains("too long"), "{error}");
    }
}
