//! JWK sets, bounded, and the choice of a key for a token.

use super::json::{Limits, Object, Value};
use super::jwe::KeyManagement;
use super::key::Import;
use super::{Algorithm, EncryptionKey, Key};
use crate::error::{Error, ErrorCode, Result};
use std::fmt;
use std::sync::Arc;

const MAX_KEYS: usize = 100;
const MAX_BYTES: usize = 512 * 1024;
/// Keys that are tried for a token that names none.
const MAX_TRIALS: usize = 4;

/// Who wrote a key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The host itself: secrets and private keys are fine.
    Local,
    /// A provider's `jwks_uri`: members with secret or private parts are dropped, because a key that was
    /// published so is nobody's.
    Remote,
}

/// A set of keys; cheap to clone.
#[derive(Clone)]
pub struct KeySet(Arc<Inner>);

struct Inner {
    keys: Vec<Key>,
    /// The members of a provider's set that are for encryption, as they stand: a key is bound to an algorithm when it is made.
    recipients: Vec<Box<str>>,
    /// The host named this very key, so a token's key id need not be known to it.
    explicit: bool,
}

/// Why no key was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// No key has this id, or fits.
    NotFound,
    /// The key with this id is for another algorithm.
    OtherAlgorithm,
    /// More keys fit than may be tried.
    Ambiguous,
    /// The key, or one of the keys, did not verify.
    Refused,
}

impl Choice {
    /// The row of the error table, and the check that the report names.
    pub(crate) const fn refusal(self) -> (ErrorCode, &'static str) {
        match self {
            Self::NotFound => (ErrorCode::TokenKeyNotFound, "key"),
            Self::OtherAlgorithm => (ErrorCode::TokenAlgorithm, "key_alg"),
            Self::Ambiguous => (ErrorCode::TokenKeyAmbiguous, "key"),
            Self::Refused => (ErrorCode::TokenSignature, "signature"),
        }
    }
}

impl KeySet {
    /// Reads a JWK set (RFC 7517 section 5). Members that are weak or of an unknown kind are skipped, and those for encryption
    /// verify nothing; malformed ones as well in a provider's set, but not in the host's own.
    ///
    /// # Errors
    /// `jwks.malformed`, `jwks.too_large` (over 100 keys or 512 KiB), `jwks.no_usable_key`, and
    /// `config.algorithms` if symmetric and asymmetric keys are mixed.
    pub fn parse(json: &[u8], origin: Origin) -> Result<Self> {
        let object = Object::parse(json, Limits::bytes(MAX_BYTES)).map_err(|fault| match fault {
            super::json::Fault::TooLarge => Error::new(ErrorCode::KeySetTooLarge),
            other => Error::with(ErrorCode::KeySetMalformed, other.describe()),
        })?;
        let members = object
            .get("keys")
            .and_then(Value::as_array)
            .ok_or_else(|| Error::with(ErrorCode::KeySetMalformed, "no array \"keys\""))?;
        let import = match origin {
            Origin::Local => Import::Trusted,
            Origin::Remote => Import::Published,
        };
        let (mut keys, mut recipients) = (Vec::new(), Vec::new());
        for (index, member) in members.enumerate() {
            if index >= MAX_KEYS {
                return Err(Error::new(ErrorCode::KeySetTooLarge));
            }
            match Key::import(member.raw(), import) {
                Ok(key) => keys.push(key),
                // A broken key of one's own is a mistake to hear of, and could hide a second key of the same id.
                Err(error) if origin == Origin::Local && error.code() == ErrorCode::KeyMalformed => {
                    return Err(Error::with(ErrorCode::KeySetMalformed, format!("member {index}")));
                }
                Err(_) if origin == Origin::Remote && EncryptionKey::is_published(member.raw()) => {
                    recipients.push(member.raw().into());
                }
                Err(_) => {}
            }
        }
        Self::checked(keys, recipients)
    }

    /// A set of one key that the host chose itself. A key without an id then serves every token,
    /// whatever key id the token names.
    #[must_use]
    pub fn single(key: Key) -> Self {
        Self(Arc::new(Inner { keys: vec![key], recipients: Vec::new(), explicit: true }))
    }

    /// A set of the host's own keys, in their order: to verify with, or to publish ([`KeySet::to_json`]). Of private keys
    /// only the public half is taken.
    ///
    /// # Errors
    /// `jwks.no_usable_key` if there are none, `jwks.too_large` if there are more than 100, `config.algorithms` if secrets and
    /// public keys are mixed.
    pub fn from_keys(keys: impl IntoIterator<Item = Key>) -> Result<Self> {
        let public = |key: Key| if key.is_private() { key.public_half() } else { Ok(key) };
        let keys = keys.into_iter().take(MAX_KEYS + 1).map(public).collect::<Result<Vec<Key>>>()?;
        if keys.len() > MAX_KEYS {
            return Err(Error::new(ErrorCode::KeySetTooLarge));
        }
        Self::checked(keys, Vec::new())
    }

