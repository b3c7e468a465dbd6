//! The header of an encrypted token: one set of parameters from up to three places (RFC 7516 section 4).
//!
//! The rules for signed tokens hold here too: strict JSON, no name twice, in whatever places (threat A8), no critical
//! extension (A15), no key taken from a header (B14). Compression is refused by name (D3).

use super::{ContentEncryption, KeyManagement};
use crate::error::{Error, ErrorCode, Explain, Result};
use crate::jose::base64url;
use crate::jose::json::{Object, Value};
use crate::jose::key::MAX_KEY_ID;
use std::collections::BTreeSet;

/// Longest `typ` or `cty`.
const MAX_TYPE: usize = 256;

/// The parameters for one recipient.
pub(super) struct Header<'a> {
    parts: Vec<&'a Object<'a>>,
    pub(super) algorithm: Option<KeyManagement>,
    pub(super) encryption: Option<ContentEncryption>,
    pub(super) kid: Option<String>,
}

pub(super) fn refused(code: ErrorCode, check: &'static str, detail: &'static str) -> Error {
    Error::with(code, detail).explained(Explain { check, ..Explain::default() })
}

impl<'a> Header<'a> {
    /// Reads the parts together.
    ///
    /// # Errors
    /// `token.duplicate_member` for a name in two parts; `token.critical`, `token.unencoded_payload`;
    /// `token.header` for a wrong type and for `zip`; `token.algorithm` if `alg` or `enc` is missing or no text. Names
    /// that are not known are left for the caller, because another recipient may have a known one.
    pub(super) fn read(parts: Vec<&'a Object<'a>>) -> Result<Self> {
        let mut seen = BTreeSet::new();
        let mut header = Self { parts: Vec::new(), algorithm: None, encryption: None, kid: None };
        let (mut critical, mut named) = (false, 0);
        for (name, value) in parts.iter().flat_map(|part| part.iter()) {
            let wrong = |name| refused(ErrorCode::TokenHeader, name, name);
            match name.as_ref() {
                "alg" | "enc" => {
                    let text = value
                        .as_str()
                        .ok_or_else(|| refused(ErrorCode::TokenAlgorithm, "alg", "not a string"))?;
                    named += 1;
                    if name == "alg" {
                        header.algorithm = KeyManagement::parse(&text);
                    } else {
                        header.encryption = ContentEncryption::parse(&text);
                    }
                }
                "kid" => {
                    let kid = value.as_str().filter(|kid| kid.len() <= MAX_KEY_ID);
                    header.kid = Some(kid.ok_or_else(|| wrong("kid"))?.into_owned());
                }
                "typ" => short_text(value).ok_or_else(|| wrong("typ"))?,
                "cty" => short_text(value).ok_or_else(|| wrong("cty"))?,
                "zip" => return Err(wrong("zip")),
                "b64" => return Err(refused(ErrorCode::TokenUnencodedPayload, "b64", "b64")),
                // No extension is understood, so every list of critical ones is refused, as is an empty one.
                "crit" => critical = true,
                _ => {}
            }
            if !seen.insert(name) {
                let detail = "in more than one part of the header";
                return Err(refused(ErrorCode::TokenDuplicateMember, "header", detail));
            }
        }
        if critical {
            return Err(refused(ErrorCode::TokenCritical, "crit", "crit"));
        }
        if named < 2 {
            return Err(refused(ErrorCode::TokenAlgorithm, "alg", "alg or enc is missing"));
        }
        header.parts = parts;
        Ok(header)
    }

    /// A parameter, unread.
    pub(super) fn get(&self, name: &str) -> Option<Value<'a>> {
        self.parts.iter().find_map(|part| part.get(name))
    }

    /// A parameter that is base64url of a bounded length.
    ///
    /// # Errors
    /// `token.header` if it is there and is something else.
    pub(super) fn bytes(
        &self,
        name: &'static str,
        length: std::ops::RangeInclusive<usize>,
    ) -> Result<Option<Vec<u8>>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let decoded = value.as_str().and_then(|text| base64url::decode(text.as_bytes()).ok());
        match decoded.filter(|bytes| length.contains(&bytes.len())) {
            Some(bytes) => Ok(Some(bytes)),
            None => Err(refused(ErrorCode::TokenHeader, name, name)),
        }
    }

    /// As [`Header::bytes`], for one that must be there.
    pub(super) fn required_bytes(
        &self,
        name: &'static str,
        length: std::ops::RangeInclusive<usize>,
    ) -> Result<Vec<u8>> {
        self.bytes(name, length)?.ok_or_else(|| refused(ErrorCode::TokenHeader, name, name))
    }
}

fn short_text(value: Value<'_>) -> Option<()> {
    value.as_str().filter(|text| text.len() <= MAX_TYPE).map(|_| ())
}
