//! Accounts of this machine: who a program runs as, and where that account may go.
//!
//! They are read from `/etc/passwd` and `/etc/group`; who is not there is asked of `getent`, which knows the network's too.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::geteuid;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Ids of all its groups.
    pub groups: Vec<u32>,
    /// Its home directory.
    pub home: String,
}

impl Account {
    /// The account that `user`, `uid`, `user:group` or `uid:gid` means. A number need not have a name.
    pub(super) fn find(user: &str) -> Option<Self> {
        let group = fs::read_to_string("/etc/group").unwrap_or_default();
        let (user, wanted) = user.split_once(':').map_or((user, None), |(user, group)| (user, Some(group)));
        let mut account = Self::named(user).or_else(|| user.parse().ok().map(|uid| Self::unnamed(uid, uid)))?;
        if let Some(wanted) = wanted {
            account.gid = group_id(wanted, &group)?;
            account.join(&group);
        }
        Some(account)
    }

    /// An account by its name or number.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.parse() {
            Ok(uid) => Self::numbered(uid),
            Err(_) => Self::listed(name, |account| account.name == name),
        }
    }

    /// An account by its number.
    pub(super) fn numbered(uid: u32) -> Option<Self> {
        Self::listed(&uid.to_string(), |account| account.uid == uid)
    }

    /// One that nobody has given a name.
    pub(super) fn unnamed(uid: u32, gid: u32) -> Self {
        Self { name: uid.to_string(), uid, gid, groups: vec![gid], home: "/".to_owned() }
    }

    /// The name of who this process is, or its number.
    pub(super) fn own_name() -> String {
        let me = geteuid().as_raw();
        Self::numbered(me).map_or_else(|| me.to_string(), |account| account.name)
    }

    fn listed(key: &str, is_it: impl Fn(&Self) -> bool) -> Option<Self> {
        let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let found = known.lines().filter_map(Self::read).find(|account| is_it(account)).or_else(|| {
            let asked = Command::new("getent").args(["passwd", "--", key]).stdin(Stdio::null()).output().ok()?;
            String::from_utf8_lossy(&asked.stdout).lines().filter_map(Self::read).find(|account| is_it(account))
        });
        let mut account = found?;
        account.join(&fs::read_to_string("/etc/group").unwrap_or_default());
        Some(account)
    }

    /// A line of `/etc/passwd`.
    fn read(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, uid, gid, _, home, ..] = fields.as_slice() else { return None };
        let (uid, gid) = (uid.parse().ok()?, gid.parse().ok()?);
        Some(Self { name: (*name).to_owned(), uid, gid, groups: vec![gid], home: (*home).to_owned() })
    }

    /// Takes it into its groups, as `/etc/group` has them.
    fn join(&mut self, list: &str) {
        self.groups = vec![self.gid];
        for fields in list.lines().map(|line| line.split(':').collect::<Vec<_>>()) {
            let [_, _, id, members, ..] = fields.as_slice() else { continue };
            let id = id.parse().ok().filter(|id| !self.groups.contains(id));
            self.groups.extend(id.filter(|_| members.split(',').any(|member| member == self.name)));
        }
    }

    /// The first folder on the way to `path` that it may not enter.
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
            () if self.groups.contains(&found.gid()) => 3,
            () => 0,
        };
        found.mode() >> shift & rights == rights
    }
}

/// The number of a group, which may be one already.
fn group_id(name: &str, list: &str) -> Option<u32> {
    let lines = list.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let named = lines.into_iter().find(|fields| fields.len() >= 3 && fields[0] == name);
    named.as_ref().map_or(name, |fields| fields[2]).parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const GROUP: &str = "root:x:0:\nssl-cert:x:111:www,postgres\npostgres:x:112:postgres\n";

    #[test]
    fn lines_of_the_list_of_accounts_are_read() {
        let mut account = Account::read("postgres:x:105:112:PostgreSQL,,,:/var/lib/postgresql:/bin/bash").unwrap();
        account.join(GROUP);
        assert_eq!((account.uid, account.gid, account.groups.as_slice()), (105, 112, &[112, 111][..]));
        assert_eq!(account.home, "/var/lib/postgresql");
        assert_eq!(Account::read("# no account"), None);
        assert_eq!(
            (group_id("ssl-cert", GROUP), group_id("7", GROUP), group_id("none", GROUP)),
            (Some(111), Some(7), None)
        );
    }

    #[test]
    fn accounts_are_found_by_name_and_by_number() {
        let root = Account::named("root").unwrap();
        assert_eq!((root.uid, root.gid), (0, 0));
        assert_eq!(Account::find("0").unwrap(), root);
        assert_eq!(Account::find("root:7").map(|account| account.gid), Some(7));
        assert_eq!(Account::find("424242:7").map(|account| (account.uid, account.gid)), Some((424_242, 7)));
        assert_eq!(Account::find("nobody-of-this-name"), None);
    }
}
