//! Variables that only matter on the first start, on volumes that have had theirs.

use insta::assert_snapshot;

use super::{comes_after, find, hindered, shown, steps};
use crate::plan::sample::{database, variable};
use crate::plan::{Action, Observed, ObservedVolume, ObstacleKind, State};
use crate::value::Text;

/// The engine with the marks that a plan has made.
fn with_marks(mut engine: Observed, plan: &crate::plan::Plan) -> Observed {
    for node in &plan.nodes {
        if let Action::CreateVolume(request) = &node.action {
            engine.volumes.push(ObservedVolume { name: request.name.clone(), labels: request.labels.clone() });
        }
    }
    engine
}

#[test]
fn a_changed_password_on_an_initialised_volume_is_an_obstacle() {
    let mut sample = database();
    let engine = sample.running_engine();
    sample.secrets.insert("postgres-password".to_owned(), "second".to_owned());
    let planned = sample.plan(&engine);
    assert_eq!(
        hindered(&planned),
        [(
            ObstacleKind::PasswordChanged,
            "`POSTGRES_PASSWORD` changed, but the volume `pt-shop_pgdata` was initialised with another one"
        )]
    );
    assert!(planned.obstacles[0].help.as_deref().unwrap().contains("--apply-password"));
}

#[test]
fn the_volume_remembers_its_password_when_the_container_is_gone() {
    let mut sample = database();
    let mut engine = sample.running_engine();
    engine.containers.clear();
    assert_eq!(hindered(&sample.plan(&engine)), []);
    sample.secrets.insert("postgres-password".to_owned(), "second".to_owned());
    assert_eq!(sample.plan(&engine).obstacles[0].kind, ObstacleKind::PasswordChanged);
}

#[test]
fn an_applied_password_is_changed_when_the_server_is_ready_and_then_remembered() {
    let mut sample = database();
    let engine = sample.running_engine();
    sample.secrets.insert("postgres-password".to_owned(), "second".to_owned());
    sample.options.apply_password = true;
    let planned = sample.plan(&engine);
    assert_snapshot!(shown(&planned), @"
    ~ db (secret postgres-password changed)
    1 to replace
    ");
    assert_snapshot!(steps(&planned.plan, "db").join("\n"), @"
    rename 00000002ffff to pt-shop-db-1.old-00000002
    create pt-shop-db-1
    stop 00000002ffff in 10 s
    start pt-shop-db-1
    await pt-shop-db-1
    remove 00000002ffff
    alter postgres in pt-shop-db-1
    create pt-shop_pgdata.init-1
    ");
    let plan = &planned.plan;
    let altered = find(plan, "alter postgres in pt-shop-db-1");
    assert!(comes_after(plan, altered, find(plan, "await pt-shop-db-1")));
    assert!(comes_after(plan, find(plan, "create pt-shop_pgdata.init-1"), altered));

    let marked = with_marks(engine, plan);
    sample.options.apply_password = false;
    assert_eq!(hindered(&sample.plan(&marked)), [], "the mark says that it was applied");
}

#[test]
fn a_password_that_was_applied_survives_a_teardown() {
    let mut sample = database();
    let engine = sample.running_engine();
    sample.secrets.insert("postgres-password".to_owned(), "second".to_owned());
    sample.options.apply_password = true;
    let mut down = with_marks(engine.clone(), &sample.plan(&engine).plan);
    down.containers.clear();
    down.networks.clear();
    sample.options.apply_password = false;
    assert_eq!(hindered(&sample.plan(&down)), []);

    sample.secrets.insert("postgres-password".to_owned(), "third".to_owned());
    sample.options.apply_password = true;
    let plan = sample.plan(&down).plan;
    assert_eq!(steps(&plan, "db").last().unwrap(), "remove pt-shop_pgdata.init-1");
    let both = with_marks(down, &plan);
    sample.options.apply_password = false;
    assert_eq!(hindered(&sample.plan(&both)), [], "of two marks the later counts");
}

#[test]
fn the_login_is_not_tried_before_the_new_password_is_in() {
    let mut sample = database();
    let login = |plan: &crate::plan::Plan| {
        plan.nodes.iter().find_map(|node| match &node.action {
            Action::AwaitReady { login, .. } => Some(login.is_some()),
            _ => None,
        })
    };
    assert_eq!(login(&sample.plan(&sample.empty_engine()).plan), Some(true));
    let engine = sample.running_engine();
    sample.secrets.insert("postgres-password".to_owned(), "second".to_owned());
    sample.options.apply_password = true;
    assert_eq!(login(&sample.plan(&engine).plan), Some(false));
}

#[test]
fn the_same_password_written_elsewhere_is_no_change() {
    let mut sample = database();
    let mut engine = sample.running_engine();
    engine.containers[0].state = State::Exited(0);
    sample.container("db").environment[0].value = Text::from("first");
    assert_eq!(hindered(&sample.plan(&engine)), []);
}

#[test]
fn other_first_start_variables_are_only_told_to_have_no_effect() {
    let mut sample = database();
    let engine = sample.running_engine();
    sample.container("db").environment[1].value = Text::from("other");
    assert_snapshot!(shown(&sample.plan(&engine)), @r#"
    ~ db
        env.POSTGRES_DB "shop" → "other"
    note: db: `POSTGRES_DB` only matters on the first start: the volume `pt-shop_pgdata` was initialised with another one
    1 to replace
    "#);
}

#[test]
fn a_server_that_trusts_everybody_has_no_password_to_lose() {
    let mut sample = database();
    sample.container("db").environment.push(variable("POSTGRES_HOST_AUTH_METHOD", Text::from("trust")));
    let engine = sample.running_engine();
    sample.secrets.insert("postgres-password".to_owned(), "second".to_owned());
    let planned = sample.plan(&engine);
    assert_eq!(hindered(&planned), []);
    assert_eq!(planned.plan.notes.len(), 1, "{:?}", planned.plan.notes);
}

#[test]
fn trust_that_came_after_the_first_start_is_no_trust() {
    let mut sample = database();
    sample.container("db").environment.push(variable("POSTGRES_HOST_AUTH_METHOD", Text::from("scram-sha-256")));
    let engine = sample.running_engine();
    sample.container("db").environment[2].value = Text::from("trust");
    sample.secrets.insert("postgres-password".to_owned(), "second".to_owned());
    let obstacles = sample.plan(&engine).obstacles;
    assert_eq!(obstacles.len(), 1);
    assert_eq!(obstacles[0].kind, ObstacleKind::PasswordChanged);
}
