//! The authorization request, RFC 6749 section 4.1.1 with RFC 7636 and OpenID Connect Core 3.1.2.1: by URL, as a signed
//! object (RFC 9101), or pushed (RFC 9126).

use super::Client;
use super::authorization_request::{AuthorizationRequest, Parameter, Parameters};
use super::pending::{PendingAuthorization, Record, Request};
use super::pkce::Pkce;
use super::response_mode::ResponseMode;
use crate::crypto;
use crate::error::{Error, ErrorCode, Result};
use crate::event::Happening;
use crate::jose::base64url;
use crate::secret::Secret;
use crate::types::{EndpointUrl, RedirectUri, ScopeSet, return_path};
use url::form_urlencoded;

/// A request whose every value is decided, not yet on its way.
pub(super) struct Prepared {
    pub(super) parameters: Parameters,
    pub(super) record: Record,
}

impl Client {
    /// Begins an authorization: makes state, nonce and PKCE pair, and the URL for the browser. With a `request_object_key`
    /// the parameters travel signed.
    ///
    /// # Errors
    /// `config.*` if the client has no redirect URI, a parameter is reserved, or an option is malformed;
    /// `config.pushed_request_required` and `config.request_object_required` for a provider that takes no other requests;
    /// `metadata.missing_endpoint` if the provider has no authorization endpoint, or
    /// `openid` or a signed response is asked of a provider whose issuer or key set is unknown; `internal.random`. With
    /// `request_object_encryption`: `jwks.not_loaded` unless [`Client::load_keys`] ran a moment ago, `jwks.no_usable_key`.
    pub fn begin_authorization(&self, request: &AuthorizationRequest) -> Result<PendingAuthorization> {
        if self.service().metadata().require_pushed_authorization_requests {
            return Err(ErrorCode::ConfigPushedRequestRequired.into());
        }
        let Prepared { parameters, record } = self.prepare(request)?;
        let parameters = self.sign_request(parameters, self.request_encrypter()?.as_ref())?;
        let url = self.authorization_url(&parameters)?;
        Ok(self.pending(url, None, record))
    }

    /// Everything of a request but the way it takes.
    pub(super) fn prepare(&self, request: &AuthorizationRequest) -> Result<Prepared> {
        let service = self.service();
        service.endpoint("authorization_endpoint", service.authorization_endpoint())?;
        let redirect_uri = self
            .redirect_uri()
            .ok_or_else(|| Error::with(ErrorCode::ConfigInvalid, "the client has no redirect_uri"))?;
        if service.metadata().require_signed_request_object && !self.signs_requests() {
            return Err(ErrorCode::ConfigRequestObjectRequired.into());
        }
        let scopes = ScopeSet::parse(service.scopes_or_default(&request.scopes))?;
        if scopes.contains("openid") {
            self.require_id_token_keys()?;
        }
        let return_to = request.return_to.as_deref().map(return_path).transpose()?;
        let checked = request.check()?;
        self.check_response_mode(checked.response_mode)?;
        let session = request.session.as_deref().map(session_mark).transpose()?;

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
        let pkce = Some(pkce).filter(|_| !service.without_pkce());
        let thumbprint = self.0.dpop.as_ref().map(|dpop| dpop.thumbprint().to_owned());
        let mut parameters = Parameters::with_capacity(10 + checked.parameters.len());
        let mut add = |name: &str, value: &str| {
            parameters.push((name.to_owned(), Parameter::Text(value.to_owned())));
        };
        add("response_type", "code");
        add("client_id", self.client_id().as_str());
        add("redirect_uri", redirect_uri.as_str());
        if !scope.is_empty() {
            add("scope", &scopes.joined_by(definition.scope_separator.as_str()));
        }
        add("state", &state);
        add("nonce", &nonce);
        if let Some(pkce) = &pkce {
            add("code_challenge", pkce.challenge());
            add("code_challenge_method", Pkce::METHOD);
        }
        if let Some(thumbprint) = &thumbprint {
            // RFC 9449 section 10: the code is of no use without the key.
            add("dpop_jkt", thumbprint);
        }
        // What the service's definition adds gives way to what the application asks for.
        for (name, value) in &definition.parameters {
            if !checked.parameters.iter().any(|(given, _)| given == name) {
                add(name, value);
            }
        }
        parameters.extend(checked.parameters);

        let list = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
        let record = Record {
            s: state,
            n: nonce,
            v: pkce.map(|pkce| pkce.verifier().expose().to_owned()).unwrap_or_default(),
            c: self.fingerprint().to_owned(),
            p: scope,
            e: self.clock().now().saturating_add(i64::from(self.pending_lifetime())),
            r: return_to.map(str::to_owned),
            m: checked.max_age,
            o: checked.response_mode,
            a: list(checked.essential.acr),
            t: checked.essential.auth_time,
            u: checked.essential.subject,
            x: list(checked.resources),
            d: list(checked.detail_types),
            h: session,
            k: thumbprint,
        };
        Ok(Prepared { parameters, record })
    }

