//! The scripts of a first start, run against a server that listens on a private socket alone.
//!
//! As in the image: in the order of their names; `*.sh` is executed where its mode says so, else sourced; `*.sql`,
//! `.sql.gz`, `.sql.xz` and `.sql.zst` go to psql; others are passed over with a word. The first that fails ends it.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};
use zeroize::Zeroizing;

use super::directory::hand_over;
use super::initdb::{NewCluster, failed, private_file};
use super::program::{self, Tail};
use super::{PostgresError, Script, endpoint, running, versions};

/// What runs a script of a shell: the password comes first on its input, so that it is in no argument and no file.
/// Sourced scripts see what the image's entrypoint gives them.
const SHELL: &str = r#"
IFS= read -r -d '' POSTGRES_PASSWORD || true
export POSTGRES_PASSWORD PGPASSWORD="$POSTGRES_PASSWORD"
docker_process_sql() {
	psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"
}
case $1 in
	execute) exec "$2" </dev/null ;;
	source) exec 3<&0 </dev/null; set -Eeo pipefail; . "$2" ;;
	inline) script=$(cat); exec </dev/null; set -Eeo pipefail; eval "$script" ;;
esac
"#;

/// The port in the name of the private socket.
const PORT: &str = "5432";

/// How long the server may take to accept its first session, and to close its last.
const PATIENCE: Duration = Duration::from_secs(60);

/// Pause between two questions.
const PAUSE: Duration = Duration::from_millis(10);

/// What a script is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// For bash.
    Shell,
    /// For psql.
    Sql,
    /// For psql, after this program has unpacked it.
    Packed(&'static str),
    /// For nobody.
    Other,
}

impl Kind {
    fn of(name: &str) -> Self {
        let mut endings = name.rsplit('.');
        match (endings.next(), endings.next(), endings.next()) {
            (Some("sh"), Some(_), _) => Self::Shell,
            (Some("sql"), Some(_), _) => Self::Sql,
            (Some("gz"), Some("sql"), Some(_)) => Self::Packed("gzip"),
            (Some("xz"), Some("sql"), Some(_)) => Self::Packed("xz"),
            (Some("zst"), Some("sql"), Some(_)) => Self::Packed("zstd"),
            _ => Self::Other,
        }
    }
}

/// A server for scripts.
struct ScriptServer<'a> {
    cluster: &'a NewCluster<'a>,
    child: Child,
    tail: Tail,
    socket: SocketFolder,
    psql: Option<PathBuf>,
    /// Where programs are looked for: those of the server first.
    path: OsString,
}

/// The private folder of the server's socket: in the stage, or elsewhere where that has too long a name.
struct SocketFolder {
    path: PathBuf,
    _elsewhere: Option<TempDir>,
}

/// Runs the scripts, with the arguments that the server will have.
pub(super) async fn run(
    cluster: &NewCluster<'_>,
    scripts: &[Script],
    arguments: &[String],
) -> Result<(), PostgresError> {
    let mut scripts: Vec<&Script> = scripts.iter().collect();
    scripts.sort_by_key(|script| script.name());
    if scripts.is_empty() {
        return Ok(());
    }
    let mut server = ScriptServer::start(cluster, arguments)?;
    let (stdout, stderr, tail) = (server.child.stdout.take(), server.child.stderr.take(), server.tail.clone());
    let listen = async {
        tokio::join!(program::follow(stdout, &tail, cluster.hear), program::follow(stderr, &tail, cluster.hear))
    };
    let work = async {
        let done = server.work(&scripts).await;
        let stopped = server.stop(done.is_ok()).await;
        done.and(stopped)
    };
    tokio::pin!(work, listen);
    tokio::select! {
        done = &mut work => {
            // What is left of its words; a daemon of a script may hold its output open.
            let _ = timeout(program::LAST_WORDS, listen).await;
            done
        }
        _ = &mut listen => work.await,
    }
}

impl<'a> ScriptServer<'a> {
    fn start(cluster: &'a NewCluster<'a>, arguments: &[String]) -> Result<Self, PostgresError> {
        let socket = SocketFolder::make(cluster)?;
        let (stage, data) = (cluster.directory.stage(), cluster.directory.staged_data());
        // Only who gets into the private folder can connect at all.
        let rules = stage.join("pg_hba.conf");
        private_file(&rules, b"local all all trust\n", cluster.account).map_err(failed(&rules))?;
        let mut command = program::command(&cluster.server.bin.join("postgres"), cluster.account, cluster.path, &data);
        command.arg("-D").arg(&data).args(arguments);
        for setting in [
            "listen_addresses=".to_owned(),
            format!("port={PORT}"),
            format!("unix_socket_directories={}", socket.path.display()),
            format!("hba_file={}", rules.display()),
            "logging_collector=off".to_owned(),
        ] {
            command.arg("-c").arg(setting);
        }
        // A server does not end by itself: it must not hold the lock that its maker may lose.
        cluster.lock.is_inherited(false)?;
        let child = program::spawn(&mut command, "start the server for init scripts");
        cluster.lock.is_inherited(true)?;
        let psql = versions::psql(cluster.server, Some(cluster.path));
        let mut path = cluster.server.bin.clone().into_os_string();
        for folder in psql.iter().filter_map(|psql| psql.parent()).map(Path::as_os_str).chain([cluster.path]) {
            path.push(":");
            path.push(folder);
        }
        Ok(Self { cluster, child: child?, tail: Tail::default(), socket, psql, path })
    }

