//! What is set, and where: plain data for the compiler, for lists and for `doctor`. In: entries of each layer; out: the entry that
//! counts for a name. Values come with their text, secrets as names only. Uses `environment` and `name`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;

use super::name::variable_name;
use super::{SECRET_PREFIX, StoreError, VALUE_PREFIX};

/// Where something was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// On the command line.
    Argument,
    /// In a file that was named explicitly.
    File(PathBuf),
    /// By this environment variable.
    Variable(String),
    /// In the project's store, since then where that is known.
    Store(Option<Timestamp>),
    /// In this file of the project, relative to its directory.
    Project(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument => formatter.write_str("the command line"),
            Self::File(path) | Self::Project(path) => write!(formatter, "`{}`", path.display()),
            Self::Variable(name) => write!(formatter, "`{name}`"),
            Self::Store(_) => formatter.write_str("the store"),
        }
    }
}

/// Something and where it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The thing itself.
    pub value: T,
    /// Where it was set.
    pub origin: Origin,
}

/// Entries of all layers. Those above the environment and below it are known by name; a variable sets every name that is spelled
/// like it (`PT_VALUE_A_B`: `a-b`, `a_b`, `A_B`), so it is looked up from the name that is asked for.
#[derive(Debug, Clone)]
pub(super) struct Layered<T> {
    prefix: &'static str,
    above: BTreeMap<String, Sourced<T>>,
    variables: BTreeMap<String, Sourced<T>>,
    below: BTreeMap<String, Sourced<T>>,
}

impl<T> Layered<T> {
    /// No entries; variables begin with `prefix`.
    pub(super) fn new(prefix: &'static str) -> Self {
        Self { prefix, above: BTreeMap::new(), variables: BTreeMap::new(), below: BTreeMap::new() }
    }

    /// Adds an entry that comes before the environment; what was added earlier comes first.
    pub(super) fn above(&mut self, name: &str, value: T, origin: Origin) {
        self.above.entry(name.to_owned()).or_insert(Sourced { value, origin });
    }

    /// Adds what an environment variable holds.
    pub(super) fn variable(&mut self, variable: &str, value: T) {
        let origin = Origin::Variable(variable.to_owned());
        self.variables.insert(variable.to_owned(), Sourced { value, origin });
    }

    /// Adds an entry that comes after the environment; what was added earlier comes first.
    pub(super) fn below(&mut self, name: &str, value: T, origin: Origin) {
        self.below.entry(name.to_owned()).or_insert(Sourced { value, origin });
    }

    /// The entry that counts for a name.
    pub(super) fn get(&self, name: &str) -> Option<&Sourced<T>> {
        let variable = || self.variables.get(&variable_name(self.prefix, name));
        self.above.get(name).or_else(variable).or_else(|| self.below.get(name))
    }

    /// All entries that count. A variable that fits no known name is listed under its most usual spelling, `a-b`.
    pub(super) fn all(&self) -> BTreeMap<String, &Sourced<T>> {
        let known: BTreeSet<&str> = self.above.keys().chain(self.below.keys()).map(String::as_str).collect();
        let spelled: BTreeSet<String> = known.iter().map(|name| variable_name(self.prefix, name)).collect();
        let others = self.variables.iter().filter(|(variable, _)| !spelled.contains(*variable));
        let others = others.map(|(variable, entry)| (usual_name(&variable[self.prefix.len()..]), entry));
        known.iter().filter_map(|name| Some(((*name).to_owned(), self.get(name)?))).chain(others).collect()
    }

    /// Refuses a variable that would set two of the names that are known or asked for.
    pub(super) fn check_clashes<'n>(&self, asked: impl IntoIterator<Item = &'n str>) -> Result<(), StoreError> {
        let known = self.above.keys().chain(self.below.keys()).map(String::as_str);
        let mut names: BTreeSet<&str> = known.collect();
        for name in asked {
            names.insert(name);
        }
        let mut owners: BTreeMap<String, &str> = BTreeMap::new();
        for name in names {
            let variable = variable_name(self.prefix, name);
            if !self.variables.contains_key(&variable) {
                continue;
            }
            if let Some(first) = owners.insert(variable.clone(), name) {
                return Err(StoreError::Clash { variable, first: first.to_owned(), second: name.to_owned() });
            }
        }
        Ok(())
    }
}

