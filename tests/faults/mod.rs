//! Findings of a compilation as people can read them in a snapshot.

use polytope::compiler::Compilation;
use polytope::diagnostic::Diagnostic;
use polytope::lint::LINTS;

/// Findings with their places, helps and traces; those of lint rules left out.
pub fn faults(compiled: &Compilation) -> String {
    let is_lint = |finding: &&Diagnostic| LINTS.iter().any(|lint| lint.rule == finding.rule);
    let line = |finding: &Diagnostic| {
        let at = |span| {
            let at = compiled.sources.position(span);
            format!("{}:{}:{}", compiled.sources.file(span.file).path.display(), at.line, at.column)
        };
        let help = finding.help.as_deref().map(|help| format!("\n    help: {help}")).unwrap_or_default();
        let frames = finding.trace.iter().map(|frame| format!("\n    {} {}", at(frame.span), frame.description));
        let way = frames.collect::<Vec<_>>().concat();
        let (rule, message) = (finding.rule.name, &finding.message);
        format!("{} {rule} at {}: {message}{help}{way}\n", finding.level, at(finding.primary.span))
    };
    compiled.diagnostics.iter().filter(|finding| !is_lint(finding)).map(line).collect()
}
