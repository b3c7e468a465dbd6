//! The client role, RFC 6749: logs users in, obtains tokens, and asks about them.
//!
//! A [`Client`] is immutable and shared; each operation is a [`Flow`](crate::flow::Flow). PKCE, state and
//! nonce are always used, ID tokens are always verified, and no credential goes anywhere but to the
//! endpoint it is meant for.

mod authentication;
mod authorization;
mod authorization_request;
mod backchannel;
mod callback;
mod config;
mod device;
mod dpop;
mod endpoints;
mod exchange;
mod finish;
mod form;
mod grant_options;
mod grants;
mod id_token;
mod introspection;
mod keyring;
mod logout;
mod method;
mod other_grants;
mod par;
mod pending;
mod pkce;
mod polling;
mod provider_token;
mod questions;
mod replay;
mod reply_quirks;
mod request;
#[cfg(test)]
mod request_judge;
mod request_object;
mod request_values;
mod response_mode;
mod telling;
mod token_reply;
mod token_set;
mod userinfo;

pub use authorization_request::AuthorizationRequest;
pub use backchannel::{BackchannelAuthentication, BackchannelRequest};
pub use callback::{Callback, CallbackContext};
pub use config::ClientConfig;
pub use device::DeviceAuthorization;
pub use endpoints::TokenTypeHint;
pub use exchange::{TokenExchange, TokenTypeUri};
pub use grant_options::GrantOptions;
pub use id_token::EarlierLogin;
pub use introspection::Introspection;
pub use keyring::Keyring;
pub use logout::{FrontChannelLogout, LogoutOptions, LogoutRequest, LogoutToken, Replay};
pub use method::{AssertionAudience, ClientAuthentication};
pub use pending::PendingAuthorization;
pub use pkce::Pkce;
pub use token_set::{IdToken, TokenSet};

use crate::clock::Clock;
use crate::crypto;
use crate::error::{Error, ErrorCode, Result};
use crate::event::Party;
use crate::flow::ClientCertificate;
use crate::jose::{Algorithm, Decrypter, base64url};
use crate::random::Random;
use crate::secret::Secret;
use crate::services::{Service, Testing};
use crate::types::{ClientId, EndpointUrl, RedirectUri, check_secret};
use std::fmt;
use std::sync::Arc;

/// A client at one provider. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Client(Arc<Inner>, Option<Arc<Decrypter>>);

struct Inner {
    service: Service,
    client_id: ClientId,
    secret: Option<Secret>,
    credential: authentication::Credential,
    method: ClientAuthentication,
    certificate: Option<Arc<ClientCertificate>>,
    redirect_uri: Option<RedirectUri>,
    leeway: u32,
    id_token_algorithms: Vec<Algorithm>,
    /// Those of signed userinfo; `None` if plain replies are expected.
    userinfo_algorithms: Option<Vec<Algorithm>>,
    introspection: introspection::Settings,
    /// Those of signed authorization responses.
    response_algorithms: Vec<Algorithm>,
    dpop: Option<dpop::Dpop>,
    request_signer: Option<request_object::RequestSigner>,
    pending_lifetime: u32,
    fingerprint: String,
    party: Arc<Party>,
    used_states: replay::UsedStates,
    used_logout_tokens: replay::UsedStates,
    clock: Clock,
    random: Random,
}

/// Clock tolerance for ID tokens, seconds: providers' clocks are rarely exact.
const DEFAULT_LEEWAY: u32 = 30;
/// Seconds a user has for logging in.
const DEFAULT_PENDING_LIFETIME: u32 = 600;
const MAX_PENDING_LIFETIME: u32 = 24 * 3600;

