//! `eol-image`: an image of a PostgreSQL that gets no more fixes.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a PostgreSQL that gets no more fixes
    ///
    /// Each major is kept for five years; after that its holes stay open, and they are published. The list is that of
    /// November 2025: 13 and older have ended. A data directory does not move to another major by itself: dump it with the
    /// old image and load it into the new one.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:12.4
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    pub static EOL_IMAGE = {
        name: "eol-image", code: "PT220", level: Warning, precision: VeryHigh, severity: "5.0",
        tags: ["postgres", "supply-chain"],
        anchors: ["CIS PostgreSQL 1.5"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &EOL_IMAGE, check };

/// The last major that gets no more fixes, as of November 2025.
const LAST_ENDED: u32 = 13;

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers().filter(|container| container.facts.family.starts_with("postgres")) {
        let Some(major) = container.facts.major.filter(|major| *major <= LAST_ENDED) else { continue };
        let image = &container.image;
        // The first number in a tag of `timescaledb` is its own unless `pg` stands before it.
        if image.value.contains("timescale") && !image.value.contains("-pg") {
            continue;
        }
        diagnostics
            .report(&EOL_IMAGE, image.span, format!("PostgreSQL {major} gets no more fixes"))
            .help("name a newer major; dump the data with the old image and load them into the new one");
    }
}
