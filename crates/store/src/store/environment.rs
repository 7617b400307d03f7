//! The environment variables of this process, captured once. In: name and value pairs from the command line room; out: look-ups
//! and the part that child processes may see. Uses only this room's errors and [`Secret`]; it never reads the real environment.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::{Secret, StoreError};

/// The variable that holds an age identity (`AGE-SECRET-KEY-…`), for machines without an identity file.
pub const IDENTITY_VARIABLE: &str = "PT_IDENTITY";
/// The variable that names a file of secrets.
pub const SECRETS_FILE_VARIABLE: &str = "PT_SECRETS_FILE";
/// What the variable of a single secret starts with: `PT_SECRET_API_KEY` sets `api-key`.
pub const SECRET_PREFIX: &str = "PT_SECRET_";
/// What the variable of a single value starts with: `PT_VALUE_API_PORT` sets `api-port`.
pub const VALUE_PREFIX: &str = "PT_VALUE_";

/// A copy of the environment. An empty variable counts as unset, as in the XDG rules and in CI systems without the secret.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { variables: pairs.filter(|(_, value): &(OsString, OsString)| !value.is_empty()).collect() }
    }
}

impl Environment {
    /// The absolute path in a variable; a relative one is ignored, as the XDG rules say.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.variables.get(OsStr::new(name)).map(PathBuf::from).filter(|path| path.is_absolute())
    }

    /// The absolute paths in a variable, which stand there with colons between them; `None` where it is not set.
    pub fn paths(&self, name: &str) -> Option<Vec<PathBuf>> {
        let written = self.variables.get(OsStr::new(name))?.as_bytes();
        let paths = written.split(|byte| *byte == b':').map(|path| PathBuf::from(OsStr::from_bytes(path)));
        Some(paths.filter(|path| path.is_absolute()).collect())
    }

    /// The text of a variable; an error when it is not UTF-8.
    pub fn text(&self, name: &str) -> Result<Option<&str>, StoreError> {
        let Some(value) = self.variables.get(OsStr::new(name)) else { return Ok(None) };
        value.to_str().map(Some).ok_or_else(|| StoreError::VariableNotText { variable: name.to_owned() })
    }

    /// The age identity in `PT_IDENTITY`.
    pub fn identity(&self) -> Result<Option<Secret>, StoreError> {
        Ok(self.text(IDENTITY_VARIABLE)?.map(Secret::from))
    }

    /// The names of the variables that start with `prefix` and have more after it, sorted.
    pub fn names_with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let names = self.variables.keys().filter_map(|name| name.to_str());
        names.filter(move |name| name.len() > prefix.len() && name.starts_with(prefix))
    }

    /// What a child process may see: everything but the identity and the secrets.
    pub fn for_children(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        let pairs = self.variables.iter().filter(|(name, _)| !is_confidential(name));
        pairs.map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

fn is_confidential(name: &OsStr) -> bool {
    name == IDENTITY_VARIABLE || name.as_encoded_bytes().starts_with(SECRET_PREFIX.as_bytes())
}

/// Names only: any variable may hold a credential.
impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn hands_neither_identity_nor_secrets_to_children_and_shows_no_content() {
        let pairs =
            [("PATH", "/bin"), ("PT_IDENTITY", "AGE-SECRET-KEY-1X"), ("PT_SECRET_A", "canary"), ("PT_VALUE_A", "v")];
        let environment: Environment = pairs.into_iter().collect();
        let seen: Vec<_> = environment.for_children().map(|(name, _)| name.to_str().unwrap()).collect();
        assert_eq!(seen, ["PATH", "PT_VALUE_A"]);
        let shown = format!("{environment:?}");
        assert!(!shown.contains("canary") && !shown.contains("AGE-SECRET-KEY"), "{shown}");
        assert_eq!(environment.identity().unwrap().unwrap().expose(), "AGE-SECRET-KEY-1X");
    }

    #[test]
    fn ignores_empty_variables_and_relative_paths_and_names_the_one_that_is_not_text() {
        let environment: Environment = [("A", ""), ("B", "x/y"), ("C", "/x")].into_iter().collect();
        assert!(environment.text("A").unwrap().is_none());
        assert!(environment.path("B").is_none());
        assert_eq!(environment.path("C"), Some(PathBuf::from("/x")));
        let bytes = OsString::from_vec(vec![0xff, 0xfe]);
        let environment: Environment = [(OsString::from("PT_VALUE_A"), bytes)].into_iter().collect();
        let message = environment.text("PT_VALUE_A").unwrap_err().to_string();
        assert!(message.contains("`PT_VALUE_A`"), "{message}");
    }

    #[test]
    fn a_prefix_alone_names_nothing() {
        let environment: Environment =
            [("PT_SECRET_", "x"), ("PT_SECRET_A", "x"), ("PT_SECRETS", "x")].into_iter().collect();
        assert_eq!(environment.names_with_prefix(SECRET_PREFIX).collect::<Vec<_>>(), ["PT_SECRET_A"]);
    }
}
