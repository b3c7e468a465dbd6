//! Encryption under a passphrase, as PBES2 of PKCS#5 has it (RFC 8018): PBKDF2 and AES-CBC.
//!
//! With aws-lc-rs, because ring has no AES-CBC.

use crate::error::Result;
use crate::secret::SecretBytes;
use std::num::NonZeroU32;

/// The HMAC inside PBKDF2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prf {
    /// What RFC 8018 takes where a file names none. As HMAC it has no known weakness.
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// Everything beside the passphrase.
#[cfg_attr(not(feature = "aws-lc-rs"), allow(dead_code, reason = "ring opens nothing with it"))]
pub(crate) struct Pbes2<'a> {
    pub(crate) prf: Prf,
    pub(crate) iterations: NonZeroU32,
    pub(crate) salt: &'a [u8],
    /// Bytes of the AES key: 16, 24 or 32.
    pub(crate) key_len: usize,
    pub(crate) iv: &'a [u8; 16],
}

/// Decrypts; `None` if the padding is not what a right passphrase leaves.
///
/// # Errors
/// `config.unsupported_algorithm` on ring.
pub(crate) fn pbes2_open(
    parameters: &Pbes2<'_>,
    passphrase: &[u8],
    ciphertext: &[u8],
) -> Result<Option<SecretBytes>> {
    backed::open(parameters, passphrase, ciphertext)
}

/// Encrypts.
///
/// # Errors
/// `config.unsupported_algorithm` on ring.
pub(crate) fn pbes2_seal(
    parameters: &Pbes2<'_>,
    passphrase: &[u8],
    plaintext: &SecretBytes,
) -> Result<Vec<u8>> {
    backed::seal(parameters, passphrase, plaintext)
}

#[cfg(feature = "aws-lc-rs")]
mod backed {
    use super::{Pbes2, Prf};
    use crate::crypto::backend::cipher::{
        AES_128, AES_192, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
        PaddedBlockEncryptingKey, UnboundCipherKey,
    };
    use crate::crypto::backend::iv::FixedLength;
    use crate::crypto::backend::pbkdf2;
    use crate::error::{Error, ErrorCode, Result};
    use crate::secret::SecretBytes;
    use zeroize::Zeroizing;

    fn failed<E>(_: E) -> Error {
        Error::new(ErrorCode::InternalArgument)
    }

    fn key(parameters: &Pbes2<'_>, passphrase: &[u8]) -> Result<UnboundCipherKey> {
        let prf = match parameters.prf {
            Prf::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Prf::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Prf::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
            Prf::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        };
        let algorithm = match parameters.key_len {
            16 => &AES_128,
            24 => &AES_192,
            _ => &AES_256,
        };
        let mut derived = Zeroizing::new(vec![0; parameters.key_len]);
        pbkdf2::derive(prf, parameters.iterations, parameters.salt, passphrase, &mut derived);
        UnboundCipherKey::new(algorithm, &derived).map_err(failed)
    }

    pub(super) fn open(
        parameters: &Pbes2<'_>,
        passphrase: &[u8],
        ciphertext: &[u8],
    ) -> Result<Option<SecretBytes>> {
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(key(parameters, passphrase)?).map_err(failed)?;
        let mut opened = Zeroizing::new(ciphertext.to_vec());
        let context = DecryptionContext::Iv128(FixedLength::from(parameters.iv));
        Ok(key.decrypt(&mut opened, context).ok().map(|plaintext| SecretBytes::new(&*plaintext)))
    }

    pub(super) fn seal(
        parameters: &Pbes2<'_>,
        passphrase: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>> {
        let key = PaddedBlockEncryptingKey::cbc_pkcs7(key(parameters, passphrase)?).map_err(failed)?;
        // With room for the padding, so that no copy of the plaintext stays behind.
        let mut sealed = Vec::with_capacity(plaintext.expose().len() + 16);
        sealed.extend_from_slice(plaintext.expose());
        let context = EncryptionContext::Iv128(FixedLength::from(parameters.iv));
        key.less_safe_encrypt(&mut sealed, context).map_err(failed)?;
        Ok(sealed)
    }
}

#[cfg(not(feature = "aws-lc-rs"))]
mod backed {
    use super::Pbes2;
    use crate::error::Result;
    use crate::secret::SecretBytes;

    pub(super) fn open(_: &Pbes2<'_>, _: &[u8], _: &[u8]) -> Result<Option<SecretBytes>> {
        Err(crate::crypto::scheme::unsupported())
    }

    pub(super) fn seal(_: &Pbes2<'_>, _: &[u8], _: &SecretBytes) -> Result<Vec<u8>> {
        Err(crate::crypto::scheme::unsupported())
    }
}
