//! Another password for a database user, by the client that stands beside the server; the clear text never leaves this
//! process.

use postgres_protocol::password::scram_sha_256;

use super::{ExecRequest, Failure, sentence};

/// What to do when it could not be changed.
pub(super) const HELP: &str = "set the old password again, or change it in the database yourself";

/// `ALTER ROLE`, with the verifier that the server would keep, through `psql` over the server's own socket.
pub(super) fn request(user: &str, database: &str, password: &str) -> ExecRequest {
    ExecRequest {
        command: ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", user, "-d", database].map(str::to_owned).to_vec(),
        input: Some(statement(user, password).into_bytes()),
        ..ExecRequest::default()
    }
}

/// What went wrong, if anything did.
pub(super) fn failure(code: i64, output: &[u8]) -> Option<Failure> {
    let said = sentence(&String::from_utf8_lossy(output));
    (code != 0).then(|| Failure::Engine(format!("`psql` ended with exit code {code}: {said}")))
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

    #[test]
    fn the_clear_text_is_in_no_argument() {
        let request = request("ada", "shop", "s3cr3t");
        assert!(!request.command.concat().contains("s3cr3t"));
    }
}
