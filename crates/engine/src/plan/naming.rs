//! Names in the engine, made from the names in the file.
//!
//! Engines allow `[a-zA-Z0-9][a-zA-Z0-9_.-]`, two characters at least; host names end at 63. What has to be changed
//! more than its case gets a short hash of what was written, so that two different ids keep two different names.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Longest name; a DNS label.
const LONGEST: usize = 63;

/// Name of the project in the engine, such as `pt-shop` for `Shop`.
pub fn project_name(name: &str) -> String {
    let folded = fold(name);
    shorten(format!("pt-{folded}"), name, "")
}

/// Name of a project that is not the first one of its name: with a short hash of its place.
pub fn place_name(name: &str, place: &str) -> String {
    shorten(format!("pt-{}", fold(name)), name, &format!("-{}", short_hash(place)))
}

/// Name of a container: `<project>-<id>-<replica>`.
pub fn container_name(project: &str, id: &str, replica: u32) -> String {
    shorten(format!("{project}-{}", fold(id)), id, &format!("-{replica}"))
}

/// Name of a container that makes room for its successor, told apart by the engine's id.
pub fn old_name(name: &str, engine_id: &str) -> String {
    let short: String = engine_id.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    format!("{name}.old-{short}")
}

/// Name of a volume: `<project>_<id>`.
pub fn volume_name(project: &str, id: &str) -> String {
    shorten(format!("{project}_{}", fold(id)), id, "")
}

/// Name of the volume that marks what a data volume is initialised with by now.
pub fn mark_name(volume: &str, sequence: u32) -> String {
    format!("{volume}.init-{sequence}")
}

/// Host name in a container.
pub fn host_name(id: &str) -> String {
    shorten(fold(id), id, "")
}

/// Lower case, with everything that no engine takes replaced.
fn fold(text: &str) -> String {
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-');
    let mut folded: String =
        text.chars().map(|character| if allowed(character) { character.to_ascii_lowercase() } else { '-' }).collect();
    let starts_well = folded.starts_with(|first: char| first.is_ascii_alphanumeric());
    if !starts_well || !text.chars().all(allowed) {
        folded = format!("{}-{}", folded.trim_start_matches(['_', '.', '-']), short_hash(text));
    }
    folded.trim_start_matches('-').to_owned()
}

/// `body` and `suffix`, with the end of the body replaced by a hash of `original` where both are too long.
fn shorten(body: String, original: &str, suffix: &str) -> String {
    if body.len() + suffix.len() <= LONGEST {
        return body + suffix;
    }
    let hash = short_hash(original);
    let room = LONGEST.saturating_sub(suffix.len() + hash.len() + 1);
    let kept: String = body.chars().take(room).collect();
    format!("{kept}-{hash}{suffix}")
}

/// Six hexadecimal digits that tell two texts apart.
fn short_hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(3).fold(String::new(), |mut hash, byte| {
        // Writing into a string cannot fail.
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_case_and_count_replicas() {
        assert_eq!(project_name("Shop"), "pt-shop");
        assert_eq!(container_name("pt-shop", "DB", 2), "pt-shop-db-2");
        assert_eq!(volume_name("pt-shop", "pg-data"), "pt-shop_pg-data");
        assert_eq!(old_name("pt-shop-db-1", "0123456789abcdef"), "pt-shop-db-1.old-01234567");
    }

    #[test]
    fn ids_that_no_engine_takes_keep_apart() {
        let (one, two) = (container_name("pt-a", "a b", 1), container_name("pt-a", "a/b", 1));
        assert_ne!(one, two);
        for name in [&one, &two] {
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)), "{name}");
        }
    }

    #[test]
    fn names_start_with_a_letter_or_digit_even_when_nothing_of_them_is_allowed() {
        for id in ["---", "ü", "_x", ""] {
            let host = host_name(id);
            assert!(host.starts_with(|first: char| first.is_ascii_alphanumeric()), "{id:?} gave {host:?}");
        }
    }

    #[test]
    fn long_names_are_cut_at_63_and_keep_apart() {
        let (one, two) = ("x".repeat(80) + "1", "x".repeat(80) + "2");
        let (first, second) = (container_name("pt-shop", &one, 12), container_name("pt-shop", &two, 12));
        assert_eq!(first.len(), 63);
        assert!(first.ends_with("-12"));
        assert_ne!(first, second);
    }
}
