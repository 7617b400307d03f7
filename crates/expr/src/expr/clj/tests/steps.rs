//! Programs of `code` steps, which ask the host.

use super::{Recorder, json, run_with};
use crate::expr::code::{FaultKind, Limits};

fn run(program: &str) -> (Result<String, crate::expr::code::Fault>, Vec<String>) {
    let mut host = Recorder::default();
    let result = run_with(program, &mut host, &Limits::STEP).map(|datum| json(&datum));
    (result, host.calls)
}

#[test]
fn the_host_is_asked_in_order_with_plain_values() {
    let (result, calls) = run("(pt/log \"one\" :two)
        (doseq [x (:names params)]
          (pt/call-module x {:id (str x \"-1\") :tags #{:t}}))
        (:port (pt/read-yaml \"config.yml\"))");
    assert_eq!(result.unwrap(), "80");
    assert_eq!(
        calls,
        [
            r#"log "one" "two""#,
            r#"call-module "a" {id:"a-1",tags:["t"]}"#,
            r#"call-module "b" {id:"b-1",tags:["t"]}"#,
            r#"call-module "c" {id:"c-1",tags:["t"]}"#,
            r#"read-yaml "config.yml""#,
        ]
    );
}

#[test]
fn functions_of_the_host_are_values() {
    let (result, calls) = run("(run! pt/log [1 2]) (-> \"m\" (pt/call-module {}))");
    assert_eq!(result.unwrap(), "null");
    assert_eq!(calls, ["log 1", "log 2", r#"call-module "m" {}"#]);
}

#[test]
fn what_the_host_cannot_do_is_caught_or_ends_the_program() {
    let program = "(loop [attempt 1]
      (let [result (try (pt/fail (str \"no \" attempt)) :success
                        (catch Exception e (pt/log (ex-message e)) :failed))]
        (if (and (= result :failed) (< attempt 3)) (recur (inc attempt)) [attempt result])))";
    let (result, calls) = run(program);
    assert_eq!(result.unwrap(), r#"[3,"failed"]"#);
    assert_eq!(calls.len(), 6);

    let program = "(do (pt/fail \"the end\"))";
    let fault = run(program).0.unwrap_err();
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Host, "the end"));
    assert_eq!(&program[fault.range], "(pt/fail \"the end\")");
}

#[test]
fn what_is_unknown_is_not_handed_out() {
    let (result, calls) = run("(pt/log [(:hidden params)])");
    assert_eq!(result.unwrap_err().kind, FaultKind::Unknown);
    assert!(calls.is_empty());
}

#[test]
fn the_repository_and_parameters_are_there() {
    let (result, _) = run(
        "[pt/module-repo-ref pt/module-project-ref (pt/param \"id\") (pt/input :port) (pt/param \"nope\") (= params inputs)]",
    );
    assert!(result.unwrap_err().kind == FaultKind::Unknown);
    let (result, _) =
        run("[pt/module-repo-ref pt/module-project-ref (pt/param \"id\") (pt/input :port) (pt/param \"nope\")]");
    assert_eq!(result.unwrap(), r#"["acme/app","acme/app","api",3000,null]"#);
}
