//! Ready means ready: somebody answers on the port, and stays; asked every few tens of milliseconds, first at once.
//!
//! Asked over the container's own address where that can be reached, else over its published port, where
//! `docker-proxy` accepts for everybody and closes at once when nobody is behind it.

use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::apply::Surroundings;
use super::endpoint::Endpoint;
use super::engine::DockerEngine;
use super::errors::{Doing, doing};
use super::exit::{self, ExitWait};
use super::model::Inspection;
use super::postgres::{self, Answer, Credentials};
use crate::engine::{EngineError, Failure, Outcome};
use crate::expand::{Condition, Readiness};
use crate::plan::{Endpoints, Login, Published, State};

/// Pause between two questions.
const PAUSE: Duration = Duration::from_millis(25);

/// How often the container is looked at while nobody answers.
const LOOK: Duration = Duration::from_millis(200);

/// The longest that one question may take.
const QUESTION: Duration = Duration::from_secs(2);

/// How long a connection over a published port has to stay open.
const STAYS: Duration = Duration::from_millis(100);

/// How long a process has to run to be believed: one that ends at once is seen to.
const SETTLED: Duration = Duration::from_millis(100);

/// The same for one that the engine had to start again.
const SETTLED_AFTER_RESTART: Duration = Duration::from_secs(2);

/// So many restarts within this time are a crash loop.
const CRASHES: u64 = 3;
const CRASHES_WITHIN: Duration = Duration::from_secs(60);

/// A place where the container may answer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Door {
    host: String,
    port: u16,
    /// Whether something in between accepts connections for it.
    proxied: bool,
}

/// Waits for a container to be ready.
pub(super) struct ReadyWait<'a> {
    engine: &'a DockerEngine,
    container: &'a str,
    readiness: Readiness,
    login: Option<Credentials>,
    doing: Doing,
    around: Surroundings<'a>,
    started: Instant,
}

