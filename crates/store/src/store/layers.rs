//! The order in which values and secrets are looked for. Values: given on the command line → `PT_VALUE_<NAME>` → the store →
//! `config/values.yml` of the project. Secrets: files named explicitly → `PT_SECRET_<NAME>` → the file in `PT_SECRETS_FILE` →
//! the store → `config/secrets.yml`. A project that loads its `config` files has them before the store. In: the store, the captured environment, what was named; out: a [`Snapshot`], or secrets.
//! A name with nothing or (for a secret) an empty text is not set. Uses the store, `exchange`, and `source` for project files.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::environment::SECRETS_FILE_VARIABLE;
use super::name::{check_content, check_name, check_secret, name_problem};
use super::private_file::FILE_LIMIT;
use super::snapshot::{Layered, Origin, Snapshot};
use super::{Environment, Format, ProjectStore, SECRET_PREFIX, Secret, StoreError, VALUE_PREFIX, import};
use crate::source::{DiskLoader, LoadError, Loader};

const VALUES_FILE: &str = "config/values.yml";
const SECRETS_FILE: &str = "config/secrets.yml";

/// All sources of values and secrets of a project.
#[derive(Debug, Clone)]
pub struct Layers {
    store: ProjectStore,
    environment: Environment,
    values: BTreeMap<String, String>,
    secret_files: Vec<SecretFile>,
    environment_file: Option<SecretFile>,
    /// Whether the files of the project come before the store.
    config_first: bool,
}

/// A file of secrets, read once: it may be a pipe.
#[derive(Debug, Clone)]
struct SecretFile {
    path: PathBuf,
    entries: BTreeMap<String, Secret>,
}

impl Layers {
    /// The store, the environment and the project's own files.
    pub fn new(store: ProjectStore, environment: Environment) -> Result<Self, StoreError> {
        let environment_file = environment.text(SECRETS_FILE_VARIABLE)?.map(|path| read_secret_file(Path::new(path)));
        let environment_file = environment_file.transpose()?;
        let (values, secret_files) = (BTreeMap::new(), Vec::new());
        Ok(Self { store, environment, values, secret_files, environment_file, config_first: false })
    }

    /// Puts the files of the project before the store: what will be so once they are loaded.
    #[must_use]
    pub fn with_config_first(mut self, config_first: bool) -> Self {
        self.config_first = config_first;
        self
    }

    /// Adds values that come before all others.
    pub fn with_values(mut self, values: BTreeMap<String, String>) -> Result<Self, StoreError> {
        for (name, value) in &values {
            check_name(name)?;
            check_content(name, value)?;
        }
        self.values = values;
        Ok(self)
    }

    /// Adds files of secrets (dotenv; `.json` and `.yml` by their names) that come before all others, a later one before an earlier.
    pub fn with_secret_files<P: AsRef<Path>>(mut self, paths: &[P]) -> Result<Self, StoreError> {
        self.secret_files = paths.iter().rev().map(|path| read_secret_file(path.as_ref())).collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// The store.
    pub fn store(&self) -> &ProjectStore {
        &self.store
    }

    /// What is set now. Decrypts nothing.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let snapshot = Snapshot { values: self.layered_values()?, secrets: self.secret_names()? };
        snapshot.check_clashes([], [])?;
        Ok(snapshot)
    }

    /// The contents of these secrets, for the moment they are needed; the store is decrypted at most once. All missing ones are
    /// reported together.
    pub fn resolve(&self, names: &BTreeSet<String>) -> Result<BTreeMap<String, Secret>, StoreError> {
        let known = self.secret_names()?;
        known.check_clashes(names.iter().map(String::as_str))?;
        let missing: Vec<String> = names.iter().filter(|name| known.get(name).is_none()).cloned().collect();
        if !missing.is_empty() {
            return Err(StoreError::Missing { secrets: missing });
        }
        let in_store = |name: &&String| known.get(name).is_some_and(|entry| matches!(entry.origin, Origin::Store(_)));
        let contents = self.secret_contents(&names.iter().filter(in_store).cloned().collect())?;
        let mut resolved = BTreeMap::new();
        for name in names {
            let entry = contents.get(name).ok_or_else(|| StoreError::Missing { secrets: vec![name.clone()] })?;
            check_secret(name, entry.value.expose())?;
            resolved.insert(name.clone(), entry.value.clone());
        }
        Ok(resolved)
    }

    fn layered_values(&self) -> Result<Layered<String>, StoreError> {
        let mut layered = Layered::new(VALUE_PREFIX);
        for (name, value) in &self.values {
            layered.above(name, value.clone(), Origin::Argument);
        }
        for variable in variables(&self.environment, VALUE_PREFIX) {
            layered.variable(variable, self.environment.text(variable)?.unwrap_or_default().to_owned());
        }
        let stored = self.store.values().all()?.into_iter().map(|(name, value)| (name, value, Origin::Store(None)));
        let mut written = Vec::new();
        for (name, value) in self.config_values()? {
            check_content(&name, &value)?;
            written.push((name, value, Origin::Project(VALUES_FILE.into())));
        }
        for (name, value, origin) in self.in_order(stored, written.into_iter()) {
            layered.below(&name, value, origin);
        }
        Ok(layered)
    }

