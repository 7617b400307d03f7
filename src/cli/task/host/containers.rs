//! Containers of the project, as programs watch, stop, enter and read them.

use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::given::Given;
use super::{Desk, refused};
use crate::cli::failure::Failure;
use crate::cli::session::{Secrets, engine_project};
use crate::engine::{Engine, EngineError, Event, ExecRequest, Execution, Stream, execute};
use crate::expr::code::{Datum, HostError};
use crate::plan::{Observed, ObservedContainer, State, Teardown, teardown};

/// Pause between two looks at a container.
const PAUSE: Duration = Duration::from_millis(200);

/// The longest that a job may take whose end a program waits for.
const LONGEST: Duration = Duration::from_secs(3600);

/// The largest file that is read out of a container.
const LARGEST: usize = 4 << 20;

fn failed(error: EngineError) -> HostError {
    refused(&Failure::from(error))
}

impl<E: Engine> Desk<'_, '_, E> {
    pub(super) async fn observe(&self) -> Result<Observed, HostError> {
        let project = engine_project(&self.compiled.located);
        self.runner.session.engine.observe(&project, &[], &[], &[]).await.map_err(failed)
    }

    async fn look(&self, id: &str) -> Result<ObservedContainer, HostError> {
        let found = self.observe().await?.containers.into_iter().find(|seen| seen.container == id);
        found.ok_or_else(|| HostError::new(format!("the project has no container `{id}`")))
    }

