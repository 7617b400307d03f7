//! GitHub Actions workflow commands: `::error file=…,line=…::message`.
//!
//! GitHub shows ten per step and level, so the worst come first.

use std::io::{self, Write};

use super::Findings;
use super::places::Places;
use super::sanitize::{visible, visible_lines};
use crate::diagnostic::{Diagnostic, Level};

pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let mut ranked: Vec<&Diagnostic> = findings.diagnostics.iter().collect();
    ranked.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.level));
    let mut places = Places::new(findings.sources);
    for diagnostic in ranked {
        let span = diagnostic.primary.span;
        let region = places.region(span);
        let path = findings.sources.path(span).to_string_lossy();
        let mut message = visible(&diagnostic.message).into_owned();
        if let Some(help) = &diagnostic.help {
            message.push_str("\nhelp: ");
            message.push_str(&visible_lines(help));
        }
        write!(out, "::{} file={}", command(diagnostic.level), property(&visible(&path)))?;
        write!(out, ",line={},endLine={}", region.start.line, region.end.line)?;
        // Columns are refused for what spans lines.
        if region.start.line == region.end.line {
            write!(out, ",col={},endColumn={}", region.start.column, region.end.column)?;
        }
        writeln!(out, ",title={}::{}", property(diagnostic.rule.name), data(&message))?;
    }
    Ok(())
}

fn command(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    }
}

/// Escapes what would end a command's message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes what would end a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::{Format, RenderOptions, fixture};

    #[test]
    fn writes_commands_worst_first() {
        let text = fixture::project().render(Format::Github, RenderOptions::default());
        insta::assert_snapshot!(text, @"
        ::error file=polytope.yml,line=5,endLine=5,col=15,endColumn=20,title=pg-trust-auth::any client is let in without a password%0Ahelp: write `scram-sha-256`
        ::error file=polytope.yml,line=6,endLine=6,col=7,endColumn=13,title=duplicate-key::`method` is given twice
        ::warning file=db/polytope.yml,line=2,endLine=2,col=9,endColumn=15,title=missing-restart::module `server` has no restart policy
        ::notice file=polytope.yml,line=7,endLine=7,col=9,endColumn=12,title=unused-module::module `old` is never used
        ");
    }

    #[test]
    fn a_message_cannot_end_its_command() {
        let mut case = fixture::Case::new([("a,b:c.yml", "a:\n  b\n")]);
        let span = case.span("a,b:c.yml", "a:\n  b");
        case.report(&fixture::TRUST, span, "100%\n::error::forged").help("one\ntwo");
        insta::assert_snapshot!(case.render(Format::Github, RenderOptions::default()), @"
        ::error file=a%2Cb%3Ac.yml,line=1,endLine=2,title=pg-trust-auth::100%25␊::error::forged%0Ahelp: one%0Atwo
        ");
    }
}
