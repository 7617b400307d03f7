//! See `polytope_fuzz::types`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| polytope_fuzz::types(text));