/// What is known of the restarts of a container.
struct Restarts {
    count: u64,
    first: u64,
    since: Instant,
    running_since: Option<Instant>,
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
        Ok(Self { engine, container, readiness, login, doing, around, started: Instant::now() })
    }

    /// Waits; `seen` is where it ran when the plan was made.
    pub(super) async fn ready(self, seen: Option<&Endpoints>) -> Result<Outcome, EngineError> {
        if self.readiness == Readiness::Exit {
            return ExitWait::new(self.engine, self.container, self.around).ended(Condition::Success).await;
        }
        if let Some(seen) = seen
            && self.answers_as_seen(seen).await?
        {
            return Ok(Outcome::Ready(published(&seen.published)));
        }
        self.wait().await
    }

    /// Whether it answers where it was seen, without a look at it.
    async fn answers_as_seen(&self, seen: &Endpoints) -> Result<bool, EngineError> {
        let Some(port) = self.port() else { return Ok(true) };
        let reachable = seen.address.as_ref().filter(|_| self.engine.reaches_containers());
        let doors = self.doors(port, reachable.map(String::as_str), &seen.published);
        let mut said = String::new();
        for door in doors {
            if self.question(&door, &mut said).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn wait(&self) -> Result<Outcome, EngineError> {
        let mut restarts: Option<Restarts> = None;
        let mut said = "it does not answer".to_owned();
        loop {
            let found = self.look().await?;
            let restarts = restarts.get_or_insert_with(|| Restarts::new(found.restart_count));
            if let Some(failure) = restarts.look(&found) {
                let ended = failure == Failure::Ended(exit::in_words(&found));
                let error = if ended { exit::ended(&self.doing, &found) } else { self.doing.failed(failure) };
                return Err(self.engine.with_last_lines(error, &found).await);
            }
            if self.settled_or_answering(&found, restarts, &mut said).await? {
                return Ok(Outcome::Ready(published(&found.published())));
            }
            if self.started.elapsed() >= self.around.deadline {
                return Err(self.late(&found, &said).await);
            }
        }
    }

    /// Asks until it is time to look at the container again.
    async fn settled_or_answering(
        &self,
        found: &Inspection,
        restarts: &Restarts,
        said: &mut String,
    ) -> Result<bool, EngineError> {
        let before = said.clone();
        let doors = self.port().map(|port| self.doors_of(port, found));
        let until = Instant::now() + LOOK;
        while Instant::now() < until {
            let ready = match &doors {
                _ if found.state() != State::Running => false,
                // nothing to ask, or no way to ask it: a process that stays up has to do
                None => restarts.is_settled(),
                Some(doors) if doors.is_empty() => {
                    "its port cannot be reached from here".clone_into(said);
                    restarts.is_settled()
                }
                Some(doors) => self.any_answers(doors, said).await?,
            };
            if ready {
                return Ok(true);
            }
            if *said != before {
                self.around.note(said.clone());
            }
            sleep(PAUSE).await;
        }
        Ok(false)
    }

    async fn any_answers(&self, doors: &[Door], said: &mut String) -> Result<bool, EngineError> {
        for door in doors {
            if self.question(door, said).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Asks at one door; a refused password ends the wait.
    async fn question(&self, door: &Door, said: &mut String) -> Result<bool, EngineError> {
        let asked = match self.readiness {
            Readiness::Postgres { .. } => timeout(QUESTION, self.ask_postgres(door)).await,
            _ => timeout(QUESTION, ask_port(door)).await,
        };
        match asked {
            Ok(Ok(Answer::Ready)) => return Ok(true),
            Ok(Ok(Answer::NotYet(words))) => *said = words,
            Ok(Ok(Answer::Refused)) => return Err(self.refused()),
            Ok(Err(_)) => *said = format!("port {} is not open yet", self.port().unwrap_or_default()),
            Err(_) => *said = format!("port {} does not answer", self.port().unwrap_or_default()),
        }
        Ok(false)
    }

    async fn ask_postgres(&self, door: &Door) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect((door.host.as_str(), door.port)).await?;
        postgres::ask(&mut stream, self.login.as_ref()).await
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
        let gone = || Failure::NotFound(format!("container `{}` was removed meanwhile", self.container));
        found.ok_or_else(|| self.doing.failed(gone()))
    }

    async fn late(&self, found: &Inspection, said: &str) -> EngineError {
        let seconds = self.around.deadline.as_secs();
        let help = format!("{said}; `--wait-timeout` gives it more than {seconds} s");
        let error = self.doing.advise(Failure::Timeout { what: "ready".to_owned(), seconds }, help);
        self.engine.with_last_lines(error, found).await
    }

    fn port(&self) -> Option<u16> {
        match self.readiness {
            Readiness::Port(port) | Readiness::Postgres { port } => Some(port),
            Readiness::Running | Readiness::Exit => None,
        }
    }

    fn doors_of(&self, port: u16, found: &Inspection) -> Vec<Door> {
        let attachment = found.network_settings.address();
        // the bridge of the engine is here only if its own address is ours
        let reachable =
            attachment.filter(|attachment| self.engine.reaches_containers() && is_own_address(&attachment.gateway));
        self.doors(port, reachable.map(|attachment| attachment.ip_address.as_str()), &found.published())
    }

    fn doors(&self, port: u16, address: Option<&str>, published: &[Published]) -> Vec<Door> {
        if let Some(address) = address {
            return vec![Door { host: address.to_owned(), port, proxied: false }];
        }
        let published = published.iter().filter(|published| published.container == port && !published.udp);
        let door = |published: &Published| {
            let host = self.engine.host_of(&published.address);
            Door { host, port: published.host, proxied: true }
        };
        published.map(door).collect()
    }
}

impl Restarts {
    fn new(count: u64) -> Self {
        Self { count, first: count, since: Instant::now(), running_since: None }
    }

    /// Takes in a look at the container; `Some` when there is no hope.
    fn look(&mut self, found: &Inspection) -> Option<Failure> {
        let state = found.state();
        if state != State::Running || found.restart_count != self.count {
            self.running_since = None;
        }
        if state == State::Running {
            self.running_since.get_or_insert_with(Instant::now);
        }
        self.count = found.restart_count;
        if self.count >= self.first + CRASHES && self.since.elapsed() < CRASHES_WITHIN {
            let times = self.count - self.first;
            return Some(Failure::Ended(format!("{}, {times} times in a row", exit::in_words(found))));
        }
        if self.since.elapsed() >= CRASHES_WITHIN {
            (self.first, self.since) = (self.count, Instant::now());
        }
        match state {
            State::Exited(_) => Some(Failure::Ended(exit::in_words(found))),
            State::Dead => Some(Failure::Ended("the engine giving it up".to_owned())),
            State::Created => Some(Failure::Ended(format!("no start: {}", exit::not_started(found)))),
            State::Running | State::Restarting | State::Paused => None,
        }
    }

    fn is_settled(&self) -> bool {
        let enough = if self.count == 0 { SETTLED } else { SETTLED_AFTER_RESTART };
        self.running_since.is_some_and(|since| since.elapsed() >= enough)
    }
}

impl DockerEngine {
    /// Whether containers can be reached by their own addresses: with an engine of root on this machine.
    pub(super) fn reaches_containers(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        match &self.client.reach().found.endpoint {
            Endpoint::Unix(path) => {
                cfg!(target_os = "linux") && std::fs::metadata(path).is_ok_and(|socket| socket.uid() == 0)
            }
            _ => false,
        }
    }

    /// Where a port that is bound on `address` of the engine's machine is found from here.
    fn host_of(&self, address: &str) -> String {
        let everywhere = matches!(address, "" | "0.0.0.0" | "::");
        match &self.client.reach().found.endpoint {
            Endpoint::Unix(_) if everywhere => "127.0.0.1".to_owned(),
            Endpoint::Tcp(engine) | Endpoint::Tls { address: engine, .. } if everywhere => {
                engine.rsplit_once(':').map_or(engine.as_str(), |(host, _)| host).trim_matches(['[', ']']).to_owned()
            }
            Endpoint::Ssh(target) if everywhere => target.host.clone(),
            _ => address.to_owned(),
        }
    }
}

/// A connection that is accepted and stays.
async fn ask_port(door: &Door) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect((door.host.as_str(), door.port)).await?;
    if !door.proxied {
        return Ok(Answer::Ready);
    }
    match timeout(STAYS, stream.read_u8()).await {
        // it speaks first, or waits for us to
        Ok(Ok(_)) | Err(_) => Ok(Answer::Ready),
        Ok(Err(closed)) => Err(closed),
    }
}

/// Whether an address belongs to this machine: only then a socket can be bound to it.
fn is_own_address(address: &str) -> bool {
    address.parse::<IpAddr>().is_ok_and(|address| UdpSocket::bind((address, 0)).is_ok())
}

fn published(ports: &[Published]) -> Vec<(u16, String, u16)> {
    ports.iter().map(|port| (port.container, port.address.clone(), port.host)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn ask_at(listener: &TcpListener, proxied: bool) -> std::io::Result<Answer> {
        let address = listener.local_addr().unwrap();
        ask_port(&Door { host: address.ip().to_string(), port: address.port(), proxied }).await
    }

    #[tokio::test]
    async fn a_proxy_that_closes_at_once_is_not_ready() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (asked, ()) = tokio::join!(ask_at(&listener, true), async { drop(listener.accept().await.unwrap()) });
        assert!(asked.is_err());
    }

    #[tokio::test]
    async fn a_proxied_connection_that_stays_is_ready() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (asked, _kept) = tokio::join!(ask_at(&listener, true), async { listener.accept().await.unwrap() });
        assert_eq!(asked.unwrap(), Answer::Ready);
    }

    #[tokio::test]
    async fn without_a_proxy_an_accepted_connection_is_enough() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        assert_eq!(ask_at(&listener, false).await.unwrap(), Answer::Ready);
        let address = listener.local_addr().unwrap();
        drop(listener);
        let door = Door { host: address.ip().to_string(), port: address.port(), proxied: false };
        assert!(ask_port(&door).await.is_err());
    }

    #[test]
    fn three_restarts_are_a_crash_loop() {
        let look = |restarts: &mut Restarts, status: &str, count: u64| {
            let text = format!(r#"{{"State":{{"Status":"{status}","ExitCode":1}},"RestartCount":{count}}}"#);
            restarts.look(&serde_json::from_str(&text).unwrap())
        };
        let mut restarts = Restarts::new(1);
        assert_eq!(look(&mut restarts, "running", 1), None);
        assert_eq!(look(&mut restarts, "restarting", 3), None);
        assert!(!restarts.is_settled());
        assert_eq!(
            look(&mut restarts, "restarting", 4),
            Some(Failure::Ended("exit code 1, 3 times in a row".to_owned()))
        );
    }

    #[test]
    fn only_addresses_of_this_machine_are_its_own() {
        assert!(is_own_address("127.0.0.1"));
        assert!(!is_own_address("192.0.2.1"));
        assert!(!is_own_address(""));
    }
}
