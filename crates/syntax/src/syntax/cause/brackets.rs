//! Slips in `[…]` and `{…}`.

use super::opened::opened_before;
use super::scene::Scene;
use std::ops::Range;

use super::{Cause, Reach};
use crate::syntax::events::FaultKind;
use crate::syntax::excerpt::excerpt;
use crate::syntax::lines::{Line, LineKind, line_at};

fn partner(open: u8) -> char {
    if open == b'[' { ']' } else { '}' }
}

/// A bracket that is open at the end of the text, or where the next block entry begins.
pub(super) fn unclosed(scene: &Scene<'_>) -> Option<Cause> {
    let at_end = *scene.kind == FaultKind::UnclosedBracket;
    let opened = if at_end { opened_before(scene.text, &scene.lines, scene.text.len()) } else { scene.opened.clone() };
    let outermost = *opened.brackets.first()?;
    let first = line_at(&scene.lines, outermost);
    let column = scene.entry(&scene.lines[first]) - scene.lines[first].start;
    let last = if at_end { scene.lines.len() - 1 } else { scene.here };
    let stranger = (first + 1..=last).find(|index| {
        let line = &scene.lines[*index];
        line.indent() <= column && scene.is_entry(line)
    });
    let in_block = first < scene.here && scene.text[scene.offset..].starts_with(['|', '>']);
    if (stranger.is_none() && !at_end && !in_block) || holds_items(scene) {
        return None;
    }
    let stranger = stranger.or(in_block.then_some(scene.here));
    let stop = stranger.map_or(scene.text.len(), |index| scene.lines[index].start);
    let open = *opened_before(scene.text, &scene.lines, stop).brackets.last()?;
    let (bracket, close) = (&scene.text[open..=open], partner(scene.text.as_bytes()[open]));
    let end = scene.text[..stop].trim_end().len();
    let missing = end - scene.text[..end].chars().next_back().map_or(0, char::len_utf8)..end;
    let cause = Cause::new(open..open + 1, format!("this `{bracket}` is never closed"))
        .reaching(Reach::Below)
        .help(format!("add a `{close}` where it ends, on line {} at the latest", scene.number(missing.start)));
    Some(if missing.start > open {
        cause.also(missing, format!("`{close}` is missing behind this, or before"))
    } else {
        cause
    })
}

/// Whether the brackets are closed behind `- ` items, so that the dashes are the slip.
fn holds_items(scene: &Scene<'_>) -> bool {
    let item = |line: &&Line| line.kind != LineKind::Yaml || line.entries(scene.text).len() > 1;
    let behind = scene.lines[scene.here..].iter().find(|line| !item(line));
    *scene.kind == FaultKind::DashInBrackets
        && behind.is_some_and(|line| scene.text[line.content..].starts_with([']', '}']))
}

/// `[` closed by `}`, or an entry without anything in it.
pub(super) fn mismatched(scene: &Scene<'_>) -> Option<Cause> {
    let whole = opened_before(scene.text, &scene.lines, scene.text.len());
    if let Some((open, close)) = whole.mismatch {
        let (found, bracket) = (&scene.text[close..=close], &scene.text[open..=open]);
        let expected = partner(scene.text.as_bytes()[open]);
        return Some(
            Cause::new(close..close + 1, format!("`{found}` cannot close `{bracket}`"))
                .also(open..open + 1, "opened here")
                .help(format!("type `{expected}`, or add it before the `{found}`")),
        );
    }
    let open = *scene.opened.brackets.last()?;
    let close = scene.offset + scene.text[scene.offset..].find([']', '}'])?;
    empty_entry(scene, open..close)
}

