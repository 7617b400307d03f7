//! The type language of parameters: what can be declared, and how a type is said in a message.

use std::fmt;

use regex::Regex;

use super::Value;
use crate::source::Spanned;

/// A declared type.
#[derive(Debug, Clone)]
pub enum ParamType {
    /// Anything.
    Any,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Num,
    /// Text.
    Str,
    /// Any scalar, kept as it was written: the value of an environment variable.
    Scalar,
    /// One of these values.
    Enum(Vec<String>),
    /// A list whose items are all of one type.
    List(Box<ParamType>),
    /// A map with these keys and no others.
    Record(Vec<Field>),
    /// A map from keys of one type to values of another.
    Map(Box<ParamType>, Box<ParamType>),
    /// The first of these that fits.
    Either(Vec<ParamType>),
    /// May be absent or null.
    Maybe(Box<ParamType>),
    /// May be absent; then it is this value.
    Default(Box<ParamType>, Box<Value>),
    /// Text that matches.
    Regex(Regex),
    /// A type with a name of its own.
    Named(Named),
    /// A hole: a type that could not be read. Everything fits.
    Unknown,
}

/// A key of a record.
#[derive(Debug, Clone)]
pub struct Field {
    /// The key.
    pub name: Spanned<String>,
    /// The type of its value; a `Maybe` or `Default` may be absent.
    pub kind: ParamType,
}

/// Types that stand for something outside of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A name: letters, digits, `_`, `.` and `-`.
    Id,
    /// A path in a container that starts with `/`.
    AbsolutePath,
    /// An image reference.
    DockerImage,
    /// `{name, value}`.
    EnvVar,
    /// What is mounted: `{type: host|string|volume|repo, …}`.
    MountSource,
    /// `{id, ports: […]}`.
    ServiceSpec,
    /// One port of a service.
    ServicePort,
    /// Bytes, such as `512MiB`.
    DataSize,
    /// A span of time, such as `30s`.
    Duration,
    /// A path of a URL that starts with `/`.
    UrlPath,
    /// `GET`, `POST` …
    HttpMethod,
    /// A port number, 1 to 65535.
    PortNumber,
}

impl Named {
    /// Every named type that a file may declare, with its spelling.
    pub const ALL: [(&'static str, Named); 10] = [
        ("id", Named::Id),
        ("absolute-path", Named::AbsolutePath),
        ("docker-image", Named::DockerImage),
        ("env-var", Named::EnvVar),
        ("mount-source", Named::MountSource),
        ("service-spec", Named::ServiceSpec),
        ("data-size", Named::DataSize),
        ("duration", Named::Duration),
        ("url-path", Named::UrlPath),
        ("http-method", Named::HttpMethod),
    ];
}

impl ParamType {
    /// Whether a parameter of this type may be left out.
    pub fn is_optional(&self) -> bool {
        matches!(self, ParamType::Maybe(_) | ParamType::Default(..) | ParamType::Unknown)
    }

    /// The type without the `maybe` and `default` around it.
    pub fn inner(&self) -> &ParamType {
        match self {
            ParamType::Maybe(inner) | ParamType::Default(inner, _) => inner.inner(),
            other => other,
        }
    }
}

/// As a message says it after "expected": `a whole number`, `a list of strings`.
impl fmt::Display for ParamType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParamType::Any | ParamType::Unknown => formatter.write_str("anything"),
            ParamType::Bool => formatter.write_str("`true` or `false`"),
            ParamType::Int => formatter.write_str("a whole number"),
            ParamType::Num => formatter.write_str("a number"),
            ParamType::Str => formatter.write_str("text"),
            ParamType::Scalar => formatter.write_str("text, a number, `true` or `false`"),
            ParamType::Enum(choices) => {
                formatter.write_str(&crate::diagnostic::one_of(choices.iter().map(String::as_str)))
            }
            ParamType::List(item) => write!(formatter, "a list of {}", Plural(item.inner())),
            ParamType::Record(fields) => {
                let keys: Vec<&str> = fields.iter().map(|field| field.name.value.as_str()).collect();
                write!(formatter, "a map {{{}}}", keys.join(", "))
            }
            ParamType::Map(..) => formatter.write_str("a map"),
            ParamType::Either(choices) => {
                let words: Vec<String> = choices.iter().map(ToString::to_string).collect();
                formatter.write_str(&words.join(" or "))
            }
            ParamType::Maybe(inner) | ParamType::Default(inner, _) => inner.fmt(formatter),
            ParamType::Regex(pattern) => {
                // As it was declared, without the anchors around it.
                let whole = pattern.as_str();
                let declared = whole.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$")).unwrap_or(whole);
                write!(formatter, "text that matches `{declared}`")
            }
            ParamType::Named(named) => formatter.write_str(match named {
                Named::Id => "a name of letters, digits, `_`, `.` and `-`",
                Named::AbsolutePath => "a path that starts with `/`",
                Named::DockerImage => "an image reference such as `postgres:16.2`",
                Named::EnvVar => "a variable `{name, value}`",
                Named::MountSource => "a mount source such as `{type: host, path: ./code}`",
                Named::ServiceSpec => "a service `{id, ports: [{port, protocol}]}`",
                Named::ServicePort => "a port `{port, protocol}`",
                Named::DataSize => "a size such as `512MiB`",
                Named::Duration => "a duration such as `30s`",
                Named::UrlPath => "a URL path that starts with `/`",
                Named::HttpMethod => "an HTTP method such as `GET`",
                Named::PortNumber => "a port from 1 to 65535",
            }),
        }
    }
}

/// The plural that follows "a list of".
struct Plural<'a>(&'a ParamType);

impl fmt::Display for Plural<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ParamType::Str => formatter.write_str("texts"),
            ParamType::Int => formatter.write_str("whole numbers"),
            ParamType::Named(Named::EnvVar) => formatter.write_str("variables `{name, value}`"),
            ParamType::Named(Named::MountSource) => {
                formatter.write_str("mount sources such as `{type: host, path: ./code}`")
            }
            ParamType::Named(Named::ServiceSpec) => formatter.write_str("services `{id, ports: [{port, protocol}]}`"),
            ParamType::Record(fields) => {
                let keys: Vec<&str> = fields.iter().map(|field| field.name.value.as_str()).collect();
                write!(formatter, "maps {{{}}}", keys.join(", "))
            }
            other => write!(formatter, "items, each {other}"),
        }
    }
}
