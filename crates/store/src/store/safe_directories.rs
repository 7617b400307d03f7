//! Folders of other users that this user runs all the same, a line each, in the user's own settings.
//!
//! In: paths of `pt`. Out: whether a folder is among them. Nothing a project brings along is read.

use std::path::Path;

use super::private_file::{Access, read_text};
use super::{Environment, Paths, StoreError};

/// Name of the file in the user's settings.
pub const SAFE_DIRECTORIES: &str = "safe-directories";

/// Variable with the same, with colons between them.
pub const SAFE_DIRECTORIES_VARIABLE: &str = "PT_SAFE_DIRECTORIES";

/// Whether the user said that what lies in `directory` (absolute, without links) may be run although it is somebody else's. `*` stands
/// for every folder, a path for itself and all below it.
pub fn is_safe_directory(directory: &Path, paths: &Paths, environment: &Environment) -> Result<bool, StoreError> {
    let covers = |entry: &str| match entry.trim() {
        "" => false,
        "*" => true,
        entry => !entry.starts_with('#') && directory.starts_with(entry.trim_end_matches("/*")),
    };
    if environment.text(SAFE_DIRECTORIES_VARIABLE)?.is_some_and(|entries| entries.split(':').any(covers)) {
        return Ok(true);
    }
    let Some(config) = paths.config() else { return Ok(false) };
    let text = read_text(&config.join(SAFE_DIRECTORIES), Access::OthersRead)?;
    Ok(text.is_some_and(|text| text.lines().any(covers)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn only_what_was_named_is_safe() {
        let home = tempfile::tempdir().unwrap();
        let environment = |more: &[(&str, &str)]| -> Environment {
            let config = [("XDG_CONFIG_HOME", home.path().to_str().unwrap())];
            let all = config.iter().chain(more);
            all.map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
        };
        let is_safe = |directory: &str, more: &[(&str, &str)]| {
            let environment = environment(more);
            is_safe_directory(Path::new(directory), &Paths::from_environment(&environment), &environment).unwrap()
        };
        assert!(!is_safe("/srv/shop", &[]));
        assert!(is_safe("/srv/shop", &[(SAFE_DIRECTORIES_VARIABLE, "/a:/srv/shop")]));
        assert!(is_safe("/srv/shop/api", &[(SAFE_DIRECTORIES_VARIABLE, "/srv/*")]));
        assert!(!is_safe("/srv/shop-two", &[(SAFE_DIRECTORIES_VARIABLE, "/srv/shop")]));
        assert!(is_safe("/anything", &[(SAFE_DIRECTORIES_VARIABLE, "*")]));
        std::fs::create_dir(home.path().join("pt")).unwrap();
        std::fs::write(home.path().join("pt").join(SAFE_DIRECTORIES), "# mine\n/srv/shop\n").unwrap();
        assert!(is_safe("/srv/shop", &[]) && !is_safe("/srv/other", &[]));
    }
}
