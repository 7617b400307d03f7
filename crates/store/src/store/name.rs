//! What values and secrets may be called and how large they may be. In: names and contents; out: errors, or the name of the
//! environment variable that sets a name. Uses only this room's errors.

use super::StoreError;
use crate::source::letter_in_words;

/// The longest name, in bytes.
pub const NAME_LIMIT: usize = 128;
/// The largest content, in bytes (64 KiB).
pub const CONTENT_LIMIT: usize = 64 * 1024;

/// Holds a name to `[A-Za-z0-9][A-Za-z0-9_-]{0,127}`.
pub fn check_name(name: &str) -> Result<(), StoreError> {
    match name_problem(name) {
        None => Ok(()),
        Some(problem) => Err(StoreError::Name { name: shown(name), problem }),
    }
}

/// What is wrong with a name, if anything.
pub(super) fn name_problem(name: &str) -> Option<String> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    if name.is_empty() {
        return Some("it is empty".to_owned());
    }
    if let Some(other) = name.chars().find(|character| !allowed(*character)) {
        return Some(format!("{} is not allowed", letter_in_words(other)));
    }
    if name.starts_with(['_', '-']) {
        return Some("it must begin with a letter or a digit".to_owned());
    }
    (name.len() > NAME_LIMIT).then(|| format!("it has {} characters, the limit is {NAME_LIMIT}", name.len()))
}

/// Holds a content to 64 KiB without NUL; the engine would accept a NUL and then fail to start the container.
pub fn check_content(name: &str, content: &str) -> Result<(), StoreError> {
    let problem = if content.len() > CONTENT_LIMIT {
        format!("it has {} bytes, the limit is 64 KiB ({CONTENT_LIMIT} bytes)", content.len())
    } else if content.contains('\0') {
        "it holds a NUL byte, which no environment variable can carry".to_owned()
    } else {
        return Ok(());
    };
    Err(StoreError::Content { name: name.to_owned(), problem })
}

/// As [`check_content`], and refuses the empty text: an empty secret is a failed command substitution, not a password.
pub fn check_secret(name: &str, content: &str) -> Result<(), StoreError> {
    if content.is_empty() {
        return Err(StoreError::Content { name: name.to_owned(), problem: "it is empty".to_owned() });
    }
    check_content(name, content)
}

/// The variable that sets `name`: upper case, `-` becomes `_`, after `prefix`.
pub fn variable_name(prefix: &str, name: &str) -> String {
    format!("{prefix}{}", name.to_ascii_uppercase().replace('-', "_"))
}

/// A name as it may be shown: control characters made visible, cut when very long.
pub(super) fn shown(name: &str) -> String {
    let mut shown: String = name.chars().take(60).flat_map(char::escape_debug).collect();
    if name.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_names_people_use_and_names_what_is_wrong_with_others() {
        for name in ["api-key", "api_key", "API_KEY", "9lives", "a", &"x".repeat(128)] {
            check_name(name).unwrap();
        }
        for (name, problem) in [
            ("", "it is empty"),
            ("a b", "a blank is not allowed"),
            ("ключ", "`к` is not allowed"),
            ("../x", "`.` is not allowed"),
            ("-x", "it must begin with"),
            ("a\u{1b}[2J", "U+001B (an escape) is not allowed"),
            (&"x".repeat(129), "it has 129 characters"),
        ] {
            let message = check_name(name).unwrap_err().to_string();
            assert!(message.contains(problem), "{message}");
            assert!(!message.contains('\u{1b}'));
        }
    }

    #[test]
    fn limits_content_to_64_kib_without_nul_and_secrets_to_something() {
        check_secret("a", &"x".repeat(CONTENT_LIMIT)).unwrap();
        check_content("a", "").unwrap();
        for content in ["", "canary\0", &"canary".repeat(CONTENT_LIMIT)] {
            let error = check_secret("a", content).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }

    #[test]
    fn names_variables_in_upper_case_with_underscores() {
        assert_eq!(variable_name("PT_SECRET_", "api-key"), "PT_SECRET_API_KEY");
    }
}
