//! A new cluster: `initdb`, who may log in, and the database of the superuser.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use postgres_protocol::password::scram_sha_256;
use rustix::process::geteuid;

use super::directory::{Directory, Lock, hand_over};
use super::program::{self, Hear};
use super::versions::Installation;
use super::{Account, PostgresError, Settings};

/// How `initdb` is asked for; the methods are those that it knows by name.
const METHODS: [&str; 13] = [
    "trust",
    "reject",
    "scram-sha-256",
    "md5",
    "password",
    "ident",
    "peer",
    "gss",
    "sspi",
    "pam",
    "ldap",
    "radius",
    "cert",
];

/// Databases that every cluster has.
const MADE_BY_INITDB: [&str; 3] = ["postgres", "template0", "template1"];

/// The cluster in the stage of a data directory.
pub(super) struct NewCluster<'a> {
    pub(super) directory: &'a Directory,
    pub(super) lock: &'a Lock,
    pub(super) server: &'a Installation,
    pub(super) settings: &'a Settings,
    pub(super) account: Option<&'a Account>,
    pub(super) path: &'a OsStr,
    pub(super) hear: Hear<'a>,
}

impl NewCluster<'_> {
    /// Makes it.
    pub(super) async fn make(&self) -> Result<(), PostgresError> {
        let extra = self.check()?;
        self.initdb(&extra).await?;
        self.let_in(&extra)?;
        self.create_database().await
    }

    /// Whether the settings go together, before anything is made; the further arguments of `initdb`.
    fn check(&self) -> Result<Vec<String>, PostgresError> {
        let setting = |problem: String, help: &str| PostgresError::Setting { problem, help: help.to_owned() };
        let settings = self.settings;
        if settings.password().is_none() && settings.host_auth_method() != Some("trust") {
            return Err(setting(
                "a new data directory needs a password for its superuser, and there is none".to_owned(),
                "give one with POSTGRES_PASSWORD (`--password-file` for `pt postgres`); POSTGRES_HOST_AUTH_METHOD=trust lets everybody in",
            ));
        }
        for (what, name) in [("POSTGRES_USER", settings.user()), ("POSTGRES_DB", settings.database())] {
            if name.contains(char::is_control) {
                return Err(setting(format!("{what} holds a control character"), "choose another name"));
            }
        }
        if settings.user().starts_with("pg_") {
            let problem = format!("POSTGRES_USER is `{}`: names with `pg_` are the server's own", settings.user());
            return Err(setting(problem, "choose another name"));
        }
        if settings.password().is_some_and(|password| password.contains('\0')) {
            return Err(setting("the password holds a NUL".to_owned(), "choose another one"));
        }
        let arguments = settings.initdb_args.as_deref().unwrap_or_default();
        let unclosed = || setting("POSTGRES_INITDB_ARGS has a quote that is not closed".to_owned(), "close it");
        let arguments = shlex::split(arguments).ok_or_else(unclosed)?;
        let elsewhere = |it: &&String| it.starts_with("-D") || it.starts_with("--pgdata");
        if let Some(argument) = arguments.iter().find(elsewhere) {
            let problem = format!("POSTGRES_INITDB_ARGS holds `{argument}`, but the data directory is chosen already");
            return Err(setting(problem, "leave it out"));
        }
        Ok(arguments)
    }

    async fn initdb(&self, extra: &[String]) -> Result<(), PostgresError> {
        let data = self.directory.staged_data();
        let stage = self.directory.stage();
        let mut command = program::command(&self.server.bin.join("initdb"), self.account, self.path, &stage);
        // As in the image: times are those of UTC, texts are UTF-8, whatever this machine is set to.
        command.env("TZ", "UTC").arg("-D").arg(&data).args(["--encoding=UTF8", "--locale=C.UTF-8"]);
        command.arg(format!("--username={}", self.settings.user()));
        let (host, local) = self.methods();
        command.arg(format!("--auth-host={host}")).arg(format!("--auth-local={local}"));
        let password = stage.join("password");
        if let Some(content) = self.settings.password() {
            // What the server would keep of the password: the clear text never reaches a file.
            private_file(&password, scram_sha_256(content.as_bytes()).as_bytes(), self.account)
                .map_err(failed(&password))?;
            command.arg(format!("--pwfile={}", password.display()));
        }
        if self.server.major >= 14 {
            command.arg("--no-instructions");
        }
        command.args(extra);
        program::finish(&mut command, None, "run `initdb`", self.hear).await?;
        let _ = fs::remove_file(password);
        Ok(())
    }

    /// How `initdb` is told to ask those who come over the network, and those who come through the socket.
    fn methods(&self) -> (&str, &str) {
        let asked = self.settings.host_auth_method().filter(|method| METHODS.contains(method));
        let local = if self.settings.password().is_some() { "scram-sha-256" } else { "trust" };
        (asked.unwrap_or("scram-sha-256"), local)
    }

    /// Who may log in: the account that the data belong to, as the superuser through the socket, without a password;
    /// and from everywhere, as the settings say.
    fn let_in(&self, extra: &[String]) -> Result<(), PostgresError> {
        let data = self.directory.staged_data();
        let rules = data.join("pg_hba.conf");
        let made = fs::read_to_string(&rules).map_err(failed(&rules))?;
        let mut text = String::new();
        let user = format!("\"{}\"", self.settings.user().replace('"', "\"\""));
        let own = ["-A", "--auth=", "--auth-local"].iter().any(|option| extra.iter().any(|it| it.starts_with(option)));
        if !own && self.settings.password().is_some() {
            text += &format!("# the account that these data belong to\nlocal all {user} peer map=pt\n\n");
            let names = data.join("pg_ident.conf");
            let owner = self.account.map_or_else(Account::own_name, |account| account.name.clone());
            let mut accounts = vec![owner];
            if geteuid().is_root() {
                accounts.push("root".to_owned());
            }
            let lines: String = accounts.iter().map(|account| format!("pt \"{account}\" {user}\n")).collect();
            append(&names, &lines).map_err(failed(&names))?;
        }
        text += &made;
        let method = self.settings.host_auth_method().map_or_else(|| self.password_encryption(), str::to_owned);
        if method == "trust" {
            (self.hear)("warning: POSTGRES_HOST_AUTH_METHOD is `trust`: whoever reaches the port has the database");
        }
        text += &format!("\nhost all all all {method}\n");
        fs::write(&rules, text).map_err(failed(&rules))
    }

    /// How passwords are kept, which is how they are asked for: `initdb` writes it down where it is told of `md5`.
    fn password_encryption(&self) -> String {
        let text = fs::read_to_string(self.directory.staged_data().join("postgresql.conf")).unwrap_or_default();
        let set = text.lines().filter_map(|line| line.trim_start().strip_prefix("password_encryption"));
        let value = set.filter_map(|rest| rest.trim_start().strip_prefix('=')?.split('#').next()).next_back();
        value.map_or("scram-sha-256", |value| value.trim().trim_matches('\'')).to_owned()
    }

    /// `CREATE DATABASE`, by a server for a single session: no psql is needed, and no port or socket is open.
    async fn create_database(&self) -> Result<(), PostgresError> {
        let name = self.settings.database();
        if MADE_BY_INITDB.contains(&name) {
            return Ok(());
        }
        let data = self.directory.staged_data();
        let mut command = program::command(&self.server.bin.join("postgres"), self.account, self.path, &data);
        command.arg("--single").arg("-j").arg("-D").arg(&data);
        command.args(["-c", "exit_on_error=on", "-c", "log_checkpoints=off", "postgres"]);
        let statement = format!("CREATE DATABASE \"{}\";\n\n", name.replace('"', "\"\""));
        // The prompt of a single session is no news.
        let hear = |line: &str| {
            if !line.starts_with("backend>") && !line.starts_with("PostgreSQL stand-alone backend") && !line.is_empty()
            {
                (self.hear)(line);
            }
        };
        let doing = format!("create database `{name}`");
        program::finish(&mut command, Some(statement.as_bytes()), &doing, &hear).await
    }
}

/// A file that only the account may read.
pub(super) fn private_file(path: &Path, content: &[u8], account: Option<&Account>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    hand_over(path, account)
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().append(true).open(path)?.write_all(text.as_bytes())
}

pub(super) fn failed(path: &Path) -> impl FnOnce(io::Error) -> PostgresError {
    move |source| PostgresError::Io { doing: format!("write {}", path.display()), source }
}
