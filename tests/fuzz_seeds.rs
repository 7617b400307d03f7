//! Every seed of `fuzz/`, through the reader that it is a seed of: what was found once stays found.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "../fuzz/src/lib.rs"]
mod readers;

use std::fs;
use std::path::Path;

/// Takes any text, and panics where something does not hold.
type Reader = fn(&str);

const READERS: [(&str, Reader); 6] = [
    ("tree", readers::tree),
    ("check", readers::check),
    ("types", readers::types),
    ("interpolation", readers::interpolation),
    ("clj", readers::clj),
    ("js", readers::js),
];

#[test]
fn every_seed_is_read_without_breaking_a_promise() {
    for (name, reader) in READERS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
        let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        assert!(!paths.is_empty(), "no seeds of `{name}`");
        for path in paths {
            reader(&fs::read_to_string(&path).unwrap());
        }
    }
}
