//! Key derivation for encryption: Concat KDF and PBKDF2.

use super::backend::pbkdf2;
use super::{Hash, digest};
use crate::secret::SecretBytes;
use std::num::NonZeroU32;
use zeroize::Zeroize as _;

/// The Concat KDF of NIST SP 800-56A section 5.8.1 with SHA-256, as RFC 7518 section 4.6.2 uses it.
///
/// `other_info` is the concatenation of AlgorithmID, PartyUInfo, PartyVInfo, SuppPubInfo and SuppPrivInfo.
pub(crate) fn concat_kdf(secret: &[u8], other_info: &[u8], length: usize) -> SecretBytes {
    let mut derived = Vec::with_capacity(length.next_multiple_of(Hash::Sha256.len()));
    let mut counter = 1_u32;
    while derived.len() < length {
        let mut input = Vec::with_capacity(4 + secret.len() + other_info.len());
        for part in [&counter.to_be_bytes()[..], secret, other_info] {
            input.extend_from_slice(part);
        }
        let mut block = digest(Hash::Sha256, &input);
        derived.extend_from_slice(&block);
        input.zeroize();
        block.zeroize();
        counter += 1;
    }
    derived.truncate(length);
    SecretBytes::new(derived)
}

/// PBKDF2 with HMAC (RFC 8018 section 5.2).
pub(crate) fn pbkdf2(
    hash: Hash,
    iterations: NonZeroU32,
    salt: &[u8],
    password: &[u8],
    length: usize,
) -> SecretBytes {
    let algorithm = match hash {
        Hash::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
        Hash::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
        Hash::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
    };
    let mut derived = vec![0; length];
    pbkdf2::derive(algorithm, iterations, salt, password, &mut derived);
    SecretBytes::new(derived)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::base64url;

    /// The derivation alone; the agreement of the same example is in the tests of `jose`.
    #[test]
    fn concat_kdf_gives_the_value_of_rfc_7518_appendix_c() {
        let secret = [
            158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163,
            218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
        ];
        let mut info = Vec::new();
        for part in ["A128GCM", "Alice", "Bob"] {
            info.extend_from_slice(&u32::try_from(part.len()).unwrap().to_be_bytes());
            info.extend_from_slice(part.as_bytes());
        }
        info.extend_from_slice(&128_u32.to_be_bytes());
        assert_eq!(base64url::encode(concat_kdf(&secret, &info, 16).expose()), "VqqN6vgjbSBcIijNcacQGg");
    }

    #[test]
    fn longer_keys_begin_with_the_same_block() {
        let (short, long) = (concat_kdf(b"z", b"info", 32), concat_kdf(b"z", b"info", 64));
        assert_eq!(short.expose(), &long.expose()[..32]);
        assert_ne!(&long.expose()[..32], &long.expose()[32..]);
    }
}
