//! Findings and comments together: what is left, what is suppressed, and which comments are at fault.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::cover::Lines;
use super::directive::{Directive, Refused, read};
use super::index::Index;
use super::rules::{INVALID_SUPPRESSION, LOCKED_SETTING, SUPPRESSION_WITHOUT_REASON, UNUSED_SUPPRESSION};
use crate::diagnostic::{Diagnostic, Diagnostics, Fix, Rule, Safety, Suppressed, SuppressedBy, did_you_mean};
use crate::include::Documents;
use crate::lint::Settings;
use crate::source::{FileId, Loader, Sources, Span};
use crate::syntax::UNREADABLE;

/// What is looked at beside the findings.
#[derive(Clone, Copy)]
pub struct Judging<'a> {
    /// The texts of all files.
    pub sources: &'a Sources,
    /// The files and their comments.
    pub documents: &'a Documents,
    /// What the project decided.
    pub settings: &'a Settings,
    /// Every rule there is.
    pub rules: &'a [&'static Rule],
    /// Follows links of paths.
    pub loader: &'a dyn Loader,
    /// Whether the findings are all that there are: only then a comment can be told to be of no use.
    pub whole: bool,
}

/// Rules whose findings depend on the machine: where one finds nothing here, it may elsewhere.
const OF_THIS_MACHINE: [&str; 3] = ["unset-reference", "missing-host-path", "remote-include"];

/// How the names of rules begin that a project's own policies find.
const POLICY: &str = "policy:";

/// A tag of rules that look at what runs, and are asked only on request.
const LIVE: &str = "live";

/// Whether a finding can be left alone at all.
pub fn is_suppressible(rule: &Rule) -> bool {
    !UNREADABLE.contains(&rule) && *rule != LOCKED_SETTING
}

/// A comment, the lines that it is about, and its rules with whether they were needed.
pub(super) struct Comment {
    directive: Directive,
    pub(super) lines: RangeInclusive<usize>,
    pub(super) rules: Vec<(&'static Rule, bool)>,
}

/// Takes the findings apart; both lists are sorted by place.
pub fn apply(found: Vec<Diagnostic>, judging: &Judging<'_>) -> (Vec<Diagnostic>, Vec<Suppressed>) {
    if judging.settings.ignored_files.is_empty()
        && judging.documents.files().iter().all(|document| document.directives.is_empty())
    {
        return (found, Vec::new());
    }
    let mut own = Diagnostics::new(judging.settings.levels.clone());
    let comments = read_all(judging, &mut own);
    let today = judging.settings.today;
    let counts = |comment: &Comment| {
        comment.directive.until.as_ref().zip(today).is_none_or(|(until, today)| until.value >= today)
    };
    let index = comments.iter().map(|(file, comments)| (*file, Index::of(comments, counts))).collect();
    let mut sieve = Sieve { judging, comments, index, ignored: BTreeMap::new() };
    let mut left = Vec::new();
    let mut suppressed = Vec::new();
    sieve.sift(found, &mut left, &mut suppressed);
    sieve.judge_comments(&mut own);
    sieve.sift(own.finish(), &mut left, &mut suppressed);
    if judging.whole {
        let mut unused = Diagnostics::new(judging.settings.levels.clone());
        sieve.report_unused(&mut unused);
        sieve.sift(unused.finish(), &mut left, &mut suppressed);
    }
    left.sort_by_key(|finding| (finding.primary.span, finding.rule.code));
    suppressed.sort_by_key(|it| (it.diagnostic.primary.span, it.diagnostic.rule.code));
    (left, suppressed)
}

fn read_all(judging: &Judging<'_>, own: &mut Diagnostics) -> BTreeMap<FileId, Vec<Comment>> {
    let mut all = BTreeMap::new();
    for document in judging.documents.files() {
        if document.directives.is_empty() {
            continue;
        }
        let around = Lines::of(judging.sources.file(document.file), document);
        let mut comments = Vec::new();
        for comment in &document.directives {
            let directive = match read(comment.span, judging.sources.text(comment.span)) {
                None => continue,
                Some(Ok(directive)) if directive.whole_file && !around.is_at_the_top(comment.span) => {
                    let message = "`ignore-file` stands only before the first line that is no comment".to_owned();
                    let help = "move it to the top, or write `ignore` on the line of what it is about".to_owned();
                    Err(Refused { span: comment.span, message, help })
                }
                Some(read) => read,
            };
            match directive {
                Ok(directive) => {
                    let rules = rules_of(&directive, judging, own);
                    let lines = around.covered(&directive);
                    #[allow(clippy::reversed_empty_ranges, reason = "a comment before nothing covers no line")]
                    let lines = lines.unwrap_or(1..=0);
                    comments.push(Comment { directive, lines, rules });
                }
                Err(Refused { span, message, help }) if judging.whole => {
                    own.report(&INVALID_SUPPRESSION, span, message).label("suppresses nothing").help(help);
                }
                Err(_) => {}
            }
        }
        if !comments.is_empty() {
            all.insert(document.file, comments);
        }
    }
    all
}

fn rules_of(directive: &Directive, judging: &Judging<'_>, own: &mut Diagnostics) -> Vec<(&'static Rule, bool)> {
    let mut found = Vec::new();
    for name in &directive.names {
        match judging.rules.iter().find(|rule| rule.is_called(name)) {
            Some(rule) if is_suppressible(rule) => remember(rule, &mut found),
            Some(rule) if judging.whole => {
                own.report(&INVALID_SUPPRESSION, name.span, format!("`{}` cannot be suppressed", rule.name))
                    .help("mend what it finds");
            }
            // A policy that is not asked this time.
            None if name.starts_with(POLICY) => {}
            None if judging.whole => {
                let near = did_you_mean(name, judging.rules.iter().map(|rule| rule.name));
                let help =
                    near.map_or("`pt explain` lists all rules".to_owned(), |near| format!("did you mean `{near}`?"));
                own.report(&INVALID_SUPPRESSION, name.span, format!("there is no rule `{}`", name.value)).help(help);
            }
            _ => {}
        }
    }
    found
}

/// A rule that a comment names often is one rule.
fn remember(rule: &'static Rule, found: &mut Vec<(&'static Rule, bool)>) {
    if !found.iter().any(|(known, _)| *known == rule) {
        found.push((rule, false));
    }
}

