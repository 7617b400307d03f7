//! What is not ours is not touched, whatever it is called.

use serde_json::json;

use crate::harness::{Foreign, Project};

const WEB: &str = "modules:
  - id: web
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [sleep, '600']
      await: false
      mounts: [{path: /data, source: {type: volume, scope: project, id: data}}]
";

#[track_caller]
fn refuses(project: &Project, foreign: &Foreign, name: &str) {
    let ran = project.pt(&["run", "web", "-d"]).run().ends_with(1);
    ran.tells(name).tells("nothing was changed").tells("help");
    assert!(project.labelled().names().is_empty());
    project.pt(&["down", "--volumes", "--yes"]).run().succeeds();
    foreign.is_untouched();
}

#[test]
fn a_foreign_container_of_a_wanted_name_is_left_alone() {
    let project = Project::new("foreign-c", WEB);
    let name = project.container_name("web");
    refuses(&project, &Foreign::container(&name, &json!({})), &name);
}

#[test]
fn a_foreign_volume_of_a_wanted_name_is_left_alone() {
    let project = Project::new("foreign-v", WEB);
    let name = format!("{}_data", project.name);
    refuses(&project, &Foreign::volume(&name), &name);
}

#[test]
fn a_foreign_network_of_a_wanted_name_is_left_alone() {
    let project = Project::new("foreign-n", WEB);
    let name = project.name.clone();
    refuses(&project, &Foreign::network(&name), &name);
}

#[test]
fn a_container_that_somebody_put_into_our_network_is_left_alone_and_named() {
    let project = Project::new("guest", WEB);
    project.pt(&["run", "web", "-d"]).run().succeeds();
    let name = format!("{}-guest", project.name);
    let guest = Foreign::container(&name, &json!({ "HostConfig": { "NetworkMode": project.name } }));
    let ran = project.pt(&["down", "--timeout", "0"]).run().succeeds();
    ran.tells("warning").tells(&name);
    guest.is_untouched();
    drop(guest);
    project.pt(&["down"]).run().succeeds();
}

#[test]
fn a_folder_of_the_same_name_elsewhere_is_another_project() {
    let project = Project::new("twin", WEB);
    project.pt(&["run", "web", "-d"]).run().succeeds();
    let before = project.identities();
    let place = tempfile::tempdir().unwrap();
    let twin = place.path().canonicalize().unwrap().join(project.root().file_name().unwrap());
    std::fs::create_dir(&twin).unwrap();
    std::fs::write(twin.join("polytope.yml"), WEB.replace("600", "601")).unwrap();
    // Before anything of it was started, nothing there is its own.
    project.pt_in(&twin, &["down", "--volumes", "-y"]).run().succeeds();
    assert_eq!(project.identities(), before);
    project.pt_in(&twin, &["run", "web", "-d"]).run().succeeds();
    assert_eq!(project.identities(), before);
    let listed = project.pt_in(&twin, &["ls"]).run().succeeds().stdout;
    assert!(listed.contains(&twin.display().to_string()), "{listed}");
    project.pt_in(&twin, &["down", "--volumes", "-y"]).run().succeeds();
    assert_eq!(project.identities(), before);
}

#[test]
fn what_another_user_wrote_is_not_run_until_that_is_said() {
    /// `nobody`, on every machine.
    const OTHER: u32 = 65534;
    let project = Project::new("others", WEB);
    let file = project.root().join("polytope.yml");
    // Only root can give a file away.
    if std::os::unix::fs::chown(&file, Some(OTHER), None).is_err() {
        return;
    }
    for command in [&["run", "web", "-d"][..], &["plan", "web"], &["run", "web", "--dry-run"], &["include", "list"]] {
        project.pt(command).run().ends_with(2).tells("belongs to").tells("safe-directories");
    }
    assert!(project.labelled().names().is_empty());
    project.pt(&["check"]).run().succeeds();
    project.pt(&["plan", "web"]).env("SUDO_UID", OTHER.to_string()).run().succeeds();
    project.pt(&["plan", "web"]).env("PT_SAFE_DIRECTORIES", "*").run().succeeds();
}
