//! Signatures over bytes at the boundary.

use super::VerifierKeys;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::{Algorithm, KeySet, VerifiedJws};
use serde::Deserialize;
use std::str::FromStr as _;
use std::sync::Arc;

/// Verifies JWS in every serialization; see [`crate::jose::JwsVerifier`].
#[derive(Clone, Debug)]
pub struct JwsVerifier(Arc<crate::jose::JwsVerifier>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default)]
    algorithms: Vec<String>,
}

impl JwsVerifier {
    /// Builds a verifier from `{"algorithms"}`.
    ///
    /// # Errors
    /// `config.*` and `key.*`.
    pub fn new(config_json: &str, keys: VerifierKeys) -> Result<Self> {
        let config: Config = serde_json::from_str(config_json).map_err(|error| {
            Error::with(ErrorCode::ConfigInvalid, format!("JWS verifier: column {}", error.column()))
        })?;
        let keys = match keys {
            VerifierKeys::Key(key) => KeySet::single(key),
            VerifierKeys::Set(set) => set,
            VerifierKeys::Discover => return Err(Error::with(ErrorCode::ConfigInvalid, "no key is given")),
        };
        let algorithms =
            config.algorithms.iter().map(|name| Algorithm::from_str(name)).collect::<Result<Vec<_>>>()?;
        crate::jose::JwsVerifier::new(keys, &algorithms).map(|verifier| Self(Arc::new(verifier)))
    }

    /// See [`crate::jose::JwsVerifier::verify`].
    ///
    /// # Errors
    /// As there.
    pub fn verify(&self, jws: &str, payload: Option<&[u8]>) -> Result<VerifiedJws> {
        self.0.verify(jws, payload)
    }

    /// See [`crate::jose::JwsVerifier::verify_json`].
    ///
    /// # Errors
    /// As there.
    pub fn verify_json(&self, json: &str, payload: Option<&[u8]>) -> Result<VerifiedJws> {
        self.0.verify_json(json, payload)
    }
}

/// What is known of the verified signatures, as a JSON list of `{"index", "algorithm", "header", "unprotected", "key_id"}`;
/// the headers are the texts that came.
#[must_use]
pub fn signatures_json(verified: &VerifiedJws) -> String {
    let members: Vec<String> = verified
        .signatures()
        .iter()
        .map(|one| {
            format!(
                "{{\"index\":{},\"algorithm\":\"{}\",\"header\":{},\"unprotected\":{},\"key_id\":{}}}",
                one.index,
                one.algorithm,
                one.header_json,
                one.unprotected_json.as_deref().unwrap_or("null"),
                serde_json::Value::from(one.key_id.as_deref()),
            )
        })
        .collect();
    format!("[{}]", members.join(","))
}
