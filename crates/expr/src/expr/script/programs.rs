//! The programs of one compilation: each is run once for the same parameters, and all together have so much time.
//!
//! Programs in arguments only compute, so that the same parameters give the same result. A module that many entries reach
//! would run its programs for each of them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::super::budget::Budget;
use super::probe::{Outcome, Script};
use crate::expr::code::{Fault, FaultKind};
use crate::source::Span;
use crate::value::Value;

/// Time for all programs of a compilation; real ones need some milliseconds.
const TOGETHER: Duration = Duration::from_secs(5);

/// The most results that are kept for one program.
const KEPT: usize = 64;

/// What programs gave so far, and how long they took.
#[derive(Debug, Default)]
pub struct Programs {
    known: RefCell<BTreeMap<Span, Vec<Run>>>,
    spent: Cell<Duration>,
    budget: Budget,
}

/// One program with some parameters.
#[derive(Debug)]
struct Run {
    params: Vec<(String, Value)>,
    outcome: Outcome,
}

impl Programs {
    /// None was run yet, in a compilation that may take so much.
    pub fn within(budget: Budget) -> Self {
        Self { budget, ..Self::default() }
    }

    /// What the compilation may still take.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// What a program gives; run only where that is not known yet.
    pub(super) fn outcome(&self, script: &Script<'_>) -> Outcome {
        if let Some(known) = self.known(script) {
            return known;
        }
        if self.spent.get() >= TOGETHER {
            let seconds = TOGETHER.as_secs();
            let message =
                format!("the programs of this project take longer than {seconds} s together, or give too much");
            return Outcome::Fault(Fault::new(FaultKind::Limit, 0..script.text.len(), message));
        }
        let begin = Instant::now();
        let mut outcome = script.outcome();
        self.spent.set(self.spent.get() + begin.elapsed());
        if let Outcome::Gave(value) = &outcome
            && !self.budget.give(value)
        {
            let message = "the programs of this project give more than 8 MiB together".to_owned();
            outcome = Outcome::Fault(Fault::new(FaultKind::Limit, 0..script.text.len(), message));
            self.spent.set(TOGETHER);
        }
        let mut known = self.known.borrow_mut();
        let runs = known.entry(script.span).or_default();
        if runs.len() < KEPT {
            runs.push(Run { params: script.params.to_vec(), outcome: outcome.clone() });
        }
        outcome
    }

    fn known(&self, script: &Script<'_>) -> Option<Outcome> {
        let known = self.known.borrow();
        let same = |run: &&Run| run.params == script.params;
        known.get(&script.span)?.iter().find(same).map(|run| run.outcome.clone())
    }
}
