//! What is not known is held against nobody.

use super::*;

#[test]
fn what_a_caller_has_yet_to_say_raises_nothing() {
    let text = "modules:
  - id: db
    module: polytope/postgres
    params:
      - {id: env, type: [maybe, [env-var]]}
      - {id: volume, type: mount-source}
      - {id: await, type: bool}
    args: {image: \"postgres:16.2\", env: pt.param env, data-volume: pt.param volume, await: pt.param await}
  - id: other
    module: polytope/postgres
    params: [{id: password, type: str}, {id: path, type: absolute-path}, {id: image, type: docker-image}]
    args:
      image: pt.param image
      container-id: other
      env: [{name: POSTGRES_PASSWORD, value: pt.param password}, {name: PGDATA, value: pt.param path}]
      mounts: [{path: pt.param path, source: {type: volume, scope: project, id: data}}]
";
    assert_eq!(found(text), NOTHING);
}

#[test]
fn an_unknown_password_hides_no_missing_volume() {
    let text = "modules:
  - id: db
    module: polytope/postgres
    params: [{id: password, type: str}]
    args: {image: \"postgres:16.2\", env: [{name: POSTGRES_PASSWORD, value: pt.param password}]}
";
    assert_eq!(found(text), ["error missing-data-volume «polytope/postgres»"]);
}

#[test]
fn an_unset_value_is_only_unset() {
    let env = "{name: POSTGRES_PASSWORD, value: pt.value password}, {name: POSTGRES_HOST_AUTH_METHOD, value: pt.value method}";
    let found = found(&postgres(env, ""));
    assert_eq!(found, ["warning unset-reference «password»", "warning unset-reference «method»"]);
}
