//! What a container takes, and whether it serves or ends.

use crate::case::{api, clean, main_job};
use crate::faults::faults;
use crate::outline::outline;

#[test]
fn everything_that_a_container_takes_reaches_the_program() {
    let compiled = api("
id: web
entrypoint: /bin/tool 'two words'
cmd: run --fast \"a b\" ''
workdir: /srv
no-stdin: true
tty: false
user: \"#pt-host\"
scaling: 3
update-image: true
create: when-missing
await: false
unconfined: true
restart: {policy: never, max-restarts: 2}
resources: {cpu: {request: 0.5, limit: 2}, memory: {request: 1000, limit: 1.5 GiB}, gpu: true}");
    insta::assert_snapshot!(clean(&compiled), @r#"
    web: service, ready by running
      image      busybox:1.36
      entrypoint ["/bin/tool", "two words"]
      command    ["run", "--fast", "a b", ""]
      restart    never, at most 2 times
      user       who runs pt
      workdir    /srv
      tty        no
      stdin      no
      replicas   3
      pull       always
      create     WhenMissing
      limits     Resources { cpu_request: Some(0.5), cpu_limit: Some(2.0), memory_request: Some(1000), memory_limit: Some(1610612736), gpu: true }
      unconfined yes
    "#);
    assert_eq!(clean(&api("user: 1000")).lines().nth(2), Some("  user       1000"));
}

#[test]
fn no_shell_reads_a_command() {
    let compiled = api("cmd: cd /x && echo $HOME | tee 'a;b' # not run\nentrypoint: \"pt.secret password\"");
    insta::assert_snapshot!(clean(&compiled), @r#"
    api: job, ready by exit
      image      busybox:1.36
      entrypoint ["<secret:password>"]
      command    ["cd", "/x", "&&", "echo", "$HOME", "|", "tee", "a;b"]
    "#);
}

#[test]
fn what_serves_and_what_ends_is_told_from_what_is_written() {
    for (lines, role) in [
        ("cmd: sleep 1", "job"),
        ("restart: {policy: always}", "service"),
        ("restart: {policy: on-failure}", "job"),
        ("await: false", "service"),
        ("services: [{id: api, ports: [80]}]", "service"),
        ("services: []", "job"),
        ("services: [null]", "job"),
    ] {
        let text = clean(&api(lines));
        assert!(text.starts_with(&format!("api: {role},")), "{lines}: {text}");
    }
    for (image, cmd, ready) in
        [("postgres:16", "", "postgres on 5432"), ("redis:7", "", "port 6379"), ("postgres:16", ", cmd: psql", "exit")]
    {
        let text = format!("modules: [{{id: x, module: polytope/container, args: {{image: \"{image}\"{cmd}}}}}]\n");
        assert!(clean(&main_job(&text)).contains(&format!("ready by {ready}\n")), "{image}");
    }
}

#[test]
fn a_server_that_listens_elsewhere_is_asked_there() {
    let text = "modules: [{id: db, module: polytope/postgres, args: {services: [{id: db, ports: [6432]}]}}]\n";
    assert!(clean(&main_job(text)).starts_with("postgres: service, ready by postgres on 6432\n"));
}

#[test]
fn ports_without_protocol_are_tcp_and_odd_ones_are_reported() {
    let compiled = api("
services:
  - id: api
    ports:
      - 80
      - {port: 81}
      - {port: 82, expose-as: 0}
      - {port: 70000}
      - {port: 83, expose-as: \"localhost:80\"}
      - {range: 9-3}
      - {range: 100}
      - {range: 9100-9105, expose-as: 9100}
      - {range: 9100-9105, expose-as: 65531}
      - {protocol: tcp}
      - {port: 84, protocol: sctp}");
    insta::assert_snapshot!(faults(&compiled), @"
    error invalid-literal at polytope.yml:11:37: `expose-as` cannot be `0`
    error invalid-literal at polytope.yml:12:22: `port` cannot be 70000
    error invalid-literal at polytope.yml:13:37: `expose-as` cannot be `localhost:80`
    error invalid-literal at polytope.yml:14:23: `range` cannot be `9-3`
    error invalid-literal at polytope.yml:15:23: `range` cannot be `100`
    error invalid-literal at polytope.yml:17:45: 6 ports do not fit from 65531 on
    error missing-argument at polytope.yml:18:15: a port needs `port` or `range`
        help: write `{port: 5432, protocol: tcp}`
    error invalid-literal at polytope.yml:19:36: `protocol` cannot be `sctp`
        help: write `tcp`, `udp`, `http` or `https`
    ");
    insta::assert_snapshot!(outline(&compiled.program), @"
    api: service, ready by port 80
      image      busybox:1.36
      service    api [tcp 80 at 127.0.0.1:80 or any, tcp 81 at 127.0.0.1:81 or any, tcp PortRange { first: 9100, last: 9105 } at 127.0.0.1:9100, tcp PortRange { first: 9100, last: 9105 } at 127.0.0.1:65531, tcp 84 at 127.0.0.1:84 or any]
    ");
}

/// A value of each argument of `container` that makes a difference.
const TELLING: [(&str, &str); 22] = [
    ("image", "busybox:1.37"),
    ("id", "other"),
    ("cmd", "run"),
    ("entrypoint", "/bin/tool"),
    ("mounts", "[{path: /a, source: {type: volume, id: a}}]"),
    ("env", "[{name: A, value: b}]"),
    ("services", "[{id: s, ports: [{port: 80, protocol: tcp}]}]"),
    ("workdir", "/srv"),
    ("no-stdin", "true"),
    ("tty", "false"),
    ("user", "1000"),
    ("restart", "{policy: on-failure, max-restarts: 2}"),
    ("scaling", "2"),
    ("update-image", "true"),
    ("create", "never"),
    ("await", "false"),
    ("unconfined", "true"),
    ("ready", "running"),
    ("datasets", "[a]"),
    ("instance-type", "large"),
    ("resources", "{gpu: true}"),
    ("restart", "{policy: always, max-restarts: 2}"),
];

#[test]
fn every_argument_of_a_container_is_served_or_refused() {
    let manifest = include_str!("../../blueprints/container/blueprint.yml");
    let keys = manifest.lines().filter_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix("{id: "));
    let more = manifest.lines().filter_map(|line| line.trim().strip_prefix("- id: "));
    let keys: Vec<&str> = keys.chain(more).filter_map(|rest| rest.split(',').next()).map(str::trim).collect();
    assert!(keys.len() > 20, "{keys:?}");
    for key in &keys {
        assert!(TELLING.iter().any(|(known, _)| known == key), "`{key}` is new: it has to be given or refused");
    }
    let described = |extra: &str| {
        let program = api(extra).program;
        let refused: Vec<String> = program.containers[0].unserved.iter().map(|it| it.key.clone()).collect();
        format!("{}{refused:?}", outline(&program))
    };
    let plain =
        |key: &str| if key == "ready" { "services: [{id: s, ports: [{port: 80, protocol: tcp}]}]\n" } else { "" };
    for (key, value) in TELLING.iter().filter(|(key, _)| *key != "image") {
        let (before, after) = (plain(key), format!("{}{key}: {value}", plain(key)));
        let (before, after) = (described(before), described(&after));
        assert_ne!(before, after, "`{key}: {value}` is dropped without a word");
    }
    let most = api("restart: {policy: always, max-restarts: 2}");
    let refused: Vec<&str> = most.program.containers[0].unserved.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(refused, ["max-restarts"]);
}