/// Two commas in a row, or one before the first entry.
fn empty_entry(scene: &Scene<'_>, inside: Range<usize>) -> Option<Cause> {
    let text = &scene.text[inside.clone()];
    let comma = text.match_indices(',').map(|(comma, _)| comma).find(|comma| {
        let before = text[..*comma].trim_end();
        before.len() == 1 || before.ends_with(',')
    })?;
    let at = inside.start + comma..inside.start + comma + 1;
    Some(Cause::new(at, "nothing stands before this `,`").help("remove the comma, or write the missing entry"))
}

/// A closing bracket too many.
pub(super) fn stray(scene: &Scene<'_>) -> Option<Cause> {
    let close = scene.offset + scene.text[scene.offset..].find([']', '}'])?;
    let bracket = &scene.text[close..=close];
    let cause = Cause::new(close..close + 1, format!("this `{bracket}` closes nothing"));
    Some(match &scene.opened.last_brackets {
        Some(last) => cause.also(last.clone(), "closed already").help(format!("remove the `{bracket}`")),
        None => cause.help(format!(
            "remove it; if the value is text, put it in quotes: `{}`",
            scene.quoted(&scene.rest_of_line(close))
        )),
    })
}

/// Neither a comma nor the end behind an item.
pub(super) fn separator(scene: &Scene<'_>) -> Option<Cause> {
    let open = *scene.opened.brackets.last()?;
    let (bracket, close) = (scene.text.as_bytes()[open], partner(scene.text.as_bytes()[open]));
    let kind = if bracket == b'[' { "list" } else { "map" };
    let rest = &scene.text[scene.offset..];
    let skipped = rest.len() - rest.trim_start().len();
    let found = scene.offset + skipped;
    if found >= scene.text.len() {
        return None;
    }
    if scene.text[found..].starts_with(':') {
        return Some(colon_inside(scene, open, found));
    }
    let length = scene.text[found..].find([',', ']', '}', '\n', '\r']).unwrap_or(rest.len() - skipped).max(1);
    let word = found..found + scene.text[found..found + length].trim_end().len().max(1);
    let shown = scene.shown(&word);
    Some(
        Cause::new(word, format!("expected `,` or `{close}` in the {kind}, found `{shown}`"))
            .also(open..open + 1, format!("the {kind} begins here"))
            .help(format!(
                "put a comma before `{shown}`; if it belongs to the text before it, put both in quotes together"
            )),
    )
}

/// A second colon in one entry, or an entry that lacks the comma before it.
fn colon_inside(scene: &Scene<'_>, open: usize, colon: usize) -> Cause {
    let before = &scene.text[open + 1..colon];
    let start = open + 1 + before.rfind([',', '\n']).map_or(0, |position| position + 1);
    let name = excerpt(scene.text[start..colon].trim());
    let close = partner(scene.text.as_bytes()[open]);
    let cause = Cause::new(colon..colon + 1, "a `:` where a `,` or the end of the entry is expected".to_owned())
        .also(open..open + 1, format!("read as the inside of this, up to its `{close}`"));
    match name.split_once(": ") {
        // `a: 1 b: 2` lacks a comma, `a: b: c` quotes.
        Some((_, value)) if value.trim().contains(' ') => {
            let next = value.rsplit(' ').next().unwrap_or_default();
            cause.help(format!("put a comma before `{next}`; if it is one text, put it in quotes"))
        }
        Some((key, value)) => cause.help(format!("put the value in quotes: `{}: \"{}: …\"`", key.trim(), value.trim())),
        None if name.is_empty() => cause.help("put the `:` on the line of its key"),
        None => cause.help(format!("put a comma before `{name}`")),
    }
}

/// `- item` inside brackets.
pub(super) fn dash(scene: &Scene<'_>) -> Option<Cause> {
    let open = *scene.opened.brackets.last()?;
    let dash = scene.offset + scene.text[scene.offset..].find('-')?;
    Some(
        Cause::new(dash..dash + 1, "a `- ` item inside brackets")
            .also(open..open + 1, "opened here")
            .help("inside brackets, items stand between commas: `[a, b]`; to use `- `, remove the brackets"),
    )
}
