//! What a container's program finds around it: its files, its paths, its environment.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::engine::ProcessEngine;
use super::errors::Doing;
use super::mapping::Mapping;
use super::names::{LOOPBACK, Services};
use super::places::make_passage;
use super::record::{File, Piece, Record, Words};
use super::shelf::Held;
use super::supervisor::MARK;
use crate::engine::{EngineError, Failure, SecretSource};
use crate::plan::labels;

/// Variables of whoever calls `pt` that every program begins with.
const INHERITED: [&str; 11] =
    ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TERM"];

/// What a container's program finds around it.
pub(super) struct Setting {
    pub(super) mapping: Mapping,
    pub(super) services: Services,
    /// Words that a manifest may use: `port`, `port.N`, `address`, `data`, `state`.
    placeholders: BTreeMap<String, String>,
}

impl ProcessEngine {
    /// The setting of a container; makes nothing.
    pub(super) fn setting(&self, held: &Held) -> io::Result<Setting> {
        let record = &held.record;
        let own = held.folder.join("root");
        let secrets = self.shelf.places.secrets(&record.id)?;
        let mut mapping = Mapping::default();
        for file in &record.files {
            let root = if file.secret { &secrets } else { &own };
            mapping.add(&file.path, root.join(file.path.trim_start_matches('/')));
        }
        for (source, path) in &record.mounts {
            mapping.add(path, source.clone());
        }
        for (volume, path) in &record.volumes {
            mapping.add(path, self.shelf.places.volume(volume));
        }
        for path in record.form.data.iter().chain(&record.workdir).filter(|path| path.len() > 1) {
            if mapping.place(path).is_none() {
                mapping.add(path, own.join(path.trim_start_matches('/')));
            }
        }
        let services = self.services(record)?;
        let placeholders = placeholders(record, &mapping, &held.folder);
        Ok(Setting { mapping, services, placeholders })
    }

    /// Makes the directories and files that the program finds.
    pub(super) fn furnish(
        &self,
        held: &Held,
        setting: &Setting,
        owner: Option<(u32, u32)>,
        secrets: &dyn SecretSource,
        doing: &Doing,
    ) -> Result<(), EngineError> {
        let record = &held.record;
        for file in &record.files {
            let content = super::containers::reveal(&setting.mapping_free(file), secrets, doing)?;
            let place = setting
                .mapping
                .place(&file.path)
                .ok_or_else(|| doing.failed(Failure::Unsupported(format!("`{}` is no path of a file", file.path))))?;
            put(&place, content.as_bytes(), file, owner).map_err(|error| doing.io(&error))?;
        }
        let volumes = record.volumes.iter().map(|(volume, _)| self.shelf.places.volume(volume));
        let own = record.form.data.iter().chain(&record.workdir).filter_map(|path| setting.mapping.place(path));
        let own: Vec<PathBuf> = own.filter(|place| place.starts_with(&held.folder)).collect();
        for place in volumes.chain(own) {
            make_passage(place.parent().unwrap_or(&place)).map_err(|error| doing.io(&error))?;
            make_room(&place, owner).map_err(|error| doing.io(&error))?;
        }
        Ok(())
    }

    /// The environment, secrets by name.
    pub(super) fn environment(
        &self,
        held: &Held,
        setting: &Setting,
        account: Option<&Account>,
    ) -> Vec<(String, Words)> {
        let record = &held.record;
        let mut environment: Vec<(String, Words)> = Vec::new();
        let mut set = |name: &str, value: Words| match environment.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => environment.push((name.to_owned(), value)),
        };
        let plain = |text: &str| vec![Piece::Plain(text.to_owned())];
        for name in INHERITED {
            if let Some(value) = self.variables.get(name) {
                set(name, plain(value));
            }
        }
        if let Some(account) = account {
            set("HOME", plain(&account.home));
            set("USER", plain(&account.name));
            set("LOGNAME", plain(&account.name));
        }
        if let Some(port) = record.ports.first() {
            set("PORT", plain(&port.host.to_string()));
        }
        for port in &record.ports {
            set(&format!("PORT_{}", port.port), plain(&port.host.to_string()));
        }
        for (name, value) in &record.form.environment {
            set(name, plain(&setting.fill(value)));
        }
        let mut own = record.environment.clone();
        setting.services.pairs(&mut own);
        for (name, value) in own {
            set(&name, setting.resolve(&value));
        }
        set(MARK, plain(&record.id));
        environment
    }

    /// Where the program begins.
    pub(super) fn directory(held: &Held, setting: &Setting) -> PathBuf {
        let workdir = held.record.workdir.as_ref().and_then(|path| setting.mapping.place(path));
        let project = || PathBuf::from(held.label(labels::DIRECTORY));
        workdir.unwrap_or_else(|| if project().is_dir() { project() } else { PathBuf::from("/") })
    }
}

