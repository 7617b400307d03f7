//! What came of a plan, told: failures with their logs, warnings, and where things are found.

use super::failure::{Class, Failure};
use super::interrupt::Interrupts;
use super::job::Compiled;
use super::planning::Prepared;
use super::terminal::Terminal;
use crate::engine::{Ending, EngineError, Failure as EngineFailure, Outcome, Report};
use crate::plan::Action;
use crate::report::sanitize;

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
    for note in prepared.plan.notes.iter().filter(|_| terminal.verbose > 0) {
        terminal.note(&format!("note: {}: {}", note.subject, note.message));
    }
    for (_, error) in report.failures() {
        tell_failure(error, &redactor, terminal);
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

/// One failure: what was being done, what went wrong, the last lines of the log, and what to type.
pub fn tell_failure(error: &EngineError, redactor: &crate::store::Redactor, terminal: &Terminal) {
    let clean = |text: &str| sanitize::visible_lines(&redactor.redact(text)).into_owned();
    terminal.error(&clean(&error.to_string()));
    if let EngineFailure::Unreachable(tried) = &error.failure {
        for line in tried {
            terminal.say(&format!("  = {}", clean(line)));
        }
    }
    if !error.log.is_empty() {
        terminal.say(&format!("  = its last {} lines:", error.log.len()));
        for line in &error.log {
            terminal.say(&format!("    | {}", clean(line)));
        }
    }
    if let Some(help) = &error.help {
        terminal.say(&format!("  = help: {}", clean(help)));
    }
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
