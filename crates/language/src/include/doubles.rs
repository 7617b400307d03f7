//! Names that two included files define: the nearer one counts, and which that is should not depend on the order of includes.

use std::collections::{BTreeMap, BTreeSet};

use super::Documents;
use crate::diagnostic::{Diagnostics, Level};
use crate::model::{DUPLICATE_ID, Document};
use crate::source::Spanned;

/// Which files include which, by their numbers.
pub(super) type Includers = BTreeMap<usize, BTreeSet<usize>>;

/// Warns of names that are defined in two files, neither of which includes the other. A file hides what it includes, and files
/// of the project hide those of other repositories: that is how a project redefines a tool.
pub(super) fn report_doubles(documents: &Documents, includers: &Includers, diagnostics: &mut Diagnostics) {
    let home = |document: &Document| documents.home(document.file).repository;
    for (number, document) in documents.files().iter().enumerate().skip(1) {
        if !documents.is_included(document) {
            continue;
        }
        let mut hides = BTreeMap::new();
        for id in ids(document) {
            let Some(winner) = documents.file_of(id).filter(|winner| *winner != number) else { continue };
            let first = &documents.files()[winner];
            let meant = *hides.entry(winner).or_insert_with(|| {
                includes(includers, winner, number) || home(first).is_none() && home(document).is_some()
            });
            if meant {
                continue;
            }
            let Some(other) = ids(first).find(|other| *other == id) else { continue };
            diagnostics.at_most(Level::Warning, |diagnostics| {
                diagnostics
                    .report(
                        &DUPLICATE_ID,
                        id.span,
                        format!("two included files define `{}`: this one is never called", id.value),
                    )
                    .also(other.span, "the one that is called")
                    .help("give one of them another name");
            });
        }
    }
}

fn ids(document: &Document) -> impl Iterator<Item = &Spanned<String>> {
    document.modules.iter().map(|module| &module.id).chain(document.templates.iter().map(|template| &template.id))
}

/// Whether one file includes another, directly or through others.
fn includes(includers: &Includers, outer: usize, inner: usize) -> bool {
    let (mut seen, mut queue) = (BTreeSet::new(), vec![inner]);
    while let Some(file) = queue.pop() {
        for includer in includers.get(&file).into_iter().flatten() {
            if *includer == outer {
                return true;
            }
            if seen.insert(*includer) {
                queue.push(*includer);
            }
        }
    }
    false
}
