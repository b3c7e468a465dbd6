//! The compact serialization (RFC 7515 section 7.1), cut open and checked before any key is looked at.
//!
//! Order of the checks: size, number of parts, spelling of each part, header as strict JSON, header
//! parameters. Keys inside the header (`jwk`, `jku`, `x5u`, `x5c`) are never read (threat B14), but for the `jwk` of a DPoP
//! proof.

use super::json::{self, Limits, Member, Value};
use super::key::MAX_KEY_ID;
use super::{Algorithm, Key, KeySet, base64url};
use crate::error::{Error, ErrorCode, Explain, Result};
use std::borrow::Cow;

/// Bounds on a token and how it is written, checked before it is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenLimits {
    /// Bytes of the whole token.
    pub token: usize,
    /// Bytes of the decoded header.
    pub header: usize,
    /// The parts are padded with `=`, against RFC 7515 section 2, as AWS's load balancer writes them. Then all of them must be,
    /// so that a token still has one spelling only.
    pub padded: bool,
}

impl Default for TokenLimits {
    /// 16 KiB and 4 KiB, without padding.
    fn default() -> Self {
        Self { token: 16 * 1024, header: 4 * 1024, padded: false }
    }
}

/// A compact JWS whose header was read and whose signature was not verified.
#[derive(Clone, Debug)]
pub struct Compact<'t> {
    pub(super) header_json: String,
    pub(super) algorithm: Option<Algorithm>,
    /// Payload and signature, decoded into one buffer.
    body: Vec<u8>,
    payload_length: usize,
    /// Spare room, reused for the members of the payload.
    pub(super) members: Vec<Member>,
    kid: Option<Member>,
    typ: Option<Member>,
    signing_input: &'t str,
}

/// A buffer to decode into, filled with the first bytes of the token: the allocator's zeroed memory takes a slower path
/// than a copy does, and every byte is overwritten. What is decoded is never longer than what it is decoded from.
fn room(token: &[u8], length: usize) -> Vec<u8> {
    token.get(..length).unwrap_or_default().to_vec()
}

/// The header parameters that are read (RFC 7515 section 4.1, RFC 7797 section 3).
const ALG: u64 = json::short_name("alg");
const KID: u64 = json::short_name("kid");
const TYP: u64 = json::short_name("typ");
const B64: u64 = json::short_name("b64");
const CRIT: u64 = json::short_name("crit");

/// Longest key id as it may be written: each byte as an escape, and the quotes.
const MAX_ESCAPED_KEY_ID: usize = 6 * MAX_KEY_ID + 2;

/// By which key a signature verified.
pub(super) struct Signed<'k> {
    pub(super) key: &'k Key,
    /// How many keys were tried.
    pub(super) tried: u32,
}

/// The characters before the padding; `None` if it is not exactly what the length asks for.
fn unpadded(part: &[u8]) -> Option<&[u8]> {
    let bare = part.strip_suffix(b"==").or_else(|| part.strip_suffix(b"=")).unwrap_or(part);
    (part.len().is_multiple_of(4) && part.len() - bare.len() < 3 && bare.len() % 4 != 1).then_some(bare)
}

fn malformed(detail: &'static str) -> Error {
    refused(ErrorCode::TokenMalformed, "structure", detail)
}

fn refused(code: ErrorCode, check: &'static str, detail: &'static str) -> Error {
    Error::with(code, detail).explained(Explain { check, ..Explain::default() })
}

impl<'t> Compact<'t> {
    /// Reads a token's structure and header.
    ///
    /// # Errors
    /// `token.too_large`, `token.malformed`, `token.encrypted`, `token.json`, `token.duplicate_member`,
    /// `token.too_deep`, `token.number`, `token.critical`, `token.unencoded_payload`, `token.algorithm`,
    /// `token.header`.
    pub fn parse(token: &'t str, limits: TokenLimits) -> Result<Self> {
        let compact = Self::parse_any(token, limits)?;
        if compact.algorithm.is_none() {
            let header = compact.header_member("alg").and_then(Value::as_str);
            let name = header.unwrap_or(Cow::Borrowed("not a string"));
            return Err(Error::quoted(ErrorCode::TokenAlgorithm, "alg", &name).explained(Explain {
                check: "alg",
                algorithm: Some(name.chars().take(32).collect()),
                key_id: compact.kid().map(Cow::into_owned),
                ..Explain::default()
            }));
        }
        if compact.body.len() == compact.payload_length {
            return Err(malformed("the signature is empty"));
        }
        Ok(compact)
    }

