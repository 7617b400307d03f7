//! How much a program may take.

use std::time::Duration;

/// The limits of one run.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Time in which the program itself computes; what the host does for it is not counted.
    pub time: Duration,
    /// Steps of an interpreter that counts them.
    pub steps: u64,
    /// Bytes of memory.
    pub memory: usize,
    /// Calls and nested values, one inside the other.
    pub depth: usize,
}

impl Limits {
    /// Those of a program in an argument: thousands of times what real ones need.
    pub const ARGUMENT: Self = Self { time: Duration::from_millis(500), steps: 200_000, memory: 16 << 20, depth: 128 };

    /// Those of a `code` step.
    pub const STEP: Self = Self { time: Duration::from_secs(10), steps: 20_000_000, memory: 64 << 20, depth: 256 };
}
