//! Slips in `key: value` and `- item`: a missing colon or space, two on one line, a value where none can be.

use std::ops::Range;

use super::Cause;
use super::scene::{Scene, spaces};
use crate::syntax::lines::Line;

/// YAML's limit for a key on one line.
const LONGEST_KEY: usize = 1024;

/// A slip that can be seen in the line itself: no space behind its dash or its colon.
pub(super) fn slip(scene: &Scene<'_>) -> Option<Cause> {
    no_space(scene, scene.line())
}

fn no_space(scene: &Scene<'_>, line: &Line) -> Option<Cause> {
    no_space_after_dash(scene, line).or_else(|| no_space_after_colon(scene, line))
}

fn no_space_after_dash(scene: &Scene<'_>, line: &Line) -> Option<Cause> {
    let start = scene.entry(line);
    let rest = scene.text[start..line.end].strip_prefix('-')?;
    if !rest.starts_with(|letter: char| letter.is_alphabetic() || matches!(letter, '"' | '\'' | '{' | '[')) {
        return None;
    }
    let shown = scene.shown(&(start + 1..line.end));
    Some(Cause::new(start..start + 1, "a space is missing after `-`").help(format!("type `- {shown}`")))
}

fn no_space_after_colon(scene: &Scene<'_>, line: &Line) -> Option<Cause> {
    let start = scene.entry(line);
    let rest = &scene.text[start..scene.rest_of_line(start).end];
    let colon = rest.find(':')?;
    let (key, value) = (&rest[..colon], &rest[colon + 1..]);
    let name = key.trim_matches(['"', '\'']);
    let is_name =
        !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.'));
    let is_url = value.starts_with("//");
    if !is_name || is_url || value.is_empty() || value.starts_with([' ', '\t']) {
        return None;
    }
    let at = start + colon;
    let fixed = scene.shown(&(start..start + rest.len())).replacen(':', ": ", 1);
    Some(Cause::new(at..at + 1, "a space is missing after `:`").help(format!("type `{fixed}`")))
}

/// Text where a key should stand, but no colon behind it.
pub(super) fn colon_expected(scene: &Scene<'_>) -> Option<Cause> {
    let line = scene.line();
    if let Some(cause) = no_space(scene, line) {
        return Some(cause);
    }
    let at = scene.rest_of_line(scene.entry(line));
    if at.is_empty() {
        return None;
    }
    if scene.text[at.start..].starts_with(['[', '{']) {
        let message = "a list or map over several lines cannot be a key";
        return Some(Cause::new(at, message).help("write the key as text, on one line"));
    }
    Some(without_colon(scene, at))
}

fn without_colon(scene: &Scene<'_>, at: Range<usize>) -> Cause {
    let shown = scene.shown(&at);
    let help = match shown.split_once('=') {
        Some((key, value)) if !key.trim().contains(' ') => format!("type `{}: {}`", key.trim(), value.trim()),
        _ if shown.contains(' ') => {
            let (key, value) = shown.split_once(' ').unwrap_or_default();
            format!(
                "type `{key}: {value}` or `{shown}: …`; if it goes on with the text above, indent it deeper than that text's key"
            )
        }
        _ => format!("type `{shown}: …`; if it goes on with the text above, indent it deeper than that text's key"),
    };
    Cause::new(at, format!("expected a `:` after `{shown}`, as a key of the map around it")).help(help)
}

/// A colon behind something that cannot be a key.
pub(super) fn value_not_allowed(scene: &Scene<'_>) -> Option<Cause> {
    let line = scene.line();
    let colon = scene.offset..scene.offset + 1;
    let start = scene.entry(line);
    if let Some(key) = scene.key(line).filter(|key| key.end < scene.offset && start < scene.offset) {
        return Some(second_colon(scene, &key, colon));
    }
    if let Some(cause) = no_space_after_dash(scene, line) {
        return Some(cause);
    }
    if scene.offset > start + LONGEST_KEY {
        return Some(
            Cause::new(colon, "the key before this `:` is longer than 1024 characters")
                .help("shorten the key; if it is one text, put it in quotes"),
        );
    }
    if scene.text[line.start..].starts_with("--- ") {
        let mark = line.start..line.start + 3;
        return Some(
            Cause::new(colon, "a map cannot begin on the line of `---`")
                .also(mark, "this line")
                .help("put the key on the next line"),
        );
    }
    let before = &scene.lines[scene.line_before(scene.here)?];
    if let Some(cause) = no_space_after_colon(scene, before) {
        return Some(cause);
    }
    let at = scene.rest_of_line(start);
    match scene.key(before) {
        // `-id: x` with the next key below its `i`.
        Some(key) if start - line.start == key.start - before.start + 1 && scene.text[key.start..].starts_with('-') => {
            no_space_after_dash(scene, before)
        }
        Some(key) => Some(below_value(scene, before, &key, at)),
        None if before.entries(scene.text).len() > 1 => Some(below_item(scene, before, at)),
        None => Some(without_colon(scene, scene.rest_of_line(scene.entry(before)))),
    }
}

fn second_colon(scene: &Scene<'_>, key: &Range<usize>, colon: Range<usize>) -> Cause {
    let rest = &scene.text[key.end..];
    let value = key.end + rest.len() - rest.trim_start_matches([' ', ':', '\t']).len();
    let value = scene.rest_of_line(value);
    let name = scene.shown(key);
    Cause::new(colon, "a second `: ` on one line; unquoted text cannot hold it")
        .also(key.clone(), "the value of this key is read")
        .help(format!("put the value in quotes: `{name}: {}`", scene.quoted(&value)))
}

/// A line indented deeper than a key that has a value already.
pub(super) fn below_value(scene: &Scene<'_>, before: &Line, key: &Range<usize>, at: Range<usize>) -> Cause {
    let name = scene.shown(key);
    let column = key.start - before.start;
    let shown = scene.shown(&at);
    Cause::new(at, format!("`{shown}` stands below `{name}`, which already has a value"))
        .also(scene.rest_of_line(key.start), format!("`{name}` and its value"))
        .help(format!("indent it with {} to put it beside `{name}`", spaces(column)))
}

/// A key indented deeper than an item that is text or brackets.
pub(super) fn below_item(scene: &Scene<'_>, before: &Line, at: Range<usize>) -> Cause {
    let item = scene.rest_of_line(scene.entry(before));
    let text = scene.shown(&item);
    let shown = scene.shown(&at);
    let mark = &scene.text[before.content..=before.content];
    if text.starts_with(['{', '[', '"', '\'']) {
        return Cause::new(at, format!("`{shown}` stands below the item `{text}`, which is complete"))
            .also(item, "this item")
            .help(format!("make it an item of its own: `{mark} {shown}`, or put it into the one above"));
    }
    Cause::new(at, format!("`{shown}` stands below the item `{text}`, which is text"))
        .also(item, "this item")
        .help(format!("if `{text}` is a key, type `{mark} {text}: …`"))
}

/// `key: - item`.
pub(super) fn list_beside_key(scene: &Scene<'_>) -> Option<Cause> {
    let key = scene.key(scene.line()).filter(|key| key.end < scene.offset)?;
    let item = scene.rest_of_line(scene.offset);
    let shown = scene.shown(&item);
    let column = scene.entry(scene.line()) - scene.line().start;
    Some(
        Cause::new(scene.offset..scene.offset + 1, "a list cannot begin on the line of its key")
            .also(key, "the key")
            .help(format!("put `{shown}` on the next line, indented with {}", spaces(column + 2))),
    )
}
