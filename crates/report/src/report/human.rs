//! The form for people: message, place, excerpt, the way there, help.
//!
//! `miette` draws the excerpts (line numbers, tabs, wide characters, marks over several lines); the lines around them
//! are ours, in the style of rustc. ASCII only, so that a terminal, a CI log and a ticket show the same.

use std::fmt;
use std::io::{self, Write};

use anstyle::Style;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents, ThemeStyles,
};

use super::concealed::Concealed;
use super::excerpt::Excerpt;
use super::sanitize::{visible, visible_lines};
use super::summary::{self, Tally};
use super::{Findings, Palette, RenderOptions, uri};
use crate::diagnostic::{Diagnostic, Frame, Label, Level, Safety};
use crate::source::{Sources, Span};

/// Places of one finding that are drawn; the others are counted.
const MOST_PLACES: usize = 5;
/// Calls of one finding that are listed; those in the middle are counted.
const MOST_CALLS: usize = 5;
/// Columns of source that are shown however narrow the terminal is.
const LEAST_COLUMNS: usize = 40;

pub(super) fn write(findings: &Findings, out: &mut dyn Write, options: RenderOptions) -> io::Result<()> {
    let shown = findings.worst(options.max_findings);
    let concealed = Concealed::of(findings.all(), findings.sources);
    for diagnostic in &shown {
        let page = Page::new(findings.sources, &concealed, diagnostic, options);
        out.write_all(page.draw().map_err(io::Error::other)?.as_bytes())?;
        out.write_all(b"\n")?;
    }
    let palette = Palette::new(options.color);
    let hidden = findings.diagnostics.len() - shown.len();
    if hidden > 0 {
        let findings_shown = Tally::of(shown.iter().copied());
        let rest = Tally::of(findings.diagnostics).without(findings_shown).words();
        writeln!(out, "... and {} not shown ({rest})", summary::count(hidden, "more finding"))?;
    }
    writeln!(out, "{}", summary::sentence(findings, palette))
}

/// One finding on its way to text.
struct Page<'a> {
    sources: &'a Sources,
    concealed: &'a Concealed,
    diagnostic: &'a Diagnostic,
    options: RenderOptions,
    palette: Palette,
    /// Digits of the largest line number, so that all excerpts of a finding stand in line.
    digits: usize,
    text: String,
}

impl<'a> Page<'a> {
    fn new(sources: &'a Sources, concealed: &'a Concealed, diagnostic: &'a Diagnostic, options: RenderOptions) -> Self {
        let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary);
        let last_line = labels.map(|label| sources.file(label.span.file).line_of(label.span.end as usize)).max();
        let digits = last_line.unwrap_or(1).to_string().len();
        let palette = Palette::new(options.color);
        Self { sources, concealed, diagnostic, options, palette, digits, text: String::new() }
    }

    fn draw(mut self) -> Result<String, fmt::Error> {
        let Diagnostic { rule, level, message, primary, secondary, help, fix, .. } = self.diagnostic;
        let (strong, style) = (self.palette.strong(), self.palette.level(*level));
        let message = visible(message);
        self.line(&format!("{style}{level}[{}]{style:#}{strong}: {message}{strong:#}", rule.name));
        self.place("-->", primary, &Pencil::primary(*level, self.options.color))?;
        let (drawn, counted) = secondary.split_at(secondary.len().min(MOST_PLACES - 1));
        for label in drawn {
            self.place(":::", label, &Pencil::secondary(self.options.color))?;
        }
        if !counted.is_empty() {
            self.note(&format!("and {}", summary::count(counted.len(), "more place")));
        }
        self.trace();
        if let Some(help) = help {
            let style = self.palette.help();
            self.note(&format!("{style}help{style:#}: {}", visible_lines(help)));
        }
        if let Some(fix) = fix {
            let style = self.palette.help();
            let flag = match fix.safety {
                Safety::Safe => "--fix",
                Safety::Unsafe => "--unsafe-fixes",
            };
            self.note(&format!("{style}fix{style:#}: {} (`pt check {flag}`)", visible(&fix.title)));
        }
        Ok(self.text)
    }

    /// A label with its place and the lines it marks.
    fn place(&mut self, arrow: &str, label: &Label, pencil: &Pencil) -> fmt::Result {
        let place = self.link(label.span);
        self.line(&format!("{:digits$}{arrow} {place}", "", digits = self.digits));
        self.line(&format!("{:digits$} |", "", digits = self.digits));
        let columns = self.options.width.saturating_sub(self.digits + 3).max(LEAST_COLUMNS);
        let concealed = self.concealed.in_file(label.span.file);
        let excerpt = Excerpt::new(self.sources.file(label.span.file), label.span, columns, concealed);
        let mut text = visible(&label.text).into_owned();
        if let Some(line) = excerpt.goes_on_to {
            let gap = if text.is_empty() { "" } else { " " };
            text = format!("{text}{gap}(up to line {line})");
        }
        for line in pencil.draw(&excerpt, &text)?.lines() {
            // Excerpts end at different line numbers; the indentation of the widest is kept for all.
            let width = excerpt.last_line().to_string().len();
            let line = line.strip_prefix(' ').unwrap_or(line);
            self.line(&format!("{:indent$}{line}", "", indent = self.digits.saturating_sub(width)));
        }
        Ok(())
    }

    /// The calls that lead here, the nearest first.
    fn trace(&mut self) {
        let calls: Vec<&Frame> = self.diagnostic.trace.iter().rev().collect();
        let left_out = if calls.len() > MOST_CALLS { calls.len() - (MOST_CALLS - 1) } else { 0 };
        for (index, frame) in calls.iter().enumerate() {
            let first_left_out = MOST_CALLS - 2;
            if left_out > 0 && index == first_left_out {
                self.note(&format!("through {}", summary::count(left_out, "more call")));
            }
            if left_out == 0 || index < first_left_out || index + 1 == calls.len() {
                self.note(&format!("{}, called from {}", visible(&frame.description), self.link(frame.span)));
            }
        }
    }

    /// Text under the excerpts; its further lines are indented, so that none of them looks like a line of ours.
    fn note(&mut self, text: &str) {
        let indented = text.replace('\n', &format!("\n{:digits$}   ", "", digits = self.digits));
        self.line(&format!("{:digits$} = {indented}", "", digits = self.digits));
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// `path:line:column`, as a link where the terminal knows links.
    fn link(&self, span: Span) -> String {
        let place = self.sources.place(span);
        let place = visible(&place);
        if !self.options.hyperlinks {
            return place.into_owned();
        }
        // A link must be absolute. Without a working directory the text alone has to do.
        match std::path::absolute(self.sources.path(span)) {
            Ok(path) => format!("\x1b]8;;{}\x1b\\{place}\x1b]8;;\x1b\\", uri::of_path(&path)),
            Err(_) => place.into_owned(),
        }
    }
}

