//! Sealing a text with a key of the host, so that it can travel through a session or a cookie.
//!
//! Each seal derives its own AES-256-GCM key from the host's key and 32 random bytes with HKDF-SHA256,
//! so no nonce can repeat, not even after a fork or a clone of the machine.

use crate::crypto;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::base64url;
use crate::random::Random;
use crate::secret::SecretBytes;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroize;

const SALT: usize = 32;
const MAX_SEALED: usize = 64 * 1024;

/// Keys of the host: the first seals, all open, so that a key can be rotated.
#[derive(Clone)]
pub struct Keyring(Arc<Vec<SecretBytes>>);

impl Keyring {
    /// Takes keys of 32 random bytes each, newest first.
    ///
    /// # Errors
    /// `config.invalid` if there is no key or one is not 32 bytes long.
    pub fn new(keys: Vec<Vec<u8>>) -> Result<Self> {
        if keys.is_empty() || keys.len() > 16 {
            return Err(Error::with(ErrorCode::ConfigInvalid, "a keyring has 1 to 16 keys"));
        }
        let keys: Vec<SecretBytes> = keys.into_iter().map(SecretBytes::new).collect();
        if keys.iter().any(|key| key.expose().len() != 32) {
            return Err(Error::with(ErrorCode::ConfigInvalid, "each key of a keyring has exactly 32 bytes"));
        }
        Ok(Self(Arc::new(keys)))
    }

    /// Seals a text for one purpose; only the same purpose opens it.
    pub(crate) fn seal(&self, purpose: &str, text: &[u8], random: &Random) -> Result<String> {
        let key = self.0.first().ok_or_else(|| Error::new(ErrorCode::ConfigInvalid))?;
        let mut salt = [0_u8; SALT];
        random.fill(&mut salt)?;
        let mut derived = derive(key, &salt, purpose)?;
        let sealed = crypto::aead_seal(&derived, &[0; 12], purpose.as_bytes(), text);
        derived.zeroize();
        let mut out = salt.to_vec();
        out.extend_from_slice(&sealed?);
        Ok(base64url::encode(&out))
    }

    /// Opens what [`Keyring::seal`] made.
    pub(crate) fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>> {
        let refuse = || Error::new(ErrorCode::PendingInvalid);
        if sealed.len() > MAX_SEALED {
            return Err(refuse());
        }
        let bytes = base64url::decode(sealed.as_bytes()).map_err(|_| refuse())?;
        let (salt, ciphertext) = bytes.split_at_checked(SALT).ok_or_else(refuse)?;
        for key in self.0.iter() {
            let mut derived = derive(key, salt, purpose)?;
            let opened = crypto::aead_open(&derived, &[0; 12], purpose.as_bytes(), ciphertext);
            derived.zeroize();
            if let Ok(text) = opened {
                return Ok(text);
            }
        }
        Err(refuse())
    }
}

fn derive(key: &SecretBytes, salt: &[u8], purpose: &str) -> Result<[u8; 32]> {
    let mut derived = [0_u8; 32];
    crypto::hkdf_sha256(key.expose(), salt, purpose.as_bytes(), &mut derived)?;
    Ok(derived)
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({} keys, ***)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotated_key_still_opens_and_every_flipped_bit_is_noticed() {
        let random = Random::system();
        let old = Keyring::new(vec![vec![1; 32]]).unwrap();
        let both = Keyring::new(vec![vec![2; 32], vec![1; 32]]).unwrap();
        let sealed = old.seal("purpose", b"text", &random).unwrap();
        assert_eq!(both.open("purpose", &sealed).unwrap(), b"text");
        assert!(both.open("other", &sealed).is_err());
        assert!(Keyring::new(vec![vec![2; 32]]).unwrap().open("purpose", &sealed).is_err());
        let bytes = base64url::decode(sealed.as_bytes()).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(both.open("purpose", &base64url::encode(&altered)).is_err());
        }
        for length in 0..bytes.len() {
            assert!(both.open("purpose", &base64url::encode(&bytes[..length])).is_err());
        }
    }
}
