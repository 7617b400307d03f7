//! Every file that `pt` reads because a project names it or has it: none leads out of the project, none is waited for, none is read
//! without an end.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::site::Site;

const BLUEPRINT: &str = "include: [more]
modules:
  - id: db
    module: polytope/postgres
    args:
      image: postgres:16.2
      data-volume: {type: volume, scope: project, id: pgdata}
      env: [{name: POSTGRES_PASSWORD, value: pt.secret x}, {name: A, value: pt.value a}]
      restart: {policy: always}
      mounts: [{path: /docker-entrypoint-initdb.d/a.sql, source: {type: host, path: init/a.sql}}]
  - id: build
    module: polytope/build-image
    args: {tags: ['door:1'], sources: [{path: /, source: {type: host, path: app}}]}
  - {id: load, module: polytope/load-config}
templates: [{id: stack, run: [load, build, db]}]
";

/// Names of everything that is read, with what it usually holds.
const READ: [(&str, &str); 18] = [
    ("polytope.yml", BLUEPRINT),
    (".polytope/polytope.yml", "modules: []\n"),
    ("pt.toml", "extends = \"base.toml\"\npolicies = [\"policies\"]\nbaseline = \"baseline.json\"\n"),
    ("base.toml", "\n"),
    ("baseline.json", "{\"version\": 1, \"findings\": []}\n"),
    ("policies/a.rego", "package pt\n\ndenied contains 1 if false\n"),
    ("pt.lock", "version = 1\n"),
    ("more/polytope.yml", "modules: []\n"),
    ("config/values.yml", "a: b\n"),
    ("config/secrets.yml", "x: nothing-to-see\n"),
    (".polytope/.gitignore", "*\n"),
    (".gitignore", "target\n"),
    (".ignore", "target\n"),
    ("init/a.sql", "select 1;\n"),
    ("app/Dockerfile", "FROM scratch\n"),
    ("app/.dockerignore", "target\n"),
    ("templates/t/polytope.yml", "modules: []\n"),
    (".git/HEAD", "ref: refs/heads/main\n"),
];

const COMMANDS: [&[&str]; 8] = [
    &["check"],
    &["check", "-o", "sarif"],
    &["check", "--fix", "--diff"],
    &["render"],
    &["config", "--show-origin"],
    &["secrets", "list"],
    &["include", "list"],
    &["scaffold", "templates/t", "made", "--dry-run"],
];

/// What nobody outside of the project may see.
const OUTSIDE: &str = "canary-71-outside";

fn put(kind: &str, path: &Path, outside: &Path) {
    if path.is_dir() {
        fs::remove_dir_all(path).unwrap();
    } else {
        let _ = fs::remove_file(path);
    }
    match kind {
        "link" => symlink(outside, path).unwrap(),
        "pipe" => rustix::fs::mknodat(
            rustix::fs::CWD,
            path,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap(),
        "device" => symlink("/dev/zero", path).unwrap(),
        "folder" => fs::create_dir(path).unwrap(),
        _ => fs::write(path, [0xff, 0xfe, b'a', b'\n', 0xe4]).unwrap(),
    }
}

#[test]
fn no_file_of_a_project_leads_out_of_it_is_waited_for_or_has_no_end() {
    /// Far more than any of these takes, and far less than a wait.
    const LIMIT: Duration = Duration::from_secs(20);
    let mut wrong = Vec::new();
    for (name, _) in READ {
        for kind in ["link", "pipe", "device", "folder", "bytes"] {
            let site = Site::new(&READ);
            if name != ".polytope/polytope.yml" {
                fs::remove_file(site.path(".polytope/polytope.yml")).unwrap();
            }
            let outside = site.root.path().join("outside");
            fs::write(&outside, format!("{OUTSIDE}: {OUTSIDE}\n")).unwrap();
            put(kind, &site.path(name), &outside);
            for command in COMMANDS {
                let mut child = site
                    .command(env!("CARGO_BIN_EXE_pt"), command)
                    .stdout(fs::File::create(site.root.path().join("out")).unwrap())
                    .stderr(fs::File::create(site.root.path().join("err")).unwrap())
                    .spawn()
                    .unwrap();
                let begun = Instant::now();
                let status = loop {
                    match child.try_wait().unwrap() {
                        Some(status) => break status.code(),
                        None if begun.elapsed() > LIMIT => {
                            child.kill().unwrap();
                            child.wait().unwrap();
                            break None;
                        }
                        None => std::thread::sleep(Duration::from_millis(2)),
                    }
                };
                let said = ["out", "err"].map(|of| fs::read(site.root.path().join(of)).unwrap()).concat();
                let said = String::from_utf8_lossy(&said);
                let shown = format!("{name} as a {kind}: pt {}: {status:?}", command.join(" "));
                if !matches!(status, Some(0..=5)) || said.contains(OUTSIDE) || said.contains("internal error") {
                    wrong.push(format!("{shown}\n{said}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn with_hardly_any_open_files_there_is_an_answer_and_no_fault_of_ours() {
    let site = Site::new(&[("polytope.yml", BLUEPRINT), ("more/polytope.yml", "modules: []\n")]);
    let pt = env!("CARGO_BIN_EXE_pt");
    for limit in 4..=24 {
        for command in ["check", "check -o sarif=out.sarif", "render", "lsp", "values list", "--engine process plan"] {
            let script = format!("ulimit -n {limit}; exec {pt} {command}");
            let ran = site.command("sh", &["-c", &script]).output().unwrap();
            let said = String::from_utf8_lossy(&ran.stderr).into_owned() + &String::from_utf8_lossy(&ran.stdout);
            // 127: not even the loader found its libraries.
            assert!(matches!(ran.status.code(), Some(0..=5 | 127)), "{limit}: {command}: {:?}\n{said}", ran.status);
            assert!(!said.contains("internal error"), "{limit}: {command}: {said}");
        }
    }
}
