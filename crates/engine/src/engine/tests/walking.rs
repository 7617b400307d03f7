//! How a plan is walked.

use std::time::{Duration, Instant};

use insta::assert_snapshot;
use tokio::sync::watch;

use super::{Known, down, engine_for, plan, quick, run, walk};
use crate::engine::memory::{Fault, MemoryEngine};
use crate::engine::{Ending, Event, EventState, Execution, Failure, execute};
use crate::expand::{Condition, HostPort, Readiness};
use crate::plan::sample::{Sample, database, job, listening, service, variable};
use crate::plan::{PullPolicy, State, pulls};
use crate::value::Text;

fn lines(events: &[Event]) -> String {
    let line = |event: &Event| format!("{}: {:?}", event.subject, event.state);
    events.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Replaces the command of a container.
fn command(sample: &mut Sample, id: &str, words: &str) {
    sample.container(id).command = Some(words.split(' ').map(Text::from).collect());
}

#[tokio::test]
async fn every_move_is_told_once() {
    let sample = Sample::new(vec![job("seed", "exit 0"), service("api")]).after("api", "seed", Condition::Success);
    let engine = engine_for(&sample);
    let planned = plan(&engine, &sample).await;
    let (report, events) = walk(&engine, &sample, &planned.plan).await;
    assert!(report.is_success());
    assert_snapshot!(lines(&events), @r#"
    network pt-shop: Working("creating")
    network pt-shop: Done("created")
    seed: Working("creating")
    api: Working("creating")
    seed: Working("starting")
    api: Waiting(["seed"])
    seed: Working("running")
    seed: Done("done")
    api: Working("starting")
    api: Working("getting ready")
    api: Done("ready")
    "#);
}

#[tokio::test]
async fn what_is_unchanged_is_told_in_one_word() {
    let sample = database();
    let engine = engine_for(&sample);
    assert!(run(&engine, &sample).await.is_success());
    let planned = plan(&engine, &sample).await;
    let (_, events) = walk(&engine, &sample, &planned.plan).await;
    assert_eq!(lines(&events), "db: Done(\"unchanged\")");
}

#[tokio::test]
async fn waits_are_kept_in_the_order_of_the_engine() {
    let mut sample = Sample::new(vec![service("db"), service("api")]).after("api", "db", Condition::Success);
    sample.container("db").readiness = Readiness::Port(80);
    let engine = engine_for(&sample);
    assert!(run(&engine, &sample).await.is_success());
    let history = engine.world().history.clone();
    let at = |words: &str| history.iter().position(|done| done == words).unwrap();
    assert!(at("await `pt-shop-db-1`") < at("start `pt-shop-api-1`"), "{history:?}");
}

#[tokio::test]
async fn no_more_steps_are_done_at_once_than_allowed() {
    let sample = Sample::new((0..12).map(|index| service(&format!("s{index}"))).collect());
    for starts in [1, 4] {
        let engine = engine_for(&sample);
        let planned = plan(&engine, &sample).await;
        let (_keep, cancel) = watch::channel(false);
        let options = Execution { starts, ..quick() };
        let secrets = Known([].into());
        let report = execute(&engine, &planned.plan, &secrets, &options, cancel, &mut |_| {}).await;
        assert!(report.is_success());
        assert_eq!(engine.world().most_at_once, starts);
    }
}

#[tokio::test]
async fn every_failure_is_reported_and_what_does_not_depend_on_it_goes_on() {
    let mut sample = Sample::new(vec![service("bad"), service("worse"), service("user"), service("good")]).after(
        "user",
        "bad",
        Condition::Success,
    );
    command(&mut sample, "bad", "exit 3 no password given");
    command(&mut sample, "worse", "hang");
    let engine = engine_for(&sample);
    let planned = plan(&engine, &sample).await;
    let (report, _) = walk(&engine, &sample, &planned.plan).await;
    let failures: Vec<String> = report.failures().map(|(_, error)| error.to_string()).collect();
    assert_eq!(failures, ["await `pt-shop-bad-1`: it ended with 3", "await `pt-shop-worse-1`: not ready after 0 s"]);
    let logs: Vec<&str> = report.failures().flat_map(|(_, error)| &error.log).map(String::as_str).collect();
    assert_eq!(logs, ["no password given"]);
    assert_eq!(report.skipped(&planned.plan), [("user", "bad")]);
    assert_eq!(engine.world().find("pt-shop-good-1").unwrap().state, State::Running);
    assert_eq!(engine.world().find("pt-shop-user-1").unwrap().state, State::Created);
}

#[tokio::test]
async fn a_replacement_that_does_not_get_ready_brings_the_old_container_back() {
    let mut sample = Sample::new(vec![service("api")]);
    let engine = engine_for(&sample);
    assert!(run(&engine, &sample).await.is_success());
    let before = engine.world().containers.clone();
    command(&mut sample, "api", "exit 1 cannot read configuration");
    let planned = plan(&engine, &sample).await;
    let (report, events) = walk(&engine, &sample, &planned.plan).await;
    assert_eq!(report.rescued, ["api"]);
    assert_eq!(report.failures().count(), 1);
    assert_snapshot!(lines(&events), @r#"
    api: Working("making room")
    api: Working("creating")
    api: Working("stopping")
    api: Working("starting")
    api: Working("getting ready")
    api: Failed("it ended with 1")
    api: Rescued
    "#);
    let after = engine.world().containers.clone();
    let described =
        |held: &crate::engine::memory::HeldContainer| (held.engine_id.clone(), held.name.clone(), held.state);
    assert_eq!(after.iter().map(described).collect::<Vec<_>>(), before.iter().map(described).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_old_container_is_not_removed_when_the_engine_goes_away() {
    let mut sample = Sample::new(vec![service("api")]);
    let engine = engine_for(&sample);
    assert!(run(&engine, &sample).await.is_success());
    sample.container("api").environment.push(variable("A", Text::from("1")));
    let calls = engine.world().calls;
    engine.world().fault = Some(Fault::DeadFrom(calls + 3));
    let report = run(&engine, &sample).await;
    assert!(report.is_unreachable());
    assert!(report.rescued.is_empty());
    assert_eq!(engine.world().containers.len(), 2);
}

#[tokio::test]
async fn a_failed_job_starts_what_waits_for_its_failure_and_not_what_waits_for_its_success() {
    let sample = Sample::new(vec![job("seed", "exit 3"), service("api"), service("alert"), service("clean")])
        .after("api", "seed", Condition::Success)
        .after("alert", "seed", Condition::Failed)
        .after("clean", "seed", Condition::Always);
    let engine = engine_for(&sample);
    let report = run(&engine, &sample).await;
    assert_eq!(report.failures().count(), 1);
    let state = |name: &str| engine.world().find(name).unwrap().state;
    assert_eq!(state("pt-shop-api-1"), State::Created);
    assert_eq!((state("pt-shop-alert-1"), state("pt-shop-clean-1")), (State::Running, State::Running));
}

#[tokio::test]
async fn a_failure_that_did_not_come_is_no_failure() {
    let sample = Sample::new(vec![job("seed", "exit 0"), service("alert")]).after("alert", "seed", Condition::Failed);
    let engine = engine_for(&sample);
    let planned = plan(&engine, &sample).await;
    let (report, _) = walk(&engine, &sample, &planned.plan).await;
    assert!(report.is_success(), "{report:?}");
    assert!(report.endings.iter().any(|ending| matches!(ending, Ending::Unneeded)));
    assert_eq!(engine.world().find("pt-shop-alert-1").unwrap().state, State::Created);
    assert!(run(&engine, &sample).await.is_success());
}

#[tokio::test]
async fn a_port_that_was_taken_meanwhile_is_named() {
    let mut sample = Sample::new(vec![service("web")]);
    sample.container("web").services.push(listening("web", 80, HostPort::Exact(8080)));
    let engine = engine_for(&sample);
    let planned = plan(&engine, &sample).await;
    engine.world().held_ports.insert(8080, "nginx".to_owned());
    let (report, _) = walk(&engine, &sample, &planned.plan).await;
    let failures: Vec<&Failure> = report.failures().map(|(_, error)| &error.failure).collect();
    assert_eq!(failures, [&Failure::PortTaken { port: 8080, holder: "nginx".to_owned() }]);
}

#[tokio::test]
async fn stop_lets_changes_end_and_gives_up_waits_and_the_next_run_goes_on() {
    let mut sample = Sample::new(vec![service("slow"), service("api")]).after("api", "slow", Condition::Success);
    command(&mut sample, "slow", "hang");
    let engine = engine_for(&sample);
    let planned = plan(&engine, &sample).await;
    let (stop, cancel) = watch::channel(false);
    let secrets = Known([].into());
    let options = Execution { ready_within: Duration::from_secs(600), ..quick() };
    let begun = Instant::now();
    let mut sink = |event: Event| {
        if event.state == EventState::Working("getting ready") {
            stop.send(true).unwrap();
        }
    };
    let report = execute(&engine, &planned.plan, &secrets, &options, cancel, &mut sink).await;
    assert!(begun.elapsed() < Duration::from_secs(60));
    assert!(report.is_cancelled() && report.failures().count() == 0, "{report:?}");
    assert_eq!(engine.world().find("pt-shop-slow-1").unwrap().state, State::Running);
    command(&mut sample, "slow", "serve");
    assert!(run(&engine, &sample).await.is_success());
}

#[tokio::test]
async fn nothing_is_begun_when_the_user_has_said_stop_before() {
    let sample = Sample::new(vec![service("api")]);
    let engine = engine_for(&sample);
    let planned = plan(&engine, &sample).await;
    let (_keep, cancel) = watch::channel(true);
    let report = execute(&engine, &planned.plan, &Known([].into()), &quick(), cancel, &mut |_| {}).await;
    assert!(report.is_cancelled());
    assert_eq!(engine.world().calls, 0);
}

#[tokio::test]
async fn a_plan_ends_although_nobody_can_say_stop_any_more() {
    let sample = Sample::new(vec![service("api")]);
    let engine = engine_for(&sample);
    let planned = plan(&engine, &sample).await;
    let (stop, cancel) = watch::channel(false);
    drop(stop);
    let report = execute(&engine, &planned.plan, &Known([].into()), &quick(), cancel, &mut |_| {}).await;
    assert!(report.is_success());
}

#[tokio::test]
async fn a_network_that_the_engine_does_not_let_go_is_a_warning() {
    let sample = Sample::new(vec![service("api")]);
    let engine = engine_for(&sample);
    assert!(run(&engine, &sample).await.is_success());
    let mut stranger = engine.world().containers[0].clone();
    stranger.engine_id = "stranger".to_owned();
    stranger.name = "stranger".to_owned();
    stranger.request.labels.clear();
    engine.world().containers.push(stranger);
    let report = down(&engine, &sample).await;
    assert!(report.is_success(), "{report:?}");
    assert_eq!(report.warnings.len(), 1);
    assert!(report.warnings[0].contains("has active endpoints"), "{:?}", report.warnings);
    assert_eq!(engine.world().states(), [("stranger".to_owned(), State::Running)]);
}

#[tokio::test]
async fn one_container_that_cannot_be_stopped_does_not_keep_the_others_running() {
    let sample = Sample::new(vec![service("db"), service("api")]).after("api", "db", Condition::Success);
    let engine = engine_for(&sample);
    assert!(run(&engine, &sample).await.is_success());
    let calls = engine.world().calls;
    engine.world().fault = Some(Fault::Refuses(calls));
    assert!(!down(&engine, &sample).await.is_success());
    assert_eq!(engine.world().states(), [("pt-shop-api-1".to_owned(), State::Running)]);
}

#[tokio::test]
async fn a_changed_password_is_applied_and_remembered() {
    let mut sample = database();
    let engine = engine_for(&sample);
    assert!(run(&engine, &sample).await.is_success());
    sample.secrets.insert("postgres-password".to_owned(), "second".to_owned());
    sample.options.apply_password = true;
    assert!(run(&engine, &sample).await.is_success());
    assert_eq!(engine.world().passwords, [("db".to_owned(), "second".to_owned())]);
    sample.options.apply_password = false;
    assert!(plan(&engine, &sample).await.plan.is_empty());
}

#[tokio::test]
async fn a_password_that_was_not_yet_remembered_is_applied_once_more() {
    let mut sample = database();
    let engine = engine_for(&sample);
    assert!(run(&engine, &sample).await.is_success());
    sample.secrets.insert("postgres-password".to_owned(), "second".to_owned());
    sample.options.apply_password = true;
    let steps = plan(&engine, &sample).await.plan.nodes.len();
    let calls = engine.world().calls;
    engine.world().fault = Some(Fault::DeadFrom(calls + steps - 1));
    assert!(!run(&engine, &sample).await.is_success());
    engine.world().fault = None;
    sample.options.apply_password = false;
    assert_eq!(plan(&engine, &sample).await.obstacles.len(), 1, "it is not known to be applied");
    sample.options.apply_password = true;
    assert!(run(&engine, &sample).await.is_success());
    sample.options.apply_password = false;
    assert!(plan(&engine, &sample).await.plan.is_empty());
}

#[tokio::test]
async fn a_missing_image_is_pulled() {
    let sample = Sample::new(vec![service("api")]);
    let engine = MemoryEngine::default();
    engine.world().registry.insert("busybox:1.36".to_owned(), "pulled".to_owned());
    assert!(run(&engine, &sample).await.is_success());
    assert_eq!(engine.world().containers[0].image_id, "pulled");
}

#[tokio::test]
async fn an_image_that_is_asked_for_anew_replaces_its_containers_in_the_same_run() {
    let mut sample = Sample::new(vec![service("api")]);
    let engine = engine_for(&sample);
    assert!(run(&engine, &sample).await.is_success());
    engine.world().registry.insert("busybox:1.36".to_owned(), "newer".to_owned());
    sample.options.pull = PullPolicy::Always;
    let (report, _) = walk(&engine, &sample, &pulls(&sample.request())).await;
    assert!(report.is_success());
    sample.refreshed.insert("busybox:1.36".to_owned());
    assert_eq!(pulls(&sample.request()).nodes.len(), 0);
    assert!(run(&engine, &sample).await.is_success());
    assert_eq!(engine.world().containers[0].image_id, "newer");
}

#[tokio::test]
async fn a_stranger_that_took_the_name_meanwhile_is_not_removed() {
    let mut sample = Sample::new(vec![service("api")]);
    let engine = engine_for(&sample);
    assert!(run(&engine, &sample).await.is_success());
    sample.container("api").environment.push(variable("A", Text::from("1")));
    let planned = plan(&engine, &sample).await;
    let mut stranger = engine.world().containers[0].clone();
    stranger.engine_id = "stranger".to_owned();
    stranger.request.labels.clear();
    let mut events = Vec::new();
    let mut sink = |event: Event| {
        if event.state == EventState::Working("creating") {
            engine.world().containers.push(stranger.clone());
        }
        events.push(event);
    };
    let (_keep, cancel) = watch::channel(false);
    let report = execute(&engine, &planned.plan, &Known([].into()), &quick(), cancel, &mut sink).await;
    assert_eq!(report.failures().count(), 1);
    assert_eq!(report.warnings.len(), 1, "the name is not free for the old one: {:?}", report.warnings);
    let world = engine.world();
    assert!(world.find("stranger").is_some());
    assert_eq!(world.violations, Vec::<String>::new());
    assert_eq!(world.containers[0].state, State::Running, "the old one was never stopped");
}
