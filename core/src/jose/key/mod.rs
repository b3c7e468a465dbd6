//! Keys: typed, one family each, proven usable when they are made.
//!
//! No function takes bare bytes for both a secret and a public key, and a [`Key`] never changes its
//! family, so that the confusion of the two (threat B2) has no place to happen.

mod der;
mod encryption;
mod forms;
mod guard;
mod jwk;
mod locked;
mod material;
mod pem;
mod raw;
mod weak;
mod x25519;

pub use encryption::EncryptionKey;
pub(crate) use jwk::Import;
pub(crate) use material::Kind;

use super::Algorithm;
use super::algorithm::Primitive;
use crate::crypto::{Curve, MacKey, MlDsa, VerifyingKey};
use crate::error::{Error, ErrorCode, Result};
use material::{Asymmetric, Material};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Longest accepted key id in bytes.
pub(crate) const MAX_KEY_ID: usize = 256;
/// Longest accepted HMAC secret.
const MAX_SECRET: usize = 64 * 1024;
/// Shortest secret of an issuer that cannot be changed.
const LEAST_LEGACY_SECRET: usize = 8;

/// A key for signing or verifying, of one family: HMAC, RSA, ECDSA on one curve, Ed25519, or one set of ML-DSA.
///
/// Cheap to clone. Prints neither secret nor private parts.
///
/// ```
/// use ferroauth::jose::{Algorithm, Key};
/// let key = Key::generate(Algorithm::ES256)?.with_kid("2026-01")?;
/// assert!(key.public_jwk()?.contains("\"crv\":\"P-256\""));
/// # Ok::<(), ferroauth::Error>(())
/// ```
#[derive(Clone)]
pub struct Key {
    core: Arc<Core>,
    kid: Option<Arc<str>>,
    /// The `alg` that the key is bound to, if its source names one.
    bound: Option<Algorithm>,
    /// The issuer that the key's source says it belongs to.
    issuer: Option<Arc<str>>,
    may_verify: bool,
    may_sign: bool,
    /// A secret that may be shorter than the hash, because its issuer cannot be changed; it only verifies.
    legacy: bool,
}

struct Core {
    material: Material,
    /// Parsed keys, one for each algorithm of the family, made on first use.
    verifiers: Vec<OnceLock<Option<Verifier>>>,
}

enum Verifier {
    Mac(Box<MacKey>),
    Public(VerifyingKey),
}

impl Key {
    /// The same key under a key id.
    ///
    /// # Errors
    /// `key.malformed` if the id is empty or longer than 256 bytes.
    pub fn with_kid(mut self, kid: &str) -> Result<Self> {
        if kid.is_empty() || kid.len() > MAX_KEY_ID {
            return Err(Error::with(ErrorCode::KeyMalformed, "the key id is empty or longer than 256 bytes"));
        }
        self.kid = Some(kid.into());
        Ok(self)
    }

    pub(crate) fn without_kid(mut self) -> Self {
        self.kid = None;
        self
    }

