//! A container's program begins: its ports are free, its files are there, its supervisor says that it was begun.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;
use rustix::process::{getegid, geteuid};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::account::Account;
use super::containers::reveal;
use super::engine::ProcessEngine;
use super::errors::{Doing, doing};
use super::record::plain;
use super::setting::Setting;
use super::shelf::{Held, gone};
use super::state;
use super::supervisor::{BEGUN, GRACE, Launch};
use crate::engine::{EngineError, Failure, Outcome, ProgressEvent, SecretSource};

/// The hidden command that supervises.
pub const SUPERVISE: &str = "process-supervise";

/// How long a supervisor may take to say that the program was begun.
const BEGINNING: Duration = Duration::from_secs(30);

impl ProcessEngine {
    pub(super) async fn start(
        &self,
        container: &str,
        secrets: &dyn SecretSource,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<Outcome, EngineError> {
        let doing = doing(format!("start container `{container}`"));
        let mut held = self.require(container, &doing)?;
        if state::is_held(&held.folder) {
            return Ok(Outcome::Already);
        }
        Self::sweep_leftovers(&held);
        let claimed = self.claim_ports(&mut held).map_err(|error| doing.io(&error))?;
        if let Err((port, holder)) = claimed {
            return Err(doing.failed(Failure::PortTaken { port, holder }));
        }
        let setting = self.setting(&held).map_err(|error| doing.io(&error))?;
        let launch = match held.record.form.server.as_deref() {
            Some("postgres") if serves(&held) => {
                self.postgres_launch(&held, &setting, secrets, progress, &doing).await?
            }
            _ => self.launch(&held, &setting, secrets, &doing)?,
        };
        gone(fs::remove_file(held.folder.join(GRACE))).map_err(|error| doing.io(&error))?;
        self.supervise(&held, &launch, &doing).await
    }

    fn launch(
        &self,
        held: &Held,
        setting: &Setting,
        secrets: &dyn SecretSource,
        doing: &Doing,
    ) -> Result<Launch, EngineError> {
        let account = Self::account(held, doing)?;
        let owner = account.as_ref().map(|account| (account.uid, account.gid));
        self.furnish(held, setting, owner, secrets, doing)?;
        let mut environment = Vec::new();
        for (name, value) in self.environment(held, setting, account.as_ref()) {
            environment.push((name, reveal(&value, secrets, doing)?.to_string()));
        }
        let mut words = self.words(held, setting, secrets, doing)?.into_iter();
        let called = words.next().unwrap_or_default();
        let path = environment.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path.as_str());
        let directory = Self::directory(held, setting);
        let program = find(&called, path.unwrap_or_default(), &directory);
        let program = program.ok_or_else(|| not_found(&called, held, doing))?;
        let record = &held.record;
        let user = account.map(|account| (account.uid, account.gid, account.groups));
        Ok(Launch {
            folder: held.folder.clone(),
            program,
            arguments: words.collect(),
            environment,
            directory,
            start: self.start_of(held, setting, user).map_err(|error| doing.io(&error))?,
            restart: record.restart,
            stop_signal: stop_signal(record.stop_signal.as_ref().or(record.form.stop_signal.as_ref())),
            stops_all: true,
            stop_seconds: record.stop_seconds,
        })
    }

    /// The account that the program runs as, where that is another one than ours.
    pub(super) fn account(held: &Held, doing: &Doing) -> Result<Option<Account>, EngineError> {
        let Some(user) = &held.record.user else { return Ok(None) };
        let unknown = || doing.failed(Failure::NotFound(format!("there is no user `{user}` on this machine")));
        let account = Account::find(user).ok_or_else(unknown)?;
        if (account.uid, account.gid) == (geteuid().as_raw(), getegid().as_raw()) {
            return Ok(None);
        }
        if !geteuid().is_root() {
            let failure = Failure::Unsupported(format!("only root can run a program as `{user}`"));
            return Err(doing.advise(failure, "leave `user` out"));
        }
        Ok(Some(account))
    }

    /// The program and its arguments.
    fn words(
        &self,
        held: &Held,
        setting: &Setting,
        secrets: &dyn SecretSource,
        doing: &Doing,
    ) -> Result<Vec<String>, EngineError> {
        let record = &held.record;
        let mut own: Vec<_> = record.entrypoint.iter().chain(&record.command).flatten().cloned().collect();
        setting.services.flags(&mut own);
        let mut words = Vec::new();
        for word in &own {
            words.push(reveal(&setting.resolve(word), secrets, doing)?.to_string());
        }
        let form = &record.form;
        // As the images do: what begins with an option is for their own program.
        let bare = words.first().is_none_or(|word| word.starts_with('-'));
        let path = self.variables.get("PATH").map(String::as_str).unwrap_or_default();
        if bare {
            words.splice(0..0, form.available(|name| is_there(name, path)).map(str::to_owned));
        } else if let Some(word) = words.first_mut()
            && form.program.contains(word)
            && !is_there(word, path)
            && let Some(other) = form.available(|name| is_there(name, path))
        {
            other.clone_into(word);
        }
        let own_program = words.first().is_some_and(|word| {
            Path::new(word).file_name().and_then(|name| name.to_str()).is_some_and(|name| form.is_program(name))
        });
        if own_program {
            words.extend(form.arguments.iter().map(|argument| setting.fill(argument)));
        }
        Ok(words)
    }

