//! Which containers were asked to stop and have not ended yet.
//!
//! A list of containers calls them running, and whoever asked may be gone: killed, or a `docker stop` by hand. What the engine
//! remembers of the last events tells.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::StreamExt;
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use super::engine::DockerEngine;
use super::errors::doing;
use super::model::{Summary, nullable};
use super::target;
use crate::plan::{State, labels};

/// How long the events may take: an engine with a clock behind ours would wait until it has caught up.
const PATIENCE: Duration = Duration::from_millis(500);

/// More bytes than the few hundred events have that an engine keeps.
const LONGEST: usize = 4 << 20;

/// Something that happened to a container.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Event {
    action: String,
    #[serde(deserialize_with = "nullable")]
    actor: Actor,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Actor {
    #[serde(rename = "ID")]
    id: String,
    #[serde(rename = "Attributes", deserialize_with = "nullable")]
    attributes: BTreeMap<String, String>,
}

impl DockerEngine {
    /// Ids of those containers of a project that run, but were asked to stop.
    pub(super) async fn stopping(&self, project: &str, own: &[Summary]) -> BTreeSet<String> {
        let runs = |id: &str| own.iter().any(|summary| summary.id == id && summary.state() == State::Running);
        if !own.iter().any(|summary| summary.state() == State::Running) {
            return BTreeSet::new();
        }
        let mut stopping = BTreeSet::new();
        for (id, signal) in asked(&self.recent_events(project).await) {
            if runs(&id) && self.stops_at(&id, signal).await {
                stopping.insert(id);
            }
        }
        stopping
    }

    /// What the engine remembers; nothing where it does not say.
    async fn recent_events(&self, project: &str) -> Vec<u8> {
        let label = format!("{}={project}", labels::PROJECT);
        let filters =
            [("type", "container"), ("event", "kill"), ("event", "die"), ("event", "start"), ("label", &label)];
        let now = jiff::Timestamp::now();
        let until = format!("{}.{:09}", now.as_second(), now.subsec_nanosecond());
        let target = format!("{}&since=1&until={until}", target::filtered("/events", &filters));
        let mut stream = std::pin::pin!(self.client.stream(&target));
        let deadline = Instant::now() + PATIENCE;
        let mut bytes = Vec::new();
        while let Ok(Some(Ok(more))) = timeout_at(deadline, stream.next()).await {
            bytes.extend_from_slice(&more);
            if bytes.len() > LONGEST {
                break;
            }
        }
        bytes
    }

    /// Whether this signal is the one that asks a container to stop: others are how programs are told to read their files anew.
    async fn stops_at(&self, id: &str, signal: i32) -> bool {
        const KILL: i32 = 9;
        let found = self.inspect(id, &doing("look at a container")).await.ok().flatten();
        found.is_some_and(|found| {
            found.state() == State::Running && (signal == KILL || signal == number(&found.config.stop_signal))
        })
    }
}

/// The containers whose latest event is a signal, and that signal.
fn asked(events: &[u8]) -> BTreeMap<String, i32> {
    let mut asked = BTreeMap::new();
    for event in serde_json::Deserializer::from_slice(events).into_iter::<Event>().map_while(Result::ok) {
        let signal = event.actor.attributes.get("signal").and_then(|signal| signal.parse().ok());
        match signal.filter(|_| event.action == "kill") {
            Some(signal) => asked.insert(event.actor.id, signal),
            None => asked.remove(&event.actor.id),
        };
    }
    asked
}

/// The number of a signal from its name or number; of none, that which engines send.
fn number(signal: &str) -> i32 {
    const TERM: i32 = 15;
    let name = signal.trim().to_ascii_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    match name {
        "HUP" => 1,
        "INT" => 2,
        "QUIT" => 3,
        "KILL" => 9,
        "USR1" => 10,
        "USR2" => 12,
        "WINCH" => 28,
        "RTMIN+3" => 37,
        other => other.parse().unwrap_or(TERM),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn event(id: &str, action: &str, signal: Option<&str>) -> String {
        let attributes: BTreeMap<&str, &str> = signal.map(|signal| ("signal", signal)).into_iter().collect();
        serde_json::json!({"Type": "container", "Action": action, "Actor": {"ID": id, "Attributes": attributes}})
            .to_string()
    }

    #[test]
    fn only_a_signal_that_nothing_has_followed_is_still_being_obeyed() {
        let events = [
            event("a", "kill", Some("15")),
            event("b", "kill", Some("2")),
            event("c", "kill", Some("15")),
            event("b", "die", None),
            event("b", "start", None),
            event("c", "die", None),
        ];
        assert_eq!(asked(events.join("\n").as_bytes()), BTreeMap::from([("a".to_owned(), 15)]));
        assert_eq!(asked(b"{\"message\":\"no such call\"}"), BTreeMap::new());
    }

    #[test]
    fn signals_have_names_and_numbers() {
        for (signal, expected) in
            [("SIGINT", 2), ("quit", 3), ("", 15), ("SIGTERM", 15), ("28", 28), ("SIGRTMIN+3", 37)]
        {
            assert_eq!(number(signal), expected, "{signal}");
        }
    }
}
