//! Encrypted tokens. Keys for encryption are a kind of handle of their own, so that no signing key gets here.

use crate::failure::{Failure, guard, text};
use crate::handles::{self, Kind};
use crate::interned::{self, Identity};
use ferroauth::host::{Decrypted, Decrypter, Encrypter, EncryptionKey};
use ferroauth::{Error, ErrorCode, Result};
use serde_json::json;
use std::borrow::Cow;

fn intern(
    kind: &str,
    parts: &[&[u8]],
    build: impl FnOnce() -> Result<EncryptionKey>,
) -> Result<u64, Failure> {
    guard(|| {
        let identity = Identity::of(kind, parts);
        let key = interned::or_build(identity.as_ref(), build)?;
        handles::put(key, identity)
    })
}

/// A shared secret, or a password.
#[uniffi::export]
pub fn encryption_key_from_secret(secret: &[u8], algorithm: &[u8]) -> Result<u64, Failure> {
    intern("encryption secret", &[secret, algorithm], || {
        EncryptionKey::from_secret(secret, text("algorithm", algorithm)?)
    })
}

/// A key from a JWK; an empty algorithm stands for none.
#[uniffi::export]
pub fn encryption_key_from_jwk(jwk: &[u8], algorithm: &[u8]) -> Result<u64, Failure> {
    intern("encryption jwk", &[jwk, algorithm], || {
        let algorithm = Some(text("algorithm", algorithm)?).filter(|name| !name.is_empty());
        EncryptionKey::from_jwk(text("jwk", jwk)?, algorithm)
    })
}

/// A public or private key from PEM; with `locked` under a passphrase.
#[uniffi::export]
pub fn encryption_key_from_pem(
    pem: &[u8],
    algorithm: &[u8],
    locked: bool,
    passphrase: &[u8],
) -> Result<u64, Failure> {
    intern("encryption pem", &[pem, algorithm, &[u8::from(locked)], passphrase], || {
        let pem = std::str::from_utf8(pem).map_err(|_| Error::new(ErrorCode::KeyMalformed))?;
        EncryptionKey::from_pem_with(pem, text("algorithm", algorithm)?, locked.then_some(passphrase))
    })
}

/// A public or private key from DER; with `locked` under a passphrase.
#[uniffi::export]
pub fn encryption_key_from_der(
    der: &[u8],
    algorithm: &[u8],
    locked: bool,
    passphrase: &[u8],
) -> Result<u64, Failure> {
    intern("encryption der", &[der, algorithm, &[u8::from(locked)], passphrase], || {
        EncryptionKey::from_der_with(der, text("algorithm", algorithm)?, locked.then_some(passphrase))
    })
}

/// A new key; an empty curve stands for none.
#[uniffi::export]
pub fn encryption_key_generate(algorithm: &[u8], curve: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let curve = Some(text("curve", curve)?).filter(|name| !name.is_empty());
        handles::put(EncryptionKey::generate(text("algorithm", algorithm)?, curve)?, None)
    })
}

/// The same key under a key id.
#[uniffi::export]
pub fn encryption_key_with_kid(key: u64, kid: &[u8]) -> Result<u64, Failure> {
    guard(|| {
        let named = handles::get::<EncryptionKey>(key)?.with_kid(text("kid", kid)?)?;
        let identity =
            handles::entry(key)?.identity.and_then(|key| Identity::of("named", &[key.bytes(), kid]));
        handles::put(named, identity)
    })
}

/// The key id, the algorithm, and whether the key can decrypt, as JSON.
#[uniffi::export]
pub fn encryption_key_describe(key: u64) -> Result<String, Failure> {
    guard(|| {
        let key: EncryptionKey = handles::get(key)?;
        let members = json!({
            "kid": key.kid(), "algorithm": key.purpose(), "private": key.is_private(),
        });
        Ok(members.to_string())
    })
}

/// The public half.
#[uniffi::export]
pub fn encryption_key_public_half(key: u64) -> Result<u64, Failure> {
    guard(|| handles::put(handles::get::<EncryptionKey>(key)?.public_half()?, None))
}

/// All there is of the key as a JWK.
#[uniffi::export]
pub fn encryption_key_jwk(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<EncryptionKey>(key)?.jwk().map(|jwk| jwk.expose().to_owned()))
}

/// All there is of a key pair as PEM.
#[uniffi::export]
pub fn encryption_key_pem(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<EncryptionKey>(key)?.pem().map(|pem| pem.expose().to_owned()))
}

