//! Why an engine cannot be reached, in words: what was tried, what the system said, what to type.
//!
//! In: an I/O error of a connection. Out: a line and advice. Looks at the socket and its group, changes nothing.

use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use super::discovery::Found;
use super::endpoint::Endpoint;
use super::ssh::Complaint;

/// The way to an engine.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    /// Where it listens, and what named it.
    pub(super) found: Found,
    /// What `ssh` complained of, where the way leads through it.
    pub(super) complaint: Option<Complaint>,
    /// Who we are, for advice.
    pub(super) user: Option<String>,
    /// Sockets of other engines that may be there.
    pub(super) others: Vec<PathBuf>,
}

impl Reach {
    /// What was tried and the reason why it failed.
    pub(super) fn tried(&self, reason: &str) -> String {
        let complaint =
            self.complaint.as_ref().map(|words| words.lock().unwrap_or_else(PoisonError::into_inner).clone());
        let reason = complaint.filter(|words| !words.is_empty()).unwrap_or_else(|| reason.to_owned());
        format!("{} ({}): {reason}", self.found.endpoint, self.found.origin)
    }

    /// What was tried and why the system refused it.
    pub(super) fn explain(&self, cause: &io::Error) -> String {
        self.tried(&self.reason(cause))
    }

    fn reason(&self, cause: &io::Error) -> String {
        let socket = match &self.found.endpoint {
            Endpoint::Unix(path) => Some(path.as_path()),
            _ => None,
        };
        match (cause.kind(), socket) {
            (io::ErrorKind::NotFound, Some(_)) => "there is no such socket".to_owned(),
            (io::ErrorKind::PermissionDenied, Some(path)) => format!("permission denied{}", ownership(path)),
            (io::ErrorKind::ConnectionRefused, Some(path)) if !is_socket(path) => "it is not a socket".to_owned(),
            (io::ErrorKind::ConnectionRefused, _) => "nothing listens there (connection refused)".to_owned(),
            _ => cause.to_string(),
        }
    }

    /// What to type about it.
    pub(super) fn advice(&self, cause: &io::Error) -> Option<String> {
        let Endpoint::Unix(path) = &self.found.endpoint else { return None };
        if cause.kind() == io::ErrorKind::PermissionDenied {
            let group = socket_group(path).unwrap_or_else(|| "docker".to_owned());
            let user = self.user.as_deref().unwrap_or("$USER");
            return Some(format!("`sudo usermod -aG {group} {user}`, then log in again; or use rootless Docker"));
        }
        let other = self.others.iter().find(|other| *other != path && is_socket(other));
        Some(match other {
            Some(other) => format!("another socket is there: `--host unix://{}`", other.display()),
            None => "start Docker (`sudo systemctl start docker`), or name an engine with `--host`".to_owned(),
        })
    }
}

fn is_socket(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket())
}

/// Whose the socket is: `: it belongs to 0:docker (0660)`.
fn ownership(path: &Path) -> String {
    let Ok(metadata) = std::fs::metadata(path) else { return String::new() };
    let owner = if metadata.uid() == 0 { "root".to_owned() } else { metadata.uid().to_string() };
    let group = socket_group(path).unwrap_or_else(|| metadata.gid().to_string());
    format!(": it belongs to {owner}:{group} ({:04o})", metadata.mode() & 0o7777)
}

/// Name of the group that may use the socket; none for root's own.
fn socket_group(path: &Path) -> Option<String> {
    let group = std::fs::metadata(path).ok()?.gid();
    if group == 0 {
        return None;
    }
    let groups = std::fs::read_to_string("/etc/group").ok()?;
    group_name(&groups, group)
}

/// Looks a group up in the text of `/etc/group`.
fn group_name(groups: &str, wanted: u32) -> Option<String> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let group: u32 = fields.nth(1)?.parse().ok()?;
        (group == wanted).then(|| name.to_owned())
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn reach(path: &Path) -> Reach {
        let found = Found { endpoint: Endpoint::Unix(path.to_owned()), origin: "the default".to_owned() };
        Reach { found, complaint: None, user: Some("alice".to_owned()), others: Vec::new() }
    }

    #[test]
    fn a_missing_socket_a_file_and_a_refusal_are_told_apart() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let missing = reach(&path).explain(&io::ErrorKind::NotFound.into());
        assert_eq!(missing, format!("unix://{} (the default): there is no such socket", path.display()));
        std::fs::write(&path, "").unwrap();
        assert!(reach(&path).explain(&io::ErrorKind::ConnectionRefused.into()).ends_with("it is not a socket"));
        std::fs::remove_file(&path).unwrap();
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(reach(&path).explain(&io::ErrorKind::ConnectionRefused.into()).contains("nothing listens there"));
    }

    #[test]
    fn a_denied_socket_names_its_owner_and_the_command_that_helps() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        std::fs::write(&path, "").unwrap();
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(reach(&path).explain(&denied).contains("permission denied: it belongs to "));
        assert!(reach(&path).advice(&denied).unwrap().contains("usermod -aG"));
        assert!(reach(&path).advice(&denied).unwrap().contains("alice"));
    }

    #[test]
    fn a_socket_that_is_there_is_suggested() {
        let directory = tempfile::tempdir().unwrap();
        let other = directory.path().join("other");
        let _listener = std::os::unix::net::UnixListener::bind(&other).unwrap();
        let reach = Reach { others: vec![other.clone()], ..reach(&directory.path().join("s")) };
        let advice = reach.advice(&io::ErrorKind::NotFound.into()).unwrap();
        assert!(advice.contains(&format!("--host unix://{}", other.display())), "{advice}");
    }

    #[test]
    fn groups_are_read_by_number() {
        assert_eq!(group_name("root:x:0:\ndocker:x:998:alice\n", 998).as_deref(), Some("docker"));
        assert_eq!(group_name("root:x:0:\n", 998), None);
    }
}
