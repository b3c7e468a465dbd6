//! Making tokens.

use super::json::{Limits, Object};
use super::key::MAX_KEY_ID;
use super::{Algorithm, Key, TokenLimits, base64url};
use crate::error::{Error, ErrorCode, Result};
use std::borrow::Cow;

/// Longest payload that is looked at; whether the token stays within the verifier's default limit is seen when it is made.
const MAX_PAYLOAD: usize = 12 * 1024;

/// Signs tokens with one key, one algorithm and one header.
///
/// The header is fixed when the signer is built: no caller's value can change `alg`, `crit` or `b64`
/// (threat B21).
#[derive(Clone, Debug)]
pub struct Signer {
    key: Key,
    algorithm: Algorithm,
    /// The header as JSON, and encoded with its dot.
    header_json: String,
    header: String,
}

impl Signer {
    /// A signer for a private key or HMAC secret. `kid` defaults to the key's own; without `typ` the
    /// header has none.
    ///
    /// # Errors
    /// `key.private_required`, `key.wrong_type`, `key.too_short`, `key.use`,
    /// `config.unsupported_algorithm`, `config.invalid` for an empty or overlong `kid` or `typ`.
    pub fn new(key: Key, algorithm: Algorithm, kid: Option<String>, typ: Option<String>) -> Result<Self> {
        key.check_sign(algorithm)?;
        let kid = kid.or_else(|| key.kid().map(Into::into));
        let mut header = format!("{{\"alg\":\"{algorithm}\"");
        for (name, value) in [("typ", typ), ("kid", kid)] {
            let Some(value) = value else { continue };
            if value.is_empty() || value.len() > MAX_KEY_ID {
                return Err(Error::with(ErrorCode::ConfigInvalid, format!("{name} is empty or too long")));
            }
            header.push_str(&format!(",\"{name}\":{}", serde_json::Value::from(value)));
        }
        header.push('}');
        let mut encoded = base64url::encode(header.as_bytes());
        encoded.push('.');
        Ok(Self { key, algorithm, header_json: header, header: encoded })
    }

    /// Signs claims: a JSON object to which `iat` is added unless it is there, and `exp` if a lifetime
    /// in seconds is given.
    ///
    /// # Errors
    /// `config.invalid` if the text is no strict JSON object, if a registered claim has the wrong type,
    /// if `exp` is there although a lifetime is given, or if the token would be too large.
    pub fn sign(&self, claims_json: &str, now: i64, lifetime: Option<u32>) -> Result<String> {
        let claims = Object::parse(claims_json.as_bytes(), Limits::bytes(MAX_PAYLOAD)).map_err(|fault| {
            Error::with(ErrorCode::ConfigInvalid, format!("claims: {}", fault.describe()))
        })?;
        check_types(&claims)?;
        let mut added = String::new();
        if claims.get("iat").is_none() {
            added.push_str(&format!(",\"iat\":{now}"));
        }
        if let Some(lifetime) = lifetime {
            if claims.get("exp").is_some() {
                return Err(Error::with(ErrorCode::ConfigInvalid, "exp and a lifetime are both given"));
            }
            added.push_str(&format!(",\"exp\":{}", now.saturating_add(i64::from(lifetime))));
        }
        let payload = match claims_json.trim_end().strip_suffix('}') {
            Some(open) if !added.is_empty() => {
                let comma = if claims.iter().next().is_none() { 1 } else { 0 };
                Cow::Owned(format!("{open}{}}}", added.get(comma..).unwrap_or_default()))
            }
            _ => Cow::Borrowed(claims_json),
        };
        self.sign_bytes(payload.as_bytes())
    }

    /// Signs any payload as a bare JWS.
    ///
    /// # Errors
    /// `config.invalid` if the JWS would be larger than 16 KiB, which is what a verifier takes; `internal.random`.
    pub fn sign_bytes(&self, payload: &[u8]) -> Result<String> {
        let too_large = || Error::with(ErrorCode::ConfigInvalid, "the token would be larger than 16 KiB");
        if payload.len() > MAX_PAYLOAD {
            return Err(too_large());
        }
        let mut token = String::with_capacity(self.header.len() + payload.len() * 4 / 3 + 360);
        token.push_str(&self.header);
        base64url::encode_into(payload, &mut token);
        let signature = self.key.sign(self.algorithm, token.as_bytes())?;
        token.push('.');
        base64url::encode_into(&signature, &mut token);
        if token.len() > TokenLimits::default().token {
            return Err(too_large());
        }
        Ok(token)
    }

    /// The protected header, encoded; it says so if the payload will not be.
    pub(super) fn protected(&self, encode_payload: bool) -> String {
        match self.header_json.strip_suffix('}') {
            Some(open) if !encode_payload => {
                base64url::encode(format!("{open},\"b64\":false,\"crit\":[\"b64\"]}}").as_bytes())
            }
            _ => self.header.trim_end_matches('.').to_owned(),
        }
    }

    /// Whether the protected header has a member of this name.
    pub(super) fn protects(&self, name: &str) -> bool {
        Object::parse(self.header_json.as_bytes(), Limits::default())
            .is_ok_and(|header| header.get(name).is_some())
    }

    /// The signature over these bytes.
    pub(super) fn signature(&self, input: &[u8]) -> Result<Vec<u8>> {
        self.key.sign(self.algorithm, input)
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// A signer does not make what a verifier must refuse.
fn check_types(claims: &Object<'_>) -> Result<()> {
    for (name, value) in claims.iter() {
        let fits = match name.as_ref() {
            "exp" | "nbf" | "iat" | "auth_time" => value.as_seconds().is_some(),
            "iss" | "sub" | "jti" => value.as_str().is_some(),
            "aud" => {
                value.as_str().is_some()
                    || value.as_array().is_some_and(|mut items| items.all(|item| item.as_str().is_some()))
            }
            _ => true,
        };
        if !fits {
            return Err(Error::quoted(ErrorCode::ConfigInvalid, "wrong type of claim", &name));
        }
    }
    Ok(())
}
