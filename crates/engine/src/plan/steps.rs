//! Judgements to steps: the order in which one container is made, started, replaced or taken back.
//!
//! A replacement loses nothing: the old container makes room by taking another name, the new one is made, the old one
//! stops, the new one starts, and only when that is ready the old one goes. When a step in between fails, its rescue
//! brings the old one back; when `pt` is killed in between, the next plan sees both by their labels and goes on.

use std::collections::BTreeMap;

use super::container_request::container_request;
use super::graph::Graph;
use super::ground::Ground;
use super::initialised::{PasswordStep, login};
use super::judge::{Judged, Verdict, is_up, lives};
use super::ports::Assignment;
use super::rescue::{back, back_to, stop_action};
use super::{Action, Cause, Endpoints, ObservedContainer, Peer, PlanNode, Request, SecretPlacement, State, naming};
use crate::expand::{Condition, Readiness, Role};

/// Where a container has come to its end in the plan, for others to wait for.
struct Finish {
    /// The step after which it is ready, or has ended well.
    done: usize,
    /// The step after which it runs.
    started: usize,
    /// Name or id.
    container: String,
    /// Whether it is expected to end in this plan.
    ends: bool,
}

/// Adds the steps of containers to a graph.
pub(super) struct Weaver<'r, 'g> {
    pub request: &'r Request<'r>,
    pub graph: &'g mut Graph,
    pub ground: &'r Ground,
    pub assignment: &'r Assignment,
    peers: Vec<Peer>,
    finishes: BTreeMap<String, Vec<Finish>>,
    ends: BTreeMap<(String, u8), usize>,
    stops: BTreeMap<String, usize>,
    removals: BTreeMap<String, usize>,
}

/// Where the steps of one container start from.
struct Launch<'a> {
    /// Name or id.
    container: String,
    /// Where it was seen running.
    seen: Option<Endpoints>,
    /// What to do when it does not start or does not get ready.
    rescue: Vec<Action>,
    /// The container that it replaces, to remove once it is ready.
    old: Option<&'a ObservedContainer>,
}

impl<'r, 'g> Weaver<'r, 'g> {
    /// A weaver with nothing woven.
    pub fn new(
        request: &'r Request<'r>,
        graph: &'g mut Graph,
        ground: &'r Ground,
        assignment: &'r Assignment,
        peers: Vec<Peer>,
    ) -> Self {
        Self {
            request,
            graph,
            ground,
            assignment,
            peers,
            finishes: BTreeMap::new(),
            ends: BTreeMap::new(),
            stops: BTreeMap::new(),
            removals: BTreeMap::new(),
        }
    }

    /// Stops a container if it runs; the step that does it.
    pub fn stop(&mut self, subject: &str, seen: &ObservedContainer, after: &[usize]) -> Option<usize> {
        if !lives(seen) {
            return None;
        }
        if let Some(node) = self.stops.get(&seen.engine_id) {
            return Some(*node);
        }
        let node = PlanNode::new(subject, stop_action(seen)).after(after.iter().copied());
        let node = self.graph.push(node);
        self.stops.insert(seen.engine_id.clone(), node);
        Some(node)
    }

    /// Waits for the end of a container that was asked to stop before, such as by a command that was killed: only then it
    /// can be started.
    fn see_out(&mut self, judged: &Judged, seen: &ObservedContainer, after: &[usize]) -> Option<usize> {
        let stopping = seen.state == State::Stopping;
        stopping.then(|| self.stop(&judged.want.subject, seen, after)).flatten()
    }

    /// Stops and removes a container; the step that removes it.
    pub fn remove(&mut self, subject: &str, seen: &ObservedContainer, after: &[usize], because: Vec<Cause>) -> usize {
        let known = self.stops.contains_key(&seen.engine_id);
        let stop = self.stop(subject, seen, after);
        let action = Action::RemoveContainer { container: seen.engine_id.clone() };
        let mut node = PlanNode::new(subject, action).after(after.iter().copied()).after(stop);
        match stop {
            Some(stop) if !known => self.graph.explain(stop, because),
            _ => node = node.because(because),
        }
        let node = self.graph.push(node);
        self.removals.insert(seen.engine_id.clone(), node);
        node
    }

