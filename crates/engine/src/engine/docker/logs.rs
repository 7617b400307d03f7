//! Logs: read whole or followed, across restarts of the container and of the engine, without repeats.
//!
//! A log that ends says nothing: the engine ends it in the same way when it dies, and under load before the last lines of a
//! container. So the container is looked at, and while it may write more the log is opened again from the last time that was
//! seen; when it has ended, once more.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::{Instant, sleep, timeout};

use super::engine::DockerEngine;
use super::errors::{Doing, Trouble, doing};
use super::lines::{Lines, Piece, Pieces};
use super::target;
use crate::engine::{EngineError, Failure, LogLine, LogRequest, Stream};
use crate::plan::State;

/// How long the next bytes of a log that is read whole may take.
const IDLE: Duration = Duration::from_secs(60);

/// Pauses before a log is opened again.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How long an engine may be away before following is given up.
const AWAY: Duration = Duration::from_secs(120);

/// Who takes the lines; `false` means that there are enough.
type Sink<'a> = &'a mut (dyn FnMut(LogLine) -> bool + Send);

/// The last time that was seen in one stream, and how many pieces had it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Seen {
    timestamp: String,
    pieces: usize,
}

/// Where to go on: each stream comes in the order of its times, both together do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Position {
    stdout: Seen,
    stderr: Seen,
}

/// How one stream came to its end.
enum End {
    /// The reader has enough.
    Enough,
    /// The engine closed it, for whatever reason.
    Closed,
    /// It broke.
    Broken(Trouble),
}

struct Reading<'a> {
    engine: &'a DockerEngine,
    id: String,
    terminal: bool,
    request: &'a LogRequest,
    /// Whether the log is followed; not for the last look at one that was.
    follow: bool,
    position: Position,
    lines: Lines,
}

impl DockerEngine {
    /// Sends the lines of a container's log to `sink`.
    pub(super) async fn read_log(
        &self,
        container: &str,
        request: &LogRequest,
        sink: Sink<'_>,
    ) -> Result<(), EngineError> {
        let doing = doing(format!("read the log of container `{container}`"));
        let found = self.inspect(container, &doing).await?;
        let missing = || doing.failed(Failure::NotFound(format!("there is no container `{container}`")));
        let found = found.ok_or_else(missing)?;
        let reading = Reading {
            engine: self,
            id: found.id,
            terminal: found.config.tty,
            request,
            follow: request.follow,
            position: request.after.map(Position::after).unwrap_or_default(),
            lines: Lines::default(),
        };
        reading.run(sink, &doing).await
    }
}

impl Reading<'_> {
    async fn run(mut self, sink: Sink<'_>, doing: &Doing) -> Result<(), EngineError> {
        let mut pause = FIRST_PAUSE;
        let mut away: Option<Instant> = None;
        loop {
            let before = self.position.clone();
            let end = self.read_stream(sink).await;
            if matches!(end, End::Enough) {
                return Ok(());
            }
            match self.may_write_more(doing).await {
                Ok(more) => {
                    away = None;
                    let is_last_look = self.request.follow && !self.follow;
                    if let End::Broken(trouble) = end
                        && (!self.follow || matches!(trouble, Trouble::Refused { .. }))
                        // It may have been removed since it ended.
                        && !is_last_look
                    {
                        return Err(doing.because(trouble));
                    }
                    if !more && self.follow {
                        self.follow = false;
                        continue;
                    }
                    if !more {
                        self.lines.rest().into_iter().all(sink);
                        return Ok(());
                    }
                }
                Err(error) if !self.request.follow => return Err(error),
                Err(error) if away.get_or_insert_with(Instant::now).elapsed() > AWAY => return Err(error),
                Err(_) => {}
            }
            pause = if self.position == before { pause } else { FIRST_PAUSE };
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Whether the log may grow: the container is there and has not ended for good.
    async fn may_write_more(&self, doing: &Doing) -> Result<bool, EngineError> {
        let found = self.engine.inspect(&self.id, doing).await?;
        let alive = |state| matches!(state, State::Running | State::Restarting | State::Paused | State::Stopping);
        Ok(self.follow && found.is_some_and(|found| alive(found.state())))
    }

    async fn read_stream(&mut self, sink: Sink<'_>) -> End {
        let mut stream = self.engine.client.stream(&self.target());
        let mut pieces = Pieces::new(self.terminal);
        let mut repeats = Repeats::new(&self.position);
        loop {
            let next = if self.follow { Ok(stream.next().await) } else { timeout(IDLE, stream.next()).await };
            let bytes = match next {
                Ok(Some(Ok(bytes))) => bytes,
                Ok(Some(Err(error))) => return End::Broken(self.engine.client.trouble(&error, false)),
                Ok(None) => break,
                Err(_) => return End::Broken(Trouble::Silent { seconds: IDLE.as_secs() }),
            };
            pieces.receive(&bytes);
            loop {
                match pieces.next() {
                    Ok(Some(piece)) => {
                        if !self.take(piece, &mut repeats, sink) {
                            return End::Enough;
                        }
                    }
                    Ok(None) => break,
                    Err(problem) => return End::Broken(Trouble::Garbled(problem.to_string())),
                }
            }
        }
        let more = pieces.rest().is_none_or(|rest| self.take(rest, &mut repeats, sink));
        if more { End::Closed } else { End::Enough }
    }

    /// Takes a piece that was not seen before; `false` when the reader has enough.
    fn take(&mut self, piece: Piece, repeats: &mut Repeats, sink: Sink<'_>) -> bool {
        if repeats.holds(piece.stream, &piece.timestamp) {
            return true;
        }
        let seen = self.position.of(piece.stream);
        if piece.timestamp == seen.timestamp {
            seen.pieces += 1;
        } else {
            *seen = Seen { timestamp: piece.timestamp.clone(), pieces: 1 };
        }
        self.lines.accept(piece).is_none_or(sink)
    }

    fn target(&self) -> String {
        let LogRequest { tail, since, until, .. } = self.request;
        // opened again, the log goes on where it was left, whatever was asked for at first
        let resumed = self.position.since();
        let tail = tail.filter(|_| resumed.is_none()).map(|tail| format!("&tail={tail}"));
        let since = resumed.or(since.map(|since| since.to_string())).map(|since| format!("&since={since}"));
        let until = until.map(|until| format!("&until={until}"));
        let parts = [self.follow.then(|| "&follow=1".to_owned()), tail, since, until];
        let query: String = parts.into_iter().flatten().collect();
        target::one("containers", &self.id, &format!("/logs?stdout=1&stderr=1&timestamps=1{query}"))
    }
}

impl Position {
    /// As if everything up to this time had been read.
    fn after(time: jiff::Timestamp) -> Self {
        let seen = Seen { timestamp: format!("{time:.9}"), pieces: usize::MAX };
        Self { stdout: seen.clone(), stderr: seen }
    }

    fn of(&mut self, stream: Stream) -> &mut Seen {
        match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        }
    }

    /// Seconds and nanoseconds, as engines take them: where the stream is that is behind the other.
    fn since(&self) -> Option<String> {
        let times = [&self.stdout, &self.stderr].map(|seen| seen.timestamp.parse::<jiff::Timestamp>().ok());
        let time = times.into_iter().flatten().min()?;
        Some(format!("{}.{:09}", time.as_second(), time.subsec_nanosecond()))
    }
}

