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

    /// What codeql-action's own tests expect (github/codeql-action, `src/fingerprints.test.ts`, test `hash`).
    #[test]
    fn agrees_with_the_tests_of_codeql_action() {
        assert_eq!(
            line_hashes(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
        let greetings = " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End";
        assert_eq!(
            line_hashes(greetings),
            [
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1",
            ]
        );
        let ended = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        let newlines = format!("{greetings}\n");
        assert_eq!(line_hashes(&newlines), ended);
        assert_eq!(line_hashes(&newlines.replace('\n', "\r\n")), ended);
        assert_eq!(line_hashes(" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r"), ended);
        assert_eq!(line_hashes(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n"), ended);
        assert_eq!(
            line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10)),
            [
                "a7f2ff13bc495cf2:1",
                "a7f2ff13bc495cf2:2",
                "a7f2ff13bc495cf2:3",
                "a7f2ff13bc495cf2:4",
                "a7f2ff13bc495cf2:5",
                "a7f2ff13bc495cf2:6",
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ]
        );
    }

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
