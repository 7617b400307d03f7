//! What came of a plan, told: failures with their logs, warnings, and where things are found.

use std::collections::BTreeSet;

use super::failure::{Class, Failure};
use super::interrupt::Interrupts;
use super::job::Compiled;
use super::planning::Prepared;
use super::terminal::Terminal;
use crate::engine::{Ending, EngineError, Failure as EngineFailure, Outcome, Report};
use crate::expand::{Container, Expose, HostPort};
use crate::plan::Action;
use crate::report::sanitize;

/// Exit codes by which a program that could not be run is known.
const NOT_EXECUTABLE: i64 = 126;
const NOT_FOUND: i64 = 127;

/// Tells what is worth knowing before a plan is carried out.
pub fn tell_notes(prepared: &Prepared, compiled: &Compiled, terminal: &Terminal) {
    for note in &prepared.plan.notes {
        let (subject, message) = (sanitize::visible(&note.subject), sanitize::visible(&note.message));
        terminal.note(&format!("note: {subject}: {message}"));
        if let Some(span) = note.span.filter(|_| terminal.verbose > 0) {
            terminal.note(&format!(" --> {}", compiled.compilation.sources.place(span)));
        }
    }
}

/// Tells what came of a plan; the exit code.
pub fn tell(
    report: &Report,
    prepared: &Prepared,
    compiled: &Compiled,
    interrupts: &Interrupts,
    terminal: &Terminal,
) -> Result<u8, Failure> {
    let redactor = prepared.secrets.redactor()?;
    for warning in &report.warnings {
        terminal.warning(&redactor.redact(warning));
    }
    for (index, error) in report.failures() {
        let subject = &prepared.plan.nodes[index].subject;
        tell_failure(subject, error, place(subject, error, compiled).as_deref(), &redactor, terminal);
    }
    if report.is_unreachable() {
        return Err(Failure::told(Class::Engine));
    }
    if interrupts.count() > 0 {
        return Err(Failure::with_code(interrupts.code()));
    }
    if !report.is_success() {
        for (subject, cause) in report.skipped(&prepared.plan) {
            terminal.say(&format!("`{subject}` was not started, because `{cause}` failed"));
        }
        return Err(Failure::told(Class::No));
    }
    tell_places(report, prepared, compiled, terminal);
    Ok(0)
}

/// Ids of the containers that failed, or for which nothing was done because of a failure.
pub fn failed(report: &Report, prepared: &Prepared, compiled: &Compiled) -> BTreeSet<String> {
    let nodes = prepared.plan.nodes.iter().zip(&report.endings);
    let bad = nodes.filter(|(_, ending)| matches!(ending, Ending::Failed(_) | Ending::Skipped(_) | Ending::Cancelled));
    bad.filter_map(|(node, _)| Some(container(&node.subject, compiled)?.id.value.clone())).collect()
}

/// Whether all that failed is that somebody else was faster: with a container of this project, or with a port that was
/// chosen because it was free.
pub fn was_overtaken(report: &Report, prepared: &Prepared, compiled: &Compiled) -> bool {
    let overtaken = |(index, error): (usize, &EngineError)| {
        let port = match error.failure {
            EngineFailure::Overtaken(_) => return true,
            EngineFailure::PortTaken { port, .. } => port,
            _ => return false,
        };
        if prepared.ports.contains(&port) {
            return true;
        }
        let subject = &prepared.plan.nodes[index].subject;
        let ports = container(subject, compiled).into_iter().flat_map(|found| &found.services).flat_map(|it| &it.ports);
        ports.into_iter().any(|asked| match asked.expose {
            Expose::Host { port: HostPort::Preferred(first), .. } => {
                let range = asked.range.value;
                (first..=first.saturating_add(range.last - range.first)).contains(&port)
            }
            _ => false,
        })
    };
    report.failures().next().is_some() && report.failures().all(overtaken)
}

/// One failure: what went wrong, where that is written, the last lines of the log, and what to type.
pub fn tell_failure(
    subject: &str,
    error: &EngineError,
    place: Option<&str>,
    redactor: &crate::store::Redactor,
    terminal: &Terminal,
) {
    let clean = |text: &str| sanitize::visible_lines(&redactor.redact(text)).into_owned();
    terminal.error(&clean(&headline(subject, error)));
    if let Some(place) = place {
        terminal.say(&format!(" --> {place}"));
    }
    if let EngineFailure::Unreachable(tried) = &error.failure {
        for line in tried {
            terminal.say(&format!("  = {}", clean(line)));
        }
    }
    match error.log.len() {
        0 if error.exit_code.is_some() => terminal.say("  = it wrote nothing"),
        0 => {}
        1 => terminal.say("  = its last line:"),
        count => terminal.say(&format!("  = its last {count} lines (`pt logs {subject}` shows all):")),
    }
    for line in &error.log {
        terminal.say(&format!("    | {}", clean(line)));
    }
    if let Some(help) = &error.help {
        terminal.say(&format!("  = help: {}", clean(help)));
    }
}

/// What failed, by the name that the file gives it.
fn headline(subject: &str, error: &EngineError) -> String {
    let words = error.failure.to_string();
    match &error.failure {
        EngineFailure::Ended(_) | EngineFailure::HalfMade(_) | EngineFailure::LoginRefused { .. } => {
            format!("`{subject}` {}", words.strip_prefix("it ").unwrap_or(&words))
        }
        EngineFailure::Timeout { what, .. } if *what != "answered" => format!("`{subject}` is {words}"),
        EngineFailure::Unreachable(_) => format!("`{subject}`: {}: the engine does not answer any more", error.doing),
        // Rows of images, networks and volumes are named by what is done.
        _ if subject.contains(' ') => error.to_string(),
        _ => format!("`{subject}`: {error}"),
    }
}

/// Where the file asks for what failed: the program where that was not found, else the module or step.
pub fn place(subject: &str, error: &EngineError, compiled: &Compiled) -> Option<String> {
    let container = container(subject, compiled)?;
    let span = match error.exit_code {
        Some(NOT_EXECUTABLE | NOT_FOUND) => container.words().next().map_or(container.origin, |(_, span)| span),
        _ => container.origin,
    };
    Some(compiled.compilation.sources.place(span))
}

/// The container of a row: by its id, which the number of a replica may follow.
fn container<'a>(subject: &str, compiled: &'a Compiled) -> Option<&'a Container> {
    let containers = &compiled.compilation.program.containers;
    let replica = |subject: &str| {
        let (id, number) = subject.rsplit_once('-')?;
        number.parse::<u32>().ok().and_then(|_| containers.get(id))
    };
    containers.get(subject).or_else(|| replica(subject))
}

/// Where ports of the containers that are ready are found on this machine.
fn tell_places(report: &Report, prepared: &Prepared, compiled: &Compiled, terminal: &Terminal) {
    for (node, ending) in prepared.plan.nodes.iter().zip(&report.endings) {
        let (Action::AwaitReady { .. }, Ending::Done(Outcome::Ready(ports))) = (&node.action, ending) else { continue };
        let Some(container) = compiled.compilation.program.containers.get(&node.subject) else { continue };
        for (inside, address, host) in ports {
            let service = container.services.iter().find(|service| {
                service.ports.iter().any(|port| (port.range.value.first..=port.range.value.last).contains(inside))
            });
            let name = service.map_or(node.subject.as_str(), |service| service.id.value.as_str());
            terminal.note(&format!("{name}: {address}:{host}"));
        }
    }
}
