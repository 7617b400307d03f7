//! Killed at any point: the next run converges to the canonical names, and `pt down` leaves nothing.
//!
//! A proxy between `pt` and the engine kills `pt` at its nth request that changes something: in turn before the engine
//! hears of it, and after the engine has done it but before `pt` hears the answer. What is between two such requests
//! changes nothing in the engine, so these are all points that there are.

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::harness::{Foreign, Project, Proxy, Ran, Verdict, until};

/// Kills its victim at a chosen request.
struct Killer {
    proxy: Proxy,
    victim: Arc<AtomicI32>,
    /// Requests that change something, so far.
    count: Arc<AtomicUsize>,
    /// At which of them to kill, and whether the engine hears of it.
    moment: Arc<Mutex<(usize, bool)>>,
}

impl Killer {
    fn new(project: &Project) -> Self {
        let (victim, count) = (Arc::new(AtomicI32::new(0)), Arc::new(AtomicUsize::new(0)));
        let moment = Arc::new(Mutex::new((usize::MAX, false)));
        let (pid, counted, when) = (Arc::clone(&victim), Arc::clone(&count), Arc::clone(&moment));
        let proxy = Proxy::at(project.home(), move |request| {
            if !request.changes() {
                return Verdict::Pass;
            }
            let (position, heard) = *when.lock().unwrap();
            if counted.fetch_add(1, Ordering::SeqCst) != position {
                return Verdict::Pass;
            }
            let pid = until("the process to be known", || Pid::from_raw(pid.load(Ordering::SeqCst)));
            let kill = move || kill_process(pid, Signal::KILL).unwrap();
            if heard {
                return Verdict::Swallow(Box::new(kill));
            }
            kill();
            Verdict::Drop
        });
        Self { proxy, victim, count, moment }
    }

    /// Runs `pt` until it is killed at this request that changes something; `None` when it ends before.
    fn kill_at(&self, project: &Project, arguments: &[&str], position: usize, heard: bool) -> Option<Ran> {
        self.victim.store(0, Ordering::SeqCst);
        self.count.store(0, Ordering::SeqCst);
        *self.moment.lock().unwrap() = (position, heard);
        let running = project.pt(arguments).env("DOCKER_HOST", &self.proxy.host).spawn();
        self.victim.store(running.pid().as_raw_nonzero().get(), Ordering::SeqCst);
        let ran = running.end();
        if self.count.load(Ordering::SeqCst) <= position {
            ran.succeeds();
            return None;
        }
        assert_eq!(ran.code(), None, "it was not killed: {ran}");
        // The engine goes on with what it was asked for.
        self.proxy.settle();
        Some(ran)
    }

    /// Kills `pt` at every such request in turn, preparing before each kill and checking after it.
    fn sweep(&self, project: &Project, arguments: &[&str], mut before: impl FnMut(usize), after: impl Fn(&Ran)) {
        for turn in 0.. {
            before(turn);
            // Before a request and after the one before it the engine is the same: every other of each is enough.
            let Some(killed) = self.kill_at(project, arguments, turn, turn % 2 == 1) else {
                assert!(turn > 4, "there was hardly anything to do");
                return;
            };
            after(&killed);
        }
    }
}

fn blueprint(level: usize) -> String {
    format!(
        "templates: [{{id: stack, run: [web, {{module: late, run-when: {{after: once}}}}, once]}}]
modules:
  - id: web
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      cmd: [sh, -c, 'echo kept > /data/kept; exec httpd -f -p 80']
      env: [{{name: LEVEL, value: '{level}'}}, {{name: WORD, value: pt.secret word}}]
      mounts: [{{path: /data, source: {{type: volume, scope: project, id: data}}}},
               {{path: /run/secrets/word, source: {{type: string, data: pt.secret word}}}},
               {{path: /etc/level, source: {{type: string, data: '{level}'}}}}]
      services: [{{id: web, ports: [{{port: 80, protocol: http}}]}}]
  - id: once
    module: polytope/container
    args: {{image: 'pt-tests/busybox:1', cmd: [echo, '{level}']}}
  - id: late
    module: polytope/container
    args: {{image: 'pt-tests/busybox:1', cmd: [sleep, '600'], restart: {{policy: always}}}}
"
    )
}

