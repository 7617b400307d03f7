//! A server that runs: started, asked, stopped, waited for.
//!
//! [`Server`] is one that this process has started; [`stop`] and [`wait`] are for one that is known by its data alone.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::program::{self, Tail};
use super::{Launch, PostgresError, Probe, running};
use crate::engine::postgres::{self, Answer, Credentials};

/// How long a server has to get ready unless told otherwise.
pub const WAIT: Duration = Duration::from_secs(10);

/// How long the fast shutdown may take, for its checkpoint, unless told otherwise.
pub const GRACE: Duration = Duration::from_secs(60);

/// The longest that one question may take.
const QUESTION: Duration = Duration::from_secs(2);

/// Pause between two looks at what the server says of itself, which is to read a short file.
const PAUSE: Duration = Duration::from_millis(2);

/// How long a server may take for the immediate shutdown, after which it is killed.
const LAST_GRACE: Duration = Duration::from_secs(5);

/// Whether a server serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It accepts sessions, and the login.
    Accepting,
    /// It is there, but does not serve yet; its words.
    NotYet(String),
    /// It serves, but not for this password.
    Refused,
    /// Nobody answers; why.
    Silent(String),
}

/// Asks a server once whether it serves, over TCP and with its password.
pub async fn health(probe: &Probe) -> Health {
    let login = probe.password.as_ref().map(|password| Credentials {
        user: probe.user.clone(),
        database: probe.database.clone(),
        password: password.clone(),
    });
    let asked = timeout(QUESTION, async {
        let mut stream = TcpStream::connect((probe.host.as_str(), probe.port)).await?;
        postgres::ask(&mut stream, login.as_ref()).await
    });
    match asked.await {
        Ok(Ok(Answer::Ready)) => Health::Accepting,
        Ok(Ok(Answer::NotYet(words) | Answer::Starting(words))) => Health::NotYet(words),
        Ok(Ok(Answer::Refused)) => Health::Refused,
        Ok(Err(error)) => Health::Silent(error.to_string()),
        Err(_) => Health::Silent("no answer".to_owned()),
    }
}

/// A server that this process has started; killed when dropped.
pub struct Server {
    child: Child,
    data: PathBuf,
    probe: Probe,
    tail: Tail,
    listening: JoinHandle<()>,
}

impl Server {
    /// Starts it and does not wait; `hear` gets its log line by line. To be called on a thread that stays, because the
    /// server stops when that ends.
    pub fn start(launch: &Launch, hear: Arc<dyn Fn(&str) + Send + Sync>) -> Result<Self, PostgresError> {
        let mut command = program::dying_with_us(&launch.program, "INT");
        command.args(&launch.arguments).env_clear().envs(launch.environment.iter().map(|(name, value)| (name, value)));
        command.current_dir(&launch.directory).stdin(Stdio::null()).process_group(0).kill_on_drop(true);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        if let Some(account) = &launch.user {
            command.uid(account.uid).gid(account.gid);
        }
        let mut child = program::spawn(&mut command, &format!("start {}", launch.program.display()))?;
        let (tail, stderr) = (Tail::default(), child.stderr.take());
        let heard = tail.clone();
        let listening = tokio::spawn(async move { program::follow(stderr, &heard, &*hear).await });
        Ok(Self { child, data: launch.directory.clone(), probe: launch.probe.clone(), tail, listening })
    }

    /// Its process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits until it accepts the login; a server that never does is stopped, and the error holds its last lines.
    pub async fn ready(&mut self, patience: Duration) -> Result<(), PostgresError> {
        let started = Instant::now();
        let said = loop {
            let is_late = started.elapsed() >= patience;
            if is_late || self.pid().is_some_and(|pid| running::is_open(&self.data, pid)) {
                match health(&self.probe).await {
                    Health::Accepting => return self.still_runs().await,
                    Health::Refused => {
                        self.stop(GRACE).await?;
                        return Err(PostgresError::LoginRefused { user: self.probe.user.clone() });
                    }
                    Health::NotYet(words) | Health::Silent(words) if is_late => break words,
                    Health::NotYet(_) | Health::Silent(_) => {}
                }
            }
            self.still_runs().await?;
            sleep(PAUSE).await;
        };
        self.stop(LAST_GRACE).await?;
        Err(PostgresError::NotReady { seconds: patience.as_secs(), said, log: self.tail.lines() })
    }

    /// Another server may have taken the port just before: who answers then is not ours.
    async fn still_runs(&mut self) -> Result<(), PostgresError> {
        match self.child.try_wait().map_err(waiting)? {
            None => Ok(()),
            Some(status) => {
                self.hear_out().await;
                let problem = format!("it ended with {status}");
                Err(PostgresError::Failed { doing: "start the server".to_owned(), problem, log: self.tail.lines() })
            }
        }
    }

    /// Asks it to stop and does not wait: all sessions are closed, everything that was committed stays.
    pub fn ask_to_stop(&self) {
        self.signal(Launch::STOP);
    }

    /// Makes it stop at once and does not wait; its next start recovers what was committed.
    pub fn make_stop(&self) {
        self.signal(Launch::QUIT);
    }

    /// Stops it: asked first, made to when `grace` is over, killed in the end.
    pub async fn stop(&mut self, grace: Duration) -> Result<ExitStatus, PostgresError> {
        self.ask_to_stop();
        if let Ok(ended) = timeout(grace, self.wait()).await {
            return ended;
        }
        self.make_stop();
        if let Ok(ended) = timeout(LAST_GRACE, self.wait()).await {
            return ended;
        }
        self.signal(Signal::KILL);
        self.wait().await
    }

    /// Waits for its end.
    pub async fn wait(&mut self) -> Result<ExitStatus, PostgresError> {
        let status = self.child.wait().await.map_err(waiting)?;
        self.hear_out().await;
        Ok(status)
    }

    /// The last lines of its log.
    pub fn last_lines(&self) -> Vec<String> {
        self.tail.lines()
    }

    /// What is left of its log; a session that outlives it may hold that open.
    async fn hear_out(&mut self) {
        let _ = timeout(program::LAST_WORDS, &mut self.listening).await;
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.child.id().and_then(|pid| Pid::from_raw(pid.cast_signed())) {
            let _ = kill_process(pid, signal);
        }
    }
}

/// Stops the server of a data directory, whoever has started it: asked first, made to when `grace` is over. Without a
/// grace it is asked and not waited for. Whether there was one.
pub async fn stop(data: &Path, grace: Option<Duration>) -> Result<bool, PostgresError> {
    let Some(pid) = running::server(data) else { return Ok(false) };
    let send = |signal| match kill_process(pid, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => {
            Err(PostgresError::Io { doing: format!("stop process {}", pid.as_raw_nonzero()), source: error.into() })
        }
    };
    send(Launch::STOP)?;
    let Some(grace) = grace else { return Ok(true) };
    for (patience, harder) in [(grace, Launch::QUIT), (LAST_GRACE, Signal::KILL)] {
        if running::gone(data, patience).await {
            return Ok(true);
        }
        if running::server(data).is_some() {
            send(harder)?;
        }
    }
    running::gone(data, LAST_GRACE).await;
    Ok(true)
}

/// Waits for the end of the server of a data directory; whether that came within the time.
pub async fn wait(data: &Path, patience: Duration) -> bool {
    running::gone(data, patience).await
}

fn waiting(source: std::io::Error) -> PostgresError {
    PostgresError::Io { doing: "wait for the server".to_owned(), source }
}
