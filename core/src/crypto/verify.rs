//! Verification with public keys that are parsed once.
//!
//! aws-lc-rs keeps the parsed key; ring offers only keys that it parses on each call, so there the
//! bytes are kept, and checked once at the door by a throw-away use.

#[cfg(feature = "aws-lc-rs")]
use super::Hash;
#[cfg(feature = "aws-lc-rs")]
use super::backend::digest;
use super::backend::signature;
use super::{Curve, Scheme};
use crate::error::{Error, ErrorCode, Result};

/// A public key bound to one scheme.
pub(crate) struct VerifyingKey {
    inner: Inner,
    /// The hash over the message, where it can be computed apart: the backend's own way to do both allocates a context.
    #[cfg(feature = "aws-lc-rs")]
    hash: Option<Hash>,
}

#[cfg(feature = "aws-lc-rs")]
type Inner = signature::ParsedPublicKey;
#[cfg(not(feature = "aws-lc-rs"))]
type Inner = signature::UnparsedPublicKey<Vec<u8>>;

impl VerifyingKey {
    /// `public` is a DER `RSAPublicKey`, an uncompressed SEC1 point, the 32 bytes of Ed25519, or the public key of
    /// ML-DSA as FIPS 204 encodes it.
    ///
    /// # Errors
    /// `config.unsupported_algorithm` if the backend lacks the scheme; `key.invalid_point` for a point
    /// off the curve; `key.malformed` for anything else that the backend refuses.
    pub(crate) fn new(scheme: Scheme, public: &[u8]) -> Result<Self> {
        let algorithm = scheme.verification()?;
        check_shape(scheme, public)?;
        #[cfg(feature = "aws-lc-rs")]
        let inner = Inner::new(algorithm, public).map_err(|_| refused(scheme))?;
        #[cfg(not(feature = "aws-lc-rs"))]
        let inner = {
            check_point(scheme, public)?;
            Inner::new(algorithm, public.to_vec())
        };
        Ok(Self {
            inner,
            #[cfg(feature = "aws-lc-rs")]
            hash: scheme.hash(),
        })
    }

    #[cfg(feature = "aws-lc-rs")]
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self.hash {
            Some(hash) => {
                let digest = digest::digest(hash.digest(), message);
                self.inner.verify_digest_sig(&digest, signature).is_ok()
            }
            None => self.inner.verify_sig(message, signature).is_ok(),
        }
    }

    #[cfg(not(feature = "aws-lc-rs"))]
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.inner.verify(message, signature).is_ok()
    }
}

fn refused(scheme: Scheme) -> Error {
    Error::new(match scheme {
        Scheme::Ecdsa(_) | Scheme::Ed25519 => ErrorCode::KeyInvalidPoint,
        Scheme::RsaPkcs1(_) | Scheme::RsaPss(_) | Scheme::MlDsa(_) => ErrorCode::KeyMalformed,
    })
}

/// Backends also take compressed points and SubjectPublicKeyInfo; one spelling is enough.
fn check_shape(scheme: Scheme, public: &[u8]) -> Result<()> {
    let fits = match scheme {
        Scheme::Ecdsa(curve) => public.len() == 1 + 2 * curve.coordinate_len() && public.first() == Some(&4),
        Scheme::Ed25519 => public.len() == 32,
        Scheme::MlDsa(set) => public.len() == set.public_len(),
        Scheme::RsaPkcs1(_) | Scheme::RsaPss(_) => true,
    };
    if fits { Ok(()) } else { Err(refused(scheme)) }
}

/// ring parses a point only when it is used, so it is used once, for a key agreement nobody keeps.
#[cfg(not(feature = "aws-lc-rs"))]
fn check_point(scheme: Scheme, public: &[u8]) -> Result<()> {
    use super::backend::{agreement, rand::SystemRandom};
    let curve = match scheme {
        Scheme::Ecdsa(Curve::P256) => &agreement::ECDH_P256,
        Scheme::Ecdsa(Curve::P384) => &agreement::ECDH_P384,
        Scheme::Ecdsa(Curve::P521 | Curve::Secp256k1)
        | Scheme::Ed25519
        | Scheme::MlDsa(_)
        | Scheme::RsaPkcs1(_)
        | Scheme::RsaPss(_) => return Ok(()),
    };
    let own = agreement::EphemeralPrivateKey::generate(curve, &SystemRandom::new())
        .map_err(|_| Error::new(ErrorCode::InternalRandom))?;
    agreement::agree_ephemeral(own, &agreement::UnparsedPublicKey::new(curve, public), |_| ())
        .map_err(|_| refused(scheme))
}

/// The uncompressed form of a compressed point.
///
/// # Errors
/// `key.invalid_point`; `config.unsupported_algorithm` on ring, which does not take points apart.
#[cfg(feature = "aws-lc-rs")]
pub(crate) fn uncompressed(curve: Curve, point: &[u8]) -> Result<Vec<u8>> {
    use super::backend::encoding::AsDer as _;
    let refused = || Error::new(ErrorCode::KeyInvalidPoint);
    if point.len() != 1 + curve.coordinate_len() {
        return Err(refused());
    }
    let parsed = Inner::new(Scheme::Ecdsa(curve).verification()?, point).map_err(|_| refused())?;
    let written = parsed.as_der().map_err(|_| refused())?;
    // The point is what a SubjectPublicKeyInfo ends with.
    let bytes = written.as_ref();
    let start = bytes.len().saturating_sub(1 + 2 * curve.coordinate_len());
    bytes.get(start..).filter(|it| it.first() == Some(&4)).map(<[u8]>::to_vec).ok_or_else(refused)
}

#[cfg(not(feature = "aws-lc-rs"))]
pub(crate) fn uncompressed(_: Curve, _: &[u8]) -> Result<Vec<u8>> {
    Err(Error::with(ErrorCode::ConfigUnsupportedAlgorithm, "compressed points"))
}

/// Whether the bytes are a point on a supported curve; used to tell keys from secrets.
pub(crate) fn is_curve_point(bytes: &[u8]) -> bool {
    Curve::ALL.into_iter().any(|curve| VerifyingKey::new(Scheme::Ecdsa(curve), bytes).is_ok())
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "aws-lc-rs")]
    #[test]
    fn a_compressed_point_is_the_same_point() {
        use super::*;
        for curve in Curve::ALL {
            let pair = crate::crypto::generate(Scheme::Ecdsa(curve)).unwrap();
            // PKCS#8 as the backend writes it ends with the point.
            let bytes = pair.expose();
            let point = &bytes[bytes.len() - 1 - 2 * curve.coordinate_len()..];
            assert_eq!(point[0], 4);
            let odd = point[point.len() - 1] & 1;
            let mut compressed = vec![2 + odd];
            compressed.extend_from_slice(&point[1..=curve.coordinate_len()]);
            assert_eq!(uncompressed(curve, &compressed).unwrap(), point);
            compressed[0] ^= 1;
            assert_ne!(uncompressed(curve, &compressed).unwrap(), point);
            compressed.pop();
            assert!(uncompressed(curve, &compressed).is_err());
            assert!(uncompressed(curve, point).is_err());
        }
    }
}
