//! Images: pulled with progress and the user's registry login, tried again when the registry stumbles.
//!
//! The engine answers a pull with 200 and tells the outcome in the stream. bollard may fail at the end of a stream
//! that went well (a line break that arrives on its own), so after such a failure the image itself is looked for.

use std::collections::BTreeMap;
use std::time::Duration;

use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptions;
use futures_util::StreamExt;
use tokio::time::{Instant, sleep, timeout};

use super::apply::Surroundings;
use super::credentials;
use super::engine::DockerEngine;
use super::errors::{Doing, Trouble, doing};
use crate::engine::{EngineError, Failure, Outcome, ProgressEvent};

/// How long a pull may go without a word.
const IDLE: Duration = Duration::from_secs(60);

/// After so long without a word the user hears that the engine may be trying again by itself.
const QUIET: Duration = Duration::from_secs(5);

/// The longest that a pull may take.
const WHOLE: Duration = Duration::from_secs(60 * 60);

/// How often a pull is tried when the registry has a fault of its own.
const TRIES: u32 = 3;

/// Pause before the second try.
const PAUSE: Duration = Duration::from_secs(1);

/// Bytes of each layer that is on its way: done, total.
#[derive(Default)]
struct Layers(BTreeMap<String, (u64, Option<u64>)>);

impl DockerEngine {
    /// Has an image in the engine.
    pub(super) async fn pull(
        &self,
        image: &str,
        always: bool,
        around: Surroundings<'_>,
    ) -> Result<Outcome, EngineError> {
        let doing = doing(format!("pull image `{image}`"));
        let before = self.image_id(image).await.map_err(|trouble| doing.because(trouble))?;
        if before.is_some() && !always {
            return Ok(Outcome::Already);
        }
        let mut tries = 0;
        loop {
            tries += 1;
            let Err(trouble) = self.pull_once(image, around, &doing).await? else { break };
            if is_registry_fault(&trouble) && tries < TRIES {
                around.note(format!("the registry stumbles; trying again ({} of {TRIES})", tries + 1));
                sleep(PAUSE * tries).await;
                continue;
            }
            // a stream that could not be read to its end says nothing of the pull
            let unread = matches!(trouble, Trouble::Garbled(_));
            if unread && self.image_id(image).await.is_ok_and(|now| now.is_some()) {
                break;
            }
            return Err(doing.because(trouble));
        }
        match self.image_id(image).await.map_err(|trouble| doing.because(trouble))? {
            Some(now) if before.as_ref() == Some(&now) => Ok(Outcome::Already),
            Some(now) => Ok(Outcome::Created(now)),
            None => Err(doing.failed(Failure::Image("the pull went well but the image is not there".to_owned()))),
        }
    }

    /// One try; the inner result is what the engine made of it.
    async fn pull_once(
        &self,
        image: &str,
        around: Surroundings<'_>,
        doing: &Doing,
    ) -> Result<Result<(), Trouble>, EngineError> {
        let login = credentials::find(self.configuration.as_deref(), image).await;
        let login = login.unwrap_or_else(|problem| {
            around.note(format!("no registry login is used: {problem}"));
            None
        });
        let options = CreateImageOptions { from_image: Some(with_tag(image)), ..Default::default() };
        let stream = self.client.docker.create_image(Some(options), None, login);
        let mut stream = std::pin::pin!(stream);
        let mut layers = Layers::default();
        let started = Instant::now();
        loop {
            let Some(item) = next(&mut stream, around).await else {
                let seconds = IDLE.as_secs();
                let failure = Failure::Image(format!("the registry sends nothing any more (for {seconds} s)"));
                return Err(doing.advise(failure, "check the network and run again: what has arrived is kept"));
            };
            match item {
                None => return Ok(Ok(())),
                Some(Ok(info)) => layers.hear(info, around),
                Some(Err(error)) => {
                    return Ok(Err(unread(&error).unwrap_or_else(|| self.client.trouble(&error, false))));
                }
            }
            if started.elapsed() > WHOLE {
                return Err(doing.failed(Failure::Timeout { what: "pulled", seconds: WHOLE.as_secs() }));
            }
        }
    }
}

/// The next item of a stream; `None` when it stays silent for too long.
async fn next<S: futures_util::Stream + Unpin>(stream: &mut S, around: Surroundings<'_>) -> Option<Option<S::Item>> {
    if let Ok(item) = timeout(QUIET, stream.next()).await {
        return Some(item);
    }
    around.note("no bytes for a while; the engine may be trying again");
    timeout(IDLE.saturating_sub(QUIET), stream.next()).await.ok()
}

impl Layers {
    fn hear(&mut self, info: CreateImageInfo, around: Surroundings<'_>) {
        let Some(id) = info.id else { return };
        match info.status.as_deref() {
            Some("Downloading") => {
                let progress = info.progress_detail.unwrap_or_default();
                let count = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
                let total = count(progress.total).filter(|total| *total > 0);
                self.0.insert(id, (count(progress.current).unwrap_or_default(), total));
            }
            Some("Download complete" | "Pull complete") => {
                if let Some((done, Some(total))) = self.0.get_mut(&id) {
                    *done = *total;
                }
            }
            _ => return,
        }
        let done = self.0.values().map(|(done, _)| done).sum();
        let total = self.0.values().map(|(_, total)| *total).sum::<Option<u64>>();
        if !self.0.is_empty() {
            (around.progress)(ProgressEvent::Bytes(done, total));
        }
    }
}

/// bollard's complaint about the rest of a stream that it could not read.
fn unread(error: &bollard::errors::Error) -> Option<Trouble> {
    let text = error.to_string();
    text.contains("bytes remaining on stream").then_some(Trouble::Garbled(text))
}

fn is_registry_fault(trouble: &Trouble) -> bool {
    ["received unexpected HTTP status: 5", "TLS handshake timeout", "connection reset by peer"]
        .iter()
        .any(|words| trouble.says(words))
}

/// A reference with its tag: without one an engine pulls every tag that there is.
fn with_tag(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    if name.contains(':') || image.contains('@') { image.to_owned() } else { format!("{image}:latest") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_without_a_tag_means_latest() {
        for (image, expected) in [
            ("busybox", "busybox:latest"),
            ("box:5000/a/b", "box:5000/a/b:latest"),
            ("box:5000/a/b:1", "box:5000/a/b:1"),
            ("a@sha256:00", "a@sha256:00"),
        ] {
            assert_eq!(with_tag(image), expected);
        }
    }

    #[test]
    fn faults_of_the_registry_are_worth_another_try_and_refusals_are_not() {
        let refused = |message: &str| Trouble::Refused { status: 500, message: message.to_owned() };
        assert!(is_registry_fault(&refused("received unexpected HTTP status: 503 Service Unavailable")));
        assert!(!is_registry_fault(&refused("unauthorized: authentication required")));
        assert!(!is_registry_fault(&refused("manifest unknown")));
    }
}
