//! A text as lines, and places in it.

use std::ops::Range;

/// The lines of a text and where each begins; a very long one as several, so that no line takes time by its square.
pub(super) fn lines(text: &str) -> Vec<(usize, &str)> {
    const LONGEST: usize = 4096;
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let mut rest = line.strip_suffix('\r').unwrap_or(line);
        let mut at = start;
        while rest.len() > LONGEST {
            let most = (0..=LONGEST).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
            let end = rest[..most].rfind("}, ").map_or(most, |end| end + 2);
            lines.push((at, &rest[..end]));
            (at, rest) = (at + end, &rest[end..]);
        }
        lines.push((at, rest));
        start += line.len() + 1;
    }
    lines
}

/// Places in their order, those that meet as one.
pub(super) fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        match joined.last_mut().filter(|last| range.start < last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}
