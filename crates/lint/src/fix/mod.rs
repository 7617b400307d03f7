//! From findings to new texts: the fixes that findings carry are made, and what comes of them is looked at again.
//!
//! In: a [`Loader`](crate::source::Loader), and a function that checks a project with it. Out: an [`Overlay`] with the new
//! texts, and what was done. Pure: nothing is written here. Fixes that do not overlap are made together, until there is
//! nothing left to fix. A fix whose result is not good YAML, has an error that was not there before, or has lost a comment
//! is left out, and so is one that would touch a file outside of the project.
//! May use `conceal`, `source`, `diagnostic`, `syntax`, `edit`, `expr`, `compiler`.

mod batch;
mod candidate;
mod moved;
mod overlay;
mod rounds;
#[cfg(test)]
mod tests;
mod verdict;

pub use moved::Moved;
pub use overlay::{Change, Overlay};
pub use rounds::{Fixed, LeftOut, Made, Task, fix};
