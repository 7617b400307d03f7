//! What keeps a plan from being done, found before anything is created.

use super::hindered;
use crate::expand::{Condition, Create, MountSource};
use crate::plan::sample::{Sample, database, host, service, span};
use crate::plan::{Observed, ObservedNetwork, ObservedVolume, ObstacleKind, PullPolicy};
use crate::source::Spanned;

fn kinds(sample: &Sample, engine: &Observed) -> Vec<ObstacleKind> {
    sample.plan(engine).obstacles.iter().map(|obstacle| obstacle.kind).collect()
}

#[test]
fn a_circle_of_waits_is_named() {
    let sample = Sample::new(vec![service("a"), service("b"), service("c")]).after("a", "b", Condition::Success).after(
        "b",
        "a",
        Condition::Success,
    );
    let planned = sample.plan(&sample.empty_engine());
    assert_eq!(hindered(&planned), [(ObstacleKind::Cycle, "`a`, `b` wait for each other: none of them can start")]);
}

#[test]
fn foreign_things_of_a_wanted_name_are_in_the_way() {
    let sample = database();
    let mut engine = sample.empty_engine();
    engine.networks.push(ObservedNetwork {
        engine_id: "foreign".to_owned(),
        name: "pt-shop".to_owned(),
        labels: [].into(),
    });
    engine.volumes.push(ObservedVolume { name: "pt-shop_pgdata".to_owned(), labels: [].into() });
    engine.held_names.insert("pt-shop-db-1".to_owned(), "somebody else".to_owned());
    assert_eq!(kinds(&sample, &engine), [ObstacleKind::Foreign; 3]);
}

#[test]
fn what_must_not_be_made_has_to_be_there() {
    let mut sample = database();
    sample.container("db").create = Create::Never;
    sample.program.volumes[0].create = Create::Never;
    assert_eq!(kinds(&sample, &sample.empty_engine()), [ObstacleKind::Absent; 2]);
    let engine = database().running_engine();
    assert_eq!(kinds(&sample, &engine), []);
}

#[test]
fn an_image_that_may_not_be_pulled_has_to_be_there() {
    let mut sample = Sample::new(vec![service("api")]);
    sample.options.pull = PullPolicy::Never;
    assert_eq!(kinds(&sample, &Observed::default()), [ObstacleKind::ImageAbsent]);
    assert_eq!(kinds(&sample, &sample.empty_engine()), []);
}

#[test]
fn an_engine_elsewhere_mounts_no_host_paths() {
    let mut sample = Sample::new(vec![service("api")]);
    sample.container("api").mounts.push(host("/app", "./code"));
    assert_eq!(kinds(&sample, &sample.empty_engine()), []);
    sample.capabilities.host_mounts = false;
    let planned = sample.plan(&sample.empty_engine());
    assert_eq!(
        hindered(&planned),
        [(ObstacleKind::Capability, "memory cannot mount `/home/ada/shop/code`: it does not run on this machine")]
    );
}

#[test]
fn a_host_path_that_the_caller_refused_is_an_obstacle_in_its_words() {
    let mut sample = Sample::new(vec![service("api")]);
    sample.container("api").mounts.push(host("/app", "code"));
    assert_eq!(sample.request().host_paths(), ["/home/ada/shop/code"]);
    sample.paths.insert("/home/ada/shop/code".to_owned(), Err("`code` leads out of the project".to_owned()));
    let planned = sample.plan(&sample.empty_engine());
    assert_eq!(hindered(&planned), [(ObstacleKind::HostPath, "`code` leads out of the project")]);
}

#[test]
fn a_volume_that_asks_to_be_filled_is_an_obstacle() {
    let mut sample = database();
    let path = Spanned::new("seed".to_owned(), span());
    sample.program.volumes[0].source = Some(MountSource::Host { path });
    assert_eq!(kinds(&sample, &sample.empty_engine()), [ObstacleKind::Capability]);
}

#[test]
fn ids_that_differ_in_case_only_are_told_apart_before_the_engine_mixes_them_up() {
    let sample = Sample::new(vec![service("API"), service("api")]);
    let planned = sample.plan(&sample.empty_engine());
    assert_eq!(
        hindered(&planned),
        [(ObstacleKind::NameTwice, "`API` and `api` would both be the container `pt-shop-api-1`")]
    );
}

#[test]
fn a_copy_of_the_project_in_another_directory_is_refused_with_both_paths() {
    let mut sample = Sample::new(vec![service("api")]);
    let engine = sample.running_engine();
    sample.directory = "/home/ada/copy".to_owned();
    let planned = sample.plan(&engine);
    assert_eq!(
        hindered(&planned),
        [(ObstacleKind::OtherDirectory, "project `pt-shop` runs from `/home/ada/shop`, not from `/home/ada/copy`")]
    );
}

#[test]
fn data_of_another_major_version_are_in_the_way() {
    let mut sample = database();
    sample.container("db").facts.major = Some(17);
    let mut engine = sample.running_engine();
    engine.postgres_majors.insert("db".to_owned(), 17);
    assert_eq!(kinds(&sample, &engine), []);
    engine.postgres_majors.insert("db".to_owned(), 16);
    let planned = sample.plan(&engine);
    let told = "PostgreSQL 17 cannot read the data of `db`, which version 16 wrote";
    assert_eq!(hindered(&planned), [(ObstacleKind::DataVersion, told)]);
    assert!(planned.obstacles[0].help.as_deref().is_some_and(|help| help.contains("pg_dumpall")));
}

#[test]
fn a_volume_says_for_which_major_version_it_was_made_when_no_container_has_it() {
    let mut sample = database();
    sample.container("db").facts.major = Some(16);
    let mut engine = sample.running_engine();
    engine.containers.clear();
    assert_eq!(kinds(&sample, &engine), []);
    sample.container("db").facts.major = Some(17);
    let told = "PostgreSQL 17 cannot read the data of `db`, which version 16 wrote";
    assert_eq!(hindered(&sample.plan(&engine)), [(ObstacleKind::DataVersion, told)]);
    // What was looked at knows better than what was noted.
    engine.postgres_majors.insert("db".to_owned(), 17);
    assert_eq!(kinds(&sample, &engine), []);
}