fn usual_name(variable: &str) -> String {
    variable.to_ascii_lowercase().replace('_', "-")
}

/// The values and the names of the secrets of a project, as they are at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub(super) values: Layered<String>,
    pub(super) secrets: Layered<()>,
}

/// Nothing is set.
impl Default for Snapshot {
    fn default() -> Self {
        Self { values: Layered::new(VALUE_PREFIX), secrets: Layered::new(SECRET_PREFIX) }
    }
}

impl Snapshot {
    /// Adds a value as if it had been given on the command line; what was added earlier stays.
    #[must_use]
    pub fn with_value(mut self, name: &str, value: &str) -> Self {
        self.values.above(name, value.to_owned(), Origin::Argument);
        self
    }

    /// Adds the name of a secret as if it were in the store.
    #[must_use]
    pub fn with_secret(mut self, name: &str) -> Self {
        self.secrets.below(name, (), Origin::Store(None));
        self
    }

    /// A value and where it was set.
    pub fn value(&self, name: &str) -> Option<&Sourced<String>> {
        self.values.get(name)
    }

    /// Where a secret was set, if it was.
    pub fn secret(&self, name: &str) -> Option<&Origin> {
        self.secrets.get(name).map(|entry| &entry.origin)
    }

    /// All values, for lists, completion and "did you mean".
    pub fn values(&self) -> BTreeMap<String, &Sourced<String>> {
        self.values.all()
    }

    /// All secrets and where they were set.
    pub fn secrets(&self) -> BTreeMap<String, &Origin> {
        self.secrets.all().into_iter().map(|(name, entry)| (name, &entry.origin)).collect()
    }

    /// Refuses an environment variable that would set two of the values or two of the secrets that are used.
    pub fn check_clashes<'n>(
        &self,
        values: impl IntoIterator<Item = &'n str>,
        secrets: impl IntoIterator<Item = &'n str>,
    ) -> Result<(), StoreError> {
        self.values.check_clashes(values)?;
        self.secrets.check_clashes(secrets)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn layered() -> Layered<u8> {
        let mut layered = Layered::new("PT_VALUE_");
        layered.above("a", 1, Origin::Argument);
        layered.above("a", 9, Origin::Argument);
        layered.variable("PT_VALUE_A", 2);
        layered.variable("PT_VALUE_B_C", 3);
        layered.below("b_c", 4, Origin::Store(None));
        layered.below("d", 5, Origin::Store(None));
        layered.below("d", 9, Origin::Project(PathBuf::from("x")));
        layered.variable("PT_VALUE_ONLY_HERE", 6);
        layered
    }

    #[test]
    fn what_comes_first_counts_and_a_variable_sets_every_spelling() {
        let layered = layered();
        let get = |name: &str| layered.get(name).map(|entry| entry.value);
        assert_eq!([get("a"), get("b_c"), get("b-c"), get("d")], [Some(1), Some(3), Some(3), Some(5)]);
        assert_eq!([get("only-here"), get("ONLY_HERE"), get("none")], [Some(6), Some(6), None]);
        assert_eq!(layered.get("b-c").unwrap().origin.to_string(), "`PT_VALUE_B_C`");
    }

    #[test]
    fn lists_known_spellings_and_guesses_the_others() {
        let layered = layered();
        let all: Vec<_> = layered.all().into_iter().map(|(name, entry)| (name, entry.value)).collect();
        let wanted = [("a", 1), ("b_c", 3), ("d", 5), ("only-here", 6)];
        assert_eq!(all, wanted.map(|(name, value)| (name.to_owned(), value)));
    }

    #[test]
    fn a_variable_for_two_used_names_is_refused() {
        let layered = layered();
        layered.check_clashes(["b_c", "x-y", "x_y"]).unwrap();
        let error = layered.check_clashes(["b-c"]).unwrap_err();
        assert_eq!(error.to_string(), "`PT_VALUE_B_C` would set both `b-c` and `b_c`");
        assert!(layered.check_clashes(["only-here", "only_here"]).is_err());
    }
}
