//! The signature algorithms of RFC 7518, RFC 8037, RFC 8812, RFC 9864 and RFC 9964 that this library offers.
//!
//! There is no `none`: no value of [`Algorithm`] stands for an unsigned token (threat B1).

use crate::crypto::{Curve, Hash, MlDsa, Scheme};
use crate::error::{Error, ErrorCode};
use std::fmt;
use std::str::FromStr;

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[allow(missing_docs)] // the names are RFC 7518's own
pub enum Algorithm {
    HS256,
    HS384,
    HS512,
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    ES512,
    /// ECDSA on secp256k1 with SHA-256 (RFC 8812).
    ES256K,
    /// Ed25519, whether the header says `EdDSA` (RFC 8037) or `Ed25519` (RFC 9864).
    EdDSA,
    /// ML-DSA-44 (FIPS 204, RFC 9964).
    MLDSA44,
    /// ML-DSA-65 (FIPS 204, RFC 9964).
    MLDSA65,
    /// ML-DSA-87 (FIPS 204, RFC 9964).
    MLDSA87,
}

/// What an algorithm computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Primitive {
    Mac(Hash),
    Signature(Scheme),
}

impl Algorithm {
    /// Every algorithm, whether this build supports it or not.
    pub const ALL: &'static [Self] = &[
        Self::HS256,
        Self::HS384,
        Self::HS512,
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::ES256,
        Self::ES384,
        Self::ES512,
        Self::ES256K,
        Self::EdDSA,
        Self::MLDSA44,
        Self::MLDSA65,
        Self::MLDSA87,
    ];

    /// The `alg` value.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::ES512 => "ES512",
            Self::ES256K => "ES256K",
            Self::EdDSA => "EdDSA",
            Self::MLDSA44 => "ML-DSA-44",
            Self::MLDSA65 => "ML-DSA-65",
            Self::MLDSA87 => "ML-DSA-87",
        }
    }

    /// Whether signer and verifier share one secret.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::HS256 | Self::HS384 | Self::HS512)
    }

    /// Whether this build's backend has the algorithm (ring lacks ES512, ES256K and ML-DSA).
    #[must_use]
    pub fn is_supported(self) -> bool {
        match self.primitive() {
            Primitive::Mac(_) => true,
            Primitive::Signature(scheme) => scheme.is_supported(),
        }
    }

    /// Every asymmetric algorithm of this build.
    pub(crate) fn asymmetric() -> Vec<Self> {
        Self::ALL.iter().copied().filter(|one| !one.is_symmetric() && one.is_supported()).collect()
    }

    /// Exact, case-sensitive match of an `alg` value.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "HS256" => Self::HS256,
            "HS384" => Self::HS384,
            "HS512" => Self::HS512,
            "RS256" => Self::RS256,
            "RS384" => Self::RS384,
            "RS512" => Self::RS512,
            "PS256" => Self::PS256,
            "PS384" => Self::PS384,
            "PS512" => Self::PS512,
            "ES256" => Self::ES256,
            "ES384" => Self::ES384,
            "ES512" => Self::ES512,
            "ES256K" => Self::ES256K,
            "EdDSA" | "Ed25519" => Self::EdDSA,
            "ML-DSA-44" => Self::MLDSA44,
            "ML-DSA-65" => Self::MLDSA65,
            "ML-DSA-87" => Self::MLDSA87,
            _ => return None,
        })
    }

    pub(crate) const fn primitive(self) -> Primitive {
        match self {
            Self::HS256 => Primitive::Mac(Hash::Sha256),
            Self::HS384 => Primitive::Mac(Hash::Sha384),
            Self::HS512 => Primitive::Mac(Hash::Sha512),
            Self::RS256 => Primitive::Signature(Scheme::RsaPkcs1(Hash::Sha256)),
            Self::RS384 => Primitive::Signature(Scheme::RsaPkcs1(Hash::Sha384)),
            Self::RS512 => Primitive::Signature(Scheme::RsaPkcs1(Hash::Sha512)),
            Self::PS256 => Primitive::Signature(Scheme::RsaPss(Hash::Sha256)),
            Self::PS384 => Primitive::Signature(Scheme::RsaPss(Hash::Sha384)),
            Self::PS512 => Primitive::Signature(Scheme::RsaPss(Hash::Sha512)),
            Self::ES256 => Primitive::Signature(Scheme::Ecdsa(Curve::P256)),
            Self::ES384 => Primitive::Signature(Scheme::Ecdsa(Curve::P384)),
            Self::ES512 => Primitive::Signature(Scheme::Ecdsa(Curve::P521)),
            Self::ES256K => Primitive::Signature(Scheme::Ecdsa(Curve::Secp256k1)),
            Self::EdDSA => Primitive::Signature(Scheme::Ed25519),
            Self::MLDSA44 => Primitive::Signature(Scheme::MlDsa(MlDsa::Set44)),
            Self::MLDSA65 => Primitive::Signature(Scheme::MlDsa(MlDsa::Set65)),
            Self::MLDSA87 => Primitive::Signature(Scheme::MlDsa(MlDsa::Set87)),
        }
    }

    /// The hash that `at_hash` and `c_hash` use under this algorithm (OpenID Connect Core 3.1.3.6);
    /// for Ed25519 it is SHA-512, the hash inside the signature. No document names one for ML-DSA; SHA-512 as well, so that another
    /// choice of a provider ends in a refusal.
    pub(crate) const fn token_hash(self) -> Hash {
        match self {
            Self::HS256 | Self::RS256 | Self::PS256 | Self::ES256 | Self::ES256K => Hash::Sha256,
            Self::HS384 | Self::RS384 | Self::PS384 | Self::ES384 => Hash::Sha384,
            Self::HS512
            | Self::RS512
            | Self::PS512
            | Self::ES512
            | Self::EdDSA
            | Self::MLDSA44
            | Self::MLDSA65
            | Self::MLDSA87 => Hash::Sha512,
        }
    }
}

