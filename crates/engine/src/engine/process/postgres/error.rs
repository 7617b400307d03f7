//! Why a PostgreSQL server cannot be had, each with what to do about it.

use std::io;
use std::path::PathBuf;

/// Why a server cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No server of the wanted version is installed.
    #[error("PostgreSQL {wanted} is not installed{}", found(.installed))]
    NotInstalled {
        /// The version that is wanted; empty for any.
        wanted: String,
        /// Those that are there.
        installed: Vec<String>,
    },
    /// The data were made by another major version.
    #[error("{} holds data of PostgreSQL {data}, and PostgreSQL {wanted} is asked for", .directory.display())]
    OtherMajor {
        /// The data directory.
        directory: PathBuf,
        /// Major version of the data.
        data: u32,
        /// The one that was asked for.
        wanted: u32,
    },
    /// The data directory is not as it has to be.
    #[error("{}: {problem}", .path.display())]
    Place {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// What to do.
        help: String,
    },
    /// Something that was asked for cannot be.
    #[error("{problem}")]
    Setting {
        /// What is wrong.
        problem: String,
        /// What to do.
        help: String,
    },
    /// The port is taken.
    #[error("port {port} of {host} is taken by {holder}")]
    PortTaken {
        /// Address.
        host: String,
        /// Port.
        port: u16,
        /// Who has it.
        holder: String,
    },
    /// A server runs on these data already.
    #[error("a server runs on {} already, process {pid}", .directory.display())]
    Running {
        /// The data directory.
        directory: PathBuf,
        /// The server's process.
        pid: u32,
    },
    /// A program did not do its part.
    #[error("{doing}: {problem}")]
    Failed {
        /// What was being done, such as ``run `initdb` ``.
        doing: String,
        /// How it ended.
        problem: String,
        /// The last lines of what was said.
        log: Vec<String>,
    },
    /// It did not get ready.
    #[error("the server did not get ready within {seconds} s: {said}")]
    NotReady {
        /// Time that was given.
        seconds: u64,
        /// What it said last.
        said: String,
        /// The last lines of its log.
        log: Vec<String>,
    },
    /// It serves, but not for this password.
    #[error("the server runs, but refuses the password of `{user}`")]
    LoginRefused {
        /// The user.
        user: String,
    },
    /// The disk or a process of this machine.
    #[error("{doing}")]
    Io {
        /// What was being done.
        doing: String,
        /// Why it did not work.
        source: io::Error,
    },
}

fn found(installed: &[String]) -> String {
    if installed.is_empty() { String::new() } else { format!("; there is {}", installed.join(", ")) }
}

impl PostgresError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NotInstalled { wanted, .. } => Some(how_to_install(wanted)),
            Self::OtherMajor { data, wanted, .. } => Some(format!(
                "ask for version {data}, name another data directory, or move the data with `pg_upgrade` ({data} to {wanted})"
            )),
            Self::Place { help, .. } | Self::Setting { help, .. } => Some(help.clone()),
            Self::PortTaken { .. } => Some("stop what has it, or choose another port; 0 takes a free one".to_owned()),
            Self::Running { pid, .. } => Some(format!("use it, or stop it with: kill -INT {pid}")),
            Self::NotReady { seconds, .. } => Some(format!("`--wait-timeout` gives it more than {seconds} s")),
            Self::LoginRefused { .. } => Some(
                "the data keep the password that they were made with: give that one, or change it with `ALTER ROLE`"
                    .to_owned(),
            ),
            Self::Failed { .. } | Self::Io { .. } => None,
        }
    }

    /// The last lines of what a program said, where they tell.
    pub fn log(&self) -> &[String] {
        match self {
            Self::Failed { log, .. } | Self::NotReady { log, .. } => log,
            _ => &[],
        }
    }
}

fn how_to_install(wanted: &str) -> String {
    let dash = if wanted.is_empty() { "" } else { "-" };
    let at = if wanted.is_empty() { "" } else { "@" };
    let elsewhere = if wanted.is_empty() {
        String::new()
    } else {
        "; apt.postgresql.org has the versions that the distribution does not".to_owned()
    };
    format!(
        "type `apt-get install postgresql{dash}{wanted}` (Debian, Ubuntu) or `brew install postgresql{at}{wanted}` (macOS){elsewhere}"
    )
}