    /// The step that removes a container, if the plan does.
    pub fn removal(&self, engine_id: &str) -> Option<usize> {
        self.removals.get(engine_id).copied()
    }

    /// Adds the steps of one container.
    pub fn weave(&mut self, index: usize, judged: &Judged, password: Option<PasswordStep>) {
        let waits = self.waits(judged.want.id());
        match judged.verdict {
            Verdict::Absent => {}
            Verdict::Unneeded => {
                self.head(judged, Action::Keep, &[]);
            }
            Verdict::Keep { seen, finished } => self.keep(judged, seen, finished, password),
            Verdict::Start { seen } => {
                let mut held = self.before_start(index, judged, &waits);
                held.extend(self.see_out(judged, seen, &waits));
                self.start_again(judged, seen, &held, judged.because.clone(), password);
            }
            Verdict::Create | Verdict::Again => self.create(index, judged, &waits, password),
            Verdict::Replace { old } => self.replace(index, judged, old, &waits, password),
            Verdict::Restore { old } => self.restore(index, judged, old, &waits, password),
        }
    }

    fn keep(&mut self, judged: &Judged, seen: &ObservedContainer, finished: bool, password: Option<PasswordStep>) {
        let kept = self.head(judged, Action::Keep, &[]);
        let endpoints = Endpoints { address: seen.address.clone(), published: seen.published.clone() };
        let launch = Launch { container: seen.engine_id.clone(), seen: Some(endpoints), rescue: Vec::new(), old: None };
        if finished {
            self.finish(judged, Finish { done: kept, started: kept, container: launch.container, ends: false });
            self.sweep(judged, kept);
        } else {
            let steady = seen.state == State::Running && judged.want.container.readiness == Readiness::Running;
            self.settle(judged, kept, launch, steady, password);
        }
    }

    /// Starts a container that is there under the right name.
    fn start_again(
        &mut self,
        judged: &Judged,
        seen: &ObservedContainer,
        after: &[usize],
        because: Vec<Cause>,
        password: Option<PasswordStep>,
    ) {
        let container = seen.engine_id.clone();
        let subject = &judged.want.subject;
        let mut after = after.to_vec();
        let mut because = Some(because);
        if !judged.want.secret_files.is_empty() {
            let placement = SecretPlacement {
                container: container.clone(),
                files: judged.want.secret_files.clone(),
                owner: judged.want.secret_owner(),
            };
            let place = PlanNode::new(subject, Action::PlaceSecrets(Box::new(placement))).after(after);
            after = vec![self.graph.push(place.because(because.take().unwrap_or_default()))];
        }
        let start = PlanNode::new(subject, Action::Start { container: container.clone() }).after(after);
        let start = self.graph.push(start.because(because.unwrap_or_default()));
        let launch = Launch { container, seen: None, rescue: Vec::new(), old: None };
        self.settle(judged, start, launch, false, password);
    }

    fn create(&mut self, index: usize, judged: &Judged, waits: &[usize], password: Option<PasswordStep>) {
        let subject = &judged.want.subject;
        // A job that is made again keeps its earlier container until what it waits for is there.
        let gate = if matches!(judged.verdict, Verdict::Again) { waits } else { &[] };
        let mut because = judged.because.clone();
        let mut cleared = self.ground.under(judged);
        for seen in &judged.discard {
            cleared.push(self.remove(subject, seen, gate, std::mem::take(&mut because)));
        }
        let action = Action::CreateContainer(Box::new(self.container_request(index, judged)));
        let made = self.graph.push(PlanNode::new(subject, action).after(cleared).because(because));
        let mut held = self.before_start(index, judged, waits);
        held.push(made);
        let container = judged.want.name.clone();
        let start = PlanNode::new(subject, Action::Start { container: container.clone() }).after(held);
        let start = self.graph.push(start);
        self.settle(judged, start, Launch { container, seen: None, rescue: Vec::new(), old: None }, false, password);
    }

