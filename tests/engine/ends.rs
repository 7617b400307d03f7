//! Ends are told with their meaning and the container's last words, and never waited for without a limit.

use std::time::Duration;

use polytope::engine::{Failure, Outcome};
use polytope::expand::{Condition, Readiness, Resources, Restart, RestartPolicy};

use crate::proxy::{Manner, Proxy};
use crate::rig::{Rig, ended, ready, told};

#[tokio::test]
async fn a_service_that_ends_at_once_shows_its_code_and_its_last_lines() {
    let rig = Rig::new("exit3").await;
    let script = "for i in $(seq 30); do echo line $i; done; usleep 50000; echo broken >&2; exit 3";
    let name = rig.run(rig.script("x", script)).await;
    let error = rig.apply(ready(&name, Readiness::Port(80))).await.unwrap_err();
    assert_eq!(error.to_string(), format!("wait for container `{name}` to be ready: it ended with exit code 3"));
    assert_eq!(error.log.len(), 20);
    assert!(error.log.contains(&"broken".to_owned()) && error.log.contains(&"line 30".to_owned()), "{:?}", error.log);
}

#[tokio::test]
async fn a_job_is_judged_by_its_exit_code() {
    let rig = Rig::new("judge").await;
    for (code, condition, good) in [
        (0, Condition::Success, true),
        (7, Condition::Success, false),
        (7, Condition::Always, true),
        (7, Condition::Failed, true),
        (0, Condition::Failed, false),
    ] {
        let name = rig.run(rig.script(&format!("job{code}"), &format!("exit {code}"))).await;
        let outcome = rig.apply(ended(&name, condition)).await;
        if good {
            assert_eq!(outcome.unwrap(), Outcome::Exited(code));
        } else {
            let failure = outcome.unwrap_err().failure;
            assert!(matches!(&failure, Failure::Ended(words) if words.contains(&format!("code {code}"))), "{failure}");
        }
        let remove = polytope::plan::Action::RemoveContainer { container: name };
        rig.apply(remove).await.unwrap();
    }
}

#[tokio::test]
async fn a_job_that_is_restarted_is_waited_for_to_its_last_end() {
    let rig = Rig::new("retry").await;
    let mut request = rig.script("x", "exit 4");
    request.restart = Some(Restart { policy: RestartPolicy::OnFailure, max_restarts: Some(2) });
    let name = rig.run(request).await;
    assert_eq!(rig.apply(ended(&name, Condition::Failed)).await.unwrap(), Outcome::Exited(4));
    assert_eq!(crate::rig::inspect(&name)["RestartCount"], 2);
}

#[tokio::test]
async fn running_out_of_memory_is_said_with_the_limit() {
    let rig = Rig::new("oom").await;
    let mut request = rig.script("x", "x=a; while :; do x=$x$x$x$x; done");
    request.resources = Resources { memory_limit: Some(16 << 20), ..Resources::default() };
    let name = rig.run(request).await;
    let error = rig.apply(ended(&name, Condition::Success)).await.unwrap_err();
    assert!(told(&error).contains("137: it ran out of memory (limit 16 MiB)"), "{}", told(&error));
}

#[tokio::test]
async fn a_crash_loop_is_a_failure_and_not_running() {
    let rig = Rig::new("loop").await;
    let mut request = rig.script("x", "sleep 0.05; echo no luck; exit 1");
    request.restart = Some(Restart { policy: RestartPolicy::Always, max_restarts: None });
    let name = rig.run(request).await;
    let error = rig.apply(ready(&name, Readiness::Port(1))).await.unwrap_err();
    assert!(matches!(&error.failure, Failure::Ended(words) if words.contains("exit code 1, ")), "{}", told(&error));
    assert!(error.failure.to_string().ends_with("times in a row"), "{}", told(&error));
    assert!(error.log.contains(&"no luck".to_owned()));
}

#[tokio::test]
async fn what_never_gets_ready_or_done_ends_in_time_with_its_log() {
    let rig = Rig::new("never").await;
    let name = rig.run(rig.script("x", "echo waiting; sleep 60")).await;
    let limit = Duration::from_secs(1);
    for action in [ready(&name, Readiness::Port(80)), ended(&name, Condition::Success)] {
        let started = std::time::Instant::now();
        let error = rig.apply_within(action, limit).await.unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(5));
        assert!(matches!(error.failure, Failure::Timeout { seconds: 1, .. }), "{}", told(&error));
        assert_eq!(error.log, ["waiting"]);
        assert!(told(&error).contains("--wait-timeout"), "{}", told(&error));
    }
}

#[tokio::test]
async fn a_wait_survives_an_engine_that_goes_and_comes_back() {
    let proxy = Proxy::new(Manner::Pass);
    let rig = Rig::on(Some(&proxy.host()), "lost").await;
    let name = rig.run(rig.script("x", "sleep 1; exit 5")).await;
    let interrupted = async {
        proxy.hears("/wait?").await;
        proxy.down();
        proxy.up();
    };
    let (outcome, ()) = tokio::join!(rig.apply(ended(&name, Condition::Failed)), interrupted);
    assert_eq!(outcome.unwrap(), Outcome::Exited(5));
}