    /// As [`Compact::parse`], but takes any algorithm and an empty signature.
    pub(super) fn parse_any(token: &'t str, limits: TokenLimits) -> Result<Self> {
        let mut parts = split(token, limits.token)?.map(str::as_bytes);
        let [header, payload, _] = parts;
        // Padding is part of what was signed.
        let payload_end = header.len() + 1 + payload.len();
        if limits.padded {
            for part in &mut parts {
                *part = unpadded(part).ok_or_else(|| malformed("a part is not padded"))?;
            }
        }
        let [header, payload, signature] = parts;
        if header.is_empty() {
            return Err(malformed("the header is empty"));
        }
        if base64url::decoded_len(header.len()) > limits.header {
            return Err(refused(ErrorCode::TokenTooLarge, "size", "header"));
        }
        let payload_length = base64url::decoded_len(payload.len());
        let bytes = token.as_bytes();
        let mut header_bytes = room(bytes, base64url::decoded_len(header.len()));
        let mut body = room(bytes, payload_length + base64url::decoded_len(signature.len()));
        let (payload_bytes, signature_bytes) = body.split_at_mut(payload_length);
        base64url::decode_into(header, &mut header_bytes)
            .and(base64url::decode_into(payload, payload_bytes))
            .and(base64url::decode_into(signature, signature_bytes))
            .ok_or_else(|| malformed("a part is not canonical base64url"))?;

        let faulty = |fault: json::Fault| refused(fault.token_code(), "header", fault.describe());
        let header_json = String::from_utf8(header_bytes).map_err(|_| faulty(json::Fault::Syntax))?;
        let mut members = Vec::with_capacity(12);
        json::members(&header_json, Limits::header(limits.header), &mut members).map_err(faulty)?;
        let mut compact = Self {
            header_json,
            algorithm: None,
            body,
            payload_length,
            members,
            kid: None,
            typ: None,
            signing_input: token.get(..payload_end).unwrap_or_default(),
        };
        compact.read_header()?;
        Ok(compact)
    }

    fn read_header(&mut self) -> Result<()> {
        let mut critical = false;
        for index in 0..self.members.len() {
            let Some(member) = self.members.get(index).copied() else { break };
            let value = member.value_in(&self.header_json);
            match member.print_in(&self.header_json) {
                ALG => self.algorithm = value.as_str().and_then(|name| Algorithm::parse(&name)),
                // Written with escapes, a value takes longer to read than its length says.
                KID if value.raw().len() > MAX_ESCAPED_KEY_ID => {
                    return Err(refused(ErrorCode::TokenHeader, "kid", "kid"));
                }
                KID => match value.as_str() {
                    Some(kid) if kid.len() <= MAX_KEY_ID => self.kid = Some(member),
                    _ => return Err(refused(ErrorCode::TokenHeader, "kid", "kid")),
                },
                TYP => match value.as_str() {
                    Some(_) => self.typ = Some(member),
                    None => return Err(refused(ErrorCode::TokenHeader, "typ", "typ")),
                },
                // RFC 7797; never in a JWT, whether crit names it or not (threat A14).
                B64 => return Err(refused(ErrorCode::TokenUnencodedPayload, "b64", "b64")),
                // No extension is understood, so every list of critical ones is refused, as is an empty one.
                CRIT => critical = true,
                _ => {}
            }
        }
        if critical {
            return Err(refused(ErrorCode::TokenCritical, "crit", "crit"));
        }
        Ok(())
    }

    /// The header as it was signed.
    #[must_use]
    pub fn header_json(&self) -> &str {
        &self.header_json
    }

