//! What keeps a plan from being done, and what a user should know of before it is.

use crate::source::Span;

/// Something that has to be put right before anything is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What sort of obstacle.
    pub kind: ObstacleKind,
    /// The container, volume or network that it stands in the way of.
    pub subject: String,
    /// The place in the file that asks for it, where there is one.
    pub span: Option<Span>,
    /// What is in the way.
    pub message: String,
    /// What to type.
    pub help: Option<String>,
}

/// The sorts of obstacle that callers and tests tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObstacleKind {
    /// Containers wait for each other in a circle.
    Cycle,
    /// Two containers would have one name in the engine.
    NameTwice,
    /// A container, volume or network of the wanted name belongs to somebody else.
    Foreign,
    /// The project's containers were made from another directory.
    OtherDirectory,
    /// `create: never`, and it is not there.
    Absent,
    /// The image is not there and may not be pulled.
    ImageAbsent,
    /// Somebody holds the host port.
    PortTaken,
    /// Two containers of the program want one host port.
    PortTwice,
    /// A path of the host cannot be mounted.
    HostPath,
    /// The engine cannot do what the file asks for.
    Capability,
    /// Another major version of a server wrote the data.
    DataVersion,
    /// A password differs from the one that the data was initialised with.
    PasswordChanged,
}

impl ObstacleKind {
    /// The word for it in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cycle => "cycle",
            Self::NameTwice => "name-twice",
            Self::Foreign => "foreign",
            Self::OtherDirectory => "other-directory",
            Self::Absent => "absent",
            Self::ImageAbsent => "image-absent",
            Self::PortTaken => "port-taken",
            Self::PortTwice => "port-twice",
            Self::HostPath => "host-path",
            Self::Capability => "capability",
            Self::DataVersion => "data-version",
            Self::PasswordChanged => "password-changed",
        }
    }
}

/// Something to know that keeps nothing from being done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The container, volume or network that it is about.
    pub subject: String,
    /// The place in the file, where there is one.
    pub span: Option<Span>,
    /// What there is to know.
    pub message: String,
}
