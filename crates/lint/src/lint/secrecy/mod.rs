//! How a secret that was written into a file gives itself away: by the name before it, by its own form, by its place in a URL.
//!
//! In: names and texts. Out: the characters that are the secret; whoever reports them marks them and never repeats them.

mod assignment;
mod literal;
mod name;
mod search;
mod token;
mod url;

use assignment::assignments;
pub(super) use literal::{is_default_password, is_secret_value};
pub(super) use name::names_a_secret;
pub(super) use search::{read_part, secrets};
use token::known_token;
pub(super) use url::url_password;

use crate::value::{Segment, Text};

/// Stands for a value or secret of the project in a text that is searched.
const REFERENCE: char = '\u{F0000}';

/// The characters that were written, each reference as one character that no secret holds.
pub(super) fn written(text: &Text) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Literal(literal) => literal.clone(),
        Segment::Value { .. } | Segment::Secret(_) => REFERENCE.to_string(),
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