/// The private key as PEM under a passphrase.
#[uniffi::export]
pub fn encryption_key_pem_locked(key: u64, passphrase: &[u8]) -> Result<String, Failure> {
    guard(|| {
        let key: EncryptionKey = handles::get(key)?;
        key.private_pem_with(passphrase).map(|pem| pem.expose().to_owned())
    })
}

/// The JWK thumbprint, RFC 7638.
#[uniffi::export]
pub fn encryption_key_thumbprint(key: u64) -> Result<String, Failure> {
    guard(|| handles::get::<EncryptionKey>(key)?.thumbprint())
}

/// An encrypter; `keys` is a JSON list of handles.
#[uniffi::export]
pub fn encrypter_new(keys: &[u8], config: &[u8]) -> Result<u64, Failure> {
    guard(|| build("encrypter", keys, config, Encrypter::new))
}

/// Encrypts to a compact token; an empty content type stands for none.
#[uniffi::export]
pub fn encrypter_encrypt(encrypter: u64, plaintext: &[u8], content_type: &[u8]) -> Result<String, Failure> {
    guard(|| handles::get::<Encrypter>(encrypter)?.encrypt(plaintext, given(content_type)?))
}

/// Encrypts to the JSON serialization; an empty content type and empty data stand for none.
#[uniffi::export]
pub fn encrypter_encrypt_json(
    encrypter: u64,
    plaintext: &[u8],
    content_type: &[u8],
    aad: &[u8],
) -> Result<String, Failure> {
    guard(|| {
        let aad = Some(aad).filter(|aad| !aad.is_empty());
        handles::get::<Encrypter>(encrypter)?.encrypt_json(plaintext, given(content_type)?, aad)
    })
}

/// A decrypter; `keys` is a JSON list of handles.
#[uniffi::export]
pub fn decrypter_new(keys: &[u8], config: &[u8]) -> Result<u64, Failure> {
    guard(|| build("decrypter", keys, config, Decrypter::new))
}

/// Decrypts a compact token; the parts as JSON.
#[uniffi::export]
pub fn decrypter_decrypt(decrypter: u64, token: &[u8]) -> Result<String, Failure> {
    guard(|| handles::get::<Decrypter>(decrypter)?.decrypt(&encrypted_text(token)).map(|it| json_of(&it)))
}

/// Decrypts a token of the JSON serialization; the parts as JSON.
#[uniffi::export]
pub fn decrypter_decrypt_json(decrypter: u64, token: &[u8]) -> Result<String, Failure> {
    guard(|| {
        handles::get::<Decrypter>(decrypter)?.decrypt_json(&encrypted_text(token)).map(|it| json_of(&it))
    })
}

fn json_of(decrypted: &Decrypted) -> String {
    decrypted.to_json().expose().to_owned()
}

fn given(content_type: &[u8]) -> Result<Option<&str>> {
    Ok(Some(text("content type", content_type)?).filter(|name| !name.is_empty()))
}

/// Builds an object of several keys, or finds it again where each key can be told from others.
fn build<T: Kind>(
    kind: &str,
    list: &[u8],
    config: &[u8],
    make: impl FnOnce(Vec<EncryptionKey>, &str) -> Result<T>,
) -> Result<u64> {
    let list: Vec<u64> = serde_json::from_slice(list).map_err(|_| Error::new(ErrorCode::InternalHandle))?;
    let keys = list.iter().map(|key| handles::get(*key)).collect::<Result<Vec<EncryptionKey>>>()?;
    let mut origins = Vec::new();
    for key in list {
        origins.push(handles::entry(key)?.identity);
    }
    let known: Option<Vec<Identity>> = origins.into_iter().collect();
    let identity = known.and_then(|known| {
        let mut parts: Vec<&[u8]> = known.iter().map(Identity::bytes).collect();
        parts.push(config);
        Identity::of(kind, &parts)
    });
    let made = interned::or_build(identity.as_ref(), || make(keys, text("config", config)?))?;
    handles::put(made, identity)
}

/// As [`crate::verifier`] reads a token; no limit on encrypted ones is above 1 MiB.
pub(crate) fn encrypted_text(token: &[u8]) -> Cow<'_, str> {
    const ENOUGH: usize = 1024 * 1024 + 1;
    String::from_utf8_lossy(token.get(..ENOUGH).unwrap_or(token))
}
