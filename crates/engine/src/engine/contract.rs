//! The trait that every engine implements, and what goes in and out of it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::plan::{Action, Capabilities, Observed};

/// Runs containers (or what stands for them). Plain data in, plain data out.
pub trait Engine: Sync {
    /// What this engine can do.
    fn capabilities(&self) -> Capabilities;

    /// What it holds of a project, known by the labels of [`crate::plan::labels`]. `images` are references whose ids
    /// are wanted, `names` are names of networks, volumes and containers that the program needs (foreign holders of
    /// them are reported too), `ports` are the host ports that it wants (who else holds one of them is reported).
    fn observe(
        &self,
        project: &str,
        images: &[String],
        names: &[String],
        ports: &[u16],
    ) -> impl Future<Output = Result<Observed, EngineError>> + Send;

    /// More about images and volumes by their names; what is not there, and what an engine does not know, is left out.
    fn details(
        &self,
        images: &[String],
        volumes: &[String],
    ) -> impl Future<Output = Result<Details, EngineError>> + Send {
        let _ = (images, volumes);
        std::future::ready(Ok(Details::default()))
    }

    /// Sizes, places and users of volumes, by name; what is not there is left out. May take seconds: contents are counted.
    fn volume_details(
        &self,
        names: &[String],
    ) -> impl Future<Output = Result<BTreeMap<String, VolumeDetails>, EngineError>> + Send;

    /// Does one action. `deadline` bounds waits; `progress` hears of what takes time.
    ///
    /// What is so already is [`Outcome::Already`], never an error: a started container that runs, a stopped one that
    /// does not or is gone, a removed thing that is gone, a network or volume of ours that is there. A container, network or
    /// volume of the wanted name that is not ours is [`Failure::Foreign`]. A container that cannot be made whole, with
    /// its files, is not made at all.
    fn apply(
        &self,
        action: &Action,
        secrets: &dyn SecretSource,
        deadline: Duration,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> impl Future<Output = Result<Outcome, EngineError>> + Send;

    /// Sends the log lines of a container (name or id) to `sink` until the stream or the container ends, or `sink` says stop (`false`).
    fn logs(
        &self,
        container: &str,
        request: &LogRequest,
        sink: &mut (dyn FnMut(LogLine) -> bool + Send),
    ) -> impl Future<Output = Result<(), EngineError>> + Send;

    /// Runs a program in a running container, wired to this process's standard streams; its exit code.
    fn exec(&self, container: &str, request: &ExecRequest) -> impl Future<Output = Result<i64, EngineError>> + Send;

    /// Runs a program in a running container and hands what it writes to `sink`, in pieces as they come; its exit code.
    fn call(
        &self,
        container: &str,
        request: &ExecRequest,
        sink: &mut (dyn FnMut(Stream, &[u8]) + Send),
    ) -> impl Future<Output = Result<i64, EngineError>> + Send;

    /// The bytes of a regular file of a container, at most `limit` of them: a longer file is an error.
    fn read_file(
        &self,
        container: &str,
        path: &str,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<u8>, EngineError>> + Send;

    /// Puts a file of this content into a container, whose directory is there already.
    fn write_file(
        &self,
        container: &str,
        path: &str,
        content: &str,
    ) -> impl Future<Output = Result<(), EngineError>> + Send;

    /// Builds an image and gives it its tags; `progress` hears the builder's lines.
    fn build(
        &self,
        request: &BuildRequest,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> impl Future<Output = Result<(), EngineError>> + Send;
}

/// What [`Engine::details`] tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// By reference, the digest `sha256:…` by which its registry knows the image.
    pub digests: BTreeMap<String, String>,
    /// By name, when the volume was made, in seconds of Unix time.
    pub made: BTreeMap<String, i64>,
}

/// What [`Engine::volume_details`] tells of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VolumeDetails {
    /// When it was made, in seconds of Unix time.
    pub made: Option<i64>,
    /// Directory of the engine's machine that holds it.
    pub place: Option<String>,
    /// Bytes in it.
    pub bytes: Option<u64>,
    /// Names of the containers that mount it, running or not.
    pub users: Vec<String>,
}

/// Gives the content of secrets at the engine's door.
pub trait SecretSource: Sync {
    /// The content of a secret; `None` when it is not set.
    fn reveal(&self, name: &str) -> Option<&str>;
}

/// What an action came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// It was so already.
    Already,
    /// Made, with the engine's id.
    Created(String),
    /// Ended with this code, which was a good end.
    Exited(i64),
    /// Ready; host ports as `(container port, address, host port)`.
    Ready(Vec<(u16, String, u16)>),
}

