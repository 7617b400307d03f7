//! `hardcoded-secret`: a password, key or token that stands in the file.

use crate::declare_rule;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expand::{Container, MountSource, Variable};
use crate::lint::secrecy::{assignments, is_secret_value, known_token, names_a_secret, store_name, written};
use crate::lint::{Lint, Scene};
use crate::source::Span;

declare_rule! {
    /// a password, key or token stands in the file
    ///
    /// It reaches everyone who reads the repository, now and in its history, and every log and screenshot of the file. A
    /// secret belongs into the store: `pt secrets set NAME`, and `pt.secret NAME` in the file.
    ///
    /// A text is taken for a secret when the variable (or the option of a command) is called one, such as `…_PASSWORD`,
    /// `…_SECRET`, `…_TOKEN`, `…_API_KEY`, or when it has the form of a known token or private key. `changeme` counts: it
    /// is the password until someone changes it. Nothing is said about references, paths, addresses, switches (`true`,
    /// `3600`), `<placeholders>`, and keys that are public by their name (`NEXT_PUBLIC_…_KEY`).
    ///
    /// It is wrong where a name only sounds like a secret (`CSRF_TOKEN: enabled-for-forms`).
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
        name: "hardcoded-secret", code: "PT202", level: Error, precision: High, severity: "7.5", conceals: true
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &HARDCODED_SECRET, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        // What a blueprint itself adds stands at the call and is not the user's secret.
        let own = |span: Span| span != container.call;
        for variable in container.environment.iter().filter(|variable| own(variable.span)) {
            look_at_variable(scene, variable, diagnostics);
        }
        look_at_words(scene, container, diagnostics);
        for mount in container.mounts.iter().filter(|mount| own(mount.span)) {
            let MountSource::Content { data, .. } = &mount.source else { continue };
            if let Some((issuer, _)) = known_token(&written(data)) {
                let message = format!("the file `{}` holds {issuer} key", mount.path.value);
                report(mount.span, message, diagnostics).help(whole(&mount.path.value));
            }
        }
    }
}

fn look_at_variable(scene: &Scene<'_>, variable: &Variable, diagnostics: &mut Diagnostics) {
    let (name, text) = (&variable.name.value, written(&variable.value));
    if names_a_secret(name) && is_secret_value(name, &text) {
        let message = format!("`{name}` holds a secret in plain text");
        report(variable.span, message, diagnostics).help(whole(name));
    } else if let Some((issuer, token)) = known_token(&text) {
        let message = format!("`{name}` holds {issuer} key in plain text");
        let help = if token.len() == text.trim().len() { whole(name) } else { part(name) };
        report(scene.part(variable.span, token), message, diagnostics).help(help);
    }
}

fn look_at_words(scene: &Scene<'_>, container: &Container, diagnostics: &mut Diagnostics) {
    let own = container.words().filter(|(_, span)| *span != container.call);
    let (texts, spans): (Vec<String>, Vec<Span>) = own.map(|(word, span)| (written(word), span)).unzip();
    let words: Vec<&str> = texts.iter().map(String::as_str).collect();
    for found in assignments(&words) {
        if names_a_secret(found.name) && is_secret_value(found.name, found.value) {
            let message = format!("the command holds a secret in plain text: `{}`", found.name);
            report(scene.part(spans[found.word], found.value), message, diagnostics).help(part(found.name));
        }
    }
    for (text, span) in words.iter().zip(spans) {
        if let Some((issuer, token)) = known_token(text) {
            let message = format!("the command holds {issuer} key in plain text");
            report(scene.part(span, token), message, diagnostics).help(part(""));
        }
    }
}

fn report(span: Span, message: String, diagnostics: &mut Diagnostics) -> &mut Diagnostic {
    diagnostics.report(&HARDCODED_SECRET, span, message).label("everyone who reads this file knows it")
}

/// What to type for a text that is the secret as a whole.
fn whole(name: &str) -> String {
    let name = store_name(name);
    format!("write `pt.secret {name}` instead, then `pt secrets set {name}`")
}

/// What to type for a secret inside of a text.
fn part(name: &str) -> String {
    let name = store_name(name);
    format!("write `{{pt.secret {name}}}` in its place, then `pt secrets set {name}`")
}
