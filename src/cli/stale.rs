//! Containers that were made from other settings than there are now: what is started again as it was made does not have them.

use std::collections::BTreeSet;

use super::job::Compiled;
use super::observed::Holding;
use super::planning::{PlanFlags, Refresh, prepare};
use super::terminal::Terminal;
use crate::compiler::JobCall;
use crate::expand::Outputs;
use crate::lint::Settings;
use crate::plan::{Change, ObservedContainer, labels};

/// Says which of these containers `pt run` would make anew, and why. Says nothing of a job that does not compile as it stands: that is
/// no business of whoever only starts things again.
pub async fn tell(holding: &Holding, chosen: &[&ObservedContainer], terminal: &Terminal) {
    let job = |seen: &&ObservedContainer| seen.labels.get(labels::JOB).cloned();
    let jobs: BTreeSet<String> = chosen.iter().filter_map(job).collect();
    for job in jobs {
        let Some(rows) = rows(holding, &job).await else { continue };
        for row in rows.iter().filter(|row| row.change == Change::Replace) {
            let restarted = |seen: &&&ObservedContainer| seen.container == row.subject && job_is(seen, &job);
            if chosen.iter().any(|seen| restarted(&seen)) {
                let causes: Vec<String> = row.because.iter().map(ToString::to_string).collect();
                let (name, causes) = (&row.subject, causes.join("; "));
                terminal
                    .note(&format!("note: {name}: started as it was made; since then {causes}: `pt run` brings it in"));
            }
        }
    }
}

fn job_is(seen: &ObservedContainer, job: &str) -> bool {
    seen.labels.get(labels::JOB).is_some_and(|label| label == job)
}

/// What a run of the job would do now.
async fn rows(holding: &Holding, job: &str) -> Option<Vec<crate::plan::Row>> {
    let call = |name: &str| JobCall { name: name.to_owned(), args: String::new(), values: None };
    let calls = job.split(' ').map(call).collect();
    let compiled = Compiled::new(holding.located.clone(), calls, Settings::default(), &Outputs::new()).ok()?;
    let program = &compiled.compilation.program;
    let known: Vec<String> = program.containers.keys().filter(|id| !compiled.lacks(id)).cloned().collect();
    let program = program.only(|id| known.iter().any(|known| known == id));
    let compiled = compiled.with_program(program);
    let prepared = prepare(&holding.engine, &compiled, &PlanFlags::default(), true, Refresh::Planned).await.ok()?;
    Some(prepared.plan.rows())
}
