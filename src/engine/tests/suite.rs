//! The contract suite on the engine in memory.
