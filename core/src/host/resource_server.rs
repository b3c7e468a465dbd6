//! The resource server role at the boundary.

use super::{Operation, Outcome, Verifier, options};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Flow;
use crate::resource_server::Decision;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Guards an API.
#[derive(Clone, Debug)]
pub struct ResourceServer(crate::ResourceServer);

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Config {
    realm: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Requirements {
    scopes: Vec<String>,
}

/// `granted` with the token's parts, or a denial with status, header fields and error. Header and claims
/// are texts within the text, because a host hands out the claims byte for byte as they were signed.
#[derive(Default, Serialize)]
struct Form<'a> {
    granted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<BTreeMap<&'static str, &'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a RawValue>,
}

impl ResourceServer {
    /// Builds a guard from a verifier and `{"realm"?}`.
    ///
    /// # Errors
    /// `config.invalid`.
    pub fn new(verifier: &Verifier, config_json: &str) -> Result<Self> {
        let config: Config = options("resource server", config_json)?;
        crate::ResourceServer::new(verifier.0.clone(), config.realm.as_deref()).map(Self)
    }

    /// Decides with the keys at hand, given the values of all `Authorization` fields and `{"scopes"?}`.
    /// The result is `{"granted": true, "header", "claims", "scopes"}`, where header and claims are JSON
    /// texts, or `{"granted": false, "status", "headers", "error"}`.
    ///
    /// # Errors
    /// `jwks.not_loaded` if keys would have to be fetched; `config.invalid`.
    pub fn authenticate_now(&self, authorization: &[&str], options_json: &str) -> Result<String> {
        let required: Requirements = options("requirements", options_json)?;
        to_json(&self.0.authenticate_now(authorization, &required.scopes)?)
    }

    /// See [`crate::Verifier::refresh_due`].
    #[must_use]
    pub fn refresh_due(&self, authorization: &[&str]) -> bool {
        self.0.refresh_due(authorization)
    }

    /// As [`ResourceServer::authenticate_now`], fetching keys if it must; the outcome is the JSON text.
    #[must_use]
    pub fn authenticate(&self, authorization: &[&str], options_json: &str) -> Operation {
        match options::<Requirements>("requirements", options_json) {
            Ok(required) => {
                let flow = self.0.authenticate(authorization, &required.scopes);
                flow.map(|decision| to_json(&decision).map(Outcome::Json))
            }
            Err(error) => Flow::ready(Err(error)),
        }
    }
}

fn to_json(decision: &Decision) -> Result<String> {
    let broken = |_| Error::new(ErrorCode::InternalPanic);
    let text = match decision {
        Decision::Granted(principal) => serde_json::to_string(&Form {
            granted: true,
            header: Some(&principal.token.header_json),
            claims: Some(&principal.token.claims_json),
            scopes: Some(&principal.scopes),
            ..Form::default()
        }),
        Decision::Denied(denial) => {
            let error = denial.error.to_json();
            let mut headers = BTreeMap::from([("Cache-Control", "no-store")]);
            headers.extend(denial.challenge.as_deref().map(|challenge| ("WWW-Authenticate", challenge)));
            serde_json::to_string(&Form {
                status: Some(denial.status),
                headers: Some(headers),
                error: Some(serde_json::from_str(&error).map_err(broken)?),
                ..Form::default()
            })
        }
    };
    text.map_err(broken)
}
