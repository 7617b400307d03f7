//! One HTTP request and its answer: no redirects, bounded in time and size. Secrets are filled in here, at the wire.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper::client::conn::http1;
use hyper::header::{HeaderName, HeaderValue};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::store::Secret;

/// The longest that an answer may take.
const LIMIT: Duration = Duration::from_secs(30);

/// The longest body that is read.
const LONGEST: usize = 4 << 20;

/// Who is asked.
#[derive(Debug)]
pub struct Target {
    /// Where the connection goes.
    pub address: String,
    /// Its port.
    pub port: u16,
    /// The host as the URL has it.
    pub host: String,
    /// Path and query.
    pub path: Secret,
    /// Whether the connection is encrypted, and `host` has to prove that it is that.
    pub secure: bool,
}

/// What is asked.
#[derive(Debug)]
pub struct Message {
    /// The method in capital letters.
    pub method: String,
    /// Headers.
    pub headers: Vec<(String, Secret)>,
    /// The body.
    pub body: Option<Secret>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Headers, their names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

/// Sends a request; the problem in words that hold nothing of it.
pub async fn send(target: &Target, message: Message) -> Result<Answer, String> {
    let asked = async {
        let stream =
            TcpStream::connect((target.address.as_str(), target.port)).await.map_err(|error| error.to_string())?;
        if target.secure {
            let name = ServerName::try_from(target.host.clone()).map_err(|_| "its host is no name".to_owned())?;
            let secure = connector()?.connect(name, stream).await.map_err(|error| error.to_string())?;
            ask(secure, target, message).await
        } else {
            ask(stream, target, message).await
        }
    };
    match tokio::time::timeout(LIMIT, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(format!("nothing came back after {} s", LIMIT.as_secs())),
    }
}

/// Trusts whom this machine trusts.
fn connector() -> Result<TlsConnector, String> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err("this machine has no certificates to check it with".to_owned());
    }
    let provider = std::sync::Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(std::sync::Arc::new(config)))
}

async fn ask<S>(stream: S, target: &Target, message: Message) -> Result<Answer, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let request = request(target, message)?;
    let broken = |error: hyper::Error| error.to_string();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let mut connection = std::pin::pin!(connection);
    let exchange = async {
        let answer = sender.send_request(request).await.map_err(broken)?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, LONGEST).collect().await.map_err(|error| error.to_string())?.to_bytes();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    };
    let mut exchange = std::pin::pin!(exchange);
    tokio::select! {
        answer = &mut exchange => answer,
        // A connection that is over may have left an answer behind.
        _ = &mut connection => exchange.await,
    }
}

fn request(target: &Target, message: Message) -> Result<Request<Full<Bytes>>, String> {
    let body = message.body.map(|body| Bytes::copy_from_slice(body.expose().as_bytes())).unwrap_or_default();
    let request = Request::builder().method(message.method.as_str()).uri(target.path.expose());
    let mut request = request.body(Full::new(body)).map_err(|_| "its method or path cannot be sent".to_owned())?;
    let headers = request.headers_mut();
    for (name, value) in &message.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("`{name}` is no name of a header"))?;
        let mut value = HeaderValue::from_str(value.expose()).map_err(|_| format!("header `{name}` cannot be sent"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    let host = HeaderValue::from_str(&target.host).map_err(|_| "its host cannot be sent".to_owned())?;
    headers.insert(hyper::header::HOST, host);
    Ok(request)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    fn target(port: u16) -> Target {
        let path = Secret::from("/hello?a=b");
        Target { address: "127.0.0.1".to_owned(), port, host: "api".to_owned(), path, secure: false }
    }

    #[tokio::test]
    async fn a_request_goes_out_whole_and_its_answer_comes_back() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            let count = stream.read(&mut asked).await.unwrap();
            let answer = b"HTTP/1.1 201 Created\r\nX-Kind: test\r\nContent-Length: 2\r\n\r\nok";
            stream.write_all(answer).await.unwrap();
            String::from_utf8_lossy(&asked[..count]).into_owned()
        };
        let headers = vec![("Authorization".to_owned(), Secret::from("Bearer canary"))];
        let message = Message { method: "POST".to_owned(), headers, body: Some(Secret::from("{}")) };
        let target = target(port);
        let (asked, answer) = tokio::join!(server, send(&target, message));
        assert!(asked.starts_with("POST /hello?a=b HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains("host: api") && asked.contains("authorization: Bearer canary"), "{asked}");
        let answer = answer.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (201, "ok"));
        assert!(answer.headers.contains(&("x-kind".to_owned(), "test".to_owned())));
    }

    #[tokio::test]
    async fn nobody_there_is_said_without_the_request() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let message = Message { method: "GET".to_owned(), headers: Vec::new(), body: Some(Secret::from("canary")) };
        let problem = send(&target(port), message).await.unwrap_err();
        assert!(problem.contains("refused") && !problem.contains("canary"), "{problem}");
    }
}
