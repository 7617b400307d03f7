//! How long `pt postgres` takes until its server is ready, against the same by hand.
//!
//! `cargo bench --bench postgres [-- PART…]`; parts: `first`, `warm`. `PT_BENCH_RUNS=N` sets how often. Needs Debian's
//! `postgresql` package; as root it runs as `postgres`.
//!
//! Floors, measured in turn with `pt`: for a first start `initdb` with the same arguments, then `postgres` and a TCP probe
//! every 10 ms; for a warm start the last two. The probe asks what `pg_isready` asks: a server that recovers takes
//! connections too, and lets nobody in yet. `pt` logs in with the password besides. What stops a server is not timed.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    missing_docs,
    reason = "a bench prints its table, and ends where something is wrong"
)]
#![allow(dead_code, reason = "the other benches use all of `measure`")]

mod measure;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use measure::{heading, in_turn, is_wanted, row, runs};
use rustix::process::{Pid, Signal, geteuid, kill_process};

/// Pause between two tries to connect.
const PROBE: Duration = Duration::from_millis(10);

fn main() {
    let ground = Ground::new();
    heading("A PostgreSQL server, from the command to its answer", "initdb, postgres, a TCP probe every 10 ms");
    if is_wanted("first") {
        let times = in_turn(runs(7), || ground.pt("pt", true), || ground.by_hand("hand", true));
        row("first start, nothing to ready", &times, None, "<= 1.10x");
    }
    if is_wanted("warm") {
        ground.pt("pt", true);
        ground.by_hand("hand", true);
        let times = in_turn(runs(11), || ground.pt("pt", false), || ground.by_hand("hand", false));
        row("warm start", &times, None, "<= 1.15x");
    }
}

/// Where the data are, and who they belong to.
struct Ground {
    root: tempfile::TempDir,
    bin: PathBuf,
    account: Option<(u32, u32)>,
}

impl Ground {
    fn new() -> Self {
        let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .expect("Debian's postgresql is installed")
            .map(|entry| entry.expect("an entry").path().join("bin"))
            .collect();
        versions.sort();
        let root = tempfile::tempdir().expect("there is room for the data");
        let account = geteuid().is_root().then(|| account("postgres"));
        if let Some((uid, gid)) = account {
            chown(root.path(), Some(uid), Some(gid)).expect("root may give it away");
        }
        fs::write(root.path().join("password"), "s3cr3t-of-bench").expect("the password can be written");
        Self { root, bin: versions.pop().expect("a version"), account }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn pt(&self, data: &str, first: bool) -> Duration {
        let data = self.data(data, first);
        let started = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_pt"));
        command.args(["postgres", "-q", "--init", "--wait-timeout", "60", "--port", &free_port().to_string()]);
        command.arg("--datadir").arg(&data).arg("--password-file").arg(self.path("password"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("pt starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("it has an output");
        BufReader::new(output).read_line(&mut line).expect("it says where the server is");
        let time = started.elapsed();
        assert!(line.starts_with("postgresql://"), "pt says {line:?}");
        stop(&mut child);
        time
    }

    fn by_hand(&self, data: &str, first: bool) -> Duration {
        let data = self.data(data, first);
        let started = Instant::now();
        if first {
            let mut initdb = self.as_account("initdb");
            initdb.arg("-D").arg(&data).args(["--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres"]);
            initdb.args(["--auth=scram-sha-256", "--no-instructions"]);
            initdb.arg(format!("--pwfile={}", self.path("password").display()));
            let output = initdb.output().expect("initdb starts");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let port = free_port();
        let mut server = self.as_account("postgres");
        server.arg("-D").arg(&data).args(["-c", &format!("port={port}"), "-c", "listen_addresses=127.0.0.1"]);
        server.arg("-c").arg(format!("unix_socket_directories={}", data.display()));
        let mut server = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the server starts");
        while !lets_in(port).unwrap_or(false) {
            assert!(started.elapsed() < Duration::from_secs(60), "the server does not answer");
            std::thread::sleep(PROBE);
        }
        let time = started.elapsed();
        stop(&mut server);
        time
    }

    /// The data directory, gone for a first start.
    fn data(&self, name: &str, first: bool) -> PathBuf {
        let data = self.path(name);
        if first && data.exists() {
            fs::remove_dir_all(&data).expect("the data can be removed");
        }
        data
    }

    fn as_account(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.current_dir(self.root.path()).stdin(Stdio::null());
        if let Some((uid, gid)) = self.account {
            command.uid(uid).gid(gid);
        }
        command
    }
}

/// Whether a server asks who is there for a password, and does not say that it is starting up.
fn lets_in(port: u16) -> std::io::Result<bool> {
    const STARTUP: &[u8] = b"\x00\x00\x00\x17\x00\x03\x00\x00user\x00postgres\x00\x00";
    const AUTHENTICATION: u8 = b'R';
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(STARTUP)?;
    let mut kind = [0];
    stream.read_exact(&mut kind)?;
    Ok(kind[0] == AUTHENTICATION)
}

fn stop(child: &mut Child) {
    kill_process(Pid::from_child(child), Signal::INT).expect("it runs");
    assert!(child.wait().expect("it ends").success(), "it does not end well");
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    listener.local_addr().expect("it has an address").port()
}

fn account(name: &str) -> (u32, u32) {
    let known = fs::read_to_string(Path::new("/etc/passwd")).expect("accounts are listed");
    let line = known.lines().find(|line| line.starts_with(&format!("{name}:"))).expect("the account is there");
    let mut numbers = line.split(':').skip(2).map(|number| number.parse().expect("a number"));
    (numbers.next().expect("a user"), numbers.next().expect("a group"))
}
