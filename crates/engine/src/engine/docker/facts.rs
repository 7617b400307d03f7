//! What a support ticket needs to know of the engine, for `pt doctor`.

use std::collections::BTreeMap;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::discovery::Surroundings;
use super::engine::DockerEngine;
use super::errors::doing;
use super::model::nullable;
use crate::engine::EngineError;

/// Below this much free disk an engine is about to fail.
const LITTLE_DISK: u64 = 2 << 30;

/// One thing that is known, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is about, such as `storage driver`.
    pub name: &'static str,
    /// What is so.
    pub value: String,
    /// Why that is bad and what to do, if it is.
    pub problem: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Info {
    #[serde(deserialize_with = "nullable")]
    driver: String,
    #[serde(deserialize_with = "nullable")]
    docker_root_dir: String,
    #[serde(deserialize_with = "nullable")]
    cgroup_version: String,
    #[serde(deserialize_with = "nullable")]
    operating_system: String,
    #[serde(deserialize_with = "nullable")]
    kernel_version: String,
    #[serde(deserialize_with = "nullable")]
    security_options: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    warnings: Vec<String>,
    #[serde(rename = "NCPU")]
    cores: u64,
    mem_total: u64,
    containers_running: u64,
    containers: u64,
    images: u64,
}

impl DockerEngine {
    /// What there is to know of the engine.
    pub async fn facts(&self) -> Result<Vec<Fact>, EngineError> {
        let found = &self.client.reach().found;
        let version = self.version().await?;
        let (major, minor) = version.api;
        let ask = doing("ask the engine for what it knows of itself");
        let info: Info = self.client.get("/info").await.map_err(|trouble| ask.because(trouble))?;
        let place = if found.endpoint.is_local() { "on this machine" } else { "on another machine: no host mounts" };
        let mut facts = vec![
            fact("engine", format!("{}, API {major}.{minor}, {place}", version.name)),
            fact("found at", format!("{}, by {}", found.endpoint, found.origin)),
            fact("system", format!("{}, kernel {}", info.operating_system, info.kernel_version)),
            fact("machine", format!("{} cores, {}", info.cores, size(info.mem_total))),
            fact("containers", format!("{} running of {}", info.containers_running, info.containers)),
            fact("images", info.images.to_string()),
            fact("storage driver", info.driver.clone()),
            fact("cgroups", format!("version {}", info.cgroup_version)),
            fact("mode", mode(&info).to_owned()),
        ];
        if found.endpoint.is_local() {
            facts.extend(disk(Path::new(&info.docker_root_dir)));
        }
        let warnings = info.warnings.iter().map(|warning| warning.trim_start_matches("WARNING: "));
        facts.extend(warnings.map(|warning| fact("engine warns", crate::engine::sentence(warning))));
        Ok(facts)
    }
}

/// Sockets of engines that are there, for a machine on which none is found.
pub fn sockets(environment: &BTreeMap<String, String>) -> Vec<PathBuf> {
    let surroundings = Surroundings { host: None, environment, read: &|path| std::fs::read(path) };
    let mut sockets = surroundings.other_sockets();
    sockets.retain(|path| std::fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket()));
    sockets
}

fn fact(name: &'static str, value: String) -> Fact {
    Fact { name, value, problem: None }
}

fn mode(info: &Info) -> &'static str {
    let has = |word: &str| info.security_options.iter().any(|option| option == &format!("name={word}"));
    if has("rootless") {
        "rootless"
    } else if has("userns") {
        "root, with user namespaces"
    } else {
        "root"
    }
}

/// The disk that holds images and volumes; unknown where we may not look.
fn disk(directory: &Path) -> Option<Fact> {
    let found = rustix::fs::statvfs(directory).ok()?;
    let (free, whole) = (found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize);
    let little = free < LITTLE_DISK;
    Some(Fact {
        problem: little.then(|| "it is almost full: `docker system df` shows what takes the space".to_owned()),
        ..fact("disk", format!("{} free of {} in {}", size(free), size(whole), directory.display()))
    })
}

fn size(bytes: u64) -> String {
    const GIB: u64 = 1 << 30;
    if bytes < GIB { format!("{} MiB", bytes >> 20) } else { format!("{} GiB", bytes / GIB) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_mode_of_an_engine_is_read_from_its_security_options() {
        let read = |text: &str| mode(&serde_json::from_str(text).unwrap());
        assert_eq!(read(r#"{"SecurityOptions":["name=seccomp,profile=default","name=rootless"]}"#), "rootless");
        assert_eq!(read(r#"{"SecurityOptions":["name=userns"]}"#), "root, with user namespaces");
        assert_eq!(read(r#"{"SecurityOptions":null}"#), "root");
    }

    #[test]
    fn a_disk_that_nobody_can_look_at_is_left_out() {
        assert!(disk(Path::new("/")).unwrap().value.contains(" free of "));
        assert_eq!(disk(Path::new("/no/such/place")), None);
    }

    #[test]
    fn only_sockets_that_are_there_are_listed() {
        let directory = tempfile::tempdir().unwrap();
        let environment = BTreeMap::from([("XDG_RUNTIME_DIR".to_owned(), directory.path().display().to_string())]);
        let socket = directory.path().join("docker.sock");
        std::fs::write(&socket, "").unwrap();
        assert!(!sockets(&environment).contains(&socket));
        std::fs::remove_file(&socket).unwrap();
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert!(sockets(&environment).contains(&socket));
    }
}
