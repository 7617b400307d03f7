//! What a container was made from, as it is kept in its folder: secrets by name.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::expand::{ProcessForm, Restart};
use crate::plan::{ContainerRequest, Peer, Upload};
use crate::value::{Segment, Text};

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Piece {
    /// Characters.
    Plain(String),
    /// The content of the secret of this name.
    Secret(String),
    /// The content of a secret in an encoding, by its word.
    EncodedSecret {
        /// Name of the secret.
        name: String,
        /// Word of the encoding.
        encoding: String,
    },
}

/// A text whose secrets are names.
pub(super) type Words = Vec<Piece>;

/// The characters of a text that holds no secret.
pub(super) fn plain(words: &Words) -> Option<String> {
    let characters = words.iter().map(|piece| match piece {
        Piece::Plain(text) => Some(text.as_str()),
        Piece::Secret(_) | Piece::EncodedSecret { .. } => None,
    });
    characters.collect()
}

/// A file to write before the start.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) content: Words,
    pub(super) mode: u32,
    /// Whether it has to be in memory.
    pub(super) secret: bool,
}

/// A port and where it is on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Port {
    /// As the file calls it.
    pub(super) port: u16,
    pub(super) udp: bool,
    /// Where the process shall listen.
    pub(super) address: String,
    /// The port on which the process shall listen.
    pub(super) host: u16,
    /// Whether the number may be another one when this one is taken.
    pub(super) any: bool,
    /// Whether it is told to be published.
    pub(super) published: bool,
}

/// Everything that is known of a container but its name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) image: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) hostname: String,
    pub(super) entrypoint: Option<Vec<Words>>,
    pub(super) command: Option<Vec<Words>>,
    pub(super) environment: Vec<(String, Words)>,
    pub(super) files: Vec<File>,
    /// `(source on this machine, path as the file calls it)`.
    pub(super) mounts: Vec<(PathBuf, String)>,
    /// `(name of the volume, path as the file calls it)`.
    pub(super) volumes: Vec<(String, String)>,
    pub(super) aliases: Vec<String>,
    pub(super) peers: Vec<Peer>,
    pub(super) ports: Vec<Port>,
    pub(super) restart: Option<Restart>,
    pub(super) user: Option<String>,
    pub(super) workdir: Option<String>,
    pub(super) memory_limit: Option<u64>,
    #[serde(default)]
    pub(super) core_limit: Option<f64>,
    /// Paths of mounts and volumes that are only read.
    #[serde(default)]
    pub(super) read_only: Vec<String>,
    pub(super) stop_signal: Option<String>,
    pub(super) stop_seconds: u32,
    pub(super) form: ProcessForm,
}

/// A text as it is kept.
pub(super) fn words(text: &Text) -> Words {
    let piece = |segment: &Segment| match segment {
        Segment::Literal(text) => Piece::Plain(text.clone()),
        Segment::Value { content, .. } => Piece::Plain(content.clone().unwrap_or_default()),
        Segment::Secret { name, encoding } => match encoding.word() {
            None => Piece::Secret(name.clone()),
            Some(word) => Piece::EncodedSecret { name: name.clone(), encoding: word.to_owned() },
        },
    };
    text.segments().iter().map(piece).collect()
}

pub(super) fn file(upload: &Upload, secret: bool) -> File {
    File { path: upload.path.clone(), content: words(&upload.content), mode: upload.mode, secret }
}

impl Record {
    /// What is kept of a request; its ports are given besides.
    pub(super) fn new(id: String, request: &ContainerRequest, ports: Vec<Port>) -> Self {
        let all = |texts: &Option<Vec<Text>>| texts.as_ref().map(|texts| texts.iter().map(words).collect());
        let uploads = request.uploads.iter().map(|upload| file(upload, upload.content.has_secret()));
        let read_only = request.binds.iter().chain(&request.volumes).filter(|(_, _, read_only)| *read_only);
        Self {
            id,
            image: request.image.clone(),
            labels: request.labels.clone(),
            hostname: request.hostname.clone(),
            entrypoint: all(&request.entrypoint),
            command: all(&request.command),
            environment: request.environment.iter().map(|(name, value)| (name.clone(), words(value))).collect(),
            files: uploads.chain(request.secret_files.iter().map(|upload| file(upload, true))).collect(),
            mounts: request.binds.iter().map(|(source, path, _)| (PathBuf::from(source), path.clone())).collect(),
            volumes: request.volumes.iter().map(|(name, path, _)| (name.clone(), path.clone())).collect(),
            aliases: request.aliases.clone(),
            peers: request.peers.clone(),
            ports,
            restart: request.restart,
            user: request.user.clone(),
            workdir: request.workdir.clone(),
            memory_limit: request.resources.memory_limit,
            core_limit: request.resources.cpu_limit,
            read_only: read_only.map(|(_, path, _)| path.clone()).collect(),
            stop_signal: request.stop_signal.clone(),
            stop_seconds: request.stop_seconds,
            form: request.process.clone().unwrap_or_default(),
        }
    }

    /// Every text in it.
    pub(super) fn texts(&self) -> impl Iterator<Item = &Words> {
        let arguments = self.entrypoint.iter().chain(&self.command).flatten();
        let environment = self.environment.iter().map(|(_, value)| value);
        arguments.chain(environment).chain(self.files.iter().map(|file| &file.content))
    }
}
