//! Layers to one answer, and what the lock does not let through.

use super::levels::levels;
use super::{BUILT_IN, Effective, Layer, Origin, RuleSetting, Sourced};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule, did_you_mean, one_of};
use crate::source::Spanned;
use crate::suppression::LOCKED_SETTING;

/// All layers, each list with the weakest first.
#[derive(Debug, Default)]
pub struct Given {
    /// The files of the machine, the user's own, what the project's file starts from, and that file.
    pub files: Vec<Layer>,
    /// What the file of `--config` starts from, and that file.
    pub config: Vec<Layer>,
    /// The variables, and the flags.
    pub command: Vec<Layer>,
    /// Whether `files` can only make things stricter.
    pub locked: bool,
    /// Whether this runs in CI, where the profile `ci` is chosen if nobody names another.
    pub ci: bool,
    /// Every rule there is.
    pub rules: Vec<&'static Rule>,
}

/// A profile that nobody defines, named on the command line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no profile `{name}`")]
pub struct UnknownProfile {
    /// What was asked for.
    pub name: String,
    /// The nearest name, or all of them.
    pub help: String,
}

/// What one profile adds: itself as it comes with `pt`, or what one table says.
pub(super) struct Part {
    pub(super) rules: Vec<RuleSetting>,
    fail_on: Option<Sourced<Level>>,
    lenient: bool,
    /// Who chose it, or says it.
    pub(super) origin: Origin,
    /// Whether it comes from the command line and not from the project.
    pub(super) trusted: bool,
    /// Whether it is a table of a file.
    pub(super) is_table: bool,
}

/// Puts the layers together. What the files say about profiles that are not there is reported.
pub fn resolve(given: &Given, diagnostics: &mut Diagnostics) -> Result<Effective, UnknownProfile> {
    let by_command = given.command.iter().rev().chain(given.config.iter().rev()).find_map(|it| it.profile.clone());
    let by_files = given.files.iter().rev().find_map(|layer| layer.profile.clone());
    let by_default = given.ci.then(|| Sourced::new("ci".to_owned(), Origin::Variable("CI")));
    let mut parts = Vec::new();
    if let Some(profile) = &by_command {
        let found = profile_parts(given, &profile.value, &profile.origin, true, &mut parts, &mut Vec::new());
        if !found {
            match profile.origin {
                Origin::File(span) => unknown_in_file(given, &Spanned::new(profile.value.clone(), span), diagnostics),
                _ => return Err(unknown(given, &profile.value)),
            }
        }
    }
    if let Some(profile) = by_files.as_ref().filter(|_| by_command.is_none() || given.locked) {
        let found = profile_parts(given, &profile.value, &profile.origin, false, &mut parts, &mut Vec::new());
        if let (false, Origin::File(span)) = (found, &profile.origin) {
            unknown_in_file(given, &Spanned::new(profile.value.clone(), *span), diagnostics);
        }
    }
    if let Some(profile) = by_default.as_ref().filter(|_| by_command.is_none() && by_files.is_none()) {
        profile_parts(given, &profile.value, &profile.origin, true, &mut parts, &mut Vec::new());
    }
    let lenient = lenient(given, &parts, diagnostics);
    let stops = trusted_fail_on(given, &parts).map_or(Level::Error, |level| level.value);
    let (rules, denied) = levels(given, &parts, stops, diagnostics);
    Ok(Effective {
        engine: given.files.iter().chain(&given.config).rev().find_map(|layer| layer.engine.clone()),
        fail_on: fail_on(given, &parts, diagnostics),
        baseline: baseline(given, diagnostics),
        rules,
        allowed_registries: allowed_registries(given, diagnostics),
        secret_names: all(given, |layer| layer.secret_names.clone()),
        stateful_images: all(given, |layer| layer.stateful_images.clone()),
        policies: all(given, |layer| layer.policies.clone()),
        ignored_files: ignored_files(given, diagnostics),
        profile: by_command.or(by_files).or(by_default),
        lenient,
        locked: given.locked,
        denied,
    })
}

/// Collects what a profile adds, the weakest part first; whether there is such a profile.
fn profile_parts(
    given: &Given,
    name: &str,
    origin: &Origin,
    trusted: bool,
    parts: &mut Vec<Part>,
    met: &mut Vec<String>,
) -> bool {
    if met.iter().any(|known| known == name) {
        return true;
    }
    met.push(name.to_owned());
    let files = given.files.iter().map(|layer| (layer, false));
    let layers = files.chain(given.config.iter().map(|layer| (layer, true)));
    let tables = layers.flat_map(|(layer, own)| layer.profiles.iter().map(move |table| (table, own)));
    let tables: Vec<_> = tables.filter(|(table, _)| table.name.value == name).collect();
    let built_in = BUILT_IN.iter().find(|profile| profile.name == name);
    if let Some((base, own)) = tables.iter().rev().find_map(|(table, own)| Some((table.extends.as_ref()?, *own))) {
        profile_parts(given, base, &Origin::File(base.span), trusted && own, parts, met);
    }
    if let Some(profile) = built_in {
        parts.push(Part {
            rules: profile.rules(&given.rules),
            fail_on: None,
            lenient: profile.lenient,
            origin: origin.clone(),
            trusted,
            is_table: false,
        });
    }
    for (table, own) in &tables {
        parts.push(Part {
            rules: table.rules.clone(),
            fail_on: table.fail_on.clone(),
            lenient: false,
            origin: Origin::File(table.name.span),
            trusted: trusted && *own,
            is_table: true,
        });
    }
    built_in.is_some() || !tables.is_empty()
}

