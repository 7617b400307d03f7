//! A guide and its items, as their data files say them.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Count;
use crate::diagnostic::Rule;
use crate::rules;

/// A published list of what should be so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// Its name on the command line.
    pub name: String,
    /// Its name in the world.
    pub title: String,
    /// What the anchors of rules call it: `CIS Docker` in `CIS Docker 5.32`.
    pub anchor: String,
    /// Its items that can be decided, in their order.
    pub items: Vec<Item>,
}

/// One thing that should be so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its number in the guide.
    pub id: String,
    /// What should be so, in our words.
    pub title: String,
    /// What it is about: without any, it does not apply.
    pub subject: Subject,
    /// What is so for every project, by the way containers are made.
    pub always: Option<Always>,
    /// Why it always is so.
    pub because: Option<String>,
}

/// What an item is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// Every container.
    Container,
    /// Containers that serve.
    Service,
    /// Servers of `PostgreSQL`.
    Postgres,
}

/// What an item comes to whatever a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Always {
    /// It is kept.
    Pass,
    /// It is not.
    Fail,
}

/// Every guide.
pub static GUIDES: LazyLock<Vec<Guide>> = LazyLock::new(|| {
    let files = [include_str!("cis-docker.yml"), include_str!("cis-postgres.yml"), include_str!("owasp.yml")];
    // They are part of the program, and a test reads each.
    files.iter().filter_map(|file| serde_yaml::from_str(file).ok()).collect()
});

impl Guide {
    /// The rules that decide an item: those that name it as an anchor.
    pub fn rules<'a>(&'a self, item: &'a Item) -> impl Iterator<Item = &'static Rule> + 'a {
        let anchor = format!("{} {}", self.anchor, item.id);
        rules::ALL.iter().copied().filter(move |rule| rule.anchors.contains(&anchor.as_str()))
    }
}

impl Subject {
    /// How many there are.
    pub fn number(self, count: Count) -> usize {
        match self {
            Subject::Container => count.containers,
            Subject::Service => count.services,
            Subject::Postgres => count.postgres,
        }
    }

    /// What is said where there is none.
    pub fn absent(self) -> &'static str {
        match self {
            Subject::Container => "there is no container",
            Subject::Service => "there is no container that serves",
            Subject::Postgres => "there is no PostgreSQL server",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guide_is_read_and_every_item_is_decided_by_something() {
        let names: Vec<&str> = GUIDES.iter().map(|guide| guide.name.as_str()).collect();
        assert_eq!(names, ["cis-docker", "cis-postgres", "owasp"]);
        for guide in GUIDES.iter() {
            for item in &guide.items {
                let decided = guide.rules(item).next().is_some();
                assert_ne!(decided, item.always.is_some(), "{} {} is decided once", guide.name, item.id);
                assert_eq!(item.always.is_some(), item.because.is_some(), "{} {}", guide.name, item.id);
            }
        }
    }

    #[test]
    fn every_item_that_a_rule_names_is_in_its_guide() {
        for rule in rules::ALL.iter() {
            for anchor in rule.anchors {
                let known = GUIDES
                    .iter()
                    .any(|guide| guide.items.iter().any(|item| *anchor == format!("{} {}", guide.anchor, item.id)));
                assert!(known, "`{}` names `{anchor}`, which no guide in src/standard has", rule.name);
            }
        }
    }
}
