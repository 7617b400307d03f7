//! Mounts.

use super::*;

#[test]
fn a_path_of_the_repository_starts_at_the_project_as_it_does_when_it_is_mounted() {
    let text = container("mounts: [{path: /app, source: {type: repo, path: src}}]");
    assert_eq!(found_in(&[("polytope.yml", &text)]), ["warning missing-host-path «src»"]);
    assert_eq!(found_in(&[("polytope.yml", &text), (".git/HEAD", "")]), ["warning missing-host-path «src»"]);
    assert_eq!(found_in(&[("polytope.yml", &text), (".git/HEAD", ""), ("src/a", "")]), NOTHING);
}

#[test]
fn a_dangerous_path_is_reported_by_one_rule() {
    let at = |path: &str| container(&format!("mounts: [{{path: /x, source: {{type: host, path: {path}}}}}]"));
    assert_eq!(found(&at("/run/docker.sock")), ["error docker-socket-mount «/run/docker.sock»"]);
    assert_eq!(found(&at("~/.ssh")), ["error host-path-outside-project «~/.ssh»"]);
    let files = |text: &str| found_in(&[("polytope.yml", text), (".git/HEAD", "")]);
    assert_eq!(files(&at(".git")), ["error sensitive-host-mount «.git»"]);
    assert_eq!(files(&at("./")), ["warning broad-host-mount «./»"]);
    assert_eq!(files(&at("./").replace("path: /x", "read-only: true, path: /x")), NOTHING);
}
