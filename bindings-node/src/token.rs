//! Bare JWT work and PKCE.

use crate::failure::{Result, thrown};
use crate::flow::Operation;
use ferroauth::host::{self, Decrypter, DpopVerifier, Signer, Verifier, VerifierKeys};
use ferroauth::jose::{Key, KeySet};
use napi::bindgen_prelude::External;
use napi_derive::napi;

/// A verifier with one key, with a set, or with the keys that its issuer publishes.
#[napi(catch_unwind)]
pub fn verifier(
    config: String,
    key: Option<&External<Key>>,
    set: Option<&External<KeySet>>,
    decrypter: Option<&External<Decrypter>>,
) -> Result<External<Verifier>> {
    let keys = match (key, set) {
        (Some(key), _) => VerifierKeys::Key(Key::clone(key)),
        (None, Some(set)) => VerifierKeys::Set(KeySet::clone(set)),
        (None, None) => VerifierKeys::Discover,
    };
    let verifier = Verifier::new(&config, keys).map_err(thrown)?;
    Ok(External::new(match decrypter {
        Some(decrypter) => verifier.with_decrypter(decrypter),
        None => verifier,
    }))
}

/// The signed token of an encrypted one.
#[napi(catch_unwind)]
pub fn verifier_opened(verifier: &External<Verifier>, token: String) -> Result<String> {
    verifier.opened(&token).map_err(thrown)
}

/// The same verifier for what was in an encrypted token.
#[napi(catch_unwind)]
pub fn verifier_signed_only(verifier: &External<Verifier>) -> External<Verifier> {
    External::new(verifier.signed_only())
}

/// The check that may fetch keys.
#[napi(catch_unwind)]
pub fn verifier_verify(verifier: &External<Verifier>, token: String) -> External<Operation> {
    Operation::external(verifier.verify(&token))
}

/// The same for a token of which more is known, as JSON.
#[napi(catch_unwind)]
pub fn verifier_verify_expecting(
    verifier: &External<Verifier>,
    token: String,
    expected: String,
) -> Result<External<Operation>> {
    verifier.verify_expecting(&token, &expected).map(Operation::external).map_err(thrown)
}

/// The check without the network of a token of which more is known; returns the claims' JSON text.
#[napi(catch_unwind)]
pub fn verifier_verify_expecting_now(
    verifier: &External<Verifier>,
    token: String,
    expected: String,
) -> Result<String> {
    let verified = verifier.verify_expecting_now(&token, &expected);
    verified.map(|verified| verified.claims_json).map_err(thrown)
}

/// What verifies DPoP proofs.
#[napi(catch_unwind)]
pub fn dpop_verifier(config: String) -> Result<External<DpopVerifier>> {
    DpopVerifier::new(&config).map(External::new).map_err(thrown)
}

/// A proof against its request: `{"claims", "header", "thumbprint"}`.
#[napi(catch_unwind)]
pub fn dpop_verify(verifier: &External<DpopVerifier>, proof: String, request: String) -> Result<String> {
    verifier.verify(&proof, &request).map_err(thrown)
}

/// Whether the cached keys of the token's issuer are about to expire.
#[napi(catch_unwind)]
pub fn verifier_refresh_due(verifier: &External<Verifier>, token: String) -> bool {
    verifier.refresh_due(&token)
}

/// The cached key set.
#[napi(catch_unwind)]
pub fn verifier_export_keys(verifier: &External<Verifier>) -> Option<String> {
    verifier.export_keys()
}

/// Takes over a cached key set.
#[napi(catch_unwind)]
pub fn verifier_import_keys(verifier: &External<Verifier>, json: String) -> Result<()> {
    verifier.import_keys(&json).map_err(thrown)
}

/// Moves the clock of a verifier that was built with a fixed one.
#[napi(catch_unwind)]
pub fn verifier_set_testing_clock(verifier: &External<Verifier>, now: i64) {
    verifier.set_testing_clock(now);
}

/// A signer.
#[napi(catch_unwind)]
pub fn signer(key: &External<Key>, config: String) -> Result<External<Signer>> {
    Signer::new(Key::clone(key), &config).map(External::new).map_err(thrown)
}

/// Signs claims.
#[napi(catch_unwind)]
pub fn signer_sign(signer: &External<Signer>, claims: String, lifetime: Option<u32>) -> Result<String> {
    signer.sign(&claims, lifetime).map_err(thrown)
}

/// Header and claims of a token that nobody checked, as `{"header":..,"claims":..}`.
#[napi(catch_unwind)]
pub fn decode_unverified(token: String) -> Result<String> {
    let parts = host::decode_unverified(&token).map_err(thrown)?;
    Ok(format!("{{\"header\":{},\"claims\":{}}}", parts.header_json, parts.claims_json))
}

/// A new code verifier.
#[napi(catch_unwind)]
pub fn pkce_generate() -> Result<String> {
    host::pkce::generate().map(|(verifier, _)| verifier).map_err(thrown)
}

/// The challenge of a code verifier.
#[napi(catch_unwind)]
pub fn pkce_challenge(verifier: String) -> Result<String> {
    host::pkce::challenge(&verifier).map_err(thrown)
}

/// Whether verifier and challenge belong together.
#[napi(catch_unwind)]
pub fn pkce_verify(verifier: String, challenge: String) -> Result<bool> {
    host::pkce::verify(&verifier, &challenge).map_err(thrown)
}