    async fn work(&mut self, scripts: &[&Script]) -> Result<(), PostgresError> {
        self.ready().await?;
        for script in scripts {
            self.run(script).await?;
        }
        Ok(())
    }

    async fn ready(&mut self) -> Result<(), PostgresError> {
        let started = Instant::now();
        let doing = "start the server for init scripts";
        while started.elapsed() < PATIENCE {
            let data = self.cluster.directory.staged_data();
            if self.child.id().is_some_and(|pid| running::is_open(&data, pid)) {
                return Ok(());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                let log = self.tail.lines();
                return Err(PostgresError::Failed {
                    doing: doing.to_owned(),
                    problem: format!("it ended with {status}"),
                    log,
                });
            }
            sleep(PAUSE).await;
        }
        let problem = format!("it does not answer after {} s", PATIENCE.as_secs());
        Err(PostgresError::Failed { doing: doing.to_owned(), problem, log: self.tail.lines() })
    }

    async fn run(&self, script: &Script) -> Result<(), PostgresError> {
        let name = script.name();
        let doing = format!("run init script `{name}`");
        let kind = Kind::of(&name);
        if kind == Kind::Other || matches!((script, kind), (Script::Text { .. }, Kind::Packed(_))) {
            (self.cluster.hear)(&format!("warning: `{name}` is passed over: it is no .sh and no .sql"));
            return Ok(());
        }
        (self.cluster.hear)(&doing);
        match script {
            Script::File(path) => {
                let file = self.readable(path, &name)?;
                match kind {
                    Kind::Packed(program) => self.packed(&file, program, &doing).await,
                    Kind::Sql => {
                        let mut psql = self.psql()?;
                        program::finish(psql.arg("-f").arg(&file), None, &doing, self.cluster.hear).await
                    }
                    _ => self.shell_file(&file, &doing).await,
                }
            }
            Script::Text { content, .. } if kind == Kind::Sql => {
                program::finish(&mut self.psql()?, Some(content.as_bytes()), &doing, self.cluster.hear).await
            }
            Script::Text { content, .. } => self.shell_text(content, &doing).await,
        }
    }

    /// The script where the server's account can read it: a copy where it cannot, such as in the home of another.
    fn readable(&self, path: &Path, name: &str) -> Result<PathBuf, PostgresError> {
        let found = fs::metadata(path)
            .map_err(|source| PostgresError::Io { doing: format!("read init script {}", path.display()), source })?;
        let Some(account) = self.cluster.account else { return Ok(path.to_owned()) };
        if !found.is_file() || account.may(path, 0o4) && account.kept_out_of(path).is_none() {
            return Ok(path.to_owned());
        }
        let copy = self.cluster.directory.stage().join(name);
        let mode = if found.mode() & 0o111 == 0 { 0o400 } else { 0o500 };
        fs::copy(path, &copy)
            .and_then(|_| fs::set_permissions(&copy, fs::Permissions::from_mode(mode)))
            .and_then(|()| hand_over(&copy, self.cluster.account))
            .map_err(failed(&copy))?;
        Ok(copy)
    }

    async fn shell_file(&self, file: &Path, doing: &str) -> Result<(), PostgresError> {
        let executable = fs::metadata(file).is_ok_and(|found| found.mode() & 0o111 != 0);
        let mut shell = self.shell(if executable { "execute" } else { "source" })?;
        shell.arg(file);
        let input = self.password();
        program::finish(&mut shell, Some(input.as_bytes()), doing, self.cluster.hear).await
    }

    async fn shell_text(&self, content: &str, doing: &str) -> Result<(), PostgresError> {
        let input = Zeroizing::new(format!("{}{content}", *self.password()));
        program::finish(&mut self.shell("inline")?, Some(input.as_bytes()), doing, self.cluster.hear).await
    }

