//! What is fixed, and what is not.
