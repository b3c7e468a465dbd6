//! Encrypted tokens.

use crate::failure::{Result, thrown};
use ferroauth::host::{Decrypter, Encrypter, EncryptionKey};
use napi::bindgen_prelude::External;
use napi_derive::napi;

/// A shared secret, or a password.
#[napi(catch_unwind)]
pub fn encryption_key_from_secret(secret: &[u8], algorithm: String) -> Result<External<EncryptionKey>> {
    EncryptionKey::from_secret(secret, &algorithm).map(External::new).map_err(thrown)
}

/// A key from a JWK.
#[napi(catch_unwind)]
pub fn encryption_key_from_jwk(jwk: String, algorithm: Option<String>) -> Result<External<EncryptionKey>> {
    EncryptionKey::from_jwk(&jwk, algorithm.as_deref()).map(External::new).map_err(thrown)
}

/// A public or private key from PEM.
#[napi(catch_unwind)]
pub fn encryption_key_from_pem(
    pem: String,
    algorithm: String,
    passphrase: Option<&[u8]>,
) -> Result<External<EncryptionKey>> {
    EncryptionKey::from_pem_with(&pem, &algorithm, passphrase).map(External::new).map_err(thrown)
}

/// A public or private key from DER.
#[napi(catch_unwind)]
pub fn encryption_key_from_der(
    der: &[u8],
    algorithm: String,
    passphrase: Option<&[u8]>,
) -> Result<External<EncryptionKey>> {
    EncryptionKey::from_der_with(der, &algorithm, passphrase).map(External::new).map_err(thrown)
}

/// A new key.
#[napi(catch_unwind)]
pub fn encryption_key_generate(algorithm: String, curve: Option<String>) -> Result<External<EncryptionKey>> {
    EncryptionKey::generate(&algorithm, curve.as_deref()).map(External::new).map_err(thrown)
}

/// The same key under a key id.
#[napi(catch_unwind)]
pub fn encryption_key_with_id(key: &External<EncryptionKey>, kid: String) -> Result<External<EncryptionKey>> {
    EncryptionKey::clone(key).with_kid(&kid).map(External::new).map_err(thrown)
}

/// The key id.
#[napi(catch_unwind)]
pub fn encryption_key_id(key: &External<EncryptionKey>) -> Option<String> {
    key.kid().map(str::to_owned)
}

/// The algorithm that the key is bound to.
#[napi(catch_unwind)]
pub fn encryption_key_algorithm(key: &External<EncryptionKey>) -> &'static str {
    key.purpose()
}

/// Whether the key can decrypt.
#[napi(catch_unwind)]
pub fn encryption_key_is_private(key: &External<EncryptionKey>) -> bool {
    key.is_private()
}

/// The public half.
#[napi(catch_unwind)]
pub fn encryption_key_public_half(key: &External<EncryptionKey>) -> Result<External<EncryptionKey>> {
    key.public_half().map(External::new).map_err(thrown)
}

/// All there is of the key as a JWK.
#[napi(catch_unwind)]
pub fn encryption_key_jwk(key: &External<EncryptionKey>) -> Result<String> {
    key.jwk().map(|jwk| jwk.expose().to_owned()).map_err(thrown)
}

/// All there is of a key pair as PEM; with a passphrase the private key under it.
#[napi(catch_unwind)]
pub fn encryption_key_pem(key: &External<EncryptionKey>, passphrase: Option<&[u8]>) -> Result<String> {
    let pem = match passphrase {
        Some(passphrase) => key.private_pem_with(passphrase),
        None => key.pem(),
    };
    pem.map(|pem| pem.expose().to_owned()).map_err(thrown)
}

/// The JWK thumbprint, RFC 7638.
#[napi(catch_unwind)]
pub fn encryption_key_thumbprint(key: &External<EncryptionKey>) -> Result<String> {
    key.thumbprint().map_err(thrown)
}

/// An encrypter for these keys.
#[napi(catch_unwind)]
pub fn encrypter(keys: Vec<&External<EncryptionKey>>, config: String) -> Result<External<Encrypter>> {
    Encrypter::new(owned(&keys), &config).map(External::new).map_err(thrown)
}

/// Encrypts to a compact token.
#[napi(catch_unwind)]
pub fn encrypter_encrypt(
    encrypter: &External<Encrypter>,
    plaintext: &[u8],
    content_type: Option<String>,
) -> Result<String> {
    encrypter.encrypt(plaintext, content_type.as_deref()).map_err(thrown)
}

/// Encrypts to the JSON serialization.
#[napi(catch_unwind)]
pub fn encrypter_encrypt_json(
    encrypter: &External<Encrypter>,
    plaintext: &[u8],
    content_type: Option<String>,
    aad: Option<&[u8]>,
) -> Result<String> {
    encrypter.encrypt_json(plaintext, content_type.as_deref(), aad).map_err(thrown)
}

/// A decrypter with these keys.
#[napi(catch_unwind)]
pub fn decrypter(keys: Vec<&External<EncryptionKey>>, config: String) -> Result<External<Decrypter>> {
    Decrypter::new(owned(&keys), &config).map(External::new).map_err(thrown)
}

/// Decrypts a compact token; the parts as JSON.
#[napi(catch_unwind)]
pub fn decrypter_decrypt(decrypter: &External<Decrypter>, token: String) -> Result<String> {
    decrypter.decrypt(&token).map(|decrypted| decrypted.to_json().expose().to_owned()).map_err(thrown)
}

/// Decrypts a token of the JSON serialization; the parts as JSON.
#[napi(catch_unwind)]
pub fn decrypter_decrypt_json(decrypter: &External<Decrypter>, token: String) -> Result<String> {
    decrypter.decrypt_json(&token).map(|decrypted| decrypted.to_json().expose().to_owned()).map_err(thrown)
}

fn owned(keys: &[&External<EncryptionKey>]) -> Vec<EncryptionKey> {
    keys.iter().map(|key| EncryptionKey::clone(key)).collect()
}
