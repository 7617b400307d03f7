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

/// Lines above which a comment can stand that covers `line`, the nearest first: the line itself, the one that begins its block
/// text, and the names of the blocks around it.
pub fn lines_that_cover(file: &SourceFile, document: &Document, line: usize) -> Vec<usize> {
    let nowhere = Span::start_of(document.file);
    let header = (1..line).rev().take(LONGEST_TEXT).find(|above| last_of_block_text(file, *above, nowhere) >= line);
    let inside = |block: &Span| {
        let last = (block.end as usize).saturating_sub(1).max(block.start as usize);
        (file.line_of(block.start as usize)..=file.line_of(last)).contains(&line)
    };
    let mut blocks: Vec<(Span, Span)> = blocks(document).filter(|(_, block)| inside(block)).collect();
    blocks.sort_by_key(|(_, block)| block.len());
    let names = blocks.into_iter().map(|(name, _)| file.line_of(name.start as usize));
    std::iter::once(line).chain(header).chain(names).collect()
}

/// Lines of block text that are looked at for the one that begins it.
const LONGEST_TEXT: usize = 2_000;

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
    let start = file.line_start(line);
    let end = start + file.line_text(line).len();
    let on_line = |name: Span| (start..=end).contains(&(name.start as usize));
    // Modules stand in the order of the text, and a file may have as many as comments.
    let first = document.modules.partition_point(|module| (module.id.span.start as usize) < start);
    let module = document.modules.get(first).filter(|module| on_line(module.id.span)).map(|module| module.span);
    module.or_else(|| {
        blocks(document).skip(document.modules.len()).find(|(name, _)| on_line(*name)).map(|(_, block)| block)
    })
}

/// The names of modules, templates, tools and steps, and all of each.
fn blocks(document: &Document) -> impl Iterator<Item = (Span, Span)> {
    let modules = document.modules.iter().map(|module| (module.id.span, module.span));
    let templates = document.templates.iter().map(|template| (template.id.span, template.span));
    let steps = document.templates.iter().flat_map(|template| &template.steps);
    let steps = steps.filter(|step| step.named).map(|step| (step.id.span, step.span));
    modules.chain(templates).chain(steps)
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
