//! Other checkers of the same files, where they are installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that people would use instead.
pub struct Peer {
    /// Its name in the table, and what it looks for.
    pub name: &'static str,
    /// How to have it.
    pub install: &'static str,
    program: &'static str,
    /// What is asked of it besides the files.
    arguments: &'static [&'static str],
    /// Exit codes of a run that went well; findings are none of our concern here.
    pub codes: &'static [i32],
    /// The name of the files that it looks at.
    file: &'static str,
}

/// All of them.
pub const PEERS: [Peer; 3] = [
    Peer {
        name: "yamllint (YAML alone)",
        install: "pip install yamllint",
        program: "yamllint",
        arguments: &["--no-warnings", "-d", "relaxed"],
        codes: &[0, 1],
        file: "polytope.yml",
    },
    Peer {
        name: "check-jsonschema (shape alone)",
        install: "pip install check-jsonschema",
        program: "check-jsonschema",
        arguments: &["--schemafile", concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/polytope.schema.json")],
        codes: &[0, 1],
        file: "polytope.yml",
    },
    Peer {
        name: "dclint (the same as Compose)",
        install: "npm install -g dclint",
        program: "dclint",
        arguments: &["--quiet"],
        codes: &[0, 1],
        file: "docker-compose.yml",
    },
];

impl Peer {
    /// Whether it can be run here.
    pub fn is_here(&self) -> bool {
        let mut command = Command::new(self.program);
        command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// A run over the files in these directories.
    pub fn command(&self, directories: &[PathBuf]) -> Command {
        let mut command = Command::new(self.program);
        command.args(self.arguments).args(directories.iter().map(|directory| directory.join(self.file)));
        command
    }
}

/// What a file of databases is to those who know Compose only: as many services, with a volume each.
pub fn write_compose(directory: &Path, databases: usize) -> std::io::Result<()> {
    let mut text = "services:\n".to_owned();
    for index in 0..databases {
        text.push_str(&format!(
            "  db{index:04}:\n    image: postgres:16.2\n    container_name: db{index:04}\n    environment:\n      \
             POSTGRES_PASSWORD: ${{PASSWORD}}\n      POSTGRES_DB: app\n    volumes:\n      \
             - data{index:04}:/var/lib/postgresql/data\n    restart: always\n"
        ));
    }
    text.push_str("volumes:\n");
    for index in 0..databases {
        text.push_str(&format!("  data{index:04}: {{}}\n"));
    }
    std::fs::write(directory.join("docker-compose.yml"), text)
}
