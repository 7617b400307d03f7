//! Changes: exactly what has changed is made anew, each with its cause, and data stay.

use std::fs;

use crate::harness::{Engine, Project};

/// A container that keeps a number in a project volume and counts its starts there.
fn counting(image: &str, variable: &str, more: &str) -> String {
    format!(
        "templates: [{{id: stack, run: [count, other]}}]
modules:
  - id: count
    module: polytope/container
    args:
      image: {image}
      cmd: [sh, -c, 'echo start >> /data/starts; cat /data/starts; sleep 600']
      env: [{{name: LEVEL, value: {variable}}}]
      mounts:
        - {{path: /data, source: {{type: volume, scope: project, id: numbers}}}}
        {more}
      restart: {{policy: always}}
  - id: other
    module: polytope/container
    args: {{image: 'pt-tests/busybox:1', cmd: [sleep, '600'], restart: {{policy: always}}}}
"
    )
}

const IMAGE: &str = "pt-tests/busybox:1";

/// The container's id, and how often it has started on this data.
#[track_caller]
fn state(project: &Project) -> (String, usize) {
    let id = project.container("count")["Id"].as_str().unwrap().to_owned();
    let log = project.pt(&["exec", "count", "--", "cat", "/data/starts"]).run().succeeds().stdout;
    (id, log.lines().count())
}

/// Runs, and checks that `count` alone is another container now, on the same data.
#[track_caller]
fn replaces_count_alone(project: &Project, cause: &str) {
    let (before, starts) = state(project);
    let other = project.container("other")["Id"].clone();
    let planned = project.pt(&["plan", "--exit-code"]).run().ends_with(2);
    planned.says("~ count").says(cause).says("1 to replace").says("1 unchanged");
    project.up();
    let (after, more) = state(project);
    assert_ne!(after, before, "count is not replaced");
    assert_eq!(more, starts + 1, "its data are lost");
    assert_eq!(project.container("other")["Id"], other, "other is replaced too");
    project.pt(&["plan", "--exit-code"]).run().succeeds();
}

