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