/// Whether a list of accepted algorithms is one that a verifier can have: at least one, of one family, each in this build.
///
/// # Errors
/// `config.algorithms`, `config.unsupported_algorithm`.
pub(super) fn check_allowed(algorithms: &[Algorithm]) -> Result<(), Error> {
    if algorithms.is_empty() {
        return Err(Error::with(ErrorCode::ConfigAlgorithms, "none is allowed"));
    }
    let symmetric = algorithms.iter().filter(|algorithm| algorithm.is_symmetric()).count();
    if symmetric != 0 && symmetric != algorithms.len() {
        return Err(Error::with(ErrorCode::ConfigAlgorithms, "symmetric and asymmetric ones are mixed"));
    }
    match algorithms.iter().find(|algorithm| !algorithm.is_supported()) {
        Some(missing) => Err(Error::with(ErrorCode::ConfigUnsupportedAlgorithm, missing.name())),
        None => Ok(()),
    }
}

impl FromStr for Algorithm {
    type Err = Error;

    /// # Errors
    /// `config.unsupported_algorithm` for a name this library does not know, `none` among them, and for
    /// one that this build's backend lacks.
    fn from_str(name: &str) -> Result<Self, Error> {
        match Self::parse(name) {
            Some(algorithm) if algorithm.is_supported() => Ok(algorithm),
            _ => Err(Error::quoted(ErrorCode::ConfigUnsupportedAlgorithm, "algorithm", name)),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_nothing_else_does() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::parse(algorithm.name()), Some(*algorithm));
        }
        for name in [
            "none", "nOnE", "", "hs256", "HS256 ", " HS256", "HS256\0", "RSA1_5", "ES521", "ES256k", "Ed448",
            "dir",
        ] {
            assert!(name.parse::<Algorithm>().is_err(), "{name:?}");
        }
    }
}
