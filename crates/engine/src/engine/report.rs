//! What is said while a plan is done, and what has come of it.

use super::{EngineError, Failure, Outcome, ProgressEvent};
use crate::plan::Plan;

/// One subject of a plan has moved on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The row of the plan.
    pub subject: String,
    /// Where it stands now.
    pub state: EventState,
}

/// Where a subject stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventState {
    /// It waits for these subjects.
    Waiting(Vec<String>),
    /// Something is being done; the word for it, such as `starting`.
    Working(&'static str),
    /// What is being done takes time and has moved on.
    Progress(ProgressEvent),
    /// All is done; the word for it, such as `ready`.
    Done(&'static str),
    /// A step failed; the error in one line.
    Failed(String),
    /// Nothing more is done for it, because of this subject.
    Skipped(String),
    /// Nothing is done for it, because what it waits for turned out the other way.
    Unneeded,
    /// What worked before works again, after a failure.
    Rescued,
}

/// What has come of one step.
#[derive(Debug)]
pub enum Ending {
    /// It is done.
    Done(Outcome),
    /// It failed.
    Failed(EngineError),
    /// It was not begun, because of this step.
    Skipped(usize),
    /// It was not begun and is not missed: what it waits for turned out the other way.
    Unneeded,
    /// It was not begun, or no longer waited for: the user said stop.
    Cancelled,
}

impl Ending {
    /// Whether steps after it may be done.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }
}

/// What has come of a plan.
#[derive(Debug, Default)]
pub struct Report {
    /// What has come of each step, by its index.
    pub endings: Vec<Ending>,
    /// What went wrong without keeping anything from being done.
    pub warnings: Vec<String>,
    /// Subjects for which what worked before works again.
    pub rescued: Vec<String>,
}

impl Report {
    /// Whether everything was done that has to be.
    pub fn is_success(&self) -> bool {
        self.endings.iter().all(|ending| matches!(ending, Ending::Done(_) | Ending::Unneeded))
    }

    /// Whether the user said stop before it was done.
    pub fn is_cancelled(&self) -> bool {
        self.endings.iter().any(|ending| matches!(ending, Ending::Cancelled))
    }

    /// Every failure, with the index of its step, in the plan's order.
    pub fn failures(&self) -> impl Iterator<Item = (usize, &EngineError)> {
        self.endings.iter().enumerate().filter_map(|(index, ending)| match ending {
            Ending::Failed(error) => Some((index, error)),
            _ => None,
        })
    }

    /// Subjects for which nothing was done because another one failed: `(subject, the one that failed)`.
    pub fn skipped<'a>(&self, plan: &'a Plan) -> Vec<(&'a str, &'a str)> {
        let mut skipped: Vec<(&str, &str)> = Vec::new();
        for (index, ending) in self.endings.iter().enumerate() {
            let Ending::Skipped(cause) = ending else { continue };
            let (Some(node), Some(cause)) = (plan.nodes.get(index), plan.nodes.get(*cause)) else { continue };
            let pair = (node.subject.as_str(), cause.subject.as_str());
            if pair.0 != pair.1 && !skipped.contains(&pair) {
                skipped.push(pair);
            }
        }
        skipped
    }

    /// Whether the engine went away.
    pub fn is_unreachable(&self) -> bool {
        self.failures().any(|(_, error)| matches!(error.failure, Failure::Unreachable(_)))
    }
}
