//! The algorithms of RFC 7518 sections 4 and 5 that this library offers.
//!
//! RSA1_5 is not among them: its padding tells an attacker who may ask often what a ciphertext contains
//! (threat D1). Neither is compression (`zip`), which makes a small token a large one (threat D3).

use crate::crypto::{Aes, ContentCipher, HAS_TRANSPORT, Hash, OaepHash};
use crate::error::{Error, ErrorCode};
use std::fmt;
use std::str::FromStr;

/// How the content encryption key travels: the `alg` of an encrypted token (RFC 7518 section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[allow(missing_docs)] // the names are RFC 7518's own
pub enum KeyManagement {
    /// The shared secret is the content encryption key itself.
    Dir,
    A128KW,
    A256KW,
    A128GCMKW,
    A192GCMKW,
    A256GCMKW,
    /// RSAES-OAEP with SHA-1, which is safe there.
    RsaOaep,
    /// RSAES-OAEP with SHA-256.
    RsaOaep256,
    /// ECDH with an ephemeral key; the result is the content encryption key.
    EcdhEs,
    EcdhEsA128KW,
    EcdhEsA256KW,
    /// From a password. Only where a named switch allows it, because the work is the token's choice (threat D2).
    Pbes2Hs256A128KW,
    /// As the other one.
    Pbes2Hs512A256KW,
}

/// What a key management algorithm computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Management {
    Direct,
    /// AES key wrap.
    Wrap(Aes),
    GcmWrap(Aes),
    Oaep(OaepHash),
    /// Agreement, and the key wrap under the agreed key if there is one.
    Agreement(Option<Aes>),
    Password(Hash, Aes),
}

impl KeyManagement {
    /// Every algorithm, whether this build supports it or not.
    pub const ALL: &'static [Self] = &[
        Self::Dir,
        Self::A128KW,
        Self::A256KW,
        Self::A128GCMKW,
        Self::A192GCMKW,
        Self::A256GCMKW,
        Self::RsaOaep,
        Self::RsaOaep256,
        Self::EcdhEs,
        Self::EcdhEsA128KW,
        Self::EcdhEsA256KW,
        Self::Pbes2Hs256A128KW,
        Self::Pbes2Hs512A256KW,
    ];

    /// The `alg` value.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dir => "dir",
            Self::A128KW => "A128KW",
            Self::A256KW => "A256KW",
            Self::A128GCMKW => "A128GCMKW",
            Self::A192GCMKW => "A192GCMKW",
            Self::A256GCMKW => "A256GCMKW",
            Self::RsaOaep => "RSA-OAEP",
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::EcdhEs => "ECDH-ES",
            Self::EcdhEsA128KW => "ECDH-ES+A128KW",
            Self::EcdhEsA256KW => "ECDH-ES+A256KW",
            Self::Pbes2Hs256A128KW => "PBES2-HS256+A128KW",
            Self::Pbes2Hs512A256KW => "PBES2-HS512+A256KW",
        }
    }

    pub(crate) const fn management(self) -> Management {
        match self {
            Self::Dir => Management::Direct,
            Self::A128KW => Management::Wrap(Aes::Aes128),
            Self::A256KW => Management::Wrap(Aes::Aes256),
            Self::A128GCMKW => Management::GcmWrap(Aes::Aes128),
            Self::A192GCMKW => Management::GcmWrap(Aes::Aes192),
            Self::A256GCMKW => Management::GcmWrap(Aes::Aes256),
            Self::RsaOaep => Management::Oaep(OaepHash::Sha1),
            Self::RsaOaep256 => Management::Oaep(OaepHash::Sha256),
            Self::EcdhEs => Management::Agreement(None),
            Self::EcdhEsA128KW => Management::Agreement(Some(Aes::Aes128)),
            Self::EcdhEsA256KW => Management::Agreement(Some(Aes::Aes256)),
            Self::Pbes2Hs256A128KW => Management::Password(Hash::Sha256, Aes::Aes128),
            Self::Pbes2Hs512A256KW => Management::Password(Hash::Sha512, Aes::Aes256),
        }
    }

    /// Whether this build's backend has the algorithm. ring has `dir`, `A128GCMKW` and `A256GCMKW`.
    #[must_use]
    pub fn is_supported(self) -> bool {
        match self.management() {
            Management::Direct => true,
            Management::GcmWrap(aes) => ContentCipher::Gcm(aes).is_supported(),
            Management::Wrap(_)
            | Management::Oaep(_)
            | Management::Agreement(_)
            | Management::Password(..) => HAS_TRANSPORT,
        }
    }

    /// Whether the content encryption key is fixed by the key itself or by the agreement, so that a token has no
    /// encrypted key and no second recipient.
    #[must_use]
    pub const fn is_direct(self) -> bool {
        matches!(self, Self::Dir | Self::EcdhEs)
    }

    /// Whether both sides share a secret or a password.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        !matches!(self.management(), Management::Oaep(_) | Management::Agreement(_))
    }

    /// Whether the secret is a password.
    #[must_use]
    pub const fn is_password_based(self) -> bool {
        matches!(self.management(), Management::Password(..))
    }

    /// Exact, case-sensitive match of an `alg` value.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }
}

