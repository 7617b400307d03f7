//! Walks a plan: what can be done is begun, so many steps at a time, and what has come of each is told.
//!
//! It decides nothing. A step that fails is rescued as the plan says, and what comes after it is left; everything else
//! goes on. When the user says stop, steps that change something come to their end, waits are given up, and nothing
//! new is begun: what is there then is a state from which the next plan goes on.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{mpsc, watch};

use super::progress::Board;
use super::{Ending, Engine, EngineError, Event, EventState, Failure, Outcome, ProgressEvent, Report, SecretSource};
use crate::expand::Condition;
use crate::plan::{Action, Plan, PlanNode};

/// The longest that anything may take which is not a wait for a container.
const CALL: Duration = Duration::from_secs(600);

/// The longest that a job may take when nobody says how long: a year, which can still be added to a time.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// How a plan is walked.
#[derive(Debug, Clone)]
pub struct Execution {
    /// How many steps that make or start something are done at a time.
    pub starts: usize,
    /// How many steps that stop or remove something are done at a time.
    pub removals: usize,
    /// The longest that a container may take to get ready.
    pub ready_within: Duration,
    /// The longest that a job may take to end.
    pub exit_within: Option<Duration>,
    /// Pauses before another attempt to remove a network or volume: an engine lets go of them a little late.
    pub pauses: Vec<Duration>,
}

impl Default for Execution {
    fn default() -> Self {
        Self {
            starts: 4,
            removals: 8,
            ready_within: Duration::from_secs(60),
            exit_within: None,
            pauses: [100, 400, 1000].map(Duration::from_millis).to_vec(),
        }
    }
}

/// Does what a plan says. `cancel` turns true when the user says stop; `sink` hears of every move.
pub async fn execute<E: Engine>(
    engine: &E,
    plan: &Plan,
    secrets: &dyn SecretSource,
    options: &Execution,
    mut cancel: watch::Receiver<bool>,
    sink: &mut (dyn FnMut(Event) + Send),
) -> Report {
    let (progress, mut heard) = mpsc::unbounded_channel();
    let worker = Worker { engine, secrets, options, cancel: cancel.clone(), progress };
    let mut walk = Walk::new(plan, options, sink);
    let mut running = FuturesUnordered::new();
    loop {
        let stop = *cancel.borrow();
        for index in walk.begin(stop) {
            running.push(worker.step(index, &plan.nodes[index]));
        }
        if running.is_empty() {
            break;
        }
        tokio::select! {
            biased;
            Some((index, event)) = heard.recv() => walk.hear(index, event),
            Some(ended) = running.next() => walk.end(ended),
            () = said_stop(&mut cancel), if !stop => {}
        }
    }
    walk.into_report()
}

/// Comes back when the user has said stop; never when nobody can say so any more.
async fn said_stop(cancel: &mut watch::Receiver<bool>) {
    if cancel.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Which of the limits a step counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    Start,
    Pull,
    Remove,
    Wait,
}

fn lane(action: &Action) -> Lane {
    match action {
        Action::Keep | Action::AwaitReady { .. } | Action::AwaitExit { .. } => Lane::Wait,
        Action::Pull { .. } => Lane::Pull,
        Action::Stop { .. }
        | Action::RemoveContainer { .. }
        | Action::RemoveVolume { .. }
        | Action::RemoveNetwork { .. } => Lane::Remove,
        Action::CreateNetwork(_)
        | Action::CreateVolume(_)
        | Action::CreateContainer(_)
        | Action::Rename { .. }
        | Action::PlaceSecrets(_)
        | Action::Start { .. }
        | Action::AlterPassword(_) => Lane::Start,
    }
}

/// How many more steps may be begun.
struct Room {
    starts: usize,
    pulls: usize,
    removals: usize,
}

