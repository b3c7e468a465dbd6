//! DPoP proofs. A verifier of them is nothing but its configuration, so there is no handle.

use crate::failure::{Failure, guard, text};
use crate::verifier::token_text;
use ferroauth::host::DpopVerifier;

/// Checks a configuration.
#[uniffi::export]
pub fn dpop_configure(config: &[u8]) -> Result<(), Failure> {
    guard(|| DpopVerifier::new(text("config", config)?).map(drop))
}

/// Verifies a proof against its request; both as JSON. Returns `{"claims", "header", "thumbprint"}`.
#[uniffi::export]
pub fn dpop_verify(config: &[u8], proof: &[u8], request: &[u8]) -> Result<String, Failure> {
    guard(|| {
        let verifier = DpopVerifier::new(text("config", config)?)?;
        verifier.verify(&token_text(proof), text("request", request)?)
    })
}
