//! Another password for a database user, through the `psql` of this machine: the account that the data belong to needs none
//! on the server's socket.

use super::containers::reveal;
use super::engine::ProcessEngine;
use super::errors::doing;
use super::record::words;
use crate::engine::{EngineError, Outcome, SecretSource, Stream, password};
use crate::plan::PasswordChange;

impl ProcessEngine {
    /// Changes the password that a role logs in with.
    pub(super) async fn alter_password(
        &self,
        change: &PasswordChange,
        secrets: &dyn SecretSource,
    ) -> Result<Outcome, EngineError> {
        let doing = doing(format!("change the password in container `{}`", change.container));
        let clear = |text| reveal(&words(text), secrets, &doing);
        let (user, database, new) = (clear(&change.user)?, clear(&change.database)?, clear(&change.password)?);
        let request = password::request(&user, &database, &new);
        let mut said = Vec::new();
        let mut hear = |_: Stream, bytes: &[u8]| said.extend_from_slice(bytes);
        let code = self.run_inside(&change.container, &request, Some(&mut hear)).await?;
        match password::failure(code, &said) {
            None => Ok(Outcome::Done),
            Some(failure) => Err(doing.advise(failure, password::HELP)),
        }
    }
}
