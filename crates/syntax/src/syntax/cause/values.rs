//! Values that cannot begin as they do, and text behind a value that is already complete.

use super::scene::Scene;
use super::{Cause, Reach};
use crate::syntax::lines::LineKind;

/// Text that starts with a character that YAML keeps for itself.
pub(super) fn reserved_start(scene: &Scene<'_>) -> Option<Cause> {
    let first = scene.text[scene.offset..].chars().next()?;
    let at = scene.rest_of_line(scene.offset);
    let message = match first {
        '*' => "text cannot start with `*`: it stands for an alias".to_owned(),
        '&' => "text cannot start with `&`: it stands for an anchor".to_owned(),
        '`' => "text cannot start with a backtick".to_owned(),
        first if first.is_whitespace() => return None,
        first => format!("text cannot start with `{first}`"),
    };
    let help = format!("put it in quotes: `{}`", scene.quoted(&at));
    Some(Cause::new(scene.offset..scene.offset + first.len_utf8(), message).help(help))
}

/// A tag that is written wrongly.
pub(super) fn tag(scene: &Scene<'_>) -> Option<Cause> {
    let start = scene.text[..scene.offset].rfind('!').filter(|start| scene.line().start <= *start);
    let start = if scene.text[scene.offset..].starts_with('!') { scene.offset } else { start? };
    let at = scene.word_at(start);
    let help = format!("if it is text, put it in quotes: `{}`", scene.quoted(&scene.rest_of_line(start)));
    Some(Cause::new(at.clone(), format!("`{}` is no tag", scene.shown(&at))).help(help))
}

/// Text on the line of `|` or `>`.
pub(super) fn block_header(scene: &Scene<'_>) -> Option<Cause> {
    let line = scene.line();
    let from = scene.text[line.start..line.end].rfind([' ', '\t']).map_or(line.start, |space| line.start + space + 1);
    let header = if scene.text[scene.offset..].starts_with(['|', '>']) { scene.offset } else { from };
    let at = scene.rest_of_line(header);
    let sign = scene.text[header..].chars().next()?;
    let help = format!(
        "begin the text on the next line; if `{sign}` is part of it, put it in quotes: `{}`",
        scene.quoted(&at)
    );
    Some(Cause::new(at, format!("text cannot stand on the line of its `{sign}`")).help(help))
}

/// Blank lines that are indented deeper than the text below them.
pub(super) fn block_indentation(scene: &Scene<'_>) -> Option<Cause> {
    let line = scene.line();
    let deepest = scene.lines[..scene.here]
        .iter()
        .rev()
        .take_while(|line| line.kind == LineKind::Blank)
        .max_by_key(|line| line.indent())?;
    Some(
        Cause::new(
            line.content..line.end,
            "this line is indented less than the blank line above it, which begins the text",
        )
        .also(deepest.start..deepest.content, "spaces of the blank line")
        .help("remove the spaces from the blank line"),
    )
}

/// A comment in the middle of text that goes on in the next line.
pub(super) fn comment_in_text(scene: &Scene<'_>) -> Option<Cause> {
    let line = scene.line();
    let comment = scene.offset + scene.text[scene.offset..line.end].find('#')?;
    let cause = Cause::new(comment..line.end, "a comment between two lines of one text").reaching(Reach::Below);
    let Some(next) = scene.line_after(scene.here).map(|next| &scene.lines[next]) else { return Some(cause) };
    let shown = scene.shown(&(next.content..next.end));
    let help =
        format!("remove the comment if `{shown}` goes on with the text; if `{shown}` is a key, it lacks its `:`");
    Some(cause.also(next.content..next.end, "read as the next line of the text").help(help))
}

/// Text behind a value that is complete: brackets, an alias, a quoted text.
pub(super) fn trailing(scene: &Scene<'_>) -> Option<Cause> {
    let line = scene.line();
    let before = scene.text.get(line.content..scene.offset)?.trim_end();
    if before.is_empty() || scene.offset >= line.end || before.chars().all(|letter| letter == '-') {
        return None;
    }
    if before.ends_with([':', '-']) {
        return reserved_start(scene);
    }
    let trailing = scene.rest_of_line(scene.offset);
    let end = line.content + before.len();
    let opened = &scene.opened;
    let ends_here = |range: &&std::ops::Range<usize>| range.end == end;
    let value = opened.last_brackets.as_ref().filter(ends_here).or(opened.last_quoted.as_ref().filter(ends_here));
    let start = match value {
        Some(value) => value.start,
        None => end - before.rsplit([' ', '\t']).next().map_or(0, str::len),
    };
    let last = scene.shown(&(start..end));
    let shown = scene.shown(&trailing);
    if let (Some(rest), true) = (shown.strip_prefix(':'), last.ends_with('"')) {
        let colon = trailing.start..trailing.start + 1;
        return Some(Cause::new(colon, "a space is missing after `:`").help(format!("type `{last}: {rest}`")));
    }
    if shown.starts_with('#') {
        let mark = trailing.start..trailing.start + 1;
        return Some(Cause::new(mark, "a space is missing before the comment").help(format!("type `{last} {shown}`")));
    }
    if last == "..." {
        return Some(
            Cause::new(trailing, format!("`{shown}` stands behind `...`, which ends the document")).help("remove it"),
        );
    }
    let message = format!("`{shown}` stands behind `{last}`, which is a complete value");
    let help = format!("if it is one text, put it in quotes: `{}`", scene.quoted(&scene.rest_of_line(start)));
    Some(Cause::new(trailing, message).also(start..end, "the value").help(help))
}

/// Text below a document that is complete.
pub(super) fn after_document(scene: &Scene<'_>) -> Option<Cause> {
    let at = scene.rest_of_line(scene.line().content);
    let shown = scene.shown(&at);
    let help = "a file is one map, one list or one text; put this into it, or remove it";
    (!at.is_empty()).then(|| Cause::new(at, format!("`{shown}` stands behind the end of the document")).help(help))
}
