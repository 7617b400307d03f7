//! The walls of the house: who may use whom, which crate is known where, how large a file may grow.
//!
//! Members of the workspace are walls that the compiler holds; inside of one there are none between its rooms, so this
//! test reads the `use crate::…` paths.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in the order of the flow: each may use those above it, and itself.
const ROOMS: &[&str] = &[
    "conceal",
    "source",
    "diagnostic",
    "syntax",
    "edit",
    "value",
    "expr",
    "model",
    "include",
    "blueprint",
    "expand",
    "lint",
    "suppression",
    "config",
    "rules",
    "compiler",
    "policy",
    "standard",
    "fix",
    "schema",
    "store",
    "scaffold",
    "plan",
    "engine",
    "report",
    "ide",
    "lsp",
    "cli",
];

/// What a room does not use although it stands below: finished data is drawn without knowing where it comes from.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "report",
        &[
            "syntax",
            "value",
            "expr",
            "model",
            "blueprint",
            "expand",
            "lint",
            "rules",
            "compiler",
            "policy",
            "standard",
            "store",
            "plan",
            "engine",
        ],
    ),
    (
        "store",
        &["value", "expr", "model", "blueprint", "expand", "lint", "rules", "compiler", "policy", "standard", "schema"],
    ),
    ("engine", &["blueprint", "lint", "rules", "compiler", "policy", "standard", "schema", "store"]),
    ("ide", &["rules", "scaffold", "plan", "engine", "report"]),
    ("lsp", &["syntax", "value", "expr", "model", "blueprint", "expand", "rules", "scaffold", "plan", "engine"]),
];

/// Crates and modules that are known in one place only.
const CONFINED: &[(&str, &[&str])] = &[
    ("toml", &["config"]),
    ("globset", &["lint/settings.rs"]),
    ("quick_junit", &["report/junit"]),
    ("regorus", &["policy"]),
    ("rquickjs", &["expr/js"]),
    ("fancy_regex", &["expr/clj", "schema/flagged"]),
    ("hyper", &["cli/task/http"]),
    ("hyper_util", &["cli/task/http"]),
    ("tokio_rustls", &["cli/task/http"]),
    ("rmcp", &["cli/mcp"]),
    ("clap_mangen", &["cli/man"]),
    ("bollard", &["engine/docker"]),
    ("similar", &["report/diff"]),
    ("miette", &["report/human", "report/excerpt"]),
    ("minijinja", &["blueprint"]),
    ("include_dir", &["blueprint"]),
    ("granit_parser", &["syntax", "store/flat_map"]),
    ("age", &["store"]),
    ("indicatif", &["cli"]),
    ("clap", &["cli"]),
    ("lsp_server", &["lsp"]),
    ("lsp_types", &["lsp"]),
    ("tokio", &["engine", "cli"]),
    ("std::fs", &["source/door.rs", "source/digest.rs", "store", "scaffold", "cli", "engine/docker", "engine/process"]),
    ("std::env", &["cli"]),
];

/// Files that open others themselves instead of through the door of `source`, which lets no link out of a project, no pipe and nothing
/// without an end pass. The store and the engines have rules of their own for theirs.
const OPENERS: &[(&str, &str)] = &[
    ("store/", "private files, whose owner and mode are looked at"),
    ("engine/", "the engine's own, the system's, and what was bound"),
    ("scaffold/target.rs", "what is written, looked at before and after"),
    ("scaffold/carry_out.rs", "what is written"),
    ("cli/check/write.rs", "what is written"),
    ("cli/task/host/replaced.rs", "regular files with a limit, after the program's own rules for paths"),
    ("cli/task/sources.rs", "regular files of an image's sources, with a limit for all"),
    ("cli/checkout.rs", "`.git` of a work tree, a regular file with a limit"),
    ("cli/planning.rs", "init scripts, regular files with a limit"),
    ("cli/data_version.rs", "`PG_VERSION` of a directory that is mounted"),
    ("cli/content.rs", "what the user names on the command line"),
    ("cli/exchange.rs", "what the user names on the command line"),
    ("cli/postgres.rs", "what the user names on the command line"),
    ("cli/include/", "clones in directories of our own"),
    ("cli/init.rs", "what is written"),
    ("cli/lock.rs", "locks of our own"),
    ("cli/order.rs", "state of our own"),
    ("cli/memory.rs", "/proc"),
    ("cli/ownership.rs", "/etc/passwd"),
];

