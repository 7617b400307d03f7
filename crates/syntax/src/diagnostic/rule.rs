//! What a rule is: its names, its level, and its documentation, which is also its test.

use std::fmt;

/// How bad a finding is; ordered from harmless to fatal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing; shown only when asked for.
    Info,
    /// Probably a mistake; nothing is refused.
    Warning,
    /// A mistake or a danger; `plan` and `run` refuse to go on.
    Error,
}

impl Level {
    /// The word that is printed: `error`, `warning` or `info`.
    pub fn word(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// What kind of harm a rule is about; also the hundreds digit of its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// `PT1xx`: the file does not say what its author means.
    Correctness,
    /// `PT2xx`: it can be abused.
    Security,
    /// `PT3xx`: it will lose data or break.
    Reliability,
    /// `PT4xx`: it works on one machine only.
    Portability,
    /// `PT5xx`: it is harder to read than it needs to be.
    Style,
}

/// How often a finding of a rule is right; SARIF's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Decided by the language: never wrong.
    VeryHigh,
    /// Wrong in rare, named cases.
    High,
    /// A judgement on names or conventions.
    Medium,
}

/// One thing that can be found. Declared with [`declare_rule!`](crate::declare_rule) beside the code that finds it.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case name that reads well after "allow"; primary.
    pub name: &'static str,
    /// Stable code, `PTnnn`; accepted wherever the name is.
    pub code: &'static str,
    /// Level unless the user says otherwise.
    pub level: Level,
    /// How often it is right.
    pub precision: Precision,
    /// SARIF `security-severity`, 0.1 to 10.0, for security rules.
    pub severity: Option<&'static str>,
    /// Whether what a finding marks is a secret: its message never holds the marked text, and no report shows it.
    pub conceals: bool,
    /// Words by which rules are found together, such as `postgres` or `supply-chain`.
    pub tags: &'static [&'static str],
    /// Items of published guides that ask for the same, such as `CIS Docker 5.32`.
    pub anchors: &'static [&'static str],
    /// The version of `pt` that first had it.
    pub since: &'static str,
    /// The doc comment as Markdown: a summary line, why it matters, `## Bad` and `## Good` examples.
    pub docs: &'static str,
}

impl Rule {
    /// The family that the code's hundreds digit names.
    pub fn family(&self) -> Family {
        match self.code.as_bytes().get(2) {
            Some(b'2') => Family::Security,
            Some(b'3') => Family::Reliability,
            Some(b'4') => Family::Portability,
            Some(b'5') => Family::Style,
            _ => Family::Correctness,
        }
    }

    /// Whether `text` is this rule's name or code.
    pub fn is_called(&self, text: &str) -> bool {
        self.name == text || self.code.eq_ignore_ascii_case(text)
    }

    /// The parts of the doc comment.
    pub fn documentation(&self) -> RuleDocs {
        RuleDocs::parse(self.docs)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

/// The parts of a rule's doc comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDocs {
    /// First line.
    pub summary: String,
    /// What follows, up to the first example.
    pub explanation: String,
    /// Files that must raise the rule.
    pub bad: Vec<String>,
    /// Files that must raise nothing.
    pub good: Vec<String>,
}

impl RuleDocs {
    fn parse(docs: &str) -> Self {
        let lines: Vec<&str> = docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        let text = lines.join("\n");
        let (summary, rest) = text.trim_start().split_once('\n').unwrap_or((&text, ""));
        let mut parts = rest.split("\n## ");
        let explanation = parts.next().unwrap_or_default().trim().to_owned();
        let mut found = Self { summary: summary.to_owned(), explanation, bad: Vec::new(), good: Vec::new() };
        for part in parts {
            let (title, body) = part.split_once('\n').unwrap_or((part, ""));
            match title.trim() {
                "Bad" => found.bad.extend(code_blocks(body)),
                "Good" => found.good.extend(code_blocks(body)),
                _ => {}
            }
        }
        found
    }
}

fn code_blocks(markdown: &str) -> impl Iterator<Item = String> + '_ {
    markdown.split("```").skip(1).step_by(2).map(|block| block.split_once('\n').map_or("", |(_, body)| body).to_owned())
}

/// Declares a [`Rule`] whose doc comment is kept as its documentation.
///
/// ```ignore
/// declare_rule! {
///     /// summary in one line
///     ///
///     /// Why it matters.
///     ///
///     /// ## Bad
///     /// ## Good
///     pub static NAME = { name: "kebab-name", code: "PT123", level: Error, precision: VeryHigh };
/// }
/// ```
///
/// After the precision may follow, in this order: `severity: "7.5"`, `conceals: true`, `tags: ["postgres"]`,
/// `anchors: ["CIS Docker 5.32"]`, `since: "0.2"`; without the last a rule is as old as the first version.
#[macro_export]
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])* $visibility:vis static $constant:ident = {
        name: $name:literal, code: $code:literal, level: $level:ident, precision: $precision:ident $(, severity: $severity:literal)?
        $(, conceals: $conceals:literal)? $(, tags: [$($tag:literal),* $(,)?])? $(, anchors: [$($anchor:literal),* $(,)?])?
        $(, since: $since:literal)? $(,)?
    };) => {
        $(#[doc = $doc])*
        $visibility static $constant: $crate::diagnostic::Rule = $crate::diagnostic::Rule {
            name: $name,
            code: $code,
            level: $crate::diagnostic::Level::$level,
            precision: $crate::diagnostic::Precision::$precision,
            severity: $crate::declare_rule!(@severity $($severity)?),
            conceals: $crate::declare_rule!(@conceals $($conceals)?),
            tags: &[$($($tag),*)?],
            anchors: &[$($($anchor),*)?],
            since: $crate::declare_rule!(@since $($since)?),
            docs: concat!($($doc, "\n"),*),
        };
    };
    (@severity) => { None };
    (@severity $severity:literal) => { Some($severity) };
    (@conceals) => { false };
    (@conceals $conceals:literal) => { $conceals };
    (@since) => { "0.1" };
    (@since $since:literal) => { $since };
}
