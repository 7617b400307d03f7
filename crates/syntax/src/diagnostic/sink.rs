//! Where every stage puts its findings: levels, ceilings, order and doubles are decided here, once.

use super::{Diagnostic, Frame, Label, Level, Rule};
use crate::source::{Span, seen};

/// What the user said about rules with `--deny`, `--warn` and `--allow`; the last word on a rule counts.
#[derive(Debug, Clone, Default)]
pub struct LevelOverrides {
    entries: Vec<(&'static Rule, Option<Level>)>,
}

/// A rule name or code that no rule has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule `{name}`")]
pub struct UnknownRule {
    /// What was asked for.
    pub name: String,
}

impl LevelOverrides {
    /// Sets the level of the rule with this name or code; `None` switches it off.
    pub fn set(&mut self, rules: &[&'static Rule], name: &str, level: Option<Level>) -> Result<(), UnknownRule> {
        let rule = rules.iter().find(|rule| rule.is_called(name));
        let rule = rule.ok_or_else(|| UnknownRule { name: name.to_owned() })?;
        self.entries.push((rule, level));
        Ok(())
    }

    /// Whether a rule is switched off.
    pub fn is_off(&self, rule: &Rule) -> bool {
        self.of(rule) == Some(None)
    }

    /// Sets the level of a rule; `None` switches it off.
    pub fn set_rule(&mut self, rule: &'static Rule, level: Option<Level>) {
        self.entries.push((rule, level));
    }

    /// What the user said about a rule: nothing, or a level, or (`Some(None)`) off.
    pub fn of(&self, rule: &Rule) -> Option<Option<Level>> {
        self.entries.iter().rev().find(|(known, _)| *known == rule).map(|(_, level)| *level)
    }
}

/// The findings of a run so far. A stage is `fn stage(input, &mut Diagnostics) -> Output` and never fails.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
    trace: Vec<Frame>,
    ceiling: Option<Level>,
    overrides: LevelOverrides,
}

impl Diagnostics {
    /// An empty list that obeys the user's levels.
    pub fn new(overrides: LevelOverrides) -> Self {
        Self { overrides, ..Self::default() }
    }

    /// Adds a finding of `rule` at `span`; the returned finding takes labels and help.
    pub fn report(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let level = match self.ceiling {
            Some(ceiling) => rule.level.min(ceiling),
            None => rule.level,
        };
        let index = self.found.len();
        self.found.push(Diagnostic {
            rule,
            level,
            message: seen(&message.into()).into_owned(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            help: None,
            trace: self.trace.clone(),
            fix: None,
        });
        &mut self.found[index]
    }

    /// Findings reported inside `work` carry `frame` as the innermost step of their trace.
    pub fn within<T>(&mut self, frame: Frame, work: impl FnOnce(&mut Self) -> T) -> T {
        self.trace.push(frame);
        let result = work(self);
        self.trace.pop();
        result
    }

    /// Findings reported inside `work` are at most `ceiling`: faults in what nothing reaches only warn.
    pub fn at_most<T>(&mut self, ceiling: Level, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.ceiling;
        self.ceiling = Some(before.map_or(ceiling, |outer| outer.min(ceiling)));
        let result = work(self);
        self.ceiling = before;
        result
    }

    /// Number of findings so far; with [`Self::has_error_since`] it tells whether a step went well.
    pub fn mark(&self) -> usize {
        self.found.len()
    }

    /// Whether an error was reported since `mark`.
    pub fn has_error_since(&self, mark: usize) -> bool {
        self.found[mark..].iter().any(|finding| finding.level == Level::Error)
    }

    /// What was found so far, in the order in which it was.
    pub fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// Takes in what another list found.
    pub fn absorb(&mut self, other: Diagnostics) {
        other.found.into_iter().for_each(|finding| self.add(finding));
    }

    /// Takes in a finding of another list; the ceiling and the trace of this one apply to it.
    pub fn add(&mut self, mut finding: Diagnostic) {
        finding.level = self.ceiling.map_or(finding.level, |ceiling| finding.level.min(ceiling));
        finding.trace.splice(0..0, self.trace.iter().cloned());
        self.found.push(finding);
    }

    /// The findings: user's levels applied, sorted by place, and each said once, at its highest level.
    pub fn finish(self) -> Vec<Diagnostic> {
        let overrides = self.overrides;
        let mut found: Vec<Diagnostic> = self
            .found
            .into_iter()
            .filter_map(|mut finding| {
                match overrides.of(finding.rule) {
                    Some(None) => return None,
                    Some(Some(level)) => finding.level = level,
                    None => {}
                }
                Some(finding)
            })
            .collect();
        // The same fault is found again through every call that reaches it: keep the worst, with the shortest way to it.
        found.sort_by(|a, b| {
            let place = |finding: &Diagnostic| (finding.primary.span, finding.rule.code);
            place(a)
                .cmp(&place(b))
                .then_with(|| a.message.cmp(&b.message))
                .then_with(|| b.level.cmp(&a.level))
                .then_with(|| a.trace.len().cmp(&b.trace.len()))
        });
        found.dedup_by(|later, kept| {
            later.rule == kept.rule && later.primary.span == kept.primary.span && later.message == kept.message
        });
        found
    }
}
