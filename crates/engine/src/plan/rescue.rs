//! What brings an old container back when the one that should replace it fails.

use super::judge::{Judged, is_up};
use super::{Action, ObservedContainer, State, description, labels};

/// Seconds to stop for a container whose label does not say.
const STOP_SECONDS: u32 = 10;

/// What brings an old container back: the new one goes, the old one takes its name and runs as it did.
pub(super) fn back(judged: &Judged, old: &ObservedContainer) -> Vec<Action> {
    let name = &judged.want.name;
    let mut actions = vec![
        Action::Stop { container: name.clone(), seconds: judged.want.container.stop_seconds },
        Action::RemoveContainer { container: name.clone() },
    ];
    actions.extend(back_to(name, old));
    actions
}

/// The old container takes its name again and runs as it did.
pub(super) fn back_to(name: &str, old: &ObservedContainer) -> Vec<Action> {
    let mut actions = vec![Action::Rename { container: old.engine_id.clone(), to: name.to_owned() }];
    if is_up(old) || old.state == State::Stopping {
        actions.push(Action::Start { container: old.engine_id.clone() });
    }
    actions
}

/// Stops a container of the engine, with the time that it was made with.
pub(super) fn stop_action(seen: &ObservedContainer) -> Action {
    let described = seen.labels.get(labels::CONFIG).and_then(|label| description::stop_seconds(label));
    Action::Stop { container: seen.engine_id.clone(), seconds: described.unwrap_or(STOP_SECONDS) }
}
