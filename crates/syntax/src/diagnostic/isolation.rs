//! Faults of our own kept to the piece of work in which they happen: a file, a request.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::declare_rule;

declare_rule! {
    /// a fault in `pt` itself kept this file from being checked
    ///
    /// What stands in the file is not known to be right or wrong; other files were checked. Please report it, with the place
    /// that the message names and, if you can, the file.
    pub static INTERNAL_ERROR = {
        name: "internal-error", code: "PT199", level: Error, precision: VeryHigh, since: "0.2",
    };
}

thread_local! {
    /// The place of the last fault of each piece of work that this thread is in.
    static WORK: RefCell<Vec<Option<String>>> = const { RefCell::new(Vec::new()) };
}

/// A fault of ours that was caught.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("internal error{} in pt {}", .place.as_ref().map(|place| format!(" at {place}")).unwrap_or_default(), env!("CARGO_PKG_VERSION"))]
pub struct InternalError {
    /// File and line of our own, where that is known.
    pub place: Option<String>,
}

/// Does a piece of work; a panic in it ends it and nothing else.
pub fn isolated<T>(work: impl FnOnce() -> T) -> Result<T, InternalError> {
    WORK.with_borrow_mut(|all| all.push(None));
    let result = catch_unwind(AssertUnwindSafe(work));
    let place = WORK.with_borrow_mut(Vec::pop).flatten();
    result.map_err(|_| InternalError { place })
}

/// Notes the place of a panic, for the hook that is called before it unwinds; whether somebody waits to catch it.
pub fn note_panic(place: &str) -> bool {
    WORK.try_with(|all| {
        let Ok(mut all) = all.try_borrow_mut() else { return false };
        all.last_mut().map(|last| *last = Some(place.to_owned())).is_some()
    })
    .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_its_own_piece_of_work_alone() {
        assert_eq!(isolated(|| 1), Ok(1));
        let caught = isolated(|| {
            assert!(note_panic("a.rs:7"));
            std::panic::resume_unwind(Box::new("x"))
        });
        let caught: Result<(), _> = caught;
        assert_eq!(caught, Err(InternalError { place: Some("a.rs:7".to_owned()) }));
        assert!(!note_panic("b.rs:1"), "nobody waits");
        assert!(
            InternalError { place: Some("a.rs:7".to_owned()) }
                .to_string()
                .starts_with("internal error at a.rs:7 in pt ")
        );
    }
}
