//! Volumes: listed, removed one by one after a question, and never taken for ours because of their labels alone.

use serde_json::{Value, json};

use crate::harness::Project;

const KEEPS: &str = "modules:
  - id: keep
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [sh, -c, 'echo kept > /data/file; sleep 600']
      await: false
      mounts:
        - {path: /data, source: {type: volume, scope: project, id: data}}
        - {path: /more, source: {type: volume, scope: project, id: more}}
";

fn listed(project: &Project) -> Vec<Value> {
    let text = project.pt(&["volume", "ls", "-o", "json"]).run().succeeds().stdout;
    let document: Value = serde_json::from_str(&text).unwrap();
    document["volumes"].as_array().unwrap().clone()
}

#[test]
fn one_volume_is_removed_after_a_question_that_says_what_is_lost() {
    let project = Project::new("volume-rm", KEEPS);
    let name = format!("{}_data", project.name);
    project.pt(&["run", "keep", "-d"]).run().succeeds();
    let ids: Vec<Value> = listed(&project).iter().map(|volume| volume["id"].clone()).collect();
    assert_eq!(ids, ["data", "more"]);
    project.pt(&["volume", "rm", "data", "-y"]).run().ends_with(1).tells("is used by").tells("pt down");
    project.pt(&["down", "-t", "0"]).run().succeeds();
    let asked = project.pt(&["volume", "rm", "data"]).run().ends_with(2).tells("with all data?").tells("--yes");
    asked.tells(" B").tells("made").tells(&project.root().display().to_string()).tells(&format!("/{name}/_data"));
    assert_eq!(listed(&project).len(), 2);
    project.pt(&["volume", "rm", "dat", "-y"]).run().ends_with(1).tells("did you mean `data`?");
    project.pt(&["volume", "rm", &name, "-y"]).run().succeeds();
    let left = listed(&project);
    assert_eq!((left.len(), &left[0]["id"], &left[0]["used_by"]), (1, &json!("more"), &json!([])));
    let down = project.pt(&["down", "--volumes"]).run().ends_with(2);
    down.tells(&format!("{}_more", project.name)).tells("made").tells("_data)");
    project.pt(&["down", "--volumes", "-y"]).run().succeeds();
    project.pt(&["volume", "ls"]).run().succeeds().tells("has no volumes");
}

#[test]
fn labels_alone_make_no_volume_ours() {
    let project = Project::new("volume-forged", KEEPS);
    let name = format!("{}_data", project.name);
    let labels = json!({
        "dev.pt.project": project.name, "dev.pt.kind": "volume", "dev.pt.volume": "data", "dev.pt.scope": "project",
        "dev.pt.directory": project.root(), "dev.pt.proof": "00000000000000000000000000000000",
    });
    project.engine.call("POST", "/volumes/create", Some(&json!({ "Name": name, "Labels": labels })));
    let volume = || project.engine.call("GET", &format!("/volumes/{name}"), None).0;
    for command in [&["plan", "keep"][..], &["run", "keep", "-d"]] {
        project.pt(command).run().ends_with(1).tells("nothing proves").tells(&format!("pt volume adopt {name}"));
    }
    project.pt(&["down", "--volumes", "-y"]).run().succeeds().tells("nothing proves");
    project.pt(&["volume", "rm", "data", "-y"]).run().ends_with(1).tells("pt volume adopt");
    assert_eq!(volume(), 200, "it was removed");
    project.pt(&["volume", "adopt", "data"]).run().ends_with(2).tells("Take over").tells("--yes");
    project.pt(&["volume", "adopt", "data", "-y"]).run().succeeds();
    project.pt(&["run", "keep", "-d"]).run().succeeds();
    project.pt(&["down", "--volumes", "-y", "-t", "0"]).run().succeeds();
    assert_eq!(volume(), 404);
}
