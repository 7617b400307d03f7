//! Containers that have ended and are about to run again, because somebody restarts or replaces them: whoever watches them
//! goes on watching.

use std::time::{Duration, Instant};

use super::lock::ProjectLock;
use crate::engine::Engine;
use crate::plan::{Observed, ObservedContainer, State};

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(200);

/// How long a container may be down between its two lives when somebody restarts it by hand.
const PAUSE: Duration = Duration::from_secs(1);

/// Waits until a container runs again, for as long as somebody works on the project, a little longer, and for as long as
/// `patient` says. Its name then; `None` when it stays down.
pub async fn revived<E: Engine>(
    engine: &E,
    project: &str,
    is_it: impl Fn(&ObservedContainer) -> bool,
    patient: impl Fn() -> bool,
) -> Option<String> {
    let mut calm = Instant::now();
    loop {
        // Asked before the look: what is done under the lock is seen when it is free.
        let busy = ProjectLock::is_held(project);
        let observed = engine.observe(project, &[], &[], &[]).await.ok()?;
        if let Some(name) = running(&observed, &is_it) {
            return Some(name);
        }
        if busy || patient() {
            calm = Instant::now();
        }
        let gone = !observed.containers.iter().any(&is_it);
        if !busy && !patient() && (gone || calm.elapsed() > PAUSE) {
            return None;
        }
        // Nobody is at work: who may come back some time is asked for less often.
        tokio::time::sleep(if !busy && patient() { PAUSE } else { LOOK }).await;
    }
}

fn running(observed: &Observed, is_it: impl Fn(&ObservedContainer) -> bool) -> Option<String> {
    let mut running = observed.containers.iter().filter(|seen| {
        is_it(seen) && matches!(seen.state, State::Running | State::Restarting | State::Paused | State::Stopping)
    });
    running.next().map(|seen| seen.name.clone())
}
