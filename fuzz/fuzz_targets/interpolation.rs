//! See `polytope_fuzz::interpolation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| polytope_fuzz::interpolation(text));
