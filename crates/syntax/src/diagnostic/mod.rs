//! Findings: what is wrong with a text that its author can mend.
//!
//! In: rules declared by every room with [`declare_rule!`](crate::declare_rule), and reports with byte spans.
//! Out: plain [`Diagnostic`] data, sorted and without doubles; `report/` draws it. May use `conceal`, `source`.

mod finding;
mod fix;
mod isolation;
mod quiet;
mod rule;
mod selection;
mod sink;
mod suggest;
mod suppression;

pub use finding::{Diagnostic, Frame, Label};
pub use fix::{Edit, Fix, Rewrite, Safety};
pub use isolation::{INTERNAL_ERROR, InternalError, isolated, note_panic};
pub use quiet::{FixSecrets, quiet};
pub use rule::{Family, Level, Precision, Rule, RuleDocs};
pub use selection::{Breadth, select};
pub use sink::{Diagnostics, LevelOverrides, UnknownRule};
pub use suggest::{did_you_mean, one_of, renew_suggestions};
pub use suppression::{Suppressed, SuppressedBy};
