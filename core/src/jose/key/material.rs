//! Key material: proven well formed, consistent and strong enough before a [`super::Key`] exists.

use super::{der, weak};
use crate::crypto::Hash;
use crate::crypto::{
    Curve, MlDsa, PrivateParts, Scheme, SigningKey, VerifyingKey, ed25519_public, ml_dsa_public,
};
use crate::error::{Error, ErrorCode, Result};
use crate::secret::SecretBytes;

/// The family that a key belongs to; it decides which algorithms the key can serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Oct,
    Rsa,
    Ec(Curve),
    Ed25519,
    MlDsa(MlDsa),
}

/// Everything about a key that does not depend on who may use it for what.
pub(super) enum Material {
    Oct(SecretBytes),
    Asymmetric(Asymmetric),
}

pub(super) struct Asymmetric {
    pub(super) kind: Kind,
    /// `RSAPublicKey`, uncompressed point, or the bytes of Ed25519 and ML-DSA.
    pub(super) public: Vec<u8>,
    /// `RSAPrivateKey`, scalar, or seed.
    pub(super) private: Option<SecretBytes>,
    pub(super) signer: Option<SigningKey>,
}

pub(super) fn malformed(detail: &'static str) -> Error {
    Error::with(ErrorCode::KeyMalformed, detail)
}

impl Asymmetric {
    /// An RSA public key from its numbers, big-endian.
    pub(super) fn rsa_public(n: &[u8], e: &[u8]) -> Result<Self> {
        let (n, e) = (trim(n), trim(e));
        weak::check_rsa(n, e)?;
        let public = der::rsa_public(n, e);
        VerifyingKey::new(Scheme::RsaPkcs1(Hash::Sha256), &public)?;
        Ok(Self { kind: Kind::Rsa, public, private: None, signer: None })
    }

    /// An RSA public key from a DER `RSAPublicKey`.
    pub(super) fn rsa_public_der(bytes: &[u8]) -> Result<Self> {
        let parse = || {
            let mut fields = der::Reader::only_sequence(bytes)?;
            let numbers = (fields.unsigned()?, fields.unsigned()?);
            fields.is_empty().then_some(numbers)
        };
        let (n, e) = parse().ok_or_else(|| malformed("RSA public key"))?;
        Self::rsa_public(n, e)
    }

    /// An RSA private key from a DER `RSAPrivateKey`.
    pub(super) fn rsa_private_der(bytes: &[u8]) -> Result<Self> {
        let parse = || {
            let mut fields = der::Reader::only_sequence(bytes)?;
            (fields.unsigned()? == [0]).then_some(())?;
            Some((fields.unsigned()?, fields.unsigned()?))
        };
        let (n, e) = parse().ok_or_else(|| malformed("RSA private key"))?;
        let mut key = Self::rsa_public(n, e)?;
        key.signer = Some(SigningKey::new(&PrivateParts::Rsa(bytes))?);
        key.private = Some(SecretBytes::new(bytes));
        Ok(key)
    }

    /// A point on a curve, uncompressed.
    pub(super) fn ec_public(curve: Curve, point: &[u8]) -> Result<Self> {
        VerifyingKey::new(Scheme::Ecdsa(curve), point)?;
        Ok(Self { kind: Kind::Ec(curve), public: point.to_vec(), private: None, signer: None })
    }

    /// A private scalar with its point.
    pub(super) fn ec_private(curve: Curve, scalar: &[u8], point: &[u8]) -> Result<Self> {
        if scalar.len() != curve.coordinate_len() {
            return Err(malformed("length of the private scalar"));
        }
        let mut key = Self::ec_public(curve, point)?;
        key.signer = Some(SigningKey::new(&PrivateParts::Ec(curve, scalar, point))?);
        key.private = Some(SecretBytes::new(scalar));
        Ok(key)
    }

    /// The 32 bytes of an Ed25519 public key.
    pub(super) fn ed25519_public(public: &[u8]) -> Result<Self> {
        weak::check_ed25519(public)?;
        VerifyingKey::new(Scheme::Ed25519, public)?;
        Ok(Self { kind: Kind::Ed25519, public: public.to_vec(), private: None, signer: None })
    }

    /// An Ed25519 seed, with its public key if the source states one.
    pub(super) fn ed25519_private(seed: &[u8], public: Option<&[u8]>) -> Result<Self> {
        if seed.len() != 32 {
            return Err(malformed("length of the seed"));
        }
        let computed = ed25519_public(seed)?;
        if public.is_some_and(|stated| stated != computed) {
            return Err(Error::new(ErrorCode::KeyInconsistent));
        }
        let mut key = Self::ed25519_public(&computed)?;
        key.signer = Some(SigningKey::new(&PrivateParts::Ed25519(seed, &computed))?);
        key.private = Some(SecretBytes::new(seed));
        Ok(key)
    }

    /// An ML-DSA public key as FIPS 204 encodes it.
    pub(super) fn ml_dsa_public(set: MlDsa, public: &[u8]) -> Result<Self> {
        VerifyingKey::new(Scheme::MlDsa(set), public)?;
        Ok(Self { kind: Kind::MlDsa(set), public: public.to_vec(), private: None, signer: None })
    }

    /// An ML-DSA seed, with its public key if the source states one.
    pub(super) fn ml_dsa_private(set: MlDsa, seed: &[u8], public: Option<&[u8]>) -> Result<Self> {
        let computed = ml_dsa_public(set, seed)?;
        if public.is_some_and(|stated| stated != computed) {
            return Err(Error::new(ErrorCode::KeyInconsistent));
        }
        let mut key = Self::ml_dsa_public(set, &computed)?;
        key.signer = Some(SigningKey::new(&PrivateParts::MlDsa(set, seed))?);
        key.private = Some(SecretBytes::new(seed));
        Ok(key)
    }

    /// Modulus and exponent of an RSA key.
    pub(super) fn rsa_numbers(&self) -> Option<(&[u8], &[u8])> {
        let mut fields = der::Reader::only_sequence(&self.public)?;
        Some((fields.unsigned()?, fields.unsigned()?))
    }
}

/// Without leading zero bytes.
pub(super) fn trim(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}
