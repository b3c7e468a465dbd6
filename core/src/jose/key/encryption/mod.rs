//! Keys for encryption: a type of their own, bound to one algorithm.
//!
//! A key that signs must not decrypt as well: each of the two uses can be made to betray the other. No function takes
//! a [`super::Key`] where an [`EncryptionKey`] is asked for or the other way round, a JWK that says `use: sig` or names
//! a signature algorithm is refused here, and one algorithm is fixed when a key is made (threats B2, B4).

mod forms;

use super::material::{Asymmetric, Kind};
use super::x25519::X25519;
use super::{MAX_KEY_ID, pem};
use crate::crypto::{AgreementKey, Curve, Group, OaepPrivate, OaepPublic};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::Algorithm;
use crate::jose::jwe::{ContentEncryption, KeyManagement, Management};
use crate::secret::SecretBytes;
use std::fmt;
use std::sync::Arc;

/// A key for encrypting or decrypting, bound to one key management algorithm. Cheap to clone; prints neither secret
/// nor private parts.
///
/// ```
/// use ferroauth::jose::EncryptionKey;
/// let key = EncryptionKey::generate("A256GCMKW", None)?.with_kid("2026-01")?;
/// assert_eq!(key.algorithm().name(), "A256GCMKW");
/// # Ok::<(), ferroauth::Error>(())
/// ```
#[derive(Clone)]
pub struct EncryptionKey {
    material: Arc<Material>,
    kid: Option<Arc<str>>,
    purpose: Purpose,
    may_encrypt: bool,
    may_decrypt: bool,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Purpose {
    algorithm: KeyManagement,
    /// For a key that encrypts the content itself, the one way in which it does, if that is fixed.
    encryption: Option<ContentEncryption>,
}

/// The key, ready for use.
enum Material {
    Secret(SecretBytes),
    Rsa { key: Asymmetric, public: OaepPublic, private: Option<OaepPrivate> },
    Ec { key: Asymmetric, curve: Curve, private: Option<AgreementKey> },
    X25519 { key: X25519, private: Option<AgreementKey> },
}

impl Purpose {
    /// From an `alg` value. The name of a content encryption stands for direct use of the key under it.
    fn parse(name: &str) -> Result<Self> {
        if let Some(encryption) = ContentEncryption::parse(name) {
            let encryption = Some(encryption.name().parse()?);
            return Ok(Self { algorithm: KeyManagement::Dir, encryption });
        }
        if Algorithm::parse(name).is_some() {
            return Err(Error::with(ErrorCode::KeyUse, "the algorithm is one for signatures"));
        }
        Ok(Self { algorithm: name.parse()?, encryption: None })
    }

    const fn name(self) -> &'static str {
        match self.encryption {
            Some(encryption) => encryption.name(),
            None => self.algorithm.name(),
        }
    }
}

fn wrong_type(purpose: Purpose) -> Error {
    Error::with(ErrorCode::KeyWrongType, purpose.name())
}

impl EncryptionKey {
    fn new(material: Material, purpose: Purpose) -> Self {
        let may_decrypt = match &material {
            Material::Secret(_) => true,
            Material::Rsa { private, .. } => private.is_some(),
            Material::Ec { private, .. } | Material::X25519 { private, .. } => private.is_some(),
        };
        Self { material: Arc::new(material), kid: None, purpose, may_encrypt: true, may_decrypt }
    }

    fn asymmetric(mut key: Asymmetric, purpose: Purpose) -> Result<Self> {
        // What it needed for the check of its parts must not be at hand for signing.
        key.signer = None;
        let material = match (key.kind, purpose.algorithm.management()) {
            (Kind::Rsa, Management::Oaep(_)) => {
                let public = OaepPublic::new(&pem::spki(&key))?;
                let private = match &key.private {
                    Some(_) => Some(OaepPrivate::new(pem::pkcs8(&key)?.expose())?),
                    None => None,
                };
                Material::Rsa { key, public, private }
            }
            (Kind::Ec(curve @ (Curve::P256 | Curve::P384 | Curve::P521)), Management::Agreement(_)) => {
                let private = match &key.private {
                    Some(scalar) => Some(AgreementKey::new(Group::Ec(curve), scalar.expose())?),
                    None => None,
                };
                Material::Ec { key, curve, private }
            }
            _ => return Err(wrong_type(purpose)),
        };
        Ok(Self::new(material, purpose))
    }

