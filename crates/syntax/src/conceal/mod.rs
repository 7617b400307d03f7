//! What of a text is a secret: by the name before it, by its own form, by its place in a URL.
//!
//! In: names and texts, well formed or not. Out: the characters that are the secret; whoever reports or shows them marks
//! or masks them and never repeats them. Uses no other room.

mod assignment;
mod extent;
mod lines;
mod literal;
mod name;
mod scan;
mod token;
mod url;

pub use assignment::{Assignment, assignments};
pub use literal::{is_default_password, is_secret_value};
pub use name::names_a_secret;
pub use scan::secrets_in;
pub use token::known_token;
pub use url::url_password;

use std::ops::Range;

/// Stands where a secret is; its length says nothing of the secret's.
pub const MASK: &str = "****";

/// Stands for a value or secret of the project in a text that is searched.
pub const REFERENCE: char = '\u{F0000}';

/// A text with every secret that is seen in it masked.
pub fn concealed(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for Range { start, end } in secrets_in(text) {
        shown.push_str(&text[at..start]);
        shown.push_str(MASK);
        at = end;
    }
    shown.push_str(&text[at..]);
    shown
}

/// The text that stands under a name, masked where it is a secret as a whole or holds one.
pub fn concealed_under(name: &str, text: &str) -> String {
    if names_a_secret(name) && is_literal_secret(name, text) { MASK.to_owned() } else { concealed(text) }
}

/// Whether a text as it is written under the name of a secret is the secret, and no reference to one.
fn is_literal_secret(name: &str, text: &str) -> bool {
    let text = text.trim();
    let refers = text.starts_with("pt.") || text.starts_with("#pt-") || text.contains("{pt.");
    !refers && is_secret_value(name, text)
}
