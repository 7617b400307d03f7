//! Templates of directories: copied into a project with their placeholders filled in, and entered in its `polytope.yml`.
//!
//! In: [`Request`]s, of the command line or of a blueprint's arguments ([`requests`]). [`plan`] reads everything and writes nothing:
//! its [`Plan`] holds every byte that would be written. [`carry_out`] writes all of it or nothing. [`add`] is the editor of
//! `polytope.yml`, by itself. Nothing is written outside of the project, nor through a link that leads out of it.
//! May use `source`, `diagnostic`, `syntax`, `value`, `model`, `include`, `store`, and `std::fs`.

mod arguments;
mod carry_out;
mod case;
mod edit;
mod error;
mod fill;
mod plan;
mod request;
mod target;
mod template;

pub use arguments::{Library, requests};
pub use carry_out::carry_out;
pub use edit::{Addition, Refusal, add};
pub use error::ScaffoldError;
pub use fill::{Filled, fill};
pub use plan::{Blank, Plan, Write, WriteKind, plan};
pub use request::{OnConflict, Project, Request, project_name};