    /// The key id.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The issuer that a JWK names in its member `issuer`, as those of Microsoft's sets do.
    pub(crate) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The algorithm that the key is bound to, if its source named one.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.bound
    }

    /// Whether the key is an HMAC secret.
    #[must_use]
    pub fn is_symmetric(&self) -> bool {
        self.kind() == Kind::Oct
    }

    /// Whether the private part is there.
    #[must_use]
    pub fn is_private(&self) -> bool {
        matches!(&self.core.material, Material::Asymmetric(Asymmetric { private: Some(_), .. }))
    }

    fn new(material: Material) -> Self {
        let kind = match &material {
            Material::Oct(_) => Kind::Oct,
            Material::Asymmetric(key) => key.kind,
        };
        let verifiers = family(kind).iter().map(|_| OnceLock::new()).collect();
        let may_sign = match &material {
            Material::Oct(_) => true,
            Material::Asymmetric(key) => key.signer.is_some(),
        };
        Self {
            core: Arc::new(Core { material, verifiers }),
            kid: None,
            bound: None,
            issuer: None,
            may_verify: true,
            may_sign,
            legacy: false,
        }
    }

    fn asymmetric(material: Asymmetric) -> Self {
        Self::new(Material::Asymmetric(material))
    }

    fn material(&self) -> Result<&Asymmetric> {
        match &self.core.material {
            Material::Asymmetric(key) => Ok(key),
            Material::Oct(_) => {
                Err(Error::with(ErrorCode::KeyWrongType, "an HMAC secret has no public form"))
            }
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        match &self.core.material {
            Material::Oct(_) => Kind::Oct,
            Material::Asymmetric(key) => key.kind,
        }
    }

    /// Whether the key can verify this algorithm's signatures.
    pub(crate) fn fits(&self, algorithm: Algorithm) -> bool {
        self.check_verify(algorithm).is_ok()
    }

    /// Why the key cannot verify this algorithm's signatures, if it cannot.
    pub(crate) fn check_verify(&self, algorithm: Algorithm) -> Result<()> {
        self.check(algorithm, self.legacy)?;
        if self.may_verify { Ok(()) } else { Err(Error::new(ErrorCode::KeyUse)) }
    }

    /// Why the key can verify none of these algorithms' signatures, if it cannot.
    pub(super) fn check_any(&self, algorithms: &[Algorithm]) -> Result<()> {
        let mut refused = Error::new(ErrorCode::ConfigAlgorithms);
        for algorithm in algorithms {
            match self.check_verify(*algorithm) {
                Ok(()) => return Ok(()),
                // Of several reasons, the one about an algorithm of the key's own kind says most.
                Err(error) if error.code() != ErrorCode::KeyWrongType => refused = error,
                Err(error) if refused.code() == ErrorCode::ConfigAlgorithms => refused = error,
                Err(_) => {}
            }
        }
        Err(refused)
    }

    /// The algorithm to sign with: the one that is wanted, else the one that the key is bound to, else the usual one of
    /// its family.
    ///
    /// # Errors
    /// `key.*` if the key cannot sign with it, `config.unsupported_algorithm`.
    pub(crate) fn signing_algorithm(&self, wanted: Option<Algorithm>) -> Result<Algorithm> {
        let usual = family(self.kind()).first().copied();
        let algorithm = wanted.or(self.bound).or(usual).ok_or_else(|| Error::new(ErrorCode::KeyWrongType))?;
        self.check_sign(algorithm)?;
        Ok(algorithm)
    }

    /// Why the key cannot sign with this algorithm, if it cannot.
    pub(crate) fn check_sign(&self, algorithm: Algorithm) -> Result<()> {
        self.check(algorithm, false)?;
        if let Material::Asymmetric(Asymmetric { signer: None, .. }) = &self.core.material {
            return Err(Error::new(ErrorCode::KeyPrivateRequired));
        }
        if self.may_sign { Ok(()) } else { Err(Error::new(ErrorCode::KeyUse)) }
    }

    fn check(&self, algorithm: Algorithm, short: bool) -> Result<()> {
        if !family(self.kind()).contains(&algorithm) || self.bound.is_some_and(|bound| bound != algorithm) {
            return Err(Error::with(ErrorCode::KeyWrongType, algorithm.name()));
        }
        if !algorithm.is_supported() {
            return Err(Error::with(ErrorCode::ConfigUnsupportedAlgorithm, algorithm.name()));
        }
        match (&self.core.material, algorithm.primitive()) {
            (Material::Oct(secret), Primitive::Mac(hash)) if secret.expose().len() < hash.len() && !short => {
                Err(Error::with(ErrorCode::KeyTooShort, format!("{algorithm} needs {} bytes", hash.len())))
            }
            _ => Ok(()),
        }
    }

    /// Whether the signature is this key's over the message. False as well for an algorithm that the
    /// key does not fit; callers have asked [`Key::fits`] before.
    pub(crate) fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let place = family(self.kind()).iter().position(|candidate| *candidate == algorithm);
        let slot = place.and_then(|index| self.core.verifiers.get(index));
        let parsed = slot.and_then(|slot| {
            // Parsed outside the cell: a child that is forked meanwhile would wait for ever on a cell
            // that a thread of its parent was filling.
            slot.get().or_else(|| {
                let _lost_the_race = slot.set(self.parse(algorithm));
                slot.get()
            })
        });
        match parsed.and_then(Option::as_ref) {
            Some(Verifier::Mac(key)) => key.verify(message, signature),
            Some(Verifier::Public(key)) => key.verify(message, signature),
            None => false,
        }
    }

    fn parse(&self, algorithm: Algorithm) -> Option<Verifier> {
        match (&self.core.material, algorithm.primitive()) {
            (Material::Oct(secret), Primitive::Mac(hash)) => {
                Some(Verifier::Mac(Box::new(MacKey::new(hash, secret.expose()))))
            }
            (Material::Asymmetric(key), Primitive::Signature(scheme)) => {
                VerifyingKey::new(scheme, &key.public).ok().map(Verifier::Public)
            }
            _ => None,
        }
    }

    /// Signs a message.
    pub(crate) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>> {
        match (&self.core.material, algorithm.primitive()) {
            (Material::Oct(secret), Primitive::Mac(hash)) => {
                Ok(MacKey::new(hash, secret.expose()).sign(message))
            }
            (Material::Asymmetric(Asymmetric { signer: Some(signer), .. }), Primitive::Signature(scheme)) => {
                signer.sign(scheme, message)
            }
            (Material::Asymmetric(_), Primitive::Signature(_)) => {
                Err(Error::new(ErrorCode::KeyPrivateRequired))
            }
            _ => Err(Error::new(ErrorCode::KeyWrongType)),
        }
    }
}

/// The algorithms of a family.
fn family(kind: Kind) -> &'static [Algorithm] {
    use Algorithm::{
        ES256, ES256K, ES384, ES512, EdDSA, HS256, HS384, HS512, MLDSA44, MLDSA65, MLDSA87, PS256, PS384,
        PS512, RS256, RS384, RS512,
    };
    match kind {
        Kind::Oct => &[HS256, HS384, HS512],
        Kind::Rsa => &[RS256, PS256, RS384, RS512, PS384, PS512],
        Kind::Ec(Curve::P256) => &[ES256],
        Kind::Ec(Curve::P384) => &[ES384],
        Kind::Ec(Curve::P521) => &[ES512],
        Kind::Ec(Curve::Secp256k1) => &[ES256K],
        Kind::Ed25519 => &[EdDSA],
        Kind::MlDsa(MlDsa::Set44) => &[MLDSA44],
        Kind::MlDsa(MlDsa::Set65) => &[MLDSA65],
        Kind::MlDsa(MlDsa::Set87) => &[MLDSA87],
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let private = if self.is_private() { " private" } else { "" };
        write!(f, "Key({:?}{private}, kid {:?})", self.kind(), self.kid)
    }
}
