//! Stopping: the engine is given its time and half a minute more, and then looked at, whatever it answered.

use std::time::Duration;

use bollard::query_parameters::StopContainerOptions;

use super::client::CHANGE;
use super::engine::DockerEngine;
use super::errors::doing;
use crate::engine::{EngineError, Outcome};
use crate::plan::State;

/// What the engine may need beyond the grace of the container.
const SLACK: Duration = Duration::from_secs(30);

impl DockerEngine {
    /// Asks a container to stop, and has the engine kill it after `seconds`.
    pub(super) async fn stop(&self, container: &str, seconds: u32) -> Result<Outcome, EngineError> {
        let doing = doing(format!("stop container `{container}`"));
        let Some(found) = self.inspect_own(container, &doing).await? else { return Ok(Outcome::Already) };
        match found.state() {
            State::Running | State::Restarting | State::Stopping => {}
            // a paused process cannot hear the signal
            State::Paused => self
                .client
                .within(CHANGE, self.client.docker.unpause_container(&found.id))
                .await
                .map_err(|trouble| doing.because(trouble))?,
            State::Created | State::Exited(_) | State::Dead => return Ok(Outcome::Already),
        }
        let options = StopContainerOptions { t: i32::try_from(seconds).ok(), signal: None };
        let limit = Duration::from_secs(seconds.into()) + SLACK;
        let call = self.client.docker.stop_container(&found.id, Some(options));
        let Err(trouble) = self.client.within(limit, call).await else { return Ok(Outcome::Done) };
        let after = self.inspect(&found.id, &doing).await?;
        let stopped =
            after.is_none_or(|after| !matches!(after.state(), State::Running | State::Paused | State::Stopping));
        if stopped { Ok(Outcome::Done) } else { Err(doing.because(trouble)) }
    }
}
