//! Authenticated encryption of contents: AES-GCM, and AES-CBC with HMAC composed in the safe order.
//!
//! AES-CBC says nothing about who made a ciphertext, and its padding has betrayed whole messages to whoever may
//! ask often enough. So the tag is compared first, in constant time, and nothing is decrypted unless it fits
//! (RFC 7518 section 5.2.2.2). Whatever goes wrong, the caller learns one thing: that it did.

use super::backend::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
#[cfg(not(feature = "aws-lc-rs"))]
use super::scheme::unsupported;
use crate::error::{Error, ErrorCode, Result};

/// The key sizes of AES.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aes {
    Aes128,
    Aes192,
    Aes256,
}

impl Aes {
    /// Bytes of the key.
    pub(crate) const fn key_len(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    fn gcm(self) -> Result<&'static aead::Algorithm> {
        match self {
            Self::Aes128 => Ok(&aead::AES_128_GCM),
            #[cfg(feature = "aws-lc-rs")]
            Self::Aes192 => Ok(&aead::AES_192_GCM),
            #[cfg(not(feature = "aws-lc-rs"))]
            Self::Aes192 => Err(unsupported()),
            Self::Aes256 => Ok(&aead::AES_256_GCM),
        }
    }
}

/// A way to encrypt contents, with all its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentCipher {
    /// AES-GCM with a nonce of 96 bits and a tag of 128 (NIST SP 800-38D).
    Gcm(Aes),
    /// AES-CBC with PKCS#7 padding, then HMAC, the tag cut to its half (RFC 7518 section 5.2).
    CbcHmac(Aes),
}

/// A ciphertext and its tag.
pub(crate) struct Sealed {
    pub(crate) ciphertext: Vec<u8>,
    pub(crate) tag: Vec<u8>,
}

pub(super) fn failed<E>(_: E) -> Error {
    Error::new(ErrorCode::InternalArgument)
}

impl ContentCipher {
    /// Bytes of the key; for the composition, of both keys together.
    pub(crate) const fn key_len(self) -> usize {
        match self {
            Self::Gcm(aes) => aes.key_len(),
            Self::CbcHmac(aes) => 2 * aes.key_len(),
        }
    }

    /// Bytes of the nonce or initialization vector.
    pub(crate) const fn iv_len(self) -> usize {
        match self {
            Self::Gcm(_) => 12,
            Self::CbcHmac(_) => 16,
        }
    }

    /// Bytes of the tag.
    pub(crate) const fn tag_len(self) -> usize {
        match self {
            Self::Gcm(_) => 16,
            Self::CbcHmac(aes) => aes.key_len(),
        }
    }

    /// Whether the backend of this build has it (ring has neither AES-192 nor AES-CBC).
    pub(crate) fn is_supported(self) -> bool {
        match self {
            Self::Gcm(aes) => aes.gcm().is_ok(),
            Self::CbcHmac(_) => cfg!(feature = "aws-lc-rs"),
        }
    }

    /// Encrypts and authenticates. A nonce must never be used twice under one key.
    ///
    /// # Errors
    /// `internal.argument` for a key or nonce of the wrong length; `config.unsupported_algorithm`.
    pub(crate) fn seal(self, key: &[u8], iv: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<Sealed> {
        match self {
            Self::Gcm(aes) => {
                let nonce = Nonce::try_assume_unique_for_key(iv).map_err(failed)?;
                let mut sealed = Vec::with_capacity(plaintext.len() + 16);
                sealed.extend_from_slice(plaintext);
                gcm_key(aes, key)?
                    .seal_in_place_append_tag(nonce, Aad::from(aad), &mut sealed)
                    .map_err(failed)?;
                let tag = sealed.split_off(plaintext.len());
                Ok(Sealed { ciphertext: sealed, tag })
            }
            #[cfg(feature = "aws-lc-rs")]
            Self::CbcHmac(aes) => super::cbc::seal(aes, key, iv, aad, plaintext),
            #[cfg(not(feature = "aws-lc-rs"))]
            Self::CbcHmac(_) => Err(unsupported()),
        }
    }

    /// Authenticates and decrypts; `None` whatever the reason.
    pub(crate) fn open(
        self,
        key: &[u8],
        iv: &[u8],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8],
    ) -> Option<Vec<u8>> {
        // The backends would take a shorter tag of GCM for what it is, a wrong one; the length is public.
        if key.len() != self.key_len() || iv.len() != self.iv_len() || tag.len() != self.tag_len() {
            return None;
        }
        match self {
            Self::Gcm(aes) => {
                let nonce = Nonce::try_assume_unique_for_key(iv).ok()?;
                let mut opened = [ciphertext, tag].concat();
                let length =
                    gcm_key(aes, key).ok()?.open_in_place(nonce, Aad::from(aad), &mut opened).ok()?.len();
                opened.truncate(length);
                Some(opened)
            }
            #[cfg(feature = "aws-lc-rs")]
            Self::CbcHmac(aes) => super::cbc::open(aes, key, iv, aad, ciphertext, tag),
            #[cfg(not(feature = "aws-lc-rs"))]
            Self::CbcHmac(_) => None,
        }
    }
}

