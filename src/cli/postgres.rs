//! `pt postgres`: one PostgreSQL server in the foreground, for scripts and for machines without a container engine.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use zeroize::Zeroizing;

use super::arguments::Global;
use super::failure::{Class, Failure};
use super::interrupt::Interrupts;
use super::project::{based, environment};
use super::session::runtime;
use super::terminal::Terminal;
use crate::engine::process::postgres::{
    self, GRACE, Launch, PostgresError, Script, Server, Settings, Surroundings, Wanted,
};
use crate::report::sanitize;
use crate::store::{CONTENT_LIMIT, Redactor};

const EXAMPLES: &str = "\
Examples:
  pt postgres --datadir ./data --init --password-file pw   make the data if need be, serve them
  pt postgres --datadir ./data --port 0                    on a free port; the output says where
  pt postgres --datadir ./data -- -c max_connections=200   with arguments for the server

It serves until SIGINT or SIGTERM, closes all sessions then and exits with 0; a second signal
makes it stop at once.

POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB and POSTGRES_INITDB_ARGS (each also as ..._FILE),
POSTGRES_HOST_AUTH_METHOD and POSTGRES_VERSION mean what they mean to the official image; options
come first. PT_POSTGRES_HOME lists folders to look for servers in before all others, with colons
between them.";

/// Where servers are looked for before all other places.
pub(super) const PLACES: &str = "PT_POSTGRES_HOME";

