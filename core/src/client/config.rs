//! A client's registration at a provider: identifier, credentials, redirect URI and tolerances.

use super::method::{AssertionAudience, ClientAuthentication};
use super::request_object::EncryptionNames;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::Key;
use crate::secret::Secret;
use crate::services::Testing;
use serde::Deserialize;

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
    /// Signs assertions; a key never crosses as text.
    #[serde(skip)]
    pub(super) assertion_key: Option<Key>,
    #[serde(default)]
    pub(super) assertion_algorithm: Option<String>,
    #[serde(default)]
    pub(super) assertion_audience: AssertionAudience,
    /// PEM, the client's own certificate first.
    #[serde(default)]
    pub(super) certificate: Option<String>,
    #[serde(default, deserialize_with = "secret")]
    pub(super) certificate_key: Option<Secret>,
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
    /// Authorization responses in a signed mode are signed with one of these.
    #[serde(default)]
    pub(super) authorization_response_algorithms: Option<Vec<String>>,
    /// Whether tokens are bound to a key (RFC 9449); without a `dpop_key` one is made.
    #[serde(default)]
    pub(super) dpop: Option<bool>,
    /// The key that tokens are bound to; a key never crosses as text.
    #[serde(skip)]
    pub(super) dpop_key: Option<Key>,
    /// The key that signs authorization requests (RFC 9101).
    #[serde(skip)]
    pub(super) request_object_key: Option<Key>,
    /// How signed authorization requests are encrypted.
    #[serde(default)]
    pub(super) request_object_encryption: Option<EncryptionNames>,
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
            assertion_key: None,
            assertion_algorithm: None,
            assertion_audience: AssertionAudience::Issuer,
            certificate: None,
            certificate_key: None,
            leeway: None,
            id_token_algorithms: None,
            userinfo_algorithms: None,
            introspection_algorithms: None,
            introspection_cache: None,
            authorization_response_algorithms: None,
            dpop: None,
            dpop_key: None,
            request_object_key: None,
            request_object_encryption: None,
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

    /// Chooses the authentication method. By default it follows from the credentials and from what the provider
    /// announces: with a key `private_key_jwt`, with a secret Basic, or post where the provider has that alone.
    #[must_use]
    pub fn authentication(mut self, method: ClientAuthentication) -> Self {
        self.authentication_method = Some(method);
        self
    }

    /// Authenticates with assertions under this private key, RFC 7523. Its key id becomes their `kid`.
    #[must_use]
    pub fn assertion_key(mut self, key: Key) -> Self {
        self.assertion_key = Some(key);
        self
    }

    /// Signs assertions with this algorithm; by default the key's own, RS256 for an RSA key that has none.
    #[must_use]
    pub fn assertion_algorithm(mut self, algorithm: impl Into<String>) -> Self {
        self.assertion_algorithm = Some(algorithm.into());
        self
    }

    /// Says whom assertions are for.
    #[must_use]
    pub fn assertion_audience(mut self, audience: AssertionAudience) -> Self {
        self.assertion_audience = audience;
        self
    }

    /// Shows this certificate to the provider's endpoints, RFC 8705; both are PEM.
    #[must_use]
    pub fn certificate(mut self, certificate: impl Into<String>, key: impl Into<String>) -> Self {
        self.certificate = Some(certificate.into());
        self.certificate_key = Some(Secret::new(key));
        self
    }

    /// Binds tokens to this private key (RFC 9449): they are of no use without it.
    #[must_use]
    pub fn dpop_key(mut self, key: Key) -> Self {
        self.dpop_key = Some(key);
        self
    }

    /// Binds tokens to a key that is made for this client; [`Client::dpop_key`](super::Client::dpop_key) gives it out.
    #[must_use]
    pub fn dpop(mut self) -> Self {
        self.dpop = Some(true);
        self
    }

    /// Signs authorization requests with this private key (RFC 9101). Its key id becomes their `kid`.
    #[must_use]
    pub fn request_object_key(mut self, key: Key) -> Self {
        self.request_object_key = Some(key);
        self
    }

    /// Encrypts signed authorization requests (RFC 9101 section 6.1) for a key of the provider's set that has `use: enc`, with
    /// these values of `alg` (RSA-OAEP or ECDH-ES) and `enc`. [`Client::begin_authorization`](super::Client::begin_authorization)
    /// then needs [`Client::load_keys`](super::Client::load_keys) before it.
    #[must_use]
    pub fn request_object_encryption(mut self, alg: impl Into<String>, enc: impl Into<String>) -> Self {
        self.request_object_encryption = Some(EncryptionNames::new(alg.into(), enc.into()));
        self
    }

    /// Accepts authorization responses signed with these algorithms only, in the signed response modes.
    #[must_use]
    pub fn authorization_response_algorithms<S: Into<String>>(
        mut self,
        algorithms: impl IntoIterator<Item = S>,
    ) -> Self {
        self.authorization_response_algorithms = Some(algorithms.into_iter().map(Into::into).collect());
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
}
