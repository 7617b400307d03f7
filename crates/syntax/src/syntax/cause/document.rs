//! Lines that are not meant for the document at all: merge conflicts and directives.

use super::scene::Scene;
use super::{Cause, Reach};

/// What version control leaves in a file that could not be merged.
pub(super) fn conflict(scene: &Scene<'_>) -> Option<Cause> {
    let begins = |mark: &str| scene.lines.iter().find(|line| scene.text[line.start..].starts_with(mark));
    let line = begins("<<<<<<< ").or_else(|| begins(">>>>>>> "))?;
    let cause = Cause::new(line.content..line.end, "a merge conflict is not resolved here")
        .help("keep one of the two sides, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`");
    Some(cause.reaching(Reach::File))
}

/// A line that starts with `%`.
pub(super) fn directive(scene: &Scene<'_>) -> Option<Cause> {
    let line = scene.lines[..=scene.here].iter().rev().find(|line| scene.text[line.start..].starts_with('%'))?;
    let at = line.content..line.end;
    let help = format!(
        "remove the line; if it is text, indent it below its key and put it in quotes: `{}`",
        scene.quoted(&at)
    );
    let message = "a line that starts with `%` is a directive for the YAML reader, and not of this kind";
    Some(Cause::new(at, message).help(help).reaching(Reach::File))
}
