//! Mode of what is made without one of its own: never for everybody to write, always for its owner to use.

use rustix::fs::Mode;
use rustix::process::umask;

/// Narrows the mask that this process was started with. What holds settings, secrets or locks has modes of its own besides.
pub fn narrow() {
    let given = umask(Mode::from_raw_mode(0o077));
    umask(narrowed(given));
}

fn narrowed(given: Mode) -> Mode {
    (given | Mode::WOTH) - Mode::RWXU
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_may_write_and_the_owner_may_do_everything() {
        for (given, expected) in
            [(0o000, 0o002), (0o002, 0o002), (0o022, 0o022), (0o077, 0o077), (0o777, 0o077), (0o277, 0o077)]
        {
            assert_eq!(narrowed(Mode::from_raw_mode(given)), Mode::from_raw_mode(expected), "{given:o}");
        }
    }
}
