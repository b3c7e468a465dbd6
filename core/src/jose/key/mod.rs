//! Keys: typed, one family each, proven usable when they are made.
//!
//! No function takes bare bytes for both a secret and a public key, and a [`Key`] never changes its
//! family, so that the confusion of the two (threat B2) has no place to happen.

mod der;
mod guard;
mod jwk;
mod material;
mod pem;
mod weak;

pub(crate) use jwk::Import;
pub(crate) use material::Kind;

use super::Algorithm;
use super::algorithm::Primitive;
use crate::crypto::{self, Curve, MacKey, Scheme, VerifyingKey};
use crate::error::{Error, ErrorCode, Result};
use crate::secret::{Secret, SecretBytes};
use material::{Asymmetric, Material};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Longest accepted key id in bytes.
pub(crate) const MAX_KEY_ID: usize = 256;
/// Longest accepted HMAC secret.
const MAX_SECRET: usize = 64 * 1024;

/// A key for signing or verifying, of one family: HMAC, RSA, ECDSA on one curve, or Ed25519.
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
    may_verify: bool,
    may_sign: bool,
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
    /// A secret shared by signer and verifier.
    ///
    /// The length is checked against the algorithm when a verifier or signer is built: at least as many
    /// bytes as the hash gives (RFC 7518 section 3.2).
    ///
    /// # Errors
    /// `key.empty`; `key.asymmetric_as_secret` if the bytes are a public or private key, a certificate or
    /// a JWK in whatever spelling, because a published key is no secret.
    pub fn hmac(secret: &[u8]) -> Result<Self> {
        if secret.is_empty() {
            return Err(Error::new(ErrorCode::KeyEmpty));
        }
        if secret.len() > MAX_SECRET {
            return Err(Error::with(ErrorCode::KeyMalformed, "the secret is longer than 64 KiB"));
        }
        if guard::is_asymmetric(secret) {
            return Err(Error::new(ErrorCode::KeyAsymmetricAsSecret));
        }
        Ok(Self::new(Material::Oct(SecretBytes::new(secret))))
    }

    /// A public key from PEM: `PUBLIC KEY` or `RSA PUBLIC KEY`.
    ///
    /// # Errors
    /// `key.malformed`, `key.weak`, `key.invalid_point`, or `key.wrong_type` for an unsupported kind.
    pub fn public_from_pem(pem: &str) -> Result<Self> {
        pem::public(pem).map(Self::asymmetric)
    }

    /// A public key from DER: SubjectPublicKeyInfo or a PKCS#1 `RSAPublicKey`.
    ///
    /// # Errors
    /// As [`Key::public_from_pem`].
    pub fn public_from_der(der: &[u8]) -> Result<Self> {
        pem::public_der(der).map(Self::asymmetric)
    }

    /// A private key from PEM: `PRIVATE KEY` (PKCS#8, unencrypted), `RSA PRIVATE KEY` or `EC PRIVATE KEY`.
    ///
    /// # Errors
    /// As [`Key::public_from_pem`]; `key.private_required` for a public key, `key.inconsistent` if the
    /// parts do not belong together.
    pub fn private_from_pem(pem: &str) -> Result<Self> {
        pem::private(pem).map(Self::asymmetric)
    }

    /// A key from one JSON Web Key (RFC 7517, 7518, 8037), public, private or symmetric.
    ///
    /// The key is bound to its `alg`, and to what `use` and `key_ops` allow.
    ///
    /// # Errors
    /// `key.malformed`, `key.wrong_type`, `key.use`, `key.weak`, `key.invalid_point`, `key.inconsistent`,
    /// `key.empty`, `key.too_short`, `key.asymmetric_as_secret`, `config.unsupported_algorithm`.
    pub fn from_jwk(json: &str) -> Result<Self> {
        jwk::parse(json, Import::Trusted)
    }

    pub(crate) fn import(json: &str, import: Import) -> Result<Self> {
        jwk::parse(json, import)
    }

    /// Draws a new private key for an asymmetric algorithm and binds it to that algorithm.
    ///
    /// # Errors
    /// `config.unsupported_algorithm` for a symmetric algorithm and for one whose keys this build's
    /// backend cannot make; `internal.random`.
    pub fn generate(algorithm: Algorithm) -> Result<Self> {
        let Primitive::Signature(scheme) = algorithm.primitive() else {
            return Err(Error::with(
                ErrorCode::ConfigUnsupportedAlgorithm,
                "a symmetric algorithm has no key pair",
            ));
        };
        let fresh = crypto::generate(scheme)?;
        let material = match scheme {
            Scheme::Ed25519 => Asymmetric::ed25519_private(fresh.expose(), None)?,
            _ => pem::private_der(fresh.expose())?,
        };
        Ok(Self { bound: Some(algorithm), ..Self::asymmetric(material) })
    }

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

    /// The key id.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
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

    /// The public part as JWK.
    ///
    /// # Errors
    /// `key.wrong_type` for an HMAC secret, which has no public part.
    pub fn public_jwk(&self) -> Result<String> {
        jwk::write_public(self)
    }

    /// The public part as PEM (SubjectPublicKeyInfo).
    ///
    /// # Errors
    /// `key.wrong_type` for an HMAC secret.
    pub fn public_pem(&self) -> Result<String> {
        self.material().map(pem::write_public)
    }

    /// The private key as PEM (PKCS#8).
    ///
    /// # Errors
    /// `key.private_required` if there is none, `key.wrong_type` for an HMAC secret.
    pub fn private_pem(&self) -> Result<Secret> {
        self.material().and_then(pem::write_private)
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
            may_verify: true,
            may_sign,
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
        self.check(algorithm)?;
        if self.may_verify { Ok(()) } else { Err(Error::new(ErrorCode::KeyUse)) }
    }

    /// Why the key cannot sign with this algorithm, if it cannot.
    pub(crate) fn check_sign(&self, algorithm: Algorithm) -> Result<()> {
        self.check(algorithm)?;
        if let Material::Asymmetric(Asymmetric { signer: None, .. }) = &self.core.material {
            return Err(Error::new(ErrorCode::KeyPrivateRequired));
        }
        if self.may_sign { Ok(()) } else { Err(Error::new(ErrorCode::KeyUse)) }
    }

    fn check(&self, algorithm: Algorithm) -> Result<()> {
        if !family(self.kind()).contains(&algorithm) || self.bound.is_some_and(|bound| bound != algorithm) {
            return Err(Error::with(ErrorCode::KeyWrongType, algorithm.name()));
        }
        if !algorithm.is_supported() {
            return Err(Error::with(ErrorCode::ConfigUnsupportedAlgorithm, algorithm.name()));
        }
        match (&self.core.material, algorithm.primitive()) {
            (Material::Oct(secret), Primitive::Mac(hash)) if secret.expose().len() < hash.len() => {
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
        ES256, ES384, ES512, EdDSA, HS256, HS384, HS512, PS256, PS384, PS512, RS256, RS384, RS512,
    };
    match kind {
        Kind::Oct => &[HS256, HS384, HS512],
        Kind::Rsa => &[RS256, PS256, RS384, RS512, PS384, PS512],
        Kind::Ec(Curve::P256) => &[ES256],
        Kind::Ec(Curve::P384) => &[ES384],
        Kind::Ec(Curve::P521) => &[ES512],
        Kind::Ed25519 => &[EdDSA],
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let private = if self.is_private() { " private" } else { "" };
        write!(f, "Key({:?}{private}, kid {:?})", self.kind(), self.kid)
    }
}
