//! Dynamic client registration, RFC 7591, and its management, RFC 7592.
//!
//! A registration holds up to two secrets: the client's own and the token that manages it. Neither is ever shown, and the token goes to
//! no address but the one that came with it. Whatever the provider changes in the metadata counts, so it is what the result holds.

mod operations;

use crate::error::{Error, ErrorCode, Result};
use crate::flow::NetworkPolicy;
use crate::jose::json::{Limits, validate};
use crate::secret::Secret;
use crate::types::{ClientId, EndpointUrl, check_token};
use serde_json::{Map, Value};
use std::fmt;

/// What the provider decides about a client, RFC 7591 section 3.2.1 and RFC 7592 section 3: no metadata of the client's own.
const GIVEN: [&str; 6] = [
    "client_id",
    "client_secret",
    "client_id_issued_at",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
];

/// A client as a provider has registered it. Prints without its secrets; [`Registration::to_json`] has them.
#[derive(Clone)]
pub struct Registration {
    members: Map<String, Value>,
    management: Option<Management>,
}

#[derive(Clone)]
struct Management {
    uri: EndpointUrl,
    token: Secret,
}

impl Registration {
    /// Reads what [`Registration::to_json`] wrote, or the reply of a registration endpoint that was kept.
    ///
    /// # Errors
    /// `response.malformed`, `response.member`, `metadata.endpoint`.
    pub fn from_json(text: &str, network: &NetworkPolicy) -> Result<Self> {
        let malformed = || Error::with(ErrorCode::ResponseMalformed, "registration");
        validate(text.as_bytes(), Limits::default()).map_err(|_| malformed())?;
        Self::read(serde_json::from_str(text).map_err(|_| malformed())?, network)
    }

