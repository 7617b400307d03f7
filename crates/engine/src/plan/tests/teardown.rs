//! Taking down: in the reverse order of starting, and never more than ours.

use insta::assert_snapshot;

use super::{comes_after, find, id_of, step};
use crate::expand::{Condition, VolumeScope};
use crate::plan::sample::{Sample, postgres, service, volume_mount};
use crate::plan::{Observed, ObservedVolume, Plan, State, Teardown, labels, teardown};

/// A database, an api that waits for it and has a volume of its own, and the engine in which they run.
fn stack() -> Observed {
    let mut api = service("api");
    api.mounts.push(volume_mount("scratch", "/scratch"));
    let mut sample = Sample::new(vec![postgres("db"), api]).secret("postgres-password", "first").after(
        "api",
        "db",
        Condition::Success,
    );
    sample.program.volumes.get_mut("scratch").unwrap().scope = VolumeScope::Job;
    sample.running_engine()
}

fn actions(plan: &Plan) -> String {
    plan.nodes.iter().map(|node| step(&node.action)).collect::<Vec<_>>().join("\n")
}

#[test]
fn down_stops_what_started_last_first_and_keeps_volumes_of_the_project() {
    let engine = stack();
    let plan = teardown("pt-shop", &engine, &Teardown::default());
    assert_snapshot!(plan.to_string(), @"
    - api
    - db
    - network pt-shop
    - volume pt-shop_scratch
    4 to remove
    ");
    let stop = |name: &str| find(&plan, &format!("stop {} in 10 s", id_of(&engine, name)));
    assert!(comes_after(&plan, stop("pt-shop-db-1"), stop("pt-shop-api-1")));
    assert!(plan.nodes[stop("pt-shop-db-1")].after.is_empty(), "a stop that fails must not keep the others running");
}

#[test]
fn down_with_volumes_removes_all_volumes_of_the_project_and_no_other() {
    let mut engine = stack();
    engine.volumes.push(ObservedVolume { name: "pt-shop_other".to_owned(), labels: [].into() });
    let plan = teardown("pt-shop", &engine, &Teardown { volumes: true, ..Teardown::default() });
    let text = actions(&plan);
    assert!(text.contains("remove pt-shop_pgdata") && text.contains("remove pt-shop_scratch"), "{text}");
    assert!(!text.contains("pt-shop_other"), "{text}");
}

#[test]
fn stop_keeps_everything() {
    let wanted = Teardown { only_stop: true, seconds: Some(3), ..Teardown::default() };
    let plan = teardown("pt-shop", &stack(), &wanted);
    assert!(plan.nodes.iter().all(|node| step(&node.action).starts_with("stop ")), "{}", actions(&plan));
    assert!(plan.nodes.iter().all(|node| step(&node.action).ends_with(" in 3 s")), "{}", actions(&plan));
    assert_snapshot!(plan.to_string(), @"
    - api
    - db
    2 to stop
    ");
}

#[test]
fn a_choice_of_containers_leaves_the_rest_and_the_ground() {
    let mut engine = stack();
    engine.containers[0].state = State::Exited(0);
    let chosen = engine.containers[0].container.clone();
    let wanted = Teardown { containers: Some([chosen].into()), ..Teardown::default() };
    let plan = teardown("pt-shop", &engine, &wanted);
    assert_eq!(actions(&plan), format!("remove {}", engine.containers[0].engine_id));
}

#[test]
fn what_is_not_ours_is_not_taken_down() {
    let mut engine = stack();
    for found in engine.containers.iter_mut().map(|seen| &mut seen.labels) {
        found.insert(labels::PROJECT.to_owned(), "pt-other".to_owned());
    }
    engine.networks[0].labels.clear();
    engine.volumes.iter_mut().for_each(|volume| volume.labels.clear());
    let plan = teardown("pt-shop", &engine, &Teardown { volumes: true, ..Teardown::default() });
    assert_eq!(actions(&plan), "");
    assert_eq!(plan.to_string(), "nothing to do");
}
