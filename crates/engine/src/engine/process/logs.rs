//! Logs: read whole or followed, for as long as the container may write more.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::sleep;

use super::engine::ProcessEngine;
use super::errors::doing;
use super::log_file::LogReader;
use super::state;
use crate::engine::{EngineError, LogLine, LogRequest};

/// Pause between two looks at a log that is followed.
const PAUSE: Duration = Duration::from_millis(30);

impl ProcessEngine {
    pub(super) async fn read_log(
        &self,
        container: &str,
        request: &LogRequest,
        sink: &mut (dyn FnMut(LogLine) -> bool + Send),
    ) -> Result<(), EngineError> {
        let doing = doing(format!("read the log of container `{container}`"));
        let held = self.require(container, &doing)?;
        let mut reader = LogReader::open(&held.folder);
        let mut kept: VecDeque<LogLine> = VecDeque::new();
        while let Some(line) = reader.next().map_err(|error| doing.io(&error))? {
            if !is_wanted(&line, request) {
                continue;
            }
            let Some(tail) = request.tail else {
                if !sink(line) {
                    return Ok(());
                }
                continue;
            };
            kept.push_back(line);
            if kept.len() > tail {
                kept.pop_front();
            }
        }
        if !kept.into_iter().all(&mut *sink) {
            return Ok(());
        }
        if !request.follow {
            return Ok(());
        }
        loop {
            // What it wrote last was written before its supervisor let go.
            let more = state::is_held(&held.folder);
            while let Some(line) = reader.next().map_err(|error| doing.io(&error))? {
                if is_wanted(&line, request) && !sink(line) {
                    return Ok(());
                }
            }
            if !more {
                break;
            }
            sleep(PAUSE).await;
        }
        Ok(())
    }
}

fn is_wanted(line: &LogLine, request: &LogRequest) -> bool {
    let Ok(time) = line.timestamp.parse::<jiff::Timestamp>() else { return true };
    if request.after.is_some_and(|after| time <= after) {
        return false;
    }
    let second = time.as_second();
    request.since.is_none_or(|since| second >= since) && request.until.is_none_or(|until| second <= until)
}
