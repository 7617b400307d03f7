//! `default-password`: a password that everyone tries first.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Level};
use crate::lint::secrecy::secrets;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a password that everyone tries first
    ///
    /// `postgres`, `password`, `admin`, `changeme` and their like head the list of every program that guesses passwords.
    /// Unlike another password in the file it need not even leak. The parameter of a module with such a default counts
    /// too.
    ///
    /// Precision: 27 of 27 findings that were looked at in 29 public projects (of 53) were right.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: postgres}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    ///
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: db-password, type: [default, str, letmein]}]
    ///     args: {image: "busybox:1.36", env: [{name: DB, value: pt.param db-password}]}
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
    pub static DEFAULT_PASSWORD = {
        name: "default-password", code: "PT204", level: Error, precision: VeryHigh, severity: "8.1", conceals: true,
        tags: ["secrets"],
        anchors: ["CIS Docker 4.10", "OWASP Docker 12"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &DEFAULT_PASSWORD, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for secret in secrets(scene).into_iter().filter(|secret| secret.default) {
        let ceiling = if secret.reached { Level::Error } else { Level::Warning };
        diagnostics.at_most(ceiling, |diagnostics| {
            diagnostics
                .report(&DEFAULT_PASSWORD, secret.span, secret.message)
                .label("this is one of the first that are tried")
                .help(secret.help)
                .maybe_fix(secret.fix);
        });
    }
}
