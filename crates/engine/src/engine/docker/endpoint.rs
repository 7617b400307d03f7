//! Where an engine listens: the addresses that `docker -H` understands, as data.
//!
//! In: text. Out: an [`Endpoint`], or a sentence that says what is wrong with the text. Touches nothing.

use std::fmt;
use std::path::{Path, PathBuf};

/// Where an engine listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A Unix socket on this machine.
    Unix(PathBuf),
    /// Plain HTTP; `host:port`.
    Tcp(String),
    /// HTTP over TLS with a client certificate.
    Tls {
        /// `host:port`.
        address: String,
        /// The files that prove who is who.
        certificates: Certificates,
    },
    /// `docker system dial-stdio` on another machine.
    Ssh(SshTarget),
}

/// PEM files of a TLS endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificates {
    /// Who may sign the engine's certificate.
    pub authority: PathBuf,
    /// Our certificate.
    pub certificate: PathBuf,
    /// Our private key.
    pub key: PathBuf,
}

/// What `ssh` needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshTarget {
    /// User, if not the one of the configuration.
    pub user: Option<String>,
    /// Host.
    pub host: String,
    /// Port, if not the one of the configuration.
    pub port: Option<u16>,
}

impl Certificates {
    /// The three files under their usual names.
    pub fn in_directory(directory: &Path) -> Self {
        Self {
            authority: directory.join("ca.pem"),
            certificate: directory.join("cert.pem"),
            key: directory.join("key.pem"),
        }
    }
}

impl Endpoint {
    /// Reads an address as the docker command does; `tls` says which certificates are used over TCP, if any.
    pub fn parse(text: &str, tls: Option<Certificates>) -> Result<Self, String> {
        let text = text.trim();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme, rest),
            None if text.starts_with(['/', '.', '~']) => {
                return Err(format!("`{text}` is a path: a socket is written `unix://{text}`"));
            }
            None => ("tcp", text),
        };
        match (scheme, tls) {
            ("unix", _) if rest.is_empty() => Ok(Self::Unix(PathBuf::from(super::discovery::DEFAULT_SOCKET))),
            ("unix", _) => Ok(Self::Unix(PathBuf::from(rest))),
            ("tcp" | "http", None) => Ok(Self::Tcp(address(rest, 2375)?)),
            ("tcp" | "https", Some(certificates)) => Ok(Self::Tls { address: address(rest, 2376)?, certificates }),
            ("https", None) => Err(format!("`{text}` needs certificates: set `DOCKER_CERT_PATH`")),
            ("ssh", _) => Ok(Self::Ssh(SshTarget::parse(rest)?)),
            ("npipe", _) => Err(format!("`{text}` is a Windows pipe, which this system does not have")),
            _ => Err(format!("`{text}` is not an address: expected `unix://`, `tcp://`, `https://` or `ssh://`")),
        }
    }

    /// Whether it is a socket of this machine, so that host paths mean the same to both sides.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Unix(_))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(formatter, "unix://{}", path.display()),
            Self::Tcp(address) => write!(formatter, "tcp://{address}"),
            Self::Tls { address, .. } => write!(formatter, "https://{address}"),
            Self::Ssh(target) => write!(formatter, "ssh://{target}"),
        }
    }
}

impl SshTarget {
    fn parse(text: &str) -> Result<Self, String> {
        let authority = text.trim_end_matches('/');
        if authority.contains('/') {
            return Err(format!("`ssh://{text}` has a path; only `ssh://[user@]host[:port]` is understood"));
        }
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user.to_owned()), place),
            None => (None, authority),
        };
        let (host, port) = split_port(place)?;
        // a name that begins with a dash would be read as an option by ssh
        if host.is_empty() || host.starts_with('-') || user.as_deref().is_some_and(|user| user.starts_with('-')) {
            return Err(format!("`ssh://{text}` does not name a host"));
        }
        Ok(Self { user, host: host.to_owned(), port })
    }
}

impl fmt::Display for SshTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(formatter, "{user}@")?;
        }
        formatter.write_str(&self.host)?;
        match self.port {
            Some(port) => write!(formatter, ":{port}"),
            None => Ok(()),
        }
    }
}

/// `host:port` with both filled in; a path after it is not understood by any engine.
fn address(text: &str, default_port: u16) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    if text.contains('/') {
        return Err(format!("`{text}` has a path; only `host:port` is understood"));
    }
    let (host, port) = split_port(text)?;
    let host = if host.is_empty() { "localhost" } else { host };
    Ok(format!("{host}:{}", port.unwrap_or(default_port)))
}

/// Splits `host[:port]`, where the host may be an IPv6 address in brackets.
fn split_port(text: &str) -> Result<(&str, Option<u16>), String> {
    let colon = match text.rfind(']') {
        Some(bracket) => text[bracket..].find(':').map(|offset| bracket + offset),
        None => text.rfind(':'),
    };
    let Some(colon) = colon else { return Ok((text, None)) };
    let port = text[colon + 1..].parse().map_err(|_| format!("`{}` is not a port", &text[colon + 1..]))?;
    Ok((&text[..colon], Some(port)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Endpoint::parse(text, None).map_or_else(|problem| format!("error: {problem}"), |endpoint| endpoint.to_string())
    }

    #[test]
    fn addresses_are_read_as_the_docker_command_reads_them() {
        for (text, expected) in [
            ("unix:///run/x.sock", "unix:///run/x.sock"),
            ("unix://", "unix:///var/run/docker.sock"),
            ("1.2.3.4:2375", "tcp://1.2.3.4:2375"),
            ("tcp://box", "tcp://box:2375"),
            ("http://box:80/", "tcp://box:80"),
            (":2375", "tcp://localhost:2375"),
            ("tcp://[::1]:99", "tcp://[::1]:99"),
            ("tcp://[::1]", "tcp://[::1]:2375"),
            ("ssh://me@box:22", "ssh://me@box:22"),
            ("ssh://box", "ssh://box"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_said_in_words() {
        for (text, expected) in [
            ("/var/run/docker.sock", "a socket is written `unix:///var/run/docker.sock`"),
            ("npipe:////./pipe/docker_engine", "Windows pipe"),
            ("fd://", "expected `unix://`"),
            ("tcp://box:port", "`port` is not a port"),
            ("https://box", "DOCKER_CERT_PATH"),
            ("ssh://box/path", "has a path"),
            ("ssh://-oProxyCommand=x", "does not name a host"),
        ] {
            assert!(shown(text).contains(expected), "{text}: {}", shown(text));
        }
    }

    #[test]
    fn certificates_turn_tcp_into_tls_on_its_own_port() {
        let certificates = Certificates::in_directory(Path::new("/c"));
        let endpoint = Endpoint::parse("tcp://box", Some(certificates.clone())).unwrap();
        assert_eq!(endpoint, Endpoint::Tls { address: "box:2376".to_owned(), certificates });
    }
}
