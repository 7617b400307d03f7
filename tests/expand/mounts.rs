//! Paths and volumes.

use crate::case::{api, clean};
use crate::faults::faults;

#[test]
fn paths_are_relative_to_the_project_and_stay_in_it() {
    let compiled = api("
mounts:
  - {path: /a, source: {type: host, path: ./x}}
  - {path: /b/, source: {type: host, path: x/y/}}
  - {path: //c//d/, source: {type: host, path: x/../z}}
  - {path: /e, source: {type: host, path: .}}
  - {path: /f, source: {type: host, path: ''}}
  - {path: /g, source: {type: repo}}
  - {path: /h, source: {type: repo, path: .}}
  - {path: /i, source: {type: repo, path: /x/y}}
  - {path: /j, source: {type: repo, path: ./x, repo: }}
  - {path: /, source: {type: string, data: \"x\\n\"}}");
    insta::assert_snapshot!(clean(&compiled), @r#"
    api: job, ready by exit
      image      busybox:1.36
      mount      /a from host x (mounts)
      mount      /b from host x/y (mounts)
      mount      /c/d from host z (mounts)
      mount      /e from host . (mounts)
      mount      /f from host . (mounts)
      mount      /g from repo . (mounts)
      mount      /h from repo . (mounts)
      mount      /i from repo x/y (mounts)
      mount      /j from repo x (mounts)
      mount      / from text "x\n" (mounts)
    "#);
}

#[test]
fn paths_that_leave_the_project_are_reported() {
    let compiled = api("
mounts:
  - {path: /a, source: {type: host, path: ../x}}
  - {path: /b, source: {type: host, path: x/../../y}}
  - {path: /c, source: {type: host, path: /etc}}
  - {path: /d, source: {type: host, path: ~/keys}}
  - {path: /e, source: {type: repo, path: ../x}}
  - {path: /f, source: {type: volume, id: v, source: {type: host, path: ../seed}}}
  - {path: /g/../../h, source: {type: host, path: x}}");
    insta::assert_snapshot!(faults(&compiled), @"
    error host-path-outside-project at polytope.yml:7:49: `../x` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error host-path-outside-project at polytope.yml:8:49: `x/../../y` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error host-path-outside-project at polytope.yml:9:49: `/etc` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error host-path-outside-project at polytope.yml:10:49: `~/keys` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error host-path-outside-project at polytope.yml:11:49: `../x` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error host-path-outside-project at polytope.yml:12:79: `../seed` lies outside of the project
        help: move it into the project, or allow it: `--allow host-path-outside-project`
    error invalid-literal at polytope.yml:13:18: `path` cannot be `/g/../../h`: `..` has no place in an absolute path
    ");
}

#[test]
fn volumes_live_as_long_as_they_say() {
    let compiled = api("
mounts:
  - {path: /a, source: {type: volume, id: job}}
  - {path: /b, source: {type: volume, id: kept, scope: project}}
  - {path: /c, source: {type: volume, id: kept}}
  - {path: /d, source: {type: volume, id: filled, scope: project, create: always, source: {type: host, path: ./seed}}}
  - {path: /e, source: {type: volume, id: there, scope: job, create: never}}");
    insta::assert_snapshot!(clean(&compiled), @"
    api: job, ready by exit
      image      busybox:1.36
      mount      /a from volume job (mounts)
      mount      /b from volume kept (mounts)
      mount      /c from volume kept (mounts)
      mount      /d from volume filled (mounts)
      mount      /e from volume there (mounts)
    volume job: Job, create WhenMissing
    volume kept: Project, create WhenMissing
    volume filled: Project, create Always, filled from host seed
    volume there: Job, create Never
    ");
}
