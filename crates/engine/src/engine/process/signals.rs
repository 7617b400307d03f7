//! What a supervisor is told by signals.

use std::io;

use rustix::process::Signal;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// What a signal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Somebody wants the program to stop, or to stop sooner.
    Stop,
    /// A child has ended.
    Ended,
    /// It is for the program.
    Forward(Signal),
}

/// The signals that a supervisor listens to.
pub(super) struct Signals {
    terminate: Stream,
    interrupt: Stream,
    child: Stream,
    hang_up: Stream,
    first: Stream,
    second: Stream,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            child: signal(SignalKind::child())?,
            hang_up: signal(SignalKind::hangup())?,
            first: signal(SignalKind::user_defined1())?,
            second: signal(SignalKind::user_defined2())?,
        })
    }

    /// What comes next.
    pub(super) async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.terminate.recv() => Told::Stop,
            _ = self.interrupt.recv() => Told::Stop,
            _ = self.child.recv() => Told::Ended,
            _ = self.hang_up.recv() => Told::Forward(Signal::HUP),
            _ = self.first.recv() => Told::Forward(Signal::USR1),
            _ = self.second.recv() => Told::Forward(Signal::USR2),
        }
    }

    /// Somebody wants the program to stop; what comes before that is for a program that does not run.
    pub(super) async fn stop(&mut self) {
        while self.next().await != Told::Stop {}
    }
}
