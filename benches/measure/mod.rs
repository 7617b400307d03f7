//! Whole processes, timed from outside: start to exit, several times, the yardstick in turn with what is measured.
//!
//! In: commands. Out: seconds as min, median and max, the ratio of medians, peak memory. Nothing is asserted: a time
//! that is good on one machine is bad on another, a ratio to a floor of the same run is not.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Times of one command.
#[derive(Debug, Clone, Default)]
pub struct Times {
    sorted: Vec<Duration>,
}

impl Times {
    /// Takes in one time.
    pub fn add(&mut self, time: Duration) {
        let place = self.sorted.partition_point(|known| *known < time);
        self.sorted.insert(place, time);
    }

    /// The one in the middle.
    pub fn median(&self) -> Duration {
        self.sorted.get(self.sorted.len() / 2).copied().unwrap_or_default()
    }

    fn first(&self) -> Duration {
        self.sorted.first().copied().unwrap_or_default()
    }

    fn last(&self) -> Duration {
        self.sorted.last().copied().unwrap_or_default()
    }
}

/// How often each thing is measured: `PT_BENCH_RUNS`, or as often as is usual for it.
pub fn runs(usual: usize) -> usize {
    std::env::var("PT_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).filter(|runs| *runs > 0).unwrap_or(usual)
}

/// Whether a part of the bench was asked for: `cargo bench --bench run -- no-op`, or all of them.
pub fn is_wanted(part: &str) -> bool {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with('-')).peekable();
    words.peek().is_none() || words.any(|word| part.contains(&word))
}

/// Runs a command to its end; panics with what it said when its exit code is none of `codes`.
pub fn finish(command: &mut Command, codes: &[i32]) -> Duration {
    let started = Instant::now();
    let output = command.stdin(Stdio::null()).output().expect("the command starts");
    let time = started.elapsed();
    let code = output.status.code().unwrap_or(-1);
    assert!(codes.contains(&code), "{command:?} ended with {code}: {}", String::from_utf8_lossy(&output.stderr));
    time
}

/// Times two things in turn, so that a machine whose speed drifts drifts for both; the first round is not counted.
pub fn in_turn(runs: usize, mut subject: impl FnMut() -> Duration, mut floor: impl FnMut() -> Duration) -> [Times; 2] {
    let (mut times, mut floors) = (Times::default(), Times::default());
    for round in 0..=runs {
        let (floor, time) = (floor(), subject());
        if round > 0 {
            floors.add(floor);
            times.add(time);
        }
    }
    [times, floors]
}

/// Most memory that a command held, in KiB: `VmHWM`, read as often as can be until it ends. In a run of its own,
/// because reading costs the command time; again where the command was gone before the first look.
pub fn peak_memory(command: &mut Command) -> u64 {
    const TRIES: usize = 20;
    (0..TRIES).map(|_| peak_of_one(command)).find(|peak| *peak > 0).unwrap_or_default()
}

fn peak_of_one(command: &mut Command) -> u64 {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("a child can be waited for").is_none() {
        peak = peak.max(high_water(Path::new(&status)).unwrap_or(0));
    }
    peak
}

fn high_water(status: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// The head of a table.
pub fn heading(title: &str, floor: &str) {
    println!("\n{title}\n  floor: {floor}");
    let [min, median, max, floor, ratio, memory] = ["min", "median", "max", "floor", "ratio", "peak"];
    println!("  {:<34}{min:>9}{median:>9}{max:>9}{floor:>9}{ratio:>8}{memory:>9}   target", "");
}

/// A row of it: milliseconds, and MB where memory was looked at.
pub fn row(name: &str, [times, floors]: &[Times; 2], peak: Option<u64>, target: &str) {
    let milliseconds = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
    let ratio = times.median().as_secs_f64() / floors.median().as_secs_f64().max(f64::EPSILON);
    let memory =
        peak.map_or_else(|| "-".to_owned(), |kibibytes| format!("{}.{} MB", kibibytes / 1000, kibibytes % 1000 / 100));
    println!(
        "  {name:<34}{:>9}{:>9}{:>9}{:>9}{:>8}{memory:>9}   {target}",
        milliseconds(times.first()),
        milliseconds(times.median()),
        milliseconds(times.last()),
        milliseconds(floors.median()),
        format!("{ratio:.2}x"),
    );
}
