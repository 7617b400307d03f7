//! Which project of an engine is a folder's own. Two folders of one name have two: the first keeps the plain name, the other one gets a
//! short hash of its place. In: the register, labels of an engine. Out: a name, kept for the rest of this process.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::adoption::first_commit;
use super::failure::{Class, Failure};
use super::project::{Located, environment};
use crate::engine::{AnyEngine, Holdings};
use crate::plan::{Observed, labels, place_name, project_name};
use crate::store::{Checkout, Paths, ProjectKey, Register, is_gone};

/// A folder's project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Its name in the engine.
    pub project: String,
    /// Folders that it was in before.
    pub former: BTreeSet<String>,
    /// The folder, not there any more, that left volumes of the plain name behind.
    pub left_by: Option<PathBuf>,
}

type Places = BTreeMap<(PathBuf, String), Place>;

static SETTLED: Mutex<Places> = Mutex::new(Places::new());

/// The project's name in the engine.
pub fn engine_project(located: &Located) -> String {
    place(located).project
}

/// Folders that the project was in before.
pub fn former(located: &Located) -> BTreeSet<String> {
    place(located).former
}

fn place(located: &Located) -> Place {
    let key = (located.root.clone(), located.name.clone());
    let settled = SETTLED.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    settled.unwrap_or_else(|| recorded(located).unwrap_or_else(|| choose(&register(), &[], located)))
}

/// The name by which a project is told to people.
pub fn shown(located: &Located) -> String {
    let project = engine_project(located);
    if project == project_name(&located.name) {
        return located.name.clone();
    }
    project.strip_prefix("pt-").unwrap_or(&project).to_owned()
}

/// Finds out which project is the folder's own; an engine is only asked about folders that are not in the register.
pub async fn settle(located: &Located, engine: &AnyEngine) -> Result<Place, Failure> {
    let place = if let Some(place) = recorded(located) {
        place
    } else {
        let register = Register::read(&paths())?;
        choose(&register, &engine.inventory().await?, located)
    };
    keep(located, &place);
    Ok(place)
}

