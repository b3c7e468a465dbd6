//! Signatures over bytes.

use crate::failure::{Result, thrown};
use ferroauth::host::{self, JwsVerifier, Signer, VerifierKeys};
use ferroauth::jose::{Key, KeySet, VerifiedJws};
use napi::bindgen_prelude::{Buffer, External, ExternalRef};
use napi_derive::napi;

/// A payload, and what is known of its signatures as a JSON list.
#[napi(object)]
pub struct Verified {
    /// The payload.
    pub payload: Buffer,
    /// The signatures that verify.
    pub signatures: String,
}

fn verified(found: ferroauth::Result<VerifiedJws>) -> Result<Verified> {
    let found = found.map_err(thrown)?;
    let signatures = host::signatures_json(&found);
    Ok(Verified { payload: found.into_payload().into(), signatures })
}

/// A verifier with one key or with a set.
#[napi(catch_unwind)]
pub fn jws_verifier(
    config: String,
    key: Option<&External<Key>>,
    set: Option<&External<KeySet>>,
) -> Result<External<JwsVerifier>> {
    let keys = match (key, set) {
        (Some(key), _) => VerifierKeys::Key(Key::clone(key)),
        (None, Some(set)) => VerifierKeys::Set(KeySet::clone(set)),
        (None, None) => VerifierKeys::Discover,
    };
    JwsVerifier::new(&config, keys).map(External::new).map_err(thrown)
}

/// Verifies a compact JWS.
#[napi(catch_unwind)]
pub fn jws_verify(verifier: &External<JwsVerifier>, jws: String, payload: Option<&[u8]>) -> Result<Verified> {
    verified(verifier.verify(&jws, payload))
}

/// Verifies a JWS in JSON.
#[napi(catch_unwind)]
pub fn jws_verify_json(
    verifier: &External<JwsVerifier>,
    json: String,
    payload: Option<&[u8]>,
) -> Result<Verified> {
    verified(verifier.verify_json(&json, payload))
}

/// Signs bytes.
#[napi(catch_unwind)]
pub fn signer_sign_bytes(signer: &External<Signer>, payload: &[u8]) -> Result<String> {
    signer.sign_bytes(payload).map_err(thrown)
}

/// Signs bytes that are not in the JWS.
#[napi(catch_unwind)]
pub fn signer_sign_detached(
    signer: &External<Signer>,
    payload: &[u8],
    encode_payload: bool,
) -> Result<String> {
    signer.sign_detached(payload, encode_payload).map_err(thrown)
}

/// Signs bytes as flattened JSON.
#[napi(catch_unwind)]
pub fn signer_sign_json(signer: &External<Signer>, payload: &[u8], options: String) -> Result<String> {
    signer.sign_json(payload, &options).map_err(thrown)
}

/// Signs bytes as general JSON.
#[napi(catch_unwind)]
pub fn sign_general_json(
    signers: Vec<ExternalRef<Signer>>,
    payload: &[u8],
    options: String,
) -> Result<String> {
    let signers: Vec<Signer> = signers.iter().map(|one| Signer::clone(one)).collect();
    Signer::sign_general_json(&signers, payload, &options).map_err(thrown)
}
