//! Whatever happens, the next plan goes on from there: same names, same descriptions, nothing left over.

use super::programs::{Dice, changed, program};
use super::{down, engine_for, plan, run};
use crate::engine::memory::{Fault, MemoryEngine, World};
use crate::plan::sample::Sample;
use crate::plan::{ObservedNetwork, ObservedVolume, State, labels};

/// How many programs are tried.
const PROGRAMS: u64 = 30;

/// What has to be the same in the end: names, states and descriptions of our containers, names of volumes and networks.
fn shape(world: &World) -> Vec<String> {
    let label = |held: &crate::engine::memory::HeldContainer, name: &str| held.request.labels.get(name).cloned();
    let mut shape: Vec<String> = world
        .containers
        .iter()
        .map(|held| format!("{} {:?} {:?} {:?}", held.name, held.state, label(held, labels::SPEC), held.files))
        .chain(world.volumes.iter().map(|volume| format!("volume {}", volume.name)))
        .chain(world.networks.iter().map(|network| format!("network {}", network.name)))
        .collect();
    shape.sort();
    shape
}

/// What came of a whole run, and how many calls it took.
fn outcome(engine: &MemoryEngine) -> (Vec<String>, usize) {
    let world = engine.world();
    (shape(&world), world.calls)
}

/// Things of others, next to ours.
fn add_foreign(engine: &MemoryEngine) {
    let mut world = engine.world();
    world.volumes.push(ObservedVolume { name: "theirs".to_owned(), labels: [].into() });
    let labels = [(labels::PROJECT.to_owned(), "pt-theirs".to_owned())].into();
    world.networks.push(ObservedNetwork { engine_id: "theirs".to_owned(), name: "pt-theirs".to_owned(), labels });
}

fn foreign_is_there(world: &World) -> bool {
    world.volumes.iter().any(|volume| volume.name == "theirs")
        && world.networks.iter().any(|network| network.name == "pt-theirs")
}

/// An engine in which a sample runs, with things of others beside it.
async fn settled(sample: &Sample, next: &Sample) -> MemoryEngine {
    let engine = engine_for(sample);
    for image in next.request().images() {
        engine.world().images.entry(image).or_insert_with_key(|image| format!("id-of-{image}"));
    }
    add_foreign(&engine);
    let report = run(&engine, sample).await;
    assert!(report.is_success(), "{report:?}");
    engine
}

fn copy_of(engine: &MemoryEngine, fault: Option<Fault>) -> MemoryEngine {
    let copy = MemoryEngine::default();
    let mut world = engine.world().clone();
    (world.fault, world.calls) = (fault, 0);
    *copy.world() = world;
    copy
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    for seed in 0..PROGRAMS {
        let sample = program(&mut Dice::new(seed));
        let engine = settled(&sample, &sample).await;
        let planned = plan(&engine, &sample).await;
        assert!(planned.plan.is_empty(), "seed {seed}: {}", planned.plan);
        assert_eq!(engine.world().violations, Vec::<String>::new(), "seed {seed}");
    }
}

#[tokio::test]
async fn a_run_that_is_killed_anywhere_is_finished_by_the_next_one() {
    for seed in 0..PROGRAMS {
        let mut dice = Dice::new(seed);
        let before = program(&mut dice);
        let after = changed(&mut dice, &before);
        let engine = settled(&before, &after).await;
        let whole = copy_of(&engine, None);
        assert!(run(&whole, &after).await.is_success());
        let (wanted, calls) = outcome(&whole);
        for fault in (0..calls).flat_map(|call| [Fault::DeadFrom(call), Fault::LostFrom(call)]) {
            let killed = copy_of(&engine, Some(fault));
            assert!(!run(&killed, &after).await.is_success());
            finish(&killed, &after, &wanted, &format!("seed {seed}, {fault:?}")).await;
        }
    }
}

#[tokio::test]
async fn a_change_that_is_killed_anywhere_can_be_taken_back() {
    for seed in 0..PROGRAMS {
        let mut dice = Dice::new(seed);
        let mut before = program(&mut dice);
        let after = changed(&mut dice, &before);
        before.options.remove_orphans = true;
        let engine = settled(&before, &after).await;
        let there_and_back = copy_of(&engine, None);
        assert!(run(&there_and_back, &after).await.is_success());
        let calls = there_and_back.world().calls;
        assert!(run(&there_and_back, &before).await.is_success());
        let names = names(&there_and_back.world());
        for fault in (0..calls).flat_map(|call| [Fault::DeadFrom(call), Fault::LostFrom(call)]) {
            let killed = copy_of(&engine, Some(fault));
            let _ = run(&killed, &after).await;
            killed.world().fault = None;
            let context = format!("seed {seed}, {fault:?}");
            let report = run(&killed, &before).await;
            assert!(report.is_success(), "{context}: {report:?}");
            assert!(plan(&killed, &before).await.plan.is_empty(), "{context}");
            assert_eq!(self::names(&killed.world()), names, "{context}");
            assert_eq!(killed.world().violations, Vec::<String>::new(), "{context}");
        }
    }
}

