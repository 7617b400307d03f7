//! Register of the host ports that the projects of this machine have: the same ones at every run, and none that another project has.
//!
//! In: projects, and ports of their containers. Out: what each was given. Reading creates nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::atomic::{PRIVATE, atomic_write};
use super::lock::{FileLock, LOCK_WAIT};
use super::private_file::{Access, check_directory, ensure_directory, read_text};
use super::{Paths, StoreError, is_gone};

const FILE: &str = "host-ports.json";
const LOCK: &str = "host-ports.lock";

/// A port of the host that stands for a port of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPort {
    /// The port that the file names, or prefers where it names none.
    pub written: u16,
    /// The port that it is on this machine.
    pub host: u16,
}

/// Ports of one project, by container and port: `db 5432/tcp`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectPorts {
    /// The folder of the project.
    pub directory: PathBuf,
    /// What is kept.
    pub ports: BTreeMap<String, KeptPort>,
}

/// Ports of all projects, by the project's name in the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HostPorts(BTreeMap<String, ProjectPorts>);

impl HostPorts {
    /// The register as it is; empty where there is none.
    pub fn read(paths: &Paths) -> Result<Self, StoreError> {
        let Some(data) = paths.data() else { return Ok(Self::default()) };
        check_directory(data, Access::OthersRead)?;
        let path = data.join(FILE);
        let Some(text) = read_text(&path, Access::OwnerOnly)? else { return Ok(Self::default()) };
        serde_json::from_str(&text).map_err(|error| StoreError::Damaged {
            path,
            problem: error.to_string(),
            previous: None,
        })
    }

    /// What a project has.
    pub fn of(&self, project: &str) -> BTreeMap<String, KeptPort> {
        self.0.get(project).map(|known| known.ports.clone()).unwrap_or_default()
    }

    /// Ports that other projects have, whose folders are still there.
    pub fn of_others(&self, project: &str) -> BTreeSet<u16> {
        let others = self.0.iter().filter(|(name, known)| *name != project && !is_gone(&known.directory));
        others.flat_map(|(_, known)| known.ports.values().map(|port| port.host)).collect()
    }

    /// Keeps the ports of a project, and forgets projects whose folders are gone.
    pub fn keep(paths: &Paths, project: &str, ports: ProjectPorts) -> Result<(), StoreError> {
        if Self::read(paths)?.0.get(project) == Some(&ports) {
            return Ok(());
        }
        let Some(data) = paths.data() else {
            return Err(StoreError::NoHome { what: "list of host ports", variable: "XDG_DATA_HOME" });
        };
        ensure_directory(data, Access::OthersRead)?;
        let _lock = FileLock::exclusive(&data.join(LOCK), LOCK_WAIT)?;
        let mut all = Self::read(paths)?;
        all.0.retain(|_, known| !is_gone(&known.directory));
        all.0.insert(project.to_owned(), ports);
        let text = serde_json::to_string_pretty(&all).unwrap_or_default();
        atomic_write(&data.join(FILE), text.as_bytes(), PRIVATE)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::testing::Home;

    #[test]
    fn each_project_keeps_its_ports_until_its_folder_is_gone() {
        let home = Home::new();
        let paths = Paths::from_environment(&home.environment());
        assert!(HostPorts::read(&paths).unwrap().of("pt-shop").is_empty() && !home.path("data").exists());
        let ports = |folder: &str, host: u16| {
            let ports = BTreeMap::from([("db 5432/tcp".to_owned(), KeptPort { written: 5432, host })]);
            ProjectPorts { directory: home.path(folder), ports }
        };
        std::fs::create_dir(home.path("other")).unwrap();
        HostPorts::keep(&paths, "pt-shop", ports("shop", 5432)).unwrap();
        HostPorts::keep(&paths, "pt-other", ports("other", 20001)).unwrap();
        let all = HostPorts::read(&paths).unwrap();
        assert_eq!(all.of("pt-shop")["db 5432/tcp"].host, 5432);
        assert_eq!(all.of_others("pt-shop"), BTreeSet::from([20001]));
        std::fs::remove_dir(home.path("other")).unwrap();
        assert!(HostPorts::read(&paths).unwrap().of_others("pt-shop").is_empty());
        HostPorts::keep(&paths, "pt-shop", ports("shop", 5433)).unwrap();
        assert!(HostPorts::read(&paths).unwrap().of("pt-other").is_empty());
    }
}
