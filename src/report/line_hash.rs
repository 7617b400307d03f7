//! `primaryLocationLineHash`: how GitHub code scanning recognises a finding after its file was edited elsewhere.
//!
//! In: a file's text. Out: one hash per line. The value must equal, bit for bit, the one that codeql-action computes
//! (`src/fingerprints.ts`), because it compares. A line's hash covers the 100 UTF-16 units from its start on that are
//! neither space nor tab, with every line break as `\n`; after the end of the file come 65535 and zeros.

use std::collections::HashMap;

/// Number of units that one hash covers.
const BLOCK: usize = 100;
const FACTOR: u64 = 37;
const END_OF_FILE: u16 = u16::MAX;

/// The hash of every line, each as `hex:n`, where `n` counts equal hashes from the start of the file.
pub(super) fn line_hashes(text: &str) -> Vec<String> {
    let (units, line_starts) = significant_units(text);
    let leaving_factor = (0..BLOCK).fold(1_u64, |power, _| power.wrapping_mul(FACTOR));
    let unit = |index: usize| u64::from(units.get(index).copied().unwrap_or(0));

    let mut hashes = Vec::with_capacity(line_starts.len());
    let mut seen: HashMap<u64, usize> = HashMap::new();
    // Covers `units[at..at + BLOCK]`.
    let mut hash = (0..BLOCK).fold(0_u64, |hash, index| hash.wrapping_mul(FACTOR).wrapping_add(unit(index)));
    let mut at = 0;
    for start in line_starts {
        while at < start {
            let entering = hash.wrapping_mul(FACTOR).wrapping_add(unit(at + BLOCK));
            hash = entering.wrapping_sub(leaving_factor.wrapping_mul(unit(at)));
            at += 1;
        }
        let times = seen.entry(hash).or_insert(0);
        *times += 1;
        hashes.push(format!("{hash:x}:{times}"));
    }
    hashes
}

/// The units that count, with the end of the file as one of them, and where in them each line starts.
fn significant_units(text: &str) -> (Vec<u16>, Vec<usize>) {
    let mut units = Vec::with_capacity(text.len() + 1);
    let mut line_starts = vec![0];
    let mut after_return = false;
    for unit in text.encode_utf16() {
        let is_second_half = after_return && unit == u16::from(b'\n');
        after_return = unit == u16::from(b'\r');
        if is_second_half || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        if after_return || unit == u16::from(b'\n') {
            units.push(u16::from(b'\n'));
            line_starts.push(units.len());
        } else {
            units.push(unit);
        }
    }
    units.push(END_OF_FILE);
    (units, line_starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The expected values were computed with the reference algorithm, outside this program.

    #[test]
    fn an_empty_file_has_one_line() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
    }

    #[test]
    fn blanks_do_not_count_and_every_line_break_is_the_same() {
        let text = "modules:\r\n  - id: dü😀\r\r  - id: x\n\t";
        let expected = [
            "be9a210db5fcd7c7:1",
            "1f55c40431c81c62:1",
            "822d41bb9f616d43:1",
            "d86a5a1809f43845:1",
            "c129715d7a2bc9a3:1",
        ];
        assert_eq!(line_hashes(text), expected);
        assert_eq!(line_hashes(&text.replace("\r\n", "\n").replace('\r', "\r\n")), expected);
    }

    #[test]
    fn equal_lines_are_counted_until_the_end_of_the_file_is_in_sight() {
        assert_eq!(
            line_hashes(&"- name: the same line again and again\n".repeat(5)),
            [
                "ba5f503571ef3668:1",
                "ba5f503571ef3668:2",
                "ba5fe9060625f367:1",
                "35789094c68ac48b:1",
                "5de3dd9c9b450bdf:1",
                "c129715d7a2bc9a3:1",
            ]
        );
    }

    #[test]
    fn there_is_one_hash_for_each_line_of_the_index() {
        let text = "a\n\r\n \r\t\n字\r\r\nb \n ";
        let file = crate::source::SourceFile::new("a.yml", text);
        assert_eq!(line_hashes(text).len(), file.line_count());
    }
}
