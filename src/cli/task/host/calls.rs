//! Calls of modules, tools and blueprints by programs.

use super::data::nowhere;
use super::given::Given;
use super::{Desk, refused};
use crate::cli::job::Compiled;
use crate::compiler::JobCall;
use crate::diagnostic::Level;
use crate::engine::Engine;
use crate::expand::Role;
use crate::expr::code::{Datum, HostError};
use crate::plan::container_name;

impl<E: Engine> Desk<'_, '_, E> {
    /// Runs what is called to its end, services until they are ready; what it gave with `output`.
    pub(super) async fn call_module(&mut self, given: &Given) -> Result<Datum, HostError> {
        let compiled = self.compile(given.text(0, "the name of a module or tool")?, given.map(1, "its arguments")?)?;
        let called = self.runner.call(compiled).await.map_err(|failure| refused(&failure))?;
        Ok(called.output.unwrap_or(Datum::Null))
    }

    /// Starts a container, or what a module comes down to, without waiting for the end of jobs; the id of the container.
    pub(super) async fn spawn(&mut self, given: &Given) -> Result<Datum, HostError> {
        // Without a name it is the primitive itself.
        let (name, arguments) = match given.any(0) {
            Datum::Map(arguments) => ("polytope/container", arguments.as_slice()),
            _ => (
                given.text(0, "the name of a module, or the arguments of a container")?,
                given.map(1, "its arguments")?,
            ),
        };
        let mut compiled = self.compile(name, arguments)?;
        for container in compiled.compilation.program.containers.values_mut() {
            if container.role == Role::Job {
                container.readiness = crate::expand::Readiness::Running;
            }
        }
        let called = self.runner.call(compiled).await.map_err(|failure| refused(&failure))?;
        let first = called.containers.into_iter().next();
        first.map(Datum::Text).ok_or_else(|| HostError::new(format!("`{name}` starts no container")))
    }

    /// Compiles a call; the first error of its arguments is the error.
    fn compile(&self, name: &str, arguments: &[(String, Datum)]) -> Result<Compiled, HostError> {
        for (key, item) in arguments {
            if self.tells_secret(item)? {
                let message =
                    format!("argument `{key}` of `{name}` says a secret in the clear: pass what `secret` gives");
                return Err(HostError::new(message));
            }
        }
        let values = arguments.iter().map(|(key, item)| (key.clone(), self.stand_ins.value(item, nowhere()))).collect();
        let call = JobCall { name: name.to_owned(), values: Some(values), ..JobCall::default() };
        let compiled = self.compiled.other(call).map_err(|failure| refused(&failure))?;
        let compilation = &compiled.compilation;
        let mut errors = compilation.diagnostics.iter().filter(|finding| finding.level == Level::Error);
        if let Some(error) = errors.next() {
            let place = compilation.sources.place(error.primary.span);
            let help = error.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
            return Err(HostError::new(format!("`{name}`: {} at {place}{help}", error.message)));
        }
        Ok(compiled)
    }

    /// The name in the engine of a container that a program names.
    pub(super) fn engine_name(&self, id: &str) -> String {
        container_name(&crate::cli::session::engine_project(&self.compiled.located), id, 1)
    }
}
