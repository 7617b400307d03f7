//! See `polytope_fuzz::tree`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| polytope_fuzz::tree(text));
