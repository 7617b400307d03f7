//! Containers in the words of an engine: names, secrets, ports, labels.

use insta::assert_snapshot;

use super::{hindered, made};
use crate::expand::{Expose, Port, PortRange, Protocol, Service, User};
use crate::plan::sample::{Sample, content, database, host, service, span, variable};
use crate::plan::{Upload, labels};
use crate::source::Spanned;
use crate::value::Text;

#[test]
fn a_secret_arrives_as_a_file_where_the_image_takes_one() {
    let sample = database();
    let plan = sample.plan(&sample.empty_engine()).plan;
    let request = made(&plan, "pt-shop-db-1");
    let path = "/run/secrets/POSTGRES_PASSWORD".to_owned();
    assert_eq!(request.environment[0], ("POSTGRES_PASSWORD_FILE".to_owned(), Text::literal(path.clone())));
    assert_eq!(request.secret_files, [Upload { path, content: Text::secret("postgres-password"), mode: 0o400 }]);
    assert_eq!(request.secret_owner, Some(999));
    assert_eq!(plan.notes, []);
}

#[test]
fn a_secret_in_the_environment_is_announced() {
    let mut sample = database();
    sample.options.secret_files = false;
    let plan = sample.plan(&sample.empty_engine()).plan;
    let request = made(&plan, "pt-shop-db-1");
    assert_eq!(request.environment[0], ("POSTGRES_PASSWORD".to_owned(), Text::secret("postgres-password")));
    assert_eq!(request.secret_files, []);
    assert_eq!(plan.notes[0].message, "`POSTGRES_PASSWORD` holds `postgres-password`: visible in `docker inspect`");
}

#[test]
fn a_file_twin_that_the_user_set_is_left_alone() {
    let mut sample = database();
    sample.container("db").environment.push(variable("POSTGRES_PASSWORD_FILE", Text::from("/mine")));
    let plan = sample.plan(&sample.empty_engine()).plan;
    assert_eq!(made(&plan, "pt-shop-db-1").secret_files, []);
}

#[test]
fn a_mounted_secret_goes_to_memory_only_where_secrets_go() {
    let mut sample = Sample::new(vec![service("api")]).secret("key", "k");
    sample.container("api").mounts = vec![
        content("/run/secrets/key", Text::secret("key"), "mounts"),
        content("/etc/key", Text::secret("key"), "mounts"),
    ];
    let plan = sample.plan(&sample.empty_engine()).plan;
    let request = made(&plan, "pt-shop-api-1");
    assert_eq!(request.secret_files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["/run/secrets/key"]);
    assert_eq!(request.uploads.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["/etc/key"]);
    assert_eq!(plan.notes.len(), 1, "{:?}", plan.notes);
}

#[test]
fn the_owner_of_secret_files_is_the_user_of_the_container() {
    let mut sample = database();
    sample.container("db").user = Some(Spanned::new(User::Invoking, span()));
    let plan = sample.plan(&sample.empty_engine()).plan;
    let request = made(&plan, "pt-shop-db-1");
    assert_eq!((request.user.as_deref(), request.secret_owner), (Some("1000:1000"), Some(1000)));
}

#[test]
fn host_paths_are_mounted_as_the_caller_resolved_them() {
    let mut sample = Sample::new(vec![service("api")]);
    sample.container("api").mounts.push(host("/app", "code"));
    sample.paths.insert("/home/ada/shop/code".to_owned(), Ok("/srv/code".to_owned()));
    let planned = sample.plan(&sample.empty_engine());
    assert_eq!(hindered(&planned), []);
    assert_eq!(made(&planned.plan, "pt-shop-api-1").binds, [("/srv/code".to_owned(), "/app".to_owned(), false)]);
}

#[test]
fn ranges_become_single_ports_and_services_become_aliases() {
    let mut sample = Sample::new(vec![service("api")]);
    let port = |first, last, protocol, expose| Port {
        range: Spanned::new(PortRange { first, last }, span()),
        protocol,
        expose,
        label: None,
    };
    let ports = vec![port(9000, 9001, Protocol::Udp, Expose::Internal), port(80, 80, Protocol::Http, Expose::Internal)];
    let service = |id: &str, ports| Service { id: Spanned::new(id.to_owned(), span()), ports };
    sample.container("api").services = vec![service("web", ports), service("api", Vec::new())];
    let plan = sample.plan(&sample.empty_engine()).plan;
    let request = made(&plan, "pt-shop-api-1");
    assert_eq!(request.ports, [(9000, true, None), (9001, true, None), (80, false, None)]);
    assert_eq!(request.aliases, ["api", "web"]);
}

#[test]
fn labels_say_everything_that_the_next_plan_needs() {
    let sample = database();
    let plan = sample.plan(&sample.empty_engine()).plan;
    let labels = &made(&plan, "pt-shop-db-1").labels;
    let shown: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_snapshot!(shown.join("\n"), @r#"
    com.docker.compose.container-number=1
    com.docker.compose.oneoff=False
    com.docker.compose.project=pt-shop
    com.docker.compose.project.config_files=/home/ada/shop/polytope.yml
    com.docker.compose.project.working_dir=/home/ada/shop
    com.docker.compose.service=db
    com.docker.compose.version=0.1.0
    dev.pt.blueprint=polytope/postgres
    dev.pt.config={"image":"postgres:16.2","env":{"POSTGRES_DB":"shop","POSTGRES_PASSWORD":[{"secret":"postgres-password"}]},"secret-files":["/run/secrets/POSTGRES_PASSWORD"],"mounts":{"/var/lib/postgresql/data":{"volume":"pgdata"}},"services":["db"],"ports":{"5432/tcp":"127.0.0.1:5432 if free"},"stop-seconds":10,"secrets":{"postgres-password":"ce1acac90b83d99d"}}
    dev.pt.container=db
    dev.pt.directory=/home/ada/shop
    dev.pt.image=postgres:16.2
    dev.pt.job=stack
    dev.pt.kind=container
    dev.pt.order=0
    dev.pt.ports=5432
    dev.pt.project=pt-shop
    dev.pt.ready={"postgres":{"port":5432}}
    dev.pt.replica=1
    dev.pt.spec=3e792d2a9971ad58
    dev.pt.version=0.1.0
    "#);
    assert!(!labels[labels::CONFIG].contains("first"), "no secret's content");
}
