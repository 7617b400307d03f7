//! What the engine answers when it cannot: its words sorted into classes, each with what to type.
//!
//! In: a [`Trouble`], what was being done. Out: an [`EngineError`]. The engine's texts are of Docker 20.10 and later;
//! many faults share a status code (500), so that the text decides.

use crate::engine::{EngineError, Failure, sentence};

/// What is being done to what, such as ``start container `shop-db-1` ``: the beginning of every error.
#[derive(Debug, Clone)]
pub(super) struct Doing(String);

/// What came back instead of an answer.
#[derive(Debug, Clone)]
pub(super) enum Trouble {
    /// No connection, or it broke.
    Unreachable {
        /// What was tried and why it failed.
        tried: String,
        /// What to type.
        help: Option<String>,
    },
    /// No answer in time.
    Silent {
        /// The time that was given.
        seconds: u64,
    },
    /// The engine refused; a status of 200 means that it failed half-way through an answer.
    Refused {
        /// HTTP status.
        status: u16,
        /// The engine's words.
        message: String,
    },
    /// An answer that cannot be understood.
    Garbled(String),
}

/// Says what is being done to what.
pub(super) fn doing(what: impl Into<String>) -> Doing {
    Doing(what.into())
}

impl Doing {
    /// An error of this class, without advice.
    pub(super) fn failed(&self, failure: Failure) -> EngineError {
        EngineError { doing: self.0.clone(), failure, help: None, log: Vec::new(), exit_code: None }
    }

    /// An error of this class and what to type.
    pub(super) fn advise(&self, failure: Failure, help: impl Into<String>) -> EngineError {
        EngineError { help: Some(help.into()), ..self.failed(failure) }
    }

    /// The error that a trouble comes to.
    pub(super) fn because(&self, trouble: Trouble) -> EngineError {
        match trouble {
            Trouble::Unreachable { tried, help } => {
                EngineError { help, ..self.failed(Failure::Unreachable(vec![tried])) }
            }
            Trouble::Silent { seconds } => self.advise(
                Failure::Timeout { what: "answered", seconds },
                "the engine is busy or stuck: `docker ps` shows whether it answers at all",
            ),
            Trouble::Garbled(problem) => {
                self.failed(Failure::Engine(format!("the answer cannot be understood: {problem}")))
            }
            Trouble::Refused { status, message } => {
                let (failure, help) = classify(status, &message);
                EngineError { help, ..self.failed(failure) }
            }
        }
    }
}

impl Trouble {
    /// Whether the engine says that the thing is not there.
    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// Whether the engine says that the thing is in another state, or another of that name is there.
    pub(super) fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { status: 409, .. })
    }

    /// Whether the engine's words hold this.
    pub(super) fn says(&self, words: &str) -> bool {
        matches!(self, Self::Refused { message, .. } if message.contains(words))
    }

    /// The host port that could not be had.
    pub(super) fn taken_port(&self) -> Option<u16> {
        match self {
            Self::Refused { message, .. } => taken_port(message),
            _ => None,
        }
    }
}

/// The engine's words, sorted.
fn classify(status: u16, message: &str) -> (Failure, Option<String>) {
    let message = message.trim();
    let with = |failure: Failure, help: &str| (failure, Some(help.to_owned()));
    if let Some(failure) = classify_program(message) {
        return with(failure, "check `cmd` and `entrypoint` of the module, and that the image has this program");
    }
    if let Some(class) = classify_pull(message) {
        return class;
    }
    if let Some(port) = taken_port(message) {
        let holder = "another process or container".to_owned();
        return with(Failure::PortTaken { port, holder }, "choose another `expose-as`, or stop the holder");
    }
    if message.contains("no space left on device") {
        return with(
            Failure::Engine("the engine's disk is full".to_owned()),
            "`docker system df` shows what takes the space",
        );
    }
    if message.contains("bind source path does not exist") {
        let path = message.rsplit("does not exist:").next().unwrap_or_default().trim();
        return with(
            Failure::NotFound(format!("`{path}` is not there on the engine's machine")),
            "create it, or mend the mount",
        );
    }
    if message.contains("id already in use") {
        return with(
            Failure::Engine("the engine still holds remains of an earlier run of this container".to_owned()),
            "`pt run --force-recreate` makes it anew",
        );
    }
    match status {
        404 => (Failure::NotFound(sentence(message)), None),
        _ => (Failure::Engine(sentence(message)), None),
    }
}