#[tokio::test]
async fn a_first_run_that_is_killed_anywhere_is_finished_by_the_next_one() {
    for seed in 0..PROGRAMS {
        let sample = program(&mut Dice::new(seed));
        let empty = engine_for(&sample);
        add_foreign(&empty);
        let whole = copy_of(&empty, None);
        assert!(run(&whole, &sample).await.is_success());
        let (wanted, calls) = outcome(&whole);
        for fault in (0..calls).flat_map(|call| [Fault::DeadFrom(call), Fault::LostFrom(call)]) {
            let killed = copy_of(&empty, Some(fault));
            assert!(!run(&killed, &sample).await.is_success());
            finish(&killed, &sample, &wanted, &format!("seed {seed}, {fault:?}")).await;
        }
    }
}

#[tokio::test]
async fn one_refused_step_leaves_every_service_running_old_or_new() {
    for seed in 0..PROGRAMS {
        let mut dice = Dice::new(seed);
        let before = program(&mut dice);
        let after = changed(&mut dice, &before);
        let engine = settled(&before, &after).await;
        let whole = copy_of(&engine, None);
        assert!(run(&whole, &after).await.is_success());
        let (wanted, calls) = outcome(&whole);
        for call in 0..calls {
            let refused = copy_of(&engine, Some(Fault::Refuses(call)));
            let planned = plan(&refused, &after).await;
            let (report, _) = super::walk(&refused, &after, &planned.plan).await;
            let context = format!("seed {seed}, call {call}: {:?}", refused.world().history);
            for container in before.program.containers.values() {
                let id = &container.id.value;
                let stays = after.program.containers.contains_key(id);
                let serves = container.role == crate::expand::Role::Service;
                if stays && serves && !report.failures().any(|(step, _)| is_start_of(&planned.plan, step, id)) {
                    assert!(runs(&refused.world(), id), "{context}: `{id}` is down");
                }
            }
            finish(&refused, &after, &wanted, &context).await;
        }
    }
}

#[tokio::test]
async fn a_teardown_that_is_killed_anywhere_is_finished_by_the_next_one() {
    for seed in 0..PROGRAMS {
        let sample = program(&mut Dice::new(seed));
        let engine = settled(&sample, &sample).await;
        let whole = copy_of(&engine, None);
        assert!(down(&whole, &sample).await.is_success());
        let calls = whole.world().calls;
        for call in 0..calls {
            let killed = copy_of(&engine, Some(Fault::DeadFrom(call)));
            assert!(!down(&killed, &sample).await.is_success());
            killed.world().fault = None;
            let report = down(&killed, &sample).await;
            assert!(report.is_success(), "seed {seed}, call {call}: {report:?}");
            let world = killed.world();
            assert_eq!(shape(&world), ["network pt-theirs", "volume theirs"], "seed {seed}, call {call}");
        }
    }
}

/// Runs again without a fault and compares with what an undisturbed run gives.
async fn finish(engine: &MemoryEngine, sample: &Sample, wanted: &[String], context: &str) {
    engine.world().fault = None;
    let report = run(engine, sample).await;
    assert!(report.is_success(), "{context}: {report:?}");
    let planned = plan(engine, sample).await;
    assert!(planned.plan.is_empty(), "{context}: {}", planned.plan);
    let world = engine.world();
    assert_eq!(shape(&world), wanted, "{context}");
    assert_eq!(world.violations, Vec::<String>::new(), "{context}");
    assert!(foreign_is_there(&world), "{context}");
    assert!(!world.containers.iter().any(|held| held.name.contains(".old-")), "{context}");
}

fn names(world: &World) -> Vec<String> {
    world.states().into_iter().map(|(name, _)| name).collect()
}

fn runs(world: &World, id: &str) -> bool {
    world.containers.iter().any(|held| {
        held.state == State::Running && held.request.labels.get(labels::CONTAINER).is_some_and(|of| of == id)
    })
}

/// Whether a step is one of those that have nothing to go back to.
fn is_start_of(plan: &crate::plan::Plan, step: usize, id: &str) -> bool {
    let node = &plan.nodes[step];
    node.subject.starts_with(id) && node.rescue.is_empty()
}
