//! Metadata of a protected resource, RFC 9728: which authorization servers an API trusts, and what it wants of tokens.
//!
//! The metadata is believed only about the resource that was asked for, byte for byte (section 3.3), because otherwise an API could send its
//! callers, and the tokens that they obtain, to an authorization server of its own choice for another API (section 7.3). An address
//! that came in a `WWW-Authenticate` field is asked only at the resource's own origin.

use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, HttpRequest, Io, NetworkPolicy};
use crate::jose::{Expected, Profile};
use crate::reply;
use crate::services::Testing;
use crate::types::{EndpointUrl, Issuer};
use crate::verifier::{Issuers, KeysFrom, Verifier, VerifierConfig};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The authorization servers that are taken from a document.
const MAX_SERVERS: usize = 32;

/// How to ask a protected resource about itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProtectedResourceOptions {
    /// The rules for requests.
    pub network: NetworkPolicy,
    /// Where the metadata is: the parameter `resource_metadata` of a `WWW-Authenticate` field (section 5.1). Without it, where section 3.1
    /// puts it.
    pub metadata_url: Option<String>,
    /// The issuer that must have signed the metadata (`signed_metadata`, section 2.2); its keys are found by discovery. Without it
    /// signed metadata is ignored, as the section allows.
    pub signed_by: Option<String>,
    /// The algorithms of signed metadata; every asymmetric one unless they are named.
    pub algorithms: Option<Vec<String>>,
    /// For tests only.
    pub testing: Option<Testing>,
}

/// The metadata of a protected resource, every value that is used checked.
#[derive(Clone, Debug)]
pub struct ProtectedResource {
    members: Map<String, Value>,
}

impl ProtectedResource {
    /// Fetches the metadata of the resource with this identifier: the URL that requests to it are made with.
    ///
    /// # Errors
    /// `config.url` for an unacceptable identifier, at once, and for a `metadata_url` at another origin `metadata.endpoint`. The flow
    /// ends with `metadata.not_found`, `metadata.malformed`, `metadata.resource_mismatch`, `metadata.endpoint` for an unacceptable
    /// authorization server, `metadata.algorithm`, and where it must be signed `metadata.unsigned` and `token.*`; and with the
    /// errors of the network.
    pub fn discover(resource: &str, options: &ProtectedResourceOptions) -> Result<Flow<Self>> {
        let network = Arc::new(options.network.clone());
        let resource = EndpointUrl::parse(resource, &network)?;
        let address = match &options.metadata_url {
            None => EndpointUrl::parse(&well_known(&resource), &network)?,
            Some(address) => {
                let address = EndpointUrl::parse(address, &network)?;
                if address.url().origin() != resource.url().origin() {
                    return Err(Error::with(ErrorCode::MetadataEndpoint, "resource_metadata"));
                }
                address
            }
        };
        let verifier = options.signed_by.as_deref().map(|issuer| signer(issuer, options)).transpose()?;
        Ok(Flow::new(move |io| async move {
            let response = io.http(HttpRequest::get(address, network.clone())).await?;
            if matches!(response.status, 404 | 405 | 410) {
                return Err(ErrorCode::MetadataNotFound.into());
            }
            let members = match reply::json_object(&response) {
                Ok(members) => members,
                Err(error) if error.code() == ErrorCode::ResponseMalformed => {
                    return Err(ErrorCode::MetadataMalformed.into());
                }
                Err(error) => return Err(error),
            };
            check_resource(&members, &resource)?;
            let members = match verifier {
                None => members,
                Some(verifier) => {
                    let members = signed(&io, &verifier, members).await?;
                    check_resource(&members, &resource)?;
                    members
                }
            };
            Self::read(members, &resource, &network)
        }))
    }

    /// The resource identifier.
    #[must_use]
    pub fn resource(&self) -> &str {
        self.members.get("resource").and_then(Value::as_str).unwrap_or_default()
    }

    /// The issuers of the authorization servers that the resource trusts, for [`crate::Service::discover`]; none if the document names none.
    #[must_use]
    pub fn authorization_servers(&self) -> Vec<&str> {
        self.list("authorization_servers")
    }

    /// The scopes that requests may need.
    #[must_use]
    pub fn scopes(&self) -> Vec<&str> {
        self.list("scopes_supported")
    }

