//! A program in a `code` step: interpreted on a thread of its own, while everything that it asks of the outside is done here.
//!
//! The interpreters know no waiting; the engine knows nothing else. So each call of the host goes over a channel, and the
//! program stands still until its answer is there. When the user says stop, the channel closes: every further call fails.

use std::sync::mpsc as blocking;
use std::thread;

use tokio::sync::{mpsc, oneshot};

use super::host::Desk;
use super::stages::{Runner, TaskError, TaskFailure};
use crate::cli::job::Compiled;
use crate::engine::Engine;
use crate::expand::{Code, OWN_REPOSITORY, Task};
use crate::expr::code::{self, Datum, FUNCTIONS, Fault, Host, HostError, Limits, Program};
use crate::model::GITHUB;

/// A call that waits for its answer.
struct Request {
    function: String,
    arguments: Vec<Datum>,
    answer: blocking::SyncSender<Result<Datum, HostError>>,
}

/// The host as the program's thread sees it.
struct Wire {
    requests: mpsc::UnboundedSender<Request>,
}

impl Host for Wire {
    fn knows(&self, function: &str) -> bool {
        FUNCTIONS.contains(&function)
    }

    fn call(&mut self, function: &str, arguments: Vec<Datum>) -> Result<Datum, HostError> {
        let stopped = || HostError::new("the run was stopped");
        let (answer, answered) = blocking::sync_channel(1);
        let request = Request { function: function.to_owned(), arguments, answer };
        self.requests.send(request).map_err(|_| stopped())?;
        answered.recv().map_err(|_| stopped())?
    }
}

/// Runs the program of a task; what it gave with `output`, if it did.
pub async fn run<E: Engine>(
    runner: &Runner<'_, E>,
    task: &Task,
    code: &Code,
    compiled: &Compiled,
) -> Result<Option<Datum>, TaskError> {
    runner.keeper.learn_all(compiled)?;
    let mut desk = Desk::new(runner, task, code, compiled)?;
    let (requests, mut asked) = mpsc::unbounded_channel();
    let (end, mut ended) = oneshot::channel();
    let work = Work {
        language: code.language,
        text: code.text().to_owned(),
        params: desk.params().to_vec(),
        repository: repository(code),
    };
    let spawned = thread::Builder::new().name("program".to_owned()).stack_size(STACK).spawn(move || {
        // Nobody waits for the end only when the run was stopped.
        let _ = end.send(work.run(&mut Wire { requests }));
    });
    spawned.map_err(|error| TaskError::failed(format!("no thread for the program: {error}")))?;
    let interrupts = runner.session.interrupts;
    let result = loop {
        tokio::select! {
            biased;
            () = interrupts.reached(1) => return Err(TaskError::Stopped),
            Some(request) = asked.recv() => {
                let call = desk.call(&request.function, request.arguments);
                let answer = if desk_waits_itself(&request.function) {
                    call.await
                } else {
                    tokio::select! {
                        answer = call => answer,
                        () = interrupts.reached(1) => return Err(TaskError::Stopped),
                    }
                };
                // The program waits for it, unless its time is up.
                let _ = request.answer.send(answer);
            }
            result = &mut ended => break result,
        }
    };
    if interrupts.count() > 0 {
        return Err(TaskError::Stopped);
    }
    match result {
        Ok(Ok(value)) => Ok(desk.into_output(value)),
        Ok(Err(fault)) => Err(failed(&fault, code, &desk)),
        Err(_) => Err(TaskError::failed("the interpreter ended without a result")),
    }
}

/// Interpreters walk nested programs by calling themselves.
const STACK: usize = 64 << 20;

/// Calls that bring containers up see by themselves that the user says stop, and leave nothing half done.
fn desk_waits_itself(function: &str) -> bool {
    matches!(function, "call-module" | "call-tool" | "spawn" | "open-service")
}

/// Everything that the interpreter needs, on its thread.
struct Work {
    language: crate::expr::Language,
    text: String,
    params: Vec<(String, Datum)>,
    repository: String,
}

impl Work {
    fn run(&self, host: &mut dyn Host) -> Result<Datum, Fault> {
        let program =
            Program { language: self.language, text: &self.text, params: &self.params, repository: &self.repository };
        code::run(&program, host, &Limits::STEP)
    }
}

fn repository(code: &Code) -> String {
    match &code.home.repository {
        Some(name) => format!("{GITHUB}{name}"),
        None => OWN_REPOSITORY.to_owned(),
    }
}

fn failed<E: Engine>(fault: &Fault, code: &Code, desk: &Desk<'_, '_, E>) -> TaskError {
    let whole = fault.range.start == 0 && fault.range.end >= code.text().len();
    let range = code.start + fault.range.start..code.start + fault.range.end;
    TaskError::Failed(TaskFailure {
        message: desk.without_stand_ins(&fault.message),
        span: (!whole).then(|| code.node.span_of(range)),
        ..TaskFailure::default()
    })
}