/// Draws excerpts with one kind of mark.
struct Pencil {
    handler: GraphicalReportHandler,
    /// For the text beside a mark.
    ink: Style,
}

impl Pencil {
    /// `^^^` in the colour of a level.
    fn primary(level: Level, color: bool) -> Self {
        let ink = Palette::new(color).level(level);
        Self::new('^', ink, color, |styles| match level {
            Level::Error => styles.highlights = vec![styles.error.bold()],
            Level::Warning => styles.highlights = vec![styles.warning.bold()],
            Level::Info => styles.highlights = vec![styles.advice.bold()],
        })
    }

    /// `---` for places that belong to it.
    fn secondary(color: bool) -> Self {
        let ink = Palette::new(color).help();
        Self::new('-', ink, color, |styles| styles.highlights = vec![styles.help])
    }

    fn new(underline: char, ink: Style, color: bool, paint: impl FnOnce(&mut ThemeStyles)) -> Self {
        let mut theme = if color { GraphicalTheme::ascii() } else { GraphicalTheme::none() };
        theme.characters.underline = underline;
        theme.characters.vbar_break = '|';
        if color {
            paint(&mut theme.styles);
        }
        let handler = GraphicalReportHandler::new_themed(theme)
            .without_syntax_highlighting()
            .with_urls(false)
            .with_wrap_lines(false)
            .with_context_lines(0);
        Self { handler, ink }
    }

    /// The numbered lines of an excerpt with its mark and what to say beside it.
    fn draw(&self, excerpt: &Excerpt, label: &str) -> Result<String, fmt::Error> {
        let beside = if excerpt.is_one_line() { label } else { "" };
        let below = (!excerpt.is_one_line() && !label.is_empty()).then(|| label.to_owned());
        let mut drawn = String::new();
        self.handler.render_report(&mut drawn, &Drawing { excerpt, label: below })?;
        // miette writes a message, which is empty here, and frames the excerpt with a line above and one below.
        let lines: Vec<&str> = drawn.lines().collect();
        let text = lines.get(2..lines.len().saturating_sub(1)).unwrap_or_default().join("\n");
        let ink = self.ink;
        Ok(if beside.is_empty() { text } else { format!("{text} {ink}{beside}{ink:#}") })
    }
}

/// An excerpt as miette wants to see it: a report without words.
#[derive(Debug)]
struct Drawing<'a> {
    excerpt: &'a Excerpt,
    label: Option<String>,
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawing<'_> {}

impl miette::Diagnostic for Drawing<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let mark = &self.excerpt.mark;
        Some(Box::new(std::iter::once(LabeledSpan::new(self.label.clone(), mark.start, mark.len()))))
    }
}

impl SourceCode for Drawing<'_> {
    /// Always the whole excerpt, which was chosen for its mark.
    fn read_span<'s>(
        &'s self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'s> + 's>, MietteError> {
        let text = self.excerpt.text.as_bytes();
        let whole = SourceSpan::from(0..text.len());
        let (first, lines) = (self.excerpt.first_line - 1, self.excerpt.line_count());
        Ok(Box::new(MietteSpanContents::new(text, whole, first, 0, lines)))
    }
}

#[cfg(test)]
mod conceal_tests;
#[cfg(test)]
mod tests;
