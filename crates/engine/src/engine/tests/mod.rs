//! Plans walked on the engine in memory.

#![allow(clippy::unwrap_used, reason = "tests")]

mod convergence;
mod programs;
mod suite;
mod walking;

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::watch;

use super::memory::MemoryEngine;
use super::{Engine, Event, Execution, Report, SecretSource, execute};
use crate::plan::sample::Sample;
use crate::plan::{Plan, Planned, Teardown, teardown};

/// The secrets of a sample.
struct Known(BTreeMap<String, String>);

impl SecretSource for Known {
    fn reveal(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// No pauses, and little patience.
fn quick() -> Execution {
    Execution {
        ready_within: Duration::from_millis(5),
        exit_within: Some(Duration::from_millis(5)),
        pauses: vec![Duration::ZERO; 3],
        ..Execution::default()
    }
}

/// An engine that has the images of a sample.
fn engine_for(sample: &Sample) -> MemoryEngine {
    let images = sample.request().images();
    MemoryEngine::with_images(&images.iter().map(String::as_str).collect::<Vec<_>>())
}

async fn plan(engine: &MemoryEngine, sample: &Sample) -> Planned {
    let request = sample.request();
    let observed =
        engine.observe(&request.project, &request.images(), &request.names(), &request.ports()).await.unwrap();
    sample.plan(&observed)
}

/// Does a plan; every move of its subjects is written down.
async fn walk(engine: &MemoryEngine, sample: &Sample, plan: &Plan) -> (Report, Vec<Event>) {
    let (_keep, cancel) = watch::channel(false);
    let mut events = Vec::new();
    let secrets = Known(sample.secrets.clone());
    let report = execute(engine, plan, &secrets, &quick(), cancel, &mut |event| events.push(event)).await;
    (report, events)
}

/// Plans and does it, if nothing stands in the way.
async fn run(engine: &MemoryEngine, sample: &Sample) -> Report {
    let planned = plan(engine, sample).await;
    assert_eq!(planned.obstacles, [], "obstacles");
    walk(engine, sample, &planned.plan).await.0
}

/// Takes the project down with its volumes.
async fn down(engine: &MemoryEngine, sample: &Sample) -> Report {
    let observed = engine.observe("pt-shop", &[], &[], &[]).await.unwrap();
    let plan = teardown("pt-shop", &observed, &Teardown { volumes: true, ..Teardown::default() });
    walk(engine, sample, &plan).await.0
}
