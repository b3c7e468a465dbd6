//! The authorization request, RFC 6749 section 4.1.1 with RFC 7636 and OpenID Connect Core 3.1.2.1.

use super::Client;
use super::pending::{PendingAuthorization, Record};
use super::pkce::Pkce;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::base64url;
use crate::secret::Secret;
use crate::types::{ScopeSet, return_path};
use serde::Deserialize;
use std::collections::BTreeMap;
use url::form_urlencoded;

/// What to ask the provider for.
///
/// ```
/// use ferroauth::AuthorizationRequest;
/// let request = AuthorizationRequest::scopes(["openid", "email"]).parameter("prompt", "login");
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorizationRequest {
    scopes: Vec<String>,
    parameters: BTreeMap<String, String>,
    return_to: Option<String>,
}

/// Parameters that the library sets itself and nobody may override.
const RESERVED: [&str; 11] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
    "request",
    "request_uri",
];

impl AuthorizationRequest {
    /// Asks for these scopes.
    pub fn scopes<I, S>(scopes: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        Self { scopes: scopes.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Adds a parameter such as `prompt`, `login_hint`, `max_age` or `acr_values`.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Remembers a path of this site to which the user returns after the login.
    #[must_use]
    pub fn return_to(mut self, path: impl Into<String>) -> Self {
        self.return_to = Some(path.into());
        self
    }
}

impl Client {
    /// Begins an authorization: makes state, nonce and PKCE pair, and the URL for the browser.
    ///
    /// # Errors
    /// `config.invalid` if the client has no redirect URI, a parameter is reserved or a scope is
    /// malformed; `metadata.missing_endpoint` if the provider has no authorization endpoint, or
    /// `openid` is asked of a provider whose issuer or key set is unknown; `internal.random`.
    pub fn begin_authorization(&self, request: &AuthorizationRequest) -> Result<PendingAuthorization> {
        let service = self.service();
        let endpoint = service.endpoint("authorization_endpoint", service.authorization_endpoint())?;
        let redirect_uri = self
            .redirect_uri()
            .ok_or_else(|| Error::with(ErrorCode::ConfigInvalid, "the client has no redirect_uri"))?;
        let scopes = ScopeSet::parse(service.scopes_or_default(&request.scopes))?;
        if scopes.contains("openid") {
            self.require_id_token_keys()?;
        }
        let return_to = request.return_to.as_deref().map(return_path).transpose()?;
        let max_age = check_parameters(&request.parameters)?;

        // One call into the operating system for all three values.
        let mut entropy = [0_u8; 96];
        self.random().fill(&mut entropy)?;
        let mut values = entropy.chunks_exact(32).map(base64url::encode);
        let mut next = || values.next().ok_or_else(|| Error::new(ErrorCode::InternalRandom));
        let (state, nonce, verifier) = (next()?, next()?, next()?);
        let pkce = Pkce::from_verifier(Secret::new(verifier))?;
        zeroize::Zeroize::zeroize(&mut entropy);

        let definition = service.definition();
        // As it is written here scopes are told apart by a space, whatever joins them on the wire.
        let scope = scopes.joined();
        let mut query = form_urlencoded::Serializer::new(String::with_capacity(512));
        query.append_pair("response_type", "code");
        query.append_pair("client_id", self.client_id().as_str());
        query.append_pair("redirect_uri", redirect_uri.as_str());
        if !scope.is_empty() {
            query.append_pair("scope", &scopes.joined_by(definition.scope_separator.as_str()));
        }
        query.append_pair("state", &state);
        query.append_pair("nonce", &nonce);
        let pkce = Some(pkce).filter(|_| !service.without_pkce());
        if let Some(pkce) = &pkce {
            query.append_pair("code_challenge", pkce.challenge());
            query.append_pair("code_challenge_method", Pkce::METHOD);
        }
        let given = |name: &String| request.parameters.contains_key(name);
        query.extend_pairs(definition.parameters.iter().filter(|(name, _)| !given(name)));
        query.extend_pairs(&request.parameters);
        // `+` for a space is right in a form but not every provider reads it so in a URL.
        let query = query.finish().replace('+', "%20");
        let joint = if endpoint.as_str().contains('?') { '&' } else { '?' };
        let url = format!("{}{joint}{query}", endpoint.as_str());

        let record = Record {
            s: state,
            n: nonce,
            v: pkce.map(|pkce| pkce.verifier().expose().to_owned()).unwrap_or_default(),
            c: self.fingerprint().to_owned(),
            p: scope,
            e: self.clock().now().saturating_add(i64::from(self.pending_lifetime())),
            r: return_to.map(str::to_owned),
            m: max_age,
        };
        Ok(PendingAuthorization::new(url, record, self.random().clone()))
    }
}

/// Refuses reserved names and control characters; returns a `max_age` in seconds if there is one.
fn check_parameters(parameters: &BTreeMap<String, String>) -> Result<Option<u32>> {
    let mut max_age = None;
    for (name, value) in parameters {
        if RESERVED.contains(&name.as_str()) || name.is_empty() {
            return Err(Error::quoted(ErrorCode::ConfigInvalid, "reserved parameter", name));
        }
        if name.chars().chain(value.chars()).any(char::is_control) {
            return Err(Error::with(ErrorCode::ConfigControlCharacter, "authorization parameter"));
        }
        if name == "max_age" {
            let seconds = value.parse::<u32>();
            let seconds =
                seconds.map_err(|_| Error::with(ErrorCode::ConfigInvalid, "max_age is not a number"))?;
            max_age = Some(seconds);
        }
    }
    Ok(max_age)
}
