//! `dpop` under libFuzzer; what it holds stands in the library.
#![no_main]
#![allow(missing_docs)]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ferroauth_fuzz::dpop(data));
