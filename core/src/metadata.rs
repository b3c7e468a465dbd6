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
use std::collections::BTreeMap;
use std::sync::Arc;

/// The endpoints that a client authenticates at, hence those that may have an alias for mutual TLS.
const ALIASED: [&str; 7] = [
    "token_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "userinfo_endpoint",
    "pushed_authorization_request_endpoint",
    "device_authorization_endpoint",
    "backchannel_authentication_endpoint",
];

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
    /// `pushed_authorization_request_endpoint`, RFC 9126.
    pub pushed_authorization_request_endpoint: Option<EndpointUrl>,
    /// `require_pushed_authorization_requests`, RFC 9126.
    pub require_pushed_authorization_requests: bool,
    /// `device_authorization_endpoint`, RFC 8628.
    pub device_authorization_endpoint: Option<EndpointUrl>,
    /// `backchannel_authentication_endpoint`, OpenID Connect CIBA.
    pub backchannel_authentication_endpoint: Option<EndpointUrl>,
    /// `end_session_endpoint`, OpenID Connect RP-Initiated Logout.
    pub end_session_endpoint: Option<EndpointUrl>,
    /// `registration_endpoint`, RFC 7591.
    pub registration_endpoint: Option<EndpointUrl>,
    /// `mtls_endpoint_aliases`, RFC 8705 section 5: endpoint names and their addresses for clients with a
    /// certificate.
    pub mtls_endpoint_aliases: BTreeMap<&'static str, EndpointUrl>,
    /// `token_endpoint_auth_methods_supported`; `None` if the document is silent.
    pub token_endpoint_auth_methods: Option<Vec<String>>,
    /// `response_modes_supported`; `None` if the document is silent.
    pub response_modes: Option<Vec<String>>,
    /// `dpop_signing_alg_values_supported`, RFC 9449; `None` if the document is silent.
    pub dpop_algorithms: Option<Vec<String>>,
    /// `authorization_signing_alg_values_supported`, JARM; `None` if the document is silent.
    pub authorization_response_algorithms: Option<Vec<String>>,
    /// `require_signed_request_object`, RFC 9101.
    pub require_signed_request_object: bool,
    /// `request_object_encryption_alg_values_supported`; `None` if the document is silent.
    pub request_object_encryption_algorithms: Option<Vec<String>>,
    /// `request_object_encryption_enc_values_supported`; `None` if the document is silent.
    pub request_object_encryptions: Option<Vec<String>>,
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
        let parse = |name: &'static str, text: &str| -> Result<EndpointUrl> {
            let url = EndpointUrl::parse(text, network).map_err(|_| endpoint_error(name))?;
            if url.is_loopback() && issuer.as_ref().is_some_and(|issuer| !issuer.is_loopback()) {
                return Err(endpoint_error(name));
            }
            Ok(url)
        };
        let endpoint = |name: &'static str| -> Result<Option<EndpointUrl>> {
            text(members, name)?.map(|text| parse(name, text)).transpose()
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
        let mut mtls_endpoint_aliases = BTreeMap::new();
        match members.get("mtls_endpoint_aliases") {
            None => {}
            Some(Value::Object(aliases)) => {
                for name in ALIASED {
                    let Some(text) = text(aliases, name)? else { continue };
                    mtls_endpoint_aliases.insert(name, parse(name, text)?);
                }
            }
            Some(_) => return Err(malformed("mtls_endpoint_aliases")),
        }
        Ok(Self {
            authorization_endpoint: endpoint("authorization_endpoint")?,
            token_endpoint: endpoint("token_endpoint")?,
            introspection_endpoint: endpoint("introspection_endpoint")?,
            revocation_endpoint: endpoint("revocation_endpoint")?,
            userinfo_endpoint: endpoint("userinfo_endpoint")?,
            jwks_uri: endpoint("jwks_uri")?,
            pushed_authorization_request_endpoint: endpoint("pushed_authorization_request_endpoint")?,
            require_pushed_authorization_requests: flag(members, "require_pushed_authorization_requests")?,
            device_authorization_endpoint: endpoint("device_authorization_endpoint")?,
            backchannel_authentication_endpoint: endpoint("backchannel_authentication_endpoint")?,
            end_session_endpoint: endpoint("end_session_endpoint")?,
            registration_endpoint: endpoint("registration_endpoint")?,
            mtls_endpoint_aliases,
            token_endpoint_auth_methods: texts(members, "token_endpoint_auth_methods_supported")?,
            response_modes: texts(members, "response_modes_supported")?,
            dpop_algorithms: texts(members, "dpop_signing_alg_values_supported")?,
            authorization_response_algorithms: texts(members, "authorization_signing_alg_values_supported")?,
            require_signed_request_object: flag(members, "require_signed_request_object")?,
            request_object_encryption_algorithms: texts(
                members,
                "request_object_encryption_alg_values_supported",
            )?,
            request_object_encryptions: texts(members, "request_object_encryption_enc_values_supported")?,
            issuer,
            id_token_algorithms,
            issuer_parameter: flag(members, "authorization_response_iss_parameter_supported")?,
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

fn flag(members: &Map<String, Value>, name: &'static str) -> Result<bool> {
    match members.get(name) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
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