/// Lines that a file may have; beyond that it holds two concepts.
const LONGEST: usize = 400;

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The `src` folders of the workspace: that of the program, and that of each member.
fn roots() -> Vec<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let members = fs::read_dir(top.join("crates")).unwrap().map(|entry| entry.unwrap().path().join("src"));
    members.chain([top.join("src")]).collect()
}

/// Every source file of a room, with its path below its `src/`.
fn sources() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for root in roots() {
        let mut found = Vec::new();
        files(&root, &mut found);
        for path in found {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            all.insert(name, fs::read_to_string(path).unwrap());
        }
    }
    all
}

/// The code of a file: without comments and without its unit tests, which may look wherever they like.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let body = body.split("#[cfg(test)]\n#[allow").next().unwrap();
    body.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn is_test(file: &str) -> bool {
    file.ends_with("tests.rs")
        || file.ends_with("testing.rs")
        || file.ends_with("fixture.rs")
        || file.contains("/tests/")
}

fn room(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// Rooms that a file names after `crate::`, in paths and in groups.
fn used_rooms(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for part in code.split("crate::").skip(1) {
        if let Some(group) = part.strip_prefix('{') {
            let inside = group.split('}').next().unwrap_or_default();
            used.extend(inside.split(',').map(|name| first_word(name.trim())));
        } else {
            used.push(first_word(part));
        }
    }
    used
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect()
}

#[test]
fn each_room_uses_only_rooms_above_it() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let here = room(&file);
        let Some(position) = ROOMS.iter().position(|room| *room == here) else { continue };
        if is_test(&file) {
            continue;
        }
        let forbidden = FORBIDDEN.iter().find(|(room, _)| *room == here).map_or(&[][..], |(_, rooms)| rooms);
        for used in used_rooms(&code(&text)) {
            let Some(other) = ROOMS.iter().position(|room| *room == used) else { continue };
            if other > position || forbidden.contains(&used.as_str()) {
                broken.push(format!("{file} uses `{used}`, which `{here}` may not"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_room_has_its_place_in_the_order() {
    let mut unknown: Vec<String> = roots()
        .iter()
        .flat_map(|root| fs::read_dir(root).unwrap())
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            !["main.rs", "lib.rs"].contains(&name.as_str()) && !ROOMS.contains(&name.trim_end_matches(".rs"))
        })
        .collect();
    unknown.sort();
    assert!(unknown.is_empty(), "add to ROOMS in tests/architecture.rs: {unknown:?}");
}

#[test]
fn crates_stay_in_their_rooms() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let code = code(&text);
        for (name, places) in CONFINED {
            let uses = [
                format!("use {name}"),
                format!(" {name}::"),
                format!("({name}::"),
                format!("<{name}::"),
                format!("&{name}::"),
            ]
            .iter()
            .any(|needle| code.contains(needle.as_str()));
            if uses && !is_test(&file) && !places.iter().any(|place| file.starts_with(place)) {
                broken.push(format!("{file} uses `{name}`, which is known in {places:?} only"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn files_of_a_project_are_opened_at_the_door() {
    let opens = ["fs::read(", "fs::read_to_string(", "File::open(", "fs::copy(", "OpenOptions::new()"];
    let mut broken = Vec::new();
    let mut used = BTreeSet::new();
    for (file, text) in sources() {
        let code = code(&text);
        if is_test(&file) || !opens.iter().any(|call| code.contains(call)) {
            continue;
        }
        match OPENERS.iter().find(|(place, _)| file.starts_with(place)) {
            Some((place, _)) => drop(used.insert(place)),
            None => broken.push(format!("{file} opens files itself: read them with a `Loader`")),
        }
    }
    let idle = OPENERS.iter().filter(|(place, _)| !used.contains(place));
    broken.extend(idle.map(|(place, _)| format!("{place} opens nothing any more: take it out of OPENERS")));
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn files_stay_small_and_say_what_they_are() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let lines = text.lines().count();
        if lines > LONGEST {
            broken.push(format!("{file} has {lines} lines, the limit is {LONGEST}: it holds two concepts"));
        }
        if !text.starts_with("//!") {
            broken.push(format!("{file} does not start with `//!`: what comes in, what goes out"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
