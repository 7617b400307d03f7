//! The values of a project on disk: a readable `values.yml`. In: names and texts; out: the same again. A change touches only the
//! line it concerns, so comments and order stay. Uses `flat_map` and the store's lock.

use std::collections::BTreeMap;
use std::path::Path;

use super::StoreError;
use super::flat_map::{self, FlatEntry};
use super::name::{check_content, check_name};
use super::private_file::{Access, read_text};
use super::project::{ProjectStore, replace};
use super::vault::Change;

const FILE: &str = "values.yml";

/// The values of one project.
#[derive(Debug)]
pub struct ValueStore<'a> {
    store: &'a ProjectStore,
}

impl<'a> ValueStore<'a> {
    pub(super) fn new(store: &'a ProjectStore) -> Self {
        Self { store }
    }

    /// All values.
    pub fn all(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let Some(path) = self.store.file_to_read(FILE)? else { return Ok(BTreeMap::new()) };
        let Some(text) = read_text(&path, Access::OthersRead)? else { return Ok(BTreeMap::new()) };
        Ok(flat_map::set_values(parse(&path, &text)?))
    }

    /// One value.
    pub fn get(&self, name: &str) -> Result<Option<String>, StoreError> {
        check_name(name)?;
        Ok(self.all()?.remove(name))
    }

    /// Sets one value.
    pub fn set(&self, name: &str, value: &str) -> Result<Change, StoreError> {
        let changes = self.set_all(&BTreeMap::from([(name.to_owned(), value.to_owned())]))?;
        Ok(changes.get(name).copied().unwrap_or(Change::Unchanged))
    }

    /// Sets several values, all or none.
    pub fn set_all(&self, values: &BTreeMap<String, String>) -> Result<BTreeMap<String, Change>, StoreError> {
        for (name, value) in values {
            check_name(name)?;
            check_content(name, value)?;
        }
        self.update(|map| {
            let changes = values.iter().map(|(name, value)| {
                let change = match map.insert(name.clone(), value.clone()) {
                    None => Change::Added,
                    Some(old) if old == *value => Change::Unchanged,
                    Some(_) => Change::Replaced,
                };
                (name.clone(), change)
            });
            changes.collect()
        })
    }

    /// Names of those that have another content in the store now.
    pub fn replaced_by(&self, values: &BTreeMap<String, String>) -> Result<Vec<String>, StoreError> {
        let known = self.all()?;
        let others = values.iter().filter(|(name, value)| known.get(*name).is_some_and(|known| known != *value));
        Ok(others.map(|(name, _)| name.clone()).collect())
    }

    /// Removes a value; `false` when there is none of that name.
    pub fn remove(&self, name: &str) -> Result<bool, StoreError> {
        check_name(name)?;
        if !self.all()?.contains_key(name) {
            return Ok(false);
        }
        self.update(|map| map.remove(name).is_some())
    }

