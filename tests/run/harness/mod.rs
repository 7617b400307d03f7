//! What every test needs: a project of its own, the engine asked directly, and something that stands between the two.

mod engine;
mod pause;
mod process;
mod project;
mod proxy;

pub use engine::{Engine, Foreign};
pub use pause::until;
pub use process::{Pt, Ran};
pub use project::{Project, free_port};
pub use proxy::{Listen, Proxy, Seen, Verdict};
