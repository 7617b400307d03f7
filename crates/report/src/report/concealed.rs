//! Places that hold secrets: no report shows them, whichever finding's lines they stand in.

use std::collections::HashMap;
use std::ops::Range;

use crate::conceal::{MASK, secrets_in};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceFile, Sources};

/// The bytes that findings of concealing rules mark, and those that look like secrets in the lines around any finding,
/// sorted and without overlaps.
#[derive(Debug, Default)]
pub(super) struct Concealed {
    places: HashMap<FileId, Vec<Range<usize>>>,
}

impl Concealed {
    /// What is concealed in the files of these findings. A rule that is switched off finds no secret, and an entry that
    /// cannot be read is none to a rule: the text itself is looked at too.
    pub(super) fn of<'d>(findings: impl IntoIterator<Item = &'d Diagnostic>, sources: &Sources) -> Self {
        let mut places: HashMap<FileId, Vec<Range<usize>>> = HashMap::new();
        for finding in findings {
            let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
            for span in finding.spans().chain(edits) {
                places.entry(span.file).or_insert_with(|| secrets_in(&sources.file(span.file).text));
            }
            if finding.rule.conceals {
                let span = finding.primary.span;
                places.entry(span.file).or_default().push(span.start as usize..span.end as usize);
            }
        }
        let places = places.into_iter().map(|(file, ranges)| (file, joined(ranges))).collect();
        Self { places }
    }

    /// The bytes of a file that must not be shown.
    pub(super) fn in_file(&self, file: FileId) -> &[Range<usize>] {
        self.places.get(&file).map_or(&[], Vec::as_slice)
    }

    /// The text of a place with secrets masked.
    pub(super) fn text(&self, id: FileId, file: &SourceFile, range: Range<usize>) -> String {
        let mut text = String::with_capacity(range.len());
        mask(&file.text, range, self.in_file(id), |piece| text.push_str(piece));
        text
    }
}

/// Gives the pieces of `text` in `range` one after another, secrets as a mask.
pub(super) fn mask(text: &str, range: Range<usize>, concealed: &[Range<usize>], mut put: impl FnMut(&str)) {
    if range.is_empty() {
        return;
    }
    let mut at = range.start;
    let first = concealed.partition_point(|place| place.end <= range.start);
    for place in concealed[first..].iter().take_while(|place| place.start < range.end) {
        put(text.get(at..place.start.max(at)).unwrap_or_default());
        put(MASK);
        at = place.end.min(range.end);
    }
    put(text.get(at..range.end).unwrap_or_default());
}

fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "lists of places")]
mod tests {
    use super::*;

    fn masked(text: &str, range: Range<usize>, concealed: &[Range<usize>]) -> String {
        let mut shown = String::new();
        mask(text, range, concealed, |piece| shown.push_str(piece));
        shown
    }

    #[test]
    fn masks_every_overlap_however_it_lies() {
        let text = "pw: hunter2 # x";
        assert_eq!(masked(text, 0..15, &[4..11]), "pw: **** # x");
        assert_eq!(masked(text, 6..15, &[4..11]), "**** # x");
        assert_eq!(masked(text, 0..6, &[4..11]), "pw: ****");
        assert_eq!(masked(text, 5..9, &[4..11]), "****");
        assert_eq!(masked(text, 11..15, &[4..11]), " # x");
        assert_eq!(masked(text, 0..4, &[4..11]), "pw: ");
        assert_eq!(masked(text, 5..5, &[4..11]), "", "no place for anything");
        assert_eq!(masked(text, 0..15, &[]), text);
    }

    #[test]
    fn places_that_overlap_are_one() {
        assert_eq!(joined(vec![5..9, 1..3, 2..6, 12..12, 10..11]), [1..9, 10..11]);
    }
}
