//! The only door to a cryptography library.
//!
//! Everything that hashes, signs, verifies, seals or draws random bytes comes through here, so that
//! swapping the library is one line and a review of its use is one folder. Two backends can stand
//! behind the door: aws-lc-rs (the default) and ring. Cargo unifies features over a whole build, so
//! both may be switched on by different dependents; aws-lc-rs then wins, because it has everything
//! that ring has. TLS follows the same choice.
//!
//! Nothing here knows JOSE. A [`Scheme`] names a primitive with all its parameters; a scheme that the
//! backend lacks is refused when a key object is built, never later.

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs as backend;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
use ring as backend;

#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
compile_error!("ferroauth needs a cryptography backend: enable the feature `aws-lc-rs` or `ring`");

mod aead;
#[cfg(feature = "aws-lc-rs")]
mod cbc;
mod content;
mod kdf;
mod mac;
mod pbe;
mod scheme;
mod sign;
#[cfg_attr(not(feature = "aws-lc-rs"), path = "transport_lacking.rs")]
mod transport;
mod verify;

pub(crate) use aead::{aead_open, aead_seal};
pub(crate) use content::{Aes, ContentCipher};
pub(crate) use kdf::{concat_kdf, pbkdf2};
pub(crate) use mac::{MacKey, hkdf_sha256};
pub(crate) use pbe::{Pbes2, Prf, pbes2_open, pbes2_seal};
pub(crate) use scheme::{Curve, Group, Hash, MlDsa, OaepHash, Scheme};
pub(crate) use sign::{
    PrivateParts, SigningKey, ec_public, ed25519_public, generate, ml_dsa_expanded, ml_dsa_public,
};
pub(crate) use transport::{AgreementKey, HAS_TRANSPORT, OaepPrivate, OaepPublic, unwrap_key, wrap_key};
pub(crate) use verify::{VerifyingKey, is_curve_point, uncompressed};

use crate::error::{Error, ErrorCode, Result};
use backend::rand::SecureRandom as _;

/// SHA-256.
pub(crate) fn sha256(data: &[u8]) -> [u8; 32] {
    let mut out = [0_u8; 32];
    for (to, from) in out.iter_mut().zip(backend::digest::digest(Hash::Sha256.digest(), data).as_ref()) {
        *to = *from;
    }
    out
}

/// The digest under any of the three hashes.
pub(crate) fn digest(hash: Hash, data: &[u8]) -> Vec<u8> {
    backend::digest::digest(hash.digest(), data).as_ref().to_vec()
}

/// Fills the buffer from the operating system's generator.
///
/// # Errors
/// `internal.random` if there are none; the buffer is then wiped, so that nobody takes it for random.
pub(crate) fn system_random(out: &mut [u8]) -> Result<()> {
    backend::rand::SystemRandom::new().fill(out).map_err(|_| {
        out.fill(0);
        Error::new(ErrorCode::InternalRandom)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_of_the_empty_string_is_the_published_value() {
        let hex: String = sha256(b"").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn random_bytes_differ_from_call_to_call() {
        let (mut a, mut b) = ([0_u8; 32], [0_u8; 32]);
        system_random(&mut a).unwrap();
        system_random(&mut b).unwrap();
        assert_ne!(a, b);
    }
}
