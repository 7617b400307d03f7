//! Ctrl-C and its kin: once asks, twice insists, three times leaves.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::failure::{Class, Failure};

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
        let signals = [(SignalKind::interrupt(), 130), (SignalKind::terminate(), 143), (SignalKind::hangup(), 129)];
        let mut listening: Vec<(Signal, u8)> = Vec::new();
        for (kind, code) in signals {
            listening.push((signal(kind).map_err(cannot)?, code));
        }
        let (count, counted) = watch::channel(0_u8);
        let (last, code) = watch::channel(0_u8);
        for (mut signal, code) in listening {
            let (count, last) = (count.clone(), last.clone());
            tokio::spawn(async move {
                while signal.recv().await.is_some() {
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
