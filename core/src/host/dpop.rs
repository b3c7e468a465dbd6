//! DPoP proofs at the boundary.

use super::options;
use crate::clock::Clock;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::{Algorithm, DpopRequest, DpopVerifier as Proofs};
use crate::services::Testing;
use serde::Deserialize;

/// How old a proof may be where nothing else is said, seconds.
const MAX_AGE: u32 = 60;
/// Clock tolerance where nothing else is said: proofs are dated by the clocks of clients.
const LEEWAY: u32 = 30;

/// Verifies DPoP proofs.
#[derive(Clone, Debug)]
pub struct DpopVerifier {
    proofs: Proofs,
    clock: Clock,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    algorithms: Option<Vec<String>>,
    max_age: Option<u32>,
    leeway: Option<i64>,
    testing: Option<Testing>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Request {
    method: String,
    url: String,
    access_token: Option<String>,
    nonce: Option<String>,
    thumbprint: Option<String>,
}

impl DpopVerifier {
    /// Builds one from `{"algorithms"?, "max_age"?, "leeway"?}`; every asymmetric algorithm, 60 and 30 seconds by default.
    ///
    /// # Errors
    /// As [`Proofs::new`].
    pub fn new(config_json: &str) -> Result<Self> {
        let config: Config = options("DPoP verifier", config_json)?;
        let algorithms = match config.algorithms {
            Some(names) => names.iter().map(|name| name.parse()).collect::<Result<Vec<Algorithm>>>()?,
            None => Algorithm::asymmetric(),
        };
        let leeway = config.leeway.map_or(Ok(LEEWAY), u32::try_from).map_err(|_| ErrorCode::ConfigLeeway)?;
        let proofs = Proofs::new(algorithms, config.max_age.unwrap_or(MAX_AGE), leeway)?;
        Ok(Self { proofs, clock: Testing::clock(config.testing.as_ref()) })
    }

    /// Verifies a proof against `{"method", "url", "access_token"?, "nonce"?, "thumbprint"?}` and returns
    /// `{"claims", "header", "thumbprint"}`, claims and header as JSON texts.
    ///
    /// # Errors
    /// As [`Proofs::verify`]; `config.invalid` without method or URL.
    pub fn verify(&self, proof: &str, request_json: &str) -> Result<String> {
        let request: Request = options("DPoP request", request_json)?;
        if request.method.is_empty() || request.url.is_empty() {
            return Err(Error::with(ErrorCode::ConfigInvalid, "DPoP request: no method or no url"));
        }
        let wanted = DpopRequest {
            method: &request.method,
            url: &request.url,
            access_token: request.access_token.as_deref(),
            nonce: request.nonce.as_deref(),
            thumbprint: request.thumbprint.as_deref(),
        };
        let proof = self.proofs.verify(proof, &wanted, self.clock.now())?;
        Ok(serde_json::json!({
            "claims": proof.verified.claims_json,
            "header": proof.verified.header_json,
            "thumbprint": proof.thumbprint,
        })
        .to_string())
    }
}
