//! Ready and ended: asked every few tens of milliseconds, first at once.

use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

use super::containers::LOOK;
use super::engine::ProcessEngine;
use super::errors::{Doing, doing};
use super::log_file::last_lines;
use super::names::LOOPBACK;
use super::record::words;
use super::shelf::Held;
use super::state::{self, Phase};
use crate::engine::pace::Pace;
use crate::engine::postgres::{self, Answer, Credentials};
use crate::engine::{EngineError, Failure, Outcome, ProgressEvent, SecretSource};
use crate::expand::{Condition, Readiness};
use crate::plan::{Login, State};

/// How long a program has to run to be believed: one that ends at once is seen to.
const SETTLED: Duration = Duration::from_millis(60);

/// The same for one that had to be begun again.
const SETTLED_AFTER_RESTART: Duration = Duration::from_secs(2);

/// So many ends in a row are a crash loop.
const CRASHES: u32 = 3;

/// The longest that one question may take.
const QUESTION: Duration = Duration::from_secs(2);

/// How many lines of a log an error shows.
const LAST_LINES: usize = 10;

/// What is waited for.
pub(super) struct Wait<'a> {
    /// How it is known to be ready.
    pub(super) readiness: &'a Readiness,
    /// Whose login has to work besides.
    pub(super) login: Option<&'a Login>,
    /// Whether it was seen running when the plan was made.
    pub(super) ran: bool,
    /// The longest that it may take.
    pub(super) deadline: Duration,
}

impl ProcessEngine {
    pub(super) async fn await_ready(
        &self,
        container: &str,
        wait: &Wait<'_>,
        secrets: &dyn SecretSource,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<Outcome, EngineError> {
        let Wait { readiness, login, ran, deadline } = *wait;
        if *readiness == Readiness::Exit {
            return self.await_exit(container, Condition::Success, deadline).await;
        }
        let doing = doing(format!("wait for container `{container}` to be ready"));
        let held = self.require(container, &doing)?;
        let login = login.map(|login| credentials(login, secrets, &doing)).transpose()?;
        let begun = Instant::now();
        let first = state::status(&held.folder).map_or(0, |status| status.restarts);
        let mut running: Option<(u32, Instant)> = None;
        let mut said = String::new();
        let mut pace = Pace::default();
        loop {
            let status = state::status(&held.folder);
            let restarts = status.as_ref().map_or(0, |status| status.restarts);
            match held.state() {
                State::Exited(code) if ran => {
                    // The plan took it for running, so it did not start it: the next one does.
                    let words = format!("it has ended since it was looked at, with {}", in_words(code));
                    return Err(doing.failed(Failure::Overtaken(words)));
                }
                State::Exited(code) => return Err(ended(&held, &doing, &in_words(code), Some(code))),
                State::Created => return Err(ended(&held, &doing, "no start: it was made but never started", None)),
                _ => {}
            }
            if let Some(Phase::Restarting(code)) = status.map(|status| status.phase) {
                if restarts.saturating_sub(first) >= CRASHES {
                    let words = format!("{}, {CRASHES} times in a row", in_words(code));
                    return Err(ended(&held, &doing, &words, Some(code)));
                }
                running = None;
            } else if running.is_none_or(|(known, _)| known != restarts) {
                running = Some((restarts, Instant::now()));
            }
            let answer = self.ask(&held, readiness, login.as_ref()).await;
            let pause = pace.after(answer.as_ref());
            match answer {
                Some(Answer::Ready) => return Ok(ready(&held)),
                Some(Answer::Refused) => {
                    let user = login.map(|login| login.user).unwrap_or_default();
                    let help = "its data keep the password that they were made with: set that one, or change it in the \
                                server with `ALTER ROLE`";
                    return Err(doing.advise(Failure::LoginRefused { user }, help));
                }
                Some(Answer::Starting(words) | Answer::NotYet(words)) if words != said => {
                    progress(ProgressEvent::Note(words.clone()));
                    said = words;
                }
                Some(Answer::Starting(_) | Answer::NotYet(_)) => {}
                None => {
                    let enough = if restarts == 0 { SETTLED } else { SETTLED_AFTER_RESTART };
                    if running.is_some_and(|(_, since)| since.elapsed() >= enough) {
                        return Ok(ready(&held));
                    }
                }
            }
            if begun.elapsed() >= deadline {
                let mut error = doing.failed(Failure::Timeout { what: "ready", seconds: deadline.as_secs() });
                error.log = last_lines(&held.folder, LAST_LINES);
                error.help = (!said.is_empty()).then(|| format!("{said}; a program finds its port in `PORT`"));
                return Err(error);
            }
            sleep(pause).await;
        }
    }

    /// Asks once; `None` when there is nothing to ask.
    async fn ask(&self, held: &Held, readiness: &Readiness, login: Option<&Credentials>) -> Option<Answer> {
        let (Readiness::Port(port) | Readiness::Postgres { port }) = readiness else { return None };
        let known = held.record.ports.iter().find(|known| known.port == *port && !known.udp);
        let (address, host) = known.map_or((LOOPBACK, *port), |port| (port.address.as_str(), port.host));
        let address = if address == "0.0.0.0" { LOOPBACK } else { address };
        let asked = timeout(QUESTION, async {
            let mut stream = TcpStream::connect((address, host)).await?;
            match readiness {
                Readiness::Postgres { .. } => postgres::ask(&mut stream, login).await,
                _ => Ok(Answer::Ready),
            }
        });
        Some(match asked.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Answer::NotYet(format!("port {host} is not open yet")),
            Err(_) => Answer::NotYet(format!("port {host} does not answer")),
        })
    }

