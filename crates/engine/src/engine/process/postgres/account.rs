//! As whom a server runs: never as root.
//!
//! In: who this process is, who was named, whose the data are. Out: an account, or none where this process stays who
//! it is.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::process::geteuid;

use super::{Account, PostgresError};

/// The account that packages make for their servers.
const USUAL: &str = "postgres";

/// As whom to run; `None`: as who this process is. `data` is a data directory that may be there.
pub(super) fn choose(named: Option<&str>, data: &Path) -> Result<Option<Account>, PostgresError> {
    let me = geteuid().as_raw();
    if me != 0 {
        let other = named.filter(|name| Account::named(name).is_none_or(|account| account.uid != me));
        return match other {
            None => Ok(None),
            Some(name) => Err(PostgresError::Setting {
                problem: format!("the server cannot run as `{name}`: only root may run programs as somebody else"),
                help: format!("leave the account out, or run this as `{name}`"),
            }),
        };
    }
    if let Some(name) = named {
        return match Account::named(name) {
            Some(account) if account.uid == 0 => Err(root()),
            Some(account) => Ok(Some(account)),
            None => Err(PostgresError::Setting {
                problem: format!("there is no account `{name}` on this machine"),
                help: format!("`useradd --system {name}` makes one, or name another"),
            }),
        };
    }
    let owner = fs::metadata(data).ok().filter(|found| found.uid() != 0);
    let owner =
        owner.map(|found| Account::numbered(found.uid()).unwrap_or_else(|| Account::unnamed(found.uid(), found.gid())));
    owner.or_else(|| Account::named(USUAL)).map(Some).ok_or_else(root)
}

fn root() -> PostgresError {
    PostgresError::Setting {
        problem: "PostgreSQL does not run as root, and there is no account `postgres` to run it as".to_owned(),
        help: "name an account to run it as, or make one: `useradd --system postgres`".to_owned(),
    }
}
