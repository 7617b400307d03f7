//! Whether the text under a secret's name is the secret itself, or says where to find it, or that there is none.

use super::REFERENCE;
use super::name::names_a_password;

/// Words that switch something on or off.
const FLAGS: [&str; 13] =
    ["true", "false", "yes", "no", "on", "off", "none", "null", "nil", "enabled", "disabled", "required", "optional"];

/// Whether `text`, given under the name `name`, is a secret. `changeme` is one: whoever reads the file knows it.
pub fn is_secret_value(name: &str, text: &str) -> bool {
    const SHORTEST_NUMBER: usize = 4;
    let text = text.trim();
    let flag = FLAGS.contains(&text.to_ascii_lowercase().as_str());
    if text.is_empty() || flag || is_placeholder(text) || stands_elsewhere(text) {
        return false;
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b".-+".contains(&byte));
    !is_number || (names_a_password(name) && text.len() >= SHORTEST_NUMBER)
}

/// Passwords of examples and installers: they are tried first.
const DEFAULTS: [&str; 26] = [
    "123456",
    "12345678",
    "admin",
    "admin123",
    "adminadmin",
    "admin1234",
    "changeit",
    "changeme",
    "default",
    "example",
    "guest",
    "letmein",
    "mysecretpassword",
    "pass",
    "passw0rd",
    "passwd",
    "password",
    "password1",
    "password123",
    "postgres",
    "qwerty",
    "root",
    "secret",
    "test",
    "toor",
    "welcome",
];

/// Whether `text`, given under the name of a password, is one that everyone knows.
pub fn is_default_password(name: &str, text: &str) -> bool {
    let plain: String = text.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    names_a_password(name) && DEFAULTS.contains(&plain.as_str())
}

/// How AWS ends the keys in its documentation: `AKIAIOSFODNN7EXAMPLE`.
const EXAMPLES: [&str; 2] = ["EXAMPLE", "EXAMPLEKEY"];

/// Characters of the shortest of them.
const SHORTEST_EXAMPLE: usize = 20;

/// `<your key here>` and `****`, and the keys that the documentation of AWS gives as examples: nobody takes them for the
/// thing itself.
pub(super) fn is_placeholder(text: &str) -> bool {
    let documented = text.len() >= SHORTEST_EXAMPLE && EXAMPLES.iter().any(|end| text.ends_with(end));
    documented || (text.starts_with('<') && text.ends_with('>')) || text.bytes().all(|byte| byte == b'*')
}

/// A reference of the project, of a shell or of a template, a path, or an address in a store of secrets.
fn stands_elsewhere(text: &str) -> bool {
    text.contains(REFERENCE) || is_expansion(text) || is_path(text) || is_address(text)
}

/// `$NAME`, `${NAME}`, `$(command)`, `{{ name }}`, `%(name)s`.
pub(super) fn is_expansion(text: &str) -> bool {
    let variable = text.strip_prefix('$').is_some_and(|rest| {
        rest.starts_with(['{', '(']) || rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    });
    variable || (text.starts_with("{{") && text.ends_with("}}")) || text.starts_with("%(")
}

fn is_path(text: &str) -> bool {
    let rooted = ["/", "./", "../", "~/"].iter().any(|start| text.starts_with(start));
    let plain = text.chars().all(|letter| letter.is_ascii_alphanumeric() || "/._-~".contains(letter));
    // A key in base64 may start with a slash; it has no second one near and no extension.
    rooted && plain && (text.matches('/').count() > 1 || text.contains('.'))
}

/// `https://…`, `op://vault/item`, `arn:aws:secretsmanager:…`.
fn is_address(text: &str) -> bool {
    let scheme = text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    scheme || text.starts_with("arn:aws:") || text.starts_with("vault:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_a_secret_even_when_it_was_meant_to_be_changed() {
        for text in ["hunter2", "changeme", "xxx", "REDACTED", "/9j4AAQSkZJRg+kfs=", "$2b$10$abc.def", "p@ss word"] {
            assert!(is_secret_value("DB_PASSWORD", text), "{text}");
        }
        assert!(is_secret_value("DB_PASSWORD", "123456"), "people make passwords of digits");
    }

    #[test]
    fn a_password_of_examples_is_known_however_it_is_written() {
        for text in ["postgres", "Password1", "change-me", "CHANGE_ME", "P-A-S-S"] {
            assert!(is_default_password("DB_PASSWORD", text), "{text}");
        }
        assert!(!is_default_password("DB_PASSWORD", "hunter2"));
        assert!(!is_default_password("API_TOKEN", "test"), "no password");
    }

    #[test]
    fn what_says_where_the_secret_is_is_none() {
        for text in ["", " ", "<your password>", "****", "true", "Off", "$DB_PASSWORD", "${DB_PASSWORD:-x}", "{{ pw }}"]
        {
            assert!(!is_secret_value("DB_PASSWORD", text), "{text}");
        }
        for text in ["/run/secrets/db", "./key.pem", "https://vault.example.com/x", "op://dev/db", "a\u{F0000}b"] {
            assert!(!is_secret_value("DB_PASSWORD", text), "{text}");
        }
        assert!(!is_secret_value("API_TOKEN", "3600"), "a number that is no password");
        assert!(!is_secret_value("DB_PASSWORD", "0"), "a switch");
    }
}