    /// Begins the supervisor and waits for its first word.
    async fn supervise(&self, held: &Held, launch: &Launch, doing: &Doing) -> Result<Outcome, EngineError> {
        let text = serde_json::to_vec(launch).map_err(|error| doing.io(&error.into()))?;
        let text = Zeroizing::new(text);
        let mut command = Command::new(&self.executable);
        command.arg(SUPERVISE).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| doing.io(&error))?;
        let said = timeout(BEGINNING, async {
            if let Some(mut input) = child.stdin.take() {
                // A supervisor that ends before it has read everything says why.
                let _ = input.write_all(&text).await;
            }
            let (mut out, mut err) = (String::new(), String::new());
            if let Some(pipe) = &mut child.stdout {
                pipe.read_to_string(&mut out).await?;
            }
            if !out.starts_with(BEGUN)
                && let Some(pipe) = &mut child.stderr
            {
                pipe.read_to_string(&mut err).await?;
            }
            Ok::<_, io::Error>((out.trim().to_owned(), err.trim().to_owned()))
        });
        match said.await {
            Ok(Ok((out, _))) if out == BEGUN => Ok(Outcome::Done),
            Ok(Ok((_, _))) if state::is_held(&held.folder) => Ok(Outcome::Already),
            Ok(Ok((out, err))) => {
                let words = [out, err].into_iter().find(|words| !words.is_empty());
                let words = words.unwrap_or_else(|| "its supervisor ended without a word".to_owned());
                Err(doing.failed(Failure::Engine(words)))
            }
            Ok(Err(error)) => Err(doing.io(&error)),
            Err(_) => Err(doing.failed(Failure::Timeout { what: "started", seconds: BEGINNING.as_secs() })),
        }
    }
}

/// Whether a container of a server's image runs the server: as the image does, unless its command is another program, such
/// as `psql`.
fn serves(held: &Held) -> bool {
    let record = &held.record;
    let first = record.entrypoint.iter().chain(&record.command).flatten().next();
    let first = first.map(|words| plain(words).unwrap_or_default());
    first.is_none_or(|word| word.starts_with('-') || record.form.is_program(&word))
}

fn not_found(called: &str, held: &Held, doing: &Doing) -> EngineError {
    let failure = Failure::NotFound(format!("there is no program `{called}` in `PATH`"));
    match &held.record.form.package {
        Some(package) if held.record.form.is_program(called) => {
            doing.advise(failure, format!("`apt-get install {package}` brings it, or run it with `--engine docker`"))
        }
        _ => doing.advise(failure, "install it, or run it with `--engine docker`"),
    }
}

/// The signal of a name such as `SIGINT` or `INT`, or of a number; `SIGTERM` when there is none.
pub(super) fn stop_signal(name: Option<&String>) -> i32 {
    let named = [
        ("HUP", Signal::HUP),
        ("INT", Signal::INT),
        ("QUIT", Signal::QUIT),
        ("USR1", Signal::USR1),
        ("USR2", Signal::USR2),
        ("WINCH", Signal::WINCH),
        ("KILL", Signal::KILL),
    ];
    let name = name.map(|name| name.trim_start_matches("SIG")).unwrap_or_default();
    let known = named.iter().find(|(known, _)| *known == name).map(|(_, signal)| signal.as_raw());
    known.or_else(|| name.parse().ok()).unwrap_or(Signal::TERM.as_raw())
}

/// Where a program is.
pub(super) fn find(program: &str, path: &str, directory: &Path) -> Option<PathBuf> {
    if program.contains('/') {
        let place = directory.join(program);
        return is_program(&place).then_some(place);
    }
    if program.is_empty() {
        return None;
    }
    path.split(':').map(|folder| directory.join(folder).join(program)).find(|place| is_program(place))
}

fn is_there(program: &str, path: &str) -> bool {
    find(program, path, Path::new("/")).is_some()
}

fn is_program(place: &Path) -> bool {
    fs::metadata(place).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_in_the_path_or_where_it_is_said_to_be() {
        assert_eq!(find("sh", "/no/such:/bin", Path::new("/tmp")), Some(PathBuf::from("/bin/sh")));
        assert_eq!(find("./sh", "", Path::new("/bin")), Some(PathBuf::from("/bin/./sh")));
        assert_eq!(find("/bin/sh", "", Path::new("/tmp")), Some(PathBuf::from("/bin/sh")));
        assert_eq!(find("no-such-program", "/bin", Path::new("/tmp")), None);
        assert_eq!(find("", "/bin", Path::new("/tmp")), None);
        assert_eq!(find("/etc/passwd", "", Path::new("/tmp")), None);
    }

    #[test]
    fn signals_are_named_with_and_without_their_prefix() {
        let signal = |name: &str| stop_signal(Some(&name.to_owned()));
        assert_eq!((signal("SIGINT"), signal("QUIT"), signal("9")), (2, 3, 9));
        assert_eq!(stop_signal(None), 15);
    }
}
