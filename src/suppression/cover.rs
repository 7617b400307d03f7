//! Which lines a comment is about.

use std::ops::RangeInclusive;

use super::directive::Directive;
use crate::model::Document;
use crate::source::{SourceFile, Span};

/// Lines of the file that a comment covers; `None` where it stands before nothing.
pub(super) fn covered(file: &SourceFile, document: &Document, directive: &Directive) -> Option<RangeInclusive<usize>> {
    if directive.whole_file {
        return Some(1..=usize::MAX);
    }
    let line = target(file, directive.comment)?;
    if let Some(block) = block_of(file, document, line) {
        let last = file.line_of((block.end as usize).saturating_sub(1).max(block.start as usize));
        return Some(file.line_of(block.start as usize).min(line)..=last);
    }
    Some(line..=last_of_block_text(file, line, directive.comment))
}

/// Whether nothing but comments and blanks stand before a comment.
pub(super) fn is_at_the_top(file: &SourceFile, comment: Span) -> bool {
    let lines = (1..file.line_of(comment.start as usize)).map(|line| file.line_text(line).trim());
    let before = file.text[..comment.start as usize].rsplit(['\n', '\r']).next().unwrap_or_default();
    before.trim().is_empty() && { lines }.all(|line| line.is_empty() || is_comment(line) || line == "---")
}

/// Its own line; for a comment alone on its line the next one that is no comment.
fn target(file: &SourceFile, comment: Span) -> Option<usize> {
    let own = file.line_of(comment.start as usize);
    let before = &file.text[file.line_start(own)..comment.start as usize];
    if !before.trim().is_empty() {
        return Some(own);
    }
    let next = (own + 1..=file.line_count()).find(|line| !is_comment(file.line_text(*line).trim()))?;
    (!file.line_text(next).trim().is_empty()).then_some(next)
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#') || line.starts_with(';')
}

/// The module, template, tool or step whose name stands on a line.
fn block_of(file: &SourceFile, document: &Document, line: usize) -> Option<Span> {
    let modules = document.modules.iter().map(|module| (module.id.span, module.span));
    let templates = document.templates.iter().map(|template| (template.id.span, template.span));
    let steps = document.templates.iter().flat_map(|template| &template.steps);
    let steps = steps.filter(|step| step.named).map(|step| (step.id.span, step.span));
    let mut blocks = modules.chain(templates).chain(steps);
    blocks.find(|(name, _)| file.line_of(name.start as usize) == line).map(|(_, block)| block)
}

/// The text of a `|` or `>` that a line begins belongs to the line.
fn last_of_block_text(file: &SourceFile, line: usize, comment: Span) -> usize {
    let text = file.line_text(line);
    let comment = (comment.start as usize).checked_sub(file.line_start(line)).filter(|at| *at < text.len());
    let content = comment.map_or(text, |at| &text[..at]).trim_end();
    let header = content.trim_end_matches(|letter: char| letter.is_ascii_digit() || "+-".contains(letter));
    if !header.ends_with(['|', '>']) || header.len() + 2 < content.len() {
        return line;
    }
    let indent = |text: &str| text.len() - text.trim_start().len();
    let inside = |line: &usize| {
        let inner = file.line_text(*line);
        inner.trim().is_empty() || indent(inner) > indent(text)
    };
    (line + 1..=file.line_count()).take_while(inside).last().unwrap_or(line)
}
