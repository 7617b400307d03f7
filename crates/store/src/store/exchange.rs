//! Taking values and secrets in from files and giving them out to files. In: a path, or entries; out: entries, or a file that only
//! its owner can read and git does not take. Uses `dotenv`, `flat_map` and `git`.

use std::collections::BTreeMap;
use std::path::Path;

use zeroize::Zeroizing;

use super::atomic::{PRIVATE, atomic_create, atomic_write};
use super::flat_map::{self, FlatFault};
use super::git::committable;
use super::{Environment, Secret, StoreError, dotenv, json};

/// How a file holds names and contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `NAME=content` lines.
    Dotenv,
    /// One JSON object of strings.
    Json,
    /// A flat YAML map.
    Yaml,
}

impl Format {
    /// The format that a file's name tells; dotenv where it tells none.
    pub fn of(path: &Path) -> Self {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        match extension.as_deref() {
            Some("json") => Self::Json,
            Some("yml" | "yaml") => Self::Yaml,
            _ => Self::Dotenv,
        }
    }
}

/// Reads the entries of a text; `path` is for messages. Names with nothing (`null`) are left out.
pub fn import(format: Format, path: &Path, text: &str) -> Result<BTreeMap<String, Secret>, StoreError> {
    let entries = match format {
        Format::Dotenv => dotenv::parse(text),
        Format::Json => json::parse(text),
        Format::Yaml => flat_map::read(text).map(as_secrets),
    };
    entries.map_err(|FlatFault { line, column, problem }| StoreError::Malformed {
        path: path.to_owned(),
        line,
        column,
        problem,
    })
}

/// The text of a file with these entries, sorted by name.
pub fn export<'a>(format: Format, entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Zeroizing<String> {
    let entries: BTreeMap<&str, &str> = entries.into_iter().collect();
    let mut text = Zeroizing::new(String::with_capacity(entries.iter().map(|(a, b)| a.len() + 2 * b.len() + 16).sum()));
    for (index, (name, content)) in entries.iter().enumerate() {
        let line = Zeroizing::new(match format {
            Format::Dotenv => dotenv::line(name, content),
            Format::Json => json::member(name, content, index == 0),
            Format::Yaml => format!("{}: {}\n", flat_map::quoted(name), flat_map::quoted(content)),
        });
        text.push_str(&line);
    }
    if format == Format::Json {
        text.push_str(if entries.is_empty() { "{}\n" } else { "\n}\n" });
    }
    text
}

/// Writes exported secrets to `path` with mode 0600. Refuses a path that git could commit, and, without `replace`, one that exists.
pub fn write_export(path: &Path, text: &str, replace: bool, environment: &Environment) -> Result<(), StoreError> {
    if let Some(work_tree) = committable(path, environment)? {
        return Err(StoreError::InGit { path: path.to_owned(), work_tree });
    }
    if replace { atomic_write(path, text.as_bytes(), PRIVATE) } else { atomic_create(path, text.as_bytes(), PRIVATE) }
}

fn as_secrets(entries: Vec<flat_map::FlatEntry>) -> BTreeMap<String, Secret> {
    flat_map::set_values(entries).into_iter().map(|(name, value)| (name, Secret::new(value))).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    use super::*;
    use crate::store::testing::NASTY;

    #[test]
    fn what_is_exported_is_imported_byte_by_byte() {
        let names: Vec<String> = (0..NASTY.len()).map(|index| format!("n{index}")).collect();
        for format in [Format::Dotenv, Format::Json, Format::Yaml] {
            let text = export(format, names.iter().map(String::as_str).zip(NASTY.iter().copied()));
            let back = import(format, Path::new("x"), &text).unwrap();
            assert_eq!(back.len(), NASTY.len());
            for (name, wanted) in names.iter().zip(NASTY) {
                assert_eq!(back[name].expose(), *wanted, "{format:?}");
            }
            let empty = export(format, []);
            assert!(import(format, Path::new("x"), &empty).unwrap().is_empty());
        }
    }

    #[test]
    fn exported_json_is_what_other_programs_read() {
        let text = export(Format::Json, [("b", "2\n\"🔑"), ("a", "1")]);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value, serde_json::json!({"a": "1", "b": "2\n\"🔑"}));
    }

    #[test]
    fn a_fault_names_file_and_place_and_no_content() {
        for (format, text) in
            [(Format::Json, "{\"a\": [\"canary\"]}"), (Format::Json, "\"canary\""), (Format::Dotenv, "canary")]
        {
            let error = import(format, Path::new("in/file"), text).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("`in/file:1:") && !shown.contains("canary"), "{shown}");
        }
    }

    #[test]
    fn the_name_of_a_file_tells_its_format() {
        let of = |name: &str| Format::of(Path::new(name));
        assert_eq!(
            [of("a.json"), of("a.YML"), of(".env"), of("x.env")],
            [Format::Json, Format::Yaml, Format::Dotenv, Format::Dotenv]
        );
    }

    #[test]
    fn the_file_is_private_and_never_replaces_another_unasked() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("out.env");
        let environment = Environment::default();
        write_export(&path, "A=1\n", false, &environment).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert!(matches!(write_export(&path, "A=2\n", false, &environment), Err(StoreError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "A=1\n");
        write_export(&path, "A=2\n", true, &environment).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "A=2\n");
    }
}
