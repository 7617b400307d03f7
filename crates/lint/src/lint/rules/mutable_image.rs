//! `mutable-image`: an image that is another one tomorrow.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::lint::image_tag::{Tag, repository, tag};
use crate::lint::{Lint, Scene};
use crate::source::Spanned;

declare_rule! {
    /// an image without a version
    ///
    /// Without a tag, or with one that moves by design (`latest`, `stable`, `edge`, `main`, `lts` …), the next pull may
    /// bring another major version: what runs here is not what runs there, and a database may not read its own data any
    /// more. Name a version, or a digest.
    ///
    /// Precision: all 17 findings in 29 public projects were right; one image was built on the machine itself.
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
    pub static MUTABLE_IMAGE = {
        name: "mutable-image", code: "PT205", level: Error, precision: VeryHigh, severity: "5.0",
        tags: ["supply-chain"],
        anchors: ["CIS Docker 4.2", "OWASP Docker 13"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &MUTABLE_IMAGE, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for image in scene.containers().map(|container| &container.image).filter(|image| !image.value.is_empty()) {
        let message = match tag(&image.value) {
            Tag::Fixed => continue,
            Tag::Absent => format!("the image `{}` has no tag, which means `latest`", image.value),
            Tag::Moving(tag) => format!("the tag `{tag}` is another image tomorrow"),
        };
        diagnostics
            .report(&MUTABLE_IMAGE, image.span, message)
            .help(format!("name a version: `{}:VERSION`", repository(&image.value)))
            .maybe_fix(pinned(scene, image));
    }
}

/// The image that the engine has now, for good. What runs is what was there when somebody looked.
pub(super) fn pinned(scene: &Scene<'_>, image: &Spanned<String>) -> Option<Fix> {
    let digest = scene.live_digest(&image.value)?;
    let pinned = format!("{}@{digest}", image.value);
    let edit = scene.rewrite(image.span, &pinned, |written| written == image.value)?;
    Some(Fix::new(Safety::Unsafe, "pin the image that the engine has now").edit(edit))
}
