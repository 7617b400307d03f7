//! A plan as people read it: one row for each container, volume, network and image.

use std::fmt;

use super::{Action, Cause, Plan};

/// What a plan does to one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The subject.
    pub subject: String,
    /// What happens to it.
    pub change: Change,
    /// Why.
    pub because: Vec<Cause>,
}

/// What may happen to a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// An image is pulled.
    Pull,
    /// Something new is made.
    Create,
    /// A container is made anew.
    Replace,
    /// What runs is changed where it is.
    Alter,
    /// A job runs once more.
    RunAgain,
    /// A container that is there is started.
    Start,
    /// A container is stopped and stays.
    Stop,
    /// Something is removed.
    Remove,
    /// Nothing happens.
    Keep,
}

impl Change {
    /// The sign in front of the row.
    pub fn sign(self) -> char {
        match self {
            Self::Pull | Self::Create => '+',
            Self::Replace | Self::Alter => '~',
            Self::RunAgain | Self::Start => '>',
            Self::Stop | Self::Remove => '-',
            Self::Keep => '=',
        }
    }

    /// The word for it in JSON and for progress.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Alter => "alter",
            Self::RunAgain => "run again",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Remove => "remove",
            Self::Keep => "keep",
        }
    }
}

impl Action {
    /// Whether anything is different afterwards.
    pub fn is_change(&self) -> bool {
        !matches!(self, Self::Keep | Self::AwaitReady { .. } | Self::AwaitExit { .. })
    }
}

impl Plan {
    /// Whether the engine holds everything already as it should.
    pub fn is_empty(&self) -> bool {
        !self.nodes.iter().any(|node| node.action.is_change())
    }

    /// The rows, in the order in which the subjects first come up.
    pub fn rows(&self) -> Vec<Row> {
        let mut subjects: Vec<&str> = Vec::new();
        for node in &self.nodes {
            if !subjects.contains(&node.subject.as_str()) {
                subjects.push(&node.subject);
            }
        }
        subjects.into_iter().map(|subject| self.row(subject)).collect()
    }

    /// How many rows there are of each change that occurs.
    pub fn counts(&self) -> Vec<(Change, usize)> {
        let mut changes: Vec<Change> = self.rows().iter().map(|row| row.change).collect();
        changes.sort_unstable();
        let mut counts: Vec<(Change, usize)> = Vec::new();
        for change in changes {
            match counts.last_mut() {
                Some((last, count)) if *last == change => *count += 1,
                _ => counts.push((change, 1)),
            }
        }
        counts
    }

    fn row(&self, subject: &str) -> Row {
        let nodes = || self.nodes.iter().filter(|node| node.subject == subject);
        let mut because: Vec<Cause> = Vec::new();
        for cause in nodes().flat_map(|node| &node.because) {
            if !because.contains(cause) {
                because.push(cause.clone());
            }
        }
        let change = change(nodes().map(|node| &node.action), &because);
        Row { subject: subject.to_owned(), change, because }
    }
}

/// What a sequence of actions comes down to.
fn change<'a>(actions: impl Iterator<Item = &'a Action> + Clone, because: &[Cause]) -> Change {
    let of = |action: &Action| match action {
        Action::CreateContainer(_) if !because.contains(&Cause::Missing) => Change::Replace,
        Action::CreateContainer(_) | Action::CreateNetwork(_) | Action::CreateVolume(_) => Change::Create,
        Action::Pull { .. } => Change::Pull,
        Action::AlterPassword(_) => Change::Alter,
        Action::Start { .. } | Action::PlaceSecrets(_) | Action::Rename { .. } => Change::Start,
        Action::Stop { .. } => Change::Stop,
        Action::RemoveContainer { .. } | Action::RemoveVolume { .. } | Action::RemoveNetwork { .. } => Change::Remove,
        Action::Keep | Action::AwaitReady { .. } | Action::AwaitExit { .. } => Change::Keep,
    };
    let ends = actions.clone().any(|action| matches!(action, Action::AwaitExit { .. }));
    let all: Vec<Change> = actions.map(of).collect();
    let weight = |change: &Change| match change {
        Change::Replace => 0,
        Change::Alter => 1,
        Change::Create => 2,
        Change::Pull => 3,
        Change::RunAgain | Change::Start => 4,
        Change::Remove => 5,
        Change::Stop => 6,
        Change::Keep => 7,
    };
    // The mark that remembers a password is made along with the change of it: only a missing container is created.
    let made_anew = all.contains(&Change::Create) && all.contains(&Change::Alter) && because.contains(&Cause::Missing);
    if made_anew {
        return Change::Create;
    }
    match all.into_iter().min_by_key(weight).unwrap_or(Change::Keep) {
        Change::Replace | Change::Start if ends => Change::RunAgain,
        change => change,
    }
}

