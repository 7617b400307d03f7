//! Fixes of a compilation that may be made: which files they touch, and how they are known again.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::compiler::Compilation;
use crate::diagnostic::{Diagnostic, Fix, Safety};
use crate::source::{Loader, Span};

/// A fix and where its edits belong.
pub(super) struct Candidate<'a> {
    /// What it mends.
    pub(super) finding: &'a Diagnostic,
    /// The fix itself.
    pub(super) fix: Cow<'a, Fix>,
    /// By which it is known again after other fixes have moved it.
    pub(super) key: Key,
}

/// Rule, file, title, and the line of the finding.
pub(super) type Key = (&'static str, PathBuf, String, String);

/// Whether a file of a finding may be changed: it is a blueprint of the project itself, in YAML, and lies in its directory.
pub(super) struct Reach<'a> {
    compilation: &'a Compilation,
    loader: &'a dyn Loader,
    root: PathBuf,
}

impl<'a> Reach<'a> {
    pub(super) fn new(compilation: &'a Compilation, loader: &'a dyn Loader, directory: &Path) -> Self {
        Self { compilation, loader, root: loader.follow(directory) }
    }

    fn holds(&self, path: &Path) -> bool {
        self.root.as_os_str().is_empty() || self.loader.follow(path).starts_with(&self.root)
    }

    fn may_edit(&self, span: Span) -> bool {
        let Compilation { documents, sources, .. } = self.compilation;
        let own = documents.files().iter().any(|document| document.file == span.file) && documents.is_own(span.file);
        let path = sources.path(span);
        let yaml = path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
        own && yaml && self.holds(path)
    }

    fn may_make(&self, fix: &Fix) -> bool {
        let any = !fix.edits.is_empty() || !fix.rewrites.is_empty();
        any && fix.edits.iter().all(|edit| self.may_edit(edit.span))
            && fix.rewrites.iter().all(|rewrite| self.holds(&rewrite.path))
    }
}

/// The fixes that may be made, in the order of their findings.
pub(super) fn candidates<'a>(
    compilation: &'a Compilation,
    reach: &Reach<'_>,
    wanted: &dyn Fn(&Diagnostic) -> bool,
) -> Vec<Candidate<'a>> {
    let findings = compilation.diagnostics.iter().filter(|finding| wanted(finding));
    let fixes = findings.filter_map(|finding| Some((finding, finding.fix.as_ref()?)));
    let fixes = fixes.filter(|(_, fix)| reach.may_make(fix));
    fixes
        .map(|(finding, fix)| Candidate { finding, fix: Cow::Borrowed(fix), key: key(compilation, finding, fix) })
        .collect()
}

fn key(compilation: &Compilation, finding: &Diagnostic, fix: &Fix) -> Key {
    let file = compilation.sources.file(finding.primary.span.file);
    let line = file.line_text(file.line_of(finding.primary.span.start as usize));
    (finding.rule.code, file.path.clone(), fix.title.clone(), line.to_owned())
}

/// How many findings have a fix of a kind.
pub(super) fn count(candidates: &[Candidate<'_>], safety: Safety) -> usize {
    candidates.iter().filter(|candidate| candidate.fix.safety == safety).count()
}

/// The edits of some fixes by file, each file's from its end to its beginning.
pub(super) fn by_file<'a>(fixes: &[&'a Fix]) -> BTreeMap<crate::source::FileId, Vec<&'a crate::diagnostic::Edit>> {
    let mut files: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        files.entry(edit.span.file).or_default().push(edit);
    }
    for edits in files.values_mut() {
        edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
    }
    files
}
