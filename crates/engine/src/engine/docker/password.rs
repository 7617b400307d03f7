//! Another password for a database user, through the `psql` of the container.

use super::apply::Surroundings;
use super::engine::DockerEngine;
use super::errors::doing;
use crate::engine::{EngineError, Outcome, password};
use crate::plan::PasswordChange;

impl DockerEngine {
    /// Changes the password that a role logs in with.
    pub(super) async fn alter_password(
        &self,
        change: &PasswordChange,
        around: Surroundings<'_>,
    ) -> Result<Outcome, EngineError> {
        let doing = doing(format!("change the password in container `{}`", change.container));
        let found = self.require_own(&change.container, &doing).await?;
        let user = around.reveal(&change.user, &doing)?;
        let database = around.reveal(&change.database, &doing)?;
        let new = around.reveal(&change.password, &doing)?;
        let request = password::request(&user, &database, &new);
        let (code, output) = self.run_captured(&found.id, &request, &doing).await?;
        match password::failure(code, &output) {
            None => Ok(Outcome::Done),
            Some(failure) => Err(doing.advise(failure, password::HELP)),
        }
    }
}
