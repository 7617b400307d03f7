//! Names for findings that survive moving and reformatting what they are about.
//!
//! Made of the rule, the file, the keys and list items around the finding, and the marked text; of no line number,
//! no index, no blank, and no secret, which could be guessed from its hash. Keys are told by indentation, so that a file that is no good YAML has them too.

use std::collections::HashMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::concealed::Concealed;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceFile, Sources};

type Hash = [u8; 16];

/// The fingerprints of all findings, in their order.
pub fn fingerprints(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut fingerprints = Fingerprints::new(sources, diagnostics);
    diagnostics.iter().map(|finding| fingerprints.next(finding)).collect()
}

/// Gives each finding its fingerprint, in the order of the findings.
#[derive(Debug)]
pub(super) struct Fingerprints<'a> {
    sources: &'a Sources,
    concealed: Concealed,
    /// For each line of a file, what is around it.
    around: HashMap<FileId, Vec<Hash>>,
    seen: HashMap<Hash, usize>,
}

impl<'a> Fingerprints<'a> {
    /// For findings in these files, among them those of `all` that conceal what they mark.
    pub(super) fn new<'d>(sources: &'a Sources, all: impl IntoIterator<Item = &'d Diagnostic>) -> Self {
        Self { sources, concealed: Concealed::of(all, sources), around: HashMap::new(), seen: HashMap::new() }
    }

    /// `hex:n`, where `n` counts findings that are alike.
    pub(super) fn next(&mut self, diagnostic: &Diagnostic) -> String {
        let span = diagnostic.primary.span;
        let file = self.sources.file(span.file);
        let concealed = &self.concealed;
        let around = self.around.entry(span.file).or_insert_with(|| lines_around(span.file, file, concealed));
        let start = (span.start as usize).min(file.text.len());
        let line = file.line_of(start);
        let line_start = file.line_start(line);
        let before = last_part(file.text.get(line_start..start).unwrap_or_default());
        let before = concealed.text(span.file, file, start - before.len()..start);
        let marked = first_part(self.sources.text(span).lines().next().unwrap_or_default());
        let marked = concealed.text(span.file, file, start..start + marked.len());
        let hash = combine(&[
            diagnostic.rule.code.as_bytes(),
            file.path.as_os_str().as_encoded_bytes(),
            &around[line - 1],
            normal(&before).as_bytes(),
            normal(&marked).as_bytes(),
        ]);
        let times = self.seen.entry(hash).or_insert(0);
        *times += 1;
        let mut text = String::with_capacity(34);
        for byte in hash {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        let _ = write!(text, ":{times}");
        text
    }
}

/// For each line, a hash of the keys and list items that it is under.
fn lines_around(id: FileId, file: &SourceFile, concealed: &Concealed) -> Vec<Hash> {
    let root = combine(&[]);
    let mut open: Vec<(usize, Hash)> = Vec::new();
    let mut around = Vec::with_capacity(file.line_count());
    for line in 1..=file.line_count() {
        let text = file.line_text(line);
        let content = text.trim_start();
        if content.is_empty() || content.starts_with('#') {
            around.push(open.last().map_or(root, |(_, hash)| *hash));
            continue;
        }
        let is_item = content.starts_with("- ") || content == "-";
        // The items of a list may stand in the column of its key, and are under it all the same.
        let depth = 2 * (text.len() - content.len()) + usize::from(is_item);
        while open.last().is_some_and(|(above, _)| *above >= depth) {
            open.pop();
        }
        let parent = open.last().map_or(root, |(_, hash)| *hash);
        around.push(parent);
        let start = file.line_start(line) + (text.len() - content.len());
        let shown = concealed.text(id, file, start..start + content.len());
        open.push((depth, combine(&[&parent, heading(&shown, is_item).as_bytes()])));
    }
    around
}

/// What names a line to those under it: a list item's first entry (`- id: db`), or the key alone.
fn heading(content: &str, is_item: bool) -> String {
    let key = if is_item { content } else { content.split_once(':').map_or(content, |(key, _)| key) };
    normal(key)
}

