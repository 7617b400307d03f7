//! The command line: one file per command, its arguments included.
//!
//! In: arguments, the environment, a terminal. Out: results on standard output, everything else on standard error, and an
//! exit code. May use every other room.

mod adoption;
mod arguments;
mod check;
mod checkout;
mod choice;
mod completions;
mod config;
mod content;
mod data_version;
mod doctor;
mod door;
mod down;
mod elsewhere;
mod exchange;
mod exec;
mod explain;
mod failure;
mod findings;
mod foreground;
mod help;
mod host_ports;
mod include;
mod init;
mod interrupt;
mod job;
mod listing;
mod lock;
mod log_printer;
mod logs;
mod ls;
mod lsp;
mod man;
mod memory;
mod mcp;
mod names;
mod observed;
mod order;
mod outcome;
mod ownership;
mod plan;
mod planning;
mod postgres;
mod progress;
mod project;
mod proof;
mod ps;
mod render;
mod replacing;
mod restart;
mod revival;
mod run;
mod scaffold;
mod schema;
mod secrets;
mod session;
mod settings;
mod stale;
mod standing;
mod supervise;
mod task;
mod terminal;
mod umask;
mod values;
mod volume;
mod wait;
mod watching;

pub use arguments::{Arguments, Command};

use std::process::ExitCode;

use clap::FromArgMatches;

use crate::diagnostic::note_panic;
use failure::Failure;
use terminal::Terminal;

/// Runs the command that the arguments of this process ask for.
pub fn main() -> ExitCode {
    install_panic_hook();
    umask::narrow();
    if let Some(code) = supervise::intercept() {
        return code;
    }
    if completions::answered() {
        return ExitCode::SUCCESS;
    }
    let parsed = help::command().try_get_matches().and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap exits 2 for usage, 0 for help; a closed pipe is no failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let terminal = Terminal::new(&arguments.global);
    match dispatch(&arguments, &terminal) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.print(&terminal);
            ExitCode::from(failure.code())
        }
    }
}

fn dispatch(arguments: &Arguments, terminal: &Terminal) -> Result<u8, Failure> {
    let global = &arguments.global;
    match &arguments.command {
        Command::Check(command) => check::run(command, global, terminal),
        Command::Plan(command) => plan::run(command, global, terminal),
        Command::Run(command) => run::run(command, global, terminal),
        Command::Ps(command) => ps::run(command, global, terminal),
        Command::Ls(command) => ls::run(command, global, terminal),
        Command::Logs(command) => logs::run(command, global, terminal),
        Command::Exec(command) => exec::run(command, global, terminal),
        Command::Stop(command) => down::stop(command, global, terminal),
        Command::Down(command) => down::down(command, global, terminal),
        Command::Restart(command) => restart::run(command, global, terminal),
        Command::Wait(command) => wait::run(command, global, terminal),
        Command::Render(command) => render::run(command, global, terminal),
        Command::Config(command) => config::run(command, global, terminal),
        Command::Volume(command) => volume::run(command, global, terminal),
        Command::Values(command) => values::run(command, global, terminal),
        Command::Secrets(command) => secrets::run(command, global, terminal),
        Command::Explain(command) => explain::run(command, global, terminal),
        Command::Schema(command) => schema::run(command, terminal),
        Command::Lsp(command) => lsp::run(command, global),
        Command::Doctor(command) => doctor::run(command, global, terminal),
        Command::Include(command) => include::run(command, global, terminal),
        Command::Scaffold(command) => scaffold::run(command, global, terminal),
        Command::Init(command) => init::run(command, global, terminal),
        Command::Postgres(command) => postgres::run(command, global, terminal),
        Command::Mcp(command) => mcp::run(command, global, terminal),
        Command::Man(command) => man::run(command, global, terminal),
        Command::Help(command) => help::run(command, terminal),
        Command::Completions(command) => completions::run(command, terminal),
    }
}

/// A fault of ours says so, in one line and without values; the details need `RUST_BACKTRACE`.
fn install_panic_hook() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        let is_awaited = note_panic(&place);
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            default(info);
        } else if !is_awaited {
            let place = if place.is_empty() { place } else { format!(" at {place}") };
            terminal::error_line(&format!("internal error{place} in pt {}", env!("CARGO_PKG_VERSION")));
            terminal::error_line("  = help: run it again with RUST_BACKTRACE=1 and report what it prints");
        }
        if !is_awaited {
            std::process::exit(101);
        }
    }));
}
