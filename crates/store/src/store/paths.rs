//! Where things lie: directories by the XDG rules, and the directory of one project below them. In: the captured environment and
//! the project's directory and name; out: paths. Nothing is created here.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{Environment, StoreError};

/// The directories of `pt`. One is `None` when neither its variable nor `HOME` is set; that is an error only on writing.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    data: Option<PathBuf>,
    config: Option<PathBuf>,
    system: Vec<PathBuf>,
    state: Option<PathBuf>,
    runtime: Option<PathBuf>,
}

impl Paths {
    /// Follows `XDG_DATA_HOME`, `XDG_CONFIG_HOME`, `XDG_STATE_HOME`, `XDG_RUNTIME_DIR`, else `HOME`; and `XDG_CONFIG_DIRS`, else
    /// `/etc/xdg`.
    pub fn from_environment(environment: &Environment) -> Self {
        let home = environment.path("HOME");
        let below = |variable: &str, default: &str| {
            let base = environment.path(variable).or_else(|| home.as_ref().map(|home| home.join(default)))?;
            Some(base.join("pt"))
        };
        let system = environment.paths("XDG_CONFIG_DIRS").unwrap_or_else(|| vec![PathBuf::from("/etc/xdg")]);
        Self {
            data: below("XDG_DATA_HOME", ".local/share"),
            config: below("XDG_CONFIG_HOME", ".config"),
            system: system.iter().map(|base| base.join("pt")).collect(),
            state: below("XDG_STATE_HOME", ".local/state"),
            runtime: environment.path("XDG_RUNTIME_DIR").map(|base| base.join("pt")),
        }
    }

    /// `$XDG_DATA_HOME/pt`: one directory for each project's values and secrets.
    pub fn data(&self) -> Option<&Path> {
        self.data.as_deref()
    }

    /// `$XDG_CONFIG_HOME/pt`: the identity and the user's settings.
    pub fn config(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// `pt` in each of `$XDG_CONFIG_DIRS`, the strongest first: the settings of all users of a machine.
    pub fn system(&self) -> &[PathBuf] {
        &self.system
    }

    /// `$XDG_STATE_HOME/pt`: locks of runs.
    pub fn state(&self) -> Option<&Path> {
        self.state.as_deref()
    }

    /// `$XDG_RUNTIME_DIR/pt`: files that must not outlive the session; there is no default for it.
    pub fn runtime(&self) -> Option<&Path> {
        self.runtime.as_deref()
    }

    /// The directory of a project's values and secrets.
    pub fn project(&self, project: &ProjectKey) -> Option<PathBuf> {
        self.data.as_ref().map(|data| data.join(project.as_str()))
    }

    /// The file of the user's age identity.
    pub fn identity(&self) -> Option<PathBuf> {
        self.config.as_ref().map(|config| config.join("identity"))
    }
}

/// Which project: its canonical directory and its name, and a readable key made of both (`shop-1f2e3d4c`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectKey {
    key: String,
    name: String,
    directory: PathBuf,
}

impl ProjectKey {
    /// The key of the project `name` in `directory`; the same name in another directory gives another key.
    pub fn new(directory: &Path, name: &str) -> Result<Self, StoreError> {
        let directory = std::fs::canonicalize(directory).map_err(StoreError::io("find", directory))?;
        Ok(Self { key: key(&directory, name), name: name.to_owned(), directory })
    }

    /// The key of the project `name` in a directory that may be gone.
    pub fn absent(directory: &Path, name: &str) -> Self {
        Self { key: key(directory, name), name: name.to_owned(), directory: directory.to_owned() }
    }

    /// A key that was written down earlier; its directory may be gone.
    pub fn recorded(key: &str, name: &str, directory: &str) -> Self {
        Self { key: key.to_owned(), name: name.to_owned(), directory: PathBuf::from(directory) }
    }

    /// `<name>-<8 hex digits>`, fit to be the name of a directory.
    pub fn as_str(&self) -> &str {
        &self.key
    }

    /// The project's name as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The project's directory, absolute and without symbolic links.
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

fn key(directory: &Path, name: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(directory.as_os_str().as_bytes());
    hash.update([0]);
    hash.update(name.as_bytes());
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    let readable: String =
        name.chars().map(|character| if allowed(character) { character } else { '-' }).take(40).collect();
    let readable = readable.trim_start_matches(['.', '-']);
    let mut key = if readable.is_empty() { "project".to_owned() } else { readable.to_owned() };
    key.push('-');
    for byte in &hash.finalize()[..4] {
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
    key
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn follows_the_xdg_variables_and_falls_back_to_home() {
        let set = [("HOME", "/home/ada"), ("XDG_DATA_HOME", "/data"), ("XDG_CONFIG_HOME", "relative")];
        let paths = Paths::from_environment(&set.into_iter().collect());
        assert_eq!(paths.data(), Some(Path::new("/data/pt")));
        assert_eq!(paths.config(), Some(Path::new("/home/ada/.config/pt")));
        assert_eq!(paths.state(), Some(Path::new("/home/ada/.local/state/pt")));
        assert_eq!(paths.runtime(), None);
        assert_eq!(paths.system(), [PathBuf::from("/etc/xdg/pt")]);
        assert_eq!(paths.identity(), Some(PathBuf::from("/home/ada/.config/pt/identity")));
    }

    #[test]
    fn follows_the_list_of_directories_for_all_users() {
        let set = [("XDG_CONFIG_DIRS", "/usr/local/etc:relative::/etc")];
        let paths = Paths::from_environment(&set.into_iter().collect());
        assert_eq!(paths.system(), [PathBuf::from("/usr/local/etc/pt"), PathBuf::from("/etc/pt")]);
    }

    #[test]
    fn has_no_directories_without_home() {
        let paths = Paths::from_environment(&Environment::default());
        assert!(paths.data().is_none() && paths.config().is_none() && paths.state().is_none());
    }

    #[test]
    fn the_same_name_in_another_folder_is_another_project() {
        let root = tempfile::tempdir().unwrap();
        let (a, b) = (root.path().join("a"), root.path().join("b"));
        std::fs::create_dir(&a).unwrap();
        std::fs::create_dir(&b).unwrap();
        std::os::unix::fs::symlink(&a, root.path().join("link")).unwrap();
        let key = |path: &Path, name: &str| ProjectKey::new(path, name).unwrap();
        assert_ne!(key(&a, "shop"), key(&b, "shop"));
        assert_ne!(key(&a, "shop").as_str(), key(&a, "shop!").as_str());
        assert_eq!(key(&a, "shop"), key(&root.path().join("link"), "shop"));
        let readable = key(&a, "shop");
        assert!(readable.as_str().starts_with("shop-") && readable.as_str().len() == "shop-".len() + 8, "{readable:?}");
    }

    #[test]
    fn hostile_names_stay_one_harmless_path_component() {
        let root = tempfile::tempdir().unwrap();
        for name in ["", "..", "../../etc", "a/b", "-rf", "\u{1b}[2J", &"x".repeat(400)] {
            let key = ProjectKey::new(root.path(), name).unwrap();
            let plain = key.as_str().chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
            assert!(plain && !key.as_str().starts_with(['.', '-']) && key.as_str().len() <= 49, "{key:?}");
        }
    }
}
