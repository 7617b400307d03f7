//! The small process that stays with a container's program: begins it, writes its log, begins it again, stops it.
//!
//! In: a [`Launch`] on standard input, which may hold secrets and is kept in memory alone. Out: the folder's status and log,
//! and one word on standard output, when the program was begun. It outlives whoever began it. When it is killed, the kernel
//! kills the program with it.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, kill_process_group, waitpid};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::sleep_until;

use super::kernel::{self, ProcessId};
use super::launcher::Start;
use super::log_file::LogWriter;
use super::signals::{Signals, Told};
use super::state::{self, Phase, Status};
use crate::engine::Stream;
use crate::expand::{Restart, RestartPolicy};

/// Pauses before the program is begun again.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A program that ran for so long is begun again after the first pause.
const STEADY: Duration = Duration::from_secs(10);

/// How long the last words of what has ended may be on their way.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A longer line is cut.
const LONGEST_LINE: usize = 256 << 10;

/// The name of the variable that every process of a container has.
pub(super) const MARK: &str = "PT_CONTAINER";

/// In this file stands how many seconds a stop may take.
pub(super) const GRACE: &str = "stop-seconds";

/// What the supervisor says when the program was begun.
pub(super) const BEGUN: &str = "begun";

/// Everything that a supervisor needs to know.
#[derive(Serialize, Deserialize)]
pub(super) struct Launch {
    /// Where the container keeps what is its own.
    pub(super) folder: PathBuf,
    /// The program, found.
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<String>,
    /// The whole environment; may hold secrets.
    pub(super) environment: Vec<(String, String)>,
    pub(super) directory: PathBuf,
    /// As whom and within which limits.
    pub(super) start: Start,
    pub(super) restart: Option<Restart>,
    /// Number of the signal that asks the program to stop.
    pub(super) stop_signal: i32,
    /// Whether its children get that signal too.
    pub(super) stops_all: bool,
    pub(super) stop_seconds: u32,
}

/// Supervises what is asked for on standard input, until it has ended.
pub fn supervise(executable: &Path) -> io::Result<()> {
    let mut text = zeroize::Zeroizing::new(Vec::new());
    io::stdin().read_to_end(&mut text)?;
    let launch: Launch = serde_json::from_slice(&text)?;
    // Nothing that ends a terminal or the caller's group reaches it.
    let _ = rustix::process::setsid();
    rustix::process::set_child_subreaper(Some(getpid()))?;
    rustix::process::chdir("/")?;
    let Some(_lock) = state::take(&launch.folder)? else {
        say("another supervisor is at work");
        return Ok(());
    };
    let own = ProcessId::of(getpid().as_raw_nonzero().get()).ok_or(io::ErrorKind::NotFound)?;
    let log = LogWriter::open(&launch.folder)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let group = launch.start.confinement.group.clone();
    let ended = runtime.block_on(async {
        let supervisor = Supervisor { launch, executable: executable.to_owned(), own, log, restarts: 0 };
        supervisor.run(Signals::listen()?).await
    });
    if let Some(group) = group {
        super::cgroup::end(&group);
    }
    ended
}

/// Tells whoever waits for the beginning, and lets go of their streams.
fn say(words: &str) {
    let mut out = io::stdout();
    // Whoever began this may have been killed meanwhile.
    let _ = writeln!(out, "{words}").and_then(|()| out.flush());
    if let Ok(nowhere) = std::fs::OpenOptions::new().read(true).write(true).open("/dev/null") {
        let _ = rustix::stdio::dup2_stdin(&nowhere);
        let _ = rustix::stdio::dup2_stdout(&nowhere);
        let _ = rustix::stdio::dup2_stderr(&nowhere);
    }
}

struct Supervisor {
    launch: Launch,
    executable: PathBuf,
    own: ProcessId,
    log: LogWriter,
    restarts: u32,
}

/// How a program came to its end.
struct Ended {
    code: i64,
    /// Whether it was asked to.
    asked: bool,
}

