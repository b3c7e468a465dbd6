//! Signing at the boundary.

use super::options;
use crate::clock::Clock;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::{Algorithm, JsonForm, Key};
use crate::services::Testing;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::Arc;

/// Signs claims.
#[derive(Clone)]
pub struct Signer {
    signer: Arc<crate::jose::Signer>,
    clock: Clock,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    algorithm: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    testing: Option<Testing>,
}

/// How to write a JWS in JSON.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonOptions {
    /// The unprotected header of the only signature.
    #[serde(default)]
    header: Option<Box<RawValue>>,
    /// Those of several signatures, in the order of the signers.
    #[serde(default)]
    headers: Option<Vec<Option<Box<RawValue>>>>,
    #[serde(default)]
    detached: Option<bool>,
    #[serde(default)]
    encode_payload: Option<bool>,
}

impl JsonOptions {
    fn form(&self) -> JsonForm {
        let usual = JsonForm::default();
        JsonForm {
            detached: self.detached.unwrap_or(usual.detached),
            encode_payload: self.encode_payload.unwrap_or(usual.encode_payload),
        }
    }
}

impl Signer {
    /// Builds a signer from `{"algorithm", "kid"?, "typ"?}`.
    ///
    /// # Errors
    /// `config.*` and `key.*`.
    pub fn new(key: Key, config_json: &str) -> Result<Self> {
        let config: Config = serde_json::from_str(config_json).map_err(|error| {
            Error::with(ErrorCode::ConfigInvalid, format!("signer: column {}", error.column()))
        })?;
        let algorithm: Algorithm = config.algorithm.parse()?;
        let signer = crate::jose::Signer::new(key, algorithm, config.kid, config.typ)?;
        Ok(Self { signer: Arc::new(signer), clock: Testing::clock(config.testing.as_ref()) })
    }

    /// Signs a JSON object; `lifetime` in seconds sets `iat` and `exp`.
    ///
    /// # Errors
    /// `config.invalid` if the claims are not a strict JSON object or set `iat` or `exp` themselves
    /// beside a lifetime.
    pub fn sign(&self, claims_json: &str, lifetime: Option<u32>) -> Result<String> {
        self.signer.sign(claims_json, self.clock.now(), lifetime)
    }

    /// See [`crate::jose::Signer::sign_bytes`].
    ///
    /// # Errors
    /// As there.
    pub fn sign_bytes(&self, payload: &[u8]) -> Result<String> {
        self.signer.sign_bytes(payload)
    }

    /// See [`crate::jose::Signer::sign_detached`].
    ///
    /// # Errors
    /// As there.
    pub fn sign_detached(&self, payload: &[u8], encode_payload: bool) -> Result<String> {
        self.signer.sign_detached(payload, encode_payload)
    }

    /// Signs as flattened JSON; the options are `{"header"?, "detached"?, "encode_payload"?}`. See
    /// [`crate::jose::Signer::sign_json`].
    ///
    /// # Errors
    /// As there.
    pub fn sign_json(&self, payload: &[u8], options_json: &str) -> Result<String> {
        let options: JsonOptions = options("options", options_json)?;
        if options.headers.is_some() {
            return Err(Error::with(ErrorCode::ConfigInvalid, "options: headers are for several signers"));
        }
        self.signer.sign_json(payload, options.header.as_deref().map(RawValue::get), options.form())
    }

    /// Signs as general JSON with several signers; the options are `{"headers"?, "detached"?, "encode_payload"?}`, where
    /// `headers` has one unprotected header, or `null`, for each signer. See [`crate::jose::sign_general_json`].
    ///
    /// # Errors
    /// As there; `config.invalid` if there are not as many headers as signers.
    pub fn sign_general_json(signers: &[Self], payload: &[u8], options_json: &str) -> Result<String> {
        let options: JsonOptions = options("options", options_json)?;
        let headers = options.headers.as_deref().unwrap_or_default();
        if options.header.is_some() || (options.headers.is_some() && headers.len() != signers.len()) {
            return Err(Error::with(ErrorCode::ConfigInvalid, "options: one of headers for each signer"));
        }
        let header = |index: usize| headers.get(index).and_then(Option::as_deref).map(RawValue::get);
        let pairs: Vec<_> =
            signers.iter().enumerate().map(|(index, one)| (one.signer.as_ref(), header(index))).collect();
        crate::jose::sign_general_json(&pairs, payload, options.form())
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(***)")
    }
}