/// Something that takes time has moved on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgressEvent {
    /// Bytes of a pull: done, total where known.
    Bytes(u64, Option<u64>),
    /// A word about what is being waited for.
    Note(String),
}

/// Which log lines are wanted.
#[derive(Debug, Clone, Default)]
pub struct LogRequest {
    /// Whether to go on with new lines.
    pub follow: bool,
    /// Only the last this many lines.
    pub tail: Option<usize>,
    /// Only lines from this Unix time (seconds) on.
    pub since: Option<i64>,
    /// Only lines up to this Unix time (seconds).
    pub until: Option<i64>,
    /// Only lines that were written later than this, whatever else is asked for.
    pub after: Option<jiff::Timestamp>,
}

/// Which stream a line was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output (and everything, under a terminal).
    Stdout,
    /// Standard error.
    Stderr,
}

/// One whole line of a container's output, without its line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Where it was written.
    pub stream: Stream,
    /// RFC 3339 time of its arrival.
    pub timestamp: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A program to run in a container.
#[derive(Debug, Clone, Default)]
pub struct ExecRequest {
    /// Program and arguments.
    pub command: Vec<String>,
    /// Whether a terminal is allocated.
    pub tty: bool,
    /// Whether standard input is passed on.
    pub stdin: bool,
    /// `user` as the engine reads it.
    pub user: Option<String>,
    /// Working directory.
    pub workdir: Option<String>,
    /// Environment, `NAME=value`.
    pub environment: Vec<String>,
    /// Bytes for standard input instead of this process's own.
    pub input: Option<Vec<u8>>,
}

/// An image to build.
#[derive(Debug, Clone, Default)]
pub struct BuildRequest {
    /// What it is called; at least one.
    pub tags: Vec<String>,
    /// The file that says how, relative to the root of the context.
    pub dockerfile: String,
    /// The stage that is wanted; the last one when absent.
    pub target: Option<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// A tar of everything that the build may use.
    pub context: Vec<u8>,
}

/// Why an engine could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("{doing}: {failure}")]
pub struct EngineError {
    /// What was being done to what, such as ``start container `shop-db-1` ``.
    pub doing: String,
    /// What went wrong.
    pub failure: Failure,
    /// What to type or look at.
    pub help: Option<String>,
    /// Last lines of the container's log, where they tell.
    pub log: Vec<String>,
    /// The exit code of the container that it is about, if that has ended.
    pub exit_code: Option<i64>,
}

/// The classes of failure that callers tell apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection; everything that was tried, a line each.
    #[error("no engine answers")]
    Unreachable(Vec<String>),
    /// The engine is too old or too new.
    #[error("{0}")]
    Unsupported(String),
    /// An image is not there and cannot be had.
    #[error("{0}")]
    Image(String),
    /// A host port is taken.
    #[error("port {port} is taken by {holder}")]
    PortTaken {
        /// The port.
        port: u16,
        /// Who has it.
        holder: String,
    },
    /// A container ended though it should run, or with another code than it should.
    #[error("it ended with {0}")]
    Ended(String),
    /// It runs, but does not accept the password: its data keeps another one.
    #[error("it runs, but refuses the password of `{user}`")]
    LoginRefused {
        /// The user.
        user: String,
    },
    /// It is a database whose first start was cut off; in words.
    #[error("{0}")]
    HalfMade(String),
    /// It did not get ready or end in time.
    #[error("not {what} after {seconds} s")]
    Timeout {
        /// `ready`, `done`, `answered`.
        what: &'static str,
        /// Time that was given.
        seconds: u64,
    },
    /// Something of that name is there and not ours.
    #[error("{0}")]
    Foreign(String),
    /// Another `pt` of this project has just made the same, or one that was killed is still being served: to look again
    /// shows what there is now.
    #[error("{0}")]
    Overtaken(String),
    /// It is not there.
    #[error("{0}")]
    NotFound(String),
    /// Anything else, in the engine's words.
    #[error("{0}")]
    Engine(String),
}
