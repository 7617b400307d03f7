//! `pt.lock`: the repositories that a project includes, each pinned to one commit, and the folders that hold them.

use std::fmt::Write as _;
use std::path::Path;

use crate::diagnostic::Diagnostics;
use crate::model::{RemoteReference, repository_name};
use crate::source::{FileId, LoadError, Loader};
use crate::syntax::{self, Node};

/// The file, beside the blueprint file.
pub const LOCK_FILE: &str = "pt.lock";

/// The folder of fetched repositories, in the project's directory.
pub const INCLUDE_FOLDER: &str = ".polytope/include";

/// One repository at one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// `owner/name`.
    pub name: String,
    /// The commit, 40 hexadecimal digits in lower case.
    pub commit: String,
    /// The branch or tag that it was found by; the repository's main branch when absent.
    pub rev: Option<String>,
    /// SHA-256 of the folder's paths and contents, 64 hexadecimal digits.
    pub digest: Option<String>,
}

/// All pins of a project, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The pins.
    pub pins: Vec<Pin>,
    /// Why some of the file could not be used.
    pub problem: Option<String>,
}

const HEADER: &str =
    "# Written by `pt include`: the commits that included repositories are pinned to. Belongs into the repository.\n";

impl Lock {
    /// Reads the lock of the project in `directory`; empty where there is none.
    pub fn read(loader: &dyn Loader, directory: &Path) -> Self {
        match loader.read(&directory.join(LOCK_FILE)) {
            Ok(text) => Self::parse(&text),
            Err(LoadError::NotFound) => Self::default(),
            Err(error) => Self { pins: Vec::new(), problem: Some(error.to_string()) },
        }
    }

    /// Reads the text of a lock; entries that are no pins are left out and told as its `problem`.
    pub fn parse(text: &str) -> Self {
        let mut found = Diagnostics::default();
        let tree = syntax::parse(FileId(u32::MAX), text, &mut found);
        if let Some(finding) = found.finish().first() {
            return Self { pins: Vec::new(), problem: Some(finding.message.clone()) };
        }
        let version = tree.root.get("version").and_then(Node::text);
        let items = tree.root.get("includes").and_then(Node::as_sequence);
        let Some(items) = items.filter(|_| version.is_none_or(|version| version == "1")) else {
            return Self { pins: Vec::new(), problem: Some("expected `version: 1` and a list `includes`".to_owned()) };
        };
        let mut lock = Self::default();
        for (index, item) in items.iter().enumerate() {
            match pin(item) {
                Some(pin) if lock.pin(&pin.name).is_none() => lock.pins.push(pin),
                _ => lock.problem = Some(format!("entry {} of `includes` is no pin of its own", index + 1)),
            }
        }
        lock
    }

    /// The text that [`Lock::parse`] reads, sorted by name.
    pub fn text(&self) -> String {
        let mut pins: Vec<&Pin> = self.pins.iter().collect();
        pins.sort_by_key(|pin| pin.name.to_ascii_lowercase());
        let mut text = format!("{HEADER}version: 1\nincludes:");
        text.push_str(if pins.is_empty() { " []\n" } else { "\n" });
        for pin in pins {
            // Writing to a string does not fail.
            let _ = writeln!(text, "  - repo: \"gh:{}\"\n    commit: \"{}\"", pin.name, pin.commit);
            if let Some(rev) = &pin.rev {
                let _ = writeln!(text, "    rev: \"{rev}\"");
            }
            if let Some(digest) = &pin.digest {
                let _ = writeln!(text, "    digest: \"sha256:{digest}\"");
            }
        }
        text
    }

    /// The pin of a repository.
    pub fn pin(&self, name: &str) -> Option<&Pin> {
        self.pins.iter().find(|pin| pin.name.eq_ignore_ascii_case(name))
    }

    /// Sets the pin of a repository.
    pub fn set(&mut self, pin: Pin) {
        self.remove(&pin.name);
        self.pins.push(pin);
    }

