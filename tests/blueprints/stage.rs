//! A directory with stand-ins for the programs that a blueprint's script runs, and the script itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use polytope::compiler::Compilation;
use polytope::expand::MountSource;

use crate::case::compile_text;
use crate::faults::faults;

/// Gone with everything in it when it is dropped.
pub struct Stage {
    root: PathBuf,
    entrypoint: Vec<String>,
    words: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Stage {
    /// The only container of a module, called `one`, with these lines.
    pub fn of(lines: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let compiled = compile_text(&format!("modules:\n  - id: one\n    {}\n", lines.trim().replace('\n', "\n    ")));
        assert_eq!(faults(&compiled), "");
        let name = format!("pt-blueprints-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let root = std::env::temp_dir().join(name);
        fs::create_dir_all(root.join("bin")).unwrap();
        let mut stage = Self { root, entrypoint: Vec::new(), words: Vec::new(), variables: Vec::new() };
        stage.take(&compiled);
        // Waiting is no part of what is tested.
        stage.program("sleep", "exec /bin/sleep 0.02");
        stage
    }

    fn take(&mut self, compiled: &Compilation) {
        let container = &compiled.program.containers[0];
        let texts = |words: &Option<Vec<polytope::value::Text>>| {
            words.iter().flatten().map(ToString::to_string).collect::<Vec<String>>()
        };
        (self.entrypoint, self.words) = (texts(&container.entrypoint), texts(&container.command));
        for variable in &container.environment {
            self.variables.push((variable.name.value.clone(), variable.value.to_string()));
        }
        for mount in &container.mounts {
            if let MountSource::Content { data, executable: true } = &mount.source {
                let name = Path::new(&mount.path.value).file_name().unwrap().to_str().unwrap();
                self.write(&format!("bin/{name}"), &data.to_string(), 0o755);
            }
        }
    }

    fn write(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.root.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    /// A stand-in: a shell script, which knows this directory as `$STAGE`.
    pub fn program(&self, name: &str, body: &str) {
        self.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{body}\n"), 0o755);
    }

    /// A file; its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        self.write(name, text, 0o644).display().to_string()
    }

    /// What a file holds; nothing while there is none.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.root.join(name)).unwrap_or_default()
    }

    /// Sets a variable of the container, or takes it away.
    pub fn set(&mut self, name: &str, value: Option<&str>) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    /// Words of the container's command, for those that stand for a program that is not here.
    pub fn replace_words(&mut self, from: &[&str], to: &[&str]) {
        let place = self.words.windows(from.len()).position(|words| words == from).unwrap();
        self.words.splice(place..place + from.len(), to.iter().map(|word| (*word).to_owned()));
    }

    /// The command of the container.
    pub fn command(&self) -> Command {
        let words: Vec<&String> = self.entrypoint.iter().chain(&self.words).collect();
        let mut command = Command::new(self.root.join("bin").join(Path::new(words[0]).file_name().unwrap()));
        let path = format!("{}:{}", self.root.join("bin").display(), std::env::var("PATH").unwrap());
        command.args(&words[1..]).env("PATH", path).env("STAGE", &self.root);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub fn run(&self) -> Said {
        let Output { status, stdout, stderr } = self.command().output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// Waits until a file holds what is looked for.
    pub fn await_in(&self, name: &str, wanted: &str) {
        let end = Instant::now() + Duration::from_secs(20);
        while !self.read(name).contains(wanted) {
            assert!(Instant::now() < end, "no `{wanted}` in `{name}`: {}", self.read(name));
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// What came of a run.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}
