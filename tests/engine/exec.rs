//! Programs in running containers.

use polytope::engine::{Engine, ExecRequest, Failure};

use crate::rig::{Rig, told};

fn command(words: &[&str]) -> ExecRequest {
    ExecRequest { command: words.iter().map(|word| (*word).to_owned()).collect(), ..ExecRequest::default() }
}

#[tokio::test]
async fn the_exit_code_is_passed_on() {
    let rig = Rig::new("exec").await;
    let name = rig.run(rig.script("x", "sleep 60")).await;
    assert_eq!(rig.engine.exec(&name, &command(&["true"])).await.unwrap(), 0);
    assert_eq!(rig.engine.exec(&name, &command(&["sh", "-c", "exit 7"])).await.unwrap(), 7);
    assert_eq!(rig.engine.exec(&name, &command(&["/no/such"])).await.unwrap(), 127);
    assert_eq!(rig.engine.exec(&name, &command(&["/etc/passwd"])).await.unwrap(), 126);
}

#[tokio::test]
async fn input_user_directory_and_environment_reach_the_program() {
    let rig = Rig::new("execin").await;
    let name = rig.run(rig.script("x", "sleep 60")).await;
    let test = r#"[ "$(cat)" = "some input" ] && [ "$(id -u)" = 5 ] && [ "$PWD" = /tmp ] && [ "$A" = b ]"#;
    let request = ExecRequest {
        input: Some(b"some input".to_vec()),
        user: Some("5".to_owned()),
        workdir: Some("/tmp".to_owned()),
        environment: vec!["A=b".to_owned()],
        ..command(&["sh", "-c", test])
    };
    assert_eq!(rig.engine.exec(&name, &request).await.unwrap(), 0);
}

#[tokio::test]
async fn a_container_that_does_not_run_is_said_to_be_so() {
    let rig = Rig::new("execno").await;
    let name = rig.run_to_end(rig.script("x", "exit 3")).await;
    let error = rig.engine.exec(&name, &command(&["true"])).await.unwrap_err();
    assert_eq!(error.failure, Failure::Ended("exit code 3".to_owned()), "{}", told(&error));
    let error = rig.engine.exec("t-docker-no-such", &command(&["true"])).await.unwrap_err();
    assert!(matches!(error.failure, Failure::NotFound(_)), "{}", told(&error));
}
