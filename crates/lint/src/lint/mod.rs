//! What is allowed and still unwise: one rule, one file, judged on the expanded program.
//!
//! In: a [`Scene`]. Out: findings. A rule's doc comment is its documentation and its test: Bad raises exactly this rule,
//! Good nothing. What the language cannot say has no rule: no argument makes a container privileged (`PT209`) or gives it a
//! namespace of the host (`PT212`); who writes one is told that it does nothing. To add one, write `rules/<name>.rs` and its two lines in `rules/mod.rs`. May use everything up to `expand`.

mod client;
mod endpoint;
mod exposure;
mod image_tag;
mod judge;
mod live;
mod mend;
mod plain_scalar;
mod postgres;
mod rules;
mod scene;
mod secrecy;
mod settings;
mod state;
mod written_text;

pub(crate) use endpoint::endpoints;
pub use judge::{Judge, Judged};
pub use live::{Live, LiveImage, LiveVolume};
pub use rules::LINTS;
pub use scene::{Lint, Scene, Whole};
pub use settings::{IgnoredFiles, Settings};

use crate::diagnostic::Diagnostics;

/// Runs every rule on a program.
pub fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for lint in LINTS {
        if scene.settings.lenient && exposure::decides(lint.rule) {
            exposure::check(lint, scene, diagnostics);
        } else {
            (lint.check)(scene, diagnostics);
        }
    }
}
