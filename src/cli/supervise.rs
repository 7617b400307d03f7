//! Two words that nobody types: with the first `pt` stays with a program as its supervisor, with the second it becomes it.

use std::process::ExitCode;

use super::terminal::error_line;
use crate::engine::process::{LAUNCH, SUPERVISE, launch, supervise};

/// What shells give when a program is there and cannot be run.
const NOT_RUN: u8 = 126;

/// Does what this process was begun for, where that is one of the two; the words are no commands, and in no help.
pub fn intercept() -> Option<ExitCode> {
    let mut arguments = std::env::args();
    let word = arguments.nth(1)?;
    if word == SUPERVISE {
        let done = std::env::current_exe().and_then(|executable| supervise(&executable));
        return Some(match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                error_line(&error.to_string());
                ExitCode::FAILURE
            }
        });
    }
    if word != LAUNCH {
        return None;
    }
    let (start, program) = (arguments.next()?, arguments.next()?);
    let error = launch(&start, &program, &arguments.collect::<Vec<_>>());
    error_line(&format!("`{program}` cannot be run: {error}"));
    Some(ExitCode::from(NOT_RUN))
}
