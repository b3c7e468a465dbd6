//! Ways for a key to travel: AES key wrap, RSA-OAEP and key agreement, with aws-lc-rs.
//!
//! What comes out of the unwrapping side is a key or nothing. Why it is nothing is not told: an oracle needs no more
//! than that difference (threats D1, D5).

use super::backend::agreement::{self, ParsedPublicKey, UnparsedPublicKey};
use super::backend::key_wrap::{AES_128, AES_256, AesKek, KeyWrap as _};
use super::backend::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey,
    OaepPublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use super::{Curve, Group, OaepHash};
use crate::error::{Error, ErrorCode, Result};
use crate::secret::SecretBytes;
use zeroize::Zeroizing;

/// Whether this backend has what is in this file.
pub(crate) const HAS_TRANSPORT: bool = true;

fn failed<E>(_: E) -> Error {
    Error::new(ErrorCode::InternalArgument)
}

fn kek(bytes: &[u8]) -> Result<AesKek> {
    AesKek::new(if bytes.len() == 16 { &AES_128 } else { &AES_256 }, bytes).map_err(failed)
}

/// AES key wrap (RFC 3394) under a key of 16 or 32 bytes.
///
/// # Errors
/// `internal.argument` for keys of other lengths.
pub(crate) fn wrap_key(wrapping: &[u8], key: &[u8]) -> Result<Vec<u8>> {
    let mut out = vec![0; key.len() + 8];
    kek(wrapping)?.wrap(key, &mut out).map_err(failed)?;
    Ok(out)
}

/// Undoes [`wrap_key`]; `None` if the integrity check fails.
pub(crate) fn unwrap_key(wrapping: &[u8], wrapped: &[u8]) -> Option<SecretBytes> {
    let mut out = vec![0; wrapped.len().checked_sub(8)?];
    let unwrapped = kek(wrapping).ok()?.unwrap(wrapped, &mut out).is_ok();
    let out = SecretBytes::new(out);
    unwrapped.then_some(out)
}

const fn oaep(hash: OaepHash) -> &'static OaepAlgorithm {
    match hash {
        OaepHash::Sha1 => &OAEP_SHA1_MGF1SHA1,
        OaepHash::Sha256 => &OAEP_SHA256_MGF1SHA256,
    }
}

/// An RSA public key that encrypts keys.
pub(crate) struct OaepPublic(OaepPublicEncryptingKey);

impl OaepPublic {
    /// # Errors
    /// `key.malformed` if the SubjectPublicKeyInfo (DER) is no RSA key of 2048 to 8192 bits.
    pub(crate) fn new(spki: &[u8]) -> Result<Self> {
        PublicEncryptingKey::from_der(spki)
            .ok()
            .and_then(|key| OaepPublicEncryptingKey::new(key).ok())
            .map(Self)
            .ok_or_else(|| Error::new(ErrorCode::KeyMalformed))
    }

    /// RSAES-OAEP (RFC 8017 section 7.1.1) with an empty label.
    pub(crate) fn encrypt(&self, hash: OaepHash, key: &[u8]) -> Result<Vec<u8>> {
        let mut out = vec![0; self.0.ciphertext_size()];
        self.0.encrypt(oaep(hash), key, &mut out, None).map_err(failed)?;
        Ok(out)
    }
}

/// An RSA private key that decrypts keys.
pub(crate) struct OaepPrivate(OaepPrivateDecryptingKey);

impl OaepPrivate {
    /// # Errors
    /// `key.inconsistent` if the PKCS#8 key is refused.
    pub(crate) fn new(pkcs8: &[u8]) -> Result<Self> {
        PrivateDecryptingKey::from_pkcs8(pkcs8)
            .ok()
            .and_then(|key| OaepPrivateDecryptingKey::new(key).ok())
            .map(Self)
            .ok_or_else(|| Error::new(ErrorCode::KeyInconsistent))
    }

    /// RSAES-OAEP (RFC 8017 section 7.1.2); `None` whatever the reason.
    pub(crate) fn decrypt(&self, hash: OaepHash, encrypted: &[u8]) -> Option<SecretBytes> {
        let mut out = Zeroizing::new(vec![0; self.0.min_output_size()]);
        let length = self.0.decrypt(oaep(hash), encrypted, &mut out, None).map(|key| key.len()).ok()?;
        out.get(..length).map(SecretBytes::new)
    }
}

/// A private key for agreements, static or ephemeral.
pub(crate) struct AgreementKey(agreement::PrivateKey);

const fn algorithm(group: Group) -> Option<&'static agreement::Algorithm> {
    match group {
        Group::Ec(Curve::P256) => Some(&agreement::ECDH_P256),
        Group::Ec(Curve::P384) => Some(&agreement::ECDH_P384),
        Group::Ec(Curve::P521) => Some(&agreement::ECDH_P521),
        Group::Ec(Curve::Secp256k1) => None,
        Group::X25519 => Some(&agreement::X25519),
    }
}

impl AgreementKey {
    /// From a scalar of the curve's length, or the 32 bytes of X25519.
    ///
    /// # Errors
    /// `key.malformed` for a scalar of another length, zero, or not below the order;
    /// `config.unsupported_algorithm` for a curve without key agreement.
    pub(crate) fn new(group: Group, private: &[u8]) -> Result<Self> {
        let algorithm = algorithm(group).ok_or_else(super::scheme::unsupported)?;
        agreement::PrivateKey::from_private_key(algorithm, private)
            .map(Self)
            .map_err(|_| Error::new(ErrorCode::KeyMalformed))
    }

    /// The public key: an uncompressed point, or the 32 bytes of X25519.
    pub(crate) fn public(&self) -> Result<Vec<u8>> {
        self.0.compute_public_key().map(|key| key.as_ref().to_vec()).map_err(failed)
    }

    /// The shared secret; `None` for a point off the curve or of another one, and for one of small order, with which
    /// everybody would share the same secret (RFC 7748 section 6.1).
    pub(crate) fn agree(&self, peer: &[u8]) -> Option<SecretBytes> {
        let peer = UnparsedPublicKey::new(self.0.algorithm(), peer);
        let peer = ParsedPublicKey::try_from(&peer).ok()?;
        let secret = agreement::agree(&self.0, peer, (), |secret| Ok(SecretBytes::new(secret))).ok()?;
        secret.expose().iter().any(|byte| *byte != 0).then_some(secret)
    }
}
