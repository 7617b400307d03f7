//! A PostgreSQL server as a container: what its image would read is handed to the manager of servers.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::containers::reveal;
use super::engine::ProcessEngine;
use super::errors::Doing;
use super::names::LOOPBACK;
use super::postgres::{self, PostgresError, Script, Settings, Surroundings, Wanted};
use super::record::{Record, plain};
use super::setting::Setting;
use super::shelf::Held;
use super::supervisor::{Launch, MARK};
use crate::engine::{EngineError, Failure, ProgressEvent, SecretSource};

/// Where the image looks for scripts of the first start.
const SCRIPTS: &str = "/docker-entrypoint-initdb.d";

/// The variable that names places to look for servers first.
const PLACES: &str = "PT_POSTGRES_HOME";

/// The variable that moves its data.
const PGDATA: &str = "PGDATA";

impl ProcessEngine {
    /// Makes the data of a server if there are none, and says how it is started.
    pub(super) async fn postgres_launch(
        &self,
        held: &Held,
        setting: &Setting,
        secrets: &dyn SecretSource,
        progress: &(dyn Fn(ProgressEvent) + Sync),
        doing: &Doing,
    ) -> Result<Launch, EngineError> {
        let record = &held.record;
        let wanted = self.wanted(held, setting, secrets, doing)?;
        self.furnish_volumes(held).map_err(|error| doing.io(&error))?;
        let hear = |line: &str| progress(ProgressEvent::Note(line.to_owned()));
        let launch = postgres::prepare(&wanted, &hear).await.map_err(|error| failed(error, doing))?;
        let text = |text: &std::ffi::OsStr| text.to_string_lossy().into_owned();
        let mut environment: Vec<(String, String)> =
            launch.environment.iter().map(|(name, value)| (text(name), text(value))).collect();
        environment.push((MARK.to_owned(), record.id.clone()));
        let user = launch.user.map(|account| (account.uid, account.gid, account.groups));
        Ok(Launch {
            folder: held.folder.clone(),
            program: launch.program,
            arguments: launch.arguments.iter().map(|argument| text(argument)).collect(),
            environment,
            directory: launch.directory,
            start: self.start_of(held, setting, user).map_err(|error| doing.io(&error))?,
            restart: record.restart,
            stop_signal: postgres::Launch::STOP.as_raw(),
            // Its sessions are its own to end: a signal of ours would look like a crash.
            stops_all: false,
            stop_seconds: record.stop_seconds,
        })
    }

    fn wanted(
        &self,
        held: &Held,
        setting: &Setting,
        secrets: &dyn SecretSource,
        doing: &Doing,
    ) -> Result<Wanted, EngineError> {
        let record = &held.record;
        let mut variables = BTreeMap::new();
        for (name, value) in &record.environment {
            variables.insert(name.clone(), reveal(&setting.services.resolve(value), secrets, doing)?);
        }
        let mut arguments = Vec::new();
        for word in record.command.iter().flatten() {
            arguments.push(reveal(&setting.resolve(word), secrets, doing)?.to_string());
        }
        let port = record.ports.iter().find(|port| !port.udp);
        let data = data_directory(record, setting, variables.get(PGDATA).map(|path| path.as_str()));
        Ok(Wanted {
            version: record.form.version.clone(),
            settings: settings(variables, record, setting, secrets, doing)?,
            scripts: scripts(record, setting, secrets, doing)?,
            data_directory: data.unwrap_or_else(|| held.folder.join("root").join("data")),
            host: port.map_or(LOOPBACK, |port| &port.address).to_owned(),
            port: port.map(|port| port.host),
            socket_directory: None,
            arguments,
            run_as: record.user.clone(),
            surroundings: self.postgres_surroundings(),
        })
    }

