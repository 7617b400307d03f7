//! `mutable-image`: an image that is another one tomorrow.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// an image without a version
    ///
    /// Without a tag, or with one that moves by design (`latest`, `stable`, `edge`, `main`, `lts` …), the next pull may
    /// bring another major version: what runs here is not what runs there, and a database may not read its own data any
    /// more. Name a version, or a digest.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:latest"}}
    /// ```
    ///
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: busybox}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    pub static MUTABLE_IMAGE = { name: "mutable-image", code: "PT205", level: Error, precision: VeryHigh, severity: "5.0" };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &MUTABLE_IMAGE, check };

/// First words of tags that move.
const MOVING: [&str; 16] = [
    "latest", "stable", "edge", "main", "master", "lts", "nightly", "dev", "develop", "canary", "next", "current",
    "rolling", "beta", "alpha", "snapshot",
];

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for image in scene.containers().map(|container| &container.image).filter(|image| !image.value.is_empty()) {
        let message = match tag(&image.value) {
            Tag::Fixed => continue,
            Tag::Absent => format!("the image `{}` has no tag, which means `latest`", image.value),
            Tag::Moving(tag) => format!("the tag `{tag}` is another image tomorrow"),
        };
        diagnostics
            .report(&MUTABLE_IMAGE, image.span, message)
            .help(format!("name a version: `{}:VERSION`", repository(&image.value)));
    }
}

enum Tag<'a> {
    Fixed,
    Absent,
    Moving(&'a str),
}

fn tag(image: &str) -> Tag<'_> {
    if image.contains('@') {
        return Tag::Fixed;
    }
    let Some(tag) = image[repository(image).len()..].strip_prefix(':') else { return Tag::Absent };
    let (first, rest) = tag.split_once('-').unwrap_or((tag, ""));
    // `stable-20240513` and `main-4f2a1c` stand still.
    let moves = MOVING.contains(&first) && !rest.bytes().any(|byte| byte.is_ascii_digit());
    if moves { Tag::Moving(tag) } else { Tag::Fixed }
}

/// The reference without its tag; the colon of a registry's port belongs to it.
fn repository(image: &str) -> &str {
    let name = image.rfind('/').map_or(0, |slash| slash + 1);
    image[name..].find(':').map_or(image, |colon| &image[..name + colon])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_or_digest_stands_still() {
        for image in ["postgres:16.2", "a.b:5000/c/d:1", "x@sha256:00", "debian:stable-20240513", "app:main-4f2a1c"] {
            assert!(matches!(tag(image), Tag::Fixed), "{image}");
        }
    }

    #[test]
    fn no_tag_or_a_moving_one_does_not() {
        for image in ["postgres", "localhost:5000/postgres"] {
            assert!(matches!(tag(image), Tag::Absent), "{image}");
        }
        for image in ["postgres:latest", "node:lts-alpine", "a:5000/b:edge"] {
            assert!(matches!(tag(image), Tag::Moving(_)), "{image}");
        }
        assert_eq!(repository("a:5000/b:edge"), "a:5000/b");
    }
}
