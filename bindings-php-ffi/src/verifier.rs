//! Bare JWT work. The check of a token itself takes the short way: see [`crate::fast_lane`].

use crate::encryption::encrypted_text;
use crate::failure::{Failure, guard, text};
use crate::flow::put_flow;
use crate::handles::{self, Object};
use crate::interned::{self, Identity};
use crate::told;
use ferroauth::host::{Decrypter, Key, Outcome, Signer, Verifier, VerifierKeys, decode_unverified as decode};
use ferroauth::{Error, ErrorCode, Result};
use serde_json::json;

/// A verifier. `keys` is a key, a key set, or 0 for the issuer's published set; `decrypter` is 0 for none.
#[uniffi::export]
pub fn verifier_new(config: &[u8], keys: u64, decrypter: u64) -> Result<u64, Failure> {
    guard(|| {
        let (keys, origin) = match keys {
            0 => (VerifierKeys::Discover, Some(Vec::new())),
            handle => {
                let entry = handles::entry(handle)?;
                let origin = entry.identity.map(|identity| identity.bytes().to_vec());
                match entry.object {
                    Object::Key(key) => (VerifierKeys::Key(key), origin),
                    Object::KeySet(set) => (VerifierKeys::Set(set), origin),
                    _ => return Err(Error::new(ErrorCode::InternalHandle)),
                }
            }
        };
        let identity = origin.and_then(|origin| Identity::of("verifier", &[&origin, config]));
        let verifier =
            interned::or_build(identity.as_ref(), || Verifier::new(text("config", config)?, keys))?;
        if decrypter == 0 {
            return handles::put(verifier, identity);
        }
        // Shares keys and cache with the verifier that has none.
        handles::put(verifier.with_decrypter(&handles::get::<Decrypter>(decrypter)?), None)
    })
}

/// The signed token of an encrypted one.
#[uniffi::export]
pub fn verifier_opened(verifier: u64, token: &[u8]) -> Result<String, Failure> {
    guard(|| handles::get::<Verifier>(verifier)?.opened(&encrypted_text(token)))
}

/// The same verifier for what was in an encrypted token.
#[uniffi::export]
pub fn verifier_signed_only(verifier: u64) -> Result<u64, Failure> {
    guard(|| handles::put(handles::get::<Verifier>(verifier)?.signed_only(), None))
}

/// The check as a flow that the host carries.
#[uniffi::export]
pub fn verifier_verify_flow(verifier: u64, token: &[u8]) -> Result<u64, Failure> {
    guard(|| put_flow(handles::get::<Verifier>(verifier)?.verify(&token_text(token))))
}

/// The same for a token of which more is known, as JSON.
#[uniffi::export]
pub fn verifier_verify_expecting_flow(verifier: u64, token: &[u8], expected: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let verifier = handles::get::<Verifier>(verifier)?;
        put_flow(verifier.verify_expecting(&token_text(token), text("expected", expected)?)?)
    })
}

/// The check of a token of which more is known, as JSON. Returns the claims, as JSON.
#[uniffi::export]
pub fn verifier_verify_expecting(
    verifier: u64,
    token: &[u8],
    expected: &[u8],
    may_fetch: bool,
) -> Result<String, Failure> {
    guard(|| {
        let verifier = handles::get::<Verifier>(verifier)?;
        let (token, expected) = (token_text(token), text("expected", expected)?);
        if !may_fetch {
            return Ok(verifier.verify_expecting_now(&token, expected)?.claims_json);
        }
        match told::run(verifier.verify_expecting(&token, expected)?)? {
            Outcome::Verified(verified) => Ok(verified.claims_json),
            _ => Err(Error::new(ErrorCode::InternalFlow)),
        }
    })
}

/// The cached key set; empty if there is none.
#[uniffi::export]
pub fn verifier_export_keys(verifier: u64) -> Result<String, Failure> {
    guard(|| Ok(handles::get::<Verifier>(verifier)?.export_keys().unwrap_or_default()))
}

/// Takes over an exported key set.
#[uniffi::export]
pub fn verifier_import_keys(verifier: u64, keys: &[u8]) -> Result<(), Failure> {
    guard(|| handles::get::<Verifier>(verifier)?.import_keys(text("keys", keys)?))
}

/// Moves the clock of a verifier that was built with a testing clock.
#[uniffi::export]
pub fn verifier_set_testing_clock(verifier: u64, now: i64) -> Result<(), Failure> {
    guard(|| {
        handles::get::<Verifier>(verifier)?.set_testing_clock(now);
        Ok(())
    })
}

/// A signer.
#[uniffi::export]
pub fn signer_new(key: u64, config: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let material: Key = handles::get(key)?;
        let identity =
            handles::entry(key)?.identity.and_then(|key| Identity::of("signer", &[key.bytes(), config]));
        let signer =
            interned::or_build(identity.as_ref(), || Signer::new(material, text("config", config)?))?;
        handles::put(signer, identity)
    })
}

/// Signs claims; a negative lifetime stands for none.
#[uniffi::export]
pub fn signer_sign(signer: u64, claims: &[u8], lifetime: i64) -> Result<String, Failure> {
    guard(|| {
        let lifetime = if lifetime < 0 {
            None
        } else {
            let seconds = u32::try_from(lifetime);
            Some(seconds.map_err(|_| Error::with(ErrorCode::InternalArgument, "lifetime"))?)
        };
        handles::get::<Signer>(signer)?.sign(text("claims", claims)?, lifetime)
    })
}

/// A token's header and claims, unverified, as JSON texts within JSON.
#[uniffi::export]
pub fn decode_unverified(token: &[u8]) -> Result<String, Failure> {
    guard(|| {
        let decoded = decode(&token_text(token))?;
        Ok(json!({ "header": decoded.header_json, "claims": decoded.claims_json }).to_string())
    })
}

/// A token as text. It came from outside, so bytes that are no text make it malformed and not the call wrong;
/// the replacement character is no part of any token. No limit on tokens is above 64 KiB, so the rest of a
/// longer one is not looked at.
pub(crate) fn token_text(token: &[u8]) -> std::borrow::Cow<'_, str> {
    const ENOUGH: usize = 64 * 1024 + 1;
    String::from_utf8_lossy(token.get(..ENOUGH).unwrap_or(token))
}