#[test]
fn a_changed_variable_replaces_its_container_and_keeps_the_data() {
    let project = Project::new("env", &counting(IMAGE, "low", ""));
    project.up();
    project.blueprint(&counting(IMAGE, "high", ""));
    replaces_count_alone(&project, r#"env.LEVEL "low" → "high""#);
}

#[test]
fn a_restart_says_what_it_leaves_as_it_was() {
    let project = Project::new("restart-old", &counting(IMAGE, "pt.value level", ""));
    project.pt(&["values", "set", "level", "low"]).run().succeeds();
    project.up();
    let again = project.pt(&["restart", "-t", "1", "count"]).run().succeeds();
    assert!(!again.stderr.contains("as it was made"), "{again}");
    project.pt(&["values", "set", "level", "high"]).run().succeeds();
    let stale = project.pt(&["restart", "-t", "1", "count"]).run().succeeds();
    stale.tells("count: started as it was made; since then env.LEVEL \"low\" → \"high\": `pt run` brings it in");
    let other = project.pt(&["restart", "-t", "1", "other"]).run().succeeds();
    assert!(!other.stderr.contains("as it was made"), "{other}");
}

#[test]
fn a_changed_mount_replaces_its_container_and_keeps_the_data() {
    let project = Project::new("mount", &counting(IMAGE, "low", ""));
    project.up();
    let more = "- {path: /etc/motd, source: {type: string, data: hello}}";
    project.blueprint(&counting(IMAGE, "low", more));
    replaces_count_alone(&project, "/etc/motd");
}

#[test]
fn an_image_that_moved_replaces_its_container_and_keeps_the_data() {
    let engine = Engine::new();
    let tag = |image: &str| {
        let path = format!("/images/{image}/tag?repo=pt-tests/moving&tag={}", std::process::id());
        assert_eq!(engine.call("POST", &path, None).0, 201);
    };
    let image = format!("pt-tests/moving:{}", std::process::id());
    tag("busybox:latest");
    let project = Project::new("image", &counting(&image, "low", ""));
    project.up();
    tag("redis:7");
    replaces_count_alone(&project, "image moved");
    drop(project);
    engine.call("DELETE", &format!("/images/{image}"), None);
}

#[test]
fn a_changed_secret_replaces_exactly_those_that_use_it() {
    let module = |id: &str, secret: &str| {
        format!(
            "  - id: {id}
    module: polytope/container
    args:
      image: {IMAGE}
      cmd: [sleep, '600']
      restart: {{policy: always}}
      env: [{{name: KEY, value: pt.secret {secret}}}]
"
        )
    };
    let text =
        format!("templates: [{{id: stack, run: [one, two]}}]\nmodules:\n{}{}", module("one", "a"), module("two", "b"));
    let project = Project::new("rotate", &text);
    project.secret("a", "first-content");
    project.secret("b", "other-content");
    project.up();
    let id = |id: &str| project.container(id)["Id"].clone();
    let (one, two) = (id("one"), id("two"));
    project.secret("a", "second-content");
    let planned = project.pt(&["plan"]).run().succeeds().says("~ one").says("secret a changed");
    planned.says("1 to replace, 1 unchanged").never_mentions("-content");
    project.up();
    assert_ne!(id("one"), one);
    assert_eq!(id("two"), two);
    let now = project.pt(&["exec", "one", "--", "sh", "-c", "test $KEY = second-content"]).run();
    now.succeeds();
}

#[test]
fn what_somebody_stopped_is_started_again_as_it_is() {
    let project = Project::new("stopped", &counting(IMAGE, "low", ""));
    project.up();
    let before = project.identities();
    project.pt(&["stop", "count", "--timeout", "0"]).run().succeeds();
    assert_eq!(project.container("count")["State"]["Running"], false);
    project.pt(&["plan"]).run().succeeds().says("> count").says("exited with");
    project.up();
    assert_eq!(project.identities(), before);
    assert_eq!(project.container("count")["State"]["Running"], true);
}

#[test]
fn what_somebody_removed_is_made_again() {
    let project = Project::new("removed", &counting(IMAGE, "low", ""));
    project.up();
    let path = format!("/containers/{}?force=1", project.container_name("count"));
    project.engine.call("DELETE", &path, None);
    project.up();
    assert_eq!(state(&project).1, 2);
}

#[test]
fn force_recreate_replaces_what_has_not_changed() {
    let project = Project::new("force", &counting(IMAGE, "low", ""));
    project.up();
    let before = project.container("other")["Id"].clone();
    project.pt(&["run", "-d", "--force-recreate"]).run().succeeds();
    assert_ne!(project.container("other")["Id"], before);
    assert_eq!(state(&project).1, 2);
}

#[test]
fn what_is_no_longer_in_the_file_is_reported_and_removed_when_asked() {
    let project = Project::new("orphan", &counting(IMAGE, "low", ""));
    project.up();
    let text = fs::read_to_string(project.root().join("polytope.yml")).unwrap();
    let (first, _) = text.split_once("  - id: other").unwrap();
    project.blueprint(&first.replace("[count, other]", "[count]"));
    project.pt(&["run", "-d"]).run().succeeds().tells("other").tells("--remove-orphans");
    assert!(project.has("other"));
    project.pt(&["run", "-d", "--remove-orphans"]).run().succeeds();
    assert!(!project.has("other"));
    assert!(project.has("count"));
}

#[test]
fn a_change_that_does_not_get_ready_leaves_what_ran_before() {
    let serving = |command: &str| {
        format!(
            "modules:
  - id: web
    module: polytope/container
    args:
      image: {IMAGE}
      cmd: {command}
      services: [{{id: web, ports: [{{port: 80, protocol: http, internal: true}}]}}]
"
        )
    };
    let project = Project::new("rescue", &serving("[httpd, -f, -p, '80']"));
    project.pt(&["run", "web", "-d"]).run().succeeds();
    let before = project.container("web")["Id"].clone();
    project.blueprint(&serving("[sh, -c, 'echo cannot; exit 4']"));
    let ran = project.pt(&["run", "web", "-d"]).run().ends_with(1);
    ran.tells("`web` ended with exit code 4").tells("cannot").tells("what ran before runs again");
    let now = project.container("web");
    assert_eq!((&now["Id"], &now["State"]["Running"]), (&before, &true.into()));
    assert_eq!(project.labelled().containers.len(), 1);
}

#[test]
fn secret_files_that_went_with_a_restart_of_the_machine_are_written_again() {
    let project = Project::new(
        "reboot",
        &format!(
            "modules:
  - id: web
    module: polytope/container
    args:
      image: {IMAGE}
      await: false
      cmd: [sleep, '600']
      mounts: [{{path: /run/secrets/word, source: {{type: string, data: pt.secret word}}}}]
"
        ),
    );
    project.secret("word", "in-memory");
    project.pt(&["run", "web", "-d"]).run().succeeds();
    let before = project.identities();
    project.pt(&["stop", "--timeout", "0"]).run().succeeds();
    fs::remove_dir_all(project.memory().join("pt")).unwrap();
    project.pt(&["run", "web", "-d"]).run().succeeds();
    assert_eq!(project.identities(), before);
    project.pt(&["exec", "web", "--", "grep", "-q", "in-memory", "/run/secrets/word"]).run().succeeds();
}
