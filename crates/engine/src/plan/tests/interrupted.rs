//! What is left of a run that was cut off: finished or undone, down to the canonical names.

use insta::assert_snapshot;

use super::{shown, steps};
use crate::plan::sample::{Sample, job, service, variable};
use crate::plan::{Observed, ObservedContainer, ObservedNetwork, State, labels};
use crate::value::Text;

/// A service that changes from `A=1` to `A=2`, and the engine before the change.
fn change() -> (Sample, Observed) {
    let mut sample = Sample::new(vec![service("api")]);
    sample.container("api").environment.push(variable("A", Text::from("1")));
    let before = sample.running_engine();
    sample.container("api").environment[0].value = Text::from("2");
    (sample, before)
}

/// The container of the change, under a name and with an id of its own.
fn as_wanted(sample: &Sample, id: &str, state: State) -> ObservedContainer {
    let mut seen = sample.running_engine().containers.remove(0);
    id.clone_into(&mut seen.engine_id);
    seen.state = state;
    seen
}

#[test]
fn an_old_container_alone_is_gone_on_with() {
    let (sample, mut engine) = change();
    engine.containers[0].name = "pt-shop-api-1.old-00000001".to_owned();
    let planned = sample.plan(&engine);
    assert_snapshot!(shown(&planned), @"
    ~ api (an earlier change was cut off)
    1 to replace
    ");
    assert_snapshot!(steps(&planned.plan, "api").join("\n"), @"
    create pt-shop-api-1
    stop 00000001ffff in 10 s
    start pt-shop-api-1
    await pt-shop-api-1
    remove 00000001ffff
    ");
}

#[test]
fn an_old_container_comes_back_when_it_is_the_wanted_one_after_all() {
    let (mut sample, mut engine) = change();
    sample.container("api").environment[0].value = Text::from("1");
    engine.containers[0].name = "pt-shop-api-1.old-00000001".to_owned();
    let planned = sample.plan(&engine);
    assert_snapshot!(shown(&planned), @"
    > api (an earlier change was cut off)
    1 to start
    ");
    assert_snapshot!(steps(&planned.plan, "api").join("\n"), @"
    rename 00000001ffff to pt-shop-api-1
    await 00000001ffff
    ");
}

#[test]
fn a_successor_that_was_never_started_is_made_anew_for_it_may_lack_its_files() {
    let (sample, mut engine) = change();
    engine.containers[0].name = "pt-shop-api-1.old-00000001".to_owned();
    engine.containers.push(as_wanted(&sample, "new", State::Created));
    assert_snapshot!(steps(&sample.plan(&engine).plan, "api").join("\n"), @"
    remove new
    create pt-shop-api-1
    stop 00000001ffff in 10 s
    start pt-shop-api-1
    await pt-shop-api-1
    remove 00000001ffff
    ");
}

#[test]
fn a_successor_that_runs_is_waited_for_before_the_old_one_goes() {
    let (sample, mut engine) = change();
    engine.containers[0].name = "pt-shop-api-1.old-00000001".to_owned();
    engine.containers[0].state = State::Exited(143);
    engine.containers.push(as_wanted(&sample, "new", State::Running));
    let planned = sample.plan(&engine);
    assert_snapshot!(shown(&planned), @"
    = api
    - pt-shop-api-1.old-00000001 (an earlier change was cut off)
    1 to remove, 1 unchanged
    ");
}

#[test]
fn a_successor_of_a_change_that_was_taken_back_makes_way() {
    let (mut sample, mut engine) = change();
    engine.containers[0].name = "pt-shop-api-1.old-00000001".to_owned();
    engine.containers[0].state = State::Exited(143);
    engine.containers.push(as_wanted(&sample, "new", State::Exited(1)));
    sample.container("api").environment[0].value = Text::from("1");
    assert_snapshot!(steps(&sample.plan(&engine).plan, "api").join("\n"), @"
    remove new
    rename 00000001ffff to pt-shop-api-1
    start 00000001ffff
    await 00000001ffff
    ");
}

#[test]
fn a_dead_container_is_removed_and_made_anew() {
    let (sample, mut engine) = change();
    engine.containers = vec![as_wanted(&sample, "dead", State::Dead)];
    assert_eq!(
        steps(&sample.plan(&engine).plan, "api"),
        ["remove dead", "create pt-shop-api-1", "start pt-shop-api-1", "await pt-shop-api-1"]
    );
}

#[test]
fn of_two_networks_the_older_stays_and_containers_move_into_it() {
    let (mut sample, mut engine) = change();
    sample.container("api").environment[0].value = Text::from("1");
    let labels = engine.networks[0].labels.clone();
    let older = ObservedNetwork { engine_id: "net0".to_owned(), name: "pt-shop".to_owned(), labels };
    engine.networks.insert(0, older);
    let planned = sample.plan(&engine);
    assert_snapshot!(shown(&planned), @"
    ~ api
        network changed
    - second network pt-shop (an earlier change was cut off)
    1 to replace, 1 to remove
    ");
    let last = planned.plan.nodes.last().unwrap();
    assert!(!last.after.is_empty(), "the network goes after the container that was in it");
}

#[test]
fn what_lacks_the_projects_label_is_not_looked_at() {
    let (sample, mut engine) = change();
    for seen in &mut engine.containers {
        seen.labels.remove(labels::PROJECT);
    }
    let plan = sample.plan(&engine).plan;
    let everything = format!("{plan:?}");
    assert!(!everything.contains(&engine.containers[0].engine_id), "{everything}");
}

#[test]
fn what_was_asked_to_stop_is_seen_out_and_started_again() {
    let sample = Sample::new(vec![service("api")]);
    let mut engine = sample.running_engine();
    engine.containers[0].state = State::Stopping;
    let planned = sample.plan(&engine);
    assert_snapshot!(shown(&planned), @"
    > api (stopping)
    1 to start
    ");
    assert_snapshot!(steps(&planned.plan, "api").join("\n"), @"
    stop 00000001ffff in 10 s
    start 00000001ffff
    await 00000001ffff
    ");
}

#[test]
fn what_was_asked_to_stop_for_its_replacement_is_replaced_or_comes_back() {
    let (mut sample, mut engine) = change();
    engine.containers[0].name = "pt-shop-api-1.old-00000001".to_owned();
    engine.containers[0].state = State::Stopping;
    assert_snapshot!(steps(&sample.plan(&engine).plan, "api").join("\n"), @"
    create pt-shop-api-1
    stop 00000001ffff in 10 s
    start pt-shop-api-1
    await pt-shop-api-1
    remove 00000001ffff
    ");
    sample.container("api").environment[0].value = Text::from("1");
    assert_snapshot!(steps(&sample.plan(&engine).plan, "api").join("\n"), @"
    rename 00000001ffff to pt-shop-api-1
    stop 00000001ffff in 10 s
    start 00000001ffff
    await 00000001ffff
    ");
}

#[test]
fn a_job_that_was_asked_to_stop_is_run_again() {
    let sample = Sample::new(vec![job("migrate", "true")]);
    let mut engine = sample.running_engine();
    engine.containers[0].state = State::Stopping;
    assert_snapshot!(steps(&sample.plan(&engine).plan, "migrate").join("\n"), @"
    stop 00000001ffff in 10 s
    remove 00000001ffff
    create pt-shop-migrate-1
    start pt-shop-migrate-1
    await end of pt-shop-migrate-1 (Success)
    ");
}