    /// The JSON form for storing: the client information response of RFC 7591 section 3.2.1, secrets included.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.members).unwrap_or_default()
    }

    /// The client identifier.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.text("client_id").unwrap_or_default()
    }

    /// The client secret.
    #[must_use]
    pub fn client_secret(&self) -> Option<Secret> {
        self.text("client_secret").map(Secret::new)
    }

    /// When the client secret expires, seconds since the epoch; `None` if never or if there is none.
    #[must_use]
    pub fn client_secret_expires_at(&self) -> Option<i64> {
        self.members.get("client_secret_expires_at").and_then(Value::as_i64).filter(|at| *at != 0)
    }

    /// Whether the provider lets this registration be read, changed and deleted (RFC 7592).
    #[must_use]
    pub fn is_manageable(&self) -> bool {
        self.management.is_some()
    }

    /// The client's metadata as registered, which may be other than was asked for.
    #[must_use]
    pub fn metadata(&self) -> Map<String, Value> {
        let own = self.members.iter().filter(|(name, _)| !GIVEN.contains(&name.as_str()));
        own.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The members of a client's configuration that the registration decides; see [`crate::ClientConfig`]. A secret is among them only
    /// where the client authenticates with it.
    #[must_use]
    pub fn client_config(&self) -> Map<String, Value> {
        let mut config = Map::new();
        let mut put = |name: &str, value: Value| drop(config.insert(name.to_owned(), value));
        put("client_id", self.client_id().into());
        // RFC 7591 section 2: the default of an absent method is `client_secret_basic`.
        let secret = self.text("client_secret");
        let method = self.text("token_endpoint_auth_method").or(secret.map(|_| "client_secret_basic"));
        if let Some(secret) =
            secret.filter(|_| method.is_some_and(|method| method.starts_with("client_secret_")))
        {
            put("client_secret", secret.into());
        }
        if let Some(method) = method {
            put("authentication_method", method.into());
        }
        if let Some([only]) = self.members.get("redirect_uris").and_then(Value::as_array).map(Vec::as_slice) {
            put("redirect_uri", only.clone());
        }
        for (algorithm, name) in [
            ("id_token_signed_response_alg", "id_token_algorithms"),
            ("userinfo_signed_response_alg", "userinfo_algorithms"),
            ("introspection_signed_response_alg", "introspection_algorithms"),
        ] {
            if let Some(algorithm) = self.text(algorithm) {
                put(name, Value::Array(vec![algorithm.into()]));
            }
        }
        config
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_str)
    }

    /// Reads a client information response: every member that the RFCs name has its type.
    fn read(members: Map<String, Value>, network: &NetworkPolicy) -> Result<Self> {
        let wrong = |name: &'static str| Error::with(ErrorCode::ResponseMember, name);
        let text = |name: &'static str| match members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.as_str())),
            Some(_) => Err(wrong(name)),
        };
        let seconds = |name: &'static str| match members.get(name).map(Value::as_i64) {
            None => Ok(None),
            Some(Some(seconds)) if seconds >= 0 => Ok(Some(seconds)),
            Some(_) => Err(wrong(name)),
        };
        let client_id = text("client_id")?.ok_or_else(|| wrong("client_id"))?;
        ClientId::parse(client_id).map_err(|_| wrong("client_id"))?;
        if let Some(secret) = text("client_secret")? {
            crate::types::check_secret(secret).map_err(|_| wrong("client_secret"))?;
            // RFC 7591 section 3.2.1: required wherever a secret was issued.
            seconds("client_secret_expires_at")?.ok_or_else(|| wrong("client_secret_expires_at"))?;
        }
        seconds("client_id_issued_at")?;
        for name in [
            "token_endpoint_auth_method",
            "id_token_signed_response_alg",
            "userinfo_signed_response_alg",
            "introspection_signed_response_alg",
        ] {
            text(name)?;
        }
        if members.get("scope").is_some_and(|scope| !scope.is_string()) {
            return Err(wrong("scope"));
        }
        for name in ["redirect_uris", "grant_types", "response_types", "contacts"] {
            let texts =
                |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
            if members.get(name).is_some_and(|value| !texts(value)) {
                return Err(wrong(name));
            }
        }
        let management = match (text("registration_client_uri")?, text("registration_access_token")?) {
            (None, None) => None,
            (Some(uri), Some(token)) => {
                check_token("registration_access_token", token)
                    .map_err(|_| wrong("registration_access_token"))?;
                let uri = EndpointUrl::parse(uri, network)
                    .map_err(|_| Error::with(ErrorCode::MetadataEndpoint, "registration_client_uri"))?;
                Some(Management { uri, token: Secret::new(token) })
            }
            (None, Some(_)) => return Err(wrong("registration_client_uri")),
            (Some(_), None) => return Err(wrong("registration_access_token")),
        };
        Ok(Self { members, management })
    }

    /// What a reply of the management endpoint makes of this registration: what the reply leaves out stays, because
    /// only tokens and secrets that are replaced need be sent (RFC 7592 section 3).
    fn renewed(&self, mut reply: Map<String, Value>, network: &NetworkPolicy) -> Result<Self> {
        if reply.get("client_id").and_then(Value::as_str) != Some(self.client_id()) {
            return Err(ErrorCode::ResponseClientId.into());
        }
        for names in [
            &["registration_access_token"][..],
            &["registration_client_uri"],
            &["client_secret", "client_secret_expires_at"],
            &["client_id_issued_at"],
        ] {
            if names.iter().any(|name| reply.contains_key(*name)) {
                continue;
            }
            for name in names {
                if let Some(value) = self.members.get(*name) {
                    reply.insert((*name).to_owned(), value.clone());
                }
            }
        }
        Self::read(reply, network)
    }

    fn management(&self) -> Result<&Management> {
        let missing = || Error::with(ErrorCode::MetadataMissingEndpoint, "registration_client_uri");
        self.management.as_ref().ok_or_else(missing)
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration").field("client_id", &self.client_id()).finish_non_exhaustive()
    }
}
