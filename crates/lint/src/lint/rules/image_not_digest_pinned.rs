//! `image-not-digest-pinned`: an image named by a tag that its publisher may move.

use super::mutable_image::pinned;
use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::image_tag::{Tag, tag};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// an image is named by a tag, which its publisher may move
    ///
    /// A version tag is another image after a rebuild, and after an attack on the registry. A digest names one image for
    /// good: what was tested is what runs. Left to those who ask for it, since most projects do without. Nothing is said
    /// of the images that blueprints bring along.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
    /// ```
    pub static IMAGE_NOT_DIGEST_PINNED = {
        name: "image-not-digest-pinned", code: "PT206", level: Info, precision: VeryHigh, severity: "3.0",
        tags: ["supply-chain"],
        anchors: ["CIS Docker 4.2", "OWASP Docker 13"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &IMAGE_NOT_DIGEST_PINNED, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for image in scene.containers().map(|container| &container.image) {
        let text = &image.value;
        let is_pinned = text.contains('@') || !matches!(tag(text), Tag::Fixed);
        // What a blueprint brings along stands nowhere in the file.
        if text.is_empty() || is_pinned || !scene.sources.text(image.span).contains(text.as_str()) {
            continue;
        }
        diagnostics.report(&IMAGE_NOT_DIGEST_PINNED, image.span, format!("the tag of `{text}` may be moved")).help(
            format!("add the digest, `{text}@sha256:…`: `docker image inspect --format '{{{{.RepoDigests}}}}' {text}` prints it"),
        )
        .maybe_fix(pinned(scene, image));
    }
}
