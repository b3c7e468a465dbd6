//! Signatures over bytes.

use crate::failure::{Failure, guard, text};
use crate::handles::{self, Object};
use crate::interned::{self, Identity};
use crate::verifier::token_text;
use ferroauth::host::{JwsVerifier, Signer, VerifiedJws, VerifierKeys, signatures_json};
use ferroauth::jose::base64url;
use ferroauth::{Error, ErrorCode, Result};

/// A verifier of signatures over bytes; `keys` is a key or a key set.
#[uniffi::export]
pub fn jws_verifier_new(config: &[u8], keys: u64) -> Result<u64, Failure> {
    guard(|| {
        let entry = handles::entry(keys)?;
        let identity =
            entry.identity.and_then(|origin| Identity::of("jws verifier", &[origin.bytes(), config]));
        let keys = match entry.object {
            Object::Key(key) => VerifierKeys::Key(key),
            Object::KeySet(set) => VerifierKeys::Set(set),
            _ => return Err(Error::new(ErrorCode::InternalHandle)),
        };
        let verifier =
            interned::or_build(identity.as_ref(), || JwsVerifier::new(text("config", config)?, keys))?;
        handles::put(verifier, identity)
    })
}

/// Verifies a compact JWS; with `detached` over the payload that is given.
#[uniffi::export]
pub fn jws_verify(verifier: u64, jws: &[u8], detached: bool, payload: &[u8]) -> Result<String, Failure> {
    guard(|| {
        let verifier: JwsVerifier = handles::get(verifier)?;
        verifier.verify(&token_text(jws), detached.then_some(payload)).map(|found| report(&found))
    })
}

/// Verifies a JWS in JSON; with `detached` over the payload that is given.
#[uniffi::export]
pub fn jws_verify_json(
    verifier: u64,
    json: &[u8],
    detached: bool,
    payload: &[u8],
) -> Result<String, Failure> {
    guard(|| {
        let verifier: JwsVerifier = handles::get(verifier)?;
        let json = std::str::from_utf8(json).map_err(|_| Error::new(ErrorCode::TokenJson))?;
        verifier.verify_json(json, detached.then_some(payload)).map(|found| report(&found))
    })
}

fn report(found: &VerifiedJws) -> String {
    let payload = base64url::encode(found.payload());
    format!("{{\"payload\":\"{payload}\",\"signatures\":{}}}", signatures_json(found))
}

/// Signs bytes.
#[uniffi::export]
pub fn signer_sign_bytes(signer: u64, payload: &[u8]) -> Result<String, Failure> {
    guard(|| handles::get::<Signer>(signer)?.sign_bytes(payload))
}

/// Signs bytes that are not in the JWS.
#[uniffi::export]
pub fn signer_sign_detached(signer: u64, payload: &[u8], encode_payload: bool) -> Result<String, Failure> {
    guard(|| handles::get::<Signer>(signer)?.sign_detached(payload, encode_payload))
}

/// Signs bytes as flattened JSON.
#[uniffi::export]
pub fn signer_sign_json(signer: u64, payload: &[u8], options: &[u8]) -> Result<String, Failure> {
    guard(|| handles::get::<Signer>(signer)?.sign_json(payload, text("options", options)?))
}

/// Signs bytes as general JSON; `signers` is a JSON list of handles.
#[uniffi::export]
pub fn sign_general_json(signers: &[u8], payload: &[u8], options: &[u8]) -> Result<String, Failure> {
    guard(|| {
        let handles: Vec<u64> = serde_json::from_slice(signers)
            .map_err(|_| Error::with(ErrorCode::InternalArgument, "signers is no list of handles"))?;
        let signers = handles.into_iter().map(handles::get::<Signer>).collect::<Result<Vec<_>>>()?;
        Signer::sign_general_json(&signers, payload, text("options", options)?)
    })
}