/// Pieces that come again because a log is opened from a time on, and not from a piece on.
struct Repeats(Position);

impl Repeats {
    fn new(position: &Position) -> Self {
        Self(position.clone())
    }

    /// Whether a piece of this time was there before.
    fn holds(&mut self, stream: Stream, timestamp: &str) -> bool {
        let seen = self.0.of(stream);
        if seen.timestamp.is_empty() || timestamp > seen.timestamp.as_str() {
            seen.timestamp.clear();
            return false;
        }
        if timestamp < seen.timestamp.as_str() {
            return true;
        }
        let again = seen.pieces > 0;
        seen.pieces = seen.pieces.saturating_sub(1);
        again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(time: &str, pieces: usize) -> Seen {
        Seen { timestamp: at(time), pieces }
    }

    fn at(time: &str) -> String {
        format!("2026-11-21T01:02:03.{time}Z")
    }

    #[test]
    fn pieces_that_come_again_are_dropped_and_no_others() {
        let position = Position { stdout: seen("500000000", 2), stderr: Seen::default() };
        let mut repeats = Repeats::new(&position);
        let times = ["400000000", "500000000", "500000000", "500000000", "600000000", "100000000"];
        let told = times.map(|time| repeats.holds(Stream::Stdout, &at(time)));
        assert_eq!(told, [true, true, true, false, false, false]);
    }

    #[test]
    fn each_stream_has_an_order_of_its_own() {
        let position = Position { stdout: seen("500000000", 1), stderr: seen("300000000", 1) };
        let mut repeats = Repeats::new(&position);
        let pieces = [
            (Stream::Stderr, "300000000", true),
            (Stream::Stdout, "400000000", true),
            // What was on its way when the log was closed.
            (Stream::Stderr, "400000000", false),
            (Stream::Stdout, "500000000", true),
            (Stream::Stdout, "600000000", false),
        ];
        for (stream, time, again) in pieces {
            assert_eq!(repeats.holds(stream, &at(time)), again, "{stream:?} {time}");
        }
        assert_eq!(position.since().as_deref(), Some("1795222923.300000000"));
    }

    #[test]
    fn a_log_that_is_wanted_from_a_time_on_holds_nothing_from_before() {
        let position = Position::after(at("500000000").parse().unwrap_or_default());
        assert_eq!(position.stdout.timestamp, at("500000000"));
        let mut repeats = Repeats::new(&position);
        let told =
            ["400000000", "500000000", "500000000", "500000001"].map(|it| repeats.holds(Stream::Stderr, &at(it)));
        assert_eq!(told, [true, true, true, false]);
    }

    #[test]
    fn a_log_is_opened_again_from_the_nanosecond_that_was_seen() {
        let position = Position { stdout: seen("000000042", 1), stderr: Seen::default() };
        assert_eq!(position.since().as_deref(), Some("1795222923.000000042"));
        assert_eq!(Position::default().since(), None);
    }
}
