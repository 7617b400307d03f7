//! Files that a scaffold tool has to fill in before they are YAML.

use std::ops::Range;

use super::excerpt::excerpt;
use super::lines::{Line, LineKind, line_at, lines};
use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};

declare_rule! {
    /// the file is a scaffold's template, not yet filled in
    ///
    /// `{{ name }}`, `{% … %}` and `{= name =}` outside quotes and block text are filled in when a project is made from
    /// a template. Before that the file is not YAML, so nothing else is said about it. Inside quotes and block text
    /// they are text like any other.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: {{ project-name }}-db
    ///     module: polytope/postgres
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: render
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       cmd: "echo {{ name }}"
    /// ```
    pub static UNRENDERED_TEMPLATE = { name: "unrendered-template", code: "PT121", level: Warning, precision: High };
}

const PAIRS: [(&str, &str); 4] = [("{{", "}}"), ("{%", "%}"), ("{=", "=}"), ("{#", "#}")];

/// The bytes of the first placeholder, if the one near `suspect` is the reason why the text is not good YAML.
pub(super) fn placeholder(text: &str, suspect: usize) -> Option<Range<usize>> {
    let lines = lines(text);
    in_line(text, lines.get(line_at(&lines, suspect))?)?;
    lines.iter().filter(|line| line.kind == LineKind::Yaml).find_map(|line| in_line(text, line))
}

/// Says that the file is a template.
pub(super) fn report(file: FileId, text: &str, at: Range<usize>, diagnostics: &mut Diagnostics) {
    let written = excerpt(&text[at.clone()]);
    diagnostics
        .report(
            &UNRENDERED_TEMPLATE,
            Span::new(file, at.start, at.end),
            format!("this file is a scaffold template: `{written}` is not filled in"),
        )
        .help(
            "fill in the placeholders first; the file is not checked until then. To keep one as text, put it in quotes",
        );
}

/// The first placeholder of a line that stands outside quotes.
fn in_line(text: &str, line: &Line) -> Option<Range<usize>> {
    let content = line.text(text);
    let bytes = content.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        let begins = index == 0 || matches!(bytes[index - 1], b' ' | b'\t' | b'[' | b'{' | b',');
        match bytes[index] {
            quote @ (b'"' | b'\'') if begins => index = closing(bytes, index, quote),
            b'#' if begins && index > 0 && bytes[index - 1] != b'{' => return None,
            b'{' => {
                if let Some(length) = length_at(&content[index..]) {
                    let start = line.content + index;
                    return Some(start..start + length);
                }
            }
            _ => {}
        }
        index += 1;
    }
    None
}

/// Where a quote is closed, or the end of the line.
fn closing(bytes: &[u8], open: usize, quote: u8) -> usize {
    let mut index = open + 1;
    while index < bytes.len() && bytes[index] != quote {
        index += if bytes[index] == b'\\' && quote == b'"' { 2 } else { 1 };
    }
    index
}

fn length_at(text: &str) -> Option<usize> {
    let (open, close) = PAIRS.iter().find(|(open, _)| text.starts_with(open))?;
    let inner = text[open.len()..].split(close).next()?;
    let closed = text[open.len() + inner.len()..].starts_with(close);
    let named = inner.contains(|letter: char| letter.is_alphanumeric()) && !inner.contains(['{', '}', ':']);
    (closed && named).then_some(open.len() + inner.len() + close.len())
}
