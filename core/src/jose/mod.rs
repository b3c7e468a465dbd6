//! JOSE: keys, signatures and tokens, without any input or output.

mod algorithm;
pub mod base64url;
pub mod json;

pub use algorithm::Algorithm;
