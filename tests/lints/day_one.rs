//! The rules of the first day, on the seed example.

use super::*;

const SEED: &str = "modules:
  - id: postgres
    module: polytope/postgres
    args:
      image: postgres:16.2
      env:
        - {name: POSTGRES_HOST_AUTH_METHOD, value: trust}
      data-volume: {type: volume, scope: project, id: postgres-data}
      restart: {policy: always}
";

#[test]
fn trust_is_the_one_error_of_the_seed_example() {
    assert_eq!(found(SEED), ["error pg-trust-auth «trust»"]);
}

#[test]
fn with_a_password_from_a_secret_there_is_nothing_at_all() {
    assert_eq!(found(&with_password()), NOTHING);
}

#[test]
fn without_a_data_volume_that_is_the_one_error() {
    let text = with_password();
    let text: String = text.split_inclusive('\n').filter(|line| !line.contains("data-volume")).collect();
    assert_eq!(found(&text), ["error missing-data-volume «polytope/postgres»"]);
}

fn with_password() -> String {
    SEED.replace("POSTGRES_HOST_AUTH_METHOD, value: trust", "POSTGRES_PASSWORD, value: pt.secret postgres-password")
}

#[test]
fn the_same_server_by_hand_is_judged_the_same() {
    let by_hand = |env: &str, mounts: &str| {
        container(&format!("env: [{env}], mounts: [{mounts}]"))
            .replace("busybox:1.36", "registry.example.com/library/postgres:16.2")
    };
    let volume = "{path: /var/lib/postgresql/data, source: {type: volume, scope: project, id: data}}";
    assert_eq!(found(&by_hand(PASSWORD, volume)), NOTHING);
    assert_eq!(found(&by_hand(PASSWORD, "")), ["error missing-data-volume «polytope/container»"]);
    assert_eq!(
        found(&by_hand("{name: POSTGRES_HOST_AUTH_METHOD, value: trust}", volume)),
        ["error pg-trust-auth «trust»"]
    );
    assert_eq!(found(&by_hand("", volume)), ["error pg-no-password «polytope/container»"]);
}
