//! Main jobs of real projects: each one that the original runs is one flag away.

use std::process::{Command, Output};

use crate::corpus::{folder, projects, root};

/// Projects whose main job cannot be run by anyone, and what is said: see `stacks.rs`.
const CANNOT: &[&str] = &["PatrikBures+ResillientFlow", "bluetext-io+bluetext-extension", "fallowshades+cashe-key"];

/// What asks for arguments, or has no main job.
const NO_MAIN_JOB: &[&str] =
    &["Cillers-com+create-cillers-system", "Cillers-com+bluetext", "bluetext-io+bluetext", "jachana+bluetext"];

/// Something that is not set is asked for when nothing else is wrong.
const NOT_SET: i32 = 4;

fn typed(command: &mut Command, home: &std::path::Path) -> Output {
    let here = std::path::Path::new(env!("CARGO_BIN_EXE_pt")).parent().unwrap().display().to_string();
    let path = format!("{here}:/usr/bin:/bin");
    command.env_clear().env("PATH", path).env("HOME", home).output().unwrap()
}

#[test]
fn each_main_job_is_one_flag_away() {
    let Some(folder) = folder() else { return };
    let home = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for project in projects(&folder) {
        let Some(path) = root(&folder, &project) else { continue };
        if CANNOT.contains(&project.as_str()) || NO_MAIN_JOB.contains(&project.as_str()) {
            continue;
        }
        let first = typed(Command::new("pt").arg("--file").arg(&path).arg("render"), home.path());
        if [Some(0), Some(NOT_SET)].contains(&first.status.code()) {
            continue;
        }
        let said = String::from_utf8(first.stderr).unwrap();
        let offered = said.lines().filter(|line| line.ends_with('`')).filter_map(|line| {
            let (_, line) =
                line.split_once("only this machine reaches it: `").or_else(|| line.split_once("all the same: `"))?;
            line.strip_suffix('`')
        });
        let offered: Vec<&str> = offered.collect();
        if offered.len() != 2 {
            wrong.push(format!("{project}: {offered:?}\n{said}"));
        }
        for line in offered {
            let next = typed(Command::new("sh").args(["-c", line]), home.path());
            if ![Some(0), Some(NOT_SET)].contains(&next.status.code()) {
                wrong.push(format!("{project}: {line}\n{}", String::from_utf8_lossy(&next.stderr)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