impl Room {
    /// Takes a place in a lane, if there is one left.
    fn take(&mut self, lane: Lane) -> bool {
        let left = match lane {
            Lane::Wait => return true,
            Lane::Start => &mut self.starts,
            Lane::Pull => &mut self.pulls,
            Lane::Remove => &mut self.removals,
        };
        let taken = *left > 0;
        *left = left.saturating_sub(1);
        taken
    }
}

/// A step that has come to its end.
struct Ended {
    index: usize,
    ending: Ending,
    rescue: Option<Result<(), EngineError>>,
}

/// Does single steps.
struct Worker<'a, E> {
    engine: &'a E,
    secrets: &'a dyn SecretSource,
    options: &'a Execution,
    cancel: watch::Receiver<bool>,
    progress: mpsc::UnboundedSender<(usize, ProgressEvent)>,
}

impl<E: Engine> Worker<'_, E> {
    /// One step with its attempts and, if it fails, its rescue.
    async fn step(&self, index: usize, node: &PlanNode) -> Ended {
        let ending = match &node.action {
            Action::Keep => Ending::Done(Outcome::Already),
            action if gives_up(action) => {
                let mut cancel = self.cancel.clone();
                tokio::select! {
                    result = self.attempt(index, action) => ending(action, result),
                    () = said_stop(&mut cancel) => Ending::Cancelled,
                }
            }
            action => ending(action, self.attempt(index, action).await),
        };
        let rescue = match &ending {
            Ending::Failed(error) => self.rescue(index, node, error).await,
            _ => None,
        };
        Ended { index, ending, rescue }
    }

    /// Does an action, again after a pause where engines are known to need one.
    async fn attempt(&self, index: usize, action: &Action) -> Result<Outcome, EngineError> {
        let mut result = self.apply(index, action).await;
        if matches!(action, Action::RemoveNetwork { .. } | Action::RemoveVolume { .. }) {
            for pause in &self.options.pauses {
                if result.is_ok() {
                    break;
                }
                tokio::time::sleep(*pause).await;
                result = self.apply(index, action).await;
            }
        }
        result
    }

    /// Brings back what ran before. What cannot be brought back whole is left for the next plan.
    async fn rescue(&self, index: usize, node: &PlanNode, error: &EngineError) -> Option<Result<(), EngineError>> {
        if node.rescue.is_empty() || matches!(error.failure, Failure::Unreachable(_)) {
            return None;
        }
        for action in &node.rescue {
            if let Err(error) = self.apply(index, action).await {
                return Some(Err(error));
            }
        }
        Some(Ok(()))
    }

    async fn apply(&self, index: usize, action: &Action) -> Result<Outcome, EngineError> {
        let deadline = match action {
            Action::AwaitReady { .. } => self.options.ready_within,
            Action::AwaitExit { .. } => self.options.exit_within.unwrap_or(FOREVER),
            _ => CALL,
        };
        let tell = |event| {
            // Nobody hears it only when the walk is over.
            let _ = self.progress.send((index, event));
        };
        self.engine.apply(action, self.secrets, deadline, &tell).await
    }
}

/// Whether an action can be given up half-way without changing anything.
fn gives_up(action: &Action) -> bool {
    matches!(action, Action::AwaitReady { .. } | Action::AwaitExit { .. } | Action::Pull { .. })
}

fn ending(action: &Action, result: Result<Outcome, EngineError>) -> Ending {
    match (action, result) {
        (_, Ok(outcome)) => Ending::Done(outcome),
        // A good end where a bad one was waited for: nothing failed.
        (Action::AwaitExit { condition: Condition::Failed, .. }, Err(error))
            if matches!(error.failure, Failure::Ended(_)) =>
        {
            Ending::Unneeded
        }
        (_, Err(error)) => Ending::Failed(error),
    }
}

/// Which steps are over, which run, and which can be begun.
struct Walk<'a> {
    plan: &'a Plan,
    options: &'a Execution,
    endings: Vec<Option<Ending>>,
    begun: Vec<bool>,
    report: Report,
    board: Board<'a>,
}

