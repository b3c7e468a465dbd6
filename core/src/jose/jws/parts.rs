//! The parts of a JWS, cut apart and checked before any key is looked at.

use super::header::{Header, faulty, key_id, refused};
use super::{MAX_HEADER, MAX_JSON, MAX_SIGNATURES, PROTECTED_ONLY};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::json::{Limits, Object, Value};
use crate::jose::{base64url, compact};
use std::borrow::Cow;

/// A JWS cut apart.
pub(super) struct Parts<'t> {
    /// The payload as it stands in the text; `None` if the JSON has none.
    pub(super) payload: Option<Cow<'t, str>>,
    pub(super) signatures: Vec<Part<'t>>,
    /// Whether there is a list of signatures, and not one alone.
    pub(super) general: bool,
}

/// One signature with its headers.
pub(super) struct Part<'t> {
    pub(super) header: Header,
    /// The protected header's base64url text.
    pub(super) protected: Cow<'t, str>,
    /// The unprotected header as it stands in the text.
    pub(super) unprotected: Option<&'t str>,
    /// The key id, wherever it stands: it only helps to find the key, so it need not be protected.
    pub(super) kid: Option<String>,
    pub(super) signature: Vec<u8>,
}

fn malformed(detail: &'static str) -> Error {
    refused(ErrorCode::TokenMalformed, "structure", detail)
}

fn signature(text: &[u8]) -> Result<Vec<u8>> {
    if text.is_empty() {
        return Err(malformed("the signature is empty"));
    }
    base64url::decode(text).map_err(|_| malformed("a part is not canonical base64url"))
}

impl<'t> Parts<'t> {
    /// Cuts the compact serialization (RFC 7515 section 7.1).
    pub(super) fn compact(token: &'t str, limit: usize) -> Result<Self> {
        let [protected, payload, end] = compact::split(token, limit)?;
        let header = Header::read(protected.as_bytes())?;
        let part = Part {
            kid: header.kid.clone(),
            header,
            protected: Cow::Borrowed(protected),
            unprotected: None,
            signature: signature(end.as_bytes())?,
        };
        Ok(Self { payload: Some(Cow::Borrowed(payload)), signatures: vec![part], general: false })
    }

    /// Cuts the JSON serialization, general or flattened (RFC 7515 section 7.2). Members that neither form has are ignored,
    /// as that section wants it.
    pub(super) fn json(text: &'t str) -> Result<Self> {
        let object = Object::parse(text.as_bytes(), Limits::bytes(MAX_JSON)).map_err(faulty)?;
        if object.get("ciphertext").is_some() {
            return Err(refused(ErrorCode::TokenEncrypted, "structure", "ciphertext"));
        }
        let payload = match object.get("payload").map(Value::as_str) {
            None => None,
            Some(Some(payload)) => Some(payload),
            Some(None) => return Err(malformed("the payload is not a string")),
        };
        let Some(list) = object.get("signatures") else {
            return Ok(Self { payload, signatures: vec![part(&object)?], general: false });
        };
        if ["protected", "header", "signature"].iter().any(|name| object.get(name).is_some()) {
            return Err(malformed("members of the general and of the flattened form"));
        }
        let items = list.as_array().ok_or_else(|| malformed("signatures is not a list"))?;
        let mut signatures = Vec::new();
        for item in items {
            if signatures.len() == MAX_SIGNATURES {
                return Err(refused(ErrorCode::TokenTooLarge, "size", "more than ten signatures"));
            }
            // The text was proven strict JSON as a whole, so only what is no object is refused here.
            let object = Object::parse(item.raw().as_bytes(), Limits::bytes(MAX_JSON)).map_err(faulty)?;
            signatures.push(part(&object)?);
        }
        if signatures.is_empty() {
            return Err(malformed("there is no signature"));
        }
        Ok(Self { payload, signatures, general: true })
    }
}

fn part<'t>(object: &Object<'t>) -> Result<Part<'t>> {
    let text = |name: &'static str| match object.get(name).map(Value::as_str) {
        None => Ok(None),
        Some(Some(text)) => Ok(Some(text)),
        Some(None) => Err(malformed("protected or signature is not a string")),
    };
    let unprotected = match object.get("header") {
        None => None,
        Some(value) if value.raw().len() > MAX_HEADER => {
            return Err(refused(ErrorCode::TokenTooLarge, "size", "header"));
        }
        Some(value) => Some(value.raw()),
    };
    let open = unprotected
        .map(|text| Object::parse(text.as_bytes(), Limits::bytes(MAX_HEADER)).map_err(faulty))
        .transpose()?;
    if let Some(open) = &open
        && PROTECTED_ONLY.iter().any(|name| open.get(name).is_some())
    {
        return Err(refused(ErrorCode::TokenHeader, "header", "alg, crit or b64 is not protected"));
    }
    let sealed = text("signature")?.ok_or_else(|| malformed("there is no signature"))?;
    let protected = text("protected")?.ok_or_else(|| malformed("there is no protected header"))?;
    let header = Header::read(protected.as_bytes())?;
    let mut kid = header.kid.clone();
    if let Some(open) = &open {
        disjoint(&header.json, open)?;
        kid = kid.or(key_id(open)?);
    }
    Ok(Part { kid, header, protected, unprotected, signature: signature(sealed.as_bytes())? })
}

/// No member stands in both headers (RFC 7515 section 4).
fn disjoint(protected: &str, open: &Object<'_>) -> Result<()> {
    let closed = Object::parse(protected.as_bytes(), Limits::bytes(MAX_HEADER)).map_err(faulty)?;
    if open.iter().any(|(name, _)| closed.get(&name).is_some()) {
        return Err(refused(
            ErrorCode::TokenDuplicateMember,
            "header",
            "a member is protected and unprotected",
        ));
    }
    Ok(())
}
