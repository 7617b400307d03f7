//! What has to happen to one container, judged by what the engine holds of it.

use super::want::Want;
use super::{Cause, Observed, ObservedContainer, Request, State, difference, labels};
use crate::expand::{Create, Expose, HostPort, Role};

/// A wanted container and the judgement on it.
pub(super) struct Judged<'a> {
    /// What is wanted.
    pub want: Want<'a>,
    /// What has to happen.
    pub verdict: Verdict<'a>,
    /// Why.
    pub because: Vec<Cause>,
    /// Containers that are removed before anything else: of no use, or never started.
    pub discard: Vec<&'a ObservedContainer>,
    /// Other containers of the same replica: stopped before the start, removed once it is ready.
    pub leftover: Vec<&'a ObservedContainer>,
    /// In which keys a container differs that is kept nevertheless.
    pub drift: Vec<Cause>,
}

/// What has to happen to a container.
pub(super) enum Verdict<'a> {
    /// Nothing; `finished` for a job that has ended well.
    Keep { seen: &'a ObservedContainer, finished: bool },
    /// It is there, but does not run.
    Start { seen: &'a ObservedContainer },
    /// There is none.
    Create,
    /// There is another one, which has to be there until the new one is ready.
    Replace { old: &'a ObservedContainer },
    /// It is a job: the earlier one goes first, for there is nothing to lose.
    Again,
    /// The right one has made room for another one: it comes back.
    Restore { old: &'a ObservedContainer },
    /// What it waits for cannot come to pass any more.
    Unneeded,
    /// It has to be there and is not.
    Absent,
}

impl Judged<'_> {
    /// Whether the plan starts it.
    pub fn will_start(&self) -> bool {
        match self.verdict {
            Verdict::Keep { .. } | Verdict::Unneeded | Verdict::Absent => false,
            Verdict::Restore { old } => !is_up(old),
            Verdict::Start { .. } | Verdict::Create | Verdict::Replace { .. } | Verdict::Again => true,
        }
    }

    /// Whether it is a job that has ended well and stays so.
    pub fn is_finished(&self) -> bool {
        matches!(self.verdict, Verdict::Keep { finished: true, .. })
    }

    /// Engine ids of the containers that are stopped or removed for it.
    pub fn stopping(&self) -> impl Iterator<Item = &str> {
        let old = match self.verdict {
            Verdict::Replace { old } => Some(old),
            _ => None,
        };
        self.discard.iter().chain(&self.leftover).copied().chain(old).map(|seen| seen.engine_id.as_str())
    }
}

/// Whether its process lives and is to go on.
pub(super) fn is_up(seen: &ObservedContainer) -> bool {
    matches!(seen.state, State::Running | State::Restarting)
}

/// Whether it has a process, whatever that is doing: nobody else can have its data and its ports.
pub(super) fn lives(seen: &ObservedContainer) -> bool {
    is_up(seen) || matches!(seen.state, State::Paused | State::Stopping)
}

/// Whether it ran at some time and was not given up: one that was only made may lack its files.
fn has_run(seen: &ObservedContainer) -> bool {
    !matches!(seen.state, State::Created | State::Dead)
}

/// Judges one container. `network` is the engine's id of the project's network, if it is there.
pub(super) fn judge<'a>(
    request: &Request,
    observed: &'a Observed,
    network: Option<&str>,
    want: Want<'a>,
) -> Judged<'a> {
    let bench = Bench { request, observed, network };
    let mut seen: Vec<&ObservedContainer> = observed.containers.iter().filter(|seen| want.is(seen)).collect();
    seen.sort_by(|one, other| (&one.name, &one.engine_id).cmp(&(&other.name, &other.engine_id)));
    let (kept, discard): (Vec<_>, Vec<_>) = seen.into_iter().partition(|seen| has_run(seen));
    let position = kept.iter().position(|seen| seen.name == want.name);
    let mut leftover = kept;
    let canonical = position.map(|position| leftover.remove(position));
    let mut judged =
        Judged { want, verdict: Verdict::Create, because: Vec::new(), discard, leftover, drift: Vec::new() };
    match (judged.want.container.role, canonical) {
        (Role::Service, Some(seen)) => bench.service(&mut judged, seen),
        (Role::Job, Some(seen)) => bench.job(&mut judged, seen),
        (_, None) => bench.missing(&mut judged),
    }
    judged
}

struct Bench<'r, 'a> {
    request: &'r Request<'r>,
    observed: &'a Observed,
    network: Option<&'r str>,
}

