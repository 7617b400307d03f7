//! Processes of this machine, for those who have no container engine.
//!
//! In: what a service wants. Out: programs that run, and what they are asked. May use `std::fs` and processes; reads no
//! environment of its own, that is handed in.

pub mod postgres;
