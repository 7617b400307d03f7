//! What is made, kept, started, replaced, and the causes down to the key.

use insta::assert_snapshot;

use super::{comes_after, find, hindered, id_of, shown, steps};
use crate::expand::{Condition, Create};
use crate::plan::sample::{Sample, content, database, job, postgres, service, variable, volume_mount};
use crate::plan::{Action, Cause, Change, PullPolicy, State, labels};
use crate::value::{Encoding, Segment, Text};

#[test]
fn everything_is_made_on_an_empty_engine() {
    let sample = Sample::new(vec![postgres("db"), service("api")]).secret("postgres-password", "first").after(
        "api",
        "db",
        Condition::Success,
    );
    assert_snapshot!(shown(&sample.plan(&sample.empty_engine())), @"
    + network pt-shop (not found)
    + volume pgdata (not found)
    + db (not found)
    + api (not found)
    4 to create
    ");
}

#[test]
fn a_missing_image_is_pulled_before_the_container_is_made() {
    let sample = Sample::new(vec![service("api")]);
    let planned = sample.plan(&crate::plan::Observed::default());
    assert_snapshot!(shown(&planned), @"
    + image busybox:1.36 (not found)
    + network pt-shop (not found)
    + api (not found)
    1 to pull, 2 to create
    ");
    let plan = planned.plan;
    assert!(comes_after(&plan, find(&plan, "create pt-shop-api-1"), find(&plan, "pull busybox:1.36")));
}

#[test]
fn a_second_plan_changes_nothing() {
    let sample = Sample::new(vec![postgres("db"), service("api"), job("seed", "exit 0")])
        .secret("postgres-password", "first")
        .after("seed", "db", Condition::Success)
        .after("api", "seed", Condition::Success);
    let planned = sample.plan(&sample.running_engine());
    assert!(planned.plan.is_empty());
    assert_snapshot!(shown(&planned), @"
    = db
    = seed (has ended well)
    = api
    3 unchanged
    ");
}

#[test]
fn a_changed_variable_replaces_the_container_and_says_from_what_to_what() {
    let mut sample = database();
    let before = sample.running_engine();
    sample.container("db").environment[1].value = Text::from("b");
    sample.container("db").environment.push(variable("TZ", Text::from("UTC")));
    assert_snapshot!(shown(&sample.plan(&before)), @r#"
    ~ db
        env.POSTGRES_DB "shop" → "b"
        env.TZ "UTC" added
    note: db: `POSTGRES_DB` only matters on the first start: the volume `pt-shop_pgdata` was initialised with another one
    1 to replace
    "#);
}

#[test]
fn the_old_container_goes_only_when_the_new_one_is_ready() {
    let mut sample = database();
    let before = sample.running_engine();
    sample.container("db").image.value = "postgres:16.3".to_owned();
    let mut engine = before.clone();
    engine.images.extend(sample.empty_engine().images);
    let planned = sample.plan(&engine);
    assert_snapshot!(shown(&planned), @r#"
    ~ db
        image "postgres:16.2" → "postgres:16.3"
    1 to replace
    "#);
    assert_snapshot!(steps(&planned.plan, "db").join("\n"), @"
    rename 00000002ffff to pt-shop-db-1.old-00000002
    create pt-shop-db-1
    stop 00000002ffff in 10 s
    start pt-shop-db-1
    await pt-shop-db-1
    remove 00000002ffff
    ");
    let id = id_of(&before, "pt-shop-db-1");
    let (plan, ready) = (&planned.plan, find(&planned.plan, "await pt-shop-db-1"));
    assert!(comes_after(plan, find(plan, &format!("remove {id}")), ready));
    let rescue: Vec<String> = plan.nodes[ready].rescue.iter().map(super::step).collect();
    assert_snapshot!(rescue.join("\n"), @"
    stop pt-shop-db-1 in 10 s
    remove pt-shop-db-1
    rename 00000002ffff to pt-shop-db-1
    start 00000002ffff
    ");
}

#[test]
fn nothing_of_a_running_container_is_touched_before_what_it_waits_for_is_ready() {
    let mut sample = Sample::new(vec![service("db"), service("api")]).after("api", "db", Condition::Success);
    let before = sample.running_engine();
    for id in ["db", "api"] {
        sample.container(id).environment.push(variable("A", Text::from("1")));
    }
    let plan = sample.plan(&before).plan;
    let id = id_of(&before, "pt-shop-api-1");
    let first = plan.nodes.iter().position(|node| node.subject == "api").unwrap();
    assert!(matches!(&plan.nodes[first].action, Action::Rename { container, .. } if *container == id));
    assert!(comes_after(&plan, first, find(&plan, "await pt-shop-db-1")));
}

#[test]
fn a_changed_secret_is_a_cause_and_its_content_is_nowhere() {
    let mut sample = Sample::new(vec![service("api")]).secret("api-key", "s3cr3t-before");
    let mut key = Text::literal("Bearer ");
    key.push(Segment::secret("api-key".to_owned()));
    sample.container("api").environment.push(variable("AUTH", key));
    let before = sample.running_engine();
    sample.secrets.insert("api-key".to_owned(), "s3cr3t-after".to_owned());
    let planned = sample.plan(&before);
    assert_snapshot!(shown(&planned), @"
    ~ api (secret api-key changed)
    note: api: `AUTH` holds `api-key`: visible in `docker inspect`
    1 to replace
    ");
    let everything = format!("{planned:?}{before:?}");
    assert!(!everything.contains("s3cr3t"), "{everything}");
}

#[test]
fn changed_contents_of_files_name_the_argument_and_the_path() {
    let mut sample = database();
    let path = "/docker-entrypoint-initdb.d/10.sql";
    sample.container("db").mounts.push(content(path, Text::literal("x".repeat(300)), "scripts"));
    sample.container("db").mounts.push(content("/etc/motd", Text::from("hello"), "mounts"));
    let before = sample.running_engine();
    let mounts = &mut sample.container("db").mounts;
    mounts[1] = content(path, Text::literal("y".repeat(300)), "scripts");
    mounts[2] = content("/etc/motd", Text::from("good morning"), "mounts");
    assert_snapshot!(shown(&sample.plan(&before)), @r#"
    ~ db
        scripts./docker-entrypoint-initdb.d/10.sql changed
        mounts./etc/motd "content hello" → "content good morning"
    note: db: `10.sql` does not run any more: it was changed after the volume `pt-shop_pgdata` was initialised
    1 to replace
    "#);
}

#[test]
fn the_order_of_variables_and_mounts_is_no_change() {
    let mut sample = database();
    sample.container("db").mounts.push(content("/a", Text::from("a"), "mounts"));
    let before = sample.running_engine();
    sample.container("db").environment.reverse();
    sample.container("db").mounts.reverse();
    assert!(sample.plan(&before).plan.is_empty());
}

#[test]
fn a_value_that_comes_from_the_store_is_the_same_as_one_that_is_written() {
    let mut sample = Sample::new(vec![service("api")]);
    sample.container("api").environment.push(variable("URL", Text::from("http://db:1/")));
    let before = sample.running_engine();
    let mut url = Text::from("http://");
    url.push(Segment::Value { name: "host".to_owned(), content: Some("db".to_owned()) });
    url.push(Segment::Literal(":1/".to_owned()));
    sample.container("api").environment[0].value = url;
    assert!(sample.plan(&before).plan.is_empty());
}

#[test]
fn an_image_that_moved_under_its_name_replaces_the_container() {
    let sample = database();
    let mut engine = sample.running_engine();
    engine.images.insert("postgres:16.2".to_owned(), "sha256:other".to_owned());
    assert_snapshot!(shown(&sample.plan(&engine)), @"
    ~ db (image moved: its name stands for another one now)
    1 to replace
    ");
}

#[test]
fn what_has_stopped_is_started_again_with_its_secrets() {
    let sample = database();
    let mut engine = sample.running_engine();
    engine.containers[0].state = State::Exited(137);
    let planned = sample.plan(&engine);
    assert_snapshot!(shown(&planned), @"
    > db (exited with 137)
    1 to start
    ");
    let id = &engine.containers[0].engine_id;
    assert_eq!(
        steps(&planned.plan, "db"),
        [format!("place secrets of {id}"), format!("start {id}"), format!("await {id}")]
    );
}

#[test]
fn force_recreate_replaces_what_has_not_changed() {
    let mut sample = database();
    let engine = sample.running_engine();
    sample.options.force_recreate = true;
    assert_snapshot!(shown(&sample.plan(&engine)), @"
    ~ db (asked for by --force-recreate)
    1 to replace
    ");
}

#[test]
fn a_container_that_is_only_created_when_missing_stays_and_its_drift_is_told() {
    let mut sample = Sample::new(vec![service("api")]);
    let engine = sample.running_engine();
    sample.container("api").create = Create::WhenMissing;
    sample.container("api").environment.push(variable("A", Text::from("1")));
    assert_snapshot!(shown(&sample.plan(&engine)), @r#"
    = api
    note: api: kept as it is, though it differs: env.A "1" added
    1 unchanged
    "#);
}

#[test]
fn no_recreate_keeps_what_has_changed() {
    let mut sample = Sample::new(vec![service("api")]);
    let engine = sample.running_engine();
    sample.options.no_recreate = true;
    sample.container("api").tty = true;
    let planned = sample.plan(&engine);
    assert!(planned.plan.is_empty());
    assert_eq!(planned.plan.notes.len(), 1);
}

#[test]
fn data_that_is_not_in_a_volume_is_warned_about_before_it_is_lost() {
    let mut sample = database();
    sample.container("db").mounts.clear();
    let engine = sample.running_engine();
    sample.container("db").tty = true;
    let notes = sample.plan(&engine).plan.notes;
    assert!(notes.iter().any(|note| note.message.contains("goes with the old container")), "{notes:?}");
}

#[test]
fn fewer_replicas_remove_the_last_ones() {
    let mut sample = Sample::new(vec![service("api")]);
    sample.container("api").replicas = 3;
    let engine = sample.running_engine();
    assert_eq!(engine.containers.len(), 3);
    sample.container("api").replicas = 2;
    assert_snapshot!(shown(&sample.plan(&engine)), @r#"
    - api-3
        scaling "3" → "2"
    = api-1
    = api-2
    1 to remove, 2 unchanged
    "#);
}

#[test]
fn no_replicas_at_all_leave_nothing() {
    let mut sample = Sample::new(vec![service("api"), service("web")]).after("web", "api", Condition::Success);
    let engine = sample.running_engine();
    sample.container("api").replicas = 0;
    assert_snapshot!(shown(&sample.plan(&engine)), @r#"
    - api-1
        scaling "1" → "0"
    = web
    1 to remove, 1 unchanged
    "#);
    assert_eq!(steps(&sample.plan(&sample.empty_engine()).plan, "api"), Vec::<String>::new());
}

#[test]
fn orphans_are_told_and_removed_only_when_asked() {
    let both = Sample::new(vec![service("api"), service("worker")]);
    let engine = both.running_engine();
    let mut sample = Sample::new(vec![service("api")]);
    assert_snapshot!(shown(&sample.plan(&engine)), @"
    = api
    note: worker: `pt-shop-worker-1` is no longer in the file; `--remove-orphans` removes it
    1 unchanged
    ");
    sample.options.remove_orphans = true;
    assert_snapshot!(shown(&sample.plan(&engine)), @"
    - worker (no longer in the file)
    = api
    1 to remove, 1 unchanged
    ");
    sample.known.insert("worker".to_owned());
    assert!(sample.plan(&engine).plan.is_empty());
}

#[test]
fn pulls_asked_for_come_first_and_only_once() {
    let mut sample = Sample::new(vec![service("api")]);
    let engine = sample.running_engine();
    sample.options.pull = PullPolicy::Always;
    let plan = sample.plan(&engine).plan;
    assert!(matches!(&plan.nodes[0].action, Action::Pull { always: true, .. }));
    assert_eq!(plan.counts(), [(Change::Pull, 1), (Change::Keep, 1)]);
    sample.refreshed.insert("busybox:1.36".to_owned());
    assert!(sample.plan(&engine).plan.is_empty());
}

#[test]
fn a_volume_is_made_once_and_never_again() {
    let mut sample = Sample::new(vec![service("api")]);
    sample.container("api").mounts.push(volume_mount("cache", "/cache"));
    let sample = Sample::new(sample.program.containers.into_values().collect());
    let planned = sample.plan(&sample.empty_engine());
    assert_eq!(steps(&planned.plan, "volume cache"), ["create pt-shop_cache"]);
    let plan = sample.plan(&sample.running_engine()).plan;
    assert_eq!(steps(&plan, "volume cache"), Vec::<String>::new());
}

#[test]
fn a_new_key_for_the_hashes_replaces_only_what_holds_secrets() {
    let sample = Sample::new(vec![postgres("db"), service("api")]).secret("postgres-password", "first");
    let mut engine = sample.running_engine();
    for seen in &mut engine.containers {
        seen.labels.insert(labels::SPEC.to_owned(), "of-another-key".to_owned());
    }
    engine.volumes.clear();
    let config = engine.containers.iter_mut().find_map(|seen| seen.labels.get_mut(labels::CONFIG)).unwrap();
    *config = config.replace(&sample.request().digests["postgres-password"], "of-another-key");
    let planned = sample.plan(&engine);
    assert_eq!(hindered(&planned), []);
    let rows = planned.plan.rows();
    let causes = |subject: &str| rows.iter().find(|row| row.subject == subject).unwrap().because.clone();
    assert_eq!(causes("db"), [Cause::SecretChanged("postgres-password".to_owned())]);
    assert_eq!(causes("api"), []);
}

#[test]
fn a_container_in_a_network_that_is_gone_is_made_anew() {
    let sample = Sample::new(vec![service("api")]);
    let mut engine = sample.running_engine();
    engine.containers[0].state = State::Exited(0);
    engine.networks.clear();
    assert_snapshot!(shown(&sample.plan(&engine)), @"
    + network pt-shop (not found)
    ~ api
        network changed
    1 to create, 1 to replace
    ");
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    let sample = Sample::new(vec![postgres("db"), service("api"), service("web")])
        .secret("postgres-password", "first")
        .after("api", "db", Condition::Success);
    let engine = sample.empty_engine();
    assert_eq!(format!("{:?}", sample.plan(&engine)), format!("{:?}", sample.plan(&engine)));
}

#[test]
fn a_url_that_a_secret_breaks_is_told_and_one_that_encodes_it_is_not() {
    let shown_with = |content: &str, encoding: Encoding| {
        let mut sample = Sample::new(vec![service("api")]).secret("p", content);
        let mut url = Text::literal("postgres://app:");
        url.append(&Text::secret("p").encoded(encoding).unwrap());
        url.push(Segment::Literal("@db:5432/app".to_owned()));
        sample.container("api").environment.push(variable("DATABASE_URL", url));
        shown(&sample.plan(&sample.empty_engine()))
    };
    assert_snapshot!(shown_with("p@ss/w#rd", Encoding::Plain), @"
    + network pt-shop (not found)
    + api (not found)
    note: api: the URL in `DATABASE_URL` breaks at the secret `p`, which holds characters that end a part of a URL: write `{pt.secret p | url}`
    note: api: `DATABASE_URL` holds `p`: visible in `docker inspect`
    2 to create
    ");
    assert!(!shown_with("p@ss/w#rd", Encoding::Url).contains("breaks"));
    assert!(!shown_with("Tr0ub4dor-3", Encoding::Plain).contains("breaks"));
}

#[test]
fn another_encoding_is_another_container() {
    let mut sample = Sample::new(vec![service("api")]).secret("p", "p@ss/w#rd");
    sample.container("api").environment.push(variable("URL", Text::secret("p")));
    let before = sample.running_engine();
    let encoded = Text::secret("p").encoded(Encoding::Base64).unwrap();
    *sample.container("api").environment.last_mut().unwrap() = variable("URL", encoded);
    assert_snapshot!(shown(&sample.plan(&before)), @r#"
    ~ api
        env.URL "<secret:p>" → "<secret:p|base64>"
    note: api: `URL` holds `p`: visible in `docker inspect`
    1 to replace
    "#);
}
