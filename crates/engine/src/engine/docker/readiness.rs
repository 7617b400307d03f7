//! Ready means ready: somebody answers on the port, and stays; asked every few tens of milliseconds, first at once.
//!
//! Asked over the container's own address where that can be reached, else over its published port, where
//! `docker-proxy` accepts for everybody and closes at once when nobody is behind it, else in the container itself.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::apply::Surroundings;
use super::doors::Door;
use super::engine::DockerEngine;
use super::errors::{Doing, doing};
use super::exit::{self, ExitWait};
use super::model::Inspection;
use super::restarts::Restarts;
use crate::engine::pace::Pace;
use crate::engine::postgres::{self, Answer, Credentials};
use crate::engine::{EngineError, Failure, Outcome};
use crate::expand::{Condition, Readiness};
use crate::plan::{Endpoints, Login, Published, State};

/// How often the container is looked at while nobody answers.
const LOOK: Duration = Duration::from_millis(200);

/// The longest that one question may take.
const QUESTION: Duration = Duration::from_secs(2);

/// Seconds that a server has to stop whose data are half made.
const STOP_SECONDS: u32 = 10;

/// Waits for a container to be ready.
pub(super) struct ReadyWait<'a> {
    engine: &'a DockerEngine,
    container: &'a str,
    readiness: Readiness,
    login: Option<Credentials>,
    doing: Doing,
    around: Surroundings<'a>,
    started: Instant,
    said: String,
    pace: Pace,
    pause: Duration,
    /// Whether it was seen running when the plan was made.
    ran: bool,
}

impl<'a> ReadyWait<'a> {
    /// Prepares to wait.
    pub(super) fn new(
        engine: &'a DockerEngine,
        container: &'a str,
        readiness: Readiness,
        login: Option<&Login>,
        around: Surroundings<'a>,
    ) -> Result<Self, EngineError> {
        let doing = doing(format!("wait for container `{container}` to be ready"));
        let reveal = |login: &Login| {
            Ok(Credentials {
                user: around.reveal(&login.user, &doing)?.to_string(),
                database: around.reveal(&login.database, &doing)?.to_string(),
                password: around.reveal(&login.password, &doing)?,
            })
        };
        let login = login.map(reveal).transpose()?;
        Ok(Self {
            engine,
            container,
            readiness,
            login,
            doing,
            around,
            started: Instant::now(),
            said: String::new(),
            pace: Pace::default(),
            pause: Duration::ZERO,
            ran: false,
        })
    }

    /// Waits; `seen` is where it ran when the plan was made.
    pub(super) async fn ready(mut self, seen: Option<&Endpoints>) -> Result<Outcome, EngineError> {
        if self.readiness == Readiness::Exit {
            return ExitWait::new(self.engine, self.container, self.around).ended(Condition::Success).await;
        }
        self.ran = seen.is_some();
        if let Some(seen) = seen {
            let doors = self.port().map(|port| self.engine.doors_seen(port, seen));
            // what was just seen to run, and has no port, is ready
            let ready = match doors {
                Some(doors) => self.any_answers(&doors).await?,
                None => true,
            };
            if ready {
                self.refuse_half_made().await?;
                return Ok(Outcome::Ready(published(&seen.published)));
            }
        }
        self.wait().await
    }

    async fn wait(mut self) -> Result<Outcome, EngineError> {
        let mut restarts: Option<Restarts> = None;
        loop {
            let found = self.look().await?;
            let restarts = restarts.get_or_insert_with(|| Restarts::new(found.restart_count));
            if let Some(failure) = restarts.look(&found) {
                if self.ran && matches!(found.state(), State::Exited(_)) {
                    // The plan took it for running, so it did not start it: the next one does.
                    let words = format!("it has ended since it was looked at, with {}", exit::in_words(&found));
                    return Err(self.doing.failed(Failure::Overtaken(words)));
                }
                if let Some(error) = self.half_made(&found).await {
                    return Err(error);
                }
                let ended = failure == Failure::Ended(exit::in_words(&found));
                let error = if ended { exit::ended(&self.doing, &found) } else { self.doing.failed(failure) };
                return Err(self.engine.with_last_lines(error, &found).await);
            }
            if self.answers_or_settled(&found, restarts).await? {
                self.refuse_half_made().await?;
                return Ok(Outcome::Ready(published(&found.published())));
            }
            if self.started.elapsed() >= self.around.deadline {
                return Err(self.late(&found).await);
            }
        }
    }