    /// Waits until a container runs.
    pub(super) async fn await_started(&self, given: &Given) -> Result<Datum, HostError> {
        let (id, limit) = (given.reference(0)?, self.runner.session.options.ready_within);
        let begun = Instant::now();
        loop {
            match self.look(id).await?.state {
                State::Exited(code) if code != 0 => {
                    return Err(HostError::new(format!("`{id}` ended with exit code {code}")));
                }
                State::Running | State::Exited(_) => return Ok(Datum::Text(id.to_owned())),
                _ if begun.elapsed() > limit => {
                    return Err(HostError::new(format!("`{id}` does not run after {} s", limit.as_secs())));
                }
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Waits until a container has ended; its exit code.
    pub(super) async fn await_done(&self, given: &Given) -> Result<Datum, HostError> {
        let id = given.reference(0)?;
        let limit = self.runner.session.options.exit_within.unwrap_or(LONGEST);
        let begun = Instant::now();
        loop {
            if let State::Exited(code) = self.look(id).await?.state {
                return Ok(Datum::Int(code));
            }
            if begun.elapsed() > limit {
                return Err(HostError::new(format!("`{id}` has not ended after {} s", limit.as_secs())));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Stops a container and keeps it.
    pub(super) async fn stop(&self, given: &Given) -> Result<Datum, HostError> {
        let id = given.reference(0)?;
        self.look(id).await?;
        let project = engine_project(&self.compiled.located);
        let containers = Some(std::collections::BTreeSet::from([id.to_owned()]));
        let wanted = Teardown { only_stop: true, containers, ..Teardown::default() };
        let plan = teardown(&project, &self.observe().await?, &wanted);
        let (_keep, go_on) = watch::channel(false);
        let (engine, nothing) = (self.runner.session.engine, Secrets::default());
        let mut silent = |_: Event| {};
        let report = execute(engine, &plan, &nothing, &Execution::default(), go_on, &mut silent).await;
        match report.failures().next() {
            Some((_, error)) => Err(HostError::new(error.to_string())),
            None => Ok(Datum::Null),
        }
    }

    /// Where a service is found: containers open theirs by themselves, so this only looks.
    pub(super) async fn open_service(&self, given: &Given) -> Result<Datum, HostError> {
        let id = given.reference(0)?;
        let (address, port) = self.door(id, None).await?;
        let entries =
            [("id", Datum::Text(id.to_owned())), ("host", Datum::Text(address)), ("port", Datum::Int(port.into()))];
        Ok(Datum::Map(entries.map(|(key, value)| (key.to_owned(), value)).to_vec()))
    }

    /// Runs a program in a container to its end, its output on the terminal; a name for its exit code.
    pub(super) async fn container_exec(&mut self, given: &Given) -> Result<Datum, HostError> {
        let id = given.reference(0)?;
        let wrong = || given.wrong(1, "a command", "text or a list of words");
        if self.holds_secret(given.any(1))? {
            let message = "a command line can hold no secret, for everybody on the machine can read it: set it as a \
                           variable of the container";
            return Err(HostError::new(message));
        }
        let command = match given.any(1) {
            Datum::Text(text) => {
                shlex::split(text).ok_or_else(|| HostError::new("a quote in the command is not closed"))?
            }
            Datum::List(items) => items
                .iter()
                .map(|item| item.as_text().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(wrong)?,
            _ => return Err(wrong()),
        };
        self.look(id).await?;
        let code = self.run_in(id, &command).await?;
        let name = format!("exec-{}", self.exits.len() + 1);
        self.exits.insert(name.clone(), code);
        Ok(Datum::Text(name))
    }

    async fn run_in(&self, id: &str, command: &[String]) -> Result<i64, HostError> {
        let request = ExecRequest { command: command.to_vec(), ..ExecRequest::default() };
        let mut written = super::super::container::Lines::default();
        let mut problem = None;
        let mut sink = |stream: Stream, bytes: &[u8]| {
            for line in written.take(stream, bytes) {
                problem = self.say(stream, &line).err().or(problem.take());
            }
        };
        let name = self.engine_name(id);
        let code = self.runner.session.engine.call(&name, &request, &mut sink).await.map_err(failed)?;
        for (stream, line) in written.rest() {
            self.say(stream, &line)?;
        }
        problem.map_or(Ok(code), Err)
    }

    pub(super) fn await_exec_exit(&self, given: &Given) -> Result<Datum, HostError> {
        let name = given.text(0, "what `container-exec` gave")?;
        let code = self.exits.get(name).copied().map(Datum::Int);
        code.ok_or_else(|| HostError::new(format!("`{name}` is nothing that `container-exec` gave")))
    }

    pub(super) async fn read_container_file(&self, given: &Given) -> Result<Datum, HostError> {
        let (id, path) = (given.reference(0)?, given.text(1, "a path in the container")?);
        self.look(id).await?;
        let name = self.engine_name(id);
        let bytes = self.runner.session.engine.read_file(&name, path, LARGEST).await.map_err(failed)?;
        String::from_utf8(bytes).map(Datum::Text).map_err(|_| HostError::new(format!("`{path}` of `{id}` is not text")))
    }

    pub(super) async fn write_container_file(&self, given: &Given) -> Result<Datum, HostError> {
        let (id, path) = (given.reference(0)?, given.text(1, "a path in the container")?);
        let content = given.text(2, "what to write")?;
        if self.holds_secret(given.any(2))? {
            let message =
                "a file that is written so stays in the container in the clear: mount the secret as a variable";
            return Err(HostError::new(message));
        }
        self.look(id).await?;
        let name = self.engine_name(id);
        self.runner.session.engine.write_file(&name, path, content).await.map_err(failed)?;
        Ok(Datum::Null)
    }

    /// Address and port on this machine of a service of the project; of a certain port in the container where one is named.
    pub(super) async fn door(&self, service: &str, port: Option<u16>) -> Result<(String, u16), HostError> {
        let programs = &self.compiled.compilation.program.containers;
        let serves = |id: &str| {
            id == service
                || programs.get(id).is_some_and(|container| container.services.iter().any(|it| it.id.value == service))
        };
        let observed = self.observe().await?;
        let containers = observed.containers.iter().filter(|seen| serves(&seen.container));
        let mut published = containers.flat_map(|seen| &seen.published).filter(|door| !door.udp);
        let found = published.find(|door| port.is_none_or(|port| door.container == port || door.host == port));
        let found = found.ok_or_else(|| {
            let what = port.map_or_else(String::new, |port| format!(" on port {port}"));
            HostError::new(format!("no service `{service}` of the project is published{what}"))
        })?;
        let address = match found.address.as_str() {
            "" | "0.0.0.0" | "::" => "127.0.0.1".to_owned(),
            other => other.to_owned(),
        };
        Ok((address, found.host))
    }
}