    /// By which variables a program beside a server finds it: its socket, on which this account needs no password.
    pub(super) fn postgres_address(held: &Held, setting: &Setting) -> Vec<(String, String)> {
        let moved = held.record.environment.iter().find(|(name, _)| name == PGDATA);
        let moved = moved.and_then(|(_, words)| plain(words));
        let data = data_directory(&held.record, setting, moved.as_deref());
        // The server itself notes there where it listens: process, data, time, port, socket.
        let noted = data.and_then(|data| fs::read_to_string(data.join("postmaster.pid")).ok()).unwrap_or_default();
        let mut lines = noted.lines().skip(3).map(|line| line.trim().to_owned());
        let Some((port, socket)) = lines.next().zip(lines.next()) else { return Vec::new() };
        let found = [("PGPORT", port), ("PGHOST", socket)].into_iter().filter(|(_, value)| !value.is_empty());
        found.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// What the environment says of servers.
    pub fn postgres_surroundings(&self) -> Surroundings {
        let variable = |name: &str| self.variables.get(name).filter(|value| !value.is_empty());
        let places = variable(PLACES).map(String::as_str).unwrap_or_default();
        Surroundings {
            version: variable("POSTGRES_VERSION").cloned(),
            path: variable("PATH").map(Into::into),
            places: places.split(':').filter(|place| !place.is_empty()).map(PathBuf::from).collect(),
        }
    }

    /// Has its volumes be directories; whose they are is the manager's business.
    fn furnish_volumes(&self, held: &Held) -> std::io::Result<()> {
        for (volume, _) in &held.record.volumes {
            super::places::make_passage(&self.shelf.places.volumes().join(volume))?;
            fs::create_dir_all(self.shelf.places.volume(volume))?;
        }
        super::places::make_passage(&held.folder.join("root"))
    }
}

/// Where the image would keep its data: `PGDATA`, or the directory that is mounted for them.
fn data_directory(record: &Record, setting: &Setting, moved: Option<&str>) -> Option<PathBuf> {
    let usual = record.form.data.as_deref();
    moved.or(usual).and_then(|path| setting.mapping.place(path))
}

/// What the image reads from its environment, from files where `_FILE` says so.
fn settings(
    mut variables: BTreeMap<String, Zeroizing<String>>,
    record: &Record,
    setting: &Setting,
    secrets: &dyn SecretSource,
    doing: &Doing,
) -> Result<Settings, EngineError> {
    let mut take = |name: &str| -> Result<Option<Zeroizing<String>>, EngineError> {
        let file = variables.remove(&format!("{name}_FILE"));
        let Some(path) = file else { return Ok(variables.remove(name)) };
        if let Some(file) = record.files.iter().find(|file| file.path == *path) {
            return reveal(&file.content, secrets, doing).map(Some);
        }
        let place = setting.mapping.place(&path).unwrap_or_else(|| PathBuf::from(path.as_str()));
        let text = fs::read_to_string(&place).map_err(|error| doing.io(&error))?;
        Ok(Some(Zeroizing::new(text.trim_end_matches('\n').to_owned())))
    };
    let (user, password) = (take("POSTGRES_USER")?, take("POSTGRES_PASSWORD")?);
    let (database, initdb) = (take("POSTGRES_DB")?, take("POSTGRES_INITDB_ARGS")?);
    let method = variables.remove("POSTGRES_HOST_AUTH_METHOD");
    variables.remove(PGDATA);
    let plain = |text: Option<Zeroizing<String>>| text.map(|text| text.to_string());
    Ok(Settings {
        user: plain(user),
        password,
        database: plain(database),
        host_auth_method: plain(method),
        initdb_args: plain(initdb),
        others: variables.into_iter().map(|(name, value)| (name, value.to_string())).collect(),
    })
}

/// Scripts of the first start: mounted files, mounted directories, and texts.
fn scripts(
    record: &Record,
    setting: &Setting,
    secrets: &dyn SecretSource,
    doing: &Doing,
) -> Result<Vec<Script>, EngineError> {
    let mut scripts = Vec::new();
    for file in record.files.iter().filter(|file| Path::new(&file.path).parent() == Some(Path::new(SCRIPTS))) {
        let name = Path::new(&file.path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let content = reveal(&setting.services.resolve(&file.content), secrets, doing)?;
        scripts.push(Script::Text { name, content });
    }
    for (source, path) in &record.mounts {
        let path = Path::new(path);
        if path == Path::new(SCRIPTS) {
            let entries = fs::read_dir(source).map_err(|error| doing.io(&error))?;
            scripts.extend(entries.flatten().map(|entry| Script::File(entry.path())));
        } else if path.parent() == Some(Path::new(SCRIPTS)) {
            scripts.push(script(source, path, doing)?);
        }
    }
    Ok(scripts)
}

/// A mounted script goes by the name that it is mounted under, which says when it comes and of what kind it is.
fn script(source: &Path, path: &Path, doing: &Doing) -> Result<Script, EngineError> {
    if source.file_name() == path.file_name() {
        return Ok(Script::File(source.to_owned()));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match fs::read_to_string(source) {
        Ok(content) => Ok(Script::Text { name, content: Zeroizing::new(content) }),
        // What is no text is packed, and goes by its own name.
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Ok(Script::File(source.to_owned())),
        Err(error) => Err(doing.io(&error)),
    }
}

fn failed(error: PostgresError, doing: &Doing) -> EngineError {
    let help = error.help();
    let (failure, log) = match error {
        PostgresError::PortTaken { port, holder, .. } => (Failure::PortTaken { port, holder }, Vec::new()),
        PostgresError::NotInstalled { .. } | PostgresError::OtherMajor { .. } | PostgresError::Setting { .. } => {
            (Failure::Unsupported(error.to_string()), Vec::new())
        }
        PostgresError::LoginRefused { user } => (Failure::LoginRefused { user }, Vec::new()),
        PostgresError::Failed { ref log, .. } | PostgresError::NotReady { ref log, .. } => {
            (Failure::Engine(error.to_string()), log.clone())
        }
        _ => (Failure::Engine(with_cause(&error)), Vec::new()),
    };
    EngineError { help, log, ..doing.failed(failure) }
}

/// An error and what is behind it.
fn with_cause(error: &PostgresError) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(because) = cause {
        words.push_str(": ");
        words.push_str(&because.to_string());
        cause = because.source();
    }
    words
}
