//! A user with a home of their own and a project in it; everything that runs is stopped at the end.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::geteuid;
use serde_json::Value;
use tempfile::TempDir;

use crate::reachable;

/// The user who may do nothing.
const NOBODY: u32 = 65534;

/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server of one line, on the port that its environment names.
const SERVER: &str = "exec perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 5, ReuseAddr => 1, \
                          LocalAddr => \"127.0.0.1\", LocalPort => $ENV{PORT}) or die $!; while (my $c = $s->accept) { close $c }'";

/// A module `web` with that server, which others find as `service`.
pub fn web(service: &str, port: u16) -> String {
    format!(
        "  - id: web
    module: polytope/process
    args:
      cmd: [sh, -c, {SERVER:?}]
      services: [{{id: {service}, ports: [{{port: {port}}}]}}]"
    )
}

/// A user and a project.
pub struct Home {
    directory: TempDir,
    user: Option<u32>,
}

/// What came of a command.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Asks again and again until the answer is `Some`; gives up loudly.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "waited {PATIENCE:?} in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A port that nobody has.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Tries a scenario as a user without rights, and as root where we are.
pub fn as_each_user(scenario: impl Fn(&Home)) {
    if geteuid().is_root() {
        scenario(&Home::new(Some(NOBODY)));
    }
    scenario(&Home::new(None));
}

impl Home {
    fn new(user: Option<u32>) -> Self {
        let directory = tempfile::Builder::new().prefix("pt-process-").tempdir_in("/tmp").unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let home = Self { directory, user };
        for folder in ["shop", "state", "data", "config"] {
            fs::create_dir(home.path(folder)).unwrap();
            home.own(&home.path(folder));
        }
        home.own(home.directory.path());
        home
    }

    /// Whether its user is root.
    pub fn is_root(&self) -> bool {
        self.user.is_none() && geteuid().is_root()
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.directory.path().join(below)
    }

    fn own(&self, path: &Path) {
        if let Some(user) = self.user {
            chown(path, Some(user), Some(user)).unwrap();
        }
    }

    /// Writes a file of the project.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path("shop").join(name);
        fs::write(&path, text).unwrap();
        self.own(&path);
    }

    /// Makes a directory of the project.
    pub fn folder_of_project(&self, name: &str) {
        let path = self.path("shop").join(name);
        fs::create_dir_all(&path).unwrap();
        self.own(&path);
    }

    /// `pt` with these arguments, put together.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(reachable::pt(self.directory.path()), arguments)
    }

    /// Runs another program to its end.
    pub fn program(&self, program: &str, arguments: &[&str]) -> Ran {
        finish(self.command_of(program, arguments))
    }

    /// Another program in the project's surroundings, put together.
    pub fn program_of(&self, program: &str, arguments: &[&str]) -> Command {
        self.command_of(program, arguments)
    }

    fn command_of(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path("shop")).args(arguments).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LANG", "C.UTF-8");
        command.env("HOME", self.directory.path()).env("PT_ENGINE", "process");
        for (name, folder) in [("XDG_STATE_HOME", "state"), ("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config")] {
            command.env(name, self.path(folder));
        }
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    /// Runs it to its end.
    pub fn pt(&self, arguments: &[&str]) -> Ran {
        finish(self.command(arguments))
    }

    /// Runs it to a good end; what it printed.
    #[track_caller]
    pub fn good(&self, arguments: &[&str]) -> Ran {
        let ran = self.pt(arguments);
        assert_eq!(ran.code, 0, "pt {arguments:?}: {ran:#?}");
        ran
    }

    /// Sets a secret.
    pub fn secret(&self, name: &str, content: &str) {
        self.write("polytope.yml", "modules: []\n");
        self.good(&["secrets", "set", name, content]);
    }

    /// State and ports of the containers, by id.
    pub fn states(&self) -> Vec<(String, String)> {
        let listed: Value = serde_json::from_str(&self.good(&["ps", "-o", "json"]).out).unwrap();
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        listed["containers"].as_array().unwrap().iter().map(|row| (text(row, "id"), text(row, "state"))).collect()
    }

    /// The port of this machine that a container is found on.
    pub fn port(&self, id: &str) -> u16 {
        let listed: Value = serde_json::from_str(&self.good(&["ps", "-o", "json", id]).out).unwrap();
        u16::try_from(listed["containers"][0]["ports"][0]["host"].as_u64().unwrap()).unwrap()
    }

    /// Folders of all containers.
    pub fn folders(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path("state/pt/process/containers")).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    }

    /// The folder of a container.
    pub fn folder(&self, id: &str) -> PathBuf {
        let name = format!("pt-shop-{id}-1");
        let is_it = |folder: &PathBuf| fs::read_to_string(folder.join("name")).is_ok_and(|found| found == name);
        self.folders().into_iter().find(is_it).unwrap()
    }

    /// What a supervisor last wrote.
    pub fn status(&self, id: &str) -> Value {
        serde_json::from_slice(&fs::read(self.folder(id).join("status.json")).unwrap()).unwrap()
    }

    /// Number of a container's supervisor or program.
    pub fn pid(&self, id: &str, whose: &str) -> i32 {
        i32::try_from(self.status(id)[whose]["pid"].as_i64().unwrap()).unwrap()
    }

    /// Every process that was begun for a container of this home.
    pub fn processes(&self) -> BTreeSet<i32> {
        let home = format!("{}/", self.directory.path().display());
        let mark = |pid: i32| {
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            let mut variables = environment.split(|byte| *byte == 0).map(String::from_utf8_lossy);
            let marked = variables.any(|variable| {
                variable
                    .strip_prefix("PT_CONTAINER=")
                    .is_some_and(|id| self.path("state/pt/process/containers").join(id).exists())
            });
            let inside =
                fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.to_string_lossy().starts_with(&home));
            marked || inside
        };
        let entries = fs::read_dir("/proc").unwrap().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(|pid| mark(*pid)).collect()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let ran = self.pt(&["down", "--volumes", "--yes", "--timeout", "1"]);
        if !std::thread::panicking() {
            assert_eq!(ran.code, 0, "{ran:#?}");
            assert_eq!(self.processes(), BTreeSet::new());
            assert_eq!(self.folders(), [] as [PathBuf; 0]);
        }
    }
}

/// Whether a process of this number lives.
pub fn lives(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

/// Kills a process at once.
pub fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

fn finish(mut command: Command) -> Ran {
    let shown = format!("{command:?}");
    let mut child = command.spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |pipe: &mut dyn std::io::Read| {
        let mut text = Vec::new();
        pipe.read_to_end(&mut text).unwrap();
        String::from_utf8_lossy(&text).into_owned()
    };
    let (out, err) = std::thread::scope(|scope| {
        let err = scope.spawn(|| read(&mut err));
        let out = scope.spawn(|| read(&mut out));
        until(&shown, || child.try_wait().unwrap());
        (out.join().unwrap(), err.join().unwrap())
    });
    Ran { code: child.wait().unwrap().code().unwrap_or(-1), out, err }
}
