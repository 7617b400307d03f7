//! `load-config`: what stands in the project's `config/values.yml` and `config/secrets.yml` goes into the store.
//!
//! In: the layers of a project. Out: what changed, and what about the secrets' file is worth a warning. Both files are read
//! before anything is written; what is unchanged is not written.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;

use super::git::committable;
use super::{Change, Layers, StoreError};

/// What loading changed.
#[derive(Debug, Default)]
pub struct LoadedConfig {
    /// Every value, with what became of it.
    pub values: BTreeMap<String, Change>,
    /// Every secret, with what became of it.
    pub secrets: BTreeMap<String, Change>,
    /// What is wrong with the place where the secrets stand in the clear, as sentences.
    pub warnings: Vec<String>,
}

impl LoadedConfig {
    /// How many values and secrets are others than before.
    pub fn changed(&self) -> usize {
        self.values.values().chain(self.secrets.values()).filter(|change| **change != Change::Unchanged).count()
    }
}

impl Layers {
    /// Sets the values and secrets of the project's files. A file that is not there is empty, and so is an entry without text.
    pub fn load_config(&self) -> Result<LoadedConfig, StoreError> {
        let (values, mut secrets) = (self.config_values()?, self.config_secrets()?);
        secrets.retain(|_, secret| !secret.expose().is_empty());
        let mut loaded = LoadedConfig { warnings: self.config_warnings()?, ..LoadedConfig::default() };
        let store = self.store();
        // Setting takes the lock and makes the store: nothing to set is no reason for either.
        if !values.is_empty() {
            loaded.values = store.values().set_all(&values)?;
        }
        if !secrets.is_empty() {
            loaded.secrets = store.secrets().import(secrets)?.changes;
        }
        Ok(loaded)
    }

    /// Names of the values and secrets in the store that loading would give other contents, in this order.
    pub fn would_replace(&self) -> Result<(Vec<String>, Vec<String>), StoreError> {
        let (values, mut secrets) = (self.config_values()?, self.config_secrets()?);
        secrets.retain(|_, secret| !secret.expose().is_empty());
        Ok((self.store().values().replaced_by(&values)?, self.store().secrets().replaced_by(&secrets)?))
    }

    /// Who else may read the secrets that stand in the clear in the project.
    fn config_warnings(&self) -> Result<Vec<String>, StoreError> {
        let path = self.config_secrets_path();
        let Ok(metadata) = std::fs::metadata(&path) else { return Ok(Vec::new()) };
        let mut warnings = Vec::new();
        if metadata.mode() & 0o077 != 0 {
            let mode = metadata.mode() & 0o777;
            warnings.push(format!(
                "config/secrets.yml can be read by others (mode {mode:03o}): `chmod 600 config/secrets.yml`"
            ));
        }
        if committable(&path, self.environment())?.is_some() {
            warnings.push(
                "git would commit config/secrets.yml: `echo /config/secrets.yml >> .gitignore`, and `git rm --cached` \
                 it where it is committed already"
                    .to_owned(),
            );
        }
        Ok(warnings)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::store::Environment;
    use crate::store::testing::Home;

    fn layers(home: &Home) -> Layers {
        Layers::new(home.store(), Environment::default()).unwrap()
    }

    fn write(home: &Home, name: &str, text: &str) {
        let config = home.key().directory().join("config");
        fs::create_dir_all(&config).unwrap();
        let path = config.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    #[test]
    fn files_that_are_not_there_are_empty_and_make_no_store() {
        let home = Home::new();
        assert_eq!(layers(&home).load_config().unwrap().changed(), 0);
        assert!(!home.path("data").exists());
    }

    #[test]
    fn sets_every_scalar_as_text_and_says_what_changed() {
        let home = Home::new();
        home.store().values().set("port", "1").unwrap();
        write(&home, "values.yml", "port: 8080\ndebug: true\nhost: db\n");
        write(&home, "secrets.yml", "password: canary\nempty: ''\n");
        let loaded = layers(&home).load_config().unwrap();
        assert_eq!(loaded.changed(), 4);
        assert_eq!(loaded.values["port"], Change::Replaced);
        assert_eq!(home.store().values().get("debug").unwrap().unwrap(), "true");
        assert_eq!(home.store().secrets().get("password").unwrap().unwrap().expose(), "canary");
        assert!(home.store().secrets().get("empty").unwrap().is_none());
        let again = layers(&home).load_config().unwrap();
        assert_eq!(again.changed(), 0);
        assert!(!format!("{again:?}").contains("canary"));
    }

    #[test]
    fn a_file_that_cannot_be_read_writes_nothing_of_the_other() {
        let home = Home::new();
        write(&home, "values.yml", "port: 8080\n");
        write(&home, "secrets.yml", "a: b\nlist: [1]\n");
        let error = layers(&home).load_config().unwrap_err().to_string();
        assert!(error.contains("config/secrets.yml:2:"), "{error}");
        assert!(home.store().values().all().unwrap().is_empty());
    }

    #[test]
    fn secrets_that_others_can_read_are_a_warning() {
        let home = Home::new();
        write(&home, "secrets.yml", "a: b\n");
        assert!(layers(&home).load_config().unwrap().warnings.is_empty());
        let path = home.key().directory().join("config/secrets.yml");
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
        let warnings = layers(&home).load_config().unwrap().warnings;
        assert!(warnings.len() == 1 && warnings[0].contains("mode 644"), "{warnings:?}");
    }

    #[test]
    fn files_that_will_be_loaded_come_before_the_store() {
        let home = Home::new();
        home.store().values().set("port", "1").unwrap();
        write(&home, "values.yml", "port: 2\n");
        let value =
            |first| layers(&home).with_config_first(first).snapshot().unwrap().value("port").unwrap().value.clone();
        assert_eq!((value(false), value(true)), ("1".to_owned(), "2".to_owned()));
    }
}
