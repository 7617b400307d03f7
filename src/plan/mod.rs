//! What has to be done: a pure function from what is wanted and what is there to a graph of actions.
//!
//! In: a [`Program`](crate::expand::Program), the engine's [`Capabilities`] and what it was [`Observed`] to hold.
//! Out: a [`Plan`] in which every step says its cause. Decides everything, does nothing.

mod action;
mod observed;

pub use action::{Action, Binding, Cause, ContainerRequest, NetworkRequest, Plan, PlanNode, Upload, VolumeRequest};
pub use observed::{Capabilities, Observed, ObservedContainer, ObservedNetwork, ObservedVolume, Published, State};