/// Arguments of `pt postgres`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, disable_version_flag = true)]
pub struct Postgres {
    /// Directory of the data
    #[arg(short, long, value_name = "DIR")]
    datadir: PathBuf,
    /// Addresses to listen on, with commas between them; `*` is all
    #[arg(short = 'H', long, value_name = "HOST", default_value = "127.0.0.1")]
    host: Option<String>,
    /// Port to listen on; 0 takes a free one
    #[arg(short, long, value_name = "PORT", default_value_t = 5432)]
    port: u16,
    /// Make the data where there are none
    #[arg(short, long)]
    init: bool,
    /// Major version of the server [default: that of the data, else the highest that is installed]
    #[arg(short, long, value_name = "VERSION")]
    version: Option<String>,
    /// Superuser [default: postgres]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Database that is made for the superuser [default: called as the superuser]
    #[arg(long, value_name = "NAME")]
    database: Option<String>,
    /// File with the superuser's password; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Folder with scripts to run once, when the data are made: .sh, .sql, .sql.gz, .sql.xz, .sql.zst
    #[arg(long, value_name = "DIR")]
    scripts: Option<PathBuf>,
    /// Folder of the Unix socket [default: the directory of the data]
    #[arg(long, value_name = "DIR")]
    socket_dir: Option<PathBuf>,
    /// Account to run it as, when started by root [default: the owner of the data, else postgres]
    #[arg(long, value_name = "ACCOUNT")]
    run_as: Option<String>,
    /// Seconds that it may take to get ready
    #[arg(long, value_name = "SECONDS", default_value_t = postgres::WAIT.as_secs())]
    wait_timeout: u64,
    /// Name of the project; its short form is the port's here.
    #[arg(long, hide = true)]
    project: Option<String>,
    /// More words; its short form is the version's here.
    #[arg(long, hide = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Arguments of the server
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

/// Serves until it is told to stop: 0 after a clean stop.
pub fn run(arguments: &Postgres, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let data = absolute(global, &arguments.datadir)?;
    if !arguments.init && is_without_data(&data) {
        let problem = format!("there are no data in {}", data.display());
        return Err(Failure::usage(problem).help("`--init` makes them"));
    }
    let wanted = wanted(arguments, global, data)?;
    let password = wanted.settings.password().map(|password| ("password", password.as_str()));
    let redactor = Redactor::new(password).map_err(|error| Failure::new(Class::No, error.to_string()))?;
    let voice = Voice { redactor, quiet: terminal.quiet };
    let hear: Arc<dyn Fn(&str) + Send + Sync> = {
        let voice = voice.clone();
        Arc::new(move |line: &str| voice.hear(line))
    };
    let patience = Duration::from_secs(arguments.wait_timeout);
    runtime()?.block_on(async {
        let interrupts = Interrupts::listen()?;
        let say = |line: &str| hear(line);
        let launch = tokio::select! {
            launch = postgres::prepare(&wanted, &say) => launch.map_err(|error| voice.failure(error))?,
            () = interrupts.reached(1) => return Err(Failure::with_code(interrupts.code())),
        };
        serve(&launch, &voice, hear.clone(), patience, &interrupts, terminal).await
    })
}

async fn serve(
    launch: &Launch,
    voice: &Voice,
    hear: Arc<dyn Fn(&str) + Send + Sync>,
    patience: Duration,
    interrupts: &Interrupts,
    terminal: &Terminal,
) -> Result<u8, Failure> {
    let mut server = Server::start(launch, hear).map_err(|error| voice.failure(error))?;
    let ready = tokio::select! {
        ready = server.ready(patience) => Some(ready),
        () = interrupts.reached(1) => None,
    };
    if let Some(ready) = ready {
        ready.map_err(|error| voice.failure(error))?;
        // Whoever reads it may go away without the server having to.
        let _ = writeln!(std::io::stdout().lock(), "{}", address(launch));
        let ended = tokio::select! {
            ended = server.wait() => Some(ended),
            () = interrupts.reached(1) => None,
        };
        if let Some(ended) = ended {
            let status = ended.map_err(|error| voice.failure(error))?;
            let failure = Failure::new(Class::No, format!("the server ended with {status}"));
            return Err(voice.with_lines(failure, &server.last_lines()));
        }
    }
    terminal.note("stopping the server; once more makes it stop at once");
    let stopped = tokio::select! {
        stopped = server.stop(GRACE) => Some(stopped),
        () = interrupts.reached(2) => None,
    };
    let stopped = if let Some(stopped) = stopped {
        stopped
    } else {
        server.make_stop();
        server.wait().await
    };
    let status = stopped.map_err(|error| voice.failure(error))?;
    if status.success() { Ok(0) } else { Err(Failure::new(Class::No, format!("the server ended with {status}"))) }
}

/// Where clients connect, without the password.
fn address(launch: &Launch) -> String {
    let probe = &launch.probe;
    let host = if probe.host.contains(':') { format!("[{}]", probe.host) } else { probe.host.clone() };
    format!("postgresql://{}@{host}:{}/{}", encoded(&probe.user), probe.port, encoded(&probe.database))
}

/// A name as a part of an address.
fn encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn wanted(arguments: &Postgres, global: &Global, data_directory: PathBuf) -> Result<Wanted, Failure> {
    let text = |name: &str| environment().text(name).map(|text| text.map(str::to_owned));
    let password = match &arguments.password_file {
        Some(file) => Some(read(global, file)?),
        None => setting("POSTGRES_PASSWORD")?,
    };
    let given = |option: &Option<String>, name: &str| match option {
        Some(value) => Ok(Some(value.clone())),
        None => setting(name).map(|found| found.map(|found| found.to_string())),
    };
    let confidential = |name: &str| name.contains("PASSWORD");
    let variables = environment().for_children().filter_map(|(name, value)| Some((name.to_str()?, value.to_str()?)));
    let others = variables.filter(|(name, _)| !confidential(name));
    let settings = Settings {
        user: given(&arguments.user, "POSTGRES_USER")?,
        password,
        database: given(&arguments.database, "POSTGRES_DB")?,
        host_auth_method: text("POSTGRES_HOST_AUTH_METHOD")?,
        initdb_args: given(&None, "POSTGRES_INITDB_ARGS")?,
        others: others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    };
    let places = text(PLACES)?.unwrap_or_default();
    Ok(Wanted {
        version: arguments.version.clone(),
        settings,
        scripts: arguments.scripts.as_deref().map_or(Ok(Vec::new()), |folder| scripts(global, folder))?,
        data_directory,
        host: arguments.host.clone().unwrap_or_default(),
        port: Some(arguments.port),
        socket_directory: arguments.socket_dir.as_deref().map(|folder| absolute(global, folder)).transpose()?,
        arguments: arguments.arguments.clone(),
        run_as: arguments.run_as.clone(),
        surroundings: Surroundings {
            version: text("POSTGRES_VERSION")?,
            path: text("PATH")?.map(Into::into),
            places: places.split(':').filter(|place| !place.is_empty()).map(PathBuf::from).collect(),
        },
    })
}

/// A variable of the image, or the content of the file that its twin names.
fn setting(name: &str) -> Result<Option<Zeroizing<String>>, Failure> {
    let file = format!("{name}_FILE");
    match (environment().text(name)?, environment().text(&file)?) {
        (Some(_), Some(_)) => Err(Failure::usage(format!("both {name} and {file} are set")).help("unset one of them")),
        (Some(value), None) => Ok(Some(Zeroizing::new(value.to_owned()))),
        (None, Some(file)) => content(Path::new(file)).map(Some),
        (None, None) => Ok(None),
    }
}

fn read(global: &Global, file: &Path) -> Result<Zeroizing<String>, Failure> {
    if file != Path::new("-") {
        return content(&based(global, file));
    }
    limited(std::io::stdin().lock(), "standard input")
}

fn content(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let shown = file.display().to_string();
    let open = std::fs::File::open(file);
    limited(open.map_err(|error| Failure::usage(format!("{shown} cannot be read")).because(error))?, &shown)
}

/// A password as it is given, without the end of its line. A device has no end: no password is longer than a secret may be.
fn limited(reader: impl Read, shown: &str) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    let read = reader.take(CONTENT_LIMIT as u64 + 1).read_to_string(&mut text);
    read.map_err(|error| Failure::usage(format!("{shown} cannot be read")).because(error))?;
    if text.len() > CONTENT_LIMIT {
        return Err(Failure::usage(format!("{shown} is no password: it has more than {} KiB", CONTENT_LIMIT >> 10)));
    }
    Ok(without_line_end(&text))
}

