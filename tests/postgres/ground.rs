//! A place of its own for a server, and `pt postgres` on it as a process: its streams, its signals, an end to every wait.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

use crate::reachable;

/// The password of all superusers here.
pub const PASSWORD: &str = "s3cr3t-of-test";

const NOBODY: u32 = 65534;

/// Who calls `pt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Root.
    Root,
    /// `nobody`, where the tests run as root.
    Nobody,
    /// Who the tests run as, who is not root.
    Me,
}

/// Everybody as whom these tests can call `pt`.
pub fn everybody() -> Vec<Who> {
    if geteuid().is_root() { vec![Who::Root, Who::Nobody] } else { vec![Who::Me] }
}

/// Somebody, where it does not matter who.
pub fn somebody() -> Who {
    everybody()[0]
}

/// Somebody who is not root.
pub fn not_root() -> Who {
    *everybody().last().unwrap()
}

/// A place that belongs to who calls `pt`.
pub struct Ground {
    pub who: Who,
    root: TempDir,
}

impl Ground {
    pub fn new(who: Who) -> Self {
        let root = tempfile::Builder::new().prefix("pt-test-pg-").tempdir().unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let ground = Self { who, root };
        ground.give(ground.root.path());
        ground.write("password", PASSWORD);
        ground
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Gives something to who calls `pt`.
    pub fn give(&self, path: &Path) {
        if self.who == Who::Nobody {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }

    /// A file of theirs.
    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
            fs::create_dir(folder).unwrap();
            self.give(folder);
        }
        fs::write(&path, content).unwrap();
        self.give(&path);
        path
    }

    /// A call of `pt postgres` on the data directory.
    pub fn pt(&self, arguments: &[&str]) -> Call {
        let data = self.data();
        let mut all = vec!["--datadir", data.to_str().unwrap()];
        all.extend(arguments);
        self.call(&all)
    }