    /// The URL of the authorization endpoint with these parameters.
    pub(super) fn authorization_url(&self, parameters: &Parameters) -> Result<String> {
        let service = self.service();
        let endpoint = service.endpoint("authorization_endpoint", service.authorization_endpoint())?;
        let mut query = form_urlencoded::Serializer::new(String::with_capacity(512));
        for (name, value) in parameters {
            match value {
                Parameter::Text(text) => query.append_pair(name, text),
                Parameter::Json(value) => query.append_pair(name, &value.to_string()),
            };
        }
        // `+` for a space is right in a form but not every provider reads it so in a URL.
        let query = query.finish().replace('+', "%20");
        let joint = if endpoint.as_str().contains('?') { '&' } else { '?' };
        Ok(format!("{}{joint}{query}", endpoint.as_str()))
    }

    /// The pending authorization of a request that is ready to be sent.
    pub(super) fn pending(
        &self,
        url: String,
        url_expires_at: Option<i64>,
        record: Record,
    ) -> PendingAuthorization {
        let message = record.o == ResponseMode::WebMessage;
        let request = Request {
            url,
            url_expires_at,
            response_origin: self.response_origin().filter(|_| message),
            continue_url: self
                .redirect_uri()
                .filter(|_| message)
                .map(|uri| RedirectUri::as_str(uri).to_owned()),
        };
        let scopes = record.p.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
        let begun = Happening::AuthorizationBegun { scopes, pushed: url_expires_at.is_some() };
        PendingAuthorization::new(request, record, self.random().clone(), Some(self.event(begun)))
    }

    /// The origin of the provider's pages: where a web message comes from.
    pub(super) fn response_origin(&self) -> Option<String> {
        let endpoint = self.service().authorization_endpoint().map(EndpointUrl::url);
        endpoint.map(|url| url.origin().ascii_serialization())
    }

    /// A mode that the provider announces, if it announces any, and whose response can be verified.
    fn check_response_mode(&self, mode: ResponseMode) -> Result<()> {
        let announced = self.service().metadata().response_modes.as_deref();
        // Whoever leaves the parameter out gets the query in any case.
        if mode != ResponseMode::Query
            && announced.is_some_and(|list| !list.iter().any(|one| one == mode.name()))
        {
            return Err(Error::with(ErrorCode::ConfigResponseMode, "the provider does not announce it"));
        }
        if mode.is_signed() {
            self.require_keys(&self.0.response_algorithms, "a signed authorization response")?;
        }
        Ok(())
    }
}

/// What is kept of the host's session id: too little to be the id, enough to tell it from every other.
///
/// # Errors
/// `config.invalid` for an empty id.
pub(super) fn session_mark(id: &str) -> Result<String> {
    if id.is_empty() {
        return Err(Error::with(ErrorCode::ConfigInvalid, "session is empty"));
    }
    let digest = crypto::sha256(id.as_bytes());
    Ok(base64url::encode(digest.get(..16).unwrap_or_default()))
}
