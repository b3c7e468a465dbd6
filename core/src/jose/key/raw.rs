//! Keys without any envelope: the bytes that an algorithm itself defines.
//!
//! Such bytes say nothing about what they are for, so that the algorithm is always named, and the key is bound to it.

use super::Key;
use super::material::{Asymmetric, Kind, malformed};
use super::pem;
use crate::crypto::{Scheme, uncompressed};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::Algorithm;
use crate::jose::algorithm::Primitive;
use crate::secret::SecretBytes;

fn no_raw_form() -> Error {
    Error::with(ErrorCode::KeyWrongType, "keys of this type have no raw form")
}

fn scheme(algorithm: Algorithm) -> Result<Scheme> {
    match algorithm.primitive() {
        Primitive::Signature(scheme) => Ok(scheme),
        Primitive::Mac(_) => Err(no_raw_form()),
    }
}

impl Key {
    /// A public key from its bytes: 32 for Ed25519 (RFC 8032), a point for ECDSA, uncompressed or compressed (SEC 1), or what
    /// FIPS 204 defines for ML-DSA. The key is bound to the algorithm.
    ///
    /// # Errors
    /// `key.wrong_type` for RSA and HMAC, which have no such form; `key.invalid_point` or `key.malformed` for other bytes;
    /// `config.unsupported_algorithm`, on ring for compressed points as well.
    pub fn public_from_raw(bytes: &[u8], algorithm: Algorithm) -> Result<Self> {
        let material = match scheme(algorithm)? {
            Scheme::Ed25519 => Asymmetric::ed25519_public(bytes)?,
            Scheme::Ecdsa(curve) => match bytes.first() {
                Some(2 | 3) => Asymmetric::ec_public(curve, &uncompressed(curve, bytes)?)?,
                _ => Asymmetric::ec_public(curve, bytes)?,
            },
            Scheme::MlDsa(set) => Asymmetric::ml_dsa_public(set, bytes)?,
            Scheme::RsaPkcs1(_) | Scheme::RsaPss(_) => return Err(no_raw_form()),
        };
        Ok(Self { bound: Some(algorithm), ..Self::asymmetric(material) })
    }

    /// A private key from its bytes: the seed of Ed25519 or ML-DSA, 32 bytes, or the scalar of ECDSA, as long as the curve's
    /// coordinates. The key is bound to the algorithm.
    ///
    /// # Errors
    /// As [`Key::public_from_raw`]; on ring `key.malformed` for ECDSA, because it cannot compute the public key.
    pub fn private_from_raw(bytes: &[u8], algorithm: Algorithm) -> Result<Self> {
        let material = match scheme(algorithm)? {
            Scheme::Ed25519 => Asymmetric::ed25519_private(bytes, None)?,
            Scheme::Ecdsa(curve) if bytes.len() != curve.coordinate_len() => {
                return Err(malformed("length of the private scalar"));
            }
            Scheme::Ecdsa(curve) => pem::scalar(curve, bytes)?,
            Scheme::MlDsa(set) => Asymmetric::ml_dsa_private(set, bytes, None)?,
            Scheme::RsaPkcs1(_) | Scheme::RsaPss(_) => return Err(no_raw_form()),
        };
        Ok(Self { bound: Some(algorithm), ..Self::asymmetric(material) })
    }

    /// The bytes of the public key, points uncompressed.
    ///
    /// # Errors
    /// `key.wrong_type` for RSA and HMAC, which have no such form.
    pub fn public_raw(&self) -> Result<Vec<u8>> {
        match self.kind() {
            Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_) => Ok(self.material()?.public.clone()),
            Kind::Rsa | Kind::Oct => Err(no_raw_form()),
        }
    }

    /// The bytes of the private key: a seed or a scalar.
    ///
    /// # Errors
    /// As [`Key::public_raw`]; `key.private_required` for a public key.
    pub fn private_raw(&self) -> Result<SecretBytes> {
        match self.kind() {
            Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_) => {
                self.material()?.private.clone().ok_or_else(|| Error::new(ErrorCode::KeyPrivateRequired))
            }
            Kind::Rsa | Kind::Oct => Err(no_raw_form()),
        }
    }
}
