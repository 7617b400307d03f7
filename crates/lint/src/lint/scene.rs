//! What a rule looks at.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::client::runs_a_client;
use super::state::{State, state_of};
use super::{Live, LiveVolume, Settings};
use crate::diagnostic::{Diagnostics, Rule};
use crate::expand::{Container, MountSource, Program, Role};
use crate::expr::{Known, Use};
use crate::include::Documents;
use crate::model::Document;
use crate::source::{Loader, Sources, Span};

/// One expanded job and what is known around it.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The texts that the program's spans lie in.
    pub sources: &'a Sources,
    /// Sees whether a path of the project is there, and reads the scripts that it mounts.
    pub loader: &'a dyn Loader,
    /// The directory of the project.
    pub directory: &'a Path,
    /// The containers and volumes.
    pub program: &'a Program,
    /// The values and secrets that its modules read, in the order in which they were met.
    pub uses: &'a [Use],
    /// What is set for the project.
    pub known: &'a dyn Known,
    /// What the project decided about its findings.
    pub settings: &'a Settings,
    /// The files of the project.
    pub documents: &'a Documents,
    /// What an engine holds of the project; `None` when nobody asked it.
    pub live: Option<&'a Live>,
    /// The whole of the files, for rules that judge what was written rather than a job; once per check, `None` for a job.
    pub whole: Option<&'a Whole<'a>>,
}

/// Everything that the files of a project can come down to.
#[derive(Debug, Clone, Copy)]
pub struct Whole<'a> {
    /// What each entry comes down to.
    pub programs: &'a [Program],
    /// Names of the modules that a template or tool reaches.
    pub reached: &'a BTreeSet<String>,
}

/// A rule and the function that looks for it.
#[derive(Debug)]
pub struct Lint {
    /// What is found.
    pub rule: &'static Rule,
    /// Reports each place.
    pub check: fn(&Scene<'_>, &mut Diagnostics),
}

impl<'a> Scene<'a> {
    /// All containers.
    pub fn containers(&self) -> impl Iterator<Item = &'a Container> {
        self.program.containers.values()
    }

    /// The files of the project itself, where the whole of it is judged.
    pub fn own_files(&self) -> impl Iterator<Item = &'a Document> + use<'a> {
        let documents = self.documents;
        self.whole.into_iter().flat_map(|_| documents.own_files())
    }

    /// Containers whose image is of this family, whichever blueprint runs them; one that only runs a client is not meant.
    pub fn servers(&self, family: &'static str) -> impl Iterator<Item = &'a Container> {
        self.containers().filter(move |container| {
            // A variant of a blueprint (`postgres!simple`) runs the same image.
            let known = container.facts.family.split('!').next();
            known == Some(family) && container.role == Role::Service && !runs_a_client(container)
        })
    }

    /// The volume that keeps the data of a server, by its id in the file, if an engine has it.
    pub fn live_data(&self, server: &'a Container) -> Option<(&'a str, &'a LiveVolume)> {
        let State::Kept(mount) = state_of(server) else { return None };
        let MountSource::Volume { id } = &mount.source else { return None };
        self.live?.volumes.get(id).map(|volume| (id.as_str(), volume))
    }

    /// The image that a reference stands for now, as its registry knows it.
    pub fn live_digest(&self, image: &str) -> Option<&'a str> {
        self.live?.images.get(image)?.digest.as_deref()
    }

    /// Where a path of the project is; `None` for one that leads out of it, which no rule follows.
    pub fn in_project(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(path);
        let out = path.is_absolute() || path.starts_with("~") || path.components().any(|part| part.as_os_str() == "..");
        (!out).then(|| self.directory.join(path))
    }

    /// Whether a word stands anywhere in the module or step that made a container: what it sets is then not absent.
    pub fn mentions(&self, container: &Container, word: &str) -> bool {
        self.sources.text(container.origin).contains(word)
    }

    /// The place of a key in the module or step that made a container; that of its call where the key stands elsewhere.
    pub fn key_of(&self, container: &Container, key: &str) -> Span {
        let part = self.part(container.origin, key);
        if part == container.origin { container.call } else { part }
    }

    /// The part of a place that holds these characters; the whole place unless they stand in it once, as they are.
    pub fn part(&self, span: Span, characters: &str) -> Span {
        let text = self.sources.text(span);
        let mut places = text.match_indices(characters).map(|(at, _)| at).take(2);
        match (places.next().filter(|_| !characters.is_empty()), places.next()) {
            (Some(at), None) => span.slice(at, at + characters.len()),
            _ => span,
        }
    }
}
