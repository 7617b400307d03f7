//! Keys that stand twice in one map: reported, and the last of them stays.

use std::collections::{HashMap, HashSet};

use super::budget::FINDINGS;
use super::events::Layout;
use super::excerpt::excerpt;
use super::node::{Comment, Entry};
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Edit, Fix, Safety};
use crate::source::Span;

declare_rule! {
    /// a key stands twice in one map
    ///
    /// Only one of the two values can count: here the last one, elsewhere the first or neither. One of them was
    /// meant for another map or left behind by an edit. `--unsafe-fixes` removes the first, which does not count.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       image: busybox:1.36
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    /// ```
    pub static DUPLICATE_KEY = { name: "duplicate-key", code: "PT102", level: Error, precision: VeryHigh };
}

/// Doubles of one map that are shown besides the first.
const SHOWN: usize = 8;
/// Maps up to this size are compared key by key, larger ones through a table.
const SMALL: usize = 16;

/// What a map was read from.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// The comments so far.
    pub(super) comments: &'a [Comment],
    /// How the map is written.
    pub(super) layout: Layout,
}

/// Reports keys that stand twice; the last of them stays.
pub(super) fn drop_duplicates(entries: &mut Vec<Entry>, written: Written<'_>, diagnostics: &mut Diagnostics) {
    let doubles = if entries.len() <= SMALL { doubles_of_few(entries) } else { doubles_of_many(entries) };
    if doubles.is_empty() {
        return;
    }
    if diagnostics.mark() < FINDINGS {
        report_doubles(entries, &doubles, written, diagnostics);
    }
    let dropped: HashSet<usize> = doubles.into_iter().map(|(first, _)| first).collect();
    let mut index = 0;
    entries.retain(|_| {
        index += 1;
        !dropped.contains(&(index - 1))
    });
}

/// One finding for one map: a forgotten `- ` makes doubles of all keys of two items.
fn report_doubles(entries: &[Entry], doubles: &[(usize, usize)], written: Written<'_>, diagnostics: &mut Diagnostics) {
    let key = |index: usize| &entries[index].key;
    let name = |index: usize| key(index).text().unwrap_or_default();
    let mut names: Vec<String> = doubles.iter().take(SHOWN).map(|(_, later)| excerpt(name(*later))).collect();
    names.dedup();
    let (first, later) = doubles[0];
    let (message, help) = match names.as_slice() {
        [one] if one == "<<" => (
            "the key `<<` stands twice in this map".to_owned(),
            "take in several maps with one key: `<<: [*first, *second]`".to_owned(),
        ),
        [one] => (
            format!("the key `{one}` stands twice in this map"),
            "remove one of the two; the last one counts".to_owned(),
        ),
        [one, ..] => (
            format!("{} keys stand twice in this map, the first of them `{one}`", doubles.len()),
            format!("if a new item begins here, type `- {one}`; otherwise remove one of each two, the last one counts"),
        ),
        [] => return,
    };
    let finding = diagnostics.report(&DUPLICATE_KEY, key(later).span, message).help(help);
    finding.also(key(first).span, "first here");
    // Several may be the keys of an item whose dash was forgotten, and maps under two `<<` are both taken in elsewhere.
    if let [one] = names.as_slice()
        && one != "<<"
    {
        let firsts = doubles.iter().map(|(first, _)| removal(entries, *first, written));
        let edits: Vec<Edit> = firsts.collect::<Option<_>>().unwrap_or_default();
        let apart = edits.windows(2).all(|two| two[0].span.end <= two[1].span.start);
        if apart && !edits.is_empty() {
            let title = format!("remove {} `{one}`", if edits.len() == 1 { "the first" } else { "all but the last" });
            finding.fix(edits.into_iter().fold(Fix::new(Safety::Unsafe, title), Fix::edit));
        }
    }
    for (first, later) in doubles.iter().skip(1).take(SHOWN) {
        finding.also(key(*first).span, format!("`{}` first here", excerpt(name(*first))));
        finding.also(key(*later).span, "and again");
    }
}

/// Pairs of neighbours with the same key.
fn doubles_of_few(entries: &[Entry]) -> Vec<(usize, usize)> {
    let mut doubles = Vec::new();
    for (index, entry) in entries.iter().enumerate().skip(1) {
        let Some(name) = entry.key.text() else { continue };
        if let Some(before) = entries[..index].iter().rposition(|other| other.key.text() == Some(name)) {
            doubles.push((before, index));
        }
    }
    doubles
}

fn doubles_of_many(entries: &[Entry]) -> Vec<(usize, usize)> {
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
    let named = entries.iter().enumerate().filter_map(|(index, entry)| Some((index, entry.key.text()?)));
    named.filter_map(|(index, name)| seen.insert(name, index).map(|before| (before, index))).collect()
}

/// Takes out an entry that has another one behind it. Comments in its lines stay, each on a line of its own.
fn removal(entries: &[Entry], index: usize, written: Written<'_>) -> Option<Edit> {
    let Written { text, comments, layout } = written;
    let (entry, next) = (entries.get(index)?, entries.get(index + 1)?);
    let (from, behind) = (entry.key.span.start as usize, next.key.span.start as usize);
    let end =
        if entry.value.is_missing() { return None } else { entry.value.span.end.max(entry.key.span.end) as usize };
    if entry.value.span.start < entry.key.span.end || end > behind {
        return None;
    }
    let line = text[..from].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let before = &text[line..from];
    let remarks = |from: usize, to: usize| {
        comments.iter().map(|comment| comment.span).filter(move |it| (from..to).contains(&(it.start as usize)))
    };
    let edit = |from, to, text| Edit { span: Span::new(entry.key.span.file, from, to), text };
    if layout == Layout::Block && before.bytes().all(|byte| byte == b' ') {
        let end = text[end..].find(['\n', '\r']).map(|length| end + length)?;
        let line_break = if text[end..].starts_with("\r\n") { "\r\n" } else { &text[end..=end] };
        let kept = remarks(line, end)
            .map(|it| format!("{before}{}{line_break}", text[it.start as usize..it.end as usize].trim_end()));
        return Some(edit(line, end + line_break.len(), kept.collect()));
    }
    // In brackets, or behind a dash: the next key takes its place.
    let fits = layout == Layout::Flow || before.trim_end().ends_with('-');
    (fits && remarks(from, behind).next().is_none()).then(|| edit(from, behind, String::new()))
}
