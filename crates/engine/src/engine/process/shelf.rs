//! Containers as folders: `containers/<id>/` holds what one was made from, its name, its files, its log and its state.
//!
//! A folder without a name is half-made, by somebody who is at it or was killed: nobody takes it for a container. Names are
//! given and taken under one short lock.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::places::{Places, make_passage, write_whole};
use super::record::Record;
use super::state;
use crate::plan::State;

/// How long a folder that nobody has marked yet may be in the making.
const IN_THE_MAKING: Duration = Duration::from_secs(10);

/// A container that is there.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) folder: PathBuf,
    pub(super) name: String,
    pub(super) record: Record,
}

impl Held {
    pub(super) fn label(&self, name: &str) -> &str {
        self.record.labels.get(name).map(String::as_str).unwrap_or_default()
    }

    pub(super) fn state(&self) -> State {
        state::state(&self.folder)
    }

    pub(super) fn is_up(&self) -> bool {
        matches!(self.state(), State::Running | State::Restarting)
    }

    /// What it is called now, however it was called when it was looked at.
    pub(super) fn save(&self) -> io::Result<()> {
        write_whole(&self.folder.join(RECORD), &serde_json::to_vec(&self.record)?)
    }
}

const NAME: &str = "name";
/// Whoever makes a folder holds a lock on this file in it.
const MAKING: &str = "making";
const RECORD: &str = "container.json";

/// All containers of an engine.
#[derive(Debug, Clone)]
pub(super) struct Shelf {
    pub(super) places: Places,
}

/// Why nothing was put on the shelf.
pub(super) enum NotPut {
    /// The name is taken.
    Taken(Box<Held>),
    Io(io::Error),
}

impl From<io::Error> for NotPut {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Shelf {
    /// All containers, by name.
    pub(super) fn all(&self) -> Vec<Held> {
        let entries = fs::read_dir(self.places.containers()).into_iter().flatten().flatten();
        let mut all: Vec<Held> = entries.filter_map(|entry| read(&entry.path())).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// The container of a name or id.
    pub(super) fn find(&self, container: &str) -> Option<Held> {
        self.all().into_iter().find(|held| held.name == container || held.record.id == container)
    }

    /// Nobody else changes names or ports while this lives.
    pub(super) fn lock(&self) -> io::Result<File> {
        make_passage(&self.places.state)?;
        let path = self.places.state.join("lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
        file.lock()?;
        Ok(file)
    }

    /// Makes a folder for a container that has no name yet.
    pub(super) fn begin(&self, id: &str) -> io::Result<(PathBuf, File)> {
        let containers = self.places.containers();
        make_passage(&containers)?;
        let folder = containers.join(id);
        fs::DirBuilder::new().mode(0o711).create(&folder)?;
        let making = OpenOptions::new().create_new(true).write(true).mode(0o600).open(folder.join(MAKING))?;
        making.lock()?;
        Ok((folder, making))
    }

    /// Gives a folder that is whole its name.
    pub(super) fn put(&self, folder: &Path, name: &str, record: &Record) -> Result<(), NotPut> {
        write_whole(&folder.join(RECORD), &serde_json::to_vec(record).map_err(io::Error::from)?)?;
        let _lock = self.lock()?;
        if let Some(taken) = self.find(name) {
            return Err(NotPut::Taken(Box::new(taken)));
        }
        Ok(write_whole(&folder.join(NAME), name.as_bytes())?)
    }

    /// Gives a container another name.
    pub(super) fn rename(&self, held: &Held, to: &str) -> Result<(), NotPut> {
        let _lock = self.lock()?;
        match self.find(to) {
            Some(taken) if taken.record.id != held.record.id => Err(NotPut::Taken(Box::new(taken))),
            _ => Ok(write_whole(&held.folder.join(NAME), to.as_bytes())?),
        }
    }

    /// Removes a container with all that is its own. The name goes first: what is left of a folder is no container.
    pub(super) fn remove(&self, held: &Held) -> io::Result<()> {
        {
            let _lock = self.lock()?;
            gone(fs::remove_file(held.folder.join(NAME)))?;
        }
        if let Ok(secrets) = self.places.secrets(&held.record.id) {
            gone(fs::remove_dir_all(secrets))?;
        }
        gone(fs::remove_dir_all(&held.folder))
    }

    /// Removes what was never finished.
    pub(super) fn sweep(&self) {
        let entries = fs::read_dir(self.places.containers()).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| !entry.path().join(NAME).exists()) {
            if is_abandoned(&entry) && !state::is_held(&entry.path()) {
                // What cannot be removed is never looked at either.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Whether whoever began a folder is gone.
fn is_abandoned(entry: &fs::DirEntry) -> bool {
    if let Ok(making) = File::open(entry.path().join(MAKING)) {
        return making.try_lock().is_ok();
    }
    let made = entry.metadata().and_then(|found| found.modified());
    made.is_ok_and(|made| SystemTime::now().duration_since(made).is_ok_and(|age| age > IN_THE_MAKING))
}

fn read(folder: &Path) -> Option<Held> {
    let name = fs::read_to_string(folder.join(NAME)).ok()?;
    let record = serde_json::from_slice(&fs::read(folder.join(RECORD)).ok()?).ok()?;
    Some(Held { folder: folder.to_owned(), name, record })
}

/// What is gone already is no error.
pub(super) fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
