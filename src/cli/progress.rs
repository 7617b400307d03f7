//! What is being done: live rows on a terminal, a line for each change of state elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::{Terminal, error_line};
use crate::diagnostic::Level;
use crate::engine::{Event, EventState, ProgressEvent};
use crate::report::{Palette, sanitize};

/// Shows the events of an execution.
pub struct Progress {
    display: Display,
    palette: Palette,
    widest: usize,
    /// The only subjects that are shown, where not all are.
    only: Option<BTreeSet<String>>,
    /// Subjects of which it was told that they wait.
    waited: BTreeSet<String>,
}

enum Display {
    Live(Live),
    Plain,
    Off,
}

/// Rows that are redrawn in place.
struct Live {
    rows: MultiProgress,
    bars: BTreeMap<String, ProgressBar>,
}

impl Progress {
    /// A display for these subjects.
    pub fn new<'a>(subjects: impl Iterator<Item = &'a str>, terminal: &Terminal) -> Self {
        let display = if !terminal.progress {
            Display::Off
        } else if terminal.live {
            let rows = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
            Display::Live(Live { rows, bars: BTreeMap::new() })
        } else {
            Display::Plain
        };
        let widest = subjects.map(|subject| subject.chars().count()).max().unwrap_or_default();
        Self { display, palette: terminal.palette(), widest, only: None, waited: BTreeSet::new() }
    }

    /// A display for these subjects that leaves all others out.
    pub fn only<'a>(subjects: impl Iterator<Item = &'a str>, terminal: &Terminal) -> Self {
        let only: BTreeSet<String> = subjects.map(str::to_owned).collect();
        Self { only: Some(only.clone()), ..Self::new(only.iter().map(String::as_str), terminal) }
    }

    /// Shows one event.
    pub fn show(&mut self, event: &Event) {
        if self.only.as_ref().is_some_and(|only| !only.contains(&event.subject)) {
            return;
        }
        if matches!(event.state, EventState::Waiting(_))
            && !self.waited.insert(event.subject.clone())
            && matches!(self.display, Display::Plain)
        {
            // Lines stay: that it goes on waiting, for less, is no news.
            return;
        }
        let subject = sanitize::visible(&event.subject).into_owned();
        let row = self.row(&event.state);
        let ended = matches!(
            event.state,
            EventState::Done(_)
                | EventState::Failed(_)
                | EventState::Skipped(_)
                | EventState::Unneeded
                | EventState::Rescued
        );
        let line = format!("{subject:widest$}  {row}", widest = self.widest);
        match &mut self.display {
            Display::Off => {}
            Display::Plain if is_detail(&event.state) => {}
            Display::Plain => error_line(&line),
            Display::Live(live) => live.show(&subject, &line, ended),
        }
    }

    fn row(&self, state: &EventState) -> String {
        let (good, bad, weak) = (self.palette.good(), self.palette.level(Level::Error), self.palette.help());
        match state {
            EventState::Waiting(on) => format!("{weak}waiting for {}{weak:#}", on.join(", ")),
            EventState::Working(word) => (*word).to_owned(),
            EventState::Progress(ProgressEvent::Note(note)) => sanitize::visible(note).into_owned(),
            EventState::Progress(ProgressEvent::Bytes(done, total)) => {
                let total = total.map_or_else(String::new, |total| format!(" of {}", mebibytes(total)));
                format!("pulling {}{total}", mebibytes(*done))
            }
            EventState::Done(word) => format!("{good}{word}{good:#}"),
            EventState::Failed(error) => format!("{bad}failed{bad:#}: {}", sanitize::visible(error)),
            EventState::Skipped(cause) => format!("not started: `{}` failed", sanitize::visible(cause)),
            EventState::Unneeded => "not needed".to_owned(),
            EventState::Rescued => "what ran before runs again".to_owned(),
        }
    }

    /// Writes a line of something else, without tearing the live rows.
    pub fn interrupt(&self, write: impl FnOnce()) {
        match &self.display {
            Display::Live(live) => live.rows.suspend(write),
            Display::Plain | Display::Off => write(),
        }
    }

    /// Ends the live rows and leaves one line for each subject.
    pub fn finish(&mut self) {
        if let Display::Live(live) = &mut self.display {
            for bar in live.bars.values() {
                bar.abandon();
            }
            live.bars.clear();
        }
    }
}

impl Live {
    fn show(&mut self, subject: &str, line: &str, ended: bool) {
        if ended {
            // The row becomes a plain line above the rows that still move.
            if let Some(bar) = self.bars.remove(subject) {
                bar.finish_and_clear();
            }
            self.rows.suspend(|| error_line(line));
            return;
        }
        let bar = self.bars.entry(subject.to_owned()).or_insert_with(|| {
            let bar = self.rows.add(ProgressBar::new_spinner());
            let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        bar.set_message(line.to_owned());
    }
}

fn mebibytes(bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "one digit is shown")]
    let mebibytes = bytes as f64 / f64::from(1 << 20);
    format!("{mebibytes:.1} MiB")
}

/// What moves within one state, or lasts for an instant: a line for it would only be noise.
fn is_detail(state: &EventState) -> bool {
    let ground = |subject: &String| ["network ", "volume ", "image "].iter().any(|kind| subject.starts_with(kind));
    match state {
        EventState::Progress(_) => true,
        EventState::Waiting(on) => on.iter().all(ground),
        _ => false,
    }
}
