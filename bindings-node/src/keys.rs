//! Key material.

use crate::failure::{Result, thrown};
use ferroauth::jose::{Algorithm, Key, KeySet, Origin};
use napi::bindgen_prelude::{Buffer, External, ExternalRef};
use napi_derive::napi;

/// A shared secret.
#[napi(catch_unwind)]
pub fn hmac_key(secret: &[u8]) -> Result<External<Key>> {
    Key::hmac(secret).map(External::new).map_err(thrown)
}

/// A shared secret that is shorter than the hash, for verifying.
#[napi(catch_unwind)]
pub fn hmac_key_legacy(secret: &[u8]) -> Result<External<Key>> {
    Key::hmac_legacy(secret).map(External::new).map_err(thrown)
}

/// A public key from PEM.
#[napi(catch_unwind)]
pub fn public_key_from_pem(pem: String) -> Result<External<Key>> {
    Key::public_from_pem(&pem).map(External::new).map_err(thrown)
}

/// A public key from SubjectPublicKeyInfo.
#[napi(catch_unwind)]
pub fn public_key_from_der(der: &[u8]) -> Result<External<Key>> {
    Key::public_from_der(der).map(External::new).map_err(thrown)
}

/// A private key from PEM.
#[napi(catch_unwind)]
pub fn private_key_from_pem(pem: String, passphrase: Option<&[u8]>) -> Result<External<Key>> {
    Key::private_from_pem_with(&pem, passphrase).map(External::new).map_err(thrown)
}

/// A private key from DER.
#[napi(catch_unwind)]
pub fn private_key_from_der(der: &[u8], passphrase: Option<&[u8]>) -> Result<External<Key>> {
    Key::private_from_der_with(der, passphrase).map(External::new).map_err(thrown)
}

/// A public key from the bytes that its algorithm defines.
#[napi(catch_unwind)]
pub fn public_key_from_raw(raw: &[u8], algorithm: String) -> Result<External<Key>> {
    let algorithm: Algorithm = algorithm.parse().map_err(thrown)?;
    Key::public_from_raw(raw, algorithm).map(External::new).map_err(thrown)
}

/// A private key from the bytes that its algorithm defines.
#[napi(catch_unwind)]
pub fn private_key_from_raw(raw: &[u8], algorithm: String) -> Result<External<Key>> {
    let algorithm: Algorithm = algorithm.parse().map_err(thrown)?;
    Key::private_from_raw(raw, algorithm).map(External::new).map_err(thrown)
}

/// The public half in DER.
#[napi(catch_unwind)]
pub fn key_public_der(key: &External<Key>) -> Result<Buffer> {
    key.public_der().map(Buffer::from).map_err(thrown)
}

/// The bytes of the public half.
#[napi(catch_unwind)]
pub fn key_public_raw(key: &External<Key>) -> Result<Buffer> {
    key.public_raw().map(Buffer::from).map_err(thrown)
}

/// The private key in DER.
#[napi(catch_unwind)]
pub fn private_key_der(key: &External<Key>) -> Result<Buffer> {
    key.private_der().map(|der| Buffer::from(der.expose())).map_err(thrown)
}

/// The bytes of the private key.
#[napi(catch_unwind)]
pub fn private_key_raw(key: &External<Key>) -> Result<Buffer> {
    key.private_raw().map(|raw| Buffer::from(raw.expose())).map_err(thrown)
}

/// A set of the caller's own keys.
#[napi(catch_unwind)]
pub fn key_set_from_keys(keys: Vec<ExternalRef<Key>>) -> Result<External<KeySet>> {
    KeySet::from_keys(keys.iter().map(|key| Key::clone(key))).map(External::new).map_err(thrown)
}

/// A new secret.
#[napi(catch_unwind)]
pub fn hmac_key_generate(algorithm: String) -> Result<External<Key>> {
    let algorithm: Algorithm = algorithm.parse().map_err(thrown)?;
    Key::generate_secret(algorithm).map(External::new).map_err(thrown)
}

