//! HMAC with a kept key, and HKDF.

use super::Hash;
use super::backend::{hkdf, hmac};
use crate::error::{Error, ErrorCode, Result};

/// An HMAC key whose inner and outer state are computed once.
pub(crate) struct MacKey(hmac::Key);

impl MacKey {
    pub(crate) fn new(hash: Hash, key: &[u8]) -> Self {
        Self(hmac::Key::new(hash.hmac(), key))
    }

    pub(crate) fn sign(&self, data: &[u8]) -> Vec<u8> {
        hmac::sign(&self.0, data).as_ref().to_vec()
    }

    /// Constant-time comparison with the whole tag.
    pub(crate) fn verify(&self, data: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.0, data, tag).is_ok()
    }
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF-SHA-256 (RFC 5869): extract, then expand to the length of `out`.
///
/// # Errors
/// `internal.argument` if `out` is longer than 255 hash outputs.
pub(crate) fn hkdf_sha256(secret: &[u8], salt: &[u8], info: &[u8], out: &mut [u8]) -> Result<()> {
    let refused = |_| Error::with(ErrorCode::InternalArgument, "too many bytes asked of HKDF");
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[info], Length(out.len()))
        .and_then(|okm| okm.fill(out))
        .map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn hkdf_gives_the_values_of_rfc_5869_a1() {
        let mut out = [0_u8; 42];
        let salt: Vec<u8> = (0..=0x0c).collect();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        hkdf_sha256(&[0x0b; 22], &salt, &info, &mut out).unwrap();
        assert_eq!(
            hex(&out),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        );
    }

    #[test]
    fn hmac_gives_the_values_of_rfc_4231_case_2() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let data = b"what do ya want for nothing?";
        let key = MacKey::new(Hash::Sha256, b"Jefe");
        let tag = key.sign(data);
        assert_eq!(hex(&tag), expected);
        assert!(key.verify(data, &tag));
        assert!(!key.verify(data, &tag[..31]), "a shortened tag is refused");
    }
}
