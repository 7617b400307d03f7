//! `pt exec`: a program in a running container, as if it ran here.

use crate::harness::Project;

const WEB: &str = "modules:
  - {id: web, module: polytope/container, args: {image: 'pt-tests/busybox:1', cmd: [sleep, '600'], await: false}}
";

#[test]
fn input_output_and_exit_code_are_passed_on() {
    let project = Project::new("exec", WEB);
    project.pt(&["run", "web", "-d"]).run().succeeds();
    let script = "cat; echo $WORD in $PWD >&2; exit 7";
    let arguments = ["exec", "-e", "WORD=here", "-w", "/tmp", "web", "--", "sh", "-c", script];
    let ran = project.pt(&arguments).input("typed\n").run().ends_with(7);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("typed\n", "here in /tmp\n"));
    project.pt(&["exec", "web", "--", "nosuchprogram"]).run().ends_with(127);
}

#[test]
fn a_container_that_is_not_there_or_does_not_run_is_an_error() {
    let project = Project::new("exec-not", WEB);
    project.pt(&["run", "web", "-d"]).run().succeeds();
    project.pt(&["exec", "webb", "--", "true"]).run().ends_with(1).tells("did you mean `web`?");
    project.pt(&["stop", "--timeout", "0"]).run().succeeds();
    project.pt(&["exec", "web", "--", "true"]).run().ends_with(1).tells("does not run").tells("pt run -d");
}
