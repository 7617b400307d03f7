//! See `polytope_fuzz::js`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| polytope_fuzz::js(text));
