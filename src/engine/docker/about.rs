//! What is known of an engine, for `pt doctor`.

use super::engine::DockerEngine;
use crate::engine::EngineError;

impl DockerEngine {
    /// Facts as `(topic, text)`: which engine answers, where it was found, what it speaks.
    pub async fn about(&self) -> Result<Vec<(&'static str, String)>, EngineError> {
        let version = self.version().await?;
        let found = &self.client.reach().found;
        let place = if found.endpoint.is_local() { "on this machine" } else { "on another machine: no host mounts" };
        Ok(vec![
            ("engine", format!("{}, API {}.{}, {place}", version.name, version.api.0, version.api.1)),
            ("found at", format!("{}, by {}", found.endpoint, found.origin)),
        ])
    }
}
