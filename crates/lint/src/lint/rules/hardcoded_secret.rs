//! `hardcoded-secret`: a password, key or token that stands in the file.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Level};
use crate::lint::secrecy::secrets;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a password, key or token stands in the file
    ///
    /// It reaches everyone who reads the repository, now and in its history, and every log and screenshot of the file. A
    /// secret belongs into the store: `pt secrets set NAME`, and `pt.secret NAME` in the file.
    ///
    /// A text is taken for a secret when what stands before it is called one, such as `…_PASSWORD`, `…_SECRET`, `…_TOKEN`,
    /// `…_API_KEY`: a variable, an option of a command, a key of the arguments, a parameter with a default. Or it has the form
    /// of a known token or private key. Nothing is said about references, paths, addresses, switches (`true`, `3600`),
    /// `<placeholders>`, and keys that are public by their name (`NEXT_PUBLIC_…_KEY`). Passwords that everyone tries first are
    /// `default-password`'s. What nothing reaches is a warning.
    ///
    /// It is wrong where a name only sounds like a secret (`CSRF_TOKEN: enabled-for-forms`).
    ///
    /// Precision: all 27 findings in 29 public projects were right; a third of them had been blacked out by whoever
    /// published the file.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: hunter2}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    ///
    /// ```yaml
    /// modules:
    ///   - id: fill
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", cmd: "fill --user admin --password hunter2"}
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
    pub static HARDCODED_SECRET = {
        name: "hardcoded-secret", code: "PT202", level: Error, precision: High, severity: "7.5", conceals: true,
        tags: ["secrets"],
        anchors: ["CIS Docker 4.10", "OWASP Docker 12"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &HARDCODED_SECRET, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for secret in secrets(scene).into_iter().filter(|secret| !secret.default) {
        let ceiling = if secret.reached { Level::Error } else { Level::Warning };
        diagnostics.at_most(ceiling, |diagnostics| {
            diagnostics
                .report(&HARDCODED_SECRET, secret.span, secret.message)
                .label("everyone who reads this file knows it")
                .help(secret.help)
                .maybe_fix(secret.fix);
        });
    }
}
