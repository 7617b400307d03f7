//! References that stand in a URL as they are, where their content would be read as parts of the URL.

use super::{Encoding, Segment, Text};

/// Stands for each reference; no URL is ended by it and none holds it.
const REFERENCE: char = '\u{FFFC}';

/// Ends of a URL inside of other text, besides blanks.
const ENDS: [char; 6] = ['"', '\'', '`', '<', '>', '|'];

impl Text {
    /// References whose plain content stands in the user, the password or the query of a URL. There `@ / # ? : %` and `&` end a part
    /// or begin an escape. A host or a path is left out: a slash may be meant there.
    pub fn plain_in_url(&self) -> Vec<&Segment> {
        let segments = self.segments();
        let marked: String = segments.iter().map(marked).collect();
        let mut at = 0;
        let mut found = Vec::new();
        for segment in segments {
            let length = marked[at..].len().min(self::marked(segment).len());
            let plain = match segment {
                Segment::Literal(_) => false,
                Segment::Value { .. } => true,
                Segment::Secret { encoding, .. } => *encoding != Encoding::Url,
            };
            if plain && is_cut(&marked[..at], &marked[at + length..]) {
                found.push(segment);
            }
            at += length;
        }
        found
    }
}

fn marked(segment: &Segment) -> String {
    match segment {
        Segment::Literal(text) => text.clone(),
        Segment::Value { .. } | Segment::Secret { .. } => REFERENCE.to_string(),
    }
}

/// Whether what stands between these two texts is the user, the password or the query of a URL.
fn is_cut(before: &str, after: &str) -> bool {
    let ends = |letter: char| letter.is_whitespace() || ENDS.contains(&letter);
    let start = before.rfind(ends).map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
    let Some((scheme, inside)) = before[start..].split_once("://") else { return false };
    if scheme.is_empty() {
        return false;
    }
    let rest = &after[..after.find(ends).unwrap_or(after.len())];
    let authority = !inside.contains(['/', '?', '#', '@']) && {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        rest[..end].contains('@')
    };
    authority || inside.contains('?')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `$` is the secret `p`, `%` the same in URL encoding.
    fn found(written: &str) -> usize {
        let mut text = Text::default();
        for letter in written.chars() {
            match letter {
                '$' => text.push(Segment::secret("p")),
                '%' => text.push(Segment::Secret { name: "p".to_owned(), encoding: Encoding::Url }),
                other => text.push(Segment::Literal(other.to_string())),
            }
        }
        text.plain_in_url().len()
    }

    #[test]
    fn user_password_and_query_are_cut_by_what_they_hold() {
        for (written, expected) in [
            ("postgres://app:$@db:5432/app", 1),
            ("postgres://$:$@db", 2),
            ("redis://:$@redis", 1),
            ("run --url=postgres://app:$@db/x --other $", 1),
            ("jdbc:postgresql://db/app?user=a&password=$", 1),
            ("postgres://app:%@db", 0),
            ("https://hooks.example/services/$", 0),
            ("http://$:8080/", 0),
            ("http://$/a@b", 0),
            ("host=db password=$", 0),
            ("app:$@tcp(db:3306)/app", 0),
            ("$", 0),
        ] {
            assert_eq!(found(written), expected, "{written}");
        }
    }
}
