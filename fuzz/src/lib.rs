//! What must hold for every text, however it came about: one function for each reader.
//!
//! In: any text. Out: nothing; a broken promise is a panic. `fuzz_targets/` hand them what libFuzzer makes up, and
//! `tests/fuzz_seeds.rs` hands them the seeds, which every found crash joins.

mod places;
mod programs;
mod whole;

pub use programs::{clj, interpolation, js};
pub use whole::check;

use polytope::diagnostic::Diagnostics;
use polytope::source::{FileId, SourceFile};
use polytope::syntax::{Tree, parse};
use polytope::value::{What, fit, fits, literal, read_type};

/// A line of this parts one text into two.
const LINE: &str = "\n---\n";

/// Any text is read as a tree whose places lie in the text, whatever it is.
pub fn tree(text: &str) {
    let (tree, diagnostics) = read(text);
    places::assert_tree(&tree, text);
    for finding in diagnostics.finish() {
        places::assert_finding(&finding, |_| text);
    }
}

/// Any type can be read, and whatever fits it once fits it again.
pub fn types(text: &str) {
    let (kind, value) = text.split_once(LINE).unwrap_or((text, ""));
    let (kind, mut diagnostics) = read(kind);
    let kind = read_type(&kind.root, &mut diagnostics);
    let shown = kind.to_string();
    assert!(!shown.is_empty(), "a type that says nothing");
    let (value, mut diagnostics) = read(value);
    let before = diagnostics.mark();
    let fitted = fit(literal(&value.root), &kind, What::Named("x"), &mut diagnostics);
    if diagnostics.mark() == before {
        assert!(fits(&fitted, &kind), "`{fitted:?}` fitted `{shown}` and does not any more");
    }
}

/// The tree of a text as a file would hold it, which has no byte order mark any more, and what was found.
fn read(text: &str) -> (Tree, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let file = SourceFile::new("polytope.yml", text);
    let tree = parse(FileId(0), &file.text, &mut diagnostics);
    (tree, diagnostics)
}