    pub(super) async fn await_exit(
        &self,
        container: &str,
        condition: Condition,
        deadline: Duration,
    ) -> Result<Outcome, EngineError> {
        let doing = doing(format!("wait for container `{container}` to end"));
        let held = self.require(container, &doing)?;
        let begun = Instant::now();
        loop {
            match held.state() {
                State::Exited(code) => {
                    let good = match condition {
                        Condition::Success => code == 0,
                        Condition::Always => true,
                        Condition::Failed => code != 0,
                    };
                    if good {
                        return Ok(Outcome::Exited(code));
                    }
                    return Err(ended(&held, &doing, &in_words(code), Some(code)));
                }
                State::Created => return Err(ended(&held, &doing, "no start: it was made but never started", None)),
                _ => {}
            }
            if begun.elapsed() >= deadline {
                let mut error = doing.failed(Failure::Timeout { what: "done", seconds: deadline.as_secs() });
                error.log = last_lines(&held.folder, LAST_LINES);
                return Err(error);
            }
            sleep(LOOK).await;
        }
    }
}

fn credentials(login: &Login, secrets: &dyn SecretSource, doing: &Doing) -> Result<Credentials, EngineError> {
    let reveal = |text| super::containers::reveal(&words(text), secrets, doing);
    Ok(Credentials {
        user: reveal(&login.user)?.to_string(),
        database: reveal(&login.database)?.to_string(),
        password: Zeroizing::new(reveal(&login.password)?.to_string()),
    })
}

fn ready(held: &Held) -> Outcome {
    let ports = held.record.ports.iter().filter(|port| port.published);
    Outcome::Ready(ports.map(|port| (port.port, port.address.clone(), port.host)).collect())
}

fn ended(held: &Held, doing: &Doing, words: &str, code: Option<i64>) -> EngineError {
    let mut error = doing.failed(Failure::Ended(words.to_owned()));
    error.log = last_lines(&held.folder, LAST_LINES);
    error.exit_code = code;
    error
}

/// What an end means.
fn in_words(code: i64) -> String {
    let meaning = match code {
        126 => "its program may not be executed",
        127 => "its program was not found",
        130 => "it was interrupted (SIGINT)",
        134 => "it gave itself up (SIGABRT)",
        137 => "it was killed (SIGKILL)",
        139 => "it touched memory that is not its own (SIGSEGV)",
        143 => "it was asked to stop (SIGTERM)",
        _ => return format!("exit code {code}"),
    };
    format!("exit code {code}: {meaning}")
}
