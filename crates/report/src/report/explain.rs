//! A rule's documentation: for a terminal (`pt explain RULE`), and as Markdown.

use std::io::{self, Write};

use super::words::family_word;
use super::{Palette, RenderOptions};
use crate::diagnostic::{Precision, Rule};

/// Widest text that is pleasant to read.
const WIDEST: usize = 100;

/// Writes what a rule finds, why it matters, and examples of both sides.
pub fn explain(rule: &Rule, out: &mut dyn Write, options: RenderOptions) -> io::Result<()> {
    let palette = Palette::new(options.color);
    let documentation = rule.documentation();
    let (strong, level) = (palette.strong(), palette.level(rule.level));
    writeln!(out, "{strong}{}{strong:#} ({})", rule.name, rule.code)?;
    write!(out, "{level}{}{level:#}, {}, {}", rule.level, family_word(rule.family()), certainty(rule.precision))?;
    match rule.severity {
        Some(severity) => writeln!(out, ", security severity {severity}")?,
        None => writeln!(out)?,
    }
    write_origin(rule, out)?;
    let width = options.width.min(WIDEST);
    for part in [&documentation.summary, &documentation.explanation] {
        if !part.is_empty() {
            writeln!(out)?;
            Prose::write(out, part, width)?;
        }
    }
    for (title, examples) in [("Bad", &documentation.bad), ("Good", &documentation.good)] {
        for example in examples {
            writeln!(out, "\n{strong}{title}{strong:#}\n")?;
            Prose::write(out, &format!("```\n{example}"), width)?;
        }
    }
    writeln!(out, "\nSwitch it off with `--allow {}`.", rule.name)
}

/// What the rule is filed under, who else asks for it, and how old it is.
fn write_origin(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "since {}", rule.since)?;
    for (word, list) in [("tags", rule.tags), ("see", rule.anchors)] {
        if !list.is_empty() {
            write!(out, "; {word}: {}", list.join(", "))?;
        }
    }
    writeln!(out)
}

/// The documentation as Markdown, without the indentation of doc comments.
pub(super) fn markdown(rule: &Rule) -> String {
    let lines = rule.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn certainty(precision: Precision) -> &'static str {
    match precision {
        Precision::VeryHigh => "never wrong",
        Precision::High => "rarely wrong",
        Precision::Medium => "a judgement",
    }
}

/// Markdown on a terminal: paragraphs are filled again, code is indented, headings and lists keep their lines.
struct Prose<'a> {
    out: &'a mut dyn Write,
    width: usize,
    paragraph: Vec<&'a str>,
}

impl<'a> Prose<'a> {
    fn write(out: &'a mut dyn Write, markdown: &'a str, width: usize) -> io::Result<()> {
        let mut prose = Prose { out, width, paragraph: Vec::new() };
        let mut in_code = false;
        for line in markdown.lines() {
            if line.starts_with("```") {
                prose.end_paragraph()?;
                in_code = !in_code;
            } else if in_code {
                prose.code(line)?;
            } else if line.trim().is_empty() {
                prose.end_paragraph()?;
                writeln!(prose.out)?;
            } else {
                if starts_anew(line) {
                    prose.end_paragraph()?;
                }
                prose.paragraph.extend(line.split_whitespace());
            }
        }
        prose.end_paragraph()
    }

    /// Breaks the collected words into lines; those after the first line of a list item are indented.
    fn end_paragraph(&mut self) -> io::Result<()> {
        let indent = if self.paragraph.first().is_some_and(|first| is_bullet(first)) { "  " } else { "" };
        let mut column = 0;
        for word in self.paragraph.drain(..) {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > self.width {
                write!(self.out, "\n{indent}")?;
                column = indent.len();
            } else if column > 0 {
                write!(self.out, " ")?;
                column += 1;
            }
            write!(self.out, "{word}")?;
            column += length;
        }
        if column > 0 { writeln!(self.out) } else { Ok(()) }
    }

    fn code(&mut self, line: &str) -> io::Result<()> {
        let indent = if line.is_empty() { "" } else { "    " };
        writeln!(self.out, "{indent}{line}")
    }
}

/// Whether a line of Markdown does not go on with the paragraph before it.
fn starts_anew(line: &str) -> bool {
    line.starts_with(['#', '|']) || line.split_whitespace().next().is_some_and(is_bullet)
}

fn is_bullet(word: &str) -> bool {
    let number = word.strip_suffix('.').unwrap_or_default();
    word == "-" || word == "*" || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::{RenderOptions, fixture, sanitize};
    use super::*;

    fn explained(rule: &Rule, options: RenderOptions) -> String {
        let mut out = Vec::new();
        explain(rule, &mut out, options).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn says_what_and_why_and_shows_both_sides() {
        let text = explained(&fixture::TRUST, RenderOptions { width: 60, ..RenderOptions::default() });
        insta::assert_snapshot!(text, @"
        pg-trust-auth (PT201)
        error, security, never wrong, security severity 8.8
        since 0.1; tags: postgres, authentication; see: CIS PostgreSQL 5.4

        anyone who reaches the port is let in without a password

        `trust` asks nobody for a password, not even when one is
        set. The image itself warns about it when it starts, in a
        log that nobody reads.

        - use `scram-sha-256`, which is the default of every
          supported version, and give the password as a secret of
          the project
        - for a throw-away database, say so with `--allow`

        Bad

            modules:
              - id: db

                args: {method: trust}

        Good

            modules: []

        Switch it off with `--allow pg-trust-auth`.
        ");
    }

    #[test]
    fn a_rule_of_one_line_is_explained_in_few() {
        insta::assert_snapshot!(explained(&fixture::UNUSED, RenderOptions::default()), @"
        unused-module (PT504)
        info, style, a judgement
        since 0.1

        a module is never used

        Switch it off with `--allow unused-module`.
        ");
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let coloured = explained(&fixture::TRUST, RenderOptions { color: true, ..RenderOptions::default() });
        assert!(coloured.contains("\x1b["));
        assert_eq!(sanitize::text(&coloured), explained(&fixture::TRUST, RenderOptions::default()));
    }
}