impl Supervisor {
    async fn run(mut self, mut signals: Signals) -> io::Result<()> {
        let mut pause = FIRST_PAUSE;
        loop {
            let begun = Instant::now();
            let mut child = match self.begin() {
                Ok(child) => child,
                Err(error) => {
                    self.note(&format!("pt: the program cannot be begun: {error}"));
                    self.write(Phase::Exited(126), None)?;
                    say(&error.to_string());
                    return Ok(());
                }
            };
            let program = child.id().and_then(|pid| ProcessId::of(pid.cast_signed()));
            let written = self.write(Phase::Running, program.clone());
            if self.restarts == 0 {
                // A program that nobody could find again is not begun; one that goes on is not ended by a full disk.
                written?;
                say(BEGUN);
            }
            let ended = self.attend(&mut child, program.as_ref(), &mut signals).await;
            if ended.asked || !self.goes_on(ended.code) {
                return self.write(Phase::Exited(ended.code), None);
            }
            self.restarts += 1;
            // A full disk keeps nothing from being begun again.
            let _ = self.write(Phase::Restarting(ended.code), None);
            pause = if begun.elapsed() > STEADY { FIRST_PAUSE } else { pause };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = signals.stop() => return self.write(Phase::Exited(ended.code), None),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn begin(&self) -> io::Result<Child> {
        let Launch { program, arguments, environment, directory, start, .. } = &self.launch;
        let start = Start { parent: self.own.pid, ..start.clone() };
        let mut command = Command::from(start.command(&self.executable, program)?);
        command.args(arguments).env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        command.current_dir(directory).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn()
    }

    /// Writes the log until the program has ended, and everything that it began.
    async fn attend(&mut self, child: &mut Child, program: Option<&ProcessId>, signals: &mut Signals) -> Ended {
        let (lines, mut written) = mpsc::channel(64);
        let pump = |stream, pipe| tokio::spawn(pump(stream, pipe, lines.clone()));
        let out = child.stdout.take().map(|pipe| pump(Stream::Stdout, Box::new(pipe) as Pipe));
        let err = child.stderr.take().map(|pipe| pump(Stream::Stderr, Box::new(pipe) as Pipe));
        drop(lines);
        let main = child.id().map(u32::cast_signed).and_then(Pid::from_raw);
        let mut deadline: Option<Instant> = None;
        let status = loop {
            let kill_at = deadline.map(tokio::time::Instant::from_std);
            let late = async {
                match kill_at {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                status = child.wait() => break status,
                Some((stream, line)) = written.recv() => self.line(stream, &line),
                told = signals.next() => match told {
                    Told::Ended => reap(main),
                    // A program that has just ended needs no signal.
                    Told::Forward(signal) => drop(main.map(|main| kill_process(main, signal))),
                    Told::Stop => {
                        if deadline.is_none() {
                            // Whoever looks meanwhile has to see it out; a full disk is no reason to go on.
                            let _ = self.write(Phase::Stopping, program.cloned());
                            self.ask_to_stop(main);
                        }
                        let until = Instant::now() + Duration::from_secs(self.grace().into());
                        deadline = Some(deadline.map_or(until, |known| known.min(until)));
                    }
                },
                () = late => {
                    let _ = main.map(|main| kill_process_group(main, Signal::KILL));
                    kernel::kill_family(|stat| stat.parent == self.own.pid);
                    deadline = Some(Instant::now() + LAST_WORDS);
                }
            }
        };
        // What it began goes with it, wherever it has hidden.
        kernel::kill_family(|stat| {
            stat.parent == self.own.pid || (stat.session == self.own.pid && stat.pid != self.own.pid)
        });
        reap(None);
        let rest = async {
            while let Some((stream, line)) = written.recv().await {
                self.line(stream, &line);
            }
        };
        let _ = tokio::time::timeout(LAST_WORDS, rest).await;
        out.into_iter().chain(err).for_each(|pump| pump.abort());
        Ended { code: code(&status), asked: deadline.is_some() }
    }

    fn ask_to_stop(&mut self, main: Option<Pid>) {
        let signal = Signal::from_named_raw(self.launch.stop_signal).unwrap_or(Signal::TERM);
        let asked = main.map(|main| {
            let send = if self.launch.stops_all { kill_process_group } else { kill_process };
            send(main, signal)
        });
        if let Some(Err(error)) = asked {
            self.note(&format!("pt: the program cannot be asked to stop: {error}"));
        }
    }

    /// Seconds that the stop that was asked for may take.
    fn grace(&self) -> u32 {
        let written = std::fs::read_to_string(self.launch.folder.join(GRACE)).ok();
        written.and_then(|text| text.trim().parse().ok()).unwrap_or(self.launch.stop_seconds)
    }

    fn goes_on(&self, code: i64) -> bool {
        let Some(Restart { policy, max_restarts }) = self.launch.restart else { return false };
        match policy {
            RestartPolicy::Never => false,
            RestartPolicy::Always => true,
            RestartPolicy::OnFailure => code != 0 && max_restarts.is_none_or(|most| self.restarts < most),
        }
    }

    fn write(&self, phase: Phase, program: Option<ProcessId>) -> io::Result<()> {
        let since = format!("{:.3}", jiff::Timestamp::now());
        let status = Status { phase, supervisor: self.own.clone(), program, restarts: self.restarts, since };
        state::write(&self.launch.folder, &status)
    }

    fn note(&mut self, words: &str) {
        self.line(Stream::Stderr, words.as_bytes());
    }

    fn line(&mut self, stream: Stream, bytes: &[u8]) {
        // A full disk must not stop the program; what it says is lost until there is room again.
        let _ = self.log.write(stream, bytes);
    }
}

type Pipe = Box<dyn AsyncRead + Send + Unpin>;

/// Cuts what comes out of a pipe into lines.
async fn pump(stream: Stream, pipe: Pipe, lines: mpsc::Sender<(Stream, Vec<u8>)>) {
    let mut reader = BufReader::new(pipe);
    let mut line: Vec<u8> = Vec::new();
    while let Ok(bytes) = reader.fill_buf().await {
        if bytes.is_empty() {
            break;
        }
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let room = LONGEST_LINE - line.len();
        let taken = end.map_or(bytes.len(), |end| end + 1).min(room);
        line.extend_from_slice(&bytes[..taken]);
        reader.consume(taken);
        let whole = line.last() == Some(&b'\n');
        if whole {
            line.pop();
        }
        if (whole || line.len() >= LONGEST_LINE) && lines.send((stream, std::mem::take(&mut line))).await.is_err() {
            return;
        }
    }
    if !line.is_empty() {
        // Nobody listens only when everything is over.
        let _ = lines.send((stream, line)).await;
    }
}

/// Lets go of children that have ended and were left to us, but for the program, which is waited for elsewhere.
fn reap(main: Option<Pid>) {
    let own = getpid().as_raw_nonzero().get();
    let ended = kernel::processes().into_iter().filter(|stat| stat.parent == own && stat.state == 'Z');
    for pid in ended.filter_map(|stat| Pid::from_raw(stat.pid)).filter(|pid| Some(*pid) != main) {
        let _ = waitpid(Some(pid), WaitOptions::NOHANG);
    }
}

fn code(status: &io::Result<std::process::ExitStatus>) -> i64 {
    use std::os::unix::process::ExitStatusExt as _;
    let Ok(status) = status else { return 255 };
    let signal = || status.signal().map(|signal| 128 + signal);
    status.code().or_else(signal).unwrap_or(255).into()
}
