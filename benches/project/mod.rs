//! A large project of the kind that people have: a file of its own for each service, expressions in both languages.
//!
//! In: a directory. Out: 31 files with about 5,000 lines, and where they are for whoever wants to read them another way; or
//! those of a real project.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Services, each with a file; one more file includes them all.
const SERVICES: usize = 30;
/// Tools of a service that change its files or settings: in each of them a program, and lines of text for it.
const HELPERS: usize = 5;

/// A project on disk.
#[derive(Debug)]
pub struct Project {
    /// The directory of its main file.
    pub root: PathBuf,
    /// Its files.
    pub files: Vec<PathBuf>,
    /// Lines of all files.
    pub lines: usize,
}

impl Project {
    /// Writes the project.
    pub fn write(root: &Path) -> Self {
        let mut project = Self { root: root.to_owned(), files: Vec::new(), lines: 0 };
        project.add("polytope.yml", &main_file());
        for index in 0..SERVICES {
            project.add(&format!("services/service-{index:02}/polytope.yml"), &service(index));
        }
        project
    }

    /// The project with the most lines of those below a directory, each a directory of its own.
    pub fn largest(place: &Path) -> Option<Self> {
        let projects = fs::read_dir(place).ok()?.flatten().map(|entry| Self::read(&entry.path()));
        projects.max_by_key(|project| project.lines)
    }

    fn read(root: &Path) -> Self {
        let mut project = Self { root: root.to_owned(), files: Vec::new(), lines: 0 };
        for entry in ignore::Walk::new(root).flatten() {
            let path = entry.into_path();
            if path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml") && path.is_file() {
                project.lines += fs::read_to_string(&path).unwrap_or_default().lines().count();
                project.files.push(path);
            }
        }
        project
    }

    fn add(&mut self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&self.root)).expect("the directory can be made");
        fs::write(&path, text).expect("the file can be written");
        self.files.push(path);
        self.lines += text.lines().count();
    }
}

fn main_file() -> String {
    let mut text = "include:\n".to_owned();
    for index in 0..SERVICES {
        let _ = writeln!(text, "  - services/service-{index:02}");
    }
    text.push_str("tools:\n  stack:\n    info: Everything.\n    run:\n");
    for index in 0..SERVICES {
        let _ = writeln!(text, "      - id: service-{index:02}\n        tool: service-{index:02}");
        if index > 0 {
            let _ = writeln!(text, "        after: [{{step: service-{:02}}}]", index - 1);
        }
    }
    text
}

fn service(index: usize) -> String {
    let name = format!("service-{index:02}");
    let mut text = format!(
        r#"tools:
  {name}:
    info: Runs {name}.
    inputs:
      restart-policy:
        info: When the engine starts it again.
        type: [default, [enum, always, on-failure], always]
      public-url:
        info: Where its users find it.
        type: [default, str, "https://{name}.example.com"]
      command:
        info: What it runs.
        type: [default, str, serve]
      port:
        type: [default, int, {port}]
    run:
      - tool: polytope/container
        args:
          id: {name}
          image: busybox:1.36
          create: when-missing
          await: false
          cmd: "pt.clj (str \"./bin/run \" (clojure.string/replace (:command inputs) #\"[^a-z]\" \"-\"))"
          restart:
            policy: pt.input restart-policy
          services:
            - id: {name}
              ports:
                - {{protocol: http, port: pt.input port, expose-as: pt.input port}}
          env:
            - {{name: NAME, value: {name}}}
            - {{name: PORT, value: pt.input port}}
            - {{name: LOG_LEVEL, value: pt.value log-level}}
            - {{name: PASSWORD, value: pt.secret password}}
            - {{name: PUBLIC_URL, value: "pt.js inputs.publicUrl + '/api'"}}
            - {{name: MODE, value: "pt.js inputs.command === 'serve' ? 'production' : 'development'"}}
            - {{name: OTHER_URL, value: "http://{{pt.value host}}:{{pt.input port}}/"}}
          mounts:
            - {{path: /var/cache, source: {{type: volume, scope: project, id: {name}-cache}}}}
            - {{path: /var/state, source: {{type: volume, scope: project, id: {name}-state}}}}
"#,
        port = 8000 + index
    );
    for helper in 0..HELPERS {
        add_helper(&mut text, &name, helper);
    }
    text
}

fn add_helper(text: &mut String, service: &str, helper: usize) {
    let _ = write!(
        text,
        r#"  {service}-helper-{helper}:
    info: |
      Changes a setting of {service}, says what it was before,
      and starts it again.
    inputs:
      name: {{type: str, info: Which setting.}}
      content: {{type: str, info: What it is from now on.}}
      overwrite: {{type: [default, bool, false], info: Whether one that is there is lost.}}
    run:
      - id: change
        code: |
          pt.js
          const settings = pt.readYaml("config/{service}.yml");
          const name = pt.param("name");
          if (settings[name] !== undefined && !pt.param("overwrite")) {{
            pt.fail(`${{name}} is there already`);
          }}
          pt.setProjectValue(`{service}-${{name}}`, pt.param("content"));
          pt.log(`${{name}} was ${{settings[name]}}`);
      - id: again
        after: {{step: change}}
        tool: {service}
        args:
          command: serve
          restart-policy: on-failure
"#
    );
}