/// Failures of a pull all arrive as 500 or in the stream; only the text tells them apart.
fn classify_pull(message: &str) -> Option<(Failure, Option<String>)> {
    let lower = message.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let (said, help) = if has(&["toomanyrequests", "rate limit"]) {
        ("the registry limits how often it may be asked", "wait, or `docker login` for a higher limit")
    } else if has(&["no matching manifest", "does not match the specified platform", "image operating system"]) {
        ("it is not made for this machine's platform", "choose an image that is, or build it")
    } else if has(&["manifest unknown", "manifest for", "name unknown", "not found: manifest"]) {
        ("the registry has no such tag", "check the spelling of the image and its tag")
    } else if has(&["pull access denied", "unauthorized", "authentication required", "no basic auth"])
        || lower.starts_with("denied")
    {
        ("the registry does not give it without a login, or has no such image", "`docker login` to the registry")
    } else if has(&["filesystem layer verification failed", "failed to register layer"]) {
        ("a layer arrived damaged", "the registry or a proxy before it serves wrong bytes: try again later")
    } else if has(&["no such image"]) {
        ("it is not in the engine", "`pt run --pull missing` fetches it")
    } else if has(&["dial tcp", "no such host", "tls handshake timeout", "proxyconnect", "i/o timeout", "eof"])
        && has(&["/v2/", "registry", "lookup"])
    {
        ("the registry cannot be reached", "check the network, or use an image that is here with `--pull never`")
    } else if has(&["received unexpected http status: 5", "500 internal server error"]) {
        ("the registry has a fault of its own", "try again later")
    } else if has(&["invalid reference format"]) {
        ("it is not an image reference", "expected something like `postgres:16.2`")
    } else {
        return None;
    };
    Some((Failure::Image(format!("{said} ({})", sentence(message))), Some(help.to_owned())))
}

/// A program that the container cannot be started with.
fn classify_program(message: &str) -> Option<Failure> {
    let start = message.find("exec: \"")? + "exec: \"".len();
    let program = message[start..].split('"').next()?;
    let reason = if message.contains("permission denied") { "may not be executed" } else { "is not in the image" };
    Some(Failure::Engine(format!("the program `{program}` {reason}")))
}

/// The port of `… Bind for 127.0.0.1:80 failed: port is already allocated` and its relatives.
fn taken_port(message: &str) -> Option<u16> {
    const SIGNS: [&str; 3] = ["port is already allocated", "address already in use", "ports are not available"];
    const BEFORE: [&str; 6] =
        ["Bind for ", "listen tcp4 ", "listen tcp6 ", "listen tcp ", "host port for ", "exposing port TCP "];
    if !SIGNS.iter().any(|sign| message.contains(sign)) {
        return None;
    }
    let marks = BEFORE.iter().chain(&["host port ", "listen udp4 ", "listen udp ", "exposing port UDP "]);
    marks.filter_map(|mark| message.split_once(mark)).find_map(|(_, rest)| leading_port(rest))
}

/// The port of a text that begins with `address:port`.
fn leading_port(text: &str) -> Option<u16> {
    let after_address = match text.strip_prefix('[') {
        Some(rest) => rest.split_once("]:")?.1,
        None => text.split_once(':')?.1,
    };
    let digits = after_address.bytes().take_while(u8::is_ascii_digit).count();
    after_address[..digits].parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
