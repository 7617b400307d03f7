//! The order of starting, remembered: labels say it as it was when a container was made, and the job that ran last may have
//! put it into another place.
//!
//! In: programs that are carried out. Out: the labels of what is looked at, as if it had been made by the last of them. It
//! is kept in the state directory and only makes better what labels say: where it cannot be kept, they stand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::lock::private_directory;
use super::project::environment;
use crate::expand::Program;
use crate::plan::{Observed, labels};
use crate::store::{Paths, atomic_write};

/// What each container waits for, by id.
type Waits = BTreeMap<String, BTreeSet<String>>;

fn path(project: &str) -> Option<PathBuf> {
    Some(Paths::from_environment(environment()).state()?.join("order").join(format!("{project}.json")))
}

fn read(project: &str) -> Waits {
    let text = path(project).and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Keeps what the containers of a program wait for. What they wait for outside of it stays as it was known.
pub fn remember(project: &str, program: &Program) {
    let before = read(project);
    let mut waits = before.clone();
    merge(&mut waits, program);
    if waits == before {
        return;
    }
    let Some((path, text)) = path(project).zip(serde_json::to_vec(&waits).ok()) else { return };
    // A full disk keeps nobody from running: then the labels have to do.
    let _ = path.parent().map(private_directory);
    let _ = atomic_write(&path, &text, 0o600);
}

fn merge(waits: &mut Waits, program: &Program) {
    for id in program.containers.keys() {
        let known = waits.entry(id.clone()).or_default();
        known.retain(|other| !program.containers.contains_key(other));
        known.extend(program.edges_of(id).map(|edge| edge.waits_for.clone()));
    }
}

/// Sets the labels of what was found to the order that is remembered.
pub fn apply(project: &str, observed: &mut Observed) {
    let waits = read(project);
    let there: BTreeSet<String> = observed.containers.iter().map(|seen| seen.container.clone()).collect();
    for seen in &mut observed.containers {
        if waits.contains_key(&seen.container) {
            let level = depth(&waits, &there, &seen.container, &mut Vec::new());
            seen.labels.insert(labels::ORDER.to_owned(), level.to_string());
        }
    }
}

/// The longest chain of waits before a container, among those that are there; a circle counts once.
fn depth(waits: &Waits, there: &BTreeSet<String>, id: &str, above: &mut Vec<String>) -> usize {
    /// No job has longer ones, and nobody shall wait for those that a file makes up.
    const DEEPEST: usize = 64;
    if above.len() > DEEPEST || above.iter().any(|known| known == id) {
        return 0;
    }
    above.push(id.to_owned());
    let before = waits.get(id).into_iter().flatten().filter(|other| there.contains(*other));
    let deepest = before.map(|other| depth(waits, there, other, above) + 1).max().unwrap_or_default();
    above.pop();
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(pairs: &[(&str, &[&str])]) -> Waits {
        let set = |others: &[&str]| others.iter().map(|other| (*other).to_owned()).collect();
        pairs.iter().map(|(id, others)| ((*id).to_owned(), set(others))).collect()
    }

    #[test]
    fn a_container_comes_after_the_longest_chain_of_what_is_there() {
        let known = waits(&[("app", &["db", "cache"]), ("db", &["init"]), ("cache", &[]), ("init", &[])]);
        let there = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(depth(&known, &there(&["app", "db", "cache", "init"]), "app", &mut Vec::new()), 2);
        assert_eq!(depth(&known, &there(&["app", "cache"]), "app", &mut Vec::new()), 1);
        let circle = waits(&[("a", &["b"]), ("b", &["a"])]);
        assert_eq!(depth(&circle, &there(&["a", "b"]), "a", &mut Vec::new()), 2);
    }
}