    async fn packed(&self, file: &Path, program: &str, doing: &str) -> Result<(), PostgresError> {
        let mut unpack = self.command(&self.find(program)?);
        let mut unpack = program::spawn(unpack.arg("-dc").arg(file), doing)?;
        let output = unpack.stdout.take().map(TryInto::<Stdio>::try_into);
        let (complaints, tail) = (unpack.stderr.take(), Tail::default());
        let mut psql = self.psql()?;
        match output {
            Some(Ok(output)) => psql.stdin(output),
            _ => psql.stdin(Stdio::null()),
        };
        let run = program::finish(&mut psql, None, doing, self.cluster.hear);
        // Dropped with the command, so that the other end is closed when psql has ended.
        let (run, ()) = tokio::join!(run, program::follow(complaints, &tail, self.cluster.hear));
        drop(psql);
        run?;
        let status = unpack.wait().await.map_err(|source| PostgresError::Io { doing: doing.to_owned(), source })?;
        program::judge(status, doing, &tail)
    }

    /// The password as the shell reads it first.
    fn password(&self) -> Zeroizing<String> {
        let password = self.cluster.settings.password().map(|password| password.as_str()).unwrap_or_default();
        Zeroizing::new(format!("{password}\0"))
    }

    fn shell(&self, how: &str) -> Result<Command, PostgresError> {
        let mut shell = self.command(&self.find("bash")?);
        shell.args(["-c", SHELL, "init-script", how]);
        Ok(shell)
    }

    fn psql(&self) -> Result<Command, PostgresError> {
        let psql = self.psql.as_ref().ok_or_else(|| PostgresError::Setting {
            problem: "init scripts need `psql`, and it is not installed".to_owned(),
            help: "type: apt-get install postgresql-client".to_owned(),
        })?;
        let mut command = self.command(psql);
        let settings = self.cluster.settings;
        command.args(["-v", "ON_ERROR_STOP=1", "--no-psqlrc", "--no-password"]);
        command.args(["--username", settings.user(), "--dbname", settings.database()]);
        Ok(command)
    }

    fn find(&self, program: &str) -> Result<PathBuf, PostgresError> {
        let found = versions::folders(Some(&self.path)).map(|folder| folder.join(program)).find(|file| file.is_file());
        found.ok_or_else(|| PostgresError::Setting {
            problem: format!("an init script needs `{program}`, and it is not installed"),
            help: format!("type: apt-get install {}", if program == "xz" { "xz-utils" } else { program }),
        })
    }

    /// A program with what the image gives its scripts.
    fn command(&self, program: &Path) -> Command {
        let (settings, cluster) = (self.cluster.settings, self.cluster);
        let mut command = program::command(program, cluster.account, &self.path, Path::new("/"));
        command.envs(&settings.others);
        command.env("PATH", &self.path).env("PGDATA", cluster.directory.staged_data());
        command.env("PGHOST", &self.socket.path).env("PGPORT", PORT);
        command.env("POSTGRES_USER", settings.user()).env("POSTGRES_DB", settings.database());
        command.env("POSTGRES_INITDB_ARGS", settings.initdb_args.as_deref().unwrap_or_default());
        command.env("POSTGRES_HOST_AUTH_METHOD", settings.host_auth_method().unwrap_or_default());
        command
    }

    /// Stops it; after a good end it has to be a clean stop, so that everything is in the data.
    async fn stop(&mut self, clean: bool) -> Result<(), PostgresError> {
        let signal = if clean { Signal::INT } else { Signal::QUIT };
        if let Some(pid) = self.child.id().and_then(|pid| Pid::from_raw(pid.cast_signed())) {
            let _ = kill_process(pid, signal);
        }
        let doing = "stop the server for init scripts";
        match timeout(PATIENCE, self.child.wait()).await {
            Ok(Ok(status)) => program::judge(status, doing, &self.tail),
            Ok(Err(source)) => Err(PostgresError::Io { doing: doing.to_owned(), source }),
            Err(_) => {
                let _ = self.child.kill().await;
                let problem = format!("it still runs after {} s", PATIENCE.as_secs());
                Err(PostgresError::Failed { doing: doing.to_owned(), problem, log: self.tail.lines() })
            }
        }
    }
}

impl SocketFolder {
    fn make(cluster: &NewCluster<'_>) -> Result<Self, PostgresError> {
        let stage = cluster.directory.stage();
        if endpoint::fits_socket(&stage, 5432) {
            return Ok(Self { path: stage, _elsewhere: None });
        }
        let folder = tempfile::Builder::new().prefix("pt-postgres-").tempdir();
        let folder = folder.and_then(|folder| hand_over(folder.path(), cluster.account).map(|()| folder));
        let folder =
            folder.map_err(|source| PostgresError::Io { doing: "make a folder for a socket".to_owned(), source })?;
        Ok(Self { path: folder.path().to_owned(), _elsewhere: Some(folder) })
    }
}
