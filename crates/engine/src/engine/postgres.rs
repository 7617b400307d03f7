//! Asking a Postgres server over TCP whether it serves, and whether it accepts a login.
//!
//! In: a connection. Out: an [`Answer`]. The image's init server listens on its socket only, so that whoever answers
//! here is the real one; `57P03` means that it is still starting up.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::frontend;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

/// No message of a server before the login is done is longer.
const LONGEST_MESSAGE: usize = 1 << 16;

/// Who logs in.
pub(in crate::engine) struct Credentials {
    /// Name of the user.
    pub(in crate::engine) user: String,
    /// A database.
    pub(in crate::engine) database: String,
    /// The password.
    pub(in crate::engine) password: Zeroizing<String>,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Answer {
    /// It serves, and accepts the login where one was tried.
    Ready,
    /// Nobody answers yet; why.
    NotYet(String),
    /// It is there but does not serve yet, and has noted in its log that it was asked; its words.
    Starting(String),
    /// It serves, but not for this password.
    Refused,
}

/// A message of a server before the login is done.
enum Message {
    /// `R`: what it wants to know, and the data that goes with it.
    Authentication(u32, Bytes),
    /// `E`: what went wrong.
    Error(Bytes),
    /// Anything else, such as a notice.
    Other,
}

/// Talks to a server until it is known whether it serves.
pub(in crate::engine) async fn ask<S>(stream: &mut S, login: Option<&Credentials>) -> io::Result<Answer>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut talk = Talk { stream, received: BytesMut::new() };
    talk.start(login).await?;
    loop {
        let (wanted, data) = match talk.receive().await? {
            Message::Error(fields) => return Ok(judge(&fields)),
            Message::Other => continue,
            Message::Authentication(wanted, data) => (wanted, data),
        };
        // somebody who asks for a password serves; without one of ours that is all there is to know
        let Some(login) = login else { return Ok(Answer::Ready) };
        match wanted {
            0 => {
                talk.say_goodbye().await;
                return Ok(Answer::Ready);
            }
            3 => talk.send_password(login.password.as_bytes()).await?,
            5 => {
                let salt = data.as_ref().try_into().map_err(|_| not_postgres())?;
                let hash = md5_hash(login.user.as_bytes(), login.password.as_bytes(), salt);
                talk.send_password(hash.as_bytes()).await?;
            }
            10 if offers_scram(&data) => {
                if let Some(answer) = talk.scram(login).await? {
                    return Ok(answer);
                }
            }
            // Kerberos and the like: it serves, and there is no password to check
            _ => return Ok(Answer::Ready),
        }
    }
}

struct Talk<'a, S> {
    stream: &'a mut S,
    received: BytesMut,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<'_, S> {
    async fn start(&mut self, login: Option<&Credentials>) -> io::Result<()> {
        let (user, database) = match login {
            Some(login) => (login.user.as_str(), login.database.as_str()),
            None => ("postgres", "postgres"),
        };
        let mut message = BytesMut::new();
        let parameters = [("user", user), ("database", database), ("application_name", "pt")];
        frontend::startup_message(parameters, &mut message)?;
        self.stream.write_all(&message).await
    }

    async fn receive(&mut self) -> io::Result<Message> {
        loop {
            if let Some(message) = take_message(&mut self.received)? {
                return Ok(message);
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    async fn send_password(&mut self, password: &[u8]) -> io::Result<()> {
        let mut message = BytesMut::new();
        frontend::password_message(password, &mut message)?;
        self.stream.write_all(&message).await
    }

    /// SCRAM-SHA-256 up to the server's proof; `None` when the server goes on.
    async fn scram(&mut self, login: &Credentials) -> io::Result<Option<Answer>> {
        let mut scram = ScramSha256::new(login.password.as_bytes(), ChannelBinding::unsupported());
        let mut message = BytesMut::new();
        frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), &mut message)?;
        self.stream.write_all(&message).await?;
        match self.receive().await? {
            Message::Authentication(11, data) => scram.update(&data)?,
            Message::Error(fields) => return Ok(Some(judge(&fields))),
            _ => return Err(not_postgres()),
        }
        message.clear();
        frontend::sasl_response(scram.message(), &mut message)?;
        self.stream.write_all(&message).await?;
        match self.receive().await? {
            Message::Authentication(12, data) => scram.finish(&data).map(|()| None),
            Message::Error(fields) => Ok(Some(judge(&fields))),
            _ => Err(not_postgres()),
        }
    }

    /// Ends the session; whether the server hears it makes no difference.
    async fn say_goodbye(&mut self) {
        let mut message = BytesMut::new();
        frontend::terminate(&mut message);
        let _ = self.stream.write_all(&message).await;
    }
}

/// The first whole message of what was received: a letter, a length, a body.
fn take_message(received: &mut BytesMut) -> io::Result<Option<Message>> {
    let Some(head) = received.first_chunk::<5>().copied() else { return Ok(None) };
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
    if !(4..LONGEST_MESSAGE).contains(&length) {
        return Err(not_postgres());
    }
    if received.len() <= length {
        return Ok(None);
    }
    let mut body = received.split_to(length + 1).freeze();
    body.advance(head.len());
    match head[0] {
        b'R' if body.len() >= 4 => {
            let wanted = body.get_u32();
            Ok(Some(Message::Authentication(wanted, body)))
        }
        b'E' => Ok(Some(Message::Error(body))),
        letter if letter.is_ascii_alphabetic() => Ok(Some(Message::Other)),
        _ => Err(not_postgres()),
    }
}

fn not_postgres() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "this is not a PostgreSQL server")
}

fn offers_scram(mechanisms: &[u8]) -> bool {
    mechanisms.split(|byte| *byte == 0).any(|mechanism| mechanism == SCRAM_SHA_256.as_bytes())
}

/// What an error of the server, as fields of a letter and a text each, means for its readiness.
fn judge(fields: &[u8]) -> Answer {
    let field = |letter: u8| {
        let mut texts = fields.split(|byte| *byte == 0).filter(|text| !text.is_empty());
        texts.find(|text| text[0] == letter).map(|text| String::from_utf8_lossy(&text[1..]).into_owned())
    };
    let words = field(b'M').unwrap_or_default();
    match field(b'C').unwrap_or_default().as_str() {
        // cannot connect now; too many connections
        "57P03" | "53300" => Answer::Starting(words),
        "28P01" => Answer::Refused,
        "28000" if words.contains("role") && words.contains("does not exist") => Answer::Refused,
        _ => Answer::Ready,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
