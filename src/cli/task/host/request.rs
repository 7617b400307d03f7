//! `http-request`: to services of the project and to this machine, nowhere else.

use super::given::Given;
use super::{Desk, data};
use crate::cli::task::http::{self, Message, Target};
use crate::engine::Engine;
use crate::expr::code::{Datum, HostError};
use crate::store::Secret;

impl<E: Engine> Desk<'_, '_, E> {
    /// `{url, method, headers, body}`, or a URL and the rest of it; gives `{status, headers, body}`.
    pub(super) async fn http_request(&self, given: &Given) -> Result<Datum, HostError> {
        let (url, options) = match given.any(0) {
            Datum::Text(url) => (url.as_str(), given.any(1)),
            options => {
                let url = options.get("url").and_then(Datum::as_text);
                (url.ok_or_else(|| given.wrong(0, "a request", "a map with `url`"))?, options)
            }
        };
        let method = options.get("method").and_then(Datum::as_text).unwrap_or("GET").to_ascii_uppercase();
        let mut headers = Vec::new();
        if let Some(Datum::Map(entries)) = options.get("headers") {
            for (name, value) in entries {
                headers.push((name.clone(), self.revealed(value)?));
            }
        }
        let body = match options.get("body") {
            None | Some(Datum::Null) => None,
            Some(Datum::Text(_)) => options.get("body").map(|body| self.revealed(body)).transpose()?,
            Some(other) => {
                headers.push(("content-type".to_owned(), Secret::from("application/json")));
                Some(self.revealed(&Datum::Text(data::json(other)?))?)
            }
        };
        let target = self.target_of(url).await?;
        let message = Message { method, headers, body };
        let answer = http::send(&target, message)
            .await
            .map_err(|problem| HostError::new(format!("`{}` does not answer: {problem}", self.stand_ins.shown(url))))?;
        let headers = answer.headers.into_iter().map(|(name, value)| (name, Datum::Text(value))).collect();
        Ok(Datum::Map(vec![
            ("status".to_owned(), Datum::Int(answer.status.into())),
            ("headers".to_owned(), Datum::Map(headers)),
            ("body".to_owned(), Datum::Text(answer.body)),
        ]))
    }

    /// Where a URL leads to, with the secrets in its path filled in.
    async fn target_of(&self, url: &str) -> Result<Target, HostError> {
        let shown = self.stand_ins.shown(url);
        let refuse = |why: &str| HostError::new(format!("`{shown}` is not asked: {why}"));
        let rest =
            url.strip_prefix("http://").ok_or_else(|| refuse("only `http://` leads to services of the project"))?;
        let (authority, path) = rest.find(['/', '?']).map_or((rest, ""), |at| rest.split_at(at));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().map_err(|_| refuse("its port is no number"))?)),
            None => (authority, None),
        };
        if authority.contains('@') || self.stand_ins.hold_in(&Datum::Text(authority.to_owned())) {
            return Err(refuse("its host is no name of a service"));
        }
        let (address, number) = match host {
            "localhost" | "127.0.0.1" => ("127.0.0.1".to_owned(), port.unwrap_or(80)),
            service => self.door(service, port).await.map_err(|error| refuse(&error.message))?,
        };
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let path = self.revealed(&Datum::Text(path))?;
        Ok(Target { address, port: number, host: authority.to_owned(), path, secure: false })
    }

    /// A text with its secrets, for the wire alone.
    fn revealed(&self, datum: &Datum) -> Result<Secret, HostError> {
        let text = match datum {
            Datum::Text(text) => text.clone(),
            other => data::json(other)?,
        };
        let secret = self.runner.keeper.reveal(&self.stand_ins.text(&text));
        secret.ok_or_else(|| HostError::new("a secret in it is not set"))
    }
}
