//! `pt mcp`: a project's tools, and what `pt` knows about it, for coding agents that speak the Model Context Protocol.
//!
//! In: requests on standard input. Out: answers on standard output, which holds nothing else, ever. Whatever may say something
//! or change something is a `pt` of its own ([`child`]), with the same locks, questions and masks as one that a person types,
//! except that nobody can answer its questions: consent to programs is never an agent's to give. The only place for `rmcp`.

mod answer;
mod builtin;
mod child;
mod data;
mod invocation;
mod job;
mod logs;
mod offered;
mod server;
mod watch;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::os::fd::AsFd as _;
use std::process::Stdio;
use std::time::Duration;

use clap::{Args, ValueEnum};
use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;
use rmcp::transport::stdio_pipes;

use self::server::Server;
use super::arguments::Global;
use super::failure::{Class, Failure};
use super::interrupt::Interrupts;
use super::session::runtime;
use super::terminal::Terminal;

/// Arguments of `pt mcp`.
#[derive(Debug, Args)]
#[command(after_help = "A client starts it by itself and speaks to it over standard input and output. Name it in the
client's settings, such as .mcp.json:

  {\"mcpServers\": {\"pt\": {\"command\": \"pt\", \"args\": [\"mcp\"]}}}

It offers the `tools` of polytope.yml, only those under `mcp: {only: […]}` where that is written,
and check, plan, run, ps, logs, explain and secrets_status, which says names and never contents.
Programs in `code` steps run only after you allowed them in a terminal.

Examples:
  pt mcp                       for the project here
  pt -C services/api mcp       for another one
  pt mcp --allow stop,exec     agents may also stop containers and run programs in them")]
pub struct Mcp {
    /// Offer tools that interfere with what runs
    #[arg(long, value_name = "TOOL", value_delimiter = ',')]
    allow: Vec<Interfering>,
}

/// Tools that are offered only when they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Interfering {
    /// Stop containers
    Stop,
    /// Run any program in a container
    Exec,
}

/// How long what still runs may take to come to its end when the client has gone.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves until the client goes.
pub fn run(arguments: &Mcp, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    serve(&arguments.allow, None, global, terminal)
}

/// `pt run … --mcp`: starts the jobs as with `-d`, and serves meanwhile: a client does not wait for images.
pub fn run_and_serve(detached: bool, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    serve(&[], Some(without_flag(std::env::args_os().skip(1), detached)), global, terminal)
}

/// The arguments of the same run without `--mcp`.
fn without_flag(arguments: impl Iterator<Item = OsString>, detached: bool) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--mcp") {
        // It stands before any `--`, so its place is one for a flag.
        let instead = (!detached).then(|| OsString::from("--detach"));
        arguments.splice(place..=place, instead);
    }
    arguments
}

fn serve(
    allowed: &[Interfering],
    begins_with: Option<Vec<OsString>>,
    global: &Global,
    terminal: &Terminal,
) -> Result<u8, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::new(Class::No, "pt does not know where it is").because(error))?;
    if std::io::stdin().is_terminal() {
        terminal.say("this speaks the Model Context Protocol with a client; `pt mcp --help` says how one starts it");
    }
    let runtime = runtime()?;
    let served = runtime.block_on(async {
        let interrupts = Interrupts::listen()?;
        let (server, mut all_done) = Server::new(program, global, allowed);
        if let Some(arguments) = begins_with {
            begin(&server, arguments, terminal)?;
        }
        let running = tokio::select! {
            running = server.clone().serve(stdio_pipes()) => running,
            () = interrupts.reached(1) => return Ok(interrupts.code()),
        };
        let running = match running {
            Ok(running) => running,
            Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(0),
            Err(error) => {
                return Err(
                    Failure::new(Class::No, "the client speaks something else than the protocol").because(error)
                );
            }
        };
        let watching = tokio::spawn(watch::watch(server.clone(), running.peer().clone()));
        let stop = running.cancellation_token();
        let mut ended = Box::pin(running.waiting());
        tokio::select! {
            _ = &mut ended => {}
            () = interrupts.reached(1) => {
                stop.cancel();
                let _ = ended.await;
            }
        }
        watching.abort();
        let _ = watching.await;
        // Every call of a `pt` holds a piece of the server: when all are gone, all are done.
        server.close();
        drop(server);
        let _ = tokio::time::timeout(PATIENCE, all_done.recv()).await;
        Ok(interrupts.code())
    });
    // A read of standard input that nothing will end must not hold the process up.
    runtime.shutdown_background();
    served
}

/// Starts the run that comes first. What it says goes to standard error: the other stream is the protocol's.
fn begin(server: &Server, arguments: Vec<OsString>, terminal: &Terminal) -> Result<(), Failure> {
    let talk = std::io::stderr().as_fd().try_clone_to_owned()?;
    let mut command = tokio::process::Command::new(server.program());
    command.args(arguments).stdin(Stdio::null()).stdout(talk);
    let mut started = child::start(&mut command)?;
    let (server, verbose) = (server.clone(), !terminal.quiet);
    tokio::spawn(async move {
        let code = started.wait(server.closing()).await;
        if verbose && code != Some(0) {
            super::terminal::error_line("the first run did not succeed; clients are served all the same");
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(arguments: &[&str], detached: bool) -> Vec<String> {
        let arguments = arguments.iter().map(OsString::from);
        without_flag(arguments, detached).into_iter().filter_map(|argument| argument.into_string().ok()).collect()
    }

    #[test]
    fn a_run_that_also_serves_is_the_same_run_detached() {
        assert_eq!(rest(&["run", "stack", "--mcp"], false), ["run", "stack", "--detach"]);
        assert_eq!(rest(&["run", "--mcp", "-d", "stack"], true), ["run", "-d", "stack"]);
        assert_eq!(rest(&["run", "--mcp", "--", "stack"], false), ["run", "--detach", "--", "stack"]);
    }
}
