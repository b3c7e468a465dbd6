//! Signed request objects, RFC 9101: the parameters of an authorization request, which the browser can neither change nor mix.

use super::Client;
use super::authorization_request::{Parameter, Parameters};
use crate::error::{Error, ErrorCode, Result};
use crate::jose::{Algorithm, Key, Signer};
use serde_json::{Map, Value, json};

/// Seconds within which the browser must bring the object to the provider.
const LIFETIME: i64 = 300;

/// What signs a client's requests.
pub(super) struct RequestSigner(Signer);

impl RequestSigner {
    /// A signer for the client's registered key; its key id becomes `kid`.
    ///
    /// # Errors
    /// `key.private_required` for a secret or a public key, and `key.*` for one that cannot sign.
    pub(super) fn new(key: Key) -> Result<Self> {
        if key.is_symmetric() || !key.is_private() {
            return Err(ErrorCode::KeyPrivateRequired.into());
        }
        let able = |algorithm: &Algorithm| key.check_sign(*algorithm).is_ok();
        let algorithm = Algorithm::asymmetric().into_iter().find(able);
        let algorithm = algorithm.ok_or_else(|| Error::new(ErrorCode::KeyUse))?;
        // RFC 9101 section 10.8: the type keeps request objects apart from every other token under this key.
        Signer::new(key, algorithm, None, Some("oauth-authz-req+jwt".to_owned())).map(Self)
    }
}

impl Client {
    pub(super) fn signs_requests(&self) -> bool {
        self.0.request_signer.is_some()
    }

    /// With a key: `client_id` and the signed rest. Without one: the parameters as they are.
    ///
    /// # Errors
    /// `metadata.missing_endpoint` if the provider has no issuer, which the object is addressed to; `config.invalid` if it
    /// becomes larger than 16 KiB.
    pub(super) fn sign_request(&self, parameters: Parameters) -> Result<Parameters> {
        let Some(RequestSigner(signer)) = &self.0.request_signer else { return Ok(parameters) };
        let issuer = self.service().issuer().ok_or_else(|| {
            Error::with(ErrorCode::MetadataMissingEndpoint, "issuer, which a request object needs")
        })?;
        let (now, client_id) = (self.clock().now(), self.client_id().as_str());
        let mut claims: Map<String, Value> = Map::new();
        for (name, value) in parameters {
            let value = match value {
                Parameter::Text(text) => Value::from(text),
                Parameter::Json(value) => value,
            };
            match claims.get_mut(&name) {
                None => drop(claims.insert(name, value)),
                // A parameter that is repeated in a URL is a list here (RFC 8707 section 2).
                Some(Value::Array(list)) => list.push(value),
                Some(first) => *first = json!([first.take(), value]),
            }
        }
        let id = self.random().token()?;
        for (name, value) in [
            ("iss", json!(client_id)),
            ("aud", json!(issuer)),
            ("iat", json!(now)),
            ("nbf", json!(now)),
            ("exp", json!(now.saturating_add(LIFETIME))),
            ("jti", json!(id)),
        ] {
            claims.insert(name.to_owned(), value);
        }
        let object = signer.sign_bytes(Value::Object(claims).to_string().as_bytes())?;
        // RFC 9101 section 5: nothing but these two, so that nothing outside of the object can contradict it.
        let text = |name: &str, value: String| (name.to_owned(), Parameter::Text(value));
        Ok(vec![text("client_id", client_id.to_owned()), text("request", object)])
    }
}
