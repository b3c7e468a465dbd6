//! JSON Web Encryption (RFC 7516): tokens that only the holder of a key can read.
//!
//! [`Encrypter`] makes them, [`Decrypter`] opens them. Which algorithms a token may use is decided by whoever builds
//! these objects: each [`super::EncryptionKey`] is bound to one, and the content encryptions are listed. Encryption
//! alone says nothing about who wrote a token, because a public key is known to everybody: what is to be trusted is
//! signed first and then encrypted, and read by a [`crate::Verifier`] that has a decrypter.

mod agreement;
mod algorithm;
mod decrypter;
mod encrypter;
mod header;
mod management;
mod message;
mod password;

pub(crate) use algorithm::Management;
pub use algorithm::{ContentEncryption, KeyManagement};
pub use decrypter::{Decrypted, Decrypter, DecrypterOptions};
pub use encrypter::{Encrypter, EncrypterOptions, Placement};

/// Bytes of an encrypted token unless the options say otherwise.
pub const MAX_TOKEN: usize = 64 * 1024;
/// The most that the options can allow.
const MAX_TOKEN_OPTION: usize = 1024 * 1024;
/// Bytes of one part of the header, decoded.
const MAX_HEADER: usize = 8 * 1024;
/// Recipients of one token.
const MAX_RECIPIENTS: usize = 16;
/// Bytes of additional authenticated data, decoded.
const MAX_AAD: usize = 8 * 1024;

/// Checks the option `max_token`.
fn token_limit(bytes: usize) -> crate::error::Result<usize> {
    if (1..=MAX_TOKEN_OPTION).contains(&bytes) {
        return Ok(bytes);
    }
    let detail = "max_token is not between 1 and 1,048,576 bytes";
    Err(crate::error::Error::with(crate::error::ErrorCode::ConfigInvalid, detail))
}
