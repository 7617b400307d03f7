//! A project in a directory of its own, with a home of its own, that leaves nothing behind.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Once;

use serde_json::Value;
use tempfile::TempDir;

use super::engine::{Engine, Labelled};
use super::process::Pt;

/// A project that only one test knows.
pub struct Project {
    /// Its name in the engine.
    pub name: String,
    /// The engine.
    pub engine: Engine,
    root: PathBuf,
    _place: TempDir,
    home: TempDir,
    memory: TempDir,
}

impl Project {
    /// A project with this `polytope.yml`; without a text there is none yet.
    pub fn new(test: &str, blueprint: &str) -> Self {
        tag_busybox();
        let name = format!("t-run-{test}-{}", std::process::id());
        let place = tempfile::tempdir().unwrap();
        // What links lead to is what labels and messages show.
        let root = place.path().canonicalize().unwrap().join(&name);
        fs::create_dir(&root).unwrap();
        let project = Self {
            name: format!("pt-{name}"),
            engine: Engine::new(),
            root,
            _place: place,
            home: tempfile::tempdir().unwrap(),
            memory: private(tempfile::tempdir_in("/dev/shm").unwrap()),
        };
        project.blueprint(blueprint);
        project
    }

    /// Its directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The home directory of its user.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Its directory in memory.
    pub fn memory(&self) -> &Path {
        self.memory.path()
    }

    /// Writes `polytope.yml` anew.
    pub fn blueprint(&self, text: &str) {
        if !text.is_empty() {
            self.file("polytope.yml", text);
        }
    }

    /// Writes a file, and the directories that it is in.
    pub fn file(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A call of `pt` in the project.
    pub fn pt(&self, arguments: &[&str]) -> Pt {
        self.pt_in(&self.root, arguments)
    }

    /// A call of `pt` by the same user in another directory.
    pub fn pt_in(&self, directory: &Path, arguments: &[&str]) -> Pt {
        Pt::new(directory, arguments).env("HOME", self.home.path()).env("XDG_RUNTIME_DIR", self.memory.path())
    }

    /// `pt run -d`, which has to succeed.
    #[track_caller]
    pub fn up(&self) {
        self.pt(&["run", "-d"]).run().succeeds();
    }

    /// Sets a secret.
    #[track_caller]
    pub fn secret(&self, name: &str, content: &str) {
        self.pt(&["secrets", "set", name, "--stdin"]).input(content).run().succeeds();
    }

    /// Everything of this project in the engine.
    pub fn labelled(&self) -> Labelled {
        self.engine.labelled(&format!("dev.pt.project={}", self.name))
    }

    /// Name of a container.
    pub fn container_name(&self, id: &str) -> String {
        format!("{}-{id}-1", self.name)
    }

    /// A container under its canonical name, as `docker inspect` shows it.
    #[track_caller]
    pub fn container(&self, id: &str) -> Value {
        let name = self.container_name(id);
        self.engine.inspect(&name).unwrap_or_else(|| panic!("there is no container `{name}`"))
    }

    /// Whether a container is there, under its canonical name.
    pub fn has(&self, id: &str) -> bool {
        self.engine.inspect(&self.container_name(id)).is_some()
    }

    /// Id and time of creation of every container: what must not change when nothing changes.
    pub fn identities(&self) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = self
            .labelled()
            .containers
            .iter()
            .map(|container| (container["Id"].to_string(), container["Created"].to_string()))
            .collect();
        all.sort();
        all
    }

    /// Files with secrets that are still in memory.
    pub fn secret_places(&self) -> Vec<PathBuf> {
        let projects = self.memory.path().join("pt").join(&self.name);
        let entries = fs::read_dir(projects).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    }
}

/// Gives the image of most containers here a tag that is not `latest`, which `pt` would not run.
fn tag_busybox() {
    static TAGGED: Once = Once::new();
    TAGGED.call_once(|| {
        let path = "/images/busybox:latest/tag?repo=pt-tests/busybox&tag=1";
        let (status, answer) = Engine::new().call("POST", path, None);
        assert_eq!(status, 201, "{answer}\nbuild the image: tests/images/build busybox");
    });
}

/// A directory that only its owner may enter, as session managers make them.
fn private(directory: TempDir) -> TempDir {
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o700)).unwrap();
    directory
}

/// A port of this machine that nobody holds.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Drop for Project {
    /// Leaves nothing behind, and fails where `pt down --volumes` does.
    fn drop(&mut self) {
        let label = format!("dev.pt.project={}", self.name);
        if std::thread::panicking() {
            self.engine.clear(&label);
            return;
        }
        let down = self.pt(&["down", "--volumes", "--yes", "--timeout", "0"]).run();
        let left = self.engine.labelled(&label).names();
        let files = self.secret_places();
        self.engine.clear(&label);
        assert_eq!(down.code(), Some(0), "{down}");
        assert!(left.is_empty(), "`pt down` left {left:?}\n{down}");
        assert!(files.is_empty(), "`pt down` left {files:?}\n{down}");
    }
}
