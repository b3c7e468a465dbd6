//! Signing at the boundary.

use crate::clock::Clock;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::{Algorithm, Key};
use crate::services::Testing;
use serde::Deserialize;
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
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(***)")
    }
}
