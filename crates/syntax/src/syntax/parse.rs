//! From a file's text to its tree: the whole room on one screen.

use std::borrow::Cow;
use std::ops::Range;

use super::budget::Limit;
use super::build::build;
use super::cause::{Cause, explain};
use super::characters::Readable;
use super::node::{Node, Tree};
use super::reading::{Holes, Reading, Stop};
use super::recover::Recovery;
use super::{characters, comment_reference, tabs, template};
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix};
use crate::source::{FileId, SIZE_LIMIT, Span};

declare_rule! {
    /// the file is not good YAML
    ///
    /// The message names the cause and not the place where reading had to be given up. What stands around the faulty
    /// entry is still read and checked. Where a file is indented with tabs, `--fix` puts spaces in their place, unless it could
    /// mean several things then.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args:
    ///       image: [busybox:1.36
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
    pub static YAML_SYNTAX = { name: "yaml-syntax", code: "PT101", level: Error, precision: VeryHigh };
}

/// Reads the YAML text of `file`; never fails, what cannot be read is reported and left as a hole.
pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Tree {
    if text.len() as u64 > SIZE_LIMIT {
        Limit::Bytes.report(Span::start_of(file), diagnostics);
        return unread(file);
    }
    let Some(readable) = characters::readable(file, text, diagnostics) else { return unread(file) };
    let mut reading = build(file, &readable.text, &Holes::default());
    if let Some(at) = suspect(&reading).and_then(|suspect| template::placeholder(&readable.text, suspect)) {
        template::report(file, &readable.text, at, diagnostics);
        return Tree { comments: reading.comments, ..unread(file) };
    }
    let text = read_on(file, text, &readable, &mut reading, diagnostics);
    if let Some(Stop::Limit(limit, span)) = reading.stop {
        limit.report(span, diagnostics);
    }
    comment_reference::check(&text, &mut reading, diagnostics);
    readable.punch_holes(&mut reading);
    diagnostics.absorb(reading.findings);
    let root = reading.root.unwrap_or_else(|| Node::missing(Span::start_of(file)));
    Tree { root, comments: reading.comments, complete: reading.complete }
}

/// Reports what is not YAML and reads on behind it; gives the text that was read in the end.
fn read_on<'t>(
    file: FileId,
    written: &str,
    readable: &'t Readable<'_>,
    reading: &mut Reading,
    diagnostics: &mut Diagnostics,
) -> Cow<'t, str> {
    if !matches!(reading.stop, Some(Stop::Fault(_))) {
        return Cow::Borrowed(&readable.text);
    }
    let mut recovery = Recovery::new(readable.text.clone().into_owned());
    loop {
        let can_go_on = match &reading.stop {
            _ if reading.has_swallowed(recovery.holes()) => recovery.widen(),
            Some(Stop::Fault(fault)) => {
                let cause = explain(recovery.text(), fault);
                // A line with a character that had to be overwritten was reported already.
                let is_new = recovery.is_new(&cause, fault.offset) && !readable.overwrote_line_at(cause.at.start);
                // What was blanked out or overwritten is not there to be read again.
                let as_written = recovery.holes().is_empty() && readable.text == written;
                let fix = (is_new && as_written).then(|| tabs::fix(file, written, cause.at.start)).flatten();
                let can_go_on = recovery.blank(&cause, fault.offset);
                if is_new {
                    report(file, written, cause, fix, diagnostics);
                }
                can_go_on
            }
            _ => break,
        };
        if !can_go_on {
            break;
        }
        *reading = build(file, recovery.text(), recovery.holes());
    }
    if reading.has_swallowed(recovery.holes()) {
        reading.root = None;
    }
    Cow::Owned(recovery.into_text())
}

fn report(file: FileId, written: &str, cause: Cause, fix: Option<Fix>, diagnostics: &mut Diagnostics) {
    // A cause is found in what can be read, where a character that was overwritten is several: what is told are whole ones.
    let whole = |mut at: Range<usize>| {
        while !written.is_char_boundary(at.start) {
            at.start -= 1;
        }
        while at.end < written.len() && !written.is_char_boundary(at.end) {
            at.end += 1;
        }
        at
    };
    let span = |at: Range<usize>| {
        let at = whole(at);
        Span::new(file, at.start, at.end)
    };
    let found = diagnostics.report(&YAML_SYNTAX, span(cause.at), cause.message).maybe_help(cause.help).maybe_fix(fix);
    for (at, text) in cause.also {
        found.also(span(at), text);
    }
}

fn unread(file: FileId) -> Tree {
    Tree { root: Node::missing(Span::start_of(file)), comments: Vec::new(), complete: false }
}

/// Where a placeholder stands if this is a template: a map used as a key, or what cannot be read.
fn suspect(reading: &Reading) -> Option<usize> {
    match &reading.stop {
        _ if reading.placeholder.is_some() => reading.placeholder,
        Some(Stop::Fault(fault)) => Some(fault.offset),
        _ => None,
    }
}
