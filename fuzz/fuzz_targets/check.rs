//! See `polytope_fuzz::check`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| polytope_fuzz::check(text));
