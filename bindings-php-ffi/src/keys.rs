//! Key material. A secret, a public and a private key have functions of their own (threat B2).

use crate::failure::{Failure, guard, text};
use crate::handles;
use crate::interned::{self, Identity};
use ferroauth::host::{Key, KeySet};
use ferroauth::jose::{Algorithm, Origin, base64url};
use ferroauth::{Error, ErrorCode, Result};
use serde_json::json;

fn intern(kind: &str, material: &[u8], build: impl FnOnce() -> Result<Key>) -> Result<u64, Failure> {
    guard(|| {
        let identity = Identity::of(kind, &[material]);
        let key = interned::or_build(identity.as_ref(), build)?;
        handles::put(key, identity)
    })
}

fn intern_locked(
    kind: &str,
    material: &[u8],
    locked: bool,
    passphrase: &[u8],
    build: impl FnOnce(Option<&[u8]>) -> Result<Key>,
) -> Result<u64, Failure> {
    guard(|| {
        let identity = match locked {
            true => Identity::of(kind, &[material, passphrase]),
            false => Identity::of(kind, &[material]),
        };
        let key = interned::or_build(identity.as_ref(), || build(locked.then_some(passphrase)))?;
        handles::put(key, identity)
    })
}

/// A shared secret.
#[uniffi::export]
pub fn key_hmac(secret: &[u8]) -> Result<u64, Failure> {
    intern("hmac", secret, || Key::hmac(secret))
}

/// A shared secret that is shorter than the hash, for verifying.
#[uniffi::export]
pub fn key_hmac_legacy(secret: &[u8]) -> Result<u64, Failure> {
    intern("hmac legacy", secret, || Key::hmac_legacy(secret))
}

/// A shared secret from a JWK of type `oct`.
#[uniffi::export]
pub fn key_hmac_from_jwk(jwk: &[u8]) -> Result<u64, Failure> {
    intern("hmac jwk", jwk, || Key::hmac_from_jwk(text("jwk", jwk)?))
}

/// A public key from PEM.
#[uniffi::export]
pub fn key_public_from_pem(pem: &[u8]) -> Result<u64, Failure> {
    intern("public pem", pem, || Key::public_from_pem(pem_text(pem)?))
}

/// A public key from DER.
#[uniffi::export]
pub fn key_public_from_der(der: &[u8]) -> Result<u64, Failure> {
    intern("public der", der, || Key::public_from_der(der))
}

/// A public key from a JWK.
#[uniffi::export]
pub fn key_public_from_jwk(jwk: &[u8]) -> Result<u64, Failure> {
    intern("public jwk", jwk, || Key::public_from_jwk(text("jwk", jwk)?))
}

/// A private key from PEM; with `locked` under a passphrase.
#[uniffi::export]
pub fn key_private_from_pem(pem: &[u8], locked: bool, passphrase: &[u8]) -> Result<u64, Failure> {
    intern_locked("private pem", pem, locked, passphrase, |passphrase| {
        Key::private_from_pem_with(pem_text(pem)?, passphrase)
    })
}

/// A private key from a JWK.
#[uniffi::export]
pub fn key_private_from_jwk(jwk: &[u8]) -> Result<u64, Failure> {
    intern("private jwk", jwk, || Key::private_from_jwk(text("jwk", jwk)?))
}

/// A private key from DER; with `locked` under a passphrase.
#[uniffi::export]
pub fn key_private_from_der(der: &[u8], locked: bool, passphrase: &[u8]) -> Result<u64, Failure> {
    intern_locked("private der", der, locked, passphrase, |passphrase| {
        Key::private_from_der_with(der, passphrase)
    })
}

/// A public key from the bytes that its algorithm defines.
#[uniffi::export]
pub fn key_public_from_raw(raw: &[u8], algorithm: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let algorithm: Algorithm = text("algorithm", algorithm)?.parse()?;
        let identity = Identity::of("public raw", &[raw, algorithm.name().as_bytes()]);
        let key = interned::or_build(identity.as_ref(), || Key::public_from_raw(raw, algorithm))?;
        handles::put(key, identity)
    })
}

/// A private key from the bytes that its algorithm defines.
#[uniffi::export]
pub fn key_private_from_raw(raw: &[u8], algorithm: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let algorithm: Algorithm = text("algorithm", algorithm)?.parse()?;
        let identity = Identity::of("private raw", &[raw, algorithm.name().as_bytes()]);
        let key = interned::or_build(identity.as_ref(), || Key::private_from_raw(raw, algorithm))?;
        handles::put(key, identity)
    })
}

/// The public half in DER, base64url.
#[uniffi::export]
pub fn key_public_der(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Key>(key)?.public_der().map(|der| base64url::encode(&der)))
}

