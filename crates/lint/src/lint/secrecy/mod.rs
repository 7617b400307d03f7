//! Secrets that were written into a file: where they stand in containers and arguments, and what to type instead.
//!
//! In: a scene. Out: the characters that are the secret; whoever reports them marks them and never repeats them. How a
//! secret gives itself away is `conceal`'s to know.

mod search;

use crate::conceal::{REFERENCE, assignments, is_default_password, known_token};
pub(super) use crate::conceal::{is_secret_value, names_a_secret, url_password};
pub(super) use search::{read_in_url, secrets};

use crate::value::{Segment, Text};

/// The characters that were written, each reference as one character that no secret holds.
pub(super) fn written(text: &Text) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Literal(literal) => literal.clone(),
        Segment::Value { .. } | Segment::Secret { .. } => REFERENCE.to_string(),
    };
    text.segments().iter().map(segment).collect()
}

/// How a secret is called in the store: the variable's name in kebab-case.
pub(super) fn store_name(variable: &str) -> String {
    let word = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let name: String =
        variable.trim_matches(|letter: char| !letter.is_ascii_alphanumeric()).chars().map(word).collect();
    if name.is_empty() { "NAME".to_owned() } else { name }
}
