//! Clojure in strings: `#pt-clj (str (:name params) "-data")`.
//!
//! In: a [`Program`]. Out: its result, or a [`Fault`] that points inside of it. An interpreter of forms, for what people
//! write in configuration: the core forms, functions over sequences, maps, text and numbers; no macros, no name spaces of
//! one's own, no Java. Sequences are built at once, except for those without end.

mod builtin;
mod call;
mod collection;
mod cursor;
mod destructure;
mod endless;
mod environment;
mod equality;
mod eval;
mod function;
mod functions;
mod input;
mod machine;
mod meter;
mod names;
mod output;
mod pattern;
mod print;
mod run;
mod special;
#[cfg(test)]
mod tests;
mod trouble;
mod value;

pub use run::run;
