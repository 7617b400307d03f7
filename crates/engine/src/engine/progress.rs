//! Steps to the moves of their subjects: what a progress display shows, a line for each change of state.

use super::{Ending, Event, EventState};
use crate::plan::{Action, Change, Plan};

/// Follows the subjects of a plan and tells their moves, each once.
pub(super) struct Board<'a> {
    plan: &'a Plan,
    rows: Vec<Subject<'a>>,
    /// The row of each step.
    row_of: Vec<usize>,
    sink: &'a mut (dyn FnMut(Event) + Send),
}

struct Subject<'a> {
    name: &'a str,
    /// The word for its good end.
    done: &'static str,
    nodes: Vec<usize>,
    last: Option<EventState>,
}

impl<'a> Board<'a> {
    pub fn new(plan: &'a Plan, sink: &'a mut (dyn FnMut(Event) + Send)) -> Self {
        let mut rows: Vec<Subject> = Vec::new();
        let mut row_of = Vec::new();
        for (index, node) in plan.nodes.iter().enumerate() {
            let known = rows.iter().position(|row| row.name == node.subject);
            let row = known.unwrap_or_else(|| {
                rows.push(Subject { name: &node.subject, done: "done", nodes: Vec::new(), last: None });
                rows.len() - 1
            });
            rows[row].nodes.push(index);
            row_of.push(row);
        }
        for (row, described) in rows.iter_mut().zip(plan.rows()) {
            row.done = done_word(plan, &row.nodes, described.change);
        }
        Self { plan, rows, row_of, sink }
    }

    /// A step begins.
    pub fn begin(&mut self, index: usize) {
        let action = &self.plan.nodes[index].action;
        // What ran before is looked at in no time, and the mark of a password is made along with it.
        let quiet = match action {
            Action::AwaitReady { seen, .. } => seen.is_some(),
            Action::CreateVolume(_) | Action::RemoveVolume { .. } => self.changes_password(index),
            _ => false,
        };
        if let Some(word) = working_word(action).filter(|_| !quiet) {
            self.tell(index, EventState::Working(word));
        }
    }

    fn changes_password(&self, index: usize) -> bool {
        let mut nodes = self.rows[self.row_of[index]].nodes.iter();
        nodes.any(|node| matches!(self.plan.nodes[*node].action, Action::AlterPassword(_)))
    }

    /// A step is not begun any more.
    pub fn left_out(&mut self, index: usize, ending: &Ending) {
        match ending {
            Ending::Skipped(cause) => {
                let cause = self.plan.nodes[*cause].subject.clone();
                if cause != self.plan.nodes[index].subject {
                    self.tell(index, EventState::Skipped(cause));
                }
            }
            Ending::Unneeded => self.tell(index, EventState::Unneeded),
            Ending::Done(_) | Ending::Failed(_) | Ending::Cancelled => {}
        }
    }

    /// A step is over.
    pub fn end(&mut self, index: usize, endings: &[Option<Ending>], rescued: bool) {
        let row = self.row_of[index];
        if let Some(Ending::Failed(error)) = &endings[index] {
            self.tell(index, EventState::Failed(error.failure.to_string()));
        }
        if rescued {
            self.tell(index, EventState::Rescued);
        }
        let good = |node: &usize| matches!(endings[*node], Some(Ending::Done(_) | Ending::Unneeded));
        if self.rows[row].nodes.iter().all(good) {
            self.tell(index, EventState::Done(self.rows[row].done));
        }
    }

    /// Tells of subjects that wait for others, now that these steps have begun and those are over.
    pub fn waits(&mut self, begun: &[bool], is_over: impl Fn(usize) -> bool) {
        for row in 0..self.rows.len() {
            let nodes = self.rows[row].nodes.as_slice();
            if nodes.iter().any(|node| begun[*node] && !is_over(*node)) {
                continue;
            }
            let Some(next) = nodes.iter().copied().find(|node| !begun[*node] && !is_over(*node)) else { continue };
            let node = &self.plan.nodes[next];
            let mut on: Vec<String> = Vec::new();
            for before in node.after.iter().chain(&node.following).filter(|before| !is_over(**before)) {
                let before = &self.plan.nodes[*before];
                // The ground is made in no time; nobody wants to read of it.
                let ground = matches!(before.action, Action::CreateNetwork(_) | Action::CreateVolume(_));
                if before.subject != node.subject && !ground && !on.contains(&before.subject) {
                    on.push(before.subject.clone());
                }
            }
            if !on.is_empty() {
                self.tell(next, EventState::Waiting(on));
            }
        }
    }

    /// Tells a move of a step's subject, unless it was the last one told.
    pub fn tell(&mut self, index: usize, state: EventState) {
        let row = &mut self.rows[self.row_of[index]];
        if row.last.as_ref() == Some(&state) {
            return;
        }
        row.last = Some(state.clone());
        (self.sink)(Event { subject: row.name.to_owned(), state });
    }
}

fn working_word(action: &Action) -> Option<&'static str> {
    match action {
        Action::Keep => None,
        Action::Pull { .. } => Some("pulling"),
        Action::CreateNetwork(_) | Action::CreateVolume(_) | Action::CreateContainer(_) => Some("creating"),
        Action::Rename { .. } => Some("making room"),
        Action::PlaceSecrets(_) | Action::Start { .. } => Some("starting"),
        Action::Stop { .. } => Some("stopping"),
        Action::RemoveContainer { .. } | Action::RemoveVolume { .. } | Action::RemoveNetwork { .. } => Some("removing"),
        Action::AwaitReady { .. } => Some("getting ready"),
        Action::AwaitExit { .. } => Some("running"),
        Action::AlterPassword(_) => Some("changing the password"),
    }
}

fn done_word(plan: &Plan, nodes: &[usize], change: Change) -> &'static str {
    let has = |wanted: fn(&Action) -> bool| nodes.iter().any(|node| wanted(&plan.nodes[*node].action));
    match change {
        Change::Pull => "pulled",
        Change::Stop => "stopped",
        Change::Remove => "removed",
        Change::Keep if has(|action| matches!(action, Action::AwaitExit { .. })) => "done",
        Change::Keep => "unchanged",
        _ if has(|action| matches!(action, Action::AwaitExit { .. })) => "done",
        _ if has(|action| matches!(action, Action::AwaitReady { .. })) => "ready",
        _ if has(|action| matches!(action, Action::Start { .. })) => "started",
        _ => "created",
    }
}