impl<'a> Bench<'_, 'a> {
    /// No container of the right name has ever run.
    fn missing(&self, judged: &mut Judged<'a>) {
        judged.because = match (judged.discard.is_empty(), judged.leftover.is_empty()) {
            (true, true) => vec![Cause::Missing],
            _ => vec![Cause::Interrupted],
        };
        if judged.want.container.create == Create::Never && judged.leftover.is_empty() {
            judged.verdict = Verdict::Absent;
        } else if judged.want.container.role == Role::Job {
            judged.discard.append(&mut judged.leftover);
            judged.verdict = if judged.discard.is_empty() { Verdict::Create } else { Verdict::Again };
        } else if !self.restore(judged) && !judged.leftover.is_empty() {
            judged.verdict = Verdict::Replace { old: judged.leftover.remove(0) };
        }
    }

    fn service(&self, judged: &mut Judged<'a>, seen: &'a ObservedContainer) {
        let causes = self.differences(&judged.want, seen);
        if causes.is_empty() || self.keeps(&judged.want) {
            judged.drift = causes;
            self.keep_or_start(judged, seen);
            return;
        }
        if judged.leftover.is_empty() {
            judged.because = causes;
            judged.verdict = Verdict::Replace { old: seen };
            return;
        }
        // Both are there: the one of the right name was never known to be ready.
        judged.discard.push(seen);
        if self.restore(judged) {
            judged.because = vec![Cause::Interrupted];
        } else if is_up(seen) {
            judged.discard.pop();
            judged.because = causes;
            judged.verdict = Verdict::Replace { old: seen };
        } else {
            judged.because = causes;
            judged.verdict = Verdict::Replace { old: judged.leftover.remove(0) };
        }
    }

    fn keep_or_start(&self, judged: &mut Judged<'a>, seen: &'a ObservedContainer) {
        if is_up(seen) {
            judged.verdict = Verdict::Keep { seen, finished: false };
        } else if let Some(cause) = self.lost_port(&judged.want, seen) {
            judged.because = vec![cause];
            judged.verdict = Verdict::Replace { old: seen };
        } else {
            judged.because = vec![Cause::NotRunning(state_words(seen.state))];
            judged.verdict = Verdict::Start { seen };
        }
    }

    fn job(&self, judged: &mut Judged<'a>, seen: &'a ObservedContainer) {
        let asked = self.request.rerun.contains(judged.want.id()) && !self.is_settled(&judged.want);
        let differences = self.differences(&judged.want, seen);
        let keeps = self.keeps(&judged.want);
        let because = match seen.state {
            _ if asked => vec![Cause::Asked],
            _ if !differences.is_empty() && !keeps => differences,
            State::Exited(0) => {
                judged.because = vec![Cause::Finished];
                judged.drift = differences;
                judged.verdict = Verdict::Keep { seen, finished: true };
                return;
            }
            State::Running | State::Restarting => {
                judged.drift = differences;
                judged.verdict = Verdict::Keep { seen, finished: false };
                return;
            }
            state => vec![Cause::NotRunning(state_words(state))],
        };
        judged.because = because;
        if keeps {
            judged.verdict = Verdict::Start { seen };
            return;
        }
        judged.discard.push(seen);
        judged.discard.append(&mut judged.leftover);
        judged.verdict = Verdict::Again;
    }

    /// Takes back a container that made room and is the right one.
    fn restore(&self, judged: &mut Judged<'a>) -> bool {
        let right = judged.leftover.iter().position(|seen| self.differences(&judged.want, seen).is_empty());
        let Some(position) = right else { return false };
        judged.verdict = Verdict::Restore { old: judged.leftover.remove(position) };
        true
    }

    /// Whether a container stays although it differs.
    fn keeps(&self, want: &Want) -> bool {
        match want.container.create {
            Create::Always => self.request.options.no_recreate,
            Create::WhenMissing => !self.request.options.force_recreate,
            Create::Never => true,
        }
    }

    /// In what a container differs from what is wanted, or why it is replaced all the same.
    fn differences(&self, want: &Want, seen: &ObservedContainer) -> Vec<Cause> {
        let mut causes = Vec::new();
        if !want.describes(seen) {
            let before = seen.labels.get(labels::CONFIG).map(String::as_str);
            causes = difference::causes(before, &want.description, want.container);
        }
        let image = self.observed.images.get(&want.container.image.value);
        let same_reference = !causes.iter().any(|cause| matches!(cause, Cause::Changed { key, .. } if key == "image"));
        if same_reference && image.is_some_and(|image| *image != seen.image_id) {
            causes.push(Cause::ImageMoved);
        }
        if seen.network.is_some() && seen.network.as_deref() != self.network {
            causes.push(Cause::Changed { key: "network".to_owned(), before: None, after: None });
        }
        if causes.is_empty() && self.request.options.force_recreate && !self.is_settled(want) {
            causes.push(Cause::Forced);
        }
        causes
    }

    /// Whether an earlier stage of the same run did already what was asked for it.
    fn is_settled(&self, want: &Want) -> bool {
        self.request.settled.contains(want.id())
    }

    /// A preferred port that the container was made with and that somebody else holds by now.
    fn lost_port(&self, want: &Want, seen: &ObservedContainer) -> Option<Cause> {
        let made_with: Vec<u16> =
            seen.labels.get(labels::PORTS)?.split(',').filter_map(|port| port.parse().ok()).collect();
        let ports = want.container.services.iter().flat_map(|service| &service.ports);
        let mut preferred = ports.filter_map(|port| match port.expose {
            Expose::Host { port: HostPort::Preferred(host), .. } => Some(host),
            _ => None,
        });
        let lost = preferred.find(|port| made_with.contains(port) && self.observed.held_ports.contains_key(port))?;
        let holder = self.observed.held_ports.get(&lost).cloned();
        Some(Cause::Changed { key: format!("ports.{lost}"), before: Some("free".to_owned()), after: holder })
    }
}

/// A state in words.
pub(super) fn state_words(state: State) -> String {
    match state {
        State::Created => "never started".to_owned(),
        State::Running => "running".to_owned(),
        State::Restarting => "restarting".to_owned(),
        State::Paused => "paused".to_owned(),
        State::Stopping => "stopping".to_owned(),
        State::Exited(code) => format!("exited with {code}"),
        State::Dead => "dead".to_owned(),
    }
}
