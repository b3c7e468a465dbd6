//! Private keys under a passphrase: `EncryptedPrivateKeyInfo` (RFC 5958 section 3) with PBES2 (RFC 8018).
//!
//! What is read is PBKDF2 with HMAC-SHA-1 or SHA-2 and AES-CBC, which is what OpenSSL 1.1 and later write; what is
//! written has SHA-256, AES-256 and 600,000 iterations. A wrong passphrase is told from a broken file as well as the format
//! allows: it has no tag, so that whatever does not open as PKCS#8 counts as a wrong passphrase.

use super::der::{self, Reader};
use super::material::malformed;
use super::pem;
use crate::crypto::{Pbes2, Prf, pbes2_open, pbes2_seal, system_random};
use crate::error::{Error, ErrorCode, Result};
use crate::secret::{Secret, SecretBytes};
use std::num::NonZeroU32;

const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
/// `hmacWith..` of RFC 8018 appendix B.1.2, without the last number.
const HMAC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02];
/// `aes..-CBC-PAD` of NIST, without the last number.
const AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];
const AES_256_CBC: u8 = 42;
const HMAC_SHA256: u8 = 9;

/// What an attacker can make us compute: some seconds.
const MAX_ITERATIONS: u32 = 10_000_000;
const MAX_SALT: usize = 1024;
/// What OWASP recommends for PBKDF2 with HMAC-SHA-256.
const ITERATIONS: NonZeroU32 = match NonZeroU32::new(600_000) {
    Some(count) => count,
    None => NonZeroU32::MIN,
};

fn unsupported() -> Error {
    Error::with(
        ErrorCode::ConfigUnsupportedAlgorithm,
        "the file's encryption; `openssl pkcs8 -topk8 -v2 aes-256-cbc` writes one that is read",
    )
}

fn wrong() -> Error {
    Error::with(ErrorCode::KeyPassphrase, "it does not open the private key")
}

/// What is missing where an encrypted key comes without a passphrase.
pub(super) fn missing() -> Error {
    Error::with(ErrorCode::KeyPassphrase, "the private key is encrypted and none was given")
}

/// Why a passphrase is refused that has nothing to open.
pub(super) fn needless() -> Error {
    Error::with(ErrorCode::KeyPassphrase, "the private key is not encrypted")
}

/// Whether the bytes begin like an `EncryptedPrivateKeyInfo`.
pub(super) fn is_locked(bytes: &[u8]) -> bool {
    let parse = || {
        let mut fields = Reader::only_sequence(bytes)?;
        fields.sequence()?;
        fields.take(der::OCTET_STRING)
    };
    parse().is_some()
}

/// An `EncryptedPrivateKeyInfo` cut open.
struct Locked<'a> {
    prf: Prf,
    iterations: u32,
    salt: &'a [u8],
    key_len: usize,
    stated_len: Option<&'a [u8]>,
    iv: &'a [u8; 16],
    ciphertext: &'a [u8],
}

/// Decrypts an `EncryptedPrivateKeyInfo`; the result is PKCS#8.
///
/// # Errors
/// `key.malformed`, `key.passphrase`, `config.unsupported_algorithm` for another way of encryption.
pub(super) fn open(bytes: &[u8], passphrase: &[u8]) -> Result<SecretBytes> {
    let locked = read(bytes)?;
    let iterations = NonZeroU32::new(locked.iterations).filter(|count| count.get() <= MAX_ITERATIONS);
    let iterations = iterations.ok_or_else(|| malformed("the number of iterations"))?;
    if locked.salt.len() > MAX_SALT
        || locked
            .stated_len
            .is_some_and(|stated| stated.iter().map(|byte| usize::from(*byte)).ne([locked.key_len]))
        || locked.ciphertext.is_empty()
        || locked.ciphertext.len() % 16 != 0
    {
        return Err(malformed("the parameters of the encryption"));
    }
    let parameters =
        Pbes2 { prf: locked.prf, iterations, salt: locked.salt, key_len: locked.key_len, iv: locked.iv };
    let opened = pbes2_open(&parameters, passphrase, locked.ciphertext)?;
    opened.filter(|plain| pem::pkcs8_algorithm(plain.expose()).is_some()).ok_or_else(wrong)
}

