//! Published guides as lists of items, and which of them a checked project keeps.
//!
//! In: the guides (a data file each), the rules that name their items as anchors, and the findings of a check. Out: pass, fail
//! or not applicable for each item that can be decided. May use `diagnostic`, `lint`, `rules` and what they look at.

mod assessment;
mod census;
mod guide;

pub use assessment::{Assessment, Outcome, assess};
pub use census::{Census, Count};
pub use guide::{GUIDES, Guide, Item, Subject};
