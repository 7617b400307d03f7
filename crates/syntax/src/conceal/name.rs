//! Names that say "secret": variables and options whose value is a password, a key or a token.

/// Ends of names, in upper case without separators' variety.
const ENDINGS: [&str; 26] = [
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "PASSCODE",
    "REQUIREPASS",
    "SECRET",
    "TOKEN",
    "CREDENTIALS",
    "APIKEY",
    "API_KEY",
    "SECRETKEY",
    "SECRET_KEY",
    "SECRET_KEY_BASE",
    "ACCESSKEY",
    "ACCESS_KEY",
    "PRIVATEKEY",
    "PRIVATE_KEY",
    "ENCRYPTION_KEY",
    "SIGNING_KEY",
    "MASTER_KEY",
    "AUTH_KEY",
    "SESSION_KEY",
    "COOKIE_KEY",
    "JWT_KEY",
    "SERVICE_ROLE_KEY",
    "ACCOUNT_KEY",
];

/// Last words that say it only behind another word: `PWD` alone is a directory.
const LAST_WORDS: [&str; 3] = ["PWD", "PASS", "PSK"];

/// Words of names whose value everyone may read. What a bundler puts into a web page is no secret key.
const PUBLIC: [&str; 6] = ["PUBLIC", "PUBLISHABLE", "ANON", "VITE", "REACT_APP", "EXPO"];

/// Whether what is called so is a secret. `client-secret`, `clientSecret` and `CLIENT_SECRET` are one name.
pub fn names_a_secret(name: &str) -> bool {
    let name = name.trim_matches('-');
    // Every name in every file is asked, and nearly all end here.
    let behind_a_word = |word: &&str| {
        let before = name.len().checked_sub(word.len() + 1).filter(|before| *before > 0);
        ends_with(name, word) && before.is_some_and(|at| folded(name.as_bytes()[at]) == b'_')
    };
    if !LAST_WORDS.iter().any(behind_a_word) && !ENDINGS.iter().any(|ending| ends_with(name, ending)) {
        return false;
    }
    let name: String = name.bytes().map(|byte| char::from(folded(byte))).collect();
    let bounded = format!("_{name}_");
    let is_public = PUBLIC.iter().any(|word| bounded.contains(&format!("_{word}_")));
    !(is_public && (name.ends_with("KEY") || name.ends_with("TOKEN")))
}

/// Whether a name ends so, however its letters and separators are written.
fn ends_with(name: &str, ending: &str) -> bool {
    name.len() >= ending.len() && name.bytes().rev().zip(ending.bytes().rev()).all(|(byte, end)| folded(byte) == end)
}

fn folded(byte: u8) -> u8 {
    match byte {
        b'-' | b'.' => b'_',
        other => other.to_ascii_uppercase(),
    }
}

/// Whether the secret is a password, which people make of digits too.
pub fn names_a_password(name: &str) -> bool {
    ["PASSWORD", "PASSWD", "PASSCODE", "PASS", "PWD"].iter().any(|ending| ends_with(name, ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_secrets_from_what_only_sounds_like_one() {
        for name in ["POSTGRES_PASSWORD", "PGPASSWORD", "DB_PWD", "clientSecret", "--api-key", "COOKIE_ENCRYPTION_KEY"]
        {
            assert!(names_a_secret(name), "{name}");
        }
        for name in ["SMTP_PASS", "SECRET_KEY_BASE", "S3_ACCESS_KEY", "github.token", "PASSWORD", "VITE_PASSWORD"] {
            assert!(names_a_secret(name), "{name}");
        }
        for name in ["PWD", "OLDPWD", "BYPASS", "CACHE_KEY", "PUBLIC_KEY", "MAX_TOKENS", "POSTGRES_PASSWORD_FILE"] {
            assert!(!names_a_secret(name), "{name}");
        }
        for name in
            ["NEXT_PUBLIC_API_KEY", "VITE_MAPBOX_TOKEN", "SUPABASE_ANON_API_KEY", "AWS_ACCESS_KEY_ID", "KEY", ""]
        {
            assert!(!names_a_secret(name), "{name}");
        }
    }
}
