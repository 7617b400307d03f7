//! A project that is named with `--project` from anywhere, without its file. In: flags, the register, an engine. Out: the project.

use std::path::PathBuf;

use super::arguments::Global;
use super::checkout::paths;
use super::choice::connect;
use super::failure::Failure;
use super::project::{Located, environment};
use crate::plan::project_name;
use crate::store::{Checkout, ProjectKey, Register};

/// The project that a command on running things means: the one of this folder, else the one that `--project` names.
pub async fn meant(global: &Global) -> Result<Located, Failure> {
    let here = Located::find(global);
    let Some(name) = global.project.as_deref() else { return here };
    if let Ok(here) = &here
        && (here.known.is_some() || is_of_folder(here, name) || is_ambient(name))
    {
        return Ok(here.clone());
    }
    let called = |known: &&Checkout| known.project == name || known.project == project_name(name);
    if let Some(known) = Register::read(&paths())?.checkouts.iter().find(called) {
        return Ok(there(known.clone()));
    }
    let engine = connect(global, None).await?;
    let held = engine.inventory().await?;
    let mut held = held.iter().filter(|it| it.project == name || it.project == project_name(name));
    match (held.next(), held.next(), here) {
        (Some(it), None, _) if !it.directory.is_empty() => {
            let directory = PathBuf::from(&it.directory);
            let folder = directory.file_name().and_then(|last| last.to_str()).unwrap_or(name).to_owned();
            let name = if project_name(&folder) == it.project { folder } else { name.to_owned() };
            let key = ProjectKey::absent(&directory, &name);
            Ok(there(Checkout { project: it.project.clone(), ..Checkout::new(&key) }))
        }
        (_, _, Ok(here)) => Ok(here),
        _ => Err(Failure::usage(format!("there is no project `{name}`")).help("`pt ls` lists all of this machine")),
    }
}

/// Whether a name is what the folder is called anyway.
fn is_of_folder(here: &Located, name: &str) -> bool {
    here.root.file_name().is_some_and(|folder| folder == name)
}

/// Whether a name comes from the environment: one that is set for many folders means each of them.
fn is_ambient(name: &str) -> bool {
    environment().text("PT_PROJECT").ok().flatten().is_some_and(|ambient| *ambient == *name)
}

fn there(known: Checkout) -> Located {
    let root = known.directory.clone();
    let file = root.join("polytope.yml");
    Located { file, directory: root.clone(), root, name: known.name.clone(), known: Some(known), loads_config: false }
}
