//! `pt` as a process: its streams, its exit code, its signals, and an end to every wait.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::until;
use crate::reachable;

/// A call of `pt` that is being put together.
pub struct Pt {
    command: Command,
    input: Vec<u8>,
}

impl Pt {
    /// `pt` in a directory, with nothing of this process's environment but where programs are found.
    pub fn new(directory: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pt"));
        command.current_dir(directory).args(arguments).env_clear();
        for name in ["PATH", "DOCKER_HOST"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("LANG", "C.UTF-8");
        Self { command, input: Vec::new() }
    }

    /// Sets a variable.
    pub fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What it reads on standard input.
    pub fn input(mut self, text: &str) -> Self {
        self.input = text.as_bytes().to_vec();
        self
    }

    /// As the user who may do nothing.
    pub fn by_nobody(mut self) -> Self {
        const NOBODY: u32 = 65534;
        let place = self.command.get_current_dir().unwrap();
        let mut command = Command::new(reachable::pt(place));
        command.current_dir(place).args(self.command.get_args()).env_clear();
        command.envs(self.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.uid(NOBODY).gid(NOBODY);
        self.command = command;
        self
    }

    /// Runs it with a terminal as its standard output; what that was sent.
    pub fn on_a_terminal(self) -> String {
        self.shown(|command, terminal| command.stdout(terminal).stderr(Stdio::null()))
    }

    /// Runs it with a terminal as its standard error; what that was sent.
    pub fn with_errors_on_a_terminal(self) -> String {
        self.shown(|command, terminal| command.stdout(Stdio::null()).stderr(terminal))
    }

    fn shown(mut self, attach: impl Fn(&mut Command, File) -> &mut Command) -> String {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let name = ptsname(&terminal, Vec::new()).unwrap();
        let other_end = File::options().read(true).write(true).open(OsStr::from_bytes(name.as_bytes())).unwrap();
        let mut child = attach(self.command.stdin(Stdio::null()), other_end).spawn().unwrap();
        // Only the child may hold the other end, or reading never ends.
        drop(self.command);
        let mut shown = Vec::new();
        // A terminal whose other end is closed is an error on Linux, not an end.
        let _ = File::from(terminal).read_to_end(&mut shown);
        assert!(child.wait().unwrap().success());
        String::from_utf8_lossy(&shown).into_owned()
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Ran {
        self.spawn().end()
    }

    /// Starts it.
    pub fn spawn(mut self) -> Running {
        let words: Vec<String> = self.command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        // Whoever does not read its input closes it: that is no failure of the test.
        let _ = input.write_all(&self.input);
        drop(input);
        let out = Caught::new(child.stdout.take().unwrap());
        let err = Caught::new(child.stderr.take().unwrap());
        Running { call: format!("pt {}", words.join(" ")), child, out, err, started: Instant::now() }
    }
}

/// What a stream has brought so far.
struct Caught {
    bytes: Arc<Mutex<Vec<u8>>>,
    closing: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
}

impl Caught {
    fn new(mut stream: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let closing = Arc::new(AtomicBool::new(false));
        let (writer, close) = (Arc::clone(&bytes), Arc::clone(&closing));
        let reader = std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut chunk) {
                writer.lock().unwrap().extend_from_slice(&chunk[..count]);
                if close.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        Self { bytes, closing, reader: Some(reader) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }

    fn whole(&mut self) -> String {
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.text()
    }
}

/// `pt` at work; killed if the test ends before it does.
pub struct Running {
    call: String,
    child: Child,
    out: Caught,
    err: Caught,
    started: Instant,
}

impl Running {
    /// Its process.
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Waits until a text is on standard output.
    #[track_caller]
    pub fn says(&self, text: &str) {
        until(&format!("`{}` to print {text:?}", self.call), || self.out.text().contains(text).then_some(()));
    }

    /// Waits until a text is on standard error.
    #[track_caller]
    pub fn tells(&self, text: &str) {
        until(&format!("`{}` to tell {text:?}: {}", self.call, self.err.text()), || {
            self.err.text().contains(text).then_some(())
        });
    }

    /// Closes its standard output once it has printed some more, as `head` does.
    pub fn close_output(&mut self) {
        self.out.closing.store(true, Ordering::Relaxed);
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for its end, for a minute.
    #[track_caller]
    pub fn end(self) -> Ran {
        self.end_within(Duration::from_secs(60))
    }

    /// Waits for its end.
    #[track_caller]
    pub fn end_within(mut self, limit: Duration) -> Ran {
        let end = Instant::now() + limit;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > end {
                let (out, err) = (self.out.text(), self.err.text());
                panic!("`{}` did not end within {limit:?}\nstdout: {out}\nstderr: {err}", self.call);
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let took = self.started.elapsed();
        let ran = Ran { call: self.call.clone(), status, stdout: self.out.whole(), stderr: self.err.whole(), took };
        if std::env::var_os("PT_TEST_SHOW").is_some() {
            eprintln!("{ran}");
        }
        ran
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
pub struct Ran {
    call: String,
    status: ExitStatus,
    /// What it printed.
    pub stdout: String,
    /// What it told.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

impl Ran {
    /// Its exit code; none when a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Fails unless it ended with this code.
    #[track_caller]
    pub fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code(), Some(code), "\n{self}");
        self
    }

    /// Fails unless it ended well.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        self.ends_with(0)
    }

    /// Fails unless a text is on standard output.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "no {text:?} on standard output:\n{self}");
        self
    }

    /// Fails unless a text is on standard error.
    #[track_caller]
    pub fn tells(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} on standard error:\n{self}");
        self
    }

    /// Fails if a text is on either stream.
    #[track_caller]
    pub fn never_mentions(self, text: &str) -> Self {
        assert!(!self.stdout.contains(text) && !self.stderr.contains(text), "{text:?} is mentioned:\n{self}");
        self
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { call, status, stdout, stderr, took } = self;
        write!(formatter, "{call}: {status} after {took:?}\n--- stdout\n{stdout}--- stderr\n{stderr}---")
    }
}
