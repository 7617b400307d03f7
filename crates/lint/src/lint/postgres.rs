//! PostgreSQL servers that are started by the official image's entrypoint, which reads `POSTGRES_…` and runs init scripts.

use super::Scene;
use crate::diagnostic::{Fix, Safety};
use crate::edit::Piece;
use crate::expand::{Container, Mount, MountSource, Variable};
use crate::source::Span;

/// The servers of a program that the entrypoint sets up; a container with another program never comes there.
pub(super) fn servers<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a Container> {
    scene.servers("postgres").filter(|server| server.entrypoint.is_none() && runs_the_server(server))
}

fn runs_the_server(container: &Container) -> bool {
    let Some(first) = container.command.as_ref().and_then(|words| words.first()) else { return true };
    first.known().is_some_and(|word| word == "postgres" || word.starts_with('-'))
}

/// How `initdb` is told to authenticate connections of a kind, `host` or `local`; `None` when it is told nothing.
pub(super) fn initdb_method(options: &str, kind: &str) -> Option<String> {
    let own = format!("--auth-{kind}=");
    let mut words = options.split_whitespace().peekable();
    let (mut all, mut special) = (None, None);
    while let Some(word) = words.next() {
        let next = words.peek().copied();
        if let Some(method) = word.strip_prefix(&own) {
            special = Some(method);
        } else if word == own.trim_end_matches('=') {
            special = next;
        } else if let Some(method) = word.strip_prefix("--auth=") {
            all = Some(method);
        } else if word == "-A" || word == "--auth" {
            all = next;
        }
    }
    special.or(all).map(str::to_owned)
}

/// How the password of a server is called in the store.
pub(super) fn password_name(server: &Container) -> String {
    format!("{}-password", server.id.value)
}

/// The variable of a password that stands in the store.
pub(super) fn password_variable(secret: &str) -> Piece {
    Piece::map(&[("name", "POSTGRES_PASSWORD"), ("value", &format!("pt.secret {secret}"))])
}

/// A fix that makes a server ask for the password of this name, still without its edits.
pub(super) fn with_password(scene: &Scene<'_>, title: &str, secret: &str) -> Fix {
    let fix = Fix::new(Safety::Unsafe, format!("{title}, `pt.secret {secret}`"));
    if scene.known.has_secret(secret) { fix } else { fix.then(format!("pt secrets generate {secret}")) }
}

/// Whether a variable counts as set: an empty one does not, one that is not known yet does.
pub(super) fn is_set(variable: Option<&Variable>) -> bool {
    variable.is_some_and(|variable| variable.value.known() != Some(String::new()))
}

/// The name of the file that a mount puts into a directory; `None` for what is mounted elsewhere.
pub(super) fn file_in<'a>(path: &'a str, directory: &str) -> Option<&'a str> {
    let name = path.strip_prefix(directory)?.strip_prefix('/')?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// The place of what is mounted: its path where it has one.
pub(super) fn place_of(mount: &Mount) -> Span {
    match &mount.source {
        MountSource::Host { path } | MountSource::Repo { path } => path.span,
        MountSource::Content { .. } | MountSource::Volume { .. } => mount.span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_method_of_a_kind_wins_over_that_of_all() {
        let of = |options: &str, kind: &str| initdb_method(options, kind).unwrap_or_default();
        assert_eq!(of("-A md5 --auth-local=peer", "local"), "peer");
        assert_eq!(of("-A md5 --auth-local=peer", "host"), "md5");
        assert_eq!(of("--auth-host password", "host"), "password");
        assert_eq!(of("--auth=scram-sha-256", "local"), "scram-sha-256");
        assert_eq!(initdb_method("--data-checksums", "host"), None);
    }
}
