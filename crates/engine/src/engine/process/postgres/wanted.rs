//! What is wanted of a PostgreSQL server: plain data.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

/// A server that is wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// `16`, `16.2`, or an image's tag such as `16.2-alpine`; without one (or with one that says nothing, as `latest`)
    /// that of the data, else `POSTGRES_VERSION`, else the highest that is installed.
    pub version: Option<String>,
    /// What the image reads from its environment.
    pub settings: Settings,
    /// What runs once, in the order of the names, when the data directory is initialised.
    pub scripts: Vec<Script>,
    /// Where the data are, or will be; absolute.
    pub data_directory: PathBuf,
    /// `listen_addresses`: an address, a name, several with commas, or `*`.
    pub host: String,
    /// The port; a free one is chosen where there is none.
    pub port: Option<u16>,
    /// Where its Unix socket is; the data directory where there is none.
    pub socket_directory: Option<PathBuf>,
    /// More arguments of the server, such as `-c`, `max_connections=200`.
    pub arguments: Vec<String>,
    /// The account that it runs as, where this process is root's: the owner of the data or `postgres` unless named.
    pub run_as: Option<String>,
    /// What this machine's environment says.
    pub surroundings: Surroundings,
}

/// What the image reads from its environment. Matters on the first start alone, apart from the login of the probe.
#[derive(Clone, Default)]
pub struct Settings {
    /// `POSTGRES_USER`, the superuser: `postgres` unless said otherwise.
    pub user: Option<String>,
    /// `POSTGRES_PASSWORD`.
    pub password: Option<Zeroizing<String>>,
    /// `POSTGRES_DB`: called as the user unless said otherwise.
    pub database: Option<String>,
    /// `POSTGRES_HOST_AUTH_METHOD`.
    pub host_auth_method: Option<String>,
    /// `POSTGRES_INITDB_ARGS`, as a shell reads them.
    pub initdb_args: Option<String>,
    /// Other variables, for init scripts.
    pub others: BTreeMap<String, String>,
}

/// A script of `/docker-entrypoint-initdb.d`.
#[derive(Clone)]
pub enum Script {
    /// A file of this machine.
    File(PathBuf),
    /// A name, which says of what kind it is, and what is in it.
    Text {
        /// Such as `10-script.sql`.
        name: String,
        /// May hold secrets.
        content: Zeroizing<String>,
    },
}

/// What the environment of this machine says; read by whoever calls.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// `POSTGRES_VERSION`.
    pub version: Option<String>,
    /// `PATH`.
    pub path: Option<OsString>,
    /// Places to look for servers before all others: folders with `bin/postgres` in them, or such a `bin`.
    pub places: Vec<PathBuf>,
}

impl Settings {
    /// The superuser's name.
    pub fn user(&self) -> &str {
        self.user.as_deref().filter(|user| !user.is_empty()).unwrap_or("postgres")
    }

    /// The name of the database that is made for it.
    pub fn database(&self) -> &str {
        self.database.as_deref().filter(|database| !database.is_empty()).unwrap_or(self.user())
    }

    /// The password, where it is not empty.
    pub fn password(&self) -> Option<&Zeroizing<String>> {
        self.password.as_ref().filter(|password| !password.is_empty())
    }

    /// How those are asked who come over the network, where that is said.
    pub fn host_auth_method(&self) -> Option<&str> {
        self.host_auth_method.as_deref().map(str::trim).filter(|method| !method.is_empty())
    }
}

impl Script {
    /// The file's name.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            Self::Text { name, .. } => name.clone(),
        }
    }
}

/// Without the password; the other variables may be secret, too.
impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others: Vec<&String> = self.others.keys().collect();
        formatter
            .debug_struct("Settings")
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| "<secret>"))
            .field("database", &self.database)
            .field("host_auth_method", &self.host_auth_method)
            .field("initdb_args", &self.initdb_args)
            .field("others", &others)
            .finish()
    }
}

/// Without what is in it.
impl fmt::Debug for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => formatter.debug_tuple("File").field(path).finish(),
            Self::Text { name, .. } => formatter.debug_tuple("Text").field(name).finish(),
        }
    }
}
