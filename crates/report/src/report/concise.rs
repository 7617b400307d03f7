//! One line per finding: `path:line:col: error[rule-name] message`.

use std::io::{self, Write};

use super::places::Places;
use super::sanitize::visible;
use super::{Findings, Palette, RenderOptions};

pub(super) fn write(findings: &Findings, out: &mut dyn Write, options: RenderOptions) -> io::Result<()> {
    let palette = Palette::new(options.color);
    let mut places = Places::new(findings.sources);
    for diagnostic in findings.diagnostics {
        let span = diagnostic.primary.span;
        let path = findings.sources.path(span).to_string_lossy();
        let start = places.start(span);
        let level = palette.level(diagnostic.level);
        writeln!(
            out,
            "{}:{}:{}: {level}{}[{}]{level:#} {}",
            visible(&path),
            start.line,
            start.column,
            diagnostic.level,
            diagnostic.rule.name,
            visible(&diagnostic.message)
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Format, RenderOptions, fixture};

    #[test]
    fn writes_one_line_for_each_finding() {
        let text = fixture::project().render(Format::Concise, RenderOptions::default());
        insta::assert_snapshot!(text, @"
        polytope.yml:5:15: error[pg-trust-auth] any client is let in without a password
        polytope.yml:6:7: error[duplicate-key] `method` is given twice
        polytope.yml:7:9: info[unused-module] module `old` is never used
        db/polytope.yml:2:9: warning[missing-restart] module `server` has no restart policy
        ");
    }

    #[test]
    fn is_silent_when_all_is_good() {
        let case = fixture::Case::new([("a.yml", "a: b\n")]);
        assert_eq!(case.render(Format::Concise, RenderOptions::default()), "");
    }
}