    /// A call of `pt postgres`, on a free port unless another is named.
    pub fn call(&self, arguments: &[&str]) -> Call {
        let mut command = Command::new(reachable::pt(self.root.path()));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).current_dir("/").arg("postgres");
        if !arguments.contains(&"--port") {
            command.args(["--port", "0"]);
        }
        // A machine under load is no fault of the server's.
        if !arguments.contains(&"--wait-timeout") {
            command.args(["--wait-timeout", "60"]);
        }
        command.args(arguments);
        if self.who == Who::Nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        Call { command, place: tempfile::tempdir().unwrap() }
    }

    /// The same on a first start, which does not wait for the disk.
    pub fn first(&self, arguments: &[&str]) -> Call {
        let password = self.path("password");
        let mut all = vec!["--init", "--password-file", password.to_str().unwrap()];
        all.extend(arguments);
        self.pt(&all).env("POSTGRES_INITDB_ARGS", "--no-sync")
    }

    /// A later start, with the password.
    pub fn again(&self, arguments: &[&str]) -> Call {
        let password = self.path("password");
        let mut all = vec!["--password-file", password.to_str().unwrap()];
        all.extend(arguments);
        self.pt(&all)
    }

    /// The process of the server that runs on the data.
    pub fn server(&self) -> Pid {
        let noted = fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        Pid::from_raw(noted.lines().next().unwrap().parse().unwrap()).unwrap()
    }

    /// What is in the data directory; nothing where it is not there.
    pub fn entries(&self) -> Vec<String> {
        let entries = fs::read_dir(self.data()).into_iter().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Ground {
    /// A test that failed may have left a server behind that nobody else stops.
    fn drop(&mut self) {
        let noted = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let pid = noted.lines().next().and_then(|pid| pid.parse().ok()).and_then(Pid::from_raw);
        let Some(pid) = pid.filter(|pid| is_server(*pid)) else { return };
        let _ = kill_process(pid, Signal::QUIT);
    }
}

/// Whether this process is a server.
pub fn is_server(pid: Pid) -> bool {
    let name = fs::read_to_string(format!("/proc/{}/comm", pid.as_raw_nonzero())).unwrap_or_default();
    name.trim() == "postgres"
}

/// A call that is being put together.
pub struct Call {
    pub command: Command,
    place: TempDir,
}

impl Call {
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Starts it.
    pub fn spawn(mut self) -> Running {
        let (out, err) = (self.place.path().join("out"), self.place.path().join("err"));
        self.command.stdin(Stdio::null());
        self.command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
        let child = self.command.spawn().unwrap();
        Running { child, out, err, _place: self.place }
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Ended {
        self.spawn().end()
    }

    /// Starts it and waits until it is ready.
    #[track_caller]
    pub fn serve(self) -> Served {
        self.spawn().served()
    }
}

/// `pt` at work; killed if the test ends before it does.
pub struct Running {
    child: Child,
    out: PathBuf,
    err: PathBuf,
    _place: TempDir,
}

impl Running {
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub fn out(&self) -> String {
        fs::read_to_string(&self.out).unwrap()
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.err).unwrap()).into_owned()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Waits until it is ready.
    #[track_caller]
    pub fn served(mut self) -> Served {
        let address = until("the server to be ready", || {
            let (ended, out) = (self.has_ended(), self.out());
            assert!(out.ends_with('\n') || !ended, "pt has ended: {}", self.err());
            out.ends_with('\n').then_some(out)
        });
        let port = address.trim().rsplit_once(':').and_then(|(_, rest)| rest.split('/').next()?.parse().ok());
        Served { port: port.expect("a port"), address: address.trim().to_owned(), running: self }
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits until it has told a text.
    #[track_caller]
    pub fn tells(&mut self, text: &str) {
        until(&format!("{text:?} to be told"), || {
            let ended = self.child.try_wait().unwrap().is_some();
            let told = self.err().contains(text);
            assert!(told || !ended, "pt has ended before it told {text:?}: {}", self.err());
            told.then_some(())
        });
    }

    /// Waits for its end.
    #[track_caller]
    pub fn end(mut self) -> Ended {
        let status = until("pt to end", || self.child.try_wait().unwrap());
        Ended { status, stdout: self.out(), stderr: self.err() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `pt` after its end.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    #[track_caller]
    pub fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.status.code(), Some(code), "{}", self.stderr);
        self
    }

    #[track_caller]
    pub fn tells(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in:\n{}", self.stderr);
        self
    }
}

/// The highest major version of PostgreSQL that Debian's packages brought.
pub fn debians() -> u32 {
    let entries = std::fs::read_dir("/usr/lib/postgresql").expect("Debian's postgresql is installed");
    let majors = entries.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    majors.max().expect("Debian's postgresql is installed")
}

/// The client of that version.
pub fn psql() -> Command {
    Command::new(format!("/usr/lib/postgresql/{}/bin/psql", debians()))
}

/// A server that is ready.
pub struct Served {
    pub running: Running,
    pub port: u16,
    pub address: String,
}

impl Served {
    /// What psql prints for a statement of the superuser `postgres`.
    #[track_caller]
    pub fn sql(&self, statement: &str) -> String {
        self.ask("postgres", "postgres", PASSWORD, statement).unwrap()
    }

    /// The same for any login; else what psql says.
    pub fn ask(&self, user: &str, database: &str, password: &str, statement: &str) -> Result<String, String> {
        let mut psql = psql();
        psql.env_clear().env("PGPASSWORD", password).env("PGCONNECT_TIMEOUT", "30");
        psql.args(["-XAtqw", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        psql.args(["-U", user, "-d", database, "-c", statement]);
        let output = psql.output().expect("psql starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// Stops it as Ctrl-C does.
    #[track_caller]
    pub fn stop(self) -> Ended {
        self.running.signal(Signal::INT);
        self.running.end().ends_with(0)
    }
}

/// Asks again and again until the answer is `Some`; gives up loudly after two minutes.
#[track_caller]
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    const PATIENCE: Duration = Duration::from_secs(120);
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "waited {PATIENCE:?} in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
