//! Programs in `code` steps, run with the project's consent.

use rustix::process::Signal;

use crate::harness::Project;

const CANARY: &str = "canary-3x9-secret";

/// A tool `stack` whose first step is a program, and more steps after it.
fn with_program(test: &str, program: &str, more: &str) -> Project {
    let lines: String = program.lines().map(|line| format!("          {line}\n")).collect();
    Project::new(test, &format!("tools:\n  stack:\n    run:\n      - id: work\n        code: |\n{lines}{more}"))
}

/// A step that prints something in a container of its own.
fn show(command: &str) -> String {
    format!(
        "      - {{id: show, after: {{step: work}}, tool: polytope/container, args: {{id: show, tty: false, \
         image: 'pt-tests/busybox:1', cmd: [sh, -c, '{command}']}}}}\n"
    )
}

const TRUST: [&str; 2] = ["run", "--trust"];

#[test]
fn without_consent_no_program_runs() {
    let project = with_program("consent", "pt.js\npt.setProjectValue('a', 'b')", "");
    let refused = project.pt(&["run"]).run().ends_with(2);
    refused.tells("`stack/work` (polytope.yml:4:9)").tells("`--trust`");
    project.pt(&["values", "get", "a"]).run().ends_with(4);
    project.pt(&["run"]).env("PT_TRUST", "1").run().succeeds();
    project.pt(&["values", "get", "a"]).run().succeeds().says("b");
}

#[test]
fn consent_is_remembered_until_a_program_changes() {
    let project = with_program("consent-kept", "pt.js\npt.log('one')", "");
    project.pt(&["run", "--yes"]).run().succeeds().says("one");
    project.pt(&["run"]).run().succeeds().says("one");
    let changed = std::fs::read_to_string(project.root().join("polytope.yml")).unwrap().replace("one", "two");
    project.blueprint(&changed);
    project.pt(&["run"]).run().ends_with(2);
}

#[test]
fn a_program_that_a_program_has_written_is_asked_about_anew() {
    const BEFORE: &str = "tools:\n  later: {run: []}\n";
    let program = "pt.js
const code = 'pt.js pt.log(\\'written ' + pt.value('n') + '\\')';
pt.writeYaml('more/polytope.yml', {tools: {later: {run: [{id: new, code}]}}});
pt.callTool('later', {});";
    let program = program.replace("{id: new,", "{id: 'new',");
    let project = with_program("consent-new", &program, "include: [more]\n");
    project.file("more/polytope.yml", BEFORE);
    project.pt(&["values", "set", "n", "1"]).run().succeeds();
    project.pt(&["run", "--trust"]).run().ends_with(1).tells("stack/work replaces `more/polytope.yml`").tells("--yes");
    project.pt(&["run", "--yes"]).run().succeeds().says("later/new | written 1");
    project.pt(&["run"]).run().succeeds().says("later/new | written 1");
    project.pt(&["values", "set", "n", "2"]).run().succeeds();
    let refused = project.pt(&["run"]).run().ends_with(1).tells("nobody has allowed yet");
    assert!(!refused.stdout.contains("written"), "{refused}");
}

#[test]
fn a_value_that_a_task_needs_has_to_be_set() {
    let step = "tools: {stack: {run: [{id: hello, tool: polytope/hello-world, args: {message: pt.value words}}]}}\n";
    let project = Project::new("task-needs", step);
    project.pt(&["run"]).run().ends_with(4).tells("value `words`");
}

#[test]
fn a_javascript_program_sets_what_later_steps_use() {
    let program = format!(
        "pt.js
const values = pt.readYaml(pt.readRepoFile('settings.yml')) || {{}};
for (const [key, value] of Object.entries(values)) pt.setProjectValue(key, String(value));
pt.setSecret('word', '{CANARY}');
pt.log('the word is ' + pt.secret('word') + ', or {CANARY}');"
    );
    let project = with_program("js", &program, &show("echo answer {pt.value answer}; echo {pt.secret word}"));
    project.file("settings.yml", "answer: 42\n");
    project.pt(&["plan"]).run().succeeds().says("a JavaScript program").tells("show: what it reads is not set yet");
    let ran = project.pt(&TRUST).run().succeeds().says("answer 42").says("the word is <secret:word>");
    ran.never_mentions(CANARY);
}