    /// Every member, as the resource sent or the signature vouches for it.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// The JSON form that crosses into a host.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.members).unwrap_or_default()
    }

    fn list(&self, name: &str) -> Vec<&str> {
        let items = self.members.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).collect()
    }

    /// Checks every member that section 2 gives a type.
    fn read(members: Map<String, Value>, resource: &EndpointUrl, network: &NetworkPolicy) -> Result<Self> {
        let malformed = |name: &'static str| Error::with(ErrorCode::MetadataMalformed, name);
        let endpoint = |name: &'static str| Error::with(ErrorCode::MetadataEndpoint, name);
        for name in [
            "authorization_servers",
            "scopes_supported",
            "bearer_methods_supported",
            "resource_signing_alg_values_supported",
            "authorization_details_types_supported",
            "dpop_signing_alg_values_supported",
        ] {
            let texts =
                |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
            if members.get(name).is_some_and(|value| !texts(value)) {
                return Err(malformed(name));
            }
        }
        for name in
            ["resource_name", "resource_documentation", "resource_policy_uri", "resource_tos_uri", "jwks_uri"]
        {
            if members.get(name).is_some_and(|value| !value.is_string()) {
                return Err(malformed(name));
            }
        }
        for name in ["tls_client_certificate_bound_access_tokens", "dpop_bound_access_tokens_required"] {
            if members.get(name).is_some_and(|value| !value.is_boolean()) {
                return Err(malformed(name));
            }
        }
        let found = Self { members };
        let servers = found.authorization_servers();
        if servers.len() > MAX_SERVERS {
            return Err(malformed("authorization_servers"));
        }
        for server in servers {
            let issuer = Issuer::parse(server, network).map_err(|_| endpoint("authorization_servers"))?;
            if issuer.is_loopback() && !resource.is_loopback() {
                return Err(endpoint("authorization_servers"));
            }
        }
        if let Some(keys) = found.members.get("jwks_uri").and_then(Value::as_str) {
            let keys = EndpointUrl::parse(keys, network).map_err(|_| endpoint("jwks_uri"))?;
            if keys.is_loopback() && !resource.is_loopback() {
                return Err(endpoint("jwks_uri"));
            }
        }
        let none = |name: &&str| name.eq_ignore_ascii_case("none");
        if found.list("resource_signing_alg_values_supported").iter().any(none) {
            return Err(Error::with(ErrorCode::MetadataAlgorithm, "unsigned replies are offered"));
        }
        Ok(found)
    }
}

/// Section 3.1: the well-known part stands between host and path; the slash after the host alone goes.
fn well_known(resource: &EndpointUrl) -> String {
    let url = resource.url();
    let origin = url.origin().ascii_serialization();
    let path = if url.path() == "/" { "" } else { url.path() };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{origin}/.well-known/oauth-protected-resource{path}{query}")
}

/// Section 3.3: the document is about the very resource that was asked for.
fn check_resource(members: &Map<String, Value>, resource: &EndpointUrl) -> Result<()> {
    match members.get("resource") {
        Some(Value::String(found)) if found == resource.as_str() => Ok(()),
        Some(Value::String(_)) => Err(ErrorCode::MetadataResourceMismatch.into()),
        _ => Err(Error::with(ErrorCode::MetadataMalformed, "resource")),
    }
}

fn signer(issuer: &str, options: &ProtectedResourceOptions) -> Result<Verifier> {
    Verifier::new(VerifierConfig {
        keys: KeysFrom::Provider { jwks_uri: None },
        issuers: Issuers::Of(vec![issuer.to_owned()]),
        // The section names no audience: it is a statement to everybody.
        audience: None,
        algorithms: options.algorithms.clone(),
        leeway: 0,
        max_age: None,
        profile: Profile::Generic,
        required_claims: vec!["resource".to_owned()],
        require_exp: false,
        network: options.network.clone(),
        token_cache: 0,
        padded: false,
        clock: Testing::clock(options.testing.as_ref()),
    })
}

/// Section 2.2: what is signed takes precedence over what is not.
async fn signed(io: &Io, verifier: &Verifier, mut members: Map<String, Value>) -> Result<Map<String, Value>> {
    let Some(Value::String(token)) = members.remove("signed_metadata") else {
        return Err(ErrorCode::MetadataUnsigned.into());
    };
    let verified = verifier.verify_within(io, &token, &Expected::default()).await?;
    let claims: Map<String, Value> =
        serde_json::from_str(&verified.claims_json).map_err(|_| ErrorCode::MetadataMalformed)?;
    for (name, value) in claims {
        // These are about the statement, not about the resource.
        if !matches!(name.as_str(), "iss" | "iat" | "exp" | "nbf" | "jti" | "sub" | "aud" | "signed_metadata")
        {
            members.insert(name, value);
        }
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_part_stands_between_host_and_path() {
        for (resource, address) in [
            ("https://api.example.com", "https://api.example.com/.well-known/oauth-protected-resource"),
            ("https://api.example.com/", "https://api.example.com/.well-known/oauth-protected-resource"),
            (
                "https://api.example.com:8443/a/b",
                "https://api.example.com:8443/.well-known/oauth-protected-resource/a/b",
            ),
            ("https://api.example.com/a/", "https://api.example.com/.well-known/oauth-protected-resource/a/"),
            (
                "https://api.example.com/a?k=v",
                "https://api.example.com/.well-known/oauth-protected-resource/a?k=v",
            ),
            (
                "https://api.example.com/?k=v",
                "https://api.example.com/.well-known/oauth-protected-resource?k=v",
            ),
        ] {
            let resource = EndpointUrl::parse(resource, &NetworkPolicy::default()).unwrap();
            assert_eq!(well_known(&resource), address);
        }
    }
}
