//! Tells an HMAC secret from a key that is meant to be public.
//!
//! A verifier that takes an RSA public key as an HMAC secret accepts tokens that anyone can make, because
//! the key is published (CVE-2017-11424 and a dozen since, threat B2). Each fix listed one more spelling.
//! Here the text is peeled (byte order mark, UTF-16, base64, hex, JSON strings) and each layer is searched
//! for everything an asymmetric key cannot do without: PEM armour, SSH key types, the object identifiers
//! inside DER, ASN.1 key structures, JWK members, curve points. Random bytes, and their base64 or hex,
//! contain none of it: the shortest mark is five bytes.

use super::der;
use crate::crypto::is_curve_point;
use crate::error::ErrorCode;
use crate::jose::base64url;
use crate::jose::json::{Limits, Object, Value, validate};

/// Texts that only occur in key files, in lower case.
const MARKS: &[&[u8]] = &[
    b"-----begin",
    b"---- begin",
    b"begin public key",
    b"begin rsa ",
    b"begin ec ",
    b"begin certificate",
    b"begin private key",
    b"public key-----",
    b"certificate-----",
    b"ssh-rsa",
    b"ssh-ed25519",
    b"ssh-ed448",
    b"ssh-dss",
    b"ecdsa-sha2-",
    b"sk-ssh-",
    b"sk-ecdsa-",
    b"openssh-key-v1",
    b"putty-user-key-file",
    b"<rsakeyvalue",
    b"<dsakeyvalue",
    b"<eckeyvalue",
    b"<ecdsakeyvalue",
];

/// Object identifiers of asymmetric keys, as DER.
const IDENTIFIERS: &[&[u8]] = &[
    &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1], // PKCS #1: rsaEncryption, RSASSA-PSS, signatures
    &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1],       // id-ecPublicKey
    &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],    // P-256
    &[6, 5, 0x2b, 0x81, 4, 0],                         // secp256k1, P-384, P-521
    &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1],       // DSA
    &[6, 3, 0x2b, 0x65, 0x6e],                         // X25519
    &[6, 3, 0x2b, 0x65, 0x6f],                         // X448
    &[6, 3, 0x2b, 0x65, 0x70],                         // Ed25519
    &[6, 3, 0x2b, 0x65, 0x71],                         // Ed448
    &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3],       // ML-DSA and the other signatures of NIST
];

/// Layers that are peeled off before giving up.
const MAX_LAYERS: u8 = 4;
/// Runs of base64 characters shorter than this cannot hold a key.
const MIN_RUN: usize = 40;

/// Whether the bytes are an asymmetric key or certificate, or a JSON key, in any known spelling.
pub(super) fn is_asymmetric(secret: &[u8]) -> bool {
    layer(secret, MAX_LAYERS)
}

fn layer(bytes: &[u8], left: u8) -> bool {
    let trimmed = trim(bytes);
    if has_mark(trimmed)
        || IDENTIFIERS.iter().any(|mark| contains(bytes, mark))
        || is_der_key(bytes)
        || is_der_key(trimmed)
        || is_curve_point(bytes)
        || is_curve_point(trimmed)
        || is_json_key(trimmed, left)
    {
        return true;
    }
    if left == 0 {
        return false;
    }
    narrowed(bytes).is_some_and(|text| layer(&text, left - 1))
        || base64_any(trimmed).is_some_and(|inner| layer(&inner, left - 1))
        || hex(trimmed).is_some_and(|inner| layer(&inner, left - 1))
        || runs(trimmed).any(|run| base64_any(run).is_some_and(|inner| layer(&inner, left.min(2) - 1)))
}

/// Without byte order marks, white space and NUL at either end.
fn trim(bytes: &[u8]) -> &[u8] {
    let filler =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0 | 0x0b | 0xef | 0xbb | 0xbf | 0xfe | 0xff);
    let start = bytes.iter().take_while(|byte| filler(byte)).count();
    let rest = bytes.get(start..).unwrap_or_default();
    let end = rest.iter().rev().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0).count();
    rest.get(..rest.len() - end).unwrap_or_default()
}

fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

fn has_mark(bytes: &[u8]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    MARKS.iter().any(|mark| contains(&lower, mark))
}

/// One ASN.1 sequence that fills the bytes and begins like a key or certificate: a number or a sequence
/// first, and well-formed elements to the end.
fn is_der_key(bytes: &[u8]) -> bool {
    let Some(mut fields) = der::Reader::only_sequence(bytes) else { return false };
    let mut elements = 0;
    while !fields.is_empty() {
        match fields.any() {
            Some((tag, _)) if elements > 0 || matches!(tag, der::INTEGER | der::SEQUENCE) => elements += 1,
            _ => return false,
        }
    }
    elements >= 2
}

/// A JWK, a JWK set, or any other JSON object or array: none of them is a secret.
fn is_json_key(bytes: &[u8], left: u8) -> bool {
    if contains(bytes, b"\"kty\"") || contains(bytes, b"'kty'") {
        return true;
    }
    if !matches!(bytes.first(), Some(b'{' | b'[' | b'"')) {
        return false;
    }
    if let Err(error) = validate(bytes, Limits::default()) {
        // A duplicate name or an odd number does not make it a secret.
        return matches!(error.code(), ErrorCode::TokenDuplicateMember | ErrorCode::TokenNumber);
    }
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    match Value::new(text).as_str() {
        Some(content) => left > 0 && layer(content.as_bytes(), left - 1),
        None => text.starts_with('[') || Object::parse(bytes, Limits::default()).is_ok(),
    }
}

/// UTF-16 text of ASCII characters as bytes.
fn narrowed(bytes: &[u8]) -> Option<Vec<u8>> {
    let body =
        bytes.strip_prefix(&[0xff, 0xfe]).or_else(|| bytes.strip_prefix(&[0xfe, 0xff])).unwrap_or(bytes);
    let text: Vec<u8> = body.iter().copied().filter(|byte| *byte != 0).collect();
    (body.len() >= 8 && text.len() * 2 == body.len()).then_some(text)
}

/// Standard or URL-safe base64 in any spelling: padded or not, with line breaks.
pub(super) fn base64_any(text: &[u8]) -> Option<Vec<u8>> {
    let mut clean: Vec<u8> = text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=')
        .map(|byte| match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => *other,
        })
        .collect();
    if clean.len() % 4 == 1 {
        clean.pop();
    }
    let mut out = vec![0; base64url::decoded_len(clean.len())];
    if base64url::decode_into(&clean, &mut out).is_none() {
        // Unused bits that are set do not make it a secret: the last character may go.
        let whole = clean.len() / 4 * 4;
        out.truncate(whole / 4 * 3);
        base64url::decode_into(clean.get(..whole)?, &mut out)?;
    }
    (!out.is_empty()).then_some(out)
}

fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace() && **byte != b':')
        .map(|byte| char::from(*byte).to_digit(16))
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    (rest.is_empty() && !pairs.is_empty())
        .then(|| pairs.iter().filter_map(|[high, low]| u8::try_from(high << 4 | low).ok()).collect())
}

/// Runs of base64 characters inside other text.
fn runs(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=');
    text.split(move |byte| !inside(byte)).filter(move |run| run.len() >= MIN_RUN && run.len() < text.len())
}
