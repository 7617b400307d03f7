//! All projects that an engine holds, whosever they are. In: labels of containers and volumes. Out: a line for each project and folder.

use std::collections::BTreeMap;

use crate::plan::labels;

/// What an engine holds of one project that was made from one folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Name of the project in the engine.
    pub project: String,
    /// Folder that it was made from; empty where no label says so.
    pub directory: String,
    /// Number of containers.
    pub containers: usize,
    /// Number of them that run.
    pub running: usize,
    /// Names of volumes, sorted.
    pub volumes: Vec<String>,
}

/// One line for each project and folder.
#[derive(Debug, Default)]
pub(super) struct Inventory(BTreeMap<(String, String), Holdings>);

impl Inventory {
    fn of(&mut self, found: &BTreeMap<String, String>) -> Option<&mut Holdings> {
        let project = found.get(labels::PROJECT)?.clone();
        let directory = found.get(labels::DIRECTORY).cloned().unwrap_or_default();
        let new = Holdings { project: project.clone(), directory: directory.clone(), ..Holdings::default() };
        Some(self.0.entry((project, directory)).or_insert(new))
    }

    /// Counts a container.
    pub fn container(&mut self, found: &BTreeMap<String, String>, runs: bool) {
        if let Some(holdings) = self.of(found) {
            holdings.containers += 1;
            holdings.running += usize::from(runs);
        }
    }

    /// Counts a volume; marks of ours are none.
    pub fn volume(&mut self, name: &str, found: &BTreeMap<String, String>) {
        if found.get(labels::KIND).is_some_and(|kind| kind == "mark") {
            return;
        }
        if let Some(holdings) = self.of(found) {
            holdings.volumes.push(name.to_owned());
            holdings.volumes.sort();
        }
    }

    /// All lines, by project.
    pub fn into_lines(self) -> Vec<Holdings> {
        self.0.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_told_apart_by_their_folders() {
        let made = |directory: &str| {
            let labels = [(labels::PROJECT, "pt-shop"), (labels::DIRECTORY, directory)];
            labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect::<BTreeMap<_, _>>()
        };
        let mut inventory = Inventory::default();
        inventory.container(&made("/a/shop"), true);
        inventory.container(&made("/a/shop"), false);
        inventory.volume("pt-shop_data", &made("/b/shop"));
        inventory.volume("other", &BTreeMap::new());
        let lines = inventory.into_lines();
        let seen: Vec<(&str, usize, usize, usize)> = lines
            .iter()
            .map(|line| (line.directory.as_str(), line.containers, line.running, line.volumes.len()))
            .collect();
        assert_eq!(seen, [("/a/shop", 2, 1, 0), ("/b/shop", 0, 0, 1)]);
    }
}