    fn replace(
        &mut self,
        index: usize,
        judged: &Judged,
        old: &ObservedContainer,
        waits: &[usize],
        password: Option<PasswordStep>,
    ) {
        let (subject, name) = (&judged.want.subject, &judged.want.name);
        let mut because = Some(judged.because.clone());
        let mut cleared = self.ground.under(judged);
        // Nothing of the old one is touched before everything is there that the new one needs.
        cleared.extend(waits);
        let gate = cleared.clone();
        for seen in &judged.discard {
            cleared.push(self.remove(subject, seen, &gate, because.take().unwrap_or_default()));
        }
        if old.name == *name {
            let to = naming::old_name(name, &old.engine_id);
            let rename = PlanNode::new(subject, Action::Rename { container: old.engine_id.clone(), to });
            let rename = rename.after(cleared).because(because.take().unwrap_or_default());
            cleared = vec![self.graph.push(rename)];
        }
        let back = back(judged, old);
        let action = Action::CreateContainer(Box::new(self.container_request(index, judged)));
        let made = PlanNode::new(subject, action).after(cleared).because(because.unwrap_or_default());
        // Engines leave nothing half-made, and what else has the name now is not ours to remove.
        let made = self.graph.push(made.rescue(back_to(name, old)));
        let mut held = self.before_start(index, judged, waits);
        held.push(made);
        let early = self.stops.contains_key(&old.engine_id);
        if let Some(stopped) = self.stop(subject, old, &held) {
            // A stop that came before the new container was made has nothing to undo.
            if !early {
                self.graph.rescue(stopped, &back);
            }
            held.push(stopped);
        }
        let start = Action::Start { container: name.clone() };
        let start = self.graph.push(PlanNode::new(subject, start).after(held).rescue(back.clone()));
        let launch = Launch { container: name.clone(), seen: None, rescue: back, old: Some(old) };
        self.settle(judged, start, launch, false, password);
    }

    /// Gives a container its name back, and starts it if it was stopped already.
    fn restore(
        &mut self,
        index: usize,
        judged: &Judged,
        old: &ObservedContainer,
        waits: &[usize],
        password: Option<PasswordStep>,
    ) {
        let (subject, name) = (&judged.want.subject, &judged.want.name);
        let cleared: Vec<usize> =
            judged.discard.iter().map(|seen| self.remove(subject, seen, waits, Vec::new())).collect();
        let rename = Action::Rename { container: old.engine_id.clone(), to: name.clone() };
        let renamed = PlanNode::new(subject, rename).after(cleared).because(judged.because.clone());
        let renamed = self.graph.push(renamed);
        if is_up(old) {
            let endpoints = Endpoints { address: old.address.clone(), published: old.published.clone() };
            let container = old.engine_id.clone();
            let launch = Launch { container, seen: Some(endpoints), rescue: Vec::new(), old: None };
            self.settle(judged, renamed, launch, false, password);
        } else {
            let mut held = self.before_start(index, judged, waits);
            held.push(renamed);
            held.extend(self.see_out(judged, old, waits));
            self.start_again(judged, old, &held, Vec::new(), password);
        }
    }

