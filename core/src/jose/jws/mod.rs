//! JSON Web Signature in all its forms (RFC 7515, RFC 7797): compact, flattened and general JSON, with the payload
//! inside or detached, encoded or not.
//!
//! Whoever checks JSON Web Tokens never comes here: [`super::Policy`] takes the compact form alone, always encoded
//! (threats A11, A14). Everything that decides how a signature is checked is read from the protected header and from
//! nowhere else (A13), and of several signatures at least one must be there and verify (A12). See [`JwsVerifier`] for which.

mod header;
mod make;
mod parts;
mod verify;

pub use make::{JsonForm, sign_general_json};
pub use verify::{JwsVerifier, VerifiedJws, VerifiedSignature};

/// Bytes of a JWS in JSON: ten signatures of the largest kind and as much payload again.
const MAX_JSON: usize = 128 * 1024;
/// Bytes of a payload that is not in the JWS. It is the caller's own, so the limit only bounds the copy that is signed; it lies
/// below what a binding hands over, so that none can cut a payload unseen.
const MAX_DETACHED: usize = 2 * 1024 * 1024;
/// Signatures of a general JWS.
const MAX_SIGNATURES: usize = 10;
/// Bytes of a header, protected or not.
const MAX_HEADER: usize = 4 * 1024;

/// Members that must be protected, because they decide how the signature is checked (RFC 7515 section 4.1.11,
/// RFC 7797 section 3, and for `alg` our own rule).
const PROTECTED_ONLY: [&str; 3] = ["alg", "crit", "b64"];

/// What a signature is made over, RFC 7515 section 5.1 and RFC 7797 section 3.
fn signing_input(protected: &str, payload: &[u8], encode: bool) -> Vec<u8> {
    let mut input = Vec::with_capacity(protected.len() + 1 + payload.len() * 4 / 3 + 4);
    input.extend_from_slice(protected.as_bytes());
    input.push(b'.');
    if encode {
        input.extend_from_slice(super::base64url::encode(payload).as_bytes());
    } else {
        input.extend_from_slice(payload);
    }
    input
}