/// The whole key as a JWK, its secret members too.
#[napi(catch_unwind)]
pub fn key_private_jwk(key: &External<Key>) -> Result<String> {
    key.private_jwk().map(|jwk| jwk.expose().to_owned()).map_err(thrown)
}

/// A new private key.
#[napi(catch_unwind)]
pub fn private_key_generate(algorithm: String) -> Result<External<Key>> {
    let algorithm: Algorithm = algorithm.parse().map_err(thrown)?;
    Key::generate(algorithm).map(External::new).map_err(thrown)
}

/// The private key in PKCS#8.
#[napi(catch_unwind)]
pub fn private_key_pem(key: &External<Key>, passphrase: Option<&[u8]>) -> Result<String> {
    let pem = match passphrase {
        Some(passphrase) => key.private_pem_with(passphrase),
        None => key.private_pem(),
    };
    pem.map(|pem| pem.expose().to_owned()).map_err(thrown)
}

/// The public half as a JWK.
#[napi(catch_unwind)]
pub fn key_public_jwk(key: &External<Key>) -> Result<String> {
    key.public_jwk().map_err(thrown)
}

/// The key id.
#[napi(catch_unwind)]
pub fn key_id(key: &External<Key>) -> Option<String> {
    key.kid().map(str::to_owned)
}

/// A JWK set of the caller's own.
#[napi(catch_unwind)]
pub fn key_set_from_json(json: String) -> Result<External<KeySet>> {
    KeySet::parse(json.as_bytes(), Origin::Local).map(External::new).map_err(thrown)
}

/// The set's public members.
#[napi(catch_unwind)]
pub fn key_set_json(set: &External<KeySet>) -> String {
    set.to_json()
}

/// How many keys can be used.
#[napi(catch_unwind)]
pub fn key_set_size(set: &External<KeySet>) -> u32 {
    u32::try_from(set.len()).unwrap_or(u32::MAX)
}

/// A public key from a JWK.
#[napi(catch_unwind)]
pub fn public_key_from_jwk(json: String) -> Result<External<Key>> {
    Key::public_from_jwk(&json).map(External::new).map_err(thrown)
}

/// A private key from a JWK.
#[napi(catch_unwind)]
pub fn private_key_from_jwk(json: String) -> Result<External<Key>> {
    Key::private_from_jwk(&json).map(External::new).map_err(thrown)
}

/// A shared secret from a JWK of type `oct`.
#[napi(catch_unwind)]
pub fn hmac_key_from_jwk(json: String) -> Result<External<Key>> {
    Key::hmac_from_jwk(&json).map(External::new).map_err(thrown)
}

/// The public half of a private key.
#[napi(catch_unwind)]
pub fn key_public_half(key: &External<Key>) -> Result<External<Key>> {
    key.public_half().map(External::new).map_err(thrown)
}

/// The public half in PEM.
#[napi(catch_unwind)]
pub fn key_public_pem(key: &External<Key>) -> Result<String> {
    key.public_pem().map_err(thrown)
}

/// The same key under a key id.
#[napi(catch_unwind)]
pub fn key_with_id(key: &External<Key>, kid: String) -> Result<External<Key>> {
    Key::clone(key).with_kid(&kid).map(External::new).map_err(thrown)
}

/// The algorithm that the key is bound to, if its source named one.
#[napi(catch_unwind)]
pub fn key_algorithm(key: &External<Key>) -> Option<&'static str> {
    key.algorithm().map(Algorithm::name)
}

/// The JWK thumbprint, RFC 7638.
#[napi(catch_unwind)]
pub fn key_thumbprint(key: &External<Key>) -> Result<String> {
    key.thumbprint().map_err(thrown)
}

/// The JWK thumbprint as a URI, RFC 9278.
#[napi(catch_unwind)]
pub fn key_thumbprint_uri(key: &External<Key>) -> Result<String> {
    key.thumbprint_uri().map_err(thrown)
}
