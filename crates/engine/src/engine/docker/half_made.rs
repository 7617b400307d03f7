//! Databases whose first start never came to its end: an init script failed, and the next start serves what there is.
//!
//! The plan has the first init script leave a mark in the data directory and the last one take it away, so that the mark is
//! there exactly as long as the data are half made: in whatever container, after whatever end.

use super::engine::DockerEngine;
use super::errors::Doing;
use super::model::Inspection;
use crate::engine::{EngineError, Failure, LogRequest};
use crate::plan::INIT_MARK;

/// More than one sentence of a server has.
const LONGEST: usize = 4096;

/// Where an init script is named before it is run.
const RUNS: &str = "docker-entrypoint.sh: ";

/// Words that begin what went wrong.
const WRONG: [&str; 4] = ["ERROR:", "FATAL:", "PANIC:", "error:"];

impl DockerEngine {
    /// The error of a database whose data are half made, if they are.
    pub(super) async fn half_made(&self, found: &Inspection, doing: &Doing) -> Option<EngineError> {
        let data = found.config.env.iter().find_map(|variable| variable.strip_prefix("PGDATA="))?;
        let mark = format!("{}/{INIT_MARK}", data.trim_end_matches('/'));
        let noted = self.fetch_file(&found.id, &mark, LONGEST).await.ok()?;
        let noted = String::from_utf8_lossy(&noted).trim().to_owned();
        let lines = self.all_lines(&found.id).await;
        let seen = failed_script(lines.iter().map(String::as_str));
        if let Some(seen) = seen.as_ref().filter(|_| noted.is_empty()) {
            // A container that is made anew has no log of it. That it cannot be kept must not hide the error itself.
            let _ = self.put_file(&found.id, &mark, &format!("{seen}\n")).await;
        }
        let what = seen.or_else(|| (!noted.is_empty()).then_some(noted));
        let what = what.unwrap_or_else(|| "its first start was cut off".to_owned());
        let failure = Failure::HalfMade(format!("it has half-made data: {what}"));
        Some(doing.advise(failure, advice(found, data)))
    }

    async fn all_lines(&self, container: &str) -> Vec<String> {
        /// The first start is at the beginning; after so many lines nobody looks any more.
        const MOST: usize = 20_000;
        let mut lines = Vec::new();
        let mut keep = |line: crate::engine::LogLine| {
            lines.push(String::from_utf8_lossy(&line.bytes).into_owned());
            lines.len() < MOST
        };
        // what cannot be read is not told
        let _ = self.read_log(container, &LogRequest::default(), &mut keep).await;
        lines
    }
}

/// How to start afresh: nothing is removed without a word, for a server may have written to it since.
fn advice(found: &Inspection, data: &str) -> String {
    let holds = |destination: &str| data == destination || data.starts_with(&format!("{destination}/"));
    let mount =
        found.mounts.iter().filter(|mount| holds(&mount.destination)).max_by_key(|mount| mount.destination.len());
    let afresh = match mount {
        Some(mount) if !mount.name.is_empty() => format!("`pt down`, then `docker volume rm {}`", mount.name),
        Some(mount) => format!("`pt down`, then empty {}", mount.source),
        None => "`pt down`".to_owned(),
    };
    format!("correct the script and start with no data: {afresh}, and `pt run` makes them anew")
}

/// The script of a first start that failed, and what it said.
fn failed_script<'a>(lines: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut script: Option<&str> = None;
    let mut wrong: Option<&str> = None;
    for line in lines {
        let line = line.trim_end();
        if line.contains("PostgreSQL init process complete") {
            (script, wrong) = (None, None);
        } else if let Some(path) = running(line) {
            (script, wrong) = (Some(path), None);
        } else if line.contains("Skipping initialization") {
            // What follows is of a later start.
            if script.is_some() {
                break;
            }
        } else if script.is_some() && !line.is_empty() && !is_wrong(wrong) {
            wrong = Some(line);
        }
    }
    let script = script.filter(|script| !script.contains("-pt-"))?;
    Some(match wrong.map(said) {
        Some(wrong) => format!("its init script `{script}` failed: {wrong}"),
        None => format!("its init script `{script}` failed"),
    })
}

/// Whether these are words that say what went wrong; without any, the last ones have to do.
fn is_wrong(words: Option<&str>) -> bool {
    words.is_some_and(|words| WRONG.iter().any(|word| words.contains(word)))
}

/// The name of the script that is about to run.
fn running(line: &str) -> Option<&str> {
    let rest = line.split_once(RUNS)?.1;
    let path = rest.strip_prefix("running ").or_else(|| rest.strip_prefix("sourcing "))?;
    path.split_whitespace().next()?.rsplit('/').next()
}

/// What was said, from the place in the script or the word that it begins with.
fn said(line: &str) -> &str {
    let place = line.find("psql:").map(|at| at + "psql:".len());
    let word = || WRONG.iter().filter_map(|word| line.find(word)).min();
    line.get(place.or_else(word).unwrap_or(0)..).unwrap_or(line).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "PostgreSQL init process in progress
/usr/local/bin/docker-entrypoint.sh: sourcing /docker-entrypoint-initdb.d/0000-pt-begin.sh
/usr/local/bin/docker-entrypoint.sh: running /docker-entrypoint-initdb.d/01.sql
CREATE TABLE
/usr/local/bin/docker-entrypoint.sh: running /docker-entrypoint-initdb.d/02.sql
2026-12-01 05:00:00.000 UTC [61] ERROR:  division by zero
psql:/docker-entrypoint-initdb.d/02.sql:2: ERROR:  division by zero";

    #[test]
    fn the_script_that_failed_is_found_with_its_words() {
        let told = "its init script `02.sql` failed: ERROR:  division by zero";
        assert_eq!(failed_script(FIRST.lines()).as_deref(), Some(told));
        let later =
            format!("{FIRST}\nDatabase directory appears to contain a database; Skipping initialization\nFATAL: x");
        assert_eq!(failed_script(later.lines()).as_deref(), Some(told));
        let whole = format!("{FIRST}\nPostgreSQL init process complete; ready for start up.\nERROR: of a client");
        assert_eq!(failed_script(whole.lines()), None);
    }

    #[test]
    fn a_script_that_said_nothing_is_named_all_the_same() {
        let lines = "/usr/local/bin/docker-entrypoint.sh: running /docker-entrypoint-initdb.d/seed.sh\nwent wrong";
        assert_eq!(failed_script(lines.lines()).as_deref(), Some("its init script `seed.sh` failed: went wrong"));
        assert_eq!(failed_script(["LOG: nothing".to_owned()].iter().map(String::as_str)), None);
    }
}
