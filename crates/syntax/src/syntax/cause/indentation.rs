//! Lines that begin in the wrong column, or with the wrong kind of space.

use super::entries;
use super::scene::{Scene, spaces};
use super::{Cause, Reach};
use crate::syntax::events::FaultKind;
use crate::syntax::lines::{LineKind, line_at};
use crate::syntax::tabs::{expected_indent, is_tabbed};

/// A tab in the indentation; scanners notice it on its line or at the end of the one before.
pub(super) fn tab(scene: &Scene<'_>) -> Option<Cause> {
    let in_value = matches!(scene.kind, FaultKind::UnclosedQuote | FaultKind::TextAfterQuote | FaultKind::BadEscape);
    if in_value || !scene.opened.brackets.is_empty() {
        return None;
    }
    let near = [Some(scene.here), scene.line_after(scene.here)];
    let index = near.into_iter().flatten().find(|index| is_tabbed(scene.text, &scene.lines[*index]))?;
    let line = &scene.lines[index];
    let start = line.start + scene.text[line.start..line.content].find('\t')?;
    let length = scene.text[start..line.content].len() - scene.text[start..line.content].trim_start_matches('\t').len();
    let more = scene.lines[index + 1..].iter().filter(|line| is_tabbed(scene.text, line)).count();
    let message = match more {
        0 => "a tab in the indentation".to_owned(),
        1 => "a tab in the indentation, and in that of 1 more line".to_owned(),
        _ => format!("a tab in the indentation, and in that of {more} more lines"),
    };
    let fixed = format!(
        "{}{}",
        " ".repeat(expected_indent(scene.text, &scene.lines, index)),
        scene.shown(&(line.content..line.end))
    );
    let cause =
        Cause::new(start..start + length, message).help(format!("YAML is indented with spaces only; type `{fixed}`"));
    Some(if more > 0 { cause.reaching(Reach::File) } else { cause })
}

/// A tab behind the dash, question mark or colon that a line begins with, before a list or map.
pub(super) fn tab_behind_mark(scene: &Scene<'_>) -> Option<Cause> {
    let line = scene.line();
    let rest = scene.text[line.content..line.end].strip_prefix(['-', '?', ':'])?;
    if rest.starts_with('\t') { tab_inside(scene) } else { None }
}

/// A tab where only spaces can stand.
pub(super) fn tab_inside(scene: &Scene<'_>) -> Option<Cause> {
    let line = scene.line();
    // Behind the header of a block text, a line of white space counts too.
    let tab = line.start + scene.text[line.start..].find('\t')?;
    let line = &scene.lines[line_at(&scene.lines, tab)];
    if line.content == line.end {
        return Some(Cause::new(tab..tab + 1, "a tab in a blank line").help("remove it"));
    }
    let fixed = scene.shown(&(line.content..line.end)).replace('\t', " ");
    Some(Cause::new(tab..tab + 1, "a tab where only spaces can stand").help(format!("type a space: `{fixed}`")))
}

/// Spaces that only look like spaces, as web pages and chat programs leave them.
pub(super) fn odd_space(scene: &Scene<'_>) -> Option<Cause> {
    let near = [Some(scene.here), scene.line_after(scene.here), scene.line_before(scene.here)];
    near.into_iter().flatten().find_map(|index| {
        let line = &scene.lines[index];
        let first = scene.text[line.content..line.end].chars().next()?;
        let odd = (first.is_whitespace() && !first.is_ascii()) || first == '\u{200b}';
        (odd && line.kind == LineKind::Yaml).then(|| {
            let at = line.content..line.content + first.len_utf8();
            let message =
                format!("the character U+{:04X} in the indentation looks like a space and is none", u32::from(first));
            Cause::new(at, message).help("delete the spaces before the text and type them again")
        })
    })
}

/// A column of a line above, and the entry that begins there.
struct Level {
    column: usize,
    entry: usize,
}

/// The entries above a line that are still open there: each one further left than the one below it.
fn levels(scene: &Scene<'_>, index: usize) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    let above = scene.lines[..index].iter().rev().filter(|line| line.kind == LineKind::Yaml);
    for line in above.take_while(|line| !scene.text[line.start..].starts_with("---")) {
        for entry in line.entries(scene.text).into_iter().rev() {
            let column = entry - line.start;
            if levels.last().is_none_or(|last| column < last.column) {
                levels.push(Level { column, entry });
            }
        }
        if levels.last().is_some_and(|last| last.column == 0) {
            break;
        }
    }
    levels
}

/// A line that begins in a column in which nothing above it begins, or beside entries of another kind.
pub(super) fn misaligned(scene: &Scene<'_>) -> Option<Cause> {
    let line = scene.line();
    let levels = levels(scene, scene.here);
    let at = scene.rest_of_line(line.content);
    let entry = |level: &Level| scene.shown(&scene.rest_of_line(level.entry));
    let item = line.entries(scene.text).len() > 1;
    let same = levels.iter().position(|level| level.column == line.indent());
    if let Some(level) = same.map(|same| &levels[same]) {
        let dash = scene.text[level.entry..].starts_with("- ");
        return match (dash, item) {
            (true, false) => Some(beside_items(scene, level, levels.first().map_or(2, |inner| inner.column))),
            (false, true) => Some(
                Cause::new(at, "a list item among the keys of a map")
                    .also(scene.rest_of_line(level.entry), "the keys stand in this column")
                    .help("indent it below the key whose list it belongs to, or remove the `- `"),
            ),
            _ => {
                let above = &scene.lines[scene.line_before(scene.here)?];
                let is_item = above.entries(scene.text).len() > 1 && scene.key(above).is_none();
                is_item.then(|| entries::below_item(scene, above, at))
            }
        };
    }
    let above = scene.line_before(scene.here).map(|before| &scene.lines[before]);
    if let Some((above, key)) = above.and_then(|above| Some((above, scene.key(above)?))) {
        let has_value = scene.rest_of_line(key.end).end > key.end + 1;
        let in_text = scene.lines[scene.here - 1].kind == LineKind::BlockText;
        if has_value && !in_text && line.content - line.start > key.start - above.start {
            return Some(entries::below_value(scene, above, &key, at));
        }
    }
    let deeper = levels.iter().rev().find(|level| level.column > line.indent());
    let flatter = levels.iter().find(|level| level.column < line.indent());
    let mut advice: Vec<String> = [deeper, flatter]
        .into_iter()
        .flatten()
        .map(|level| format!("with {} to go on after `{}`", spaces(level.column), entry(level)))
        .collect();
    let below_text = scene.here > 0 && scene.lines[scene.here - 1].kind == LineKind::BlockText;
    let message = if below_text {
        "this line is indented less than the block text above it, and deeper than the key of that text".to_owned()
    } else {
        format!("this line is indented with {}, and nothing above it begins there", spaces(line.indent()))
    };
    if below_text {
        advice.insert(0, format!("with {} to go on with the text", spaces(scene.lines[scene.here - 1].indent())));
    }
    let cause = Cause::new(at, message);
    Some(if advice.is_empty() { cause } else { cause.help(format!("indent it {}", advice.join(", or "))) })
}

fn beside_items(scene: &Scene<'_>, level: &Level, inner: usize) -> Cause {
    let line = scene.line();
    let at = scene.rest_of_line(line.content);
    let text = scene.shown(&at);
    let inner = if inner > level.column { inner } else { level.column + 2 };
    let help =
        format!("indent it with {} to put it into the item above, or make it an item: `- {text}`", spaces(inner));
    Cause::new(at, "this line stands in the column of the list items, and is none")
        .also(scene.rest_of_line(level.entry), "the item above")
        .help(help)
}