impl<'a> Walk<'a> {
    fn new(plan: &'a Plan, options: &'a Execution, sink: &'a mut (dyn FnMut(Event) + Send)) -> Self {
        let count = plan.nodes.len();
        Self {
            plan,
            options,
            endings: std::iter::repeat_with(|| None).take(count).collect(),
            begun: vec![false; count],
            report: Report::default(),
            board: Board::new(plan, sink),
        }
    }

    /// Steps to begin now, the first ones first.
    fn begin(&mut self, stop: bool) -> Vec<usize> {
        let mut begun = Vec::new();
        let mut room = self.room();
        for index in 0..self.plan.nodes.len() {
            if self.begun[index] || self.endings[index].is_some() {
                continue;
            }
            if let Some(ending) = self.left_out(index) {
                self.board.left_out(index, &ending);
                self.endings[index] = Some(ending);
            } else if !stop && self.is_due(index) && room.take(lane(&self.plan.nodes[index].action)) {
                self.begun[index] = true;
                self.board.begin(index);
                begun.push(index);
            }
        }
        self.board.waits(&self.begun, |index| self.endings[index].is_some());
        begun
    }

    /// Why a step will not be begun, if it is known by now.
    fn left_out(&self, index: usize) -> Option<Ending> {
        let mut unneeded = false;
        for before in &self.plan.nodes[index].after {
            match &self.endings[*before] {
                Some(Ending::Failed(_)) => return Some(Ending::Skipped(*before)),
                Some(Ending::Skipped(cause)) => return Some(Ending::Skipped(*cause)),
                Some(Ending::Cancelled) => return Some(Ending::Cancelled),
                Some(Ending::Unneeded) => unneeded = true,
                Some(Ending::Done(_)) | None => {}
            }
        }
        unneeded.then_some(Ending::Unneeded)
    }

    fn is_due(&self, index: usize) -> bool {
        let node = &self.plan.nodes[index];
        let done = |before: &usize| self.endings[*before].as_ref().is_some_and(Ending::is_done);
        node.after.iter().all(done) && node.following.iter().all(|before| self.endings[*before].is_some())
    }

    /// How many more steps of each lane may be begun.
    fn room(&self) -> Room {
        let mut room = Room {
            starts: self.options.starts.max(1),
            pulls: self.options.starts.max(1),
            removals: self.options.removals.max(1),
        };
        for (index, node) in self.plan.nodes.iter().enumerate() {
            if self.begun[index] && self.endings[index].is_none() {
                room.take(lane(&node.action));
            }
        }
        room
    }

    fn hear(&mut self, index: usize, event: ProgressEvent) {
        self.board.tell(index, EventState::Progress(event));
    }

    fn end(&mut self, mut ended: Ended) {
        let node = &self.plan.nodes[ended.index];
        if let (Action::RemoveNetwork { .. }, Ending::Failed(error)) = (&node.action, &ended.ending)
            && !matches!(error.failure, Failure::Unreachable(_))
        {
            // Engines keep endpoints of containers that are gone; that must not fail what is done otherwise.
            self.report.warnings.push(error.to_string());
            ended.ending = Ending::Done(Outcome::Already);
        }
        match ended.rescue {
            Some(Ok(())) => self.report.rescued.push(node.subject.clone()),
            Some(Err(ref error)) => {
                let subject = &node.subject;
                self.report
                    .warnings
                    .push(format!("what ran before for `{subject}` could not be brought back: {error}"));
            }
            None => {}
        }
        self.endings[ended.index] = Some(ended.ending);
        let rescued = matches!(ended.rescue, Some(Ok(())));
        self.board.end(ended.index, &self.endings, rescued);
    }

    fn into_report(mut self) -> Report {
        self.report.endings = self.endings.into_iter().map(|ending| ending.unwrap_or(Ending::Cancelled)).collect();
        self.report
    }
}
