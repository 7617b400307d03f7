//! What the tests of this room share: a home directory of their own, identities, and texts that break careless code.

use std::path::{Path, PathBuf};

use super::identity::Identities;
use super::{Environment, ProjectKey, ProjectStore};

/// Texts that must come back byte by byte.
pub(super) const NASTY: &[&str] = &[
    "plain",
    " leading and trailing ",
    "\t",
    "line one\nline two\n",
    "\n\nblank lines around\n\n",
    "windows\r\nline\rends\r\n",
    "it's \"quoted\" with `ticks`",
    "'''",
    "\"",
    "$HOME ${HOME} $(id) $$ \\$",
    "back\\slash \\n \\\\ \\",
    "# not a comment",
    "value # not a comment either",
    "key: value, [a, {b: c}] & *alias !tag %dir @at |",
    "- dash",
    "null",
    "~",
    "true",
    "0x1F",
    "1.10",
    "=a=b=",
    "пароль 密码 🔑 \u{e9}\u{301}",
    "\u{feff}mark",
    "\u{85}next\u{2028}line\u{2029}end",
    "\u{1}\u{7}\u{1b}[31m\u{7f}\u{9b}",
    "-----BEGIN KEY-----\nMIIB+/=\n-----END KEY-----\n",
    "{\"json\": \"a\\/b\"}",
    "---\n...\n",
    "\u{10ffff}\u{fffe}\u{e000}",
];

/// A home directory and a project, gone when dropped.
pub(super) struct Home {
    root: tempfile::TempDir,
}

impl Home {
    pub(super) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("shop")).unwrap();
        Self { root }
    }

    pub(super) fn path(&self, relative: &str) -> PathBuf {
        self.root.path().join(relative)
    }

    pub(super) fn key(&self) -> ProjectKey {
        ProjectKey::new(&self.path("shop"), "shop").unwrap()
    }

    pub(super) fn environment(&self) -> Environment {
        self.environment_with(&[])
    }

    pub(super) fn environment_with(&self, more: &[(&str, &str)]) -> Environment {
        environment(self.root.path(), more)
    }

    pub(super) fn store(&self) -> ProjectStore {
        ProjectStore::open(&self.environment(), &self.key()).unwrap()
    }

    /// Writes a file of the project.
    pub(super) fn write(&self, relative: &str, text: &str) {
        let path = self.path("shop").join(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// An environment whose directories lie below `root`.
pub(super) fn environment(root: &Path, more: &[(&str, &str)]) -> Environment {
    let at = |name: &str| root.join(name).into_os_string();
    let own = [("XDG_DATA_HOME", at("data")), ("XDG_CONFIG_HOME", at("config")), ("XDG_STATE_HOME", at("state"))];
    own.into_iter().chain(more.iter().map(|(name, value)| (*name, value.into()))).collect()
}

/// A new identity.
pub(super) fn identities() -> Identities {
    let root = tempfile::tempdir().unwrap();
    let source = super::identity::IdentitySource::File(Some(root.path().join("own/identity")));
    source.read_or_create(std::time::Duration::ZERO).unwrap().0
}