    /// Waits until a started container is ready or done, applies its password, removes what it takes the place of.
    fn settle(
        &mut self,
        judged: &Judged,
        started: usize,
        launch: Launch,
        steady: bool,
        password: Option<PasswordStep>,
    ) {
        let container = launch.container.clone();
        let want = &judged.want;
        let ends = want.container.readiness == Readiness::Exit;
        let awaited = if ends {
            Some(Action::AwaitExit { container: container.clone(), condition: Condition::Success })
        } else if steady || (want.container.role == Role::Job && want.container.readiness == Readiness::Running) {
            None
        } else {
            // What was seen running has let us in before; what gets another password only does so afterwards.
            let logs_in = launch.seen.is_none() && password.is_none();
            let login = logs_in.then(|| login(want.container)).flatten();
            let readiness = want.container.readiness.clone();
            Some(Action::AwaitReady { container: container.clone(), readiness, seen: launch.seen, login })
        };
        let mut done = started;
        if let Some(action) = awaited {
            let node = PlanNode::new(&want.subject, action).after([started]).rescue(launch.rescue);
            done = self.graph.push(node);
        }
        if let Some(old) = launch.old {
            self.remove(&want.subject, old, &[done], Vec::new());
        }
        self.sweep(judged, done);
        let done = password.map_or(done, |step| self.apply_password(judged, done, &container, step));
        self.finish(judged, Finish { done, started, container, ends: want.container.role == Role::Job });
    }

    fn apply_password(&mut self, judged: &Judged, ready: usize, container: &str, mut step: PasswordStep) -> usize {
        let subject = &judged.want.subject;
        container.clone_into(&mut step.change.container);
        let alter = PlanNode::new(subject, Action::AlterPassword(Box::new(step.change))).after([ready]);
        let altered = self.graph.push(alter);
        let marked = self.graph.push(PlanNode::new(subject, Action::CreateVolume(step.mark)).after([altered]));
        for name in step.outdated {
            self.graph.push(PlanNode::new(subject, Action::RemoveVolume { name }).after([marked]));
        }
        marked
    }

    /// Removes what is left of earlier, interrupted changes.
    fn sweep(&mut self, judged: &Judged, done: usize) {
        for seen in &judged.leftover {
            self.remove(&seen.name, seen, &[done], vec![Cause::Interrupted]);
        }
    }

    /// What has to be so before a container starts: what it waits for is ready, nobody else has its data or its ports.
    fn before_start(&mut self, index: usize, judged: &Judged, waits: &[usize]) -> Vec<usize> {
        let mut held = waits.to_vec();
        for seen in &judged.leftover {
            held.extend(self.stop(&seen.name, seen, waits));
        }
        let holders = self.assignment.waits.get(&index).into_iter().flatten();
        held.extend(holders.filter_map(|holder| self.stops.get(holder)));
        held
    }

    /// The steps after which everything that a container waits for has come to its condition.
    fn waits(&mut self, id: &str) -> Vec<usize> {
        let mut waits = Vec::new();
        for edge in self.request.program.after.iter().filter(|edge| edge.container == id) {
            let Some(finishes) = self.finishes.get(&edge.waits_for) else { continue };
            for finish in finishes {
                if !finish.ends || edge.condition == Condition::Success {
                    waits.push(finish.done);
                    continue;
                }
                let key = (finish.container.clone(), edge.condition as u8);
                let node = *self.ends.entry(key).or_insert_with(|| {
                    let container = finish.container.clone();
                    let action = Action::AwaitExit { container, condition: edge.condition };
                    self.graph.push(PlanNode::new(&edge.waits_for, action).after([finish.started]))
                });
                waits.push(node);
            }
        }
        waits
    }

    fn head(&mut self, judged: &Judged, action: Action, after: &[usize]) -> usize {
        let node = PlanNode::new(&judged.want.subject, action).after(after.iter().copied());
        self.graph.push(node.because(judged.because.clone()))
    }

    fn finish(&mut self, judged: &Judged, finish: Finish) {
        self.finishes.entry(judged.want.id().to_owned()).or_default().push(finish);
    }

    fn container_request(&self, index: usize, judged: &Judged) -> super::ContainerRequest {
        let none = Vec::new();
        let ports = self.assignment.bindings.get(index).unwrap_or(&none);
        container_request(self.request, &judged.want, ports, &self.peers)
    }
}