struct Sieve<'a> {
    judging: &'a Judging<'a>,
    comments: BTreeMap<FileId, Vec<Comment>>,
    /// The comments of each file by the lines that they cover.
    index: BTreeMap<FileId, Index>,
    /// The rules that the settings leave alone in a file.
    ignored: BTreeMap<FileId, Vec<&'static Rule>>,
}

impl Sieve<'_> {
    fn sift(&mut self, found: Vec<Diagnostic>, left: &mut Vec<Diagnostic>, suppressed: &mut Vec<Suppressed>) {
        for finding in found {
            if !is_suppressible(finding.rule) {
                left.push(finding);
            } else if let Some(reason) = self.by_comment(&finding) {
                suppressed.push(Suppressed { diagnostic: finding, by: SuppressedBy::Comment, reason });
            } else if self.by_settings(&finding) {
                suppressed.push(Suppressed { diagnostic: finding, by: SuppressedBy::Configuration, reason: None });
            } else {
                left.push(finding);
            }
        }
    }

    /// The reason of the comment that covers a finding.
    fn by_comment(&mut self, finding: &Diagnostic) -> Option<Option<String>> {
        let Settings { denied, .. } = self.judging.settings;
        let span = finding.primary.span;
        let line = self.judging.sources.file(span.file).line_of(span.start as usize);
        let comments = self.comments.get_mut(&span.file)?;
        let speaking = self.index.get_mut(&span.file)?.speaking(finding.rule, line, |covering| {
            for comment in covering {
                let rules = comments.get_mut(*comment).map(|comment| comment.rules.iter_mut());
                rules
                    .into_iter()
                    .flatten()
                    .filter(|(rule, _)| *rule == finding.rule)
                    .for_each(|(_, used)| *used = true);
            }
        });
        let speaking =
            speaking.filter(|_| !denied.contains(&finding.rule)).and_then(|comment| comments.get(comment))?;
        Some(speaking.directive.reason.clone())
    }

    fn by_settings(&mut self, finding: &Diagnostic) -> bool {
        let Judging { settings, sources, loader, .. } = self.judging;
        if settings.ignored_files.is_empty() {
            return false;
        }
        let file = finding.primary.span.file;
        let ignored = self.ignored.entry(file).or_insert_with(|| {
            let path: PathBuf = loader.follow(&sources.file(file).path);
            let holding = settings.ignored_files.iter().filter(|ignored| ignored.holds(&path));
            holding.flat_map(|ignored| ignored.rules.iter().copied()).collect()
        });
        ignored.contains(&finding.rule)
    }

    /// Comments that give no reason, have ended, or are about what the command line holds fast.
    fn judge_comments(&self, own: &mut Diagnostics) {
        let Settings { today, denied, .. } = self.judging.settings;
        for comment in self.comments.values().flatten() {
            let directive = &comment.directive;
            for (rule, _) in comment.rules.iter().filter(|(rule, _)| denied.contains(rule)) {
                let name = directive.names.iter().find(|name| rule.is_called(name));
                let span = name.map_or(directive.comment, |name| name.span);
                own.report(&LOCKED_SETTING, span, format!("`{}` is held by `--locked`", rule.name))
                    .label("suppresses nothing")
                    .help(
                        "mend what it finds; only the command line and its `--config` let it be (`--allow`, `--warn`)",
                    );
            }
            if !self.judging.whole {
                continue;
            }
            match directive.until.as_ref().zip(*today) {
                Some((until, today)) if until.value < today => {
                    own.report(
                        &SUPPRESSION_WITHOUT_REASON,
                        until.span,
                        format!("this suppression ended on {}", until.value),
                    )
                    .help("mend what it is about, or give it another day");
                }
                _ if directive.reason.is_none() => {
                    own.report(&SUPPRESSION_WITHOUT_REASON, directive.comment, "this suppression gives no reason")
                        .help("say why behind the bracket: `# pt: ignore[rule] reason`");
                }
                _ => {}
            }
        }
    }

    fn report_unused(&self, own: &mut Diagnostics) {
        for comment in self.comments.values().flatten() {
            let directive = &comment.directive;
            let is_unused = |(rule, used): &(&'static Rule, bool)| {
                let asked = self.judging.settings.levels.of(rule) != Some(None);
                let decided = !OF_THIS_MACHINE.contains(&rule.name) && !rule.tags.contains(&LIVE);
                !*used && asked && decided && **rule != UNUSED_SUPPRESSION
            };
            let unused: Vec<&Rule> = comment.rules.iter().filter(|it| is_unused(it)).map(|(rule, _)| *rule).collect();
            let Some(first) = unused.first() else { continue };
            let is_named = |name: &str| unused.iter().any(|rule| rule.is_called(name));
            let kept: Vec<&str> =
                directive.names.iter().map(|name| name.value.as_str()).filter(|name| !is_named(name)).collect();
            let place = directive.names.iter().find(|name| first.is_called(name)).map(|name| name.span);
            let (fix, help) = if kept.is_empty() {
                let fix = Fix::new(Safety::Safe, "remove the comment");
                (fix.replace(self.whole_comment(directive.comment), ""), "remove the comment")
            } else {
                let fix = Fix::new(Safety::Safe, "remove it from the list");
                (fix.replace(directive.list, kept.join(", ")), "remove it from the list")
            };
            let names: Vec<String> = unused.iter().map(|rule| format!("`{}`", rule.name)).collect();
            let verb = if names.len() == 1 { "finds" } else { "find" };
            own.report(
                &UNUSED_SUPPRESSION,
                place.unwrap_or(directive.comment),
                format!("{} {verb} nothing here", names.join(", ")),
            )
            .label("suppresses nothing")
            .help(help)
            .fix(fix);
        }
    }

    /// A comment with what only it needs: the blanks before it, or its whole line.
    fn whole_comment(&self, comment: Span) -> Span {
        let file = self.judging.sources.file(comment.file);
        let line = file.line_of(comment.start as usize);
        let before = &file.text[file.line_start(line)..comment.start as usize];
        if before.trim().is_empty() {
            return Span::new(comment.file, file.line_start(line), file.line_start(line + 1));
        }
        let start = comment.start as usize - (before.len() - before.trim_end().len());
        Span::new(comment.file, start, comment.end as usize)
    }
}
