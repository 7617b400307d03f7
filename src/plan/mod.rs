//! What has to be done: a pure function from what is wanted and what is there to a graph of actions.
//!
//! In: a [`Program`](crate::expand::Program), the engine's [`Capabilities`] and what it was [`Observed`] to hold.
//! Out: a [`Plan`] in which every step says its cause. Decides everything, does nothing.

mod action;
pub mod labels;
mod observed;
mod obstacle;

pub use action::{
    Action, Binding, Cause, ContainerRequest, Endpoints, Login, NetworkRequest, PasswordChange, Plan, PlanNode,
    SecretPlacement, Upload, VolumeRequest,
};
pub use observed::{Capabilities, Observed, ObservedContainer, ObservedNetwork, ObservedVolume, Published, State};
pub use obstacle::{Note, Obstacle, ObstacleKind};
