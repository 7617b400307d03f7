//! What the commands share that work on what is there already: the lock, a look, a plan that is carried out.

use tokio::sync::watch;

use super::arguments::Global;
use super::checkout::shown;
use super::failure::{Class, Failure};
use super::interrupt::Interrupts;
use super::lock::ProjectLock;
use super::observed::Holding;
use super::outcome::tell_failure;
use super::progress::Progress;
use super::run::masked;
use super::session::Secrets;
use super::terminal::Terminal;
use crate::engine::{Event, Execution, execute};
use crate::plan::Plan;

/// What is there, while nobody else changes it.
pub async fn locked(global: &Global, what: &str, terminal: &Terminal) -> Result<(Holding, ProjectLock), Failure> {
    let holding = Holding::look(global).await?;
    let lock = ProjectLock::take(&holding.project, what, false, terminal).await?;
    // What was there before the lock was had may be over.
    Ok((holding.again().await?, lock))
}

/// Carries a plan out, its rows on the terminal; the exit code.
pub async fn carry_out(
    holding: &Holding,
    plan: &Plan,
    secrets: &Secrets,
    options: &Execution,
    terminal: &Terminal,
) -> Result<u8, Failure> {
    if plan.nodes.is_empty() {
        terminal.note(&format!("nothing of project `{}` runs", shown(&holding.located)));
        return Ok(0);
    }
    let interrupts = Interrupts::listen()?;
    let subjects = plan.nodes.iter().map(|node| node.subject.as_str());
    let mut progress = Progress::new(subjects, terminal);
    let (stop, stopping) = watch::channel(false);
    let redactor = secrets.redactor()?;
    let mut show = |event: Event| progress.show(&masked(event, &redactor));
    let report = {
        let mut walk = Box::pin(execute(&holding.engine, plan, secrets, options, stopping, &mut show));
        tokio::select! {
            report = &mut walk => report,
            () = interrupts.reached(1) => {
                let _ = stop.send(true);
                walk.await
            }
        }
    };
    progress.finish();
    for warning in &report.warnings {
        terminal.warning(warning);
    }
    for (index, error) in report.failures() {
        tell_failure(&plan.nodes[index].subject, error, None, &redactor, terminal);
    }
    match (interrupts.count(), report.is_unreachable(), report.is_success()) {
        (1.., _, _) => Err(Failure::with_code(interrupts.code())),
        (_, true, _) => Err(Failure::told(Class::Engine)),
        (_, _, false) => Err(Failure::told(Class::No)),
        _ => Ok(0),
    }
}
