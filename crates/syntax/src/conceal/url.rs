//! Passwords in URLs: `postgres://user:password@host`.

use std::ops::Range;

use super::REFERENCE;
use super::literal::{is_expansion, is_placeholder};

/// The first password that stands in a URL of this text, where references are one character each.
pub fn url_password(text: &str) -> Option<&str> {
    text.match_indices("://").find_map(|(at, separator)| password(&text[at + separator.len()..]))
}

/// The places of the passwords of all URLs in a text.
pub(super) fn all_passwords(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("://").filter_map(|(at, separator)| {
        let start = at + separator.len();
        let rest = &text[start..];
        let secret = password(rest)?;
        // The authority is `user:password@host`: the password begins behind its first colon.
        let begins = start + rest.find(':')? + 1;
        Some(begins..begins + secret.len())
    })
}

/// The password of the authority that `rest` starts with.
fn password(rest: &str) -> Option<&str> {
    // A password may hold `/` or `?` only when it is percent-encoded.
    let authority = rest.split(|letter: char| "/?#\"'`<>\\,".contains(letter) || letter.is_whitespace()).next()?;
    let (user, host) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    let secret = !password.is_empty() && !password.contains([REFERENCE, '$', '{']);
    (secret && !host.is_empty() && !is_placeholder(password) && !is_expansion(password)).then_some(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_password_of_any_url_in_a_text() {
        assert_eq!(url_password("postgres://app:hunter2@db:5432/app?x=y"), Some("hunter2"));
        assert_eq!(url_password("psql 'postgresql://app:p%40ss@db/app'"), Some("p%40ss"));
        assert_eq!(url_password("amqp://a@b, amqp://guest:guest@mq"), Some("guest"));
        assert_eq!(url_password("redis://:hunter2@cache"), Some("hunter2"));
        assert_eq!(url_password("mongodb://app:p@ss@db"), Some("p@ss"));
    }

    #[test]
    fn passes_over_references_and_urls_without_one() {
        for text in ["http://host:80/a:b@c", "postgres://app@db", "postgres://app:@db", "a:b@c", "http://x", ""] {
            assert_eq!(url_password(text), None, "{text}");
        }
        for password in ["\u{F0000}", "x\u{F0000}", "${PW}", "$PW", "{pw}", "***"] {
            assert_eq!(url_password(&format!("postgres://app:{password}@db")), None, "{password}");
        }
    }
}
