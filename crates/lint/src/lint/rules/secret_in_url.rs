//! `secret-in-url`: a password in a URL.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix};
use crate::lint::secrecy::{is_secret_value, names_a_secret, read_in_url, store_name, url_password, written};
use crate::lint::{Lint, Scene};
use crate::source::Span;

declare_rule! {
    /// a URL holds a password in plain text
    ///
    /// It reaches everyone who reads the repository, and programs print URLs into their logs. A reference may stand inside
    /// of the text.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: DATABASE_URL, value: "postgres://app:hunter2@db:5432/app"}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       env: [{name: DATABASE_URL, value: "postgres://app:{pt.secret db-password | url}@db:5432/app"}]
    /// ```
    pub static SECRET_IN_URL = {
        name: "secret-in-url", code: "PT203", level: Error, precision: High, severity: "7.5", conceals: true,
        tags: ["secrets"],
        anchors: ["CIS Docker 4.10", "CIS PostgreSQL 1.7"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &SECRET_IN_URL, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        for variable in &container.environment {
            let (name, text) = (&variable.name.value, written(&variable.value));
            // A secret as a whole is `hardcoded-secret`'s finding.
            if names_a_secret(name) && is_secret_value(name, &text) {
                continue;
            }
            if let Some(password) = url_password(&text) {
                let message = format!("the URL in `{name}` holds a password in plain text");
                let store = format!("{}-password", store_name(name));
                // What is encoded for a URL is not what a server wants to hear.
                let plain = !password.contains('%');
                let fix = if plain { read_in_url(scene, &store, variable.span, password) } else { None };
                report(scene.part(variable.span, password), message, fix, diagnostics);
            }
        }
        for (word, span) in container.words() {
            if let Some(password) = url_password(&written(word)) {
                let message = "a URL in the command holds a password in plain text".to_owned();
                // On a command line everyone could read it all the same.
                report(scene.part(span, password), message, None, diagnostics);
            }
        }
    }
}

fn report(span: Span, message: String, fix: Option<Fix>, diagnostics: &mut Diagnostics) {
    diagnostics
        .report(&SECRET_IN_URL, span, message)
        .label("everyone who reads this file knows it")
        .help("write `{pt.secret NAME | url}` in its place, then `pt secrets set NAME`")
        .maybe_fix(fix);
}
