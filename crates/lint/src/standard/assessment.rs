//! Which items of a guide are kept.

use super::guide::Always;
use super::{Count, Guide, Item};
use crate::diagnostic::{Diagnostic, Rule, Suppressed};

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is kept.
    Pass,
    /// It is not.
    Fail,
    /// There is nothing that it is about.
    NotApplicable,
    /// The rules that decide it are switched off, or the files have faults that may hide something.
    Undecided,
}

impl Outcome {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::NotApplicable => "not applicable",
            Outcome::Undecided => "undecided",
        }
    }
}

/// An item, what became of it, and why.
#[derive(Debug)]
pub struct Assessment<'a> {
    /// The item.
    pub item: &'a Item,
    /// What became of it.
    pub outcome: Outcome,
    /// The rules that decide it; none where it always comes to the same.
    pub rules: Vec<&'static Rule>,
    /// Why, where no finding says it.
    pub reason: Option<String>,
    /// Where it is not kept.
    pub findings: Vec<&'a Diagnostic>,
    /// Findings that someone has said are to be left alone.
    pub accepted: Vec<&'a Suppressed>,
}

/// Judges every item of a guide; `is_off` says which rules were not asked.
pub fn assess<'a>(
    guide: &'a Guide,
    count: Count,
    findings: &'a [Diagnostic],
    suppressed: &'a [Suppressed],
    is_off: impl Fn(&Rule) -> bool,
) -> Vec<Assessment<'a>> {
    let one = |item: &'a Item| {
        let rules: Vec<&'static Rule> = guide.rules(item).collect();
        let of_item = |rule: &Rule| rules.contains(&rule);
        let found: Vec<&Diagnostic> = findings.iter().filter(|finding| of_item(finding.rule)).collect();
        let accepted: Vec<&Suppressed> = suppressed.iter().filter(|it| of_item(it.diagnostic.rule)).collect();
        let off: Vec<String> =
            rules.iter().filter(|rule| is_off(rule)).map(|rule| format!("`{}`", rule.name)).collect();
        let (outcome, reason) = if !found.is_empty() {
            (Outcome::Fail, None)
        } else if item.subject.number(count) == 0 && count.blind == 0 {
            (Outcome::NotApplicable, Some(item.subject.absent().to_owned()))
        } else if let Some(always) = item.always {
            let outcome = if always == Always::Pass { Outcome::Pass } else { Outcome::Fail };
            (outcome, item.because.clone())
        } else if !off.is_empty() {
            (Outcome::Undecided, Some(format!("{} is switched off", off.join(", "))))
        } else if count.blind > 0 {
            (Outcome::Undecided, Some("the files have faults that may hide something".to_owned()))
        } else {
            (Outcome::Pass, None)
        };
        Assessment { item, outcome, rules, reason, findings: found, accepted }
    };
    guide.items.iter().map(one).collect()
}
