//! AES-CBC and HMAC composed as RFC 7518 section 5.2 says; with aws-lc-rs, because ring has no AES-CBC.

use super::backend::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use super::backend::{hmac, iv::FixedLength};
use super::content::{Aes, Sealed, failed};
use super::scheme::Hash;
use crate::error::Result;
use crate::secret::constant_time_eq;
use zeroize::Zeroize as _;

const fn parts(aes: Aes) -> (&'static Algorithm, Hash) {
    match aes {
        Aes::Aes128 => (&AES_128, Hash::Sha256),
        Aes::Aes192 => (&AES_192, Hash::Sha384),
        Aes::Aes256 => (&AES_256, Hash::Sha512),
    }
}

/// HMAC over associated data, initialization vector, ciphertext and the bits of the associated data; the first half
/// of it. The key for it is the first half of the key.
fn tag(aes: Aes, key: &[u8], iv: &[u8], aad: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
    let mac_key = hmac::Key::new(parts(aes).1.hmac(), key.get(..aes.key_len())?);
    let mut context = hmac::Context::with_key(&mac_key);
    for part in [aad, iv, ciphertext] {
        context.update(part);
    }
    context.update(&u64::try_from(aad.len()).ok()?.checked_mul(8)?.to_be_bytes());
    context.sign().as_ref().get(..aes.key_len()).map(<[u8]>::to_vec)
}

pub(super) fn seal(aes: Aes, key: &[u8], iv: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<Sealed> {
    let second_half = key.get(aes.key_len()..).ok_or(()).map_err(failed)?;
    let iv_block = FixedLength::try_from(iv).map_err(failed)?;
    let mut ciphertext = Vec::with_capacity(plaintext.len() + 16);
    ciphertext.extend_from_slice(plaintext);
    UnboundCipherKey::new(parts(aes).0, second_half)
        .and_then(PaddedBlockEncryptingKey::cbc_pkcs7)
        .and_then(|key| key.less_safe_encrypt(&mut ciphertext, EncryptionContext::Iv128(iv_block)))
        .map_err(failed)?;
    let tag = tag(aes, key, iv, aad, &ciphertext).ok_or(()).map_err(failed)?;
    Ok(Sealed { ciphertext, tag })
}

/// Compares the tag in constant time, and decrypts only then.
pub(super) fn open(
    aes: Aes,
    key: &[u8],
    iv: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
    stated: &[u8],
) -> Option<Vec<u8>> {
    if !constant_time_eq(&tag(aes, key, iv, aad, ciphertext)?, stated) {
        return None;
    }
    let mut opened = ciphertext.to_vec();
    let length = UnboundCipherKey::new(parts(aes).0, key.get(aes.key_len()..)?)
        .and_then(PaddedBlockDecryptingKey::cbc_pkcs7)
        .and_then(|key| {
            let context = DecryptionContext::Iv128(FixedLength::try_from(iv)?);
            key.decrypt(&mut opened, context).map(|plaintext| plaintext.len())
        });
    match length {
        Ok(length) => opened.truncate(length),
        Err(_) => {
            opened.zeroize();
            return None;
        }
    }
    Some(opened)
}
