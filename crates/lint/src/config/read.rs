//! The text of a `pt.toml` to a layer. Never fails: what does not fit is reported and left out.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::rules::INVALID_SETTING;
use super::table::{Reader, level_named};
use super::{Layer, Origin, ProfileTable, RuleSetting, Say, Sourced};
use crate::diagnostic::{Breadth, Diagnostics, Rule, select};
use crate::lint::IgnoredFiles;
use crate::source::{FileId, Span, Spanned, quoted};
use crate::syntax::UNREADABLE;

/// The keys of a file.
pub const KEYS: [&str; 12] = [
    "extends",
    "engine",
    "profile",
    "fail-on",
    "baseline",
    "policies",
    "allowed-registries",
    "secret-names",
    "stateful-images",
    "rules",
    "per-file-ignores",
    "profiles",
];

/// The keys of `[profiles.NAME]`.
pub const PROFILE_KEYS: [&str; 3] = ["extends", "fail-on", "rules"];

/// A file as it was read.
pub(super) struct Document {
    pub(super) layer: Layer,
    /// The file that it starts from.
    pub(super) extends: Option<Spanned<String>>,
}

type Value<'t> = toml::Spanned<DeValue<'t>>;

/// Reads a file. Paths in it start from `shown`, patterns from the same directory without links, `real`.
pub(super) fn read(
    file: FileId,
    text: &str,
    (shown, real): (&Path, &Path),
    rules: &[&'static Rule],
    diagnostics: &mut Diagnostics,
) -> Document {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { file, rules, diagnostics };
    for error in errors {
        let span = error.span().map_or(Span::start_of(file), |range| reader.span(range));
        let message = error.message().lines().next().unwrap_or("this is no TOML").to_owned();
        reader
            .diagnostics
            .report(&INVALID_SETTING, span, message)
            .help("see https://toml.io for what a TOML file may hold");
    }
    let mut document = Document { layer: Layer::default(), extends: None };
    let layer = &mut document.layer;
    for (key, value) in reader.entries(table.get_ref(), Some(&KEYS)) {
        let origin = Origin::File(key.span);
        match key.value.as_str() {
            "extends" => document.extends = reader.text(&key, value, "the path of another pt.toml"),
            "profile" => {
                let name = reader.text(&key, value, "the name of a profile");
                layer.profile = name.map(|name| Sourced::new(name.value, Origin::File(name.span)));
            }
            "engine" => layer.engine = reader.engine(&key, value).map(|engine| Sourced::new(engine, origin)),
            "fail-on" => layer.fail_on = reader.level(&key, value).map(|level| Sourced::new(level.value, origin)),
            "baseline" => {
                let path = reader.text(&key, value, "the path of a file");
                layer.baseline = path.map(|path| Sourced::new(shown.join(path.value), origin));
            }
            "allowed-registries" => {
                let names = reader.texts(&key, value, "a list of registries");
                let names = names.into_iter().map(|name| name.value).collect();
                layer.allowed_registries = Some(Sourced::new(names, origin));
            }
            "secret-names" => {
                let names = reader.texts(&key, value, "a list of names");
                layer.secret_names =
                    names.into_iter().map(|it| Sourced::new(it.value, Origin::File(it.span))).collect();
            }
            "stateful-images" => stateful_images(&mut reader, &key, value, layer),
            "policies" => {
                let paths = reader.texts(&key, value, "a list of directories of policies");
                let path = |it: Spanned<String>| Sourced::new(shown.join(it.value), Origin::File(it.span));
                layer.policies = paths.into_iter().map(path).collect();
            }
            "rules" => layer.rules = levels(&mut reader, &key, value),
            "per-file-ignores" => ignored_files(&mut reader, &key, value, real, layer),
            _ => layer.profiles = profiles(&mut reader, &key, value),
        }
    }
    document
}

fn stateful_images(reader: &mut Reader<'_>, key: &str, value: &Value<'_>, layer: &mut Layer) {
    let Some(table) = reader.table(key, value) else { return };
    for (image, value) in reader.entries(table, None) {
        if let Some(directory) = reader.text(&image, value, "the directory of its data") {
            let origin = Origin::File(image.span);
            layer.stateful_images.push(Sourced::new((image.value, directory.value), origin));
        }
    }
}

/// `[rules]`; a word for many rules counts less than one for few, wherever it stands.
fn levels(reader: &mut Reader<'_>, key: &str, value: &Value<'_>) -> Vec<RuleSetting> {
    let Some(table) = reader.table(key, value) else { return Vec::new() };
    let mut entries = reader.entries(table, None);
    let breadth = |word: &str| select(reader.rules, word).map_or(Breadth::One, |(breadth, _)| breadth);
    entries.sort_by_key(|(word, _)| breadth(word));
    let mut settings = Vec::new();
    for (word, value) in entries {
        let rules = reader.selected(&word);
        let Some(text) = reader.text(&word, value, "a level") else { continue };
        let say = match text.as_str() {
            "off" => Some(Say::Off),
            "on" => Some(Say::Own),
            other => level_named(other).map(Say::At),
        };
        let Some(say) = say else {
            let message = format!("a rule cannot be {}", quoted(&text.value));
            reader.report(text.span, message).help("write `error`, `warn`, `info`, `off`, or `on` for its own level");
            continue;
        };
        for rule in rules {
            if !UNREADABLE.contains(&rule) {
                settings.push(RuleSetting { rule, say, origin: Origin::File(word.span) });
            } else if rule.is_called(&word) {
                reader
                    .report(word.span, format!("the level of `{}` stays what it is", rule.name))
                    .help("remove this line: a file that cannot be read is always an error");
            }
        }
    }
    settings
}

fn ignored_files(reader: &mut Reader<'_>, key: &str, value: &Value<'_>, directory: &Path, layer: &mut Layer) {
    let Some(table) = reader.table(key, value) else { return };
    for (pattern, value) in reader.entries(table, None) {
        let words = reader.texts(&pattern, value, "a list of rules");
        let rules = words.iter().flat_map(|word| reader.selected(word)).collect();
        match IgnoredFiles::new(&pattern, directory, rules) {
            Ok(ignored) => layer.ignored_files.push(Sourced::new(ignored, Origin::File(pattern.span))),
            Err(error) => {
                let message = format!("`{}` is no pattern of files: {}", pattern.value, error.kind());
                reader
                    .report(pattern.span, message)
                    .help("write a path in which `*` stands for anything, such as `old/**`");
            }
        }
    }
}

fn profiles(reader: &mut Reader<'_>, key: &str, value: &Value<'_>) -> Vec<ProfileTable> {
    let Some(table) = reader.table(key, value) else { return Vec::new() };
    let mut profiles = Vec::new();
    for (name, value) in reader.entries(table, None) {
        let Some(table) = reader.table(&name, value) else { continue };
        let mut profile = ProfileTable { name, extends: None, fail_on: None, rules: Vec::new() };
        for (key, value) in reader.entries(table, Some(&PROFILE_KEYS)) {
            match key.value.as_str() {
                "extends" => profile.extends = reader.text(&key, value, "the name of a profile"),
                "fail-on" => {
                    let origin = Origin::File(key.span);
                    profile.fail_on = reader.level(&key, value).map(|level| Sourced::new(level.value, origin));
                }
                _ => profile.rules = levels(reader, &key, value),
            }
        }
        profiles.push(profile);
    }
    profiles
}
