//! What a manifest knows of an image: where its state lives, its ports, when it is ready, which variables are secret.

use crate::diagnostic::Diagnostics;
use crate::model::Fields;
use crate::syntax::Node;
use crate::value::{WRONG_TYPE, scalar};

/// The `image` section of a manifest.
#[derive(Debug, Clone, Default)]
pub struct ImageManifest {
    /// Ports that it listens on without being told.
    pub ports: Vec<u16>,
    /// Port on which a `PostgreSQL` server has to answer before it is ready.
    pub postgres_ready: Option<u16>,
    /// Port that has to accept connections before it is ready.
    pub port_ready: Option<u16>,
    /// Where its state lives, per range of majors.
    pub state: Vec<StatePath>,
    /// Secret variables and their `*_FILE` twins.
    pub secrets: Vec<(String, Option<String>)>,
    /// Variables that only matter on the first start.
    pub first_start: Vec<String>,
    /// Directory whose scripts run on the first start.
    pub init_scripts: Option<String>,
    /// Uid that the server runs as.
    pub owner: Option<u32>,
    /// Seconds that it needs to stop cleanly.
    pub stop_seconds: Option<u32>,
}

/// Where the state of some majors lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatePath {
    /// Lowest major that this holds for.
    pub from: u32,
    /// Highest major that this holds for.
    pub to: u32,
    /// The directory to mount a volume at.
    pub path: String,
    /// A variable that moves it.
    pub variable: Option<String>,
    /// Whether many use the image as a cache: what is lost there may be meant to be lost.
    pub cache: bool,
}

impl ImageManifest {
    pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<Self> {
        let known = ["ports", "ready", "state", "secrets", "first-start", "init-scripts", "owner", "stop-seconds"];
        let fields = Fields::of(node, "`image`", &known, diagnostics)?;
        let mut manifest = Self {
            ports: numbers(fields.list("ports", diagnostics)),
            first_start: texts(fields.list("first-start", diagnostics)),
            init_scripts: fields.text("init-scripts", diagnostics).map(|path| path.value),
            owner: fields.get("owner").and_then(number),
            stop_seconds: fields.get("stop-seconds").and_then(number),
            ..Self::default()
        };
        if let Some(ready) = fields.get("ready") {
            let kinds = Fields::of(ready, "`ready`", &["postgres", "port"], diagnostics)?;
            manifest.postgres_ready = kinds.get("postgres").and_then(number);
            manifest.port_ready = kinds.get("port").and_then(number);
        }
        for item in fields.list("state", diagnostics) {
            manifest.state.extend(StatePath::read(item, diagnostics));
        }
        if let Some(secrets) = fields.get("secrets").and_then(Node::as_mapping) {
            let pair = |entry: &crate::syntax::Entry| {
                Some((
                    entry.key.text()?.to_owned(),
                    entry.value.text().filter(|text| !text.is_empty()).map(str::to_owned),
                ))
            };
            manifest.secrets = secrets.iter().filter_map(pair).collect();
        }
        Some(manifest)
    }

    /// The state paths for a major; for an unknown one all of them, the oldest first. A new image refuses to start with a
    /// volume at the old place, while an old one would lose what it keeps at the new place without a word.
    pub fn state_of(&self, major: Option<u32>) -> impl Iterator<Item = &StatePath> {
        self.state.iter().filter(move |state| major.is_none_or(|major| (state.from..=state.to).contains(&major)))
    }
}

impl StatePath {
    fn read(item: &Node, diagnostics: &mut Diagnostics) -> Option<Self> {
        let fields = Fields::of(item, "a state path", &["majors", "path", "variable", "cache"], diagnostics)?;
        let path = fields.required("path", "add `path`: the directory that keeps the state", diagnostics)?.value;
        let variable = fields.text("variable", diagnostics).map(|name| name.value);
        let cache = fields.flag("cache", diagnostics);
        let majors = fields.text("majors", diagnostics);
        let (from, to) = match &majors {
            None => (0, u32::MAX),
            Some(range) => {
                if let Some(range) = parse_range(range) {
                    range
                } else {
                    diagnostics
                        .report(&WRONG_TYPE, range.span, format!("`{}` is no range of majors", range.value))
                        .help("write `1-17`, `18-` or `16`");
                    return None;
                }
            }
        };
        Some(Self { from, to, path, variable, cache })
    }
}

/// `1-17`, `18-`, `16`.
fn parse_range(text: &str) -> Option<(u32, u32)> {
    match text.split_once('-') {
        None => text.trim().parse().ok().map(|major| (major, major)),
        Some((from, "")) => Some((from.trim().parse().ok()?, u32::MAX)),
        Some((from, to)) => Some((from.trim().parse().ok()?, to.trim().parse().ok()?)),
    }
}

fn number<T: TryFrom<i64>>(node: &Node) -> Option<T> {
    T::try_from(scalar::int(node.text()?)?).ok()
}

fn numbers(items: &[Node]) -> Vec<u16> {
    items.iter().filter_map(number).collect()
}

fn texts(items: &[Node]) -> Vec<String> {
    items.iter().filter_map(|item| item.text().map(str::to_owned)).collect()
}

/// Family and major of an image reference: the last part of the repository, and the number that the tag starts with, or
/// that stands behind `pg` where an extension's version comes first.
///
/// `public.ecr.aws/docker/library/postgres:16.2-alpine` gives `("postgres", Some(16))`.
pub fn facts_of(image: &str) -> (&str, Option<u32>) {
    let name = image.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    let (family, tag) = last.split_once(':').unwrap_or((last, ""));
    let number = |text: &str| {
        let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        text[..end].parse().ok()
    };
    let named = tag.split('-').filter_map(|part| part.strip_prefix("pg")).find_map(number);
    (family, named.or_else(|| number(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_family_and_major_from_any_reference() {
        assert_eq!(facts_of("postgres:16.2"), ("postgres", Some(16)));
        assert_eq!(facts_of("public.ecr.aws/docker/library/postgres:18-alpine"), ("postgres", Some(18)));
        assert_eq!(facts_of("localhost:5000/postgres"), ("postgres", None));
        assert_eq!(facts_of("postgres:latest"), ("postgres", None));
        assert_eq!(facts_of("redis@sha256:00"), ("redis", None));
        assert_eq!(facts_of("postgres:16.2@sha256:00"), ("postgres", Some(16)));
        assert_eq!(facts_of("timescale/timescaledb:2.14.2-pg18"), ("timescaledb", Some(18)));
        assert_eq!(facts_of("pgvector/pgvector:pg17"), ("pgvector", Some(17)));
        assert_eq!(facts_of("postgis/postgis:16-3.4"), ("postgis", Some(16)));
    }
}