fn gcm_key(aes: Aes, key: &[u8]) -> Result<LessSafeKey> {
    UnboundKey::new(aes.gcm()?, key).map(LessSafeKey::new).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [ContentCipher; 6] = [
        ContentCipher::Gcm(Aes::Aes128),
        ContentCipher::Gcm(Aes::Aes192),
        ContentCipher::Gcm(Aes::Aes256),
        ContentCipher::CbcHmac(Aes::Aes128),
        ContentCipher::CbcHmac(Aes::Aes192),
        ContentCipher::CbcHmac(Aes::Aes256),
    ];

    #[test]
    fn every_flipped_bit_is_refused_in_each_part() {
        for cipher in ALL.into_iter().filter(|cipher| cipher.is_supported()) {
            let (key, iv) = (vec![7; cipher.key_len()], vec![9; cipher.iv_len()]);
            let sealed = cipher.seal(&key, &iv, b"aad", b"a plaintext of 20 b.").unwrap();
            assert_eq!(sealed.tag.len(), cipher.tag_len());
            let parts = [key, iv, b"aad".to_vec(), sealed.ciphertext, sealed.tag];
            let open = |p: &[Vec<u8>; 5]| cipher.open(&p[0], &p[1], &p[2], &p[3], &p[4]);
            assert_eq!(open(&parts).unwrap(), b"a plaintext of 20 b.");
            for part in 0..parts.len() {
                // Of the two keys of the composition, the tag depends on the first alone.
                let whole = part > 0 || matches!(cipher, ContentCipher::Gcm(_));
                let covered = if whole { parts[part].len() } else { parts[part].len() / 2 };
                for bit in 0..covered * 8 {
                    let mut altered = parts.clone();
                    altered[part][bit / 8] ^= 1 << (bit % 8);
                    assert!(open(&altered).is_none(), "{cipher:?} part {part} bit {bit}");
                }
                for length in 0..parts[part].len() {
                    let mut altered = parts.clone();
                    altered[part].truncate(length);
                    assert!(open(&altered).is_none(), "{cipher:?} part {part} cut to {length}");
                }
                let mut altered = parts.clone();
                altered[part].push(0);
                assert!(open(&altered).is_none(), "{cipher:?} part {part} longer");
            }
        }
    }

    #[test]
    fn contents_of_every_length_come_back() {
        for cipher in ALL.into_iter().filter(|cipher| cipher.is_supported()) {
            let (key, iv) = (vec![7; cipher.key_len()], vec![9; cipher.iv_len()]);
            for length in 0..50 {
                let plaintext = vec![3; length];
                let sealed = cipher.seal(&key, &iv, b"", &plaintext).unwrap();
                let opened = cipher.open(&key, &iv, b"", &sealed.ciphertext, &sealed.tag);
                assert_eq!(opened.unwrap(), plaintext);
            }
        }
    }

    #[test]
    fn what_the_backend_lacks_is_said() {
        for cipher in ALL {
            let (key, iv) = (vec![7; cipher.key_len()], vec![9; cipher.iv_len()]);
            let outcome = cipher.seal(&key, &iv, b"", b"");
            assert_eq!(outcome.is_ok(), cipher.is_supported());
        }
    }
}
