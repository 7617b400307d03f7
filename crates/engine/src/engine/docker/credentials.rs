//! The user's login for a registry, from the docker command's configuration and its helpers.
//!
//! A helper is another program and may wait for ever, so it runs on a thread of its own with a time limit.

use std::path::Path;
use std::time::Duration;

use bollard::auth::DockerCredentials;
use docker_credential::{CredentialRetrievalError, DockerCredential};
use tokio::time::timeout;

/// How long a credential helper may take; it may ask the user something.
const HELPER: Duration = Duration::from_secs(30);

/// Under which name the docker command keeps the login of Docker Hub.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// The login for the registry of an image; `None` when there is none. An error says why one cannot be had.
pub(super) async fn find(configuration: Option<&Path>, image: &str) -> Result<Option<DockerCredentials>, String> {
    let Some(file) = configuration.map(|directory| directory.join("config.json")) else { return Ok(None) };
    let Ok(bytes) = std::fs::read(file) else { return Ok(None) };
    let server = registry(image).to_owned();
    let asked = server.clone();
    let lookup = move || docker_credential::get_credential_from_reader(bytes.as_slice(), &asked);
    let (sender, receiver) = tokio::sync::oneshot::channel();
    // not a thread of the runtime, which would wait for it at its end
    std::thread::spawn(move || sender.send(lookup()));
    match timeout(HELPER, receiver).await {
        Ok(Ok(Ok(credential))) => Ok(Some(login(credential, server))),
        Ok(Ok(Err(error))) => refusal(&error).map_or(Ok(None), Err),
        Ok(Err(_)) => Err("the credential helper failed".to_owned()),
        Err(_) => Err(format!("the credential helper gave no answer in {} s", HELPER.as_secs())),
    }
}

fn login(credential: DockerCredential, server: String) -> DockerCredentials {
    let blank = DockerCredentials { serveraddress: Some(server), ..Default::default() };
    match credential {
        DockerCredential::IdentityToken(token) => DockerCredentials { identitytoken: Some(token), ..blank },
        DockerCredential::UsernamePassword(user, password) => {
            DockerCredentials { username: Some(user), password: Some(password), ..blank }
        }
    }
}

/// Why a login that is configured cannot be had; `None` when simply none is configured. What a helper printed stays
/// out of it: it may hold the secret.
fn refusal(error: &CredentialRetrievalError) -> Option<String> {
    match error {
        CredentialRetrievalError::NoCredentialConfigured | CredentialRetrievalError::ConfigNotFound => None,
        CredentialRetrievalError::HelperFailure { stdout, stderr, .. }
            if [stdout, stderr].iter().any(|text| text.contains("credentials not found")) =>
        {
            None
        }
        CredentialRetrievalError::HelperFailure { helper, .. } => Some(format!("`{helper}` failed")),
        CredentialRetrievalError::HelperCommunicationError => Some("the credential helper cannot be run".to_owned()),
        CredentialRetrievalError::MalformedHelperResponse => {
            Some("the credential helper's answer cannot be read".to_owned())
        }
        CredentialRetrievalError::CredentialDecodingError | CredentialRetrievalError::CredentialMismatchError => {
            Some("the login in the docker configuration is damaged".to_owned())
        }
        CredentialRetrievalError::ConfigReadError => Some("the docker configuration cannot be read".to_owned()),
    }
}

/// The registry of an image, as logins are kept under: everything without a dot, a port or `localhost` is Docker Hub.
fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => match host {
            "docker.io" | "index.docker.io" | "registry-1.docker.io" => DOCKER_HUB,
            host => host,
        },
        _ => DOCKER_HUB,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    async fn login_for(configuration: &str, image: &str) -> Result<Option<DockerCredentials>, String> {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("config.json"), configuration).unwrap();
        find(Some(directory.path()), image).await
    }

    #[test]
    fn the_registry_is_the_first_part_that_looks_like_a_host() {
        for (image, expected) in [
            ("postgres:16", DOCKER_HUB),
            ("library/postgres", DOCKER_HUB),
            ("docker.io/library/postgres", DOCKER_HUB),
            ("ghcr.io/a/b:1", "ghcr.io"),
            ("localhost/a", "localhost"),
            ("box:5000/a", "box:5000"),
        ] {
            assert_eq!(registry(image), expected, "{image}");
        }
    }

    #[tokio::test]
    async fn a_login_in_the_configuration_is_found_for_its_registry_only() {
        let configuration = r#"{"auths":{"box:5000":{"auth":"bWU6cD4/fg=="}}}"#;
        let login = login_for(configuration, "box:5000/a:1").await.unwrap().unwrap();
        assert_eq!((login.username.as_deref(), login.password.as_deref()), (Some("me"), Some("p>?~")));
        assert_eq!(login_for(configuration, "ghcr.io/a:1").await.unwrap(), None);
    }

    #[tokio::test]
    async fn without_a_configuration_there_is_no_login() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(find(Some(directory.path()), "a").await, Ok(None));
        assert_eq!(find(None, "a").await, Ok(None));
    }

    #[tokio::test]
    async fn a_helper_that_is_not_there_is_said_and_nothing_it_printed() {
        let refused = login_for(r#"{"credsStore":"no-such-helper-xyz"}"#, "ghcr.io/a").await.unwrap_err();
        assert_eq!(refused, "the credential helper cannot be run");
        let failure = CredentialRetrievalError::HelperFailure {
            helper: "docker-credential-x".to_owned(),
            stdout: "s3cr3t".to_owned(),
            stderr: String::new(),
        };
        assert_eq!(refusal(&failure).unwrap(), "`docker-credential-x` failed");
    }
}
