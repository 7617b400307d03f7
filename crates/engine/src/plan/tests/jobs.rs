//! Jobs: done once, run again when they failed, changed or are asked for.

use insta::assert_snapshot;

use super::{comes_after, find, shown, steps};
use crate::expand::{Condition, Readiness};
use crate::plan::State;
use crate::plan::sample::{Sample, job, service};
use crate::value::Text;

#[test]
fn a_job_that_ended_well_stays_done() {
    let sample = Sample::new(vec![job("seed", "exit 0")]);
    assert_snapshot!(shown(&sample.plan(&sample.running_engine())), @"
    = seed (has ended well)
    1 unchanged
    ");
}

#[test]
fn a_job_that_failed_runs_again() {
    let sample = Sample::new(vec![job("seed", "exit 0")]);
    let mut engine = sample.running_engine();
    engine.containers[0].state = State::Exited(3);
    let planned = sample.plan(&engine);
    assert_snapshot!(shown(&planned), @"
    > seed (exited with 3)
    1 to run again
    ");
    assert_snapshot!(steps(&planned.plan, "seed").join("\n"), @"
    remove 00000001ffff
    create pt-shop-seed-1
    start pt-shop-seed-1
    await end of pt-shop-seed-1 (Success)
    ");
}

#[test]
fn a_job_that_is_asked_for_runs_every_time() {
    let mut sample = Sample::new(vec![job("query", "exit 0")]);
    let engine = sample.running_engine();
    sample.rerun.insert("query".to_owned());
    assert_snapshot!(shown(&sample.plan(&engine)), @"
    > query (asked for)
    1 to run again
    ");
}

#[test]
fn a_job_that_changed_runs_again() {
    let mut sample = Sample::new(vec![job("seed", "exit 0")]);
    let engine = sample.running_engine();
    sample.container("seed").command = Some(vec![Text::from("exit"), Text::from("0"), Text::from("now")]);
    assert_snapshot!(shown(&sample.plan(&engine)), @r#"
    > seed
        command "exit 0" → "exit 0 now"
    1 to run again
    "#);
}

#[test]
fn a_job_that_still_runs_is_waited_for() {
    let sample = Sample::new(vec![job("seed", "exit 0")]);
    let mut engine = sample.running_engine();
    engine.containers[0].state = State::Running;
    let plan = sample.plan(&engine).plan;
    let id = &engine.containers[0].engine_id;
    assert!(plan.is_empty());
    assert_eq!(steps(&plan, "seed"), ["keep".to_owned(), format!("await end of {id} (Success)")]);
}

#[test]
fn each_condition_waits_for_its_own_end() {
    let sample =
        Sample::new(vec![job("seed", "exit 0"), service("api"), job("clean", "exit 0"), job("alert", "exit 0")])
            .after("api", "seed", Condition::Success)
            .after("clean", "seed", Condition::Always)
            .after("alert", "seed", Condition::Failed);
    let plan = sample.plan(&sample.empty_engine()).plan;
    for (container, condition) in [("api", "Success"), ("clean", "Always"), ("alert", "Failed")] {
        let start = find(&plan, &format!("start pt-shop-{container}-1"));
        let end = find(&plan, &format!("await end of pt-shop-seed-1 ({condition})"));
        assert!(comes_after(&plan, start, end), "{container}");
    }
}

#[test]
fn what_waits_for_a_failure_that_did_not_come_is_left_alone() {
    let mut sample = Sample::new(vec![job("seed", "exit 0")]);
    let engine = sample.running_engine();
    sample = Sample::new(vec![job("seed", "exit 0"), job("alert", "exit 0"), service("pager")])
        .after("alert", "seed", Condition::Failed)
        .after("pager", "alert", Condition::Success);
    let planned = sample.plan(&engine);
    assert!(planned.plan.is_empty());
    assert_snapshot!(shown(&planned), @"
    = seed (has ended well)
    = alert (not needed after seed)
    = pager (not needed after alert)
    3 unchanged
    ");
}

#[test]
fn a_job_that_is_not_awaited_is_done_when_it_has_started() {
    let mut sample = Sample::new(vec![job("watch", "serve"), service("api")]).after("api", "watch", Condition::Success);
    sample.container("watch").readiness = Readiness::Running;
    let plan = sample.plan(&sample.empty_engine()).plan;
    assert_eq!(steps(&plan, "watch"), ["create pt-shop-watch-1", "start pt-shop-watch-1"]);
    assert!(comes_after(&plan, find(&plan, "start pt-shop-api-1"), find(&plan, "start pt-shop-watch-1")));
}

#[test]
fn containers_are_made_early_and_started_late() {
    let sample = Sample::new(vec![service("db"), service("api")]).after("api", "db", Condition::Success);
    let plan = sample.plan(&sample.empty_engine()).plan;
    let ready = find(&plan, "await pt-shop-db-1");
    assert!(!comes_after(&plan, find(&plan, "create pt-shop-api-1"), ready));
    assert!(comes_after(&plan, find(&plan, "start pt-shop-api-1"), ready));
}
