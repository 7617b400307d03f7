//! What the catalogue knows of a container's image: data, secrets, ports.

/// What the catalogue knows of an image, whoever names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageFacts {
    /// The family, such as `postgres`; empty for an unknown image.
    pub family: String,
    /// Major version read from the tag, when it says one.
    pub major: Option<u32>,
    /// Where the state lives for this major; empty when the image keeps none.
    pub data_paths: Vec<DataPath>,
    /// Variables that hold secrets, and the variable that takes a file instead.
    pub secrets: Vec<SecretTwin>,
    /// Variables that only matter while the data directory is empty.
    pub first_start: Vec<String>,
    /// Ports that the image listens on without being told.
    pub ports: Vec<u16>,
    /// Directory whose scripts run on the first start.
    pub init_scripts: Option<String>,
    /// User and group id that has to read secret files.
    pub owner: Option<u32>,
}

/// A directory that holds the state of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataPath {
    /// Where a volume has to be mounted.
    pub mount: String,
    /// Whether a mount below it keeps the state too (a PGDATA that is moved).
    pub variable: Option<String>,
    /// Whether many use the image as a cache: what is lost there may be meant to be lost.
    pub cache: bool,
}

/// A secret variable and its twin that names a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretTwin {
    /// Such as `POSTGRES_PASSWORD`.
    pub variable: String,
    /// Such as `POSTGRES_PASSWORD_FILE`; `None` when the image knows none.
    pub file: Option<String>,
}
