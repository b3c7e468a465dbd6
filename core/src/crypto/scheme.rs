//! Names for primitives with all their parameters fixed, and what the backend calls them.

use super::backend::{digest, hmac, signature};
use crate::error::{Error, ErrorCode, Result};

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// Bytes of its output.
    pub(crate) const fn len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    pub(super) fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }

    pub(super) fn hmac(self) -> hmac::Algorithm {
        match self {
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
            Self::Sha512 => hmac::HMAC_SHA512,
        }
    }
}

/// An elliptic curve for ECDSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
    Secp256k1,
}

impl Curve {
    pub(crate) const ALL: [Self; 4] = [Self::P256, Self::P384, Self::P521, Self::Secp256k1];

    /// Bytes of one coordinate, and of the private scalar.
    pub(crate) const fn coordinate_len(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// The hash of RSA-OAEP and of its mask; SHA-1 only here, where nothing rests on its collisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OaepHash {
    Sha1,
    Sha256,
}

/// A group for key agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Ec(Curve),
    X25519,
}

impl Group {
    /// Bytes of a private key.
    pub(crate) const fn private_len(self) -> usize {
        match self {
            Self::Ec(curve) => curve.coordinate_len(),
            Self::X25519 => 32,
        }
    }
}

/// A parameter set of ML-DSA (FIPS 204).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MlDsa {
    Set44,
    Set65,
    Set87,
}

impl MlDsa {
    /// Bytes of a public key.
    pub(crate) const fn public_len(self) -> usize {
        match self {
            Self::Set44 => 1312,
            Self::Set65 => 1952,
            Self::Set87 => 2592,
        }
    }

    #[cfg(feature = "aws-lc-rs")]
    pub(super) const fn signing(self) -> &'static signature::PqdsaSigningAlgorithm {
        match self {
            Self::Set44 => &signature::ML_DSA_44_SIGNING,
            Self::Set65 => &signature::ML_DSA_65_SIGNING,
            Self::Set87 => &signature::ML_DSA_87_SIGNING,
        }
    }
}

/// An asymmetric signature scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Hash),
    /// RSASSA-PSS, salt as long as the hash, MGF1 with the same hash.
    RsaPss(Hash),
    /// ECDSA with the curve's own hash and fixed-length signatures.
    Ecdsa(Curve),
    /// Ed25519.
    Ed25519,
    /// ML-DSA with an empty context, over the message itself.
    MlDsa(MlDsa),
}

pub(super) fn unsupported() -> Error {
    Error::new(ErrorCode::ConfigUnsupportedAlgorithm)
}

impl Scheme {
    /// Whether the backend of this build has the scheme.
    pub(crate) fn is_supported(self) -> bool {
        self.verification().is_ok()
    }

    /// The hash over the message, where the scheme begins with one.
    #[cfg(feature = "aws-lc-rs")]
    pub(super) const fn hash(self) -> Option<Hash> {
        match self {
            Self::RsaPkcs1(hash) | Self::RsaPss(hash) => Some(hash),
            Self::Ecdsa(Curve::P256 | Curve::Secp256k1) => Some(Hash::Sha256),
            Self::Ecdsa(Curve::P384) => Some(Hash::Sha384),
            Self::Ecdsa(Curve::P521) => Some(Hash::Sha512),
            Self::Ed25519 | Self::MlDsa(_) => None,
        }
    }

    pub(super) fn verification(self) -> Result<&'static dyn signature::VerificationAlgorithm> {
        Ok(match self {
            Self::RsaPkcs1(Hash::Sha256) => &signature::RSA_PKCS1_2048_8192_SHA256,
            Self::RsaPkcs1(Hash::Sha384) => &signature::RSA_PKCS1_2048_8192_SHA384,
            Self::RsaPkcs1(Hash::Sha512) => &signature::RSA_PKCS1_2048_8192_SHA512,
            Self::RsaPss(Hash::Sha256) => &signature::RSA_PSS_2048_8192_SHA256,
            Self::RsaPss(Hash::Sha384) => &signature::RSA_PSS_2048_8192_SHA384,
            Self::RsaPss(Hash::Sha512) => &signature::RSA_PSS_2048_8192_SHA512,
            Self::Ecdsa(Curve::P256) => &signature::ECDSA_P256_SHA256_FIXED,
            Self::Ecdsa(Curve::P384) => &signature::ECDSA_P384_SHA384_FIXED,
            #[cfg(feature = "aws-lc-rs")]
            Self::Ecdsa(Curve::P521) => &signature::ECDSA_P521_SHA512_FIXED,
            #[cfg(feature = "aws-lc-rs")]
            Self::Ecdsa(Curve::Secp256k1) => &signature::ECDSA_P256K1_SHA256_FIXED,
            #[cfg(not(feature = "aws-lc-rs"))]
            Self::Ecdsa(Curve::P521 | Curve::Secp256k1) => return Err(unsupported()),
            Self::Ed25519 => &signature::ED25519,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa(MlDsa::Set44) => &signature::ML_DSA_44,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa(MlDsa::Set65) => &signature::ML_DSA_65,
            #[cfg(feature = "aws-lc-rs")]
            Self::MlDsa(MlDsa::Set87) => &signature::ML_DSA_87,
            #[cfg(not(feature = "aws-lc-rs"))]
            Self::MlDsa(_) => return Err(unsupported()),
        })
    }

    pub(super) fn rsa_padding(self) -> Result<&'static dyn signature::RsaEncoding> {
        Ok(match self {
            Self::RsaPkcs1(Hash::Sha256) => &signature::RSA_PKCS1_SHA256,
            Self::RsaPkcs1(Hash::Sha384) => &signature::RSA_PKCS1_SHA384,
            Self::RsaPkcs1(Hash::Sha512) => &signature::RSA_PKCS1_SHA512,
            Self::RsaPss(Hash::Sha256) => &signature::RSA_PSS_SHA256,
            Self::RsaPss(Hash::Sha384) => &signature::RSA_PSS_SHA384,
            Self::RsaPss(Hash::Sha512) => &signature::RSA_PSS_SHA512,
            Self::Ecdsa(_) | Self::Ed25519 | Self::MlDsa(_) => return Err(unsupported()),
        })
    }
}

impl Curve {
    pub(super) fn signing(self) -> Result<&'static signature::EcdsaSigningAlgorithm> {
        Ok(match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
            #[cfg(feature = "aws-lc-rs")]
            Self::P521 => &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
            #[cfg(feature = "aws-lc-rs")]
            Self::Secp256k1 => &signature::ECDSA_P256K1_SHA256_FIXED_SIGNING,
            #[cfg(not(feature = "aws-lc-rs"))]
            Self::P521 | Self::Secp256k1 => return Err(unsupported()),
        })
    }
}