    /// Asks until it is time to look at the container again; what has no port to ask at is ready when it has settled.
    async fn answers_or_settled(&mut self, found: &Inspection, restarts: &Restarts) -> Result<bool, EngineError> {
        let Some(port) = self.port().filter(|_| found.state() == State::Running) else {
            let settled = restarts.is_settled() && self.port().is_none();
            if !settled {
                sleep(restarts.settles_in().min(LOOK)).await;
            }
            return Ok(settled);
        };
        let doors = self.engine.doors_of(port, found);
        if doors.is_empty() {
            return Ok(self.answers_inside(port, restarts).await);
        }
        let until = Instant::now() + LOOK;
        while Instant::now() < until {
            if self.any_answers(&doors).await? {
                return Ok(true);
            }
            sleep(self.pause).await;
        }
        Ok(false)
    }

    async fn any_answers(&mut self, doors: &[Door]) -> Result<bool, EngineError> {
        for door in doors {
            if self.question(door).await? {
                return Ok(true);
            }
            if self.pace.is_noted() {
                // It is the same server behind every door.
                break;
            }
        }
        Ok(false)
    }

    /// Asks at one door; a refused password ends the wait.
    async fn question(&mut self, door: &Door) -> Result<bool, EngineError> {
        let port = self.port().unwrap_or_default();
        let asked = timeout(QUESTION, async {
            match self.readiness {
                Readiness::Postgres { .. } => postgres::ask(&mut door.connect().await?, self.login.as_ref()).await,
                _ => door.knock().await.map(|()| Answer::Ready),
            }
        });
        let asked = asked.await;
        self.pause = self.pace.after(asked.as_ref().ok().and_then(|answer| answer.as_ref().ok()));
        match asked {
            Ok(Ok(Answer::Ready)) => return Ok(true),
            Ok(Ok(Answer::Refused)) => return Err(self.refused()),
            Ok(Ok(Answer::NotYet(words) | Answer::Starting(words))) => self.hear(words),
            Ok(Err(_)) => self.hear(format!("port {port} is not open yet")),
            Err(_) => self.hear(format!("port {port} does not answer")),
        }
        Ok(false)
    }

    /// Asks in the container; where nobody can be asked there, a process that stays up has to do.
    async fn answers_inside(&mut self, port: u16, restarts: &Restarts) -> bool {
        match self.engine.listens_inside(self.container, port, &self.doing).await {
            Some(true) => return true,
            Some(false) => self.hear(format!("port {port} is not open yet")),
            None => {
                self.hear(format!("port {port} cannot be reached from here"));
                if restarts.is_settled() {
                    return true;
                }
            }
        }
        // an exec costs the engine more than a connection
        sleep(LOOK).await;
        false
    }

    /// Keeps the last word of what is being waited for, and tells it when it is a new one.
    fn hear(&mut self, words: String) {
        if self.said != words {
            self.around.note(words.clone());
            self.said = words;
        }
    }

    /// A server that serves what an init script has left behind is not ready; it is stopped, so that nobody takes it for whole.
    async fn refuse_half_made(&self) -> Result<(), EngineError> {
        if !matches!(self.readiness, Readiness::Postgres { .. }) {
            return Ok(());
        }
        let found = self.look().await?;
        let Some(error) = self.half_made(&found).await else { return Ok(()) };
        // The error tells more than that of a stop that failed.
        let _ = self.engine.stop(&found.id, STOP_SECONDS).await;
        Err(error)
    }

    async fn half_made(&self, found: &Inspection) -> Option<EngineError> {
        match self.readiness {
            Readiness::Postgres { .. } => self.engine.half_made(found, &self.doing).await,
            _ => None,
        }
    }

    fn refused(&self) -> EngineError {
        let user = self.login.as_ref().map_or_else(String::new, |login| login.user.clone());
        self.doing.advise(
            Failure::LoginRefused { user },
            "the data keeps the password that it was made with: set that one, or `pt run --apply-password` changes it",
        )
    }

    async fn look(&self) -> Result<Inspection, EngineError> {
        let found = self.engine.inspect(self.container, &self.doing).await?;
        let gone = || Failure::NotFound(format!("container `{}` is not there", self.container));
        found.ok_or_else(|| self.doing.failed(gone()))
    }

    async fn late(&self, found: &Inspection) -> EngineError {
        let seconds = self.around.deadline.as_secs();
        let said = if self.said.is_empty() { "it does not stay up" } else { &self.said };
        let help = format!("{said}; `--wait-timeout` gives it more than {seconds} s");
        let error = self.doing.advise(Failure::Timeout { what: "ready", seconds }, help);
        self.engine.with_last_lines(error, found).await
    }

    fn port(&self) -> Option<u16> {
        match self.readiness {
            Readiness::Port(port) | Readiness::Postgres { port } => Some(port),
            Readiness::Running | Readiness::Exit => None,
        }
    }
}

fn published(ports: &[Published]) -> Vec<(u16, String, u16)> {
    ports.iter().map(|port| (port.container, port.address.clone(), port.host)).collect()
}