/// The bytes of the public half, base64url.
#[uniffi::export]
pub fn key_public_raw(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Key>(key)?.public_raw().map(|raw| base64url::encode(&raw)))
}

/// The private key in DER, base64url.
#[uniffi::export]
pub fn key_private_der(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Key>(key)?.private_der().map(|der| base64url::encode(der.expose())))
}

/// The bytes of the private key, base64url.
#[uniffi::export]
pub fn key_private_raw(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Key>(key)?.private_raw().map(|raw| base64url::encode(raw.expose())))
}

/// The private key as PEM under a passphrase.
#[uniffi::export]
pub fn key_private_pem_locked(key: u64, passphrase: &[u8]) -> Result<String, Failure> {
    guard(|| handles::get::<Key>(key)?.private_pem_with(passphrase).map(|pem| pem.expose().to_owned()))
}

/// A set of the host's own keys; `keys` is a JSON list of handles.
#[uniffi::export]
pub fn key_set_from_keys(keys: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let handles: Vec<u64> = serde_json::from_slice(keys)
            .map_err(|_| Error::with(ErrorCode::InternalArgument, "keys is no list of handles"))?;
        let keys = handles.into_iter().map(handles::get::<Key>).collect::<Result<Vec<_>>>()?;
        handles::put(KeySet::from_keys(keys)?, None)
    })
}

/// A new secret.
#[uniffi::export]
pub fn key_generate_secret(algorithm: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let algorithm: Algorithm = text("algorithm", algorithm)?.parse()?;
        handles::put(Key::generate_secret(algorithm)?, None)
    })
}

/// The whole key as a JWK, its secret members too.
#[uniffi::export]
pub fn key_private_jwk(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Key>(key)?.private_jwk().map(|jwk| jwk.expose().to_owned()))
}

/// A new private key.
#[uniffi::export]
pub fn key_generate(algorithm: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let algorithm: Algorithm = text("algorithm", algorithm)?.parse()?;
        handles::put(Key::generate(algorithm)?, None)
    })
}

/// The public half of a private key.
#[uniffi::export]
pub fn key_public_half(key: u64) -> Result<u64, Failure> {
    guard(|| {
        let jwk = handles::get::<Key>(key)?.public_jwk()?;
        handles::put(Key::from_jwk(&jwk)?, Identity::of("public jwk", &[jwk.as_bytes()]))
    })
}

/// The same key under a key id.
#[uniffi::export]
pub fn key_with_kid(key: u64, kid: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let named = handles::get::<Key>(key)?.with_kid(text("kid", kid)?)?;
        let identity =
            handles::entry(key)?.identity.and_then(|key| Identity::of("named", &[key.bytes(), kid]));
        handles::put(named, identity)
    })
}

/// The key id and the algorithm that a key is bound to, as JSON.
#[uniffi::export]
pub fn key_describe(key: u64) -> Result<String, Failure> {
    guard(|| {
        let key: Key = handles::get(key)?;
        Ok(json!({ "kid": key.kid(), "algorithm": key.algorithm().map(Algorithm::name) }).to_string())
    })
}

/// The public half as JWK.
#[uniffi::export]
pub fn key_public_jwk(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Key>(key)?.public_jwk())
}

/// The public half as PEM.
#[uniffi::export]
pub fn key_public_pem(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Key>(key)?.public_pem())
}

/// The JWK thumbprint, RFC 7638.
#[uniffi::export]
pub fn key_thumbprint(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Key>(key)?.thumbprint())
}

/// The JWK thumbprint as a URI, RFC 9278.
#[uniffi::export]
pub fn key_thumbprint_uri(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Key>(key)?.thumbprint_uri())
}

/// The private key as PEM.
#[uniffi::export]
pub fn key_private_pem(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<Key>(key)?.private_pem().map(|pem| pem.expose().to_owned()))
}

/// A JWK set of the host's own.
#[uniffi::export]
pub fn key_set_from_json(json: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let identity = Identity::of("key set", &[json]);
        let set = interned::or_build(identity.as_ref(), || KeySet::parse(json, Origin::Local))?;
        handles::put(set, identity)
    })
}

/// The set's public members, as JSON.
#[uniffi::export]
pub fn key_set_to_json(set: u64) -> Result<String, Failure> {
    guard(|| handles::get::<KeySet>(set).map(|set| set.to_json()))
}

/// How many keys of the set can be used.
#[uniffi::export]
pub fn key_set_size(set: u64) -> Result<u64, Failure> {
    guard(|| handles::get::<KeySet>(set).map(|set| set.len() as u64))
}

/// PEM is ASCII; anything else is a malformed key rather than a wrong argument.
fn pem_text(pem: &[u8]) -> Result<&str> {
    std::str::from_utf8(pem).map_err(|_| Error::new(ErrorCode::KeyMalformed))
}