    fn checked(keys: Vec<Key>, recipients: Vec<Box<str>>) -> Result<Self> {
        if keys.is_empty() {
            return Err(Error::new(ErrorCode::KeySetNoUsableKey));
        }
        if keys.iter().any(Key::is_symmetric) && !keys.iter().all(Key::is_symmetric) {
            return Err(Error::with(
                ErrorCode::ConfigAlgorithms,
                "the key set mixes secrets and public keys",
            ));
        }
        Ok(Self(Arc::new(Inner { keys, recipients, explicit: false })))
    }

    /// Whether a key has this id, byte for byte.
    #[must_use]
    pub fn has_kid(&self, kid: &str) -> bool {
        self.0.keys.iter().any(|key| key.kid() == Some(kid))
    }

    /// How many usable keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.keys.len()
    }

    /// Whether there are none; a parsed set never is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.keys.is_empty()
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.0.keys
    }

    /// The public keys as a JWK set; secrets are left out.
    #[must_use]
    pub fn to_json(&self) -> String {
        let members: Vec<String> = self.0.keys.iter().filter_map(|key| key.public_jwk().ok()).collect();
        format!("{{\"keys\":[{}]}}", members.join(","))
    }

    /// The key to encrypt with for the provider whose set this is: the first that says that it is for this algorithm, else the
    /// first that fits.
    pub(crate) fn recipient(&self, algorithm: KeyManagement) -> Option<EncryptionKey> {
        let bound = |json: &&str| EncryptionKey::names(json, algorithm);
        let members = || self.0.recipients.iter().map(AsRef::as_ref);
        let mut in_order = members().filter(bound).chain(members().filter(|json| !bound(json)));
        in_order.find_map(|json| EncryptionKey::from_jwk(json, Some(algorithm.name())).ok())
    }

    /// The key of a set that is one key of the host's own choice.
    pub(crate) fn explicit_key(&self) -> Option<&Key> {
        self.0.keys.first().filter(|_| self.0.explicit)
    }

    /// Finds the key that verifies a signature. With a key id: the one key that has it and fits. Without:
    /// the keys that fit, those bound to the algorithm first, at most four.
    ///
    /// `tried` counts the signature checks.
    pub(crate) fn verify(
        &self,
        algorithm: Algorithm,
        kid: Option<&str>,
        message: &[u8],
        signature: &[u8],
        tried: &mut u32,
    ) -> std::result::Result<&Key, Choice> {
        let mut check = |key: &&Key| {
            *tried += 1;
            key.verify(algorithm, message, signature)
        };
        if let Some(kid) = kid {
            let named = |key: &&Key| key.kid() == Some(kid) || (self.0.explicit && key.kid().is_none());
            let mut fitting = self.0.keys.iter().filter(named).filter(|key| key.fits(algorithm));
            return match (fitting.next(), fitting.next()) {
                (Some(key), None) if check(&key) => Ok(key),
                (Some(_), None) => Err(Choice::Refused),
                (Some(_), Some(_)) => Err(Choice::Ambiguous),
                (None, _) if self.0.keys.iter().any(|key| named(&key)) => Err(Choice::OtherAlgorithm),
                (None, _) => Err(Choice::NotFound),
            };
        }
        if let [only] = self.0.keys.as_slice()
            && only.fits(algorithm)
        {
            return if check(&only) { Ok(only) } else { Err(Choice::Refused) };
        }
        let fitting = || self.0.keys.iter().filter(|key| key.fits(algorithm));
        match fitting().count() {
            0 if self.0.explicit => return Err(Choice::OtherAlgorithm),
            0 => return Err(Choice::NotFound),
            1..=MAX_TRIALS => {}
            _ => return Err(Choice::Ambiguous),
        }
        let bound = |key: &&Key| key.algorithm() == Some(algorithm);
        let mut in_order = fitting().filter(bound).chain(fitting().filter(|key| !bound(key)));
        in_order.find(&mut check).ok_or(Choice::Refused)
    }

    /// The ids of the keys, as far as they fit into a report; `None` if none has one.
    pub(crate) fn ids(&self) -> Option<String> {
        let ids: Vec<&str> = self.0.keys.iter().filter_map(Key::kid).take(16).collect();
        (!ids.is_empty()).then(|| ids.join(" ").chars().take(256).collect())
    }

    /// The ids of the keys that [`KeySet::verify`] tries for such a token, for the report; a key without one is `-`.
    pub(crate) fn candidates(&self, algorithm: Algorithm, kid: Option<&str>) -> Vec<String> {
        let named = |key: &&Key| match kid {
            Some(kid) => key.kid() == Some(kid) || (self.0.explicit && key.kid().is_none()),
            None => true,
        };
        let fitting = self.0.keys.iter().filter(named).filter(|key| key.fits(algorithm));
        let shown = |key: &Key| key.kid().unwrap_or("-").chars().take(64).collect();
        fitting.take(MAX_TRIALS).map(shown).collect()
    }
}

impl From<Key> for KeySet {
    fn from(key: Key) -> Self {
        Self::single(key)
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeySet").field(&self.0.keys).finish()
    }
}
