//! `scaffold` as a task: templates copied into the project, all of them or nothing.

use super::builtin::{Arguments, Bench};
use super::stages::TaskError;
use crate::cli::failure::Failure;
use crate::engine::{Engine, Stream};
use crate::scaffold::{Library, Project, WriteKind, carry_out, plan, requests};

/// Copies what the arguments name, and tells each file and each change of the project's own.
pub fn scaffold<E: Engine>(bench: &Bench<'_, '_, E>, arguments: &Arguments<'_>) -> Result<(), TaskError> {
    let documents = &bench.compiled.compilation.documents;
    let requests = requests(arguments.0, Library { root: bench.root(), documents }).map_err(Failure::from)?;
    let file = bench.compiled.located.file.canonicalize().ok();
    let file = file.as_deref().and_then(|file| file.strip_prefix(bench.root()).ok());
    let file = file.ok_or_else(|| TaskError::failed("the project's file is a link that leads out of the project"))?;
    let project = Project { root: bench.root(), file };
    let planned = plan(project, &requests).map_err(Failure::from)?;
    let own = file.to_string_lossy();
    crate::cli::replacing::files("scaffold", &planned, &own, bench.runner.session.terminal)?;
    carry_out(project, &planned).map_err(Failure::from)?;
    let printer = bench.printer()?;
    let say = |line: &str| bench.print(&printer, Stream::Stdout, line.as_bytes().to_vec());
    for (path, write) in &planned.writes {
        say(&format!("{} {path}", if matches!(write.kind, WriteKind::New) { "created" } else { "changed" }));
    }
    for path in &planned.skipped {
        say(&format!("kept {path}"));
    }
    for change in &planned.entered {
        say(&format!("entered {change}"));
    }
    for (path, content) in &planned.printed {
        say(&format!("{path}:"));
        content.lines().for_each(say);
    }
    for blank in &planned.blanks {
        let terminal = bench.runner.session.terminal;
        terminal.warning(&format!("{}: `{{{{ {} }}}}` is not filled in", blank.file, blank.name));
    }
    Ok(())
}
