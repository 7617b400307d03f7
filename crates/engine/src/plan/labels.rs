//! Names of the labels that carry the run state. Engines read and write them, the plan decides by them.

/// Name of the project; what does not carry it is not ours.
pub const PROJECT: &str = "dev.pt.project";
/// `container`, `volume`, `network` or `mark`.
pub const KIND: &str = "dev.pt.kind";
/// Id of the container in the program.
pub const CONTAINER: &str = "dev.pt.container";
/// Which of several equal containers, from 1.
pub const REPLICA: &str = "dev.pt.replica";
/// Name of the job that made it.
pub const JOB: &str = "dev.pt.job";
/// Fixed host ports that the container was made with, separated by commas.
pub const PORTS: &str = "dev.pt.ports";
/// Depth in the order of starting, from 0; what has a greater one is stopped earlier.
pub const ORDER: &str = "dev.pt.order";
/// How it is known to be ready, as JSON.
pub const READY: &str = "dev.pt.ready";
/// Blueprint that the container was made from.
pub const BLUEPRINT: &str = "dev.pt.blueprint";
/// Image reference as written.
pub const IMAGE: &str = "dev.pt.image";
/// Description of the container as canonical JSON; secrets as names with keyed hashes.
pub const CONFIG: &str = "dev.pt.config";
/// Keyed hash of the description.
pub const SPEC: &str = "dev.pt.spec";
/// Keyed hashes of the variables that only matter on the first start, by name, as JSON.
pub const INIT: &str = "dev.pt.init";
/// Major version of the server that a volume was made for.
pub const MAJOR: &str = "dev.pt.major";
/// Which mark of a volume came later, from 1.
pub const SEQUENCE: &str = "dev.pt.sequence";
/// Id of the volume in the program.
pub const VOLUME: &str = "dev.pt.volume";
/// `project` or `job`: how long a volume lives.
pub const SCOPE: &str = "dev.pt.scope";
/// Absolute path of the project directory.
pub const DIRECTORY: &str = "dev.pt.directory";
/// Keyed hash by which a volume proves that it was made for its project.
pub const PROOF: &str = "dev.pt.proof";
/// The project that a volume says to be of and cannot prove; only in what was observed, never on a volume.
pub const UNPROVED: &str = "dev.pt.unproved";
/// Version of `pt` that made it.
pub const VERSION: &str = "dev.pt.version";

/// Labels of Compose, by which other tools group what they show.
pub mod compose {
    /// Project.
    pub const PROJECT: &str = "com.docker.compose.project";
    /// Service.
    pub const SERVICE: &str = "com.docker.compose.service";
    /// Which of several equal containers.
    pub const NUMBER: &str = "com.docker.compose.container-number";
    /// Whether the container was made for one command: `True` or `False`.
    pub const ONE_OFF: &str = "com.docker.compose.oneoff";
    /// Directory of the project.
    pub const WORKING_DIR: &str = "com.docker.compose.project.working_dir";
    /// Files of the project.
    pub const CONFIG_FILES: &str = "com.docker.compose.project.config_files";
    /// Version of the tool.
    pub const VERSION: &str = "com.docker.compose.version";
    /// Volume.
    pub const VOLUME: &str = "com.docker.compose.volume";
    /// Network.
    pub const NETWORK: &str = "com.docker.compose.network";
}