/// Writes down that the project is the folder's own, before anything is made.
pub fn claim(located: &Located, place: &Place, engine: &AnyEngine) -> Result<(), Failure> {
    let key = ProjectKey::new(&located.root, &located.name)?;
    let mut mine = located.known.clone().unwrap_or_else(|| Checkout::new(&key));
    if mine.commit.is_empty() {
        mine.commit = first_commit(&located.root).unwrap_or_default();
    }
    if mine.directory != located.root {
        mine.former.insert(mine.directory.clone());
    }
    mine.folder = Checkout::new(&key).folder;
    (mine.name, mine.directory) = (located.name.clone(), located.root.clone());
    (mine.project, mine.engine) = (place.project.clone(), engine.kind().to_owned());
    mine.former.extend(place.former.iter().map(PathBuf::from));
    if paths().data().is_none() {
        return Ok(());
    }
    let project = Register::change(&paths(), |register| {
        // Another folder may have taken the name since it was looked for.
        if register.owner(&mine.project, &located.root).is_some_and(|owner| !mine.former.contains(&owner.directory)) {
            mine.project = apart(located);
        }
        register.put(mine.clone());
        mine.project.clone()
    });
    match project {
        Ok(project) => keep(located, &Place { project, ..place.clone() }),
        // A disk that takes nothing keeps nobody from running what needs no secret.
        Err(crate::store::StoreError::Io { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Refuses to touch what another folder has made.
pub fn guard(located: &Located, observed: &Observed) -> Result<(), Failure> {
    let place = place(located);
    let containers = observed.containers.iter().map(|seen| &seen.labels);
    let volumes = observed.volumes.iter().map(|seen| &seen.labels);
    let ours = |found: &&BTreeMap<String, String>| found.get(labels::PROJECT) == Some(&place.project);
    let directories = containers.chain(volumes).filter(ours).filter_map(|found| found.get(labels::DIRECTORY));
    let own = located.root.to_string_lossy();
    let mut others = directories.filter(|directory| **directory != own && !place.former.contains(*directory));
    let Some(other) = others.next() else { return Ok(()) };
    let message = format!("project `{}` belongs to `{other}`, not to `{own}`", place.project);
    Err(Failure::new(Class::No, message).help(format!("work there, such as with `pt -C {} ps`", quoted(other))))
}

/// A path as a shell takes it.
pub fn quoted(path: &str) -> String {
    shlex::try_quote(path).map_or_else(|_| path.to_owned(), std::borrow::Cow::into_owned)
}

/// The directories of `pt`.
pub fn paths() -> Paths {
    Paths::from_environment(environment())
}

/// The name of a folder that is not the first one of its name.
pub fn apart(located: &Located) -> String {
    place_name(&title(located), &located.root.to_string_lossy())
}

/// The name that the first folder of its name has.
pub fn plain(located: &Located) -> String {
    project_name(&title(located))
}

fn register() -> Register {
    Register::read(&paths()).unwrap_or_default()
}

fn keep(located: &Located, place: &Place) {
    let key = (located.root.clone(), located.name.clone());
    SETTLED.lock().unwrap_or_else(PoisonError::into_inner).insert(key, place.clone());
}

fn recorded(located: &Located) -> Option<Place> {
    let known = located.known.as_ref().filter(|known| !known.project.is_empty())?;
    let before = known.former.iter().chain(std::iter::once(&known.directory));
    let former = before.filter(|directory| **directory != located.root);
    Some(Place {
        project: known.project.clone(),
        former: former.map(|directory| directory.to_string_lossy().into_owned()).collect(),
        left_by: None,
    })
}

fn choose(register: &Register, held: &[Holdings], located: &Located) -> Place {
    let (plain, apart) = (plain(located), apart(located));
    let own = |project: &str| held.iter().any(|it| it.project == project && Path::new(&it.directory) == located.root);
    let older = project_name(&located.name);
    if let Some(project) = [&plain, &apart, &older].into_iter().find(|project| own(project)) {
        return Place { project: project.clone(), ..Place::default() };
    }
    let other = |it: &&Holdings| it.project == plain && !it.directory.is_empty();
    let others: Vec<&Holdings> = held.iter().filter(other).collect();
    if others.is_empty() && register.owner(&plain, &located.root).is_none() {
        return Place { project: plain, ..Place::default() };
    }
    let left = others.iter().find(|it| !it.volumes.is_empty() && is_gone(Path::new(&it.directory)));
    Place { project: apart, former: BTreeSet::new(), left_by: left.map(|it| PathBuf::from(&it.directory)) }
}

/// The project's name, with that of the repository for a work tree of git.
fn title(located: &Located) -> String {
    let is_default = located.root.file_name().is_some_and(|last| *last == *located.name);
    let worktree = is_default.then(|| worktree(&located.root)).flatten();
    let Some((top, repository)) = worktree else { return located.name.clone() };
    let tree = top.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match (top == located.root, tree.starts_with(&format!("{repository}-"))) {
        (true, true) => tree,
        (true, false) => format!("{repository}-{tree}"),
        (false, _) => format!("{}-{tree}", located.name),
    }
}

/// The top of a work tree that was added to a repository, and the repository's name.
fn worktree(root: &Path) -> Option<(PathBuf, String)> {
    /// `gitdir: ` and a path.
    const LONGEST: u64 = 8192;
    let top = root.ancestors().find(|above| above.join(".git").symlink_metadata().is_ok())?;
    let file = top.join(".git");
    let found = file.symlink_metadata().ok()?;
    if !found.is_file() || found.len() > LONGEST {
        return None;
    }
    let text = std::fs::read_to_string(file).ok()?;
    let git = top.join(text.strip_prefix("gitdir:")?.trim());
    let trees = git.parent().filter(|parent| parent.ends_with("worktrees"))?;
    let home = trees.parent()?;
    let named = if home.ends_with(".git") { home.parent()? } else { home };
    let name = named.file_name()?.to_str()?;
    Some((top.to_owned(), name.strip_suffix(".git").unwrap_or(name).to_owned()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn located(root: &Path) -> Located {
        let name = root.file_name().unwrap().to_str().unwrap().to_owned();
        let file = root.join("polytope.yml");
        Located { file, directory: root.to_owned(), root: root.to_owned(), name, known: None, loads_config: false }
    }

    fn held(project: &str, directory: &Path) -> Holdings {
        let volumes = vec![format!("{project}_data")];
        let directory = directory.to_string_lossy().into_owned();
        Holdings { project: project.to_owned(), directory, volumes, ..Holdings::default() }
    }

    #[test]
    fn the_first_folder_keeps_the_name_and_the_second_gets_one_of_its_own() {
        let root = tempfile::tempdir().unwrap();
        let (one, two) = (root.path().join("a/shop"), root.path().join("b/shop"));
        std::fs::create_dir_all(&one).unwrap();
        std::fs::create_dir_all(&two).unwrap();
        let nothing = Register::default();
        assert_eq!(choose(&nothing, &[], &located(&one)).project, "pt-shop");
        let there = [held("pt-shop", &one)];
        assert_eq!(choose(&nothing, &there, &located(&one)).project, "pt-shop");
        let second = choose(&nothing, &there, &located(&two));
        assert!(second.project.starts_with("pt-shop-") && second.left_by.is_none(), "{second:?}");
        assert_eq!(choose(&nothing, &there, &located(&two)), second, "the same each time");
        let recorded = Checkout { project: "pt-shop".to_owned(), directory: one.clone(), ..Checkout::default() };
        assert_eq!(choose(&Register { checkouts: vec![recorded] }, &[], &located(&two)), second);
        std::fs::remove_dir(&one).unwrap();
        assert_eq!(choose(&nothing, &there, &located(&two)).left_by, Some(one));
    }

    #[test]
    fn a_work_tree_is_called_after_its_repository_and_keeps_what_it_had() {
        let root = tempfile::tempdir().unwrap();
        let tree = root.path().join("feature");
        std::fs::create_dir(&tree).unwrap();
        std::fs::write(tree.join(".git"), "gitdir: /code/shop/.git/worktrees/feature\n").unwrap();
        let nothing = Register::default();
        assert_eq!(choose(&nothing, &[], &located(&tree)).project, "pt-shop-feature");
        assert_eq!(choose(&nothing, &[held("pt-feature", &tree)], &located(&tree)).project, "pt-feature");
        let below = tree.join("api");
        std::fs::create_dir(&below).unwrap();
        assert_eq!(choose(&nothing, &[], &located(&below)).project, "pt-api-feature");
    }
}