/// Bytes of a line that count; a finding costs no more on a line of a megabyte.
const COUNTED: usize = 512;

fn first_part(text: &str) -> &str {
    let end = (0..=COUNTED.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

fn last_part(text: &str) -> &str {
    let start = (text.len().saturating_sub(COUNTED)..=text.len()).find(|at| text.is_char_boundary(*at));
    &text[start.unwrap_or(text.len())..]
}

fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each part enters with its length, so that no two lists of parts are alike.
fn combine(parts: &[&[u8]]) -> Hash {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    let mut hash = Hash::default();
    hash.copy_from_slice(&digest.finalize()[..16]);
    hash
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Case, DUPLICATE, LEAK, TRUST};
    use super::*;

    fn fingerprint(text: &str, marked: &str) -> String {
        let mut case = Case::new([("polytope.yml", text)]);
        let span = case.span("polytope.yml", marked);
        case.report(&TRUST, span, "message");
        Fingerprints::new(&case.sources, &case.diagnostics).next(&case.diagnostics[0])
    }

    const BEFORE: &str =
        "modules:\n  - id: db\n    args:\n      env:\n        - name: METHOD\n          value: trust\n  - id: web\n";

    #[test]
    fn survives_moving_reformatting_and_edits_elsewhere() {
        let moved = "# a comment\nmodules:\n- id: web\n\n- id: db # the database\n  module: x\n  args:\n    env:\n    - name: METHOD\n      value:   trust\n";
        let moved = moved.replace(" # the database", "");
        assert_eq!(fingerprint(BEFORE, "trust"), fingerprint(&moved, "trust"));
    }

    #[test]
    fn says_nothing_of_a_secret() {
        let fingerprint = |secret: &str| {
            let text = format!("env:\n  - {{name: A, value: {secret},\n     other: trust}}\n");
            let mut case = Case::new([("polytope.yml", text.as_str())]);
            let (place, below) = (case.span("polytope.yml", secret), case.span("polytope.yml", "trust"));
            case.report(&LEAK, place, "message");
            case.report(&TRUST, below, "message");
            let mut fingerprints = Fingerprints::new(&case.sources, &case.diagnostics);
            case.diagnostics.iter().map(|found| fingerprints.next(found)).collect::<Vec<_>>()
        };
        assert_eq!(fingerprint("hunter2"), fingerprint("correct-horse"));
    }

    #[test]
    fn differs_by_module_key_and_value() {
        let base = fingerprint(BEFORE, "trust");
        assert_ne!(base, fingerprint(&BEFORE.replace("db", "cache"), "trust"), "another module");
        assert_ne!(base, fingerprint(&BEFORE.replace("METHOD", "OTHER"), "trust"), "another variable");
        assert_ne!(base, fingerprint(&BEFORE.replace("trust", "md5"), "md5"), "another value");
        assert_ne!(base, fingerprint(BEFORE, "value"), "the key");
    }

    #[test]
    fn findings_that_are_alike_are_counted_and_rules_told_apart() {
        let mut case = Case::new([("a.yml", "- a\n- a\n")]);
        let (first, rule_of_last) = (case.span("a.yml", "a"), &DUPLICATE);
        let second = crate::source::Span::new(first.file, 6, 7);
        case.report(&TRUST, first, "one");
        case.report(&TRUST, second, "two");
        case.report(rule_of_last, second, "three");
        let mut fingerprints = Fingerprints::new(&case.sources, &case.diagnostics);
        let all: Vec<String> = case.diagnostics.iter().map(|found| fingerprints.next(found)).collect();
        assert_eq!(all[0].strip_suffix(":1"), all[1].strip_suffix(":2"));
        assert_ne!(all[1].split_once(':').map(|(hash, _)| hash), all[2].split_once(':').map(|(hash, _)| hash));
    }
}
