//! As whom a server runs: never as root.
//!
//! In: who this process is, who was named, whose the data are. Out: an account, or none where this process stays who
//! it is. Accounts are read from `/etc/passwd`, else asked of `getent`, which knows those of the network too.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::geteuid;

use super::PostgresError;

/// An account of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
}

/// The account that packages make for their servers.
const USUAL: &str = "postgres";

impl Account {
    /// As whom to run; `None`: as who this process is. `data` is a data directory that may be there.
    pub(super) fn choose(named: Option<&str>, data: &Path) -> Result<Option<Self>, PostgresError> {
        let me = geteuid().as_raw();
        if me != 0 {
            let other = named.filter(|name| Self::named(name).is_none_or(|account| account.uid != me));
            return match other {
                None => Ok(None),
                Some(name) => Err(PostgresError::Setting {
                    problem: format!("the server cannot run as `{name}`: only root may run programs as somebody else"),
                    help: format!("leave the account out, or run this as `{name}`"),
                }),
            };
        }
        if let Some(name) = named {
            return match Self::named(name) {
                Some(account) if account.uid == 0 => Err(root()),
                Some(account) => Ok(Some(account)),
                None => Err(PostgresError::Setting {
                    problem: format!("there is no account `{name}` on this machine"),
                    help: format!("`useradd --system {name}` makes one, or name another"),
                }),
            };
        }
        let owner = fs::metadata(data).ok().filter(|found| found.uid() != 0);
        let owner = owner.map(|found| {
            let unnamed = || Self { name: found.uid().to_string(), uid: found.uid(), gid: found.gid() };
            Self::numbered(found.uid()).unwrap_or_else(unnamed)
        });
        owner.or_else(|| Self::named(USUAL)).map(Some).ok_or_else(root)
    }

    /// An account by its name or number.
    fn named(name: &str) -> Option<Self> {
        match name.parse() {
            Ok(uid) => Self::numbered(uid),
            Err(_) => Self::find(name, |account| account.name == name),
        }
    }

    /// An account by its number.
    pub(super) fn numbered(uid: u32) -> Option<Self> {
        Self::find(&uid.to_string(), |account| account.uid == uid)
    }

    /// The name of who this process is, or its number.
    pub(super) fn own_name() -> String {
        let me = geteuid().as_raw();
        Self::numbered(me).map_or_else(|| me.to_string(), |account| account.name)
    }

    fn find(key: &str, is_it: impl Fn(&Self) -> bool) -> Option<Self> {
        let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
        known.lines().filter_map(Self::read).find(|account| is_it(account)).or_else(|| {
            let asked = Command::new("getent").args(["passwd", "--", key]).stdin(Stdio::null()).output().ok()?;
            String::from_utf8_lossy(&asked.stdout).lines().filter_map(Self::read).find(|account| is_it(account))
        })
    }

    /// A line of `/etc/passwd`.
    fn read(line: &str) -> Option<Self> {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let uid = fields.nth(1)?.parse().ok()?;
        Some(Self { name, uid, gid: fields.next()?.parse().ok()? })
    }

    /// The first folder on the way to `path` that this account may not enter.
    pub(super) fn kept_out_of(&self, path: &Path) -> Option<PathBuf> {
        let mut ancestors: Vec<&Path> = path.ancestors().skip(1).collect();
        ancestors.reverse();
        ancestors.into_iter().find(|folder| !self.may(folder, 0o1)).map(Path::to_owned)
    }

    /// Whether it has these rights (of the last octal digit of a mode) on something that is there.
    pub(super) fn may(&self, path: &Path, rights: u32) -> bool {
        let Ok(found) = fs::metadata(path) else { return true };
        let shift = match () {
            () if found.uid() == self.uid => 6,
            () if found.gid() == self.gid => 3,
            () => 0,
        };
        found.mode() >> shift & rights == rights
    }
}

fn root() -> PostgresError {
    PostgresError::Setting {
        problem: "PostgreSQL does not run as root, and there is no account `postgres` to run it as".to_owned(),
        help: "name an account to run it as, or make one: `useradd --system postgres`".to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_list_of_accounts_are_read() {
        let account = Account::read("postgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash").unwrap();
        assert_eq!(account, Account { name: "postgres".to_owned(), uid: 101, gid: 104 });
        assert_eq!(Account::read("# no account"), None);
    }

    #[test]
    fn accounts_are_found_by_name_and_by_number() {
        let root = Account::named("root").unwrap();
        assert_eq!((root.uid, root.gid), (0, 0));
        assert_eq!(Account::named("0").unwrap(), root);
        assert_eq!(Account::named("nobody-of-this-name"), None);
    }
}