    fn update<T>(&self, change: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> Result<T, StoreError> {
        let locked = self.store.lock()?;
        let path = locked.directory.join(FILE);
        let old = read_text(&path, Access::OthersRead)?;
        let text = old.as_ref().map_or("", |text| text.as_str());
        let before = flat_map::set_values(parse(&path, text)?);
        let mut after = before.clone();
        let result = change(&mut after);
        if after != before {
            replace(&path, old.as_ref().map(|text| text.as_bytes()), edited(text, &before, &after).as_bytes())?;
        }
        Ok(result)
    }
}

fn parse(path: &Path, text: &str) -> Result<Vec<FlatEntry>, StoreError> {
    flat_map::read(text).map_err(|fault| StoreError::Malformed {
        path: path.to_owned(),
        line: fault.line,
        column: fault.column,
        problem: fault.problem,
    })
}

/// `text`, which says `before`, changed to say `after`; written anew only where its form allows no small change.
fn edited(text: &str, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> String {
    let mut edited = text.to_owned();
    let names = before.keys().chain(after.keys()).filter(|name| before.get(*name) != after.get(*name));
    for name in names {
        edited = with_change(&edited, name, after.get(name)).unwrap_or_default();
    }
    match flat_map::read(&edited).map(flat_map::set_values) {
        Ok(values) if values == *after => edited,
        _ => after.iter().map(|(name, value)| line(name, value)).collect(),
    }
}

fn with_change(text: &str, name: &str, value: Option<&String>) -> Option<String> {
    let entries = flat_map::read(text).ok()?;
    let entry = entries.into_iter().find(|entry| entry.name == name);
    let mut changed = text.to_owned();
    match (entry, value) {
        (Some(FlatEntry { value: Some(_), value_at, .. }), Some(value)) => {
            changed.replace_range(value_at, &flat_map::quoted(value));
        }
        (Some(entry), value) => {
            let start = text[..entry.name_at.start].rfind('\n').map_or(0, |at| at + 1);
            let last = entry.value_at.end.max(entry.name_at.end);
            // A block scalar ends after its last line break, all others before it.
            let rest = if text[..last].ends_with('\n') { Some(0) } else { text[last..].find('\n').map(|at| at + 1) };
            let end = rest.map_or(text.len(), |length| last + length);
            changed.replace_range(start..end, &value.map(|value| line(name, value)).unwrap_or_default());
        }
        (None, Some(value)) => {
            if !changed.is_empty() && !changed.ends_with('\n') {
                changed.push('\n');
            }
            changed.push_str(&line(name, value));
        }
        (None, None) => {}
    }
    Some(changed)
}

fn line(name: &str, value: &str) -> String {
    format!("{}: {}\n", key(name), flat_map::quoted(value))
}

/// A name that other YAML readers would take for a number or a truth value is quoted for them.
fn key(name: &str) -> String {
    let plain = serde_yaml::from_str::<serde_yaml::Value>(name).is_ok_and(|value| value.is_string());
    if plain { name.to_owned() } else { flat_map::quoted(name) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;
    use crate::store::testing::{Home, NASTY};

    fn text(home: &Home) -> String {
        fs::read_to_string(home.store().directory().unwrap().join(FILE)).unwrap()
    }

    fn put(home: &Home, text: &str) {
        home.store().values().set("made", "x").unwrap();
        fs::write(home.store().directory().unwrap().join(FILE), text).unwrap();
    }

    #[test]
    fn keeps_every_text_exactly_in_a_readable_file() {
        let home = Home::new();
        let store = home.store();
        for (index, value) in NASTY.iter().enumerate() {
            assert_eq!(store.values().set(&format!("n{index}"), value).unwrap(), Change::Added);
        }
        for (index, value) in NASTY.iter().enumerate() {
            assert_eq!(store.values().get(&format!("n{index}")).unwrap().as_deref(), Some(*value));
        }
        let text = text(&home);
        assert!(text.starts_with("n0: \"plain\"\n"), "{text}");
        let referee: BTreeMap<String, String> = serde_yaml::from_str(&text).unwrap();
        assert_eq!(referee, store.values().all().unwrap());
    }

    #[test]
    fn says_what_changed_and_writes_nothing_when_nothing_did() {
        let home = Home::new();
        let set = |value: &str| home.store().values().set("a", value).unwrap();
        assert_eq!([set("1"), set("2")], [Change::Added, Change::Replaced]);
        let previous = home.store().directory().unwrap().join("values.yml.bak");
        assert_eq!(fs::read_to_string(&previous).unwrap(), "a: \"1\"\n");
        assert_eq!(set("2"), Change::Unchanged);
        assert_eq!(fs::read_to_string(&previous).unwrap(), "a: \"1\"\n");
        assert!(home.store().values().remove("a").unwrap());
        assert!(!home.store().values().remove("a").unwrap());
        assert_eq!(text(&home), "");
    }

    #[test]
    fn keeps_comments_order_and_the_other_lines_as_they_are() {
        let home = Home::new();
        put(&home, "# ports\nweb-port: 8080 # the page\nhost:   db\nnote: |\n  two\n  lines\nunset:\nlast: 'x'");
        home.store().values().set("web-port", "9090").unwrap();
        home.store().values().set("unset", "now").unwrap();
        home.store().values().set("new", "it's").unwrap();
        home.store().values().remove("note").unwrap();
        let wanted = "# ports\nweb-port: \"9090\" # the page\nhost:   db\nunset: \"now\"\nlast: 'x'\nnew: \"it's\"\n";
        assert_eq!(text(&home), wanted);
    }

    #[test]
    fn rewrites_forms_that_allow_no_small_change_without_losing_an_entry() {
        for form in ["{a: one, b: two}\n", "a: one\nb: two\n...\n", "? a\n: one\n? b\n: two\n", "a: one\r\nb: two"] {
            let home = Home::new();
            put(&home, form);
            home.store().values().set("c", "three").unwrap();
            home.store().values().set("a", "ONE").unwrap();
            let all = home.store().values().all().unwrap();
            let all: Vec<_> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(all, [("a", "ONE"), ("b", "two"), ("c", "three")], "{form:?}");
        }
    }

    #[test]
    fn a_broken_file_is_named_with_its_line_and_left_alone() {
        let home = Home::new();
        put(&home, "a: b\nc: \"cut sho");
        let error = home.store().values().set("a", "x").unwrap_err().to_string();
        assert!(error.contains("values.yml:2:4`: not valid YAML: unclosed quote"), "{error}");
        assert_eq!(text(&home), "a: b\nc: \"cut sho");
    }

    #[test]
    fn refuses_bad_names_and_contents_and_then_writes_none_of_the_others() {
        let home = Home::new();
        let values = BTreeMap::from([("a".to_owned(), "x".to_owned()), ("b c".to_owned(), "y".to_owned())]);
        assert!(home.store().values().set_all(&values).is_err());
        assert!(home.store().values().set("a", "nul\0").is_err());
        assert!(home.store().values().all().unwrap().is_empty());
    }

    #[test]
    fn fifty_at_once_lose_nothing() {
        let home = Home::new();
        std::thread::scope(|scope| {
            for number in 0..50 {
                let store = home.store();
                scope.spawn(move || store.values().set(&format!("n{number}"), "x").unwrap());
            }
        });
        assert_eq!(home.store().values().all().unwrap().len(), 50);
    }
}
