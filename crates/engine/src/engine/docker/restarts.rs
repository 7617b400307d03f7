//! Whether a container stays up: one that starts and ends in turn is not running, whatever its state says.

use std::time::Duration;

use tokio::time::Instant;

use super::exit;
use super::model::Inspection;
use crate::engine::Failure;
use crate::plan::State;

/// How long a process has to run to be believed: one that ends at once is seen to.
const SETTLED: Duration = Duration::from_millis(60);

/// The same for one that the engine had to start again.
const SETTLED_AFTER_RESTART: Duration = Duration::from_secs(2);

/// So many restarts within this time are a crash loop.
const CRASHES: u64 = 3;
const CRASHES_WITHIN: Duration = Duration::from_secs(60);

/// What is known of the restarts of a container.
pub(super) struct Restarts {
    count: u64,
    first: u64,
    since: Instant,
    running_since: Option<Instant>,
    looked: Instant,
    ended: Option<String>,
}

impl Restarts {
    /// From now on, after so many.
    pub(super) fn new(count: u64) -> Self {
        let now = Instant::now();
        Self { count, first: count, since: now, running_since: None, looked: now, ended: None }
    }

    /// Takes in a look at the container; `Some` when there is no hope.
    pub(super) fn look(&mut self, found: &Inspection) -> Option<Failure> {
        self.looked = Instant::now();
        let state = found.state();
        if state != State::Running || found.restart_count != self.count {
            self.running_since = None;
        }
        if state == State::Running {
            self.running_since.get_or_insert(self.looked);
        }
        self.count = found.restart_count;
        if state == State::Restarting {
            // once it runs again, the engine has forgotten how it ended
            self.ended = Some(exit::in_words(found));
        }
        let times = self.count.saturating_sub(self.first);
        if times >= CRASHES
            && self.since.elapsed() < CRASHES_WITHIN
            && let Some(ended) = &self.ended
        {
            return Some(Failure::Ended(format!("{ended}, {times} times in a row")));
        }
        if self.since.elapsed() >= CRASHES_WITHIN {
            (self.first, self.since) = (self.count, Instant::now());
        }
        match state {
            State::Exited(_) => Some(Failure::Ended(exit::in_words(found))),
            State::Dead => Some(Failure::Ended("the engine giving it up".to_owned())),
            State::Created => Some(Failure::Ended(format!("no start: {}", exit::not_started(found)))),
            State::Running | State::Restarting | State::Paused | State::Stopping => None,
        }
    }

    /// Whether it had run for long enough to be believed when it was last looked at.
    pub(super) fn is_settled(&self) -> bool {
        self.settles_in().is_zero()
    }

    /// How much longer it has to run.
    pub(super) fn settles_in(&self) -> Duration {
        let enough = if self.count == 0 { SETTLED } else { SETTLED_AFTER_RESTART };
        let run = self.running_since.map(|since| self.looked.duration_since(since));
        enough.saturating_sub(run.unwrap_or_default())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn look(restarts: &mut Restarts, status: &str, count: u64) -> Option<Failure> {
        let text = format!(r#"{{"State":{{"Status":"{status}","ExitCode":1}},"RestartCount":{count}}}"#);
        restarts.look(&serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn three_restarts_are_a_crash_loop() {
        let mut restarts = Restarts::new(1);
        assert_eq!(look(&mut restarts, "running", 1), None);
        assert_eq!(look(&mut restarts, "restarting", 3), None);
        assert!(!restarts.is_settled());
        let failure = Failure::Ended("exit code 1, 3 times in a row".to_owned());
        assert_eq!(look(&mut restarts, "restarting", 4), Some(failure));
    }

    #[test]
    fn an_end_is_a_failure_at_once() {
        let failure = look(&mut Restarts::new(0), "exited", 0);
        assert_eq!(failure, Some(Failure::Ended("exit code 1".to_owned())));
    }

    #[test]
    fn a_process_is_believed_after_a_while() {
        let mut restarts = Restarts::new(0);
        look(&mut restarts, "running", 0);
        assert!(!restarts.is_settled());
        restarts.running_since = Instant::now().checked_sub(SETTLED);
        assert!(!restarts.is_settled(), "believed without another look");
        look(&mut restarts, "running", 0);
        assert!(restarts.is_settled());
        look(&mut restarts, "running", 1);
        assert!(!restarts.is_settled());
    }
}
