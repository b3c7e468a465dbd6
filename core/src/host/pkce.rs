//! PKCE at the boundary, RFC 7636.

use crate::client::Pkce;
use crate::error::Result;
use crate::random::Random;

/// A fresh pair of code verifier and S256 challenge.
///
/// # Errors
/// `internal.random`.
pub fn generate() -> Result<(String, String)> {
    let pkce = Pkce::generate(&Random::system())?;
    Ok((pkce.verifier().expose().to_owned(), pkce.challenge().to_owned()))
}

/// The S256 challenge of a verifier.
///
/// # Errors
/// `config.pkce`.
pub fn challenge(verifier: &str) -> Result<String> {
    Pkce::challenge_of(verifier)
}

/// Whether a verifier belongs to a challenge, in constant time.
///
/// # Errors
/// `config.pkce`.
pub fn verify(verifier: &str, challenge: &str) -> Result<bool> {
    Pkce::verify(verifier, challenge)
}
