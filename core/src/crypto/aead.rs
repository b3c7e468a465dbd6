//! Sealing: AES-256-GCM with a nonce that the caller draws.

use super::backend::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use crate::error::{Error, ErrorCode, Result};

fn key(bytes: &[u8; 32]) -> Result<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, bytes)
        .map(LessSafeKey::new)
        .map_err(|_| Error::new(ErrorCode::InternalArgument))
}

/// Encrypts and authenticates; the tag is the last 16 bytes.
///
/// A nonce must never be used twice under one key.
pub(crate) fn aead_seal(
    key_bytes: &[u8; 32],
    nonce: &[u8; 12],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>> {
    let mut sealed = Vec::with_capacity(plaintext.len() + 16);
    sealed.extend_from_slice(plaintext);
    key(key_bytes)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), &mut sealed)
        .map_err(|_| Error::new(ErrorCode::InternalArgument))?;
    Ok(sealed)
}

/// Authenticates and decrypts.
///
/// # Errors
/// `pending.invalid`, with nothing decrypted, if the key, the nonce, the associated data or one bit of
/// the ciphertext differs.
pub(crate) fn aead_open(
    key_bytes: &[u8; 32],
    nonce: &[u8; 12],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>> {
    let mut opened = ciphertext.to_vec();
    let length = key(key_bytes)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), &mut opened)
        .map_err(|_| Error::new(ErrorCode::PendingInvalid))?
        .len();
    opened.truncate(length);
    Ok(opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_is_refused() {
        let (key, nonce) = ([7_u8; 32], [9_u8; 12]);
        let sealed = aead_seal(&key, &nonce, b"aad", b"plaintext").unwrap();
        assert_eq!(aead_open(&key, &nonce, b"aad", &sealed).unwrap(), b"plaintext");
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(aead_open(&key, &nonce, b"aad", &altered).is_err());
        }
        assert!(aead_open(&key, &nonce, b"other", &sealed).is_err());
        assert!(aead_open(&[8; 32], &nonce, b"aad", &sealed).is_err());
        assert!(aead_open(&key, &nonce, b"aad", &[]).is_err());
    }
}
