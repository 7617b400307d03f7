//! Where secrets stand in containers and in files, and what to type instead.

use std::collections::BTreeSet;

use super::{assignments, is_default_password, is_secret_value, known_token, names_a_secret, store_name, written};
use crate::diagnostic::{Fix, Safety};
use crate::expand::{Container, MountSource, Variable};
use crate::expr::{Expression, parse};
use crate::lint::written_text::visit;
use crate::lint::{Scene, Whole};
use crate::model::{Document, Param};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::ParamType;

/// A secret that stands in a file.
pub(in crate::lint) struct Secret {
    /// Its characters.
    pub(in crate::lint) span: Span,
    /// What is said of it, never itself.
    pub(in crate::lint) message: String,
    /// What to type instead.
    pub(in crate::lint) help: String,
    /// What makes it go away.
    pub(in crate::lint) fix: Option<Fix>,
    /// Whether it is a password that everyone tries first.
    pub(in crate::lint) default: bool,
    /// Whether something that can be run reaches it.
    pub(in crate::lint) reached: bool,
}

/// All secrets of a scene: of its containers, or for a whole project what its files hold beyond those.
pub(in crate::lint) fn secrets(scene: &Scene<'_>) -> Vec<Secret> {
    let Some(whole) = scene.whole else {
        return scene.containers().flat_map(|container| of_container(scene, container)).collect();
    };
    let containers = whole.programs.iter().flat_map(|program| program.containers.values());
    let known = containers.flat_map(|container| of_container(scene, container)).map(|secret| secret.span);
    let known: BTreeSet<Span> = known.collect();
    let mut found = Vec::new();
    for document in scene.own_files() {
        in_arguments(scene, whole, document, &mut found);
        in_defaults(document, &mut found);
    }
    found.retain(|secret| !known.contains(&secret.span));
    found
}

fn of_container(scene: &Scene<'_>, container: &Container) -> Vec<Secret> {
    // What a blueprint itself adds stands at the call and is not the user's secret.
    let own = |span: Span| span != container.call;
    let variables = container.environment.iter().filter(|variable| own(variable.span));
    let mut found: Vec<Secret> = variables.filter_map(|variable| in_variable(scene, variable)).collect();
    in_words(scene, container, &mut found);
    for mount in container.mounts.iter().filter(|mount| own(mount.span)) {
        let MountSource::Content { data, .. } = &mount.source else { continue };
        if let Some((issuer, _)) = known_token(&written(data)) {
            let path = &mount.path.value;
            found.push(secret(mount.span, format!("the file `{path}` holds {issuer} key"), whole_text(path)));
        }
    }
    found
}

fn in_variable(scene: &Scene<'_>, variable: &Variable) -> Option<Secret> {
    let (name, text) = (&variable.name.value, written(&variable.value));
    if names_a_secret(name) && is_secret_value(name, &text) {
        // A default is a text and no reference: the secret comes from whoever calls.
        if let Some(param) = default_at(scene, variable.span) {
            let help = without_default(&param.id.value, &store_name(name));
            return Some(Secret { help, ..named(name, &text, variable.span) });
        }
        let fix = read_whole(scene, name, variable.span, &text);
        return Some(Secret { fix, ..named(name, &text, variable.span) });
    }
    let (issuer, token) = known_token(&text)?;
    let is_whole = token.len() == text.trim().len();
    let (help, fix) = if is_whole {
        (whole_text(name), read_whole(scene, name, variable.span, &text))
    } else {
        (part_of_text(name), read_part(scene, &store_name(name), variable.span, token))
    };
    let span = scene.part(variable.span, token);
    Some(Secret { fix, ..secret(span, format!("`{name}` holds {issuer} key in plain text"), help) })
}

fn in_words(scene: &Scene<'_>, container: &Container, found: &mut Vec<Secret>) {
    let own = container.words().filter(|(_, span)| *span != container.call);
    let (texts, spans): (Vec<String>, Vec<Span>) = own.map(|(word, span)| (written(word), span)).unzip();
    let words: Vec<&str> = texts.iter().map(String::as_str).collect();
    for given in assignments(&words) {
        if names_a_secret(given.name) && is_secret_value(given.name, given.value) {
            let message = format!("the command holds a secret in plain text: `{}`", given.name);
            let span = scene.part(spans[given.word], given.value);
            let default = is_default_password(given.name, given.value);
            found.push(Secret { default, ..secret(span, message, for_command(given.name)) });
        }
    }
    for (text, span) in words.iter().zip(spans) {
        if let Some((issuer, token)) = known_token(text) {
            let message = format!("the command holds {issuer} key in plain text");
            found.push(secret(scene.part(span, token), message, for_command("")));
        }
    }
}