impl Setting {
    /// A text with service names and paths of the file turned into those of this machine.
    pub(super) fn resolve(&self, words: &Words) -> Words {
        self.mapping.resolve(&self.services.resolve(words))
    }

    /// As [`Setting::resolve`], for plain characters.
    pub(super) fn in_words(&self, text: &str) -> String {
        let resolved = self.resolve(&vec![Piece::Plain(text.to_owned())]);
        let plain = resolved.into_iter().map(|piece| match piece {
            Piece::Plain(text) | Piece::Secret(text) | Piece::EncodedSecret { name: text, .. } => text,
        });
        plain.collect()
    }

    /// What stands in a file is only looked through for services: its paths may be anybody's.
    fn mapping_free(&self, file: &File) -> Words {
        self.services.resolve(&file.content)
    }

    /// A text of a manifest with its `{{ words }}` filled in; a word that is none of ours is left.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            let known =
                after.split_once("}}").and_then(|(word, after)| Some((self.placeholders.get(word.trim())?, after)));
            filled.push_str(known.map_or("{{", |(value, _)| value));
            rest = known.map_or(after, |(_, after)| after);
        }
        filled.push_str(rest);
        filled
    }
}

fn placeholders(record: &Record, mapping: &Mapping, folder: &Path) -> BTreeMap<String, String> {
    let mut words = BTreeMap::new();
    let first = record.ports.first();
    words.insert("address".to_owned(), first.map_or(LOOPBACK, |port| &port.address).to_owned());
    words.extend(first.map(|port| ("port".to_owned(), port.host.to_string())));
    words.extend(record.ports.iter().map(|port| (format!("port.{}", port.port), port.host.to_string())));
    let data = record.form.data.as_ref().and_then(|path| mapping.place(path));
    words.extend(data.map(|data| ("data".to_owned(), data.to_string_lossy().into_owned())));
    words.insert("state".to_owned(), folder.join("root").to_string_lossy().into_owned());
    words
}

/// Writes a file, whole, for the user of the program alone where it holds a secret.
fn put(place: &Path, content: &[u8], file: &File, owner: Option<(u32, u32)>) -> io::Result<()> {
    use std::io::Write as _;
    let directory = place.parent().ok_or(io::ErrorKind::InvalidInput)?;
    make_passage(directory)?;
    let new = directory.join(format!(".new-{}", place.file_name().unwrap_or_default().to_string_lossy()));
    super::shelf::gone(fs::remove_file(&new))?;
    let mut written = fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(&new)?;
    written.write_all(content)?;
    if let Some((uid, gid)) = owner.filter(|_| file.secret) {
        std::os::unix::fs::chown(&new, Some(uid), Some(gid))?;
    }
    let mode = if file.secret { file.mode & 0o500 } else { file.mode };
    fs::set_permissions(&new, fs::Permissions::from_mode(mode))?;
    fs::rename(&new, place)
}

/// Makes a directory that the program may write to; one that is there already is left as it is.
fn make_room(place: &Path, owner: Option<(u32, u32)>) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    match fs::DirBuilder::new().mode(0o700).create(place) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let fresh = fs::read_dir(place)?.next().is_none();
    match owner.filter(|_| fresh) {
        Some((uid, gid)) => std::os::unix::fs::chown(place, Some(uid), Some(gid)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_manifest_are_filled_in_and_others_left() {
        let placeholders = BTreeMap::from([("port".to_owned(), "40001".to_owned())]);
        let setting = Setting { mapping: Mapping::default(), services: Services::default(), placeholders };
        assert_eq!(setting.fill("--port={{ port }},{{port}} {{ other }} {{"), "--port=40001,40001 {{ other }} {{");
    }
}
