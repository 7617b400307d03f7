//! `pt down` and `pt stop`: what stays is said, and data only go when somebody said yes.

use crate::harness::Project;

const KEEPING: &str = "templates: [{id: stack, run: [web, once]}]
modules:
  - id: web
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [sh, -c, 'echo here > /data/file; sleep 600']
      restart: {policy: always}
      mounts:
        - {path: /data, source: {type: volume, scope: project, id: kept}}
        - {path: /cache, source: {type: volume, scope: job, id: passing}}
  - {id: once, module: polytope/container, args: {image: 'pt-tests/busybox:1', cmd: ['true']}}
";

fn volume(project: &Project) -> String {
    format!("{}_kept", project.name)
}

#[test]
fn volumes_stay_and_are_named() {
    let project = Project::new("down", KEEPING);
    project.up();
    let volume = volume(&project);
    let ran = project.pt(&["down", "--timeout", "0"]).run().succeeds();
    ran.tells(&format!("kept {volume}")).tells("pt down --volumes");
    assert_eq!(project.labelled().names(), [format!("volume {volume}")]);
    project.up();
    project.pt(&["exec", "web", "--", "cat", "/data/file"]).run().succeeds().says("here");
}

#[test]
fn volumes_are_not_removed_without_a_yes() {
    let project = Project::new("volumes", KEEPING);
    project.up();
    let before = project.labelled().names();
    let ran = project.pt(&["down", "--volumes"]).run().ends_with(2);
    ran.tells(&volume(&project)).tells("--yes");
    assert_eq!(project.labelled().names(), before);
    assert_eq!(project.container("web")["State"]["Running"], true);
    project.pt(&["down", "--volumes", "--yes", "--timeout", "0"]).run().succeeds();
    assert!(project.labelled().names().is_empty());
}

#[test]
fn going_down_twice_is_no_failure() {
    let project = Project::new("twice", KEEPING);
    project.up();
    project.pt(&["down", "--timeout", "0"]).run().succeeds();
    project.pt(&["down"]).run().succeeds().tells("nothing");
}

#[test]
fn stop_keeps_everything_and_run_goes_on_from_it() {
    let project = Project::new("stop", KEEPING);
    project.up();
    let before = project.identities();
    project.pt(&["stop", "--timeout", "0"]).run().succeeds();
    assert_eq!(project.container("web")["State"]["Running"], false);
    project.up();
    assert_eq!(project.identities(), before);
    assert_eq!(project.container("web")["State"]["Running"], true);
}

#[test]
fn what_does_not_want_to_stop_is_killed_in_time_and_all_of_it_at_once() {
    let deaf = |id: &str| {
        format!(
            "  - {{id: {id}, module: polytope/container, args: {{image: 'pt-tests/busybox:1', await: false, \
             cmd: [sh, -c, 'trap true TERM; while true; do sleep 0.1; done']}}}}\n"
        )
    };
    let modules: String = ["a", "b", "c"].map(deaf).concat();
    let project = Project::new("deaf", &format!("templates: [{{id: stack, run: [a, b, c]}}]\nmodules:\n{modules}"));
    project.up();
    let ran = project.pt(&["down", "--timeout", "2"]).run().succeeds();
    assert!(ran.took < std::time::Duration::from_secs(5), "{ran}");
}
