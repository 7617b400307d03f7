//! Containers: made whole or not at all, named anew, stopped, removed.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::time::sleep;
use zeroize::Zeroizing;

use super::confinement::{end_group, is_among_mounts};
use super::engine::ProcessEngine;
use super::errors::{Doing, doing};
use super::kernel;
use super::places::write_whole;
use super::record::{Piece, Record, Words, file};
use super::shelf::{Held, NotPut};
use super::state;
use super::supervisor::{GRACE, MARK};
use crate::engine::{EngineError, Failure, Outcome, SecretSource};
use crate::plan::{ContainerRequest, SecretPlacement, labels};
use crate::value::Encoding;

/// Pause between two looks.
pub(super) const LOOK: Duration = Duration::from_millis(10);

/// How much longer than its program a supervisor may take to end.
const SUPERVISOR: Duration = Duration::from_secs(10);

impl ProcessEngine {
    pub(super) fn create(
        &self,
        request: &ContainerRequest,
        secrets: &dyn SecretSource,
    ) -> Result<Outcome, EngineError> {
        let doing = doing(format!("create container `{}`", request.name));
        let mut mark = [0; 8];
        getrandom::fill(&mut mark).map_err(|error| doing.failed(Failure::Engine(error.to_string())))?;
        let id = format!("{:016x}", u64::from_ne_bytes(mark));
        let ports = self.ports_of(request).map_err(|error| doing.io(&error))?;
        let record = Record::new(id.clone(), request, ports);
        for words in record.texts() {
            reveal(words, secrets, &doing)?;
        }
        let (folder, _making) = self.shelf.begin(&id).map_err(|error| doing.io(&error))?;
        match self.shelf.put(&folder, &request.name, &record) {
            Ok(()) => Ok(Outcome::Created(id)),
            Err(not_put) => {
                // It has no name: nobody takes it for a container.
                let _ = fs::remove_dir_all(&folder);
                Err(Self::not_put(not_put, &request.name, request.labels.get(labels::PROJECT), &doing))
            }
        }
    }

    fn not_put(not_put: NotPut, name: &str, project: Option<&String>, doing: &Doing) -> EngineError {
        match not_put {
            NotPut::Io(error) => doing.io(&error),
            NotPut::Taken(taken) if project.is_some_and(|project| taken.label(labels::PROJECT) == project) => {
                doing.failed(Failure::Overtaken(format!("another pt has just made `{name}`")))
            }
            NotPut::Taken(_) => doing.failed(Failure::Foreign(format!("the name `{name}` is taken"))),
        }
    }

    pub(super) fn rename(&self, container: &str, to: &str) -> Result<Outcome, EngineError> {
        let doing = doing(format!("rename container `{container}` to `{to}`"));
        let held = self.require(container, &doing)?;
        if held.name == to {
            return Ok(Outcome::Already);
        }
        match self.shelf.rename(&held, to) {
            Ok(()) => Ok(Outcome::Done),
            Err(not_put) => Err(Self::not_put(not_put, to, None, &doing)),
        }
    }

    /// Secret files are written at every start; here it is kept which ones.
    pub(super) fn place_secrets(
        &self,
        placement: &SecretPlacement,
        secrets: &dyn SecretSource,
    ) -> Result<Outcome, EngineError> {
        let doing = doing(format!("write the secrets of container `{}`", placement.container));
        let mut held = self.require(&placement.container, &doing)?;
        for upload in &placement.files {
            let new = file(upload, true);
            reveal(&new.content, secrets, &doing)?;
            held.record.files.retain(|known| known.path != new.path);
            held.record.files.push(new);
        }
        held.save().map_err(|error| doing.io(&error))?;
        Ok(Outcome::Done)
    }

    pub(super) async fn stop(&self, container: &str, seconds: u32) -> Result<Outcome, EngineError> {
        let doing = doing(format!("stop container `{container}`"));
        let Some(held) = self.shelf.find(container) else { return Ok(Outcome::Already) };
        let begun = Instant::now();
        let mut asked = false;
        while state::is_held(&held.folder) {
            let supervisor = state::status(&held.folder).map(|status| status.supervisor);
            let late = begun.elapsed() > Duration::from_secs(seconds.into()) + SUPERVISOR;
            match supervisor.filter(super::kernel::ProcessId::lives) {
                Some(supervisor) if late => drop(supervisor.signal(Signal::KILL)),
                Some(supervisor) if !asked => {
                    // On a full disk it takes the time that its module gives it.
                    let _ = write_whole(&held.folder.join(GRACE), seconds.to_string().as_bytes());
                    asked = supervisor.signal(Signal::TERM);
                }
                _ if late => {
                    let failure = Failure::Timeout { what: "stopped", seconds: begun.elapsed().as_secs() };
                    return Err(doing.failed(failure));
                }
                // It is just beginning, or ending.
                _ => {}
            }
            sleep(LOOK).await;
        }
        Self::sweep_leftovers(&held);
        Ok(if asked { Outcome::Done } else { Outcome::Already })
    }

    /// Kills what is left of a container whose supervisor was killed.
    pub(super) fn sweep_leftovers(held: &Held) {
        let Some(status) = state::status(&held.folder) else { return };
        if status.supervisor.boot != kernel::boot_id() || status.supervisor.lives() {
            return;
        }
        end_group(&held.folder);
        kernel::kill_family(|stat| is_among_mounts(stat.pid, &held.folder));
        // The number of a session is not given again while anybody is in it; what began earlier is of another one.
        let mark = format!("{MARK}={}", held.record.id);
        let supervisor = status.supervisor;
        kernel::kill_family(|stat| {
            stat.session == supervisor.pid
                && stat.pid != supervisor.pid
                && stat.started >= supervisor.started
                && kernel::has_variable(stat.pid, &mark)
        });
    }

    pub(super) fn remove_container(&self, container: &str) -> Result<Outcome, EngineError> {
        let doing = doing(format!("remove container `{container}`"));
        let Some(held) = self.shelf.find(container) else { return Ok(Outcome::Already) };
        if state::is_held(&held.folder) {
            return Err(doing.failed(Failure::Engine("it runs and cannot be removed".to_owned())));
        }
        Self::sweep_leftovers(&held);
        self.shelf.remove(&held).map_err(|error| doing.io(&error))?;
        Ok(Outcome::Done)
    }
}

/// The characters of a text, secrets included.
pub(super) fn reveal(
    words: &Words,
    secrets: &dyn SecretSource,
    doing: &Doing,
) -> Result<Zeroizing<String>, EngineError> {
    let mut text = Zeroizing::new(String::new());
    for piece in words {
        match piece {
            Piece::Plain(plain) => text.push_str(plain),
            Piece::Secret(name) => text.push_str(content_of(name, secrets, doing)?),
            Piece::EncodedSecret { name, encoding } => {
                let unknown = || {
                    let failure = Failure::NotFound(format!("this pt knows no encoding `{encoding}` of a secret"));
                    doing.advise(failure, "update pt: a newer one made this container")
                };
                let encoding = Encoding::from_word(encoding).ok_or_else(unknown)?;
                text.push_str(&Zeroizing::new(encoding.encode(content_of(name, secrets, doing)?).into_owned()));
            }
        }
    }
    Ok(text)
}

fn content_of<'a>(name: &str, secrets: &'a dyn SecretSource, doing: &Doing) -> Result<&'a str, EngineError> {
    let missing = || {
        let failure = Failure::NotFound(format!("the secret `{name}` is not set"));
        doing.advise(failure, format!("`pt secrets set {name}`"))
    };
    secrets.reveal(name).ok_or_else(missing)
}
