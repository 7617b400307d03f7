//! `post`: a message to a web hook, over `https` alone. The address is a secret in itself and is never shown.

use super::builtin::{Arguments, Bench};
use super::http::{Message, Target, send};
use super::stages::TaskError;
use crate::engine::Engine;
use crate::store::Secret;
use crate::value::Text;

/// Sends `text` to the hook at `webhook`.
pub async fn post<E: Engine>(bench: &Bench<'_, '_, E>, arguments: &Arguments<'_>) -> Result<(), TaskError> {
    bench.runner.keeper.learn_all(bench.compiled)?;
    let reveal = |name: &str| -> Result<Secret, TaskError> {
        let text: Option<Text> = arguments.get(name).and_then(crate::value::Value::to_text);
        let text = text.ok_or_else(|| TaskError::failed(format!("`{name}` is missing")))?;
        let unset = || TaskError::failed(format!("a value or secret in `{name}` is not set"));
        bench.runner.keeper.reveal(&text).ok_or_else(unset)
    };
    let (webhook, text) = (reveal("webhook")?, reveal("text")?);
    let target = target(&webhook)?;
    let body = serde_json::json!({ "text": text.expose() }).to_string();
    let headers = vec![("content-type".to_owned(), Secret::from("application/json"))];
    let message = Message { method: "POST".to_owned(), headers, body: Some(Secret::new(body)) };
    let answer = send(&target, message).await;
    let answer = answer.map_err(|problem| TaskError::failed(format!("the web hook does not answer: {problem}")))?;
    match answer.status {
        200..300 => Ok(()),
        status => Err(TaskError::failed(format!("the web hook answers with status {status}"))),
    }
}

fn target(webhook: &Secret) -> Result<Target, TaskError> {
    let wrong = |why: &str| TaskError::failed(format!("`webhook` {why}"));
    let rest = webhook.expose().strip_prefix("https://").ok_or_else(|| wrong("must begin with `https://`"))?;
    let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| wrong("has a port that is no number"))?),
        None => (authority, 443),
    };
    if host.is_empty() || authority.contains('@') {
        return Err(wrong("has no host"));
    }
    Ok(Target { address: host.to_owned(), port, host: host.to_owned(), path: Secret::from(path), secure: true })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_an_encrypted_way_is_taken_and_the_path_stays_hidden() {
        let found = target(&Secret::from("https://hooks.example.com/services/canary")).unwrap();
        assert_eq!((found.host.as_str(), found.port, found.secure), ("hooks.example.com", 443, true));
        assert!(!format!("{found:?}").contains("canary"));
        for wrong in ["http://hooks.example.com/x", "https:///x", "https://a@b/x", "ftp://x"] {
            let error = format!("{:?}", target(&Secret::from(wrong)).unwrap_err());
            assert!(!error.contains("example"), "{error}");
        }
    }
}
