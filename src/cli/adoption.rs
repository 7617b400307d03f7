//! What a folder that is gone has left behind: volumes, values and secrets. A folder of the same name may be the same project in
//! another place; only its owner knows, so it is asked.

use std::path::Path;

use super::arguments::Global;
use super::check::Git;
use super::checkout::{Place, apart, paths, plain};
use super::choice::connect;
use super::content::confirm;
use super::failure::Failure;
use super::project::Located;
use super::session::runtime;
use super::terminal::Terminal;
use crate::report::sanitize::visible;
use crate::store::{Checkout, ProjectKey, Register};

/// Asks whether the project of a folder that is gone shall be this one's, before its secrets are looked for.
pub fn offer(global: &Global, terminal: &Terminal) -> Result<(), Failure> {
    let Ok(located) = Located::find(global) else { return Ok(()) };
    if located.known.is_some() {
        return Ok(());
    }
    let Some(old) = left(&located)? else { return Ok(()) };
    let store = crate::store::ProjectStore::open(super::project::environment(), &old.key())?;
    let mut found = !store.secrets().names()?.is_empty() || !store.values().all()?.is_empty();
    if !found {
        let held = runtime()?.block_on(async { Ok::<_, Failure>(connect(global, None).await?.inventory().await?) });
        found = held?.iter().any(|it| it.project == old.project && !it.volumes.is_empty());
    }
    if !found {
        return Ok(());
    }
    let key = ProjectKey::new(&located.root, &located.name)?;
    let mut mine = Checkout::new(&key);
    if confirm(&question(&located, &old.directory), "--yes", terminal)? {
        (mine.project, mine.engine, mine.store) = (old.project, old.engine, old.store);
        (mine.former, mine.commit) = (old.former, old.commit);
        mine.former.insert(old.directory);
    } else {
        mine.project = apart(&located);
    }
    Register::change(&paths(), |register| register.put(mine))?;
    Ok(())
}

/// The same for what only an engine knows of.
pub fn ask(located: &Located, place: Place, terminal: &Terminal) -> Result<Place, Failure> {
    let Some(gone) = place.left_by.clone() else { return Ok(place) };
    if !confirm(&question(located, &gone), "--yes", terminal)? {
        return Ok(place);
    }
    let former = std::iter::once(gone.to_string_lossy().into_owned()).collect();
    Ok(Place { project: plain(located), former, left_by: None })
}

fn question(located: &Located, gone: &Path) -> String {
    let (name, gone) = (visible(&located.name), gone.display().to_string());
    format!(
        "This looks like `{name}`, last seen in {}, which is gone. Adopt its volumes, values and secrets?",
        visible(&gone)
    )
}

/// Says before a plan what a run would ask.
pub fn tell(located: &Located, terminal: &Terminal) -> Result<(), Failure> {
    if located.known.is_none()
        && let Some(old) = left(located)?
    {
        let (name, gone) = (visible(&old.name), old.directory.display().to_string());
        terminal.note(&format!(
            "note: this looks like `{name}`, last seen in {}, which is gone: `pt run` asks whether its volumes, values and \
             secrets are this folder's",
            visible(&gone)
        ));
    }
    Ok(())
}

/// The first commit of the repository that a folder is in, where there is one and a program to ask.
pub fn first_commit(directory: &Path) -> Option<String> {
    // No program is started for a folder that is in no repository.
    directory.ancestors().find(|above| above.join(".git").exists())?;
    Git::new(directory).first_commit().ok().flatten()
}

/// The folder of the same name or repository that is gone.
fn left(located: &Located) -> Result<Option<Checkout>, Failure> {
    let plain = plain(located);
    let register = Register::read(&paths())?;
    let gone: Vec<&Checkout> = register.checkouts.iter().filter(|known| known.is_gone()).collect();
    let same = |known: &&&Checkout| known.project == plain || known.name == located.name;
    // A clone may have any name; what was committed first tells which repository it is of.
    let of_repository = || {
        let commit =
            gone.iter().any(|known| !known.commit.is_empty()).then(|| first_commit(&located.root)).flatten()?;
        gone.iter().find(|known| known.commit == commit)
    };
    if let Some(known) = gone.iter().find(same).or_else(of_repository) {
        return Ok(Some((*known).clone()));
    }
    let noted = located.store()?.moved_from();
    let unknown = noted.into_iter().find(|key| !register.checkouts.iter().any(|known| known.store == key.as_str()));
    Ok(unknown.map(|key| Checkout { project: plain, ..Checkout::new(&key) }))
}