fn read(bytes: &[u8]) -> Result<Locked<'_>> {
    let broken = || malformed("encrypted private key");
    let mut outer = Reader::only_sequence(bytes).ok_or_else(broken)?;
    let mut scheme = outer.sequence().ok_or_else(broken)?;
    let ciphertext = outer.take(der::OCTET_STRING).filter(|_| outer.is_empty()).ok_or_else(broken)?;
    if scheme.take(der::OID).ok_or_else(broken)? != PBES2 {
        return Err(unsupported());
    }
    let mut parameters = scheme.sequence().filter(|_| scheme.is_empty()).ok_or_else(broken)?;
    let mut derivation = parameters.sequence().ok_or_else(broken)?;
    let mut cipher = parameters.sequence().filter(|_| parameters.is_empty()).ok_or_else(broken)?;
    if derivation.take(der::OID).ok_or_else(broken)? != PBKDF2 {
        return Err(unsupported());
    }
    let mut pbkdf2 = derivation.sequence().filter(|_| derivation.is_empty()).ok_or_else(broken)?;
    let salt = pbkdf2.take(der::OCTET_STRING).ok_or_else(broken)?;
    let iterations = pbkdf2.unsigned().ok_or_else(broken)?;
    let stated_len = pbkdf2.unsigned();
    let prf = match pbkdf2.sequence() {
        None => Prf::Sha1,
        Some(mut prf) => match prf.take(der::OID).ok_or_else(broken)?.strip_prefix(HMAC) {
            Some([7]) => Prf::Sha1,
            Some([HMAC_SHA256]) => Prf::Sha256,
            Some([10]) => Prf::Sha384,
            Some([11]) => Prf::Sha512,
            _ => return Err(unsupported()),
        },
    };
    if !pbkdf2.is_empty() {
        return Err(broken());
    }
    let key_len = match cipher.take(der::OID).ok_or_else(broken)?.strip_prefix(AES) {
        Some([2]) => 16,
        Some([22]) => 24,
        Some([AES_256_CBC]) => 32,
        _ => return Err(unsupported()),
    };
    let iv = cipher.take(der::OCTET_STRING).filter(|_| cipher.is_empty()).ok_or_else(broken)?;
    let iv = iv.try_into().map_err(|_| broken())?;
    // What has more digits is beyond the limit in any case.
    let iterations = match iterations {
        [_, _, _, _, _, ..] => u32::MAX,
        digits => digits.iter().fold(0, |sum, digit| sum << 8 | u32::from(*digit)),
    };
    Ok(Locked { prf, iterations, salt, key_len, stated_len, iv, ciphertext })
}

/// Encrypts PKCS#8, as PEM.
///
/// # Errors
/// `key.passphrase` if it is empty, `config.unsupported_algorithm` on ring, `internal.random`.
pub(super) fn seal(plain: &SecretBytes, passphrase: &[u8]) -> Result<Secret> {
    if passphrase.is_empty() {
        return Err(Error::with(ErrorCode::KeyPassphrase, "it is empty"));
    }
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    system_random(&mut salt)?;
    system_random(&mut iv)?;
    let parameters = Pbes2 { prf: Prf::Sha256, iterations: ITERATIONS, salt: &salt, key_len: 32, iv: &iv };
    let ciphertext = pbes2_seal(&parameters, passphrase, plain)?;
    let sequence = |parts: &[Vec<u8>]| der::element(der::SEQUENCE, &parts.concat());
    let oid = |prefix: &[u8], last: &[u8]| der::element(der::OID, &[prefix, last].concat());
    let octets = |bytes: &[u8]| der::element(der::OCTET_STRING, bytes);
    let count = ITERATIONS.get().to_be_bytes();
    let prf = sequence(&[oid(HMAC, &[HMAC_SHA256]), der::element(der::NULL, &[])]);
    let pbkdf2 = sequence(&[octets(&salt), der::unsigned(super::material::trim(&count)), prf]);
    let derivation = sequence(&[oid(PBKDF2, &[]), pbkdf2]);
    let cipher = sequence(&[oid(AES, &[AES_256_CBC]), octets(&iv)]);
    let scheme = sequence(&[oid(PBES2, &[]), sequence(&[derivation, cipher])]);
    let whole = sequence(&[scheme, octets(&ciphertext)]);
    Ok(Secret::new(pem::armour("ENCRYPTED PRIVATE KEY", &whole)))
}
