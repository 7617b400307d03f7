//! Regular expressions: `re-find`, `re-matches`, `re-seq`, and `split` by them.

use std::rc::Rc;

use super::super::builtin::{Builtin, builtin};
use super::super::machine::Machine;
use super::super::pattern::{Groups, Pattern};
use super::super::trouble::Outcome;
use super::super::value::Value;
use super::argument::{integer, text};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("re-pattern", 1, 1, re_pattern),
    builtin("re-find", 2, 2, re_find),
    builtin("re-matches", 2, 2, re_matches),
    builtin("re-seq", 2, 2, re_seq),
    builtin("clojure.string/split", 2, 3, split),
    builtin("clojure.string/split-lines", 1, 1, split_lines),
];

/// The regular expression at an argument; text is one where Java takes it.
pub(super) fn pattern(machine: &Machine<'_>, arguments: &[Value], index: usize) -> Outcome<Rc<Pattern>> {
    match &arguments[index] {
        Value::Pattern(pattern) => Ok(Rc::clone(pattern)),
        other => Err(machine.expected("a regular expression such as `#\"[a-z]+\"`", other, index)),
    }
}

/// One search of a text counts as looking at all of it.
pub(super) fn search(machine: &mut Machine<'_>, pattern: &Pattern, text: &str, from: usize) -> Outcome<Option<Groups>> {
    machine.meter.step(1 + u64::try_from((text.len() - from) / 64).unwrap_or(u64::MAX))?;
    pattern.find(text, from)
}

/// Where the search goes on behind a match: an empty one is passed by a letter.
pub(super) fn behind(text: &str, start: usize, end: usize) -> Option<usize> {
    if end > start { Some(end) } else { text[end..].chars().next().map(|letter| end + letter.len_utf8()) }
}

/// The text of a match, or with groups a vector of them.
pub(super) fn matched(machine: &mut Machine<'_>, text: &str, groups: &Groups) -> Outcome {
    let mut values = Vec::with_capacity(groups.len());
    for group in groups {
        values.push(match group {
            Some(range) => machine.text(&text[range.clone()])?,
            None => Value::Nil,
        });
    }
    if values.len() == 1 { Ok(values.swap_remove(0)) } else { machine.vector(values) }
}

fn re_pattern(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if let Value::Pattern(_) = &arguments[0] {
        return Ok(arguments[0].clone());
    }
    let source = text(machine, arguments, 0)?;
    machine.pattern(&source.text).map(Value::Pattern)
}

fn re_find(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let (pattern, whole) = (pattern(machine, arguments, 0)?, text(machine, arguments, 1)?);
    match search(machine, &pattern, &whole.text, 0)? {
        Some(groups) => matched(machine, &whole.text, &groups),
        None => Ok(Value::Nil),
    }
}

fn re_matches(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let (pattern, whole) = (pattern(machine, arguments, 0)?, text(machine, arguments, 1)?);
    // Between anchors other ways are tried than the first one that fits.
    let anchored = machine.pattern(&format!("\\A(?:{})\\z", pattern.source()))?;
    match search(machine, &anchored, &whole.text, 0)? {
        Some(groups) => matched(machine, &whole.text, &groups),
        None => Ok(Value::Nil),
    }
}

fn re_seq(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let (pattern, whole) = (pattern(machine, arguments, 0)?, text(machine, arguments, 1)?);
    let mut found = Vec::new();
    let mut position = Some(0);
    while let Some(from) = position {
        let Some(groups) = search(machine, &pattern, &whole.text, from)? else { break };
        let value = matched(machine, &whole.text, &groups)?;
        machine.push(&mut found, value)?;
        position = groups[0].as_ref().and_then(|range| behind(&whole.text, range.start, range.end));
    }
    if found.is_empty() { Ok(Value::Nil) } else { machine.list(found) }
}

/// Between matches; what is empty at the end is left out, unless a limit is given.
fn split(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let (whole, pattern) = (text(machine, arguments, 0)?, pattern(machine, arguments, 1)?);
    let limit = if arguments.len() == 3 { integer(machine, arguments, 2)? } else { 0 };
    let most = usize::try_from(limit).ok().filter(|most| *most > 0).unwrap_or(usize::MAX);
    let mut pieces = Vec::new();
    let (mut start, mut position) = (0, Some(0));
    while let Some(from) = position.filter(|_| pieces.len() + 1 < most) {
        let Some(groups) = search(machine, &pattern, &whole.text, from)? else { break };
        let Some(range) = groups[0].clone() else { break };
        position = behind(&whole.text, range.start, range.end);
        // Nothing matched at the very beginning splits nothing off.
        if range.end > 0 && range.start < whole.text.len() {
            let piece = machine.text(&whole.text[start..range.start])?;
            machine.push(&mut pieces, piece)?;
            start = range.end;
        }
    }
    pieces.push(machine.text(&whole.text[start..])?);
    if limit == 0 {
        while pieces.len() > 1 && pieces.last().and_then(Value::as_text) == Some("") {
            pieces.pop();
        }
    }
    machine.vector(pieces)
}

fn split_lines(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let whole = text(machine, arguments, 0)?;
    let mut lines = Vec::new();
    for line in whole.text.trim_end_matches(['\n', '\r']).split('\n') {
        let line = machine.text(line.strip_suffix('\r').unwrap_or(line))?;
        machine.push(&mut lines, line)?;
    }
    machine.vector(lines)
}
