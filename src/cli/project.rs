//! Which project this is: its file, its directory, its name, and what is set for it.

use std::path::{Path, PathBuf};

use super::arguments::Global;
use super::failure::Failure;
use crate::ide::Given;
use crate::include::{FILE_NAMES, FOLDER, project_directory, root_of};
use crate::source::DiskLoader;
use crate::store::{Checkout, Environment, Layers, Paths, ProjectKey, ProjectStore, Register};

/// A blueprint file and the project around it.
#[derive(Debug, Clone)]
pub struct Located {
    /// The file, as a message names it.
    pub file: PathBuf,
    /// Its directory, as a message names it; empty for the working directory.
    pub directory: PathBuf,
    /// The same directory, absolute and without links.
    pub root: PathBuf,
    /// The project's name.
    pub name: String,
    /// What the register knows of the directory.
    pub known: Option<Checkout>,
    /// Whether the project's `config` files are loaded before anything else, and so come before the store.
    pub loads_config: bool,
}

/// A path as the user means it after `-C`.
pub fn based(global: &Global, path: &Path) -> PathBuf {
    match &global.directory {
        Some(directory) => directory.join(path),
        None => path.to_path_buf(),
    }
}

/// The blueprint file of a directory.
fn file_in(directory: &Path) -> Option<PathBuf> {
    let beside = FILE_NAMES.iter().map(|name| directory.join(name));
    let inside = FILE_NAMES.iter().map(|name| directory.join(FOLDER).join(name));
    beside.chain(inside).find(|path| path.symlink_metadata().is_ok_and(|found| !found.is_dir()))
}

/// As near to what the user typed as can be: `../polytope.yml` rather than a long absolute path.
pub fn near(start: &Path, absolute: &Path, file: &Path) -> PathBuf {
    let common = absolute.ancestors().enumerate().find_map(|(up, above)| Some((up, file.strip_prefix(above).ok()?)));
    match common {
        Some((0, rest)) => start.join(rest),
        Some((up, rest)) => start.join("../".repeat(up)).join(rest),
        None => file.to_path_buf(),
    }
}

/// The project that a file belongs to, if another one above it includes it; as near to what the user typed as can be.
pub fn project_of(file: &Path) -> Option<PathBuf> {
    let directory = file.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let absolute = directory.canonicalize().ok()?;
    let root = root_of(&DiskLoader, &absolute.join(file.file_name()?))?;
    Some(near(file.parent().unwrap_or(Path::new("")), &absolute, &root))
}

impl Located {
    /// The file that `-f` names, or the nearest one in this directory and those above it, up to the repository's root.
    pub fn find(global: &Global) -> Result<Self, Failure> {
        if let Some(file) = &global.file {
            return Self::at(based(global, file), global);
        }
        let start = based(global, Path::new(""));
        let here = if start.as_os_str().is_empty() { Path::new(".") } else { &start };
        let absolute = here
            .canonicalize()
            .map_err(|error| Failure::usage(format!("{} cannot be entered", here.display())).because(error))?;
        for directory in absolute.ancestors() {
            if let Some(file) = file_in(directory) {
                // What is included is part of the project that includes it.
                let file = root_of(&DiskLoader, &file).unwrap_or(file);
                return Self::at(near(&start, &absolute, &file), global);
            }
            if directory.join(".git").exists() {
                break;
            }
        }
        Err(Failure::usage("there is no polytope.yml here or in a directory above")
            .help("`pt init` writes a first one; `--file FILE` names another one"))
    }

    /// Whether a blueprint file lies above a directory, up to the repository's root.
    pub fn around(directory: &Path) -> bool {
        let Ok(absolute) = directory.canonicalize() else { return false };
        let inside = absolute.ancestors().take_while(|above| !above.join(".git").exists()).count();
        absolute.ancestors().take(inside + 1).skip(1).any(|above| file_in(above).is_some())
    }

    /// The project of a file.
    pub fn at(file: PathBuf, global: &Global) -> Result<Self, Failure> {
        let directory = project_directory(&file);
        let shown = if directory.as_os_str().is_empty() { Path::new(".") } else { &directory };
        let root = shown.canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Failure::usage(format!("{}: no such file", file.display())),
            _ => Failure::usage(format!("{} cannot be entered", shown.display())).because(error),
        })?;
        let name = match &global.project {
            Some(name) => name.clone(),
            None => root.file_name().and_then(|name| name.to_str()).unwrap_or("project").to_owned(),
        };
        let key = ProjectKey::new(&root, &name)?;
        // One that cannot be read is told by whoever is about to change something.
        let register = Register::read(&Paths::from_environment(environment())).unwrap_or_default();
        let known = register.find(&key, global.project.is_none()).cloned();
        Ok(Self { file, directory, root, name, known, loads_config: false })
    }

    /// The project's values and secrets.
    pub fn store(&self) -> Result<ProjectStore, Failure> {
        let key = match &self.known {
            Some(known) => known.key(),
            None => ProjectKey::new(&self.root, &self.name)?,
        };
        Ok(ProjectStore::open(environment(), &key)?)
    }

    /// All places where values and secrets are looked up.
    pub fn layers(&self) -> Result<Layers, Failure> {
        Ok(Layers::new(self.store()?, environment().clone())?.with_config_first(self.loads_config))
    }

    /// What the compiler may know: values that are set, and names of secrets. Decrypts nothing.
    pub fn known(&self) -> Result<Given, Failure> {
        Ok(Given(self.layers()?.snapshot()?))
    }
}

/// The environment of this process, read once.
pub fn environment() -> &'static Environment {
    static ENVIRONMENT: std::sync::LazyLock<Environment> = std::sync::LazyLock::new(|| {
        let own = std::env::vars_os();
        #[cfg(test)]
        let own = own.chain(of_tests());
        own.collect()
    });
    &ENVIRONMENT
}

/// Directories for unit tests, so that they leave those of whoever runs them alone.
#[cfg(test)]
fn of_tests() -> impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)> {
    let base = std::env::temp_dir().join(format!("pt-unit-tests-{}", rustix::process::geteuid().as_raw()));
    let names = ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"];
    names.into_iter().map(move |name| (name.into(), base.join(name).into_os_string()))
}
