//! `pt`: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    polytope::cli::main()
}
