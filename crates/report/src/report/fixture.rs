//! Findings made by hand, for the tests of the formats.

use std::path::Path;

use super::{Findings, Format, RenderOptions, render};
use crate::declare_rule;
use crate::diagnostic::{Diagnostic, Frame, Label, Level, Rule, Suppressed, SuppressedBy};
use crate::source::{SourceFile, Sources, Span};

declare_rule! {
    /// anyone who reaches the port is let in without a password
    ///
    /// `trust` asks nobody for a password, not even when one is set. The image itself warns about it when it starts,
    /// in a log that nobody reads.
    ///
    /// - use `scram-sha-256`, which is the default of every supported version, and give the password as a secret of
    ///   the project
    /// - for a throw-away database, say so with `--allow`
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///
    ///     args: {method: trust}
    /// ```
    /// ## Good
    /// ```yaml
    /// modules: []
    /// ```
    pub static TRUST = {
        name: "pg-trust-auth", code: "PT201", level: Error, precision: VeryHigh, severity: "8.8",
        tags: ["postgres", "authentication"], anchors: ["CIS PostgreSQL 5.4"],
    };
}

declare_rule! {
    /// the second value of a key wins silently
    pub static DUPLICATE = { name: "duplicate-key", code: "PT102", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a module that runs for ever has no restart policy
    ///
    /// After a crash it stays down.
    pub static RESTART = { name: "missing-restart", code: "PT305", level: Warning, precision: High };
}

declare_rule! {
    /// a module is never used
    pub static UNUSED = { name: "unused-module", code: "PT504", level: Info, precision: Medium };
}

declare_rule! {
    /// a secret stands in the file
    pub static LEAK = {
        name: "hardcoded-secret", code: "PT202", level: Error, precision: High, severity: "7.5", conceals: true
    };
}

/// Every rule above but the last, in no order.
pub static RULES: [&Rule; 4] = [&TRUST, &UNUSED, &DUPLICATE, &RESTART];

/// Files and what was found in them.
#[derive(Default)]
pub struct Case {
    pub sources: Sources,
    pub diagnostics: Vec<Diagnostic>,
    pub suppressed: Vec<Suppressed>,
    pub hidden_info: usize,
}

impl Case {
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut case = Self::default();
        for (path, text) in files {
            case.sources.add(SourceFile::new(path, text));
        }
        case
    }

    /// The place of the first `needle` in a file.
    pub fn span(&self, path: &str, needle: &str) -> Span {
        let found = self.sources.iter().find(|(_, file)| file.path == Path::new(path));
        let (id, file) = found.unwrap_or_else(|| panic!("no file {path}"));
        let start = file.text.find(needle).unwrap_or_else(|| panic!("no {needle:?} in {path}"));
        Span::new(id, start, start + needle.len())
    }

    pub fn report(&mut self, rule: &'static Rule, span: Span, message: &str) -> &mut Diagnostic {
        self.diagnostics.push(Diagnostic {
            rule,
            level: rule.level,
            message: message.to_owned(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            help: None,
            trace: Vec::new(),
            fix: None,
        });
        let last = self.diagnostics.len() - 1;
        &mut self.diagnostics[last]
    }

    /// Leaves the last finding alone.
    pub fn suppress(&mut self, by: SuppressedBy, reason: Option<&str>) {
        if let Some(diagnostic) = self.diagnostics.pop() {
            self.suppressed.push(Suppressed { diagnostic, by, reason: reason.map(str::to_owned) });
        }
    }

    /// What a format makes of it.
    pub fn render(&self, format: Format, options: RenderOptions) -> String {
        let findings = Findings {
            sources: &self.sources,
            diagnostics: &self.diagnostics,
            suppressed: &self.suppressed,
            rules: &RULES,
            files_checked: self.sources.iter().count(),
            category: "pt-check",
            hidden_info: self.hidden_info,
        };
        let mut out = Vec::new();
        render(format, &findings, &mut out, options).unwrap_or_else(|error| panic!("{error}"));
        String::from_utf8(out).unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn human(&self) -> String {
        self.render(Format::Human, RenderOptions::default())
    }
}

/// A project of two files with a finding of each kind.
pub fn project() -> Case {
    let main =
        "modules:\n  - id: db\n    module: ./db\n    args:\n      method: trust\n      method: md5\n  - id: old\n";
    let mut case = Case::new([
        ("polytope.yml", main),
        ("db/polytope.yml", "modules:\n  - id: server\n    image: postgres:16.2\n"),
    ]);
    let (first, second) = (case.span("polytope.yml", "method"), case.span("polytope.yml", "method: md5").slice(0, 6));
    let (trust, call) = (case.span("polytope.yml", "trust"), case.span("polytope.yml", "./db"));
    let (unused, server) = (case.span("polytope.yml", "old"), case.span("db/polytope.yml", "server"));
    case.report(&TRUST, trust, "any client is let in without a password")
        .label("asks nobody")
        .help("write `scram-sha-256`");
    case.report(&DUPLICATE, second, "`method` is given twice").label("this one wins").also(first, "this one is lost");
    case.report(&UNUSED, unused, "module `old` is never used");
    let inner = case.report(&RESTART, server, "module `server` has no restart policy");
    inner.trace = vec![Frame { span: call, description: "in module `db`".to_owned() }];
    inner.level = Level::Warning;
    case
}
