//! Could git commit this file? In: a path; out: the work tree that would take it. Git itself is asked, since only it knows all
//! ignore rules; without an answer the file counts as committable. Nothing of the repository is executed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Environment, StoreError};

/// The work tree that `path` lies in, unless git ignores the path there.
pub(super) fn committable(path: &Path, environment: &Environment) -> Result<Option<PathBuf>, StoreError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let directory = std::fs::canonicalize(parent).map_err(StoreError::io("find", parent))?;
    let Some(work_tree) = directory.ancestors().find(|ancestor| ancestor.join(".git").exists()) else {
        return Ok(None);
    };
    let ignored = path.file_name().is_some_and(|name| is_ignored(&directory, Path::new(name), environment));
    Ok((!ignored).then(|| work_tree.to_owned()))
}

fn is_ignored(directory: &Path, name: &Path, environment: &Environment) -> bool {
    let mut command = Command::new("git");
    command.env_clear();
    // `GIT_DIR` and its like, set inside of hooks, would point at another repository.
    command.envs(environment.for_children().filter(|(name, _)| !name.as_encoded_bytes().starts_with(b"GIT_")));
    // A repository's configuration can name a program to run.
    command.args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "check-ignore", "--quiet", "--"]);
    command.arg(name).current_dir(directory);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;
    use crate::store::exchange::write_export;

    /// Git without the settings and ignore rules of whoever runs the tests.
    fn environment() -> Environment {
        let path = std::env::var_os("PATH").unwrap_or_default();
        [("PATH", path), ("GIT_DIR", "/nonexistent".into())].into_iter().collect()
    }

    fn git(directory: &Path, arguments: &[&str]) {
        let status = Command::new("git").args(arguments).current_dir(directory).status().unwrap();
        assert!(status.success());
    }

    #[test]
    fn a_file_outside_of_any_work_tree_is_fine() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(committable(&root.path().join("x"), &environment()).unwrap(), None);
    }

    #[test]
    fn inside_a_work_tree_only_ignored_files_are_fine() {
        let root = tempfile::tempdir().unwrap();
        let tree = fs::canonicalize(root.path()).unwrap();
        git(&tree, &["init", "--quiet"]);
        fs::create_dir(tree.join("sub")).unwrap();
        let path = tree.join("sub/out.env");
        assert_eq!(committable(&path, &environment()).unwrap(), Some(tree.clone()));
        let error = write_export(&path, "A=canary", true, &environment()).unwrap_err();
        assert!(error.help().unwrap().contains("echo /out.env >> .gitignore") && !path.exists(), "{error}");
        fs::write(tree.join("sub/.gitignore"), "/out.env\n").unwrap();
        assert_eq!(committable(&path, &environment()).unwrap(), None);
        fs::write(&path, "").unwrap();
        git(&tree, &["add", "--force", "sub/out.env"]);
        assert_eq!(committable(&path, &environment()).unwrap(), Some(tree), "ignored but tracked");
    }

    #[test]
    fn without_git_a_work_tree_is_not_trusted_to_ignore() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(".git")).unwrap();
        fs::write(root.path().join(".gitignore"), "*\n").unwrap();
        let no_git = [("PATH", "/nonexistent")].into_iter().collect();
        assert!(committable(&root.path().join("x"), &no_git).unwrap().is_some());
    }
}
