//! A client's registration at a provider: identifier, credentials, redirect URI and tolerances.

use crate::error::{Error, ErrorCode, Result};
use crate::secret::Secret;
use crate::services::Testing;
use serde::Deserialize;

/// How the client authenticates at the token, introspection and revocation endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// HTTP Basic with form-encoded credentials, RFC 6749 section 2.3.1.
    ClientSecretBasic,
    /// Credentials in the body, RFC 6749 section 2.3.1.
    ClientSecretPost,
    /// A public client: only its identifier, in the body.
    None,
}

/// The configuration of a [`Client`](super::Client).
///
/// ```
/// use ferroauth::ClientConfig;
/// let config = ClientConfig::new("abc").secret("s3cret").redirect_uri("https://app.example.com/cb").unwrap();
/// assert!(!format!("{config:?}").contains("s3cret"));
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientConfig {
    pub(super) client_id: String,
    #[serde(default, deserialize_with = "secret")]
    pub(super) client_secret: Option<Secret>,
    #[serde(default)]
    pub(super) redirect_uri: Option<String>,
    #[serde(default)]
    pub(super) authentication_method: Option<ClientAuthentication>,
    /// Clock tolerance for ID tokens, seconds.
    #[serde(default)]
    pub(super) leeway: Option<u32>,
    #[serde(default)]
    pub(super) id_token_algorithms: Option<Vec<String>>,
    /// Userinfo must be signed, with one of these.
    #[serde(default)]
    pub(super) userinfo_algorithms: Option<Vec<String>>,
    /// Introspection replies must be signed (RFC 9701), with one of these.
    #[serde(default)]
    pub(super) introspection_algorithms: Option<Vec<String>>,
    /// Seconds for which an active introspection reply is kept, 0 to 60.
    #[serde(default)]
    pub(super) introspection_cache: Option<u32>,
    /// Seconds within which the user must come back.
    #[serde(default)]
    pub(super) pending_lifetime: Option<u32>,
    #[serde(default)]
    pub(super) testing: Option<Testing>,
}

fn secret<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Secret>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(Secret::new))
}

impl ClientConfig {
    /// A public client with this identifier.
    pub fn new(client_id: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: None,
            redirect_uri: None,
            authentication_method: None,
            leeway: None,
            id_token_algorithms: None,
            userinfo_algorithms: None,
            introspection_algorithms: None,
            introspection_cache: None,
            pending_lifetime: None,
            testing: None,
        }
    }

    /// The configuration that a registration decides; what it does not, such as a key, is added to it.
    ///
    /// # Errors
    /// `config.invalid` for an authentication method that this library does not have.
    pub fn from_registration(registration: &crate::registration::Registration) -> Result<Self> {
        Self::from_json(&serde_json::Value::Object(registration.client_config()).to_string())
    }

    /// Parses the JSON form that the bindings use.
    ///
    /// # Errors
    /// `config.invalid` for text that is not JSON, an unknown member or a wrong type.
    pub fn from_json(text: &str) -> Result<Self> {
        // serde's own message could quote a value, and a value could be the secret.
        serde_json::from_str(text).map_err(|error| {
            let place = format!("client configuration, line {} column {}", error.line(), error.column());
            Error::with(ErrorCode::ConfigInvalid, place)
        })
    }

    /// Makes it a confidential client.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(Secret::new(secret));
        self
    }

    /// Sets the redirect URI.
    ///
    /// # Errors
    /// `config.url`.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Result<Self> {
        let uri = uri.into();
        crate::types::RedirectUri::parse(&uri)?;
        self.redirect_uri = Some(uri);
        Ok(self)
    }

    /// Chooses the authentication method; the default is Basic with a secret, none without.
    #[must_use]
    pub fn authentication(mut self, method: ClientAuthentication) -> Self {
        self.authentication_method = Some(method);
        self
    }

    /// Accepts ID tokens signed with these algorithms only.
    #[must_use]
    pub fn id_token_algorithms<I, S>(mut self, algorithms: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.id_token_algorithms = Some(algorithms.into_iter().map(Into::into).collect());
        self
    }

    /// Demands signed userinfo (OpenID Connect Core section 5.3.2), signed with one of these algorithms.
    #[must_use]
    pub fn userinfo_algorithms<I, S>(mut self, algorithms: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.userinfo_algorithms = Some(algorithms.into_iter().map(Into::into).collect());
        self
    }

    /// Demands signed introspection replies (RFC 9701), signed with one of these algorithms.
    #[must_use]
    pub fn introspection_algorithms<I, S>(mut self, algorithms: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        self.introspection_algorithms = Some(algorithms.into_iter().map(Into::into).collect());
        self
    }

    /// Keeps active introspection replies for so many seconds, at most 60 and never beyond the token's `exp`.
    #[must_use]
    pub fn introspection_cache(mut self, seconds: u32) -> Self {
        self.introspection_cache = Some(seconds);
        self
    }

    /// The authentication method that fits secret and choice.
    pub(super) fn method(&self) -> Result<ClientAuthentication> {
        use ClientAuthentication::{ClientSecretBasic, None as Public};
        let mismatch = |detail| Err(Error::with(ErrorCode::ConfigClientAuthentication, detail));
        match (self.authentication_method, self.client_secret.is_some()) {
            (None, true) => Ok(ClientSecretBasic),
            (None | Some(Public), false) => Ok(Public),
            (Some(Public), true) => mismatch("a public client has no client_secret"),
            (Some(_), false) => mismatch("client_secret is missing"),
            (Some(method), true) => Ok(method),
        }
    }
}
