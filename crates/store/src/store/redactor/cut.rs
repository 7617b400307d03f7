//! What is left of a secret that stood in a URL as it is, when a program has taken the URL apart: `@ / # ? : %` in it end a part. In: a
//! content; out: the pieces to look for. Uses nothing of this room.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;

use super::MASKED_LENGTH;

/// Characters at which parsers of URLs cut.
const CUTS: [char; 9] = ['@', '/', '#', '?', ':', '&', '=', ';', '%'];

/// The shortest piece that is looked for, when it is no word of a language.
const SHORTEST: usize = 4;

/// The most cuts for which every piece between two of them is looked for.
const MOST_CUTS: usize = 12;

/// The pieces of a content between the places where a URL is cut, also as hosts are written, in small letters, and the content with
/// its escapes taken for such. None for a content that means only itself in a URL.
pub(super) fn pieces(content: &str) -> BTreeSet<String> {
    let content = content.trim();
    let mut pieces = BTreeSet::new();
    let decoded = percent_decode_str(content).decode_utf8_lossy();
    if *decoded != *content && decoded.len() >= MASKED_LENGTH {
        pieces.insert(decoded.into_owned());
    }
    // Each cut: where the piece before it ends, and where the one behind it begins.
    let mut cuts: Vec<(usize, usize)> = content.match_indices(CUTS).map(|(at, cut)| (at, at + cut.len())).collect();
    // A secret that is a URL itself is one of many words that are no secrets.
    if cuts.is_empty() || content.contains("://") || content.contains('\n') {
        return pieces;
    }
    cuts.push((content.len(), content.len()));
    let begins = std::iter::once(0).chain(cuts.iter().map(|(_, behind)| *behind));
    for (index, start) in begins.enumerate() {
        let ends: Vec<usize> = cuts.iter().skip(index).map(|(before, _)| *before).collect();
        // With many cuts only the next one and the end: the number of pieces would grow with their square.
        let few = cuts.len() <= MOST_CUTS;
        let chosen = ends.iter().enumerate().filter(|(at, _)| few || *at == 0 || at + 1 == ends.len());
        for (_, end) in chosen.filter(|(_, end)| **end > start && **end - start < content.len()) {
            let piece = &content[start..*end];
            if is_telling(piece) {
                pieces.insert(piece.to_lowercase());
                pieces.insert(piece.to_owned());
            }
        }
    }
    pieces
}

/// Whether a piece is long enough to be no part of an innocent text.
fn is_telling(piece: &str) -> bool {
    let word = piece.chars().all(|letter| letter.is_ascii_lowercase());
    let number = piece.chars().all(|letter| letter.is_ascii_digit());
    piece.trim().len() >= if word || number { MASKED_LENGTH } else { SHORTEST }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_cut_where_its_parts_end() {
        let found = pieces("S3cr@t/Pass#word12");
        for piece in ["S3cr", "s3cr", "t/Pass", "t/pass", "Pass#word12", "word12", "t/Pass#word12", "S3cr@t"] {
            assert!(found.contains(piece), "{piece}: {found:?}");
        }
        assert!(!found.contains("t") && !found.contains("S3cr@t/Pass#word12"));
    }

    #[test]
    fn short_words_and_numbers_are_left_alone() {
        assert_eq!(pieces("user:pass@5432"), ["pass@5432", "user:pass"].map(str::to_owned).into());
        assert!(pieces("Tr0ub4dor-and_3.~").is_empty());
    }

    #[test]
    fn escapes_in_a_content_are_read_by_whoever_takes_it_for_a_url() {
        assert!(pieces("50%41bcdef").contains("50Abcdef"));
    }

    #[test]
    fn the_number_of_pieces_stays_small() {
        assert!(pieces(&"Ab1c/".repeat(2000)).len() < 10_000);
    }
}
