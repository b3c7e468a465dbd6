//! Making tokens.

use super::json::{Limits, Object};
use super::key::MAX_KEY_ID;
use super::{Algorithm, Key, base64url};
use crate::error::{Error, ErrorCode, Result};
use std::borrow::Cow;

/// Longest payload that is signed, so that the token stays within the verifier's default limit.
const MAX_PAYLOAD: usize = 11 * 1024;

/// Signs tokens with one key, one algorithm and one header.
///
/// The header is fixed when the signer is built: no caller's value can change `alg`, `crit` or `b64`
/// (threat B21).
#[derive(Clone, Debug)]
pub struct Signer {
    key: Key,
    algorithm: Algorithm,
    /// The encoded header with its dot.
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
        Ok(Self { key, algorithm, header: encoded })
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
    /// `config.invalid` if the payload is larger than 11 KiB; `internal.random`.
    pub fn sign_bytes(&self, payload: &[u8]) -> Result<String> {
        if payload.len() > MAX_PAYLOAD {
            return Err(Error::with(ErrorCode::ConfigInvalid, "the payload is larger than 11 KiB"));
        }
        let mut token = String::with_capacity(self.header.len() + payload.len() * 4 / 3 + 360);
        token.push_str(&self.header);
        base64url::encode_into(payload, &mut token);
        let signature = self.key.sign(self.algorithm, token.as_bytes())?;
        token.push('.');
        base64url::encode_into(&signature, &mut token);
        Ok(token)
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
