//! One connection's worth of care around bollard: every call bounded, every failure with its cause, lenient reading.
//!
//! In: calls. Out: answers or a [`Trouble`]. bollard hides the cause of a failed connection behind one sentence, so
//! the `source()` chain is walked to the `io::Error`; its request limit ends at the headers and counts whole seconds,
//! so it is set out of the way and each call is bounded here; its models refuse values that they do not know, so what
//! is only read is read by [`Client::get`] with models of ours.

use std::error::Error as StdError;
use std::future::Future;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bollard::errors::Error;
use bollard::{BollardRequest, Docker};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;

use super::errors::Trouble;
use super::reach::Reach;

/// How long the first answer of an engine may take.
const FIRST_ANSWER: Duration = Duration::from_secs(10);

/// How long a question about what is there may take.
pub(super) const READ: Duration = Duration::from_secs(30);

/// How long a change may take.
pub(super) const CHANGE: Duration = Duration::from_secs(120);

/// An answer that is read whole is never longer than this.
const LONGEST_ANSWER: usize = 64 << 20;

/// bollard, and what is known of the way to the engine.
pub(super) struct Client {
    /// For calls that change something.
    pub(super) docker: Docker,
    reach: Reach,
    answered: AtomicBool,
}

impl Client {
    /// Wraps a bollard client.
    pub(super) fn new(docker: Docker, reach: Reach) -> Self {
        let docker = docker.with_request_modifier(with_url_safe_credentials);
        Self { docker, reach, answered: AtomicBool::new(false) }
    }

    /// What is known of the way to the engine.
    pub(super) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Makes sure that the engine answers, unless it has done so already.
    pub(super) async fn greet(&self) -> Result<(), Trouble> {
        if self.answered.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.within(FIRST_ANSWER, self.docker.ping()).await.map(drop)
    }

    /// Waits for a call, at most `limit` (less if the engine has never answered).
    pub(super) async fn within<T>(
        &self,
        limit: Duration,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Trouble> {
        let first = !self.answered.load(Ordering::Relaxed);
        let limit = if first { limit.min(FIRST_ANSWER) } else { limit };
        let Ok(answer) = tokio::time::timeout(limit, call).await else {
            return Err(self.silent(limit, first));
        };
        match answer {
            Ok(answer) => {
                self.answered.store(true, Ordering::Relaxed);
                Ok(answer)
            }
            Err(error) => Err(self.trouble(&error, first)),
        }
    }

    /// Reads the answer to a `GET` of `target` (path and query) with a model of ours.
    pub(super) async fn get<T: DeserializeOwned>(&self, target: &str) -> Result<T, Trouble> {
        let bytes = self.within(READ, collect(self.stream(target))).await?;
        serde_json::from_slice(&bytes).map_err(|problem| Trouble::Garbled(problem.to_string()))
    }

    /// Sends a `GET` of `target`, and whether the answer is `OK` alone.
    pub(super) async fn is_ok(&self, target: &str) -> Result<bool, Trouble> {
        let answer = self.within(READ, collect(self.stream(target))).await?;
        Ok(answer.as_ref() == b"OK")
    }

    /// The bytes of the answer to a `GET` of `target` (path and query) as they come, unbounded in time.
    ///
    /// bollard gives bare bytes for few calls only. `export_container` is one; the request modifier runs last and
    /// turns it into the wanted call.
    pub(super) fn stream(&self, target: &str) -> impl Stream<Item = Result<Bytes, Error>> + Send + use<> {
        let target = target.to_owned();
        let docker = self.docker.clone().with_request_modifier(move |request| aimed_at(request, &target));
        docker.export_container("any").boxed()
    }

    /// A bollard error in our words.
    pub(super) fn trouble(&self, error: &Error, first: bool) -> Trouble {
        match error {
            Error::DockerResponseServerError { status_code, message } if first && *status_code >= 500 => {
                self.unreachable(&format!("it answers with status {status_code}: {}", crate::engine::sentence(message)))
            }
            Error::DockerResponseServerError { status_code, message } => {
                self.answered.store(true, Ordering::Relaxed);
                Trouble::Refused { status: *status_code, message: message.clone() }
            }
            Error::DockerStreamError { error } => Trouble::Refused { status: 200, message: error.clone() },
            Error::RequestTimeoutError => self.silent(CHANGE, first),
            Error::JsonDataError { .. } | Error::JsonSerdeError { .. } if !first => Trouble::Garbled(error.to_string()),
            Error::JsonDataError { .. } | Error::JsonSerdeError { .. } => {
                self.unreachable("it answers, but not as a Docker engine does")
            }
            _ => match io_cause(error) {
                Some(cause) => {
                    Trouble::Unreachable { tried: self.reach.explain(cause), help: self.reach.advice(cause) }
                }
                None => self.unreachable(&unheard(&innermost(error))),
            },
        }
    }

    fn silent(&self, limit: Duration, first: bool) -> Trouble {
        if first {
            self.unreachable(&format!("it takes connections but does not answer ({} s)", limit.as_secs()))
        } else {
            Trouble::Silent { seconds: limit.as_secs() }
        }
    }

    fn unreachable(&self, reason: &str) -> Trouble {
        Trouble::Unreachable { tried: self.reach.tried(reason), help: None }
    }
}

/// What it means that no HTTP came back, by the words of the HTTP library.
fn unheard(words: &str) -> String {
    if words.contains("before message completed") {
        return "it closed the connection without an answer".to_owned();
    }
    format!("what answers there is no Docker engine ({words})")
}

/// Reads a whole answer.
async fn collect(stream: impl Stream<Item = Result<Bytes, Error>>) -> Result<BytesMut, Error> {
    let mut stream = std::pin::pin!(stream);
    let mut whole = BytesMut::new();
    while let Some(bytes) = stream.next().await {
        whole.extend_from_slice(&bytes?);
        if whole.len() > LONGEST_ANSWER {
            return Err(io::Error::other("the answer is longer than 64 MiB").into());
        }
    }
    Ok(whole)
}

/// The request, for another path and query of the same engine.
fn aimed_at(mut request: BollardRequest, target: &str) -> BollardRequest {
    let uri = request.uri().to_string();
    let end = uri.find("://").and_then(|scheme| uri[scheme + 3..].find('/').map(|path| scheme + 3 + path));
    if let Some(Ok(uri)) = end.map(|end| format!("{}{target}", &uri[..end]).parse()) {
        *request.uri_mut() = uri;
    }
    request
}

/// Credentials in the alphabet that engines read: bollard writes `+` and `/`, and an engine takes a header that it
/// cannot decode for no credentials at all.
fn with_url_safe_credentials(mut request: BollardRequest) -> BollardRequest {
    if let Some(value) = request.headers_mut().get_mut("X-Registry-Auth") {
        let safe = value.to_str().map(|text| text.replace('+', "-").replace('/', "_"));
        if let Some(Ok(safe)) = safe.ok().map(|text| text.parse()) {
            *value = safe;
        }
        value.set_sensitive(true);
    }
    request
}

/// The I/O error at the bottom of a failure, if there is one.
fn io_cause(error: &Error) -> Option<&io::Error> {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    let mut found = None;
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            found = Some(io);
        }
        cause = error.source();
    }
    found
}

/// The words of the innermost error.
fn innermost(error: &Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
