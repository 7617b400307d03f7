//! See `polytope_fuzz::clj`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| polytope_fuzz::clj(text));
