//! Consent: a program in a `code` step may change files of the project, set secrets and start containers. So it is asked about
//! once for each project and content; a change of any program asks again. Built-in tasks need none.

use crate::cli::content::confirm;
use crate::cli::failure::Failure;
use crate::cli::job::Compiled;
use crate::cli::terminal::Terminal;
use crate::expand::TaskKind;
use crate::include::Documents;
use crate::model::StepAction;
use crate::source::Span;
use crate::store::programs_hash;
use crate::syntax::Node;

/// How many programs are named one by one.
const SHOWN: usize = 12;

/// The programs of a job that nobody has allowed yet.
pub struct Unread {
    /// Each by its step and place, no more than are worth reading.
    pub lines: Vec<String>,
    hash: String,
}

/// What they may do.
const WHAT: &str = "it can change files of the project, set values and secrets, and start containers";

/// Looks whether a job runs programs that nobody has allowed yet.
pub fn unread(compiled: &Compiled) -> Result<Option<Unread>, Failure> {
    let tasks = compiled.compilation.program.tasks.values();
    let asked: Vec<(&str, Span)> = tasks
        .filter(|task| matches!(task.kind, TaskKind::Code(_)))
        .map(|task| (task.id.as_str(), task.origin))
        .collect();
    if asked.is_empty() {
        return Ok(None);
    }
    let documents = &compiled.compilation.documents;
    // A program may call every other one of the project by its name.
    let hash = programs_hash(programs(documents).iter().filter_map(|program| program.text()));
    if compiled.located.store()?.is_trusted(&hash)? {
        return Ok(None);
    }
    let place = |span: Span| {
        let place = compiled.compilation.sources.place(span);
        match documents.home(span.file).repository {
            Some(repository) => format!("{place}, of {repository}"),
            None => place,
        }
    };
    let mut lines: Vec<String> =
        asked.iter().take(SHOWN).map(|(id, span)| format!("`{id}` ({})", place(*span))).collect();
    if asked.len() > SHOWN {
        lines.push(format!("{} more", asked.len() - SHOWN));
    }
    Ok(Some(Unread { lines, hash }))
}

/// Makes sure that the user lets the programs of a job run; `trusted` when that was said already.
pub fn obtain(compiled: &Compiled, trusted: bool, terminal: &Terminal) -> Result<(), Failure> {
    if trusted {
        return Ok(());
    }
    let Some(Unread { lines, hash }) = unread(compiled)? else { return Ok(()) };
    if !terminal.interactive && !terminal.yes {
        let message = "the job runs programs of the project that nobody has allowed yet, and nobody can be asked";
        let failure = lines.into_iter().fold(Failure::usage(message), Failure::note);
        return Err(failure.note(WHAT).help("read them, and run with `--trust`, or with PT_TRUST=1"));
    }
    if !terminal.yes {
        terminal.say("the job runs these programs of the project:");
        for line in &lines {
            terminal.say(&format!("  {line}"));
        }
        terminal.say(&format!("each is part of the project's files, and as long as it runs {WHAT}"));
    }
    if !confirm("Run them, now and until one of them changes?", "--trust", terminal)? {
        return Err(Failure::usage("nothing was run"));
    }
    Ok(compiled.located.store()?.trust(&hash)?)
}

/// Every program of every file.
fn programs(documents: &Documents) -> Vec<&Node> {
    let files = || documents.files().iter();
    let steps = files().flat_map(|file| &file.templates).flat_map(|template| &template.steps);
    let of_steps = steps.filter_map(|step| match &step.action {
        StepAction::Code(node) => Some(node),
        StepAction::Call(_) => None,
    });
    of_steps.chain(files().flat_map(|file| &file.modules).filter_map(|module| module.code.as_ref())).collect()
}