/// Editors and `echo` end the last line; the password does not hold that.
fn without_line_end(text: &str) -> Zeroizing<String> {
    let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    Zeroizing::new(text.to_owned())
}

fn scripts(global: &Global, folder: &Path) -> Result<Vec<Script>, Failure> {
    let folder = absolute(global, folder)?;
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| Failure::usage(format!("{} cannot be read", folder.display())).because(error))?;
    Ok(entries.flatten().map(|entry| Script::File(entry.path())).collect())
}

/// Whether there is nothing to serve; what is there and no data is judged later.
fn is_without_data(data: &Path) -> bool {
    std::fs::read_dir(data)
        .map_or_else(|error| error.kind() == std::io::ErrorKind::NotFound, |mut entries| entries.next().is_none())
}

fn absolute(global: &Global, path: &Path) -> Result<PathBuf, Failure> {
    let path = based(global, path);
    std::path::absolute(&path)
        .map_err(|error| Failure::usage(format!("{} cannot be found", path.display())).because(error))
}

/// What a server says, without its password.
#[derive(Clone)]
struct Voice {
    redactor: Redactor,
    quiet: bool,
}

impl Voice {
    fn hear(&self, line: &str) {
        if !self.quiet {
            super::terminal::error_line(&sanitize::visible(&self.redactor.redact(line)));
        }
    }

    fn failure(&self, error: PostgresError) -> Failure {
        let class = match error {
            PostgresError::Place { .. } | PostgresError::Setting { .. } | PostgresError::OtherMajor { .. } => {
                Class::Usage
            }
            PostgresError::NotInstalled { .. } => Class::Engine,
            _ => Class::No,
        };
        let mut failure = self.with_lines(Failure::new(class, error.to_string()), error.log());
        if let Some(help) = error.help() {
            failure = failure.help(help);
        }
        match error {
            PostgresError::Io { source, .. } => failure.because(source),
            _ => failure,
        }
    }

    fn with_lines(&self, failure: Failure, lines: &[String]) -> Failure {
        lines.iter().fold(failure, |failure, line| failure.note(format!("log: {}", self.redactor.redact(line))))
    }
}