#[test]
fn a_clojure_program_sets_what_later_steps_use() {
    let program = "pt.clj
(let [values (pt/read-yaml (pt/read-repo-file \"settings.yml\"))]
  (doseq [[k v] values]
    (pt/set-project-value (name k) (str v)))
  (pt/log (str \"set \" (count values))))";
    let project = with_program("clj", program, &show("echo answer {pt.value answer}"));
    project.file("settings.yml", "answer: 42\n");
    project.pt(&TRUST).run().succeeds().says("set 1").says("answer 42");
}

#[test]
fn a_program_calls_tools_with_arguments_and_gets_what_they_give() {
    let more = "  add:
    inputs: {one: {type: int}, other: {type: int}}
    run:
      - {id: sum, code: 'pt.js pt.output({sum: params.one + params.other})'}
  greet:
    inputs: {word: {type: str}}
    run:
      - id: greet
        tool: polytope/container
        args: {id: greet, image: 'pt-tests/busybox:1', tty: false, cmd: [sh, -c, 'echo $WORD | wc -c'], env: [{name: WORD, value: pt.input word}]}
";
    let program = format!(
        "pt.js
pt.log('sum ' + pt.callTool('add', {{one: 40, other: 2}}).sum);
pt.setSecret('word', '{CANARY}');
pt.callModule('greet', {{word: pt.secret('word')}});
try {{ pt.callModule('greet', {{word: []}}) }} catch (error) {{ pt.log(error.message) }}"
    );
    let project = with_program("calls", &program, more);
    project.pt(&TRUST).run().succeeds().says("sum 42").says("`greet`").never_mentions(CANARY);
    project.pt(&["logs", "greet"]).run().succeeds().says(&format!("{}", CANARY.len() + 1));
}

#[test]
fn a_program_enters_containers_that_it_has_started() {
    let program = "pt.js
const id = pt.spawn({id: 'worker', image: 'pt-tests/busybox:1', tty: false, cmd: 'sleep 300', restart: {policy: 'never'}});
pt.awaitStarted({type: 'deployment', ref: id});
try {
  pt.writeContainerFile(id, '/tmp/note', 'from outside');
  const run = pt.containerExec(id, \"sh -c 'cat /tmp/note; exit 3'\");
  pt.log('exit ' + pt.awaitExecExit(run) + ', ' + pt.readContainerFile(id, '/tmp/note'));
} finally {
  pt.stop({type: 'container', ref: id});
}";
    let project = with_program("enters", program, "");
    project.pt(&TRUST).run().succeeds().says("stack/work | from outside").says("exit 3, from outside");
    assert_eq!(project.container("worker")["State"]["Running"], false);
}

#[test]
fn a_failing_program_says_where_and_leaves_out_what_waits_for_it() {
    let rest = format!(
        "{}{}",
        show("true"),
        "      - {id: clean, after: {step: work, condition: failed}, tool: polytope/container, args: {id: clean, \
         image: 'pt-tests/busybox:1', cmd: 'true'}}\n"
    );
    let project = with_program("fails", "pt.js\nconst name = 'thing';\npt.fail('no such ' + name);", &rest);
    let ran = project.pt(&["run", "-d", "--trust"]).run().ends_with(1);
    let ran = ran
        .tells("`stack/work` failed: no such thing")
        .tells(" --> polytope.yml:8:")
        .tells("in the step at polytope.yml:4:9");
    ran.tells("`show` was not started, because `stack/work` failed");
    assert!(project.has("clean") && !project.has("show"));
}

#[test]
fn an_interrupted_program_ends_at_once() {
    let project = with_program("stopped", "pt.js\npt.log('sleeping');\npt.sleep('60s');", "");
    let running = project.pt(&TRUST).spawn();
    running.says("sleeping");
    running.signal(Signal::INT);
    running.end_within(std::time::Duration::from_secs(5)).ends_with(130);
}

#[test]
fn an_interrupted_program_stops_what_the_run_has_brought_up() {
    let program = "pt.js\npt.log('sleeping');\npt.sleep('60s');";
    let lines: String = program.lines().map(|line| format!("          {line}\n")).collect();
    let server = "      - {id: server, tool: polytope/container, args: {id: server, image: 'pt-tests/busybox:1', \
                  cmd: sleep 300, services: [{id: server, ports: []}]}}\n";
    let text = format!(
        "tools:\n  stack:\n    run:\n{server}      - id: work\n        after: {{step: server}}\n        code: |\n{lines}"
    );
    let project = Project::new("stopped-server", &text);
    let running = project.pt(&["run", "--trust"]).spawn();
    running.says("sleeping");
    assert_eq!(project.container("server")["State"]["Running"], true);
    running.signal(Signal::INT);
    running.end().ends_with(130);
    assert_eq!(project.container("server")["State"]["Running"], false);
}

#[test]
fn a_program_asks_services_of_the_project_and_nobody_else() {
    let server = "      - {id: web, tool: polytope/container, args: {id: web-server, image: 'pt-tests/busybox:1', tty: false, \
                  cmd: [sh, -c, 'mkdir /w; echo found > /w/page; exec httpd -f -p 8080 -h /w'], \
                  services: [{id: web, ports: [{port: 8080, protocol: http}]}]}}\n";
    let program = "pt.js
const answer = pt.httpRequest({url: 'http://web:8080/page', headers: {'X-Word': pt.secret('word')}});
pt.log(answer.status + ' ' + answer.body);
pt.log(pt.httpRequest({url: 'http://web:8080/none'}).status);
try { pt.httpRequest('http://192.0.2.1/') } catch (error) { pt.log(error.message) }";
    let lines: String = program.lines().map(|line| format!("          {line}\n")).collect();
    let text = format!(
        "tools:\n  stack:\n    run:\n{server}      - id: work\n        after: {{step: web}}\n        code: |\n{lines}"
    );
    let project = Project::new("http", &text);
    project.secret("word", CANARY);
    let ran = project.pt(&["run", "-d", "--trust"]).run().succeeds().says("200 found").says("404");
    ran.says("`http://192.0.2.1/` is not asked").never_mentions(CANARY);
}
