//! The way on after a refusal: the lines that are offered are those that were typed with a flag more, and they work.

use std::process::Output;

use super::{PT, Project, both, run};

const MODULES: &str = "templates:
  - {id: stack, run: [api]}
modules:
  - id: api
    module: polytope/container
    params: [{id: note, type: [maybe, str]}]
    args:
      image: busybox
      cmd: sleep 9
      env: [{name: API_PASSWORD, value: password}, {name: NOTE, value: pt.param note}]
      restart: {policy: always}
";

const TOOLS: &str = "tools:
  stack: {run: [{tool: api}]}
  api:
    inputs: {note: {type: [maybe, str]}}
    run:
      - tool: polytope/container
        args:
          image: busybox
          cmd: sleep 9
          env: [{name: API_PASSWORD, value: password}, {name: NOTE, value: pt.input note}]
          restart: {policy: always}
";

fn pt(project: &Project, words: &[&str]) -> Output {
    run(project.command(PT).args(words))
}

/// The lines that a refusal offers: for this machine alone, and with all dangers.
fn offered(output: &Output) -> Vec<String> {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = |what: &str| said.lines().find_map(|line| line.split_once(what)?.1.strip_suffix('`').map(str::to_owned));
    let dev = line("where only this machine reaches it: `");
    dev.into_iter().chain(line("to go on all the same: `")).collect()
}

#[test]
fn a_refusal_offers_the_typed_command_with_a_flag_more_and_it_works() {
    for blueprint in [MODULES, TOOLS] {
        let project = Project::new(blueprint);
        for words in [
            &["render"][..],
            &["render", "stack"],
            &["render", "-o", "json", "--", "stack"],
            &["render", "api{note: \"it's a note\"}"],
            &["render", "api", "--param", "note=a b"],
            &["render", "--allow", "default-password"],
            &["-q", "render"],
        ] {
            let refused = pt(&project, words);
            assert_eq!(refused.status.code(), Some(2), "{}", both(&refused));
            let lines = offered(&refused);
            assert_eq!(lines.len(), 2, "{words:?}: {}", both(&refused));
            for line in lines {
                let typed = run(project.command("sh").args(["-c", &line]));
                assert!(typed.status.success(), "{line}: {}", both(&typed));
            }
        }
    }
}

#[test]
fn each_command_is_offered_itself() {
    let project = Project::new(MODULES);
    for command in ["plan", "run", "render"] {
        let lines = offered(&pt(&project, &[command, "stack"]));
        let flags = ["--profile dev", "--allow default-password,mutable-image"];
        assert_eq!(lines, flags.map(|flag| format!("pt {command} stack {flag}")));
    }
    let after = offered(&pt(&project, &["run", "-d", "--", "stack"]));
    assert_eq!(after[0], "pt run -d --profile dev -- stack");
}

#[test]
fn nothing_is_offered_that_does_not_open() {
    let denied = Project::new(MODULES);
    let refused = pt(&denied, &["render", "--deny", "mutable-image"]);
    assert_eq!(offered(&refused), [""; 0], "{}", both(&refused));
    let broken = Project::new(&MODULES.replace("cmd:", "cdm: x\n      scaling: two\n      cmd:"));
    assert_eq!(offered(&pt(&broken, &["render"])), [""; 0], "what cannot be understood is to be mended");
    let wide = MODULES.replace(
        "      restart:",
        "      services: [{id: api, ports: [{port: 80, expose-as: \"0.0.0.0:80\"}]}]\n      restart:",
    );
    let refused = pt(&Project::new(&wide), &["render"]);
    assert!(offered(&refused).iter().all(|line| !line.contains("--profile")), "{}", both(&refused));
}

#[test]
fn a_secret_among_the_words_is_not_repeated() {
    let project = Project::new(&MODULES.replace("id: note,", "id: token,").replace("pt.param note", "pt.param token"));
    let refused = pt(&project, &["render", "api", "--param", "token=hunter2hunter2"]);
    assert!(!both(&refused).contains("hunter2"), "{}", both(&refused));
}

#[test]
fn what_a_baseline_holds_is_let_through_and_nothing_else() {
    let project = Project::new(MODULES);
    let written = pt(&project, &["check", "--write-baseline", "pt-baseline.json"]);
    assert!(written.status.success(), "{}", both(&written));
    project.write("pt.toml", "baseline = \"pt-baseline.json\"\n");
    assert!(pt(&project, &["render"]).status.success());
    project
        .write("polytope.yml", &MODULES.replace("{name: NOTE", "{name: MORE_PASSWORD, value: changeme}, {name: NOTE"));
    let refused = pt(&project, &["render"]);
    assert_eq!(refused.status.code(), Some(2), "{}", both(&refused));
    assert!(
        both(&refused).contains("MORE_PASSWORD") && !both(&refused).contains("`API_PASSWORD`"),
        "{}",
        both(&refused)
    );
    project.write("polytope.yml", &MODULES.replace("module: polytope/container", "module: polytope/contain"));
    assert!(pt(&project, &["check", "--write-baseline", "pt-baseline.json"]).status.success());
    assert_eq!(pt(&project, &["render"]).status.code(), Some(2), "what cannot be understood is never let through");
}
