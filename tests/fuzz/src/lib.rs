//! Fuzz targets: functions of bytes that panic when a promise of the JOSE engine does not hold.
//!
//! Each takes whatever the fuzzer makes. Where a signature would stop random bytes at the door, the target signs
//! them itself, so that what lies behind it is reached. A promise is judged by a second reader wherever there is one:
//! the `base64` crate, `serde_json`, `jsonwebtoken`. `make fuzz` runs the targets under libFuzzer; `tests/replay.rs`
//! feeds them the kept corpus in every `cargo test`.

// A panic is the way in which a target speaks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::string_slice)]

mod claims;
mod differential;
mod fixed;
mod jwe;
mod jws;
mod keys;
mod kinds;
mod text;
mod verify;

pub use claims::claims;
pub use differential::differential;
pub use jwe::{encryption_key, jwe};
pub use jws::jws;
pub use keys::{der, jwk, jwk_set, pem};
pub use kinds::{dpop, profiles};
pub use text::{base64url, compact, header};
pub use verify::verify;

/// Panics when a promise does not hold for these bytes.
pub type Target = fn(&[u8]);

/// Every target under the name of its program and its corpus.
pub const TARGETS: [(&str, Target); 15] = [
    ("base64url", base64url),
    ("compact", compact),
    ("header", header),
    ("claims", claims),
    ("pem", pem),
    ("der", der),
    ("jwk", jwk),
    ("jwk_set", jwk_set),
    ("verify", verify),
    ("differential", differential),
    ("jws", jws),
    ("jwe", jwe),
    ("encryption_key", encryption_key),
    ("profiles", profiles),
    ("dpop", dpop),
];
