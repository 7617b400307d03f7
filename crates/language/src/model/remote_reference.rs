//! References into other repositories: `owner/project@rev:path!module`, with or without `gh:` before it.

/// The parts of a reference, each well formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteReference {
    /// `owner/project`.
    pub name: String,
    /// The branch, tag or commit; the repository's main branch when absent.
    pub rev: Option<String>,
    /// The directory or file in it; its root when absent.
    pub path: Option<String>,
    /// The module; the one with `default?: true` when absent.
    pub module: Option<String>,
}

/// What references to repositories on GitHub start with.
pub const GITHUB: &str = "gh:";

/// Owners whose modules are built in and never fetched.
const BUILT_IN: [&str; 2] = ["polytope", "pt"];

/// The longest part of a reference, in bytes.
const LONGEST: usize = 255;

impl RemoteReference {
    /// Reads a reference; `None` where the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(GITHUB).unwrap_or(text);
        let (whole, module) = split_module(text);
        let (head, path) = split(whole, ':');
        let (name, rev) = split(head, '@');
        let fine = is_repository(name)
            && rev.is_none_or(is_revision)
            && path.is_none_or(is_path)
            && module.is_none_or(|module| crate::value::id_problem(module).is_none());
        let owned = |part: &str| part.to_owned();
        let (name, rev) = (name.to_owned(), rev.map(owned));
        fine.then(|| Self { name, rev, path: path.map(owned), module: module.map(owned) })
    }

    /// Whether its repository can be one that is fetched: `polytope/postgres` reads like a reference and is built in.
    pub fn is_foreign(&self) -> bool {
        let owner = self.name.split('/').next().unwrap_or_default();
        !BUILT_IN.iter().any(|known| known.eq_ignore_ascii_case(owner))
    }
}

/// The module behind the last `!`.
fn split_module(text: &str) -> (&str, Option<&str>) {
    text.rsplit_once('!').map_or((text, None), |(before, module)| (before, Some(module)))
}

/// What stands before and behind the first separator.
fn split(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, behind)| (before, Some(behind)))
}

/// `owner/project` in the letters that GitHub allows; neither part can be taken for an option or a path.
fn is_repository(name: &str) -> bool {
    let fine = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '-'])
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
    };
    name.len() <= LONGEST && name.split_once('/').is_some_and(|(owner, project)| fine(owner) && fine(project))
}

/// A branch, tag or commit as git allows it, without its expressions such as `main~1`.
fn is_revision(rev: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_alphanumeric() || "-_./+".contains(letter);
    !rev.is_empty()
        && rev.len() <= LONGEST
        && rev.chars().all(letters)
        && !rev.contains("..")
        && !rev.contains("//")
        && rev.split('/').all(|part| !part.starts_with(['.', '-', '+']) && !part.ends_with('.'))
        && rev.strip_suffix(".lock").is_none()
}

fn is_path(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= LONGEST
        && !path.contains(|letter: char| letter.is_control() || letter == '\\')
        && !path.split('/').any(|part| part == "..")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn parts(text: &str) -> String {
        let reference = RemoteReference::parse(text).unwrap();
        let part = |part: Option<String>| part.unwrap_or_else(|| "-".to_owned());
        format!("{} {} {} {}", reference.name, part(reference.rev), part(reference.path), part(reference.module))
    }

    #[test]
    fn reads_every_part_and_needs_only_the_repository() {
        assert_eq!(parts("acme/tools@v1.2:services/api!server"), "acme/tools v1.2 services/api server");
        assert_eq!(parts("gh:acme/tools"), "acme/tools - - -");
        assert_eq!(parts("acme/tools!server"), "acme/tools - - server");
        assert_eq!(parts("acme/tools@feature/x"), "acme/tools feature/x - -");
        assert_eq!(parts("acme/tools:a@b/polytope.yml"), "acme/tools - a@b/polytope.yml -");
        assert_eq!(parts("acme/tools@v1!server"), "acme/tools v1 - server");
    }

    #[test]
    fn nothing_that_git_or_a_shell_could_take_for_something_else_is_a_reference() {
        for text in [
            "",
            "api",
            "gh:",
            "acme/",
            "/tools",
            "acme/../x",
            "../acme/tools",
            "-x/y",
            "acme/-x",
            ".git/x",
            "acme/.x",
            "acme/tools/more",
            "acme/tools@",
            "acme/tools@-x",
            "acme/tools@a..b",
            "acme/tools@a~1",
            "acme/tools@a/-x",
            "acme/tools@x.lock",
            "acme/tools:",
            "acme/tools:../x",
            "acme/tools:a/../../x",
            "acme/tools!",
            "acme/to ols",
            "acme/tools:a\nb",
            "https://example.com/acme/tools",
            "acme/tools@a b",
            "acme/tools@{1}",
        ] {
            assert_eq!(RemoteReference::parse(text), None, "{text}");
        }
    }

    #[test]
    fn built_in_owners_are_not_fetched() {
        let foreign = |text| RemoteReference::parse(text).unwrap().is_foreign();
        assert!(!foreign("polytope/postgres!simple") && !foreign("pt/run-script"));
        assert!(foreign("acme/postgres!simple"));
    }
}
