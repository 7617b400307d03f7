//! `--standard`: each item with what became of it.

use serde_json::Value;

use super::command::Place;

const FILE: &str = "modules:
  - id: db
    module: polytope/postgres
    args:
      image: postgres:16.2
      env: [{name: POSTGRES_HOST_AUTH_METHOD, value: trust}]
      data-volume: {type: volume, scope: project, id: data}
      restart: {policy: always}
  - id: api
    module: polytope/container
    args:
      image: busybox
      user: 1000
      services: [{id: api, ports: [{port: 8080, protocol: tcp, expose-as: \"0.0.0.0:8080\"}]}]
      restart: {policy: on-failure}
";

fn document(place: &Place, arguments: &[&str]) -> (i32, Value) {
    let ran = place.check(&[arguments, &["-o", "json"]].concat());
    (ran.code, serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr)))
}

/// The outcome of an item.
fn outcome<'a>(document: &'a Value, id: &str) -> &'a str {
    let items = document["items"].as_array().unwrap();
    items.iter().find(|item| item["id"] == id).unwrap()["outcome"].as_str().unwrap()
}

#[test]
fn every_item_is_told_with_what_decides_it_and_where_it_fails() {
    let place = Place::new([("polytope.yml", FILE)]);
    let ran = place.check(&["--standard", "cis-docker"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
    CIS Docker Benchmark 1.6

    pass            4.1   containers run as a user of their own [container-not-hardened]
    fail            4.2   images are known ones and stay what they are [mutable-image, image-not-digest-pinned, untrusted-registry]
                          polytope.yml:5:14 the tag of `postgres:16.2` may be moved
                          polytope.yml:12:14 the image `busybox` has no tag, which means `latest`
    pass            4.6   servers say how it is known that they are well [missing-healthcheck]
    pass            4.10  no secret stands in the configuration [hardcoded-secret, secret-in-url, default-password, secret-in-command]
    pass            5.4   no capabilities are added (the language has no way to add one)
    pass            5.5   no container is privileged (the language has no way to ask for it)
    pass            5.6   no sensitive directory of the host is mounted [sensitive-host-mount, host-path-outside-project, broad-host-mount]
    pass            5.9   only ports that are needed are open [admin-port-exposed]
    pass            5.10  no container shares the network of the host (each project has a network of its own)
    fail            5.11  memory is limited [no-memory-limit]
                          polytope.yml:10:13 `api` may take all memory of the host
    fail            5.13  the file system of a container's image cannot be written to (pt leaves it writable, and the language has no way to close it)
    fail            5.14  ports are bound to an address of the host [port-on-all-interfaces]
                          polytope.yml:14:75 port 8080 is open to every network of this machine
    pass            5.15  servers start again after a failure [missing-restart]
    pass            5.16  no container sees the processes of the host (the language has no way to ask for it)
    pass            5.17  no container shares the memory segments of the host (the language has no way to ask for it)
    pass            5.18  no device of the host is given to a container (the language has no way to ask for it)
    pass            5.20  what a container mounts is not seen by the host (the language has no way to ask for shared mounts)
    pass            5.21  no container shares the host's name (the language has no way to ask for it)
    pass            5.22  the filter of system calls stays in force [weakened-isolation]
    fail            5.26  programs cannot gain privileges (pt does not set `no-new-privileges`, and the language has no way to ask for it)
    pass            5.27  the health of servers is looked at while they run [missing-healthcheck]
    pass            5.29  the number of processes is limited (pt sets a limit for every container)
    pass            5.30  no container is on Docker's default network (each project has a network of its own)
    pass            5.31  no container shares the user namespace of the host by request (the language has no way to ask for it)
    pass            5.32  the engine's socket is given to no container [docker-socket-mount]

    20 pass, 5 fail
    ");
}

#[test]
fn what_the_file_has_none_of_does_not_apply() {
    let place = Place::new([("polytope.yml", FILE), ("none/polytope.yml", "modules: []\n")]);
    let (code, with) = document(&place, &["--standard", "cis-postgres", "polytope.yml"]);
    assert_eq!((code, outcome(&with, "5.4"), outcome(&with, "1.5")), (1, "fail", "pass"));
    let (code, without) = document(&place, &["--standard", "cis-postgres", "none"]);
    assert_eq!((code, outcome(&without, "5.4")), (0, "not-applicable"));
    assert_eq!(without["summary"]["not-applicable"], without["items"].as_array().unwrap().len());
}

#[test]
fn the_machine_form_keeps_its_shape() {
    let place = Place::new([("polytope.yml", FILE)]);
    let (_, document) = document(&place, &["--standard", "owasp"]);
    assert_eq!(document["standard"]["name"], "owasp");
    let open = document["items"].as_array().unwrap().iter().find(|item| item["id"] == "5a").unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(open).unwrap(), @r#"
    {
      "id": "5a",
      "title": "ports are open only to those who need them",
      "outcome": "fail",
      "rules": [
        "port-on-all-interfaces",
        "admin-port-exposed"
      ],
      "reason": null,
      "findings": [
        {
          "rule": "port-on-all-interfaces",
          "level": "warning",
          "message": "port 8080 is open to every network of this machine",
          "path": "polytope.yml",
          "line": 14,
          "column": 75
        }
      ],
      "accepted": []
    }
    "#);
}

#[test]
fn the_exit_code_goes_by_the_level_of_what_fails() {
    let file = "modules:\n  - {id: api, module: polytope/container, args: {image: \"busybox:1.36\"}}\n";
    let place = Place::new([("polytope.yml", file)]);
    assert_eq!(place.check(&["--standard", "cis-docker"]).code, 0, "all that fails is only worth knowing");
    assert_eq!(place.check(&["--standard", "cis-docker", "--fail-on", "info"]).code, 1);
}

#[test]
fn what_was_not_looked_at_is_not_passed() {
    let place = Place::new([("polytope.yml", FILE), ("faulty/polytope.yml", "modules:\n  - id: [a\n")]);
    let (_, off) = document(&place, &["--standard", "cis-postgres", "--allow", "pg-plaintext-exposed", "polytope.yml"]);
    assert_eq!((outcome(&off, "5.8"), outcome(&off, "5.12")), ("undecided", "pass"));
    let (code, blind) = document(&place, &["--standard", "cis-docker", "faulty"]);
    assert_eq!((code, outcome(&blind, "5.32")), (1, "undecided"));
}

#[test]
fn other_forms_and_names_are_refused() {
    let place = Place::new([("polytope.yml", FILE)]);
    let ran = place.check(&["--standard", "owasp", "-o", "junit"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("a standard has no form `junit`"), "{}", ran.stderr);
    assert_eq!(place.check(&["--standard", "cis"]).code, 2);
}