/// Runs to the end, and checks that the engine holds just what it should, under the right names.
#[track_caller]
fn converges(project: &Project, killed: &Ran) {
    let context = format!("after {killed}");
    let ran = project.pt(&["run", "-d"]).run();
    assert_eq!(ran.code(), Some(0), "{context}\n{ran}");
    let planned = project.pt(&["plan", "--exit-code"]).run();
    assert_eq!(planned.code(), Some(0), "{context}\n{ran}\n{planned}");
    let name = &project.name;
    let mut wanted: Vec<String> =
        ["late", "once", "web"].iter().map(|id| format!("container {}", project.container_name(id))).collect();
    wanted.extend([format!("network {name}"), format!("volume {name}_data")]);
    assert_eq!(project.labelled().names(), wanted, "{context}\n{ran}");
    assert_eq!(project.container("web")["State"]["Running"], true, "{context}\n{ran}");
    assert_eq!(project.secret_places().len(), 1, "{context}\n{ran}");
}

#[test]
fn a_first_run_that_is_killed_anywhere_converges() {
    let project = Project::new("kill-first", &blueprint(0));
    project.secret("word", "something-secret");
    let killer = Killer::new(&project);
    let down = |_| {
        project.pt(&["down", "--volumes", "--yes", "--timeout", "0"]).run().succeeds();
    };
    killer.sweep(&project, &["run", "-d"], down, |killed| converges(&project, killed));
}

#[test]
fn a_replacement_that_is_killed_anywhere_converges_and_keeps_the_data() {
    let project = Project::new("kill-swap", &blueprint(0));
    project.secret("word", "something-secret");
    let foreign = Foreign::container(&format!("{}-foreign", project.name), &json!({}));
    project.up();
    project.pt(&["exec", "web", "--", "sh", "-c", "echo mine > /data/mine"]).run().succeeds();
    let killer = Killer::new(&project);
    let change = |turn| project.blueprint(&blueprint(turn + 1));
    killer.sweep(&project, &["run", "-d"], change, |killed| {
        converges(&project, killed);
        let web = project.container("web");
        let level = project.pt(&["exec", "web", "--", "sh", "-c", "test $LEVEL = $(cat /etc/level)"]).run();
        assert_eq!(level.code(), Some(0), "{level}\n{web}");
        project.pt(&["exec", "web", "--", "cat", "/data/mine"]).run().succeeds().says("mine");
    });
    foreign.is_untouched();
}

#[test]
fn a_down_that_is_killed_anywhere_is_finished_by_the_next() {
    let project = Project::new("kill-down", &blueprint(0));
    project.secret("word", "something-secret");
    let foreign = Foreign::container(&format!("{}-foreign", project.name), &json!({}));
    let killer = Killer::new(&project);
    killer.sweep(
        &project,
        &["down", "--timeout", "0"],
        |_| project.up(),
        |_| {
            project.pt(&["ps"]).run().succeeds();
            project.pt(&["down", "--timeout", "0"]).run().succeeds();
            assert_eq!(project.labelled().names(), [format!("volume {}_data", project.name)]);
            assert!(project.secret_places().is_empty());
        },
    );
    foreign.is_untouched();
}

#[test]
fn a_run_that_is_killed_anywhere_can_be_taken_down() {
    let project = Project::new("kill-away", &blueprint(0));
    project.secret("word", "something-secret");
    let killer = Killer::new(&project);
    killer.sweep(
        &project,
        &["run", "-d"],
        |_| {},
        |killed| {
            let down = project.pt(&["down", "--volumes", "--yes", "--timeout", "0"]).run();
            assert_eq!(down.code(), Some(0), "after {killed}\n{down}");
            assert!(project.labelled().names().is_empty(), "after {killed}\n{down}");
            assert!(project.secret_places().is_empty(), "after {killed}\n{down}");
        },
    );
}
