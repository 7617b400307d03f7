//! Another password for a database user, over the server's own socket; the clear text never leaves this process.

use postgres_protocol::password::scram_sha_256;

use super::apply::Surroundings;
use super::engine::DockerEngine;
use super::errors::doing;
use crate::engine::{EngineError, ExecRequest, Failure, Outcome};
use crate::plan::PasswordChange;

impl DockerEngine {
    /// `ALTER ROLE`, with the verifier that the server would keep, through the `psql` of the container.
    pub(super) async fn alter_password(
        &self,
        change: &PasswordChange,
        around: Surroundings<'_>,
    ) -> Result<Outcome, EngineError> {
        let doing = doing(format!("change the password in container `{}`", change.container));
        let found = self.require_own(&change.container, &doing).await?;
        let user = around.reveal(&change.user, &doing)?;
        let database = around.reveal(&change.database, &doing)?;
        let password = around.reveal(&change.password, &doing)?;
        let request = ExecRequest {
            command: ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", &user, "-d", &database]
                .map(str::to_owned)
                .to_vec(),
            input: Some(statement(&user, &password).into_bytes()),
            ..ExecRequest::default()
        };
        let (code, output) = self.run_captured(&found.id, &request, &doing).await?;
        if code == 0 {
            return Ok(Outcome::Done);
        }
        let said = super::errors::sentence(&String::from_utf8_lossy(&output));
        let failure = Failure::Engine(format!("`psql` ended with exit code {code}: {said}"));
        Err(doing.advise(failure, "set the old password again, or change it in the database yourself"))
    }
}

/// The statement; the verifier holds no character that a literal would need escaped.
fn statement(user: &str, password: &str) -> String {
    let verifier = scram_sha_256(password.as_bytes());
    format!("ALTER ROLE \"{}\" PASSWORD '{verifier}';\n", user.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_holds_a_verifier_and_a_quoted_name() {
        let statement = statement("a\"b", "s3cr3t'x");
        assert!(statement.starts_with("ALTER ROLE \"a\"\"b\" PASSWORD 'SCRAM-SHA-256$4096:"), "{statement}");
        assert!(!statement.contains("s3cr3t"));
        assert_eq!(statement.matches('\'').count(), 2);
    }
}