/// The plan as `pt plan` prints it: a row for each subject with its causes, then notes and a summary.
impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in self.rows() {
            write!(formatter, "{} {}", row.change.sign(), plain(&row.subject))?;
            match row.because.as_slice() {
                [cause] if !matches!(cause, Cause::Changed { .. }) => writeln!(formatter, " ({cause})")?,
                causes => {
                    writeln!(formatter)?;
                    for cause in causes {
                        writeln!(formatter, "    {cause}")?;
                    }
                }
            }
        }
        for note in &self.notes {
            writeln!(formatter, "note: {}: {}", plain(&note.subject), plain(&note.message))?;
        }
        formatter.write_str(&self.summary())
    }
}

impl Plan {
    /// The last line: `2 to create, 1 to replace, 1 unchanged`.
    pub fn summary(&self) -> String {
        let counts = self.counts();
        if counts.is_empty() {
            return "nothing to do".to_owned();
        }
        let parts: Vec<String> = counts
            .iter()
            .map(|(change, count)| match change {
                Change::Keep => format!("{count} unchanged"),
                change => format!("{count} to {}", change.word()),
            })
            .collect();
        parts.join(", ")
    }
}

/// Longest value that is shown whole.
const LONGEST_VALUE: usize = 60;

/// The cause in a few words; values in quotes, with whatever could move a cursor escaped.
impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("not found"),
            Self::NotRunning(state) => formatter.write_str(&plain(state)),
            Self::Changed { key, before, after } => {
                let key = plain(key);
                match (before.as_deref().map(quote), after.as_deref().map(quote)) {
                    (Some(before), Some(after)) => write!(formatter, "{key} {before} → {after}"),
                    (Some(before), None) => write!(formatter, "{key} {before} removed"),
                    (None, Some(after)) => write!(formatter, "{key} {after} added"),
                    (None, None) => write!(formatter, "{key} changed"),
                }
            }
            Self::SecretChanged(name) => write!(formatter, "secret {} changed", plain(name)),
            Self::ImageMoved => formatter.write_str("image moved: its name stands for another one now"),
            Self::Forced => formatter.write_str("asked for by --force-recreate"),
            Self::Interrupted => formatter.write_str("an earlier change was cut off"),
            Self::NotWanted => formatter.write_str("no longer in the file"),
            Self::Asked => formatter.write_str("asked for"),
            Self::Finished => formatter.write_str("has ended well"),
            Self::Unneeded(subject) => write!(formatter, "not needed after {}", plain(subject)),
        }
    }
}

fn quote(value: &str) -> String {
    let shown: String = value.chars().take(LONGEST_VALUE).collect();
    let more = if shown.len() < value.len() { "…" } else { "" };
    format!("{shown:?}{more}")
}

/// A text without anything that a terminal acts on.
fn plain(text: &str) -> String {
    let unsafe_on_terminals = |character: char| character.is_control() || is_bidi(character);
    text.chars().map(|character| if unsafe_on_terminals(character) { '\u{fffd}' } else { character }).collect()
}

fn is_bidi(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
