//! Ctrl-C and its kin: once asks, twice insists, three times leaves.
//!
//! What comes by two ways is one: a terminal that is closed hangs up on its foreground and, when its shell ends, again; Ctrl-C
//! reaches us and whoever began us, who passes it on; a service manager sends its signals to a group and to each in it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Mutex, watch};

use super::failure::{Class, Failure};

/// The exit code of a hang-up.
const HANG_UP: u8 = 129;

/// Signals that follow each other sooner are of one event: nobody presses so fast.
const ONE_EVENT: Duration = Duration::from_millis(150);

/// Which signals count.
#[derive(Debug, Default)]
struct Presses {
    last: Option<Instant>,
    hung_up: bool,
}

impl Presses {
    /// Whether a signal that comes now is one more.
    fn counts(&mut self, is_hang_up: bool, now: Instant) -> bool {
        let again = is_hang_up && self.hung_up;
        let same = self.last.is_some_and(|last| now.saturating_duration_since(last) < ONE_EVENT);
        self.hung_up |= is_hang_up;
        let counts = !again && !same;
        if counts {
            self.last = Some(now);
        }
        counts
    }
}

/// Counts the interruptions of this process.
#[derive(Debug)]
pub struct Interrupts {
    count: watch::Receiver<u8>,
    /// The exit code that the last signal asks for.
    code: watch::Receiver<u8>,
}

impl Interrupts {
    /// Listens from now on; must be called inside of a runtime.
    pub fn listen() -> Result<Self, Failure> {
        let cannot = |error| Failure::new(Class::No, "signals cannot be listened to").because(error);
        let signals = [(SignalKind::interrupt(), 130), (SignalKind::terminate(), 143), (SignalKind::hangup(), HANG_UP)];
        let mut listening: Vec<(Signal, u8)> = Vec::new();
        for (kind, code) in signals {
            listening.push((signal(kind).map_err(cannot)?, code));
        }
        let (count, counted) = watch::channel(0_u8);
        let (last, code) = watch::channel(0_u8);
        let presses = Arc::new(Mutex::new(Presses::default()));
        for (mut signal, code) in listening {
            let (count, last, presses) = (count.clone(), last.clone(), presses.clone());
            tokio::spawn(async move {
                while signal.recv().await.is_some() {
                    if !presses.lock().await.counts(code == HANG_UP, Instant::now()) {
                        continue;
                    }
                    let _ = last.send(code);
                    count.send_modify(|count| *count = count.saturating_add(1));
                    if *count.borrow() >= 3 {
                        // Asked three times: what still runs is told by the next `pt ps`.
                        std::process::exit(i32::from(code));
                    }
                }
            });
        }
        Ok(Self { count: counted, code })
    }

    /// Comes back when there were at least `times` interruptions.
    pub async fn reached(&self, times: u8) {
        let mut count = self.count.clone();
        if count.wait_for(|count| *count >= times).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Number of interruptions so far.
    pub fn count(&self) -> u8 {
        *self.count.borrow()
    }

    /// 130 for Ctrl-C, 143 for SIGTERM.
    pub fn code(&self) -> u8 {
        *self.code.borrow()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of these signals count, `h` for a hang-up, each with its millisecond.
    fn counted(signals: &[(char, u64)]) -> Vec<u64> {
        let (mut presses, begun) = (Presses::default(), Instant::now());
        let counts = |(kind, at): &&(char, u64)| presses.counts(*kind == 'h', begun + Duration::from_millis(*at));
        signals.iter().filter(counts).map(|(_, at)| *at).collect()
    }

    #[test]
    fn a_hang_up_counts_once_and_so_does_what_comes_by_two_ways() {
        assert_eq!(counted(&[('h', 0), ('h', 1)]), [0]);
        assert_eq!(counted(&[('h', 0), ('h', 900), ('h', 2000)]), [0]);
        assert_eq!(counted(&[('i', 0), ('i', 2), ('t', 3)]), [0]);
        assert_eq!(counted(&[('t', 0), ('h', 1)]), [0]);
    }

    #[test]
    fn who_presses_again_is_heard() {
        assert_eq!(counted(&[('i', 0), ('i', 200), ('i', 400)]), [0, 200, 400]);
        assert_eq!(counted(&[('h', 0), ('h', 2), ('i', 500)]), [0, 500]);
        assert_eq!(counted(&[('i', 0), ('i', 100), ('i', 200)]), [0, 200]);
    }
}