    /// Removes the pin of a repository; whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.pins.len();
        self.pins.retain(|pin| !pin.name.eq_ignore_ascii_case(name));
        self.pins.len() < before
    }
}

fn pin(item: &Node) -> Option<Pin> {
    let text = |key: &str| item.get(key).filter(|node| !node.is_null()).map(Node::text);
    let name = repository_name(text("repo")??)?.to_owned();
    let commit = text("commit")??.to_owned();
    let digest = match text("digest") {
        Some(digest) => Some(digest?.strip_prefix("sha256:")?.to_owned()),
        None => None,
    };
    let rev = match text("rev") {
        Some(rev) => Some(RemoteReference::parse(&format!("{name}@{}", rev?))?.rev?),
        None => None,
    };
    let fine = is_hex(&commit, 40) && digest.as_ref().is_none_or(|digest| is_hex(digest, 64));
    fine.then_some(Pin { name, commit, rev, digest })
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Pin {
    /// Its folder, relative to the project's directory.
    pub fn folder(&self) -> String {
        format!("{INCLUDE_FOLDER}/{}@{}", self.name.to_ascii_lowercase().replace('/', "+"), self.commit)
    }

    /// Whether it is what `rev` asks for: no revision, the one it was found by, or the beginning of its commit.
    pub fn is_at(&self, rev: Option<&str>) -> bool {
        const SHORTEST: usize = 7;
        rev.is_none_or(|rev| self.rev.as_deref() == Some(rev) || rev.len() >= SHORTEST && self.commit.starts_with(rev))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn example(name: &str, rev: Option<&str>) -> Pin {
        let digest = Some("0".repeat(64));
        Pin { name: name.to_owned(), commit: COMMIT.to_owned(), rev: rev.map(str::to_owned), digest }
    }

    #[test]
    fn what_is_written_is_read_again_sorted() {
        let mut lock = Lock::default();
        lock.set(example("b/x", Some("1.10")));
        lock.set(example("A/y", None));
        let read = Lock::parse(&lock.text());
        assert_eq!(read.problem, None);
        assert_eq!(read.pins, [example("A/y", None), example("b/x", Some("1.10"))]);
        assert_eq!(read.text(), lock.text());
        assert_eq!(Lock::parse(&Lock::default().text()), Lock::default());
    }

    #[test]
    fn a_repository_has_one_pin_whatever_its_case() {
        let mut lock = Lock::default();
        lock.set(example("Acme/Tools", None));
        lock.set(example("acme/tools", Some("main")));
        assert_eq!(lock.pins, [example("acme/tools", Some("main"))]);
        assert!(lock.remove("ACME/tools") && !lock.remove("acme/tools"));
    }

    #[test]
    fn what_is_no_pin_is_left_out_and_told() {
        for wrong in [
            "repo: gh:../x, commit: COMMIT",
            "repo: gh:a/b, commit: 0123",
            "repo: gh:a/b, commit: ../../../../../../../../../../../../etc/x",
            "repo: gh:a/b, commit: COMMIT, rev: -x",
            "repo: gh:a/b, commit: COMMIT, digest: sha256:1",
            "repo: gh:a/b, commit: [COMMIT]",
        ] {
            let text = format!("version: 1\nincludes: [{{{}}}]\n", wrong.replace("COMMIT", COMMIT));
            let lock = Lock::parse(&text);
            assert!(lock.pins.is_empty() && lock.problem.is_some(), "{wrong}");
        }
        for wrong in ["<<<<<<< HEAD\nversion: 1\n", "version: 2\nincludes: []\n", "", "[]"] {
            assert!(Lock::parse(wrong).problem.is_some(), "{wrong}");
        }
    }

    #[test]
    fn a_commit_is_asked_for_by_its_branch_or_its_beginning() {
        let pin = example("a/b", Some("main"));
        assert!(pin.is_at(None) && pin.is_at(Some("main")) && pin.is_at(Some("01234567")));
        assert!(!pin.is_at(Some("0123")) && !pin.is_at(Some("v1")));
    }
}
