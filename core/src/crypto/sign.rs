//! Signing keys and key generation.

use super::backend::rand::SystemRandom;
#[cfg(feature = "aws-lc-rs")]
use super::backend::signature::PqdsaKeyPair;
use super::backend::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use super::{Curve, MlDsa, Scheme, system_random};
use crate::error::{Error, ErrorCode, Result};
use crate::secret::SecretBytes;

/// A private key as its raw parts.
pub(crate) enum PrivateParts<'a> {
    /// A DER `RSAPrivateKey` (PKCS#1).
    Rsa(&'a [u8]),
    /// The scalar, padded to the curve's length, and the uncompressed point.
    Ec(Curve, &'a [u8], &'a [u8]),
    /// The seed and the public key, 32 bytes each.
    Ed25519(&'a [u8], &'a [u8]),
    /// The seed, 32 bytes.
    MlDsa(MlDsa, &'a [u8]),
}

/// A private key ready to sign.
pub(crate) enum SigningKey {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    #[cfg(feature = "aws-lc-rs")]
    MlDsa(MlDsa, Box<PqdsaKeyPair>),
}

fn inconsistent<E>(_: E) -> Error {
    Error::new(ErrorCode::KeyInconsistent)
}

fn failed<E>(_: E) -> Error {
    Error::new(ErrorCode::InternalRandom)
}

impl SigningKey {
    /// Takes the parts apart from each other and checks that they belong together.
    ///
    /// # Errors
    /// `key.inconsistent` if they do not; `config.unsupported_algorithm` for a curve the backend lacks.
    pub(crate) fn new(parts: &PrivateParts<'_>) -> Result<Self> {
        match *parts {
            PrivateParts::Rsa(der) => rsa_key(der).map(Self::Rsa),
            PrivateParts::Ec(curve, scalar, point) => ec_key(curve, scalar, point).map(Self::Ec),
            PrivateParts::Ed25519(seed, public) => Ed25519KeyPair::from_seed_and_public_key(seed, public)
                .map(Self::Ed25519)
                .map_err(inconsistent),
            PrivateParts::MlDsa(set, seed) => ml_dsa_signer(set, seed),
        }
    }

    /// Signs; ECDSA signatures are the fixed-length `r || s`.
    ///
    /// # Errors
    /// `key.wrong_type` if the scheme is not one of this key; `internal.random` if signing needed
    /// random bytes and there were none.
    pub(crate) fn sign(&self, scheme: Scheme, message: &[u8]) -> Result<Vec<u8>> {
        let random = SystemRandom::new();
        match (self, scheme) {
            (Self::Rsa(key), Scheme::RsaPkcs1(_) | Scheme::RsaPss(_)) => {
                let mut out = vec![0_u8; modulus_len(key)];
                key.sign(scheme.rsa_padding()?, &random, message, &mut out).map_err(failed)?;
                Ok(out)
            }
            (Self::Ec(key), Scheme::Ecdsa(_)) => {
                key.sign(&random, message).map(|out| out.as_ref().to_vec()).map_err(failed)
            }
            (Self::Ed25519(key), Scheme::Ed25519) => Ok(key.sign(message).as_ref().to_vec()),
            #[cfg(feature = "aws-lc-rs")]
            (Self::MlDsa(own, key), Scheme::MlDsa(set)) if *own == set => {
                let mut out = vec![0_u8; set.signing().signature_len()];
                key.sign(message, &mut out).map_err(failed)?;
                Ok(out)
            }
            _ => Err(Error::new(ErrorCode::KeyWrongType)),
        }
    }
}

#[cfg(feature = "aws-lc-rs")]
fn modulus_len(key: &RsaKeyPair) -> usize {
    key.public_modulus_len()
}

#[cfg(not(feature = "aws-lc-rs"))]
fn modulus_len(key: &RsaKeyPair) -> usize {
    key.public().modulus_len()
}

#[cfg(feature = "aws-lc-rs")]
fn rsa_key(der: &[u8]) -> Result<RsaKeyPair> {
    RsaKeyPair::from_der(der).map_err(inconsistent)
}

/// ring does not relate the CRT exponents to the public one; a signature that it makes and checks does.
#[cfg(not(feature = "aws-lc-rs"))]
fn rsa_key(der: &[u8]) -> Result<RsaKeyPair> {
    use super::backend::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
    let key = RsaKeyPair::from_der(der).map_err(inconsistent)?;
    let mut signature = vec![0_u8; modulus_len(&key)];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), b"", &mut signature).map_err(inconsistent)?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref())
        .verify(b"", &signature)
        .map_err(inconsistent)?;
    Ok(key)
}

#[cfg(feature = "aws-lc-rs")]
fn ec_key(curve: Curve, scalar: &[u8], point: &[u8]) -> Result<EcdsaKeyPair> {
    EcdsaKeyPair::from_private_key_and_public_key(curve.signing()?, scalar, point).map_err(inconsistent)
}

#[cfg(not(feature = "aws-lc-rs"))]
fn ec_key(curve: Curve, scalar: &[u8], point: &[u8]) -> Result<EcdsaKeyPair> {
    EcdsaKeyPair::from_private_key_and_public_key(curve.signing()?, scalar, point, &SystemRandom::new())
        .map_err(inconsistent)
}