impl Client {
    /// Registers the configuration at a provider. Nothing is sent.
    ///
    /// # Errors
    /// A `config.*` error for each value that is refused, and `metadata.missing_endpoint` if the
    /// provider has no token endpoint.
    pub fn new(service: Service, config: ClientConfig) -> Result<Self> {
        let metadata = service.metadata();
        let method = config.method(metadata.token_endpoint_auth_methods.as_deref())?;
        let client_id = authentication::client_id(method, &config.client_id, config.assertion_key.as_ref())?;
        if let Some(secret) = &config.client_secret {
            check_secret(secret.expose())?;
        }
        // RFC 9700 section 2.1.1: a public client has nothing but PKCE that ties a code to it.
        if service.without_pkce() && method == ClientAuthentication::None {
            return Err(Error::with(ErrorCode::ConfigQuirk, "no_pkce needs a client with credentials"));
        }
        let certificate = match (&config.certificate, &config.certificate_key) {
            (Some(chain), Some(key)) => Some(Arc::new(ClientCertificate::from_pem(chain, key.expose())?)),
            _ => None,
        };
        let redirect_uri = config.redirect_uri.as_deref().map(RedirectUri::parse).transpose()?;
        let leeway = config.leeway.unwrap_or(DEFAULT_LEEWAY);
        if leeway > 300 {
            return Err(ErrorCode::ConfigLeeway.into());
        }
        let pending_lifetime = config.pending_lifetime.unwrap_or(DEFAULT_PENDING_LIFETIME);
        if !(1..=MAX_PENDING_LIFETIME).contains(&pending_lifetime) {
            return Err(Error::with(ErrorCode::ConfigInvalid, "pending_lifetime is 1 to 86400 seconds"));
        }
        let id_token_algorithms = id_token::algorithms(&service, config.id_token_algorithms.as_deref())?;
        let userinfo_algorithms =
            config.userinfo_algorithms.as_deref().map(provider_token::algorithms).transpose()?;
        let introspection = introspection::Settings::new(
            config.introspection_algorithms.as_deref(),
            config.introspection_cache.unwrap_or_default(),
        )?;
        let response_algorithms =
            response_mode::algorithms(&service, config.authorization_response_algorithms.as_deref())?;
        let dpop = dpop::Dpop::new(&service, config.dpop, config.dpop_key)?;
        let request_signer = request_object::RequestSigner::new(
            config.request_object_key,
            config.request_object_encryption.as_ref(),
            metadata,
        )?;
        let clock = match &config.testing {
            Some(testing) => Testing::clock(Some(testing)),
            None => service.clock().clone(),
        };
        let random = Testing::random(config.testing.as_ref())?;
        let fingerprint = fingerprint(&service, &client_id, redirect_uri.as_ref());
        let party = telling::party(&service, client_id.as_str());
        let secret = config.client_secret.filter(|secret| !authentication::is_civi_placeholder(secret));
        let token_endpoint = service.endpoint("token_endpoint", metadata.token_endpoint.as_ref())?;
        let algorithm = config.assertion_algorithm.as_deref().map(str::parse).transpose()?;
        let credential = authentication::Credential::new(
            method,
            &authentication::Material {
                client_id: &client_id,
                secret: secret.as_ref(),
                key: config.assertion_key.as_ref(),
                algorithm,
                audience: match config.assertion_audience {
                    AssertionAudience::Issuer => service.issuer(),
                    AssertionAudience::TokenEndpoint => Some(token_endpoint.as_str()),
                },
            },
        )?;
        let inner = Inner {
            service,
            client_id,
            secret,
            credential,
            method,
            certificate,
            redirect_uri,
            leeway,
            id_token_algorithms,
            userinfo_algorithms,
            introspection,
            response_algorithms,
            dpop,
            request_signer,
            pending_lifetime,
            fingerprint,
            party: Arc::new(party),
            used_states: replay::UsedStates::new(),
            used_logout_tokens: replay::UsedStates::new(),
            clock,
            random,
        };
        Ok(Self(Arc::new(inner), None))
    }

    /// The same client for a provider that encrypts: ID tokens, logout tokens, userinfo and introspection replies may then be
    /// encrypted for one of the decrypter's keys. Whether they must be signed is decided as without it. It shares everything else.
    #[must_use]
    pub fn with_decrypter(&self, decrypter: Arc<Decrypter>) -> Self {
        Self(Arc::clone(&self.0), Some(decrypter))
    }

    /// The provider.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// The client identifier.
    #[must_use]
    pub fn client_id(&self) -> &ClientId {
        &self.0.client_id
    }

    /// The redirect URI.
    #[must_use]
    pub fn redirect_uri(&self) -> Option<&RedirectUri> {
        self.0.redirect_uri.as_ref()
    }

    /// Opens what [`PendingAuthorization::seal`] made.
    ///
    /// # Errors
    /// `pending.invalid` if it was altered or sealed with another key, `pending.wrong_client` if it
    /// belongs to another client, provider or redirect URI.
    pub fn open_pending(&self, sealed: &str, keys: &Keyring) -> Result<PendingAuthorization> {
        let pending = PendingAuthorization::open(sealed, keys, self.random().clone())?;
        self.check_owner(&pending)?;
        Ok(pending)
    }

    fn check_owner(&self, pending: &PendingAuthorization) -> Result<()> {
        self.check_fingerprint(&pending.record().c)
    }

    /// Whether something that was stored belongs to this client at this provider.
    fn check_fingerprint(&self, fingerprint: &str) -> Result<()> {
        if fingerprint == self.0.fingerprint { Ok(()) } else { Err(ErrorCode::PendingWrongClient.into()) }
    }

    fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The thumbprint of the client's certificate, as tokens that are bound to it have it in `cnf` (RFC 8705
    /// section 3.1, `x5t#S256`); `None` without a certificate.
    #[must_use]
    pub fn certificate_thumbprint(&self) -> Option<&str> {
        self.certificate().map(|certificate| certificate.thumbprint())
    }

    /// Whether the client proves who it is.
    fn is_confidential(&self) -> bool {
        self.0.method != ClientAuthentication::None
    }

    fn certificate(&self) -> Option<&Arc<ClientCertificate>> {
        self.0.certificate.as_ref()
    }

    fn credential(&self) -> &authentication::Credential {
        &self.0.credential
    }

    fn random(&self) -> &Random {
        &self.0.random
    }

    fn fingerprint(&self) -> &str {
        &self.0.fingerprint
    }

    fn pending_lifetime(&self) -> u32 {
        self.0.pending_lifetime
    }
}

/// What a pending authorization is bound to: provider, client and redirect URI.
fn fingerprint(service: &Service, client_id: &ClientId, redirect_uri: Option<&RedirectUri>) -> String {
    let metadata = service.metadata();
    let provider = service.issuer().or(metadata.token_endpoint.as_ref().map(EndpointUrl::as_str));
    let mut input = Vec::new();
    for part in [provider, Some(client_id.as_str()), redirect_uri.map(RedirectUri::as_str)] {
        // Length first, so that no two triples give the same bytes.
        let part = part.unwrap_or_default().as_bytes();
        input.extend_from_slice(&(part.len() as u64).to_be_bytes());
        input.extend_from_slice(part);
    }
    let digest = crypto::sha256(&input);
    base64url::encode(digest.get(..16).unwrap_or_default())
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("client_id", &self.0.client_id.as_str())
            .field("issuer", &self.0.service.issuer())
            .finish_non_exhaustive()
    }
}
