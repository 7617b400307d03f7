//! Environment variables.

use super::*;

#[test]
fn text_that_was_quoted_or_put_together_is_text() {
    let text = "modules:
  - id: app
    module: polytope/container
    params: [{id: version, type: [default, str, \"1.10\"]}]
    args:
      image: busybox:1.36
      env:
        - {name: QUOTED, value: '0123'}
        - {name: WHOLE, value: pt.param version}
        - {name: PARTS, value: \"{pt.param version}\"}
        - {name: PLAIN, value: 0123}
";
    assert_eq!(found(text), ["warning env-not-string «0123»"]);
}

#[test]
fn a_variable_is_given_twice_only_in_the_users_own_list() {
    let twice = "env: [{name: A, value: x}, {name: B, value: x}, {name: A, value: y}]";
    assert_eq!(found(&container(twice)), ["warning duplicate-env «A»"]);
}

#[test]
fn a_plain_connection_inside_of_the_stack_stays_on_the_machine() {
    let url = |host: &str| format!("env: [{{name: DB, value: 'postgres://{host}/x?sslmode=disable'}}]");
    let with_service = |host: &str| container(&format!("{}, services: [{{id: db, ports: [5432]}}]", url(host)));
    assert_eq!(found(&with_service("db:5432")), NOTHING);
    assert_eq!(found(&with_service("localhost")), NOTHING);
    let away = found(&with_service("db.example.com"));
    assert_eq!(away, ["warning tls-verification-disabled «sslmode=disable»"]);
}
