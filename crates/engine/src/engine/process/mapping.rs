//! Paths as the file calls them, turned into where the files are: a process has no file system of its own.

use std::path::{Path, PathBuf};

use super::record::{Piece, Words};

/// Paths of a container and what stands for them on this machine, the longest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Mapping {
    entries: Vec<(String, PathBuf)>,
}

impl Mapping {
    /// Has `path` and all below it stand for `place`; of two for one path the first counts.
    pub(super) fn add(&mut self, path: &str, place: PathBuf) {
        let path = path.trim_end_matches('/');
        if path.is_empty() || self.entries.iter().any(|(known, _)| known == path) {
            return;
        }
        self.entries.push((path.to_owned(), place));
        self.entries.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    }

    /// Where a path is, if it is in anything that is mounted.
    pub(super) fn place(&self, path: &str) -> Option<PathBuf> {
        // What leads out of a mount leads to who knows where.
        if Path::new(path).components().any(|part| part == std::path::Component::ParentDir) {
            return None;
        }
        self.entries.iter().find_map(|(known, place)| {
            let rest = path.strip_prefix(known.as_str())?;
            match rest.strip_prefix('/') {
                Some(rest) if !rest.is_empty() => Some(place.join(rest)),
                _ => rest.trim_end_matches('/').is_empty().then(|| place.clone()),
            }
        })
    }

    /// A text with all paths in it that are mounted replaced; secrets are never looked into.
    pub(super) fn resolve(&self, words: &Words) -> Words {
        let resolve = |piece: &Piece| match piece {
            Piece::Plain(text) => Piece::Plain(self.in_text(text)),
            secret @ (Piece::Secret(_) | Piece::EncodedSecret { .. }) => secret.clone(),
        };
        words.iter().map(resolve).collect()
    }

    /// As [`Mapping::resolve`], for plain characters.
    pub(super) fn in_text(&self, text: &str) -> String {
        let mut resolved = String::new();
        let mut at = 0;
        while let Some(slash) = text[at..].find('/').map(|found| at + found) {
            resolved.push_str(&text[at..slash]);
            let rest = &text[slash..];
            let found = self.entries.iter().find(|(known, _)| begins(&text[..slash]) && is_path(rest, known));
            if let Some((known, place)) = found {
                resolved.push_str(&place.to_string_lossy());
                at = slash + known.len();
            } else {
                resolved.push('/');
                at = slash + 1;
            }
        }
        resolved.push_str(&text[at..]);
        resolved
    }
}

/// Whether a path may begin after this: not in the middle of another path or an address.
fn begins(before: &str) -> bool {
    before.chars().next_back().is_none_or(|letter| {
        !(letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/' | '~' | '}' | '*' | '@' | '%'))
    }) && !before.ends_with(":/")
}

/// Whether a text begins with the whole of a path.
fn is_path(text: &str, path: &str) -> bool {
    text.strip_prefix(path).is_some_and(|rest| {
        rest.chars().next().is_none_or(|letter| !(letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping() -> Mapping {
        let mut mapping = Mapping::default();
        mapping.add("/app", PathBuf::from("/home/me/shop/app"));
        mapping.add("/app/config.yml", PathBuf::from("/state/config.yml"));
        mapping.add("/data/", PathBuf::from("/volumes/data"));
        mapping
    }

    #[test]
    fn whole_paths_are_replaced_and_the_longest_mount_counts() {
        let resolved = |text: &str| mapping().in_text(text);
        assert_eq!(resolved("/app"), "/home/me/shop/app");
        assert_eq!(resolved("cat /app/main.py"), "cat /home/me/shop/app/main.py");
        assert_eq!(resolved("--config=/app/config.yml"), "--config=/state/config.yml");
        assert_eq!(resolved("sh -c \"cat /data/x >/app/y\""), "sh -c \"cat /volumes/data/x >/home/me/shop/app/y\"");
        assert_eq!(resolved("/app:/data"), "/home/me/shop/app:/volumes/data");
        assert_eq!(resolved("$(cat /app/x)"), "$(cat /home/me/shop/app/x)");
    }

    #[test]
    fn what_only_looks_alike_is_left() {
        for text in ["/application", "/usr/app", "http://data/app", "./app", "/app.bak", "$HOME/data/x/app", "ü/"] {
            assert_eq!(mapping().in_text(text), text);
        }
    }

    #[test]
    fn a_path_is_found_only_in_what_is_mounted() {
        let mapping = mapping();
        assert_eq!(mapping.place("/app/x/y"), Some(PathBuf::from("/home/me/shop/app/x/y")));
        assert_eq!(mapping.place("/app/config.yml"), Some(PathBuf::from("/state/config.yml")));
        assert_eq!(mapping.place("/app/"), Some(PathBuf::from("/home/me/shop/app")));
        assert_eq!(mapping.place("/app/../etc/passwd"), None);
        assert_eq!(mapping.place("/etc/passwd"), None);
    }
}
