//! The main job: what `pt init` writes, running with its secret, and answering another container.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::harness::{Listen, Project, Proxy, Seen};

/// Asks the database from a container of its own, with the secret.
const ASK: &str = "
  - id: ask
    module: polytope/postgres!psql
    args:
      image: postgres:16.2
      hostname: postgres
      database: postgres
      username: postgres
      password: pt.secret postgres-password
      command: select 'the answer is ' || 6 * 7
";

/// What the secret is, where a test looks for it.
const CANARY: &str = "canary-4Zq7-not-to-be-seen";

/// What `pt init` writes, and a job that asks.
fn first_project(test: &str) -> Project {
    let project = Project::new(test, "");
    project.pt(&["init"]).run().succeeds();
    let written = fs::read_to_string(project.root().join("polytope.yml")).unwrap();
    project.blueprint(&format!("{written}{ASK}"));
    project
}

#[test]
fn the_first_project_answers_a_query_from_another_container() {
    let project = first_project("first");
    project.pt(&["secrets", "generate", "postgres-password"]).run().succeeds();
    project.pt(&["check"]).run().succeeds();
    project.up();
    project.pt(&["run", "ask"]).run().succeeds().says("the answer is 42");
}

#[test]
fn a_second_run_changes_nothing() {
    let project = first_project("again");
    project.pt(&["secrets", "generate", "postgres-password"]).run().succeeds();
    project.pt(&["plan", "--exit-code"]).run().ends_with(2);
    project.up();
    let before = project.identities();
    project.pt(&["plan", "--exit-code"]).run().succeeds().says("1 unchanged");
    let proxy = Proxy::new(Listen::Socket(project.home().to_owned()));
    project.pt(&["run", "-d"]).env("DOCKER_HOST", &proxy.host).run().succeeds();
    let asked = proxy.seen();
    assert!(!asked.is_empty() && !asked.iter().any(Seen::changes), "{asked:?}");
    assert_eq!(project.identities(), before);
}

#[test]
fn the_secret_is_in_no_description_label_or_output() {
    let project = first_project("canary");
    let set = project.pt(&["secrets", "set", "postgres-password", "-"]).input(CANARY).run().succeeds();
    set.never_mentions(CANARY);
    let commands: &[&[&str]] = &[
        &["run", "-d", "-vv"],
        &["plan"],
        &["plan", "-o", "json"],
        &["render"],
        &["ps"],
        &["ps", "-o", "json"],
        &["logs"],
        &["secrets", "list"],
        &["secrets", "list", "-o", "json"],
        &["secrets", "get", "postgres-password"],
        &["check", "--output", "json"],
        &["plan", "--force-recreate", "-vv"],
    ];
    for command in commands {
        project.pt(command).run().never_mentions(CANARY);
    }
    let container = project.container("postgres");
    let found = project.labelled();
    let id = container["Id"].as_str().unwrap();
    for shown in [&container, &found.containers.into(), &found.volumes.into(), &found.networks.into()] {
        assert!(!shown.to_string().contains(CANARY), "{shown}");
    }
    // Its files on the engine's disk, where this test may look at them.
    let disk = Path::new("/var/lib/docker/containers").join(id);
    for file in fs::read_dir(disk).into_iter().flatten().flatten() {
        let text = fs::read(file.path()).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&text).contains(CANARY), "{}", file.path().display());
    }
}

#[test]
fn the_secret_is_in_no_file_that_others_may_read() {
    let project = first_project("files");
    project.secret("postgres-password", CANARY);
    project.up();
    let mut plain = Vec::new();
    files_that_hold(CANARY, project.home(), &mut plain);
    files_that_hold(CANARY, project.root(), &mut plain);
    assert!(plain.is_empty(), "on disk and not encrypted: {plain:?}");
    files_that_hold(CANARY, project.memory(), &mut plain);
    for file in &plain {
        let mode = fs::metadata(file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o400, "{}", file.display());
    }
    assert_eq!(plain.len(), 1, "one container reads it as a file: {plain:?}");
}

fn files_that_hold(text: &str, directory: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_that_hold(text, &path, found);
        } else if String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).contains(text) {
            found.push(path);
        }
    }
}

#[test]
fn a_secret_that_a_container_prints_is_masked() {
    let project = Project::new(
        "masked",
        "modules:
  - id: leak
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [sh, -c, 'echo the secret is $WORD; echo $WORD | base64']
      env: [{name: WORD, value: pt.secret word}]
",
    );
    project.secret("word", CANARY);
    project.pt(&["plan", "leak"]).run().succeeds().says("visible in `docker inspect`").never_mentions(CANARY);
    let ran = project.pt(&["run", "leak"]).run().succeeds().says("the secret is ").never_mentions(CANARY);
    ran.never_mentions("Y2FuYXJ5LTRacTctbm90LXRvLWJlLXNlZW4");
    project.pt(&["logs"]).run().succeeds().says("the secret is ").never_mentions(CANARY);
    project.pt(&["logs", "-o", "jsonl"]).run().succeeds().never_mentions(CANARY);
}