    fn x25519(key: X25519, purpose: Purpose) -> Result<Self> {
        if !matches!(purpose.algorithm.management(), Management::Agreement(_)) {
            return Err(wrong_type(purpose));
        }
        let private = match &key.private {
            Some(bytes) => Some(AgreementKey::new(Group::X25519, bytes.expose())?),
            None => None,
        };
        Ok(Self::new(Material::X25519 { key, private }, purpose))
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

    /// The algorithm that the key is bound to.
    #[must_use]
    pub fn algorithm(&self) -> KeyManagement {
        self.purpose.algorithm
    }

    /// The `alg` that the key has as a JWK: the algorithm, or for direct use the content encryption if it is fixed.
    #[must_use]
    pub fn purpose(&self) -> &'static str {
        self.purpose.name()
    }

    /// The content encryption that a key for direct use is bound to.
    #[must_use]
    pub fn encryption(&self) -> Option<ContentEncryption> {
        self.purpose.encryption
    }

    /// Whether the key can decrypt: a secret, or a key with its private part.
    #[must_use]
    pub fn is_private(&self) -> bool {
        match self.material.as_ref() {
            Material::Secret(_) => true,
            Material::Rsa { private, .. } => private.is_some(),
            Material::Ec { private, .. } | Material::X25519 { private, .. } => private.is_some(),
        }
    }

    /// # Errors
    /// `key.use` if its owner said that it does not encrypt.
    pub(in crate::jose) fn check_encrypt(&self) -> Result<()> {
        if self.may_encrypt { Ok(()) } else { Err(Error::new(ErrorCode::KeyUse)) }
    }

    /// # Errors
    /// `key.private_required`; `key.use` if its owner said that it does not decrypt.
    pub(in crate::jose) fn check_decrypt(&self) -> Result<()> {
        match (self.may_decrypt, self.is_private()) {
            (true, _) => Ok(()),
            (false, false) => Err(Error::new(ErrorCode::KeyPrivateRequired)),
            (false, true) => Err(Error::new(ErrorCode::KeyUse)),
        }
    }

    pub(in crate::jose) fn shared_secret(&self) -> Option<&[u8]> {
        match self.material.as_ref() {
            Material::Secret(secret) => Some(secret.expose()),
            _ => None,
        }
    }

    pub(in crate::jose) fn oaep_public(&self) -> Option<&OaepPublic> {
        match self.material.as_ref() {
            Material::Rsa { public, .. } => Some(public),
            _ => None,
        }
    }

    pub(in crate::jose) fn oaep_private(&self) -> Option<&OaepPrivate> {
        match self.material.as_ref() {
            Material::Rsa { private, .. } => private.as_ref(),
            _ => None,
        }
    }

    /// The group of an agreement, and the public key.
    pub(in crate::jose) fn agreement_public(&self) -> Option<(Group, &[u8])> {
        match self.material.as_ref() {
            Material::Ec { key, curve, .. } => Some((Group::Ec(*curve), &key.public)),
            Material::X25519 { key, .. } => Some((Group::X25519, &key.public)),
            _ => None,
        }
    }

    pub(in crate::jose) fn agreement_private(&self) -> Option<&AgreementKey> {
        match self.material.as_ref() {
            Material::Ec { private, .. } | Material::X25519 { private, .. } => private.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let private = if self.is_private() { " private" } else { "" };
        write!(f, "EncryptionKey({}{private}, kid {:?})", self.purpose.name(), self.kid)
    }
}