/// How the content is encrypted: the `enc` of an encrypted token (RFC 7518 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[allow(missing_docs)] // the names are RFC 7518's own
pub enum ContentEncryption {
    A128GCM,
    A192GCM,
    A256GCM,
    A128CbcHs256,
    A192CbcHs384,
    A256CbcHs512,
}

impl ContentEncryption {
    /// Every algorithm, whether this build supports it or not.
    pub const ALL: &'static [Self] = &[
        Self::A128GCM,
        Self::A192GCM,
        Self::A256GCM,
        Self::A128CbcHs256,
        Self::A192CbcHs384,
        Self::A256CbcHs512,
    ];

    /// The `enc` value.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A128GCM => "A128GCM",
            Self::A192GCM => "A192GCM",
            Self::A256GCM => "A256GCM",
            Self::A128CbcHs256 => "A128CBC-HS256",
            Self::A192CbcHs384 => "A192CBC-HS384",
            Self::A256CbcHs512 => "A256CBC-HS512",
        }
    }

    /// Whether this build's backend has the algorithm. ring has `A128GCM` and `A256GCM`.
    #[must_use]
    pub fn is_supported(self) -> bool {
        self.cipher().is_supported()
    }

    pub(crate) const fn cipher(self) -> ContentCipher {
        match self {
            Self::A128GCM => ContentCipher::Gcm(Aes::Aes128),
            Self::A192GCM => ContentCipher::Gcm(Aes::Aes192),
            Self::A256GCM => ContentCipher::Gcm(Aes::Aes256),
            Self::A128CbcHs256 => ContentCipher::CbcHmac(Aes::Aes128),
            Self::A192CbcHs384 => ContentCipher::CbcHmac(Aes::Aes192),
            Self::A256CbcHs512 => ContentCipher::CbcHmac(Aes::Aes256),
        }
    }

    /// Exact, case-sensitive match of an `enc` value.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|encryption| encryption.name() == name)
    }
}

fn unsupported(label: &'static str, name: &str) -> Error {
    Error::quoted(ErrorCode::ConfigUnsupportedAlgorithm, label, name)
}

impl FromStr for KeyManagement {
    type Err = Error;

    /// # Errors
    /// `config.unsupported_algorithm` for a name this library does not know, RSA1_5 among them, and for one that this
    /// build's backend lacks.
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::parse(name)
            .filter(|algorithm| algorithm.is_supported())
            .ok_or_else(|| unsupported("algorithm", name))
    }
}

impl FromStr for ContentEncryption {
    type Err = Error;

    /// # Errors
    /// `config.unsupported_algorithm` for a name this library does not know, and for one that this build's backend
    /// lacks.
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::parse(name)
            .filter(|encryption| encryption.is_supported())
            .ok_or_else(|| unsupported("encryption", name))
    }
}

impl fmt::Display for KeyManagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for ContentEncryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_nothing_else_does() {
        for algorithm in KeyManagement::ALL {
            assert_eq!(KeyManagement::parse(algorithm.name()), Some(*algorithm));
        }
        for encryption in ContentEncryption::ALL {
            assert_eq!(ContentEncryption::parse(encryption.name()), Some(*encryption));
        }
        for name in
            ["RSA1_5", "Dir", "", "none", "A128KW ", "ECDH-1PU", "PBES2-HS384+A192KW", "HS256", "A192KW"]
        {
            assert!(name.parse::<KeyManagement>().is_err(), "{name:?}");
        }
        for name in ["", "A128CBC-HS512", "a128gcm", "A128GCM ", "dir", "C20P", "A128CBC"] {
            assert!(name.parse::<ContentEncryption>().is_err(), "{name:?}");
        }
    }
}