/// Values under keys that say "secret", wherever they end up: a password may become a part of a mounted file.
fn in_arguments(scene: &Scene<'_>, whole: &Whole<'_>, document: &Document, found: &mut Vec<Secret>) {
    let mut look = |node: &Node, reached: bool| {
        visit(node, "", &mut |key, scalar| {
            let text = scalar.text().unwrap_or_default();
            let literal = names_a_secret(key) && parse(text) == Expression::Literal;
            if literal && is_secret_value(key, text) {
                let fix = read_whole(scene, key, scalar.span, text);
                found.push(Secret { fix, reached, ..named(key, text, scalar.span) });
            }
        });
    };
    for module in &document.modules {
        let reached = whole.reached.contains(&module.id.value) || document.templates.is_empty();
        module.args.iter().for_each(|args| look(args, reached));
    }
    for step in document.templates.iter().flat_map(|template| &template.steps) {
        step.args.iter().for_each(|args| look(args, true));
    }
}

/// `[default, str, hunter2]` of a parameter that is called a secret.
fn in_defaults(document: &Document, found: &mut Vec<Secret>) {
    let modules = document.modules.iter().flat_map(|module| &module.params);
    let params = modules.chain(document.templates.iter().flat_map(|template| &template.params));
    found.extend(params.filter_map(default_of));
}

fn default_of(param: &Param) -> Option<Secret> {
    let ParamType::Default(_, value) = &param.kind else { return None };
    let (name, text) = (&param.id.value, value.to_text()?);
    let text = text.as_literal().filter(|text| parse(text) == Expression::Literal)?;
    (names_a_secret(name) && is_secret_value(name, text)).then(|| Secret {
        help: without_default(name, &store_name(name)),
        reached: false,
        ..named(name, text, value.span)
    })
}

/// What to type for the default of a parameter.
fn without_default(param: &str, secret: &str) -> String {
    format!(
        "remove the default, pass `{param}: pt.secret {secret}` wherever this is called, then `pt secrets set {secret}`"
    )
}

/// The parameter whose default stands in a place.
fn default_at<'s>(scene: &Scene<'s>, span: Span) -> Option<&'s Param> {
    let documents = scene.documents.files().iter();
    let mut params = documents.flat_map(|document| {
        let modules = document.modules.iter().flat_map(|module| &module.params);
        modules.chain(document.templates.iter().flat_map(|template| &template.params))
    });
    params.find(|param| matches!(&param.kind, ParamType::Default(_, value) if value.span == span))
}

/// A secret that gives itself away by the name before it.
fn named(name: &str, text: &str, span: Span) -> Secret {
    let found = secret(span, format!("`{name}` holds a secret in plain text"), whole_text(name));
    Secret { default: is_default_password(name, text), ..found }
}

fn secret(span: Span, message: String, help: String) -> Secret {
    Secret { span, message, help, fix: None, default: false, reached: true }
}

/// Reads the whole of a text from the store.
fn read_whole(scene: &Scene<'_>, name: &str, span: Span, text: &str) -> Option<Fix> {
    let name = store_name(name);
    let edit = scene.rewrite(span, &format!("pt.secret {name}"), |written| written == text)?;
    Some(from_store(scene, &name).edit(edit))
}

/// Reads the password of a URL from the store.
pub(in crate::lint) fn read_in_url(scene: &Scene<'_>, name: &str, span: Span, password: &str) -> Option<Fix> {
    let edits = scene.replace_part(span, password, &format!("{{pt.secret {name} | url}}"))?;
    Some(Fix { edits, ..from_store(scene, name) })
}

/// Reads a part of a text from the store.
fn read_part(scene: &Scene<'_>, name: &str, span: Span, part: &str) -> Option<Fix> {
    let edits = scene.replace_part(span, part, &format!("{{pt.secret {name}}}"))?;
    Some(Fix { edits, ..from_store(scene, name) })
}

/// A fix without edits yet. Unsafe: until the secret is set nothing runs, and another one may have that name.
fn from_store(scene: &Scene<'_>, name: &str) -> Fix {
    let fix = Fix::new(Safety::Unsafe, format!("read it from the store, `pt.secret {name}`"));
    if scene.known.has_secret(name) { fix } else { fix.then(format!("pt secrets set {name}")) }
}

/// What to type for a text that is the secret as a whole.
fn whole_text(name: &str) -> String {
    let name = store_name(name);
    format!("write `pt.secret {name}` instead, then `pt secrets set {name}`")
}

/// What to type for a secret inside of a text.
fn part_of_text(name: &str) -> String {
    let name = store_name(name);
    format!("write `{{pt.secret {name}}}` in its place, then `pt secrets set {name}`")
}

/// What to type for a secret on a command line, where everyone can read it.
fn for_command(name: &str) -> String {
    let name = store_name(name);
    format!("pass it in `env`, or as a file in `mounts`, as `pt.secret {name}`, then `pt secrets set {name}`")
}
