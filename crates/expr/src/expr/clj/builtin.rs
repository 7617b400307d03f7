//! A function of ours: its name, how many arguments it takes, and which of them it only passes on.

use super::machine::Machine;
use super::trouble::Outcome;
use super::value::Value;

/// Any number of arguments.
pub(super) const ANY: usize = usize::MAX;
/// Every argument may be unknown: none is looked at.
pub(super) const ALL: u32 = u32::MAX;

/// What a function does. The number of its arguments was checked; it may take them out of the slice.
pub(super) type Run = fn(&mut Machine<'_>, &mut [Value]) -> Outcome;

/// A function of ours.
#[derive(Debug)]
pub(super) struct Builtin {
    /// Its name, such as `clojure.string/join`.
    pub(super) name: &'static str,
    /// The fewest arguments.
    pub(super) least: usize,
    /// The most arguments, or [`ANY`].
    pub(super) most: usize,
    /// A bit for each argument that may be unknown, the first one lowest; the highest bit stands for all from the 32nd on.
    passes: u32,
    /// What it does.
    pub(super) run: Run,
}

/// A function with these numbers of arguments.
pub(super) const fn builtin(name: &'static str, least: usize, most: usize, run: Run) -> Builtin {
    Builtin { name, least, most, passes: 0, run }
}

impl Builtin {
    /// The same, with arguments that it only passes on.
    pub(super) const fn passing(self, passes: u32) -> Self {
        Self { passes, ..self }
    }

    /// Whether an argument may be unknown.
    pub(super) fn passes(&self, index: usize) -> bool {
        self.passes & (1 << index.min(31)) != 0
    }

    /// How many arguments it takes, as a message says it.
    pub(super) fn arity(&self) -> String {
        arguments(self.least, self.most)
    }
}

/// A number of arguments in words.
pub(super) fn arguments(least: usize, most: usize) -> String {
    let plural = |number: usize| if number == 1 { "argument" } else { "arguments" };
    match (least, most) {
        (0, 0) => "no arguments".to_owned(),
        (least, most) if least == most => format!("{least} {}", plural(least)),
        (least, ANY) => format!("at least {least} {}", plural(least)),
        (least, most) => format!("{least} to {most} arguments"),
    }
}
