//! Client authentication: how a request proves which client sends it, RFC 6749 section 2.3.
//!
//! What never changes is encoded once, when the client is built.

use super::config::ClientAuthentication;
use super::form::{Form, encode_into};
use crate::error::Result;
use crate::flow::authorization;
use crate::secret::{Secret, SecretBytes};
use crate::types::ClientId;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};

/// A client's credentials, ready to be put into a request.
#[derive(Debug)]
pub(super) enum Credential {
    /// The value of `Authorization`.
    Header(HeaderValue),
    /// Parameters of the form, encoded: `client_id`, and `client_secret` if there is one.
    Parameters(SecretBytes),
}

impl Credential {
    /// Prepares what a method sends. That method and secret fit was checked before.
    pub(super) fn new(
        method: ClientAuthentication,
        client_id: &ClientId,
        secret: Option<&Secret>,
    ) -> Result<Self> {
        match (method, secret) {
            (ClientAuthentication::ClientSecretBasic, Some(secret)) => {
                // RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
                let mut pair = Vec::new();
                encode_into(client_id.as_str().as_bytes(), &mut pair);
                pair.push(b':');
                encode_into(secret.expose().as_bytes(), &mut pair);
                let pair = SecretBytes::new(pair);
                Ok(Self::Header(authorization(format!("Basic {}", BASE64_STANDARD.encode(pair.expose())))?))
            }
            (_, secret) => {
                let mut form = Form::new();
                form.append("client_id", client_id.as_str());
                form.append_some("client_secret", secret.map(Secret::expose));
                Ok(Self::Parameters(SecretBytes::new(form.into_bytes())))
            }
        }
    }

    /// Puts the credentials into a request.
    pub(super) fn apply(&self, headers: &mut HeaderMap, form: &mut Form) -> Result<()> {
        match self {
            Self::Header(value) => drop(headers.insert(AUTHORIZATION, value.clone())),
            Self::Parameters(parameters) => form.append_encoded(parameters.expose()),
        }
        Ok(())
    }
}