    /// What is in the store and what is in the files of the project, that which counts more first.
    fn in_order<T>(&self, stored: impl Iterator<Item = T>, written: impl Iterator<Item = T>) -> Vec<T> {
        if self.config_first { written.chain(stored).collect() } else { stored.chain(written).collect() }
    }

    /// The values in `config/values.yml` of the project.
    pub(super) fn config_values(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let entries = self.project_file(VALUES_FILE)?.into_iter();
        Ok(entries.map(|(name, value)| (name, value.expose().to_owned())).collect())
    }

    /// The secrets in `config/secrets.yml` of the project.
    pub(super) fn config_secrets(&self) -> Result<BTreeMap<String, Secret>, StoreError> {
        self.project_file(SECRETS_FILE)
    }

    /// Where `config/secrets.yml` of the project would lie.
    pub(super) fn config_secrets_path(&self) -> PathBuf {
        self.store.project().directory().join(SECRETS_FILE)
    }

    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }

    fn secret_names(&self) -> Result<Layered<()>, StoreError> {
        let stored = self.store.secrets().names()?;
        let stored = stored.into_iter().map(|(name, info)| (name, (), Origin::Store(Some(info.set_at))));
        self.layered_secrets(stored, |_| ())
    }

    /// The contents of all layers, of the store those in `stored`.
    fn secret_contents(&self, stored: &BTreeSet<String>) -> Result<Layered<Secret>, StoreError> {
        let stored = if stored.is_empty() { BTreeMap::new() } else { self.store.secrets().get_all(stored)? };
        self.layered_secrets(
            stored.into_iter().map(|(name, secret)| (name, secret, Origin::Store(None))),
            Secret::clone,
        )
    }

    fn layered_secrets<T>(
        &self,
        stored: impl Iterator<Item = (String, T, Origin)>,
        keep: impl Fn(&Secret) -> T,
    ) -> Result<Layered<T>, StoreError> {
        let mut layered = Layered::new(SECRET_PREFIX);
        for file in &self.secret_files {
            for (name, secret) in &file.entries {
                layered.above(name, keep(secret), Origin::File(file.path.clone()));
            }
        }
        for variable in variables(&self.environment, SECRET_PREFIX) {
            layered.variable(variable, keep(&Secret::from(self.environment.text(variable)?.unwrap_or_default())));
        }
        if let Some(file) = &self.environment_file {
            for (name, secret) in &file.entries {
                layered.below(name, keep(secret), Origin::File(file.path.clone()));
            }
        }
        let written = self.config_secrets()?.into_iter().filter(|(_, secret)| !secret.expose().is_empty());
        let written = written.map(|(name, secret)| (name, keep(&secret), Origin::Project(SECRETS_FILE.into())));
        for (name, kept, origin) in self.in_order(stored, written) {
            layered.below(&name, kept, origin);
        }
        Ok(layered)
    }

    /// The entries of a flat YAML file of the project; none when there is no such file. A link that leads out is not followed.
    fn project_file(&self, relative: &str) -> Result<BTreeMap<String, Secret>, StoreError> {
        let root = self.store.project().directory();
        let path = root.join(relative);
        match DiskLoader.read_in(root, &path) {
            Ok(text) => import(Format::Yaml, &path, &Zeroizing::new(text)),
            Err(LoadError::NotFound) => Ok(BTreeMap::new()),
            Err(LoadError::Dangling) => Err(kind(&path, "a link to nothing")),
            Err(LoadError::LeadsOut) => Err(kind(&path, "a link that leads out of the project")),
            Err(LoadError::NotAFile) => Err(kind(&path, "not a regular file")),
            Err(LoadError::TooLarge { size, limit }) => Err(StoreError::TooLarge { path, size, limit }),
            Err(LoadError::NotUtf8 { offset, line }) => Err(not_text(&path, offset, line)),
            Err(LoadError::Io(error)) => Err(StoreError::io("read", &path)(error)),
        }
    }
}

/// Variables after whose prefix a name can stand.
fn variables<'e>(environment: &'e Environment, prefix: &'static str) -> impl Iterator<Item = &'e str> {
    environment.names_with_prefix(prefix).filter(move |variable| name_problem(&variable[prefix.len()..]).is_none())
}

fn read_secret_file(path: &Path) -> Result<SecretFile, StoreError> {
    let file = std::fs::File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => StoreError::NoSuchFile { path: path.to_owned() },
        _ => StoreError::io("read", path)(error),
    })?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map_err(StoreError::io("read", path))?;
    if bytes.len() as u64 > FILE_LIMIT {
        return Err(StoreError::TooLarge { path: path.to_owned(), size: bytes.len() as u64, limit: FILE_LIMIT });
    }
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        not_text(path, before.len(), before.split(|byte| *byte == b'\n').count())
    })?;
    let entries = import(Format::of(path), path, text)?.into_iter().filter(|(_, secret)| !secret.expose().is_empty());
    Ok(SecretFile { path: path.to_owned(), entries: entries.collect() })
}

fn kind(path: &Path, found: &'static str) -> StoreError {
    StoreError::Kind { path: path.to_owned(), found }
}

fn not_text(path: &Path, at: usize, line: usize) -> StoreError {
    let problem = format!("not UTF-8 text (byte {at})");
    StoreError::Malformed { path: path.to_owned(), line, column: 1, problem }
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