/// The public key that belongs to an Ed25519 seed.
pub(crate) fn ed25519_public(seed: &[u8]) -> Result<Vec<u8>> {
    Ed25519KeyPair::from_seed_unchecked(seed)
        .map(|pair| pair.public_key().as_ref().to_vec())
        .map_err(|_| Error::new(ErrorCode::KeyMalformed))
}

#[cfg(feature = "aws-lc-rs")]
fn ml_dsa_key(set: MlDsa, seed: &[u8]) -> Result<PqdsaKeyPair> {
    PqdsaKeyPair::from_seed(set.signing(), seed).map_err(|_| Error::new(ErrorCode::KeyMalformed))
}

#[cfg(feature = "aws-lc-rs")]
fn ml_dsa_signer(set: MlDsa, seed: &[u8]) -> Result<SigningKey> {
    ml_dsa_key(set, seed).map(|pair| SigningKey::MlDsa(set, Box::new(pair)))
}

#[cfg(not(feature = "aws-lc-rs"))]
fn ml_dsa_signer(_: MlDsa, _: &[u8]) -> Result<SigningKey> {
    Err(super::scheme::unsupported())
}

/// The public key that belongs to an ML-DSA seed.
///
/// # Errors
/// `key.malformed` for a seed that is not 32 bytes long; `config.unsupported_algorithm` on ring.
#[cfg(feature = "aws-lc-rs")]
pub(crate) fn ml_dsa_public(set: MlDsa, seed: &[u8]) -> Result<Vec<u8>> {
    ml_dsa_key(set, seed).map(|pair| pair.public_key().as_ref().to_vec())
}

#[cfg(not(feature = "aws-lc-rs"))]
pub(crate) fn ml_dsa_public(_: MlDsa, _: &[u8]) -> Result<Vec<u8>> {
    Err(super::scheme::unsupported())
}

/// The private key that an ML-DSA seed expands to, as FIPS 204 encodes it.
///
/// # Errors
/// As [`ml_dsa_public`].
#[cfg(feature = "aws-lc-rs")]
pub(crate) fn ml_dsa_expanded(set: MlDsa, seed: &[u8]) -> Result<SecretBytes> {
    use super::backend::encoding::AsRawBytes as _;
    let pair = ml_dsa_key(set, seed)?;
    pair.private_key().as_raw_bytes().map(|raw| SecretBytes::new(raw.as_ref())).map_err(inconsistent)
}

#[cfg(not(feature = "aws-lc-rs"))]
pub(crate) fn ml_dsa_expanded(_: MlDsa, _: &[u8]) -> Result<SecretBytes> {
    Err(super::scheme::unsupported())
}

/// The point that belongs to an `ECPrivateKey` (RFC 5915, DER) that does not state it.
///
/// # Errors
/// `key.malformed` if the backend refuses the key, or is ring, which cannot compute it.
#[cfg(feature = "aws-lc-rs")]
pub(crate) fn ec_public(curve: Curve, der: &[u8]) -> Result<Vec<u8>> {
    EcdsaKeyPair::from_private_key_der(curve.signing()?, der)
        .map(|pair| pair.public_key().as_ref().to_vec())
        .map_err(|_| Error::new(ErrorCode::KeyMalformed))
}

#[cfg(not(feature = "aws-lc-rs"))]
pub(crate) fn ec_public(_: Curve, _: &[u8]) -> Result<Vec<u8>> {
    Err(Error::with(ErrorCode::KeyMalformed, "the private key does not contain its public key"))
}

/// Draws a new private key: PKCS#8 for RSA (2048 bits) and ECDSA, the bare seed for Ed25519 and ML-DSA.
///
/// # Errors
/// `config.unsupported_algorithm` where the backend cannot make such a key (RSA on ring).
pub(crate) fn generate(scheme: Scheme) -> Result<SecretBytes> {
    match scheme {
        Scheme::RsaPkcs1(_) | Scheme::RsaPss(_) => generate_rsa(),
        Scheme::Ecdsa(curve) => EcdsaKeyPair::generate_pkcs8(curve.signing()?, &SystemRandom::new())
            .map(|document| SecretBytes::new(document.as_ref()))
            .map_err(failed),
        Scheme::MlDsa(_) if !scheme.is_supported() => Err(super::scheme::unsupported()),
        Scheme::Ed25519 | Scheme::MlDsa(_) => {
            let mut seed = vec![0_u8; 32];
            system_random(&mut seed)?;
            Ok(SecretBytes::new(seed))
        }
    }
}

#[cfg(feature = "aws-lc-rs")]
fn generate_rsa() -> Result<SecretBytes> {
    use super::backend::{encoding::AsDer as _, rsa::KeySize};
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
    pair.as_der().map(|der| SecretBytes::new(der.as_ref())).map_err(failed)
}

#[cfg(not(feature = "aws-lc-rs"))]
fn generate_rsa() -> Result<SecretBytes> {
    Err(super::scheme::unsupported())
}
