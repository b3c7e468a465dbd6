//! Provider metadata: OpenID Connect Discovery 1.0 and RFC 8414.
//!
//! The issuer must be the one that was asked for, byte for byte, and every endpoint must be as
//! trustworthy as the issuer; otherwise a provider could send a client's secrets to another one
//! (mix-up, RFC 9207) or into a private network.

use crate::error::{Error, ErrorCode, Result};
use crate::flow::{HttpRequest, Io, NetworkPolicy};
use crate::reply;
use crate::types::{EndpointUrl, Issuer};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The part of a metadata document that the roles need, every value checked.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// `issuer`.
    pub issuer: Option<Issuer>,
    /// `authorization_endpoint`.
    pub authorization_endpoint: Option<EndpointUrl>,
    /// `token_endpoint`.
    pub token_endpoint: Option<EndpointUrl>,
    /// `introspection_endpoint`, RFC 7662.
    pub introspection_endpoint: Option<EndpointUrl>,
    /// `revocation_endpoint`, RFC 7009.
    pub revocation_endpoint: Option<EndpointUrl>,
    /// `userinfo_endpoint`.
    pub userinfo_endpoint: Option<EndpointUrl>,
    /// `jwks_uri`.
    pub jwks_uri: Option<EndpointUrl>,
    /// `id_token_signing_alg_values_supported`.
    pub id_token_algorithms: Vec<String>,
    /// `authorization_response_iss_parameter_supported`, RFC 9207.
    pub issuer_parameter: bool,
}

impl Metadata {
    /// Reads a metadata document.
    ///
    /// # Errors
    /// `metadata.malformed` for a member of the wrong type, `metadata.endpoint` for an unacceptable
    /// address, `metadata.pkce_unsupported` if S256 is excluded, `metadata.algorithm` if `none` is
    /// offered for ID tokens.
    pub fn from_members(members: &Map<String, Value>, network: &NetworkPolicy) -> Result<Self> {
        let issuer = match text(members, "issuer")? {
            Some(text) => Some(Issuer::parse(text, network).map_err(|_| endpoint_error("issuer"))?),
            None => None,
        };
        let endpoint = |name: &'static str| -> Result<Option<EndpointUrl>> {
            let Some(text) = text(members, name)? else { return Ok(None) };
            let url = EndpointUrl::parse(text, network).map_err(|_| endpoint_error(name))?;
            if url.is_loopback() && issuer.as_ref().is_some_and(|issuer| !issuer.is_loopback()) {
                return Err(endpoint_error(name));
            }
            Ok(Some(url))
        };
        let id_token_algorithms =
            texts(members, "id_token_signing_alg_values_supported")?.unwrap_or_default();
        if id_token_algorithms.iter().any(|name| name.eq_ignore_ascii_case("none")) {
            return Err(Error::with(ErrorCode::MetadataAlgorithm, "unsigned ID tokens are offered"));
        }
        let methods = texts(members, "code_challenge_methods_supported")?;
        if methods.is_some_and(|methods| !methods.iter().any(|method| method == "S256")) {
            return Err(ErrorCode::MetadataPkceUnsupported.into());
        }
        let issuer_parameter = match members.get("authorization_response_iss_parameter_supported") {
            None => false,
            Some(Value::Bool(supported)) => *supported,
            Some(_) => return Err(malformed("authorization_response_iss_parameter_supported")),
        };
        Ok(Self {
            authorization_endpoint: endpoint("authorization_endpoint")?,
            token_endpoint: endpoint("token_endpoint")?,
            introspection_endpoint: endpoint("introspection_endpoint")?,
            revocation_endpoint: endpoint("revocation_endpoint")?,
            userinfo_endpoint: endpoint("userinfo_endpoint")?,
            jwks_uri: endpoint("jwks_uri")?,
            issuer,
            id_token_algorithms,
            issuer_parameter,
        })
    }
}

/// Fetches the metadata of an issuer: OpenID Connect's address first, then RFC 8414's.
///
/// # Errors
/// `metadata.not_found` if neither address has a document, `metadata.issuer_mismatch`, the errors of
/// [`Metadata::from_members`], and those of the network.
pub async fn fetch(io: &Io, issuer: &Issuer, network: &Arc<NetworkPolicy>) -> Result<Map<String, Value>> {
    let addresses = [issuer.openid_configuration(), issuer.authorization_server_metadata()];
    for address in addresses {
        let address = EndpointUrl::parse(&address, network)?;
        let response = io.http(HttpRequest::get(address, network.clone())).await?;
        if matches!(response.status, 404 | 405 | 410) {
            continue;
        }
        let members = match reply::json_object(&response) {
            Ok(members) => members,
            Err(error) if error.code() == ErrorCode::ResponseMalformed => {
                return Err(ErrorCode::MetadataMalformed.into());
            }
            Err(error) => return Err(error),
        };
        if text(&members, "issuer")? != Some(issuer.as_str()) {
            return Err(ErrorCode::MetadataIssuerMismatch.into());
        }
        return Ok(members);
    }
    Err(ErrorCode::MetadataNotFound.into())
}

fn text<'a>(members: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a str>> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(malformed(name)),
    }
}

fn texts(members: &Map<String, Value>, name: &'static str) -> Result<Option<Vec<String>>> {
    let Some(value) = members.get(name) else { return Ok(None) };
    let items = value.as_array().ok_or_else(|| malformed(name))?;
    let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    texts.map(Some).ok_or_else(|| malformed(name))
}

fn malformed(name: &'static str) -> Error {
    Error::with(ErrorCode::MetadataMalformed, name)
}

fn endpoint_error(name: &'static str) -> Error {
    Error::with(ErrorCode::MetadataEndpoint, name)
}
