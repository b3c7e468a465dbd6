//! The protected header of a JWS, read strictly.

use super::MAX_HEADER;
use crate::error::{Error, ErrorCode, Explain, Result};
use crate::jose::json::{Fault, Limits, Object, Value};
use crate::jose::key::MAX_KEY_ID;
use crate::jose::{Algorithm, base64url};
use std::borrow::Cow;

/// A protected header, and what of it decides how the signature is checked.
#[derive(Debug)]
pub(super) struct Header {
    /// The header as it was signed.
    pub(super) json: String,
    /// The name that `alg` has.
    pub(super) name: String,
    /// The algorithm, if this library knows it.
    pub(super) algorithm: Option<Algorithm>,
    pub(super) kid: Option<String>,
    /// Whether the payload is base64url, as it is unless `b64` is false.
    pub(super) encoded: bool,
}

pub(super) fn refused(code: ErrorCode, check: &'static str, detail: &'static str) -> Error {
    Error::with(code, detail).explained(Explain { check, ..Explain::default() })
}

pub(super) fn faulty(fault: Fault) -> Error {
    refused(fault.token_code(), "header", fault.describe())
}

/// The key id of a header.
pub(super) fn key_id(header: &Object<'_>) -> Result<Option<String>> {
    let Some(value) = header.get("kid") else { return Ok(None) };
    match value.as_str() {
        Some(kid) if kid.len() <= MAX_KEY_ID => Ok(Some(kid.into_owned())),
        _ => Err(refused(ErrorCode::TokenHeader, "kid", "kid")),
    }
}

impl Header {
    /// Reads the base64url text of a protected header.
    pub(super) fn read(encoded: &[u8]) -> Result<Self> {
        if encoded.is_empty() {
            return Err(refused(ErrorCode::TokenMalformed, "structure", "the header is empty"));
        }
        if base64url::decoded_len(encoded.len()) > MAX_HEADER {
            return Err(refused(ErrorCode::TokenTooLarge, "size", "header"));
        }
        let bytes = base64url::decode(encoded).map_err(|_| {
            refused(ErrorCode::TokenMalformed, "structure", "a part is not canonical base64url")
        })?;
        let json = String::from_utf8(bytes).map_err(|_| faulty(Fault::Syntax))?;
        let header = Object::parse(json.as_bytes(), Limits::bytes(MAX_HEADER)).map_err(faulty)?;
        let name = match header.get("alg").map(Value::as_str) {
            Some(Some(name)) => name.into_owned(),
            _ => return Err(refused(ErrorCode::TokenAlgorithm, "alg", "alg is missing or not a string")),
        };
        if header.get("typ").is_some_and(|typ| typ.as_str().is_none()) {
            return Err(refused(ErrorCode::TokenHeader, "typ", "typ"));
        }
        let kid = key_id(&header)?;
        let encoded = is_encoded(&header)?;
        Ok(Self { algorithm: Algorithm::parse(&name), json, name, kid, encoded })
    }
}

/// What `b64` and `crit` say (threats A14, A15). The only extension that is understood is `b64`: `crit` may name it and
/// nothing else, and must where the payload is not encoded (RFC 7797 section 6).
fn is_encoded(header: &Object<'_>) -> Result<bool> {
    let critical = |detail| refused(ErrorCode::TokenCritical, "crit", detail);
    let b64 = match header.get("b64").map(Value::as_bool) {
        None => None,
        Some(Some(value)) => Some(value),
        Some(None) => return Err(refused(ErrorCode::TokenHeader, "b64", "b64")),
    };
    let Some(crit) = header.get("crit") else {
        return match b64 {
            Some(false) => Err(refused(ErrorCode::TokenUnencodedPayload, "b64", "crit does not name b64")),
            _ => Ok(true),
        };
    };
    let names: Vec<Cow<'_, str>> = crit
        .as_array()
        .and_then(|items| items.map(Value::as_str).collect())
        .ok_or_else(|| critical("crit is not a list of names"))?;
    match (names.as_slice(), b64) {
        ([only], Some(encoded)) if only == "b64" => Ok(encoded),
        ([only], None) if only == "b64" => Err(critical("crit names b64, which is absent")),
        _ => Err(critical("crit")),
    }
}
