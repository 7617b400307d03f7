//! What a commit holds, judged before any of it is written.

use std::collections::BTreeSet;

use super::git::Git;
use crate::cli::failure::{Class, Failure};
use crate::include::join;
use crate::model::GITHUB;

/// The most files of a repository.
pub(super) const MOST_FILES: usize = 50_000;

/// The most bytes of all of them (200 MB).
pub(super) const MOST_BYTES: u64 = 200_000_000;

/// The longest target of a symbolic link, in bytes.
const LONGEST_TARGET: u64 = 4_096;

/// The files of one commit.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) files: Vec<Blob>,
    /// Symbolic links; their targets stand in their blobs.
    pub(super) links: Vec<Blob>,
    /// Paths of submodules, which are left out.
    pub(super) submodules: Vec<String>,
}

/// A file of a commit.
#[derive(Debug)]
pub(super) struct Blob {
    /// Relative, normal, and never out of the repository.
    pub(super) path: String,
    pub(super) object: String,
    pub(super) size: u64,
    pub(super) executable: bool,
}

impl Listing {
    pub(super) fn read(git: &Git, commit: &str, name: &str) -> Result<Self, Failure> {
        let listed = git.output(&["ls-tree", "-r", "-z", "-l", "--full-tree", commit])?;
        Self::parse(&listed).map_err(|problem| refused(name, &problem))
    }

    /// Reads `mode type object size TAB path NUL` again and again.
    fn parse(listed: &[u8]) -> Result<Self, String> {
        let (mut listing, mut paths, mut total) = (Self::default(), BTreeSet::new(), 0_u64);
        for line in listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            let line = std::str::from_utf8(line).map_err(|_| "a path in it is not UTF-8 text".to_owned())?;
            let (head, path) = line.split_once('\t').ok_or("git lists it in a way that is not known")?;
            let words: Vec<&str> = head.split_ascii_whitespace().collect();
            let [mode, kind, object, size] = words[..] else {
                return Err("git lists it in a way that is not known".to_owned());
            };
            if kind == "commit" {
                listing.submodules.push(path.to_owned());
                continue;
            }
            check_path(path)?;
            if !paths.insert(path.to_owned()) {
                return Err(format!("`{path}` is in it twice"));
            }
            let size: u64 = size.parse().map_err(|_| format!("the size of `{path}` is not known"))?;
            total = total.saturating_add(size);
            let blob = Blob { path: path.to_owned(), object: object.to_owned(), size, executable: mode == "100755" };
            match mode {
                "120000" if size > LONGEST_TARGET => {
                    return Err(format!("the target of the link `{path}` is too long"));
                }
                "120000" => listing.links.push(blob),
                _ => listing.files.push(blob),
            }
            if paths.len() > MOST_FILES {
                return Err(format!("it has more than {MOST_FILES} files"));
            }
        }
        if total > MOST_BYTES {
            return Err(format!("its files have {total} bytes, the limit is {MOST_BYTES}"));
        }
        Ok(listing)
    }
}

/// Refuses what another system could read as a way out, or git as its own.
fn check_path(path: &str) -> Result<(), String> {
    let bad = |part: &str| matches!(part, "" | "." | "..") || part.eq_ignore_ascii_case(".git");
    if path.split('/').any(bad) || path.contains(|letter: char| letter.is_control() || letter == '\\') {
        return Err(format!("it holds the path `{}`", path.escape_debug()));
    }
    Ok(())
}

/// Where a link leads, from the root of the repository; `None` out of it.
pub(super) fn link_target(path: &str, target: &str) -> Option<String> {
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    join(directory, target).filter(|_| !target.is_empty())
}

pub(super) fn refused(name: &str, problem: &str) -> Failure {
    Failure::new(Class::No, format!("{GITHUB}{name} is refused: {problem}")).note("nothing of it was kept")
}

/// Whether text is the whole name of a commit.
pub(super) fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn listed(mode: &str, size: &str, path: &str) -> Vec<u8> {
        let kind = if mode == "160000" { "commit" } else { "blob" };
        format!("{mode} {kind} {} {size}\t{path}\0", "a".repeat(40)).into_bytes()
    }

    #[test]
    fn tells_files_programs_links_and_submodules_apart() {
        let all = [
            listed("100644", "     12", "a b/ü.txt"),
            listed("100755", "3", "run"),
            listed("120000", "3", "link"),
            listed("160000", "-", "sub"),
        ];
        let listing = Listing::parse(&all.concat()).unwrap();
        let files: Vec<_> = listing.files.iter().map(|it| (it.path.as_str(), it.size, it.executable)).collect();
        assert_eq!(files, [("a b/ü.txt", 12, false), ("run", 3, true)]);
        assert_eq!(listing.links[0].path, "link");
        assert_eq!(listing.submodules, ["sub"]);
    }

    #[test]
    fn refuses_paths_that_lead_out_and_what_is_too_much() {
        for path in ["../x", "a/../../x", "/etc/x", ".git/config", "a/.GIT/hooks/x", "a\\b", "a\nb"] {
            assert!(Listing::parse(&listed("100644", "1", path)).is_err(), "{path}");
        }
        assert!(Listing::parse(&listed("100644", "200000001", "a")).unwrap_err().contains("the limit is 200000000"));
        let twice = [listed("120000", "1", "a"), listed("100644", "1", "a")].concat();
        assert!(Listing::parse(&twice).unwrap_err().contains("twice"));
        let many: Vec<u8> = (0..=MOST_FILES).flat_map(|index| listed("100644", "1", &format!("f{index}"))).collect();
        assert!(Listing::parse(&many).unwrap_err().contains("more than 50000 files"));
        assert!(Listing::parse(b"nonsense\0").is_err());
    }

    #[test]
    fn links_stay_inside() {
        assert_eq!(link_target("a/link", "../b").as_deref(), Some("b"));
        for target in ["/etc/passwd", "../../x", "~/x", ""] {
            assert_eq!(link_target("a/link", target), None, "{target}");
        }
    }
}