    /// The algorithm that the header names.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// The key id that the header names.
    #[must_use]
    pub fn kid(&self) -> Option<Cow<'_, str>> {
        self.kid.and_then(|member| member.value_in(&self.header_json).as_str())
    }

    /// The type that the header names.
    #[must_use]
    pub fn typ(&self) -> Option<Cow<'_, str>> {
        self.typ.and_then(|member| member.value_in(&self.header_json).as_str())
    }

    /// Where the header's `kid` lies, for [`super::Verified::header_str`].
    pub(super) fn kid_place(&self) -> Option<Member> {
        self.kid
    }

    /// Where the header's `typ` lies, for [`super::Verified::header_str`].
    pub(super) fn typ_place(&self) -> Option<Member> {
        self.typ
    }

    fn header_member(&self, name: &str) -> Option<Value<'_>> {
        json::find(&self.header_json, &self.members, name)
    }

    /// The public key that the header carries, for a DPoP proof and nothing else. Without its key id, which names no key that
    /// anybody knows.
    pub(super) fn header_key(&self) -> Option<Key> {
        let jwk = self.header_member("jwk").filter(|jwk| jwk.is_object())?;
        Key::public_from_jwk(jwk.raw()).ok().map(Key::without_kid)
    }

    /// Verifies the signature alone and returns the payload: for a bare JWS, whose payload need not be
    /// claims. For a JWT use [`super::Policy::verify`], which checks the claims as well.
    ///
    /// # Errors
    /// `token.algorithm`, `token.key_not_found`, `token.key_ambiguous`, `token.signature`.
    pub fn verify(self, algorithms: &[Algorithm], keys: &KeySet) -> Result<Vec<u8>> {
        self.check_signature(algorithms, keys)?;
        Ok(self.into_payload().0)
    }

    /// The payload, and the list of members for reuse.
    pub(super) fn into_payload(mut self) -> (Vec<u8>, Vec<Member>) {
        self.body.truncate(self.payload_length);
        (self.body, self.members)
    }

    /// Whether one of these algorithms is the header's.
    ///
    /// # Errors
    /// `token.algorithm`.
    pub(super) fn check_algorithm(&self, algorithms: &[Algorithm]) -> Result<Algorithm> {
        self.algorithm.filter(|algorithm| algorithms.contains(algorithm)).ok_or_else(|| {
            let names: Vec<&str> = algorithms.iter().map(|algorithm| algorithm.name()).collect();
            self.refuse(ErrorCode::TokenAlgorithm, "alg", 0, Some(names.join(" ")))
        })
    }

    /// Checks the algorithm, finds the key, verifies the signature.
    pub(super) fn check_signature<'k>(
        &self,
        algorithms: &[Algorithm],
        keys: &'k KeySet,
    ) -> Result<Signed<'k>> {
        let algorithm = self.check_algorithm(algorithms)?;
        let mut tried = 0;
        let kid = self.kid();
        let message = self.signing_input.as_bytes();
        let signature = self.body.get(self.payload_length..).unwrap_or_default();
        let choice = match keys.verify(algorithm, kid.as_deref(), message, signature, &mut tried) {
            Ok(key) => return Ok(Signed { key, tried }),
            Err(choice) => choice,
        };
        let (code, check) = choice.refusal();
        // By which ids it could have been signed.
        let expected = (code == ErrorCode::TokenKeyNotFound && kid.is_some()).then(|| keys.ids()).flatten();
        Err(self.refuse(code, check, tried, expected).also_explained(|explain| {
            explain.keys = keys.candidates(algorithm, kid.as_deref());
        }))
    }

    /// An error for a key that was not found where keys are fetched.
    pub(crate) fn without_key(&self, code: ErrorCode) -> Error {
        self.refuse(code, "key", 0, None)
    }

    /// The `iss` of the payload, read before the signature is verified: it may choose whose keys verify it, nothing else.
    ///
    /// # Errors
    /// `token.json`, `token.duplicate_member`, `token.too_deep`, `token.number` for a payload that is no strict JSON
    /// object; `token.missing_claim` without `iss`, `token.claim_type` if it is no string.
    pub(crate) fn claimed_issuer(&self) -> Result<String> {
        let payload = self.body.get(..self.payload_length).unwrap_or_default();
        let claims = json::Object::parse(payload, Limits::default())
            .map_err(|fault| self.refuse(fault.token_code(), "payload", 0, None))?;
        let issuer =
            claims.get("iss").ok_or_else(|| self.refuse(ErrorCode::TokenMissingClaim, "iss", 0, None))?;
        let issuer = issuer.as_str().ok_or_else(|| self.refuse(ErrorCode::TokenClaimType, "iss", 0, None))?;
        Ok(issuer.into_owned())
    }

    /// An error for an issuer that is none of those that are trusted.
    pub(crate) fn untrusted_issuer(&self, trusted: String) -> Error {
        self.refuse(ErrorCode::TokenIssuer, "iss", 0, Some(trusted))
    }

    /// An error with what is known of the token.
    fn refuse(
        &self,
        code: ErrorCode,
        check: &'static str,
        keys_tried: u32,
        expected: Option<String>,
    ) -> Error {
        Error::new(code).explained(Explain {
            check,
            algorithm: self.algorithm.map(|algorithm| algorithm.name().into()),
            key_id: self.kid().map(|kid| kid.chars().take(64).collect()),
            keys_tried,
            expected,
            ..Explain::default()
        })
    }
}

/// Cuts a compact JWS at its two dots; the size comes first.
///
/// # Errors
/// `token.too_large`, `token.malformed`, `token.encrypted`.
pub(super) fn split(token: &str, limit: usize) -> Result<[&str; 3]> {
    if token.len() > limit {
        return Err(refused(ErrorCode::TokenTooLarge, "size", "token"));
    }
    let bytes = token.as_bytes();
    let mut dots = memchr::memchr_iter(b'.', bytes);
    let (Some(first), Some(second)) = (dots.next(), dots.next()) else {
        return Err(malformed("not three parts"));
    };
    if dots.next().is_some() {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        return Err(match memchr::memchr_iter(b'.', bytes).count() {
            4 if bytes.iter().all(plain) => refused(ErrorCode::TokenEncrypted, "structure", "five parts"),
            _ => malformed("not three parts"),
        });
    }
    // A dot is one byte of its own in UTF-8, so both sides of it are texts.
    let part = |range: std::ops::Range<usize>| token.get(range).unwrap_or_default();
    Ok([part(0..first), part(first + 1..second), part(second + 1..token.len())])
}