fn unknown(given: &Given, name: &str) -> UnknownProfile {
    let own = given.files.iter().chain(&given.config).flat_map(|layer| &layer.profiles);
    let own = own.map(|table| table.name.value.as_str());
    let mut names: Vec<&str> = BUILT_IN.iter().map(|profile| profile.name).chain(own).collect();
    names.dedup();
    let help = match did_you_mean(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there is {}", one_of(names)),
    };
    UnknownProfile { name: name.to_owned(), help }
}

fn unknown_in_file(given: &Given, name: &Spanned<String>, diagnostics: &mut Diagnostics) {
    let unknown = unknown(given, name);
    diagnostics.report(&super::rules::INVALID_SETTING, name.span, unknown.to_string()).help(unknown.help);
}

/// Says that something of a file is not let through.
pub(super) fn refuse<'d>(
    origin: &Origin,
    message: impl Into<String>,
    diagnostics: &'d mut Diagnostics,
) -> Option<&'d mut Diagnostic> {
    let Origin::File(span) = origin else { return None };
    let found = diagnostics.report(&LOCKED_SETTING, *span, message);
    Some(found.label("has no effect").help("`--locked` lets only the command line and its `--config` loosen anything"))
}

fn lenient(given: &Given, parts: &[Part], diagnostics: &mut Diagnostics) -> bool {
    let mut lenient = false;
    for part in parts.iter().filter(|part| part.lenient) {
        if given.locked && !part.trusted {
            let message = "the profile `dev` would take passwords for less than errors";
            refuse(&part.origin, message, diagnostics);
        } else {
            lenient = true;
        }
    }
    lenient
}

/// The last of some layers that says `fail-on`.
fn fail_on_of(layers: &[Layer]) -> Option<Sourced<Level>> {
    layers.iter().rev().find_map(|layer| layer.fail_on.clone())
}

/// The last part of a profile that says `fail-on`.
fn fail_on_of_parts(parts: &[Part], trusted: bool) -> Option<Sourced<Level>> {
    parts.iter().rev().filter(|part| part.trusted == trusted).find_map(|part| part.fail_on.clone())
}

/// What the command line says, and the profile and the file that it names.
fn trusted_fail_on(given: &Given, parts: &[Part]) -> Option<Sourced<Level>> {
    let said = fail_on_of(&given.command).or_else(|| fail_on_of_parts(parts, true));
    said.or_else(|| fail_on_of(&given.config))
}

fn fail_on(given: &Given, parts: &[Part], diagnostics: &mut Diagnostics) -> Sourced<Level> {
    let theirs = fail_on_of_parts(parts, false);
    let default = Sourced::new(Level::Error, Origin::Default);
    if !given.locked {
        let own = fail_on_of(&given.command).or_else(|| fail_on_of_parts(parts, true)).or(theirs);
        return own.or_else(|| fail_on_of(&given.config)).or_else(|| fail_on_of(&given.files)).unwrap_or(default);
    }
    let own = trusted_fail_on(given, parts);
    let held = own.clone().unwrap_or(default);
    let mut counts = held.clone();
    let files = given.files.iter().filter_map(|layer| layer.fail_on.clone());
    for wanted in files.chain(theirs) {
        if wanted.value > held.value {
            let message = format!("`fail-on` would be `{}` here, and is held at `{}`", wanted.value, held.value);
            refuse(&wanted.origin, message, diagnostics);
        } else if own.is_none() {
            counts = wanted;
        }
    }
    counts
}

fn baseline(given: &Given, diagnostics: &mut Diagnostics) -> Option<Sourced<std::path::PathBuf>> {
    let own = given.command.iter().rev().chain(given.config.iter().rev()).find_map(|layer| layer.baseline.clone());
    let theirs = given.files.iter().rev().find_map(|layer| layer.baseline.clone());
    match theirs {
        Some(baseline) if given.locked => {
            refuse(&baseline.origin, "a baseline would leave findings alone", diagnostics);
            own
        }
        theirs => own.or(theirs),
    }
}

fn allowed_registries(given: &Given, diagnostics: &mut Diagnostics) -> Option<Sourced<Vec<String>>> {
    let own = given.command.iter().rev().chain(given.config.iter().rev()).find_map(|it| it.allowed_registries.clone());
    let theirs = given.files.iter().rev().find_map(|layer| layer.allowed_registries.clone());
    let (Some(held), Some(wanted), true) = (&own, &theirs, given.locked) else { return own.or(theirs) };
    let below =
        |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|it| it.is_empty() || it.starts_with('/'));
    let is_held = |inner: &String| held.value.iter().any(|outer| below(inner, outer.trim_end_matches('/')));
    // An empty list allows all.
    if !held.value.is_empty() && (wanted.value.is_empty() || !wanted.value.iter().all(is_held)) {
        refuse(&wanted.origin, "images would be allowed from more registries", diagnostics);
        return own;
    }
    theirs
}

fn ignored_files(given: &Given, diagnostics: &mut Diagnostics) -> Vec<Sourced<crate::lint::IgnoredFiles>> {
    let theirs = given.files.iter().flat_map(|layer| layer.ignored_files.clone());
    let own = given.config.iter().chain(&given.command).flat_map(|layer| layer.ignored_files.clone());
    if !given.locked {
        return theirs.chain(own).collect();
    }
    for ignored in theirs {
        let message = format!("findings in `{}` would be left alone", ignored.value.pattern);
        refuse(&ignored.origin, message, diagnostics);
    }
    own.collect()
}

/// What can only make things stricter, of all layers, the strongest first.
fn all<T>(given: &Given, part: impl Fn(&Layer) -> Vec<T>) -> Vec<T> {
    let layers = given.files.iter().chain(&given.config).chain(&given.command);
    layers.rev().flat_map(part).collect()
}
