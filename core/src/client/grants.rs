//! The grants: authorization code, refresh token and client credentials, RFC 6749 section 4 and 6.

use super::callback::{AuthorizationResponse, Callback};
use super::form::Form;
use super::pending::PendingAuthorization;
use super::request::{Endpoint, FormRequest};
use super::token_reply::TokenReply;
use super::token_set::{IdToken, TokenSet};
use super::{Client, EarlierLogin, id_token};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, Io};
use crate::reply::provider_error;
use crate::secret::{Secret, constant_time_eq};
use crate::services::Quirk;
use crate::types::{RedirectUri, ScopeSet, check_token};
use std::borrow::Cow;

impl Client {
    /// Finishes an authorization: checks the response, exchanges the code, verifies the ID token.
    ///
    /// A pending authorization is good for one response. `callback` is what came to the redirect URI.
    ///
    /// # Errors
    /// `callback.*` and `pending.*` if the response does not belong to the request (nothing is sent
    /// then), `oauth.*` for an error of the provider, `response.*` for an invalid reply, `token.*` if
    /// the ID token is refused, and the errors of the network.
    pub fn finish_authorization(
        &self,
        pending: PendingAuthorization,
        callback: impl Into<Callback>,
    ) -> Flow<TokenSet> {
        let sent = self.check_response(&pending, &callback.into()).and_then(|code| {
            let mut form = Form::grant("authorization_code");
            form.append("code", code.expose());
            form.append_some("redirect_uri", self.redirect_uri().map(RedirectUri::as_str));
            match pending.record().v.as_str() {
                // Sealed for a provider that refuses PKCE; nowhere else is an empty verifier good for anything.
                "" if self.service().without_pkce() => {}
                "" => return Err(ErrorCode::PendingInvalid.into()),
                verifier => form.append("code_verifier", verifier),
            }
            Ok((self.form_request(Endpoint::Token, form)?, code))
        });
        let (request, code) = match sent {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(|io| async move {
            let mut reply = client.token_reply(&client.send(&io, request).await?)?;
            let record = pending.record();
            if record.v.is_empty() {
                reply.quirks.insert(Quirk::NoPkce);
            }
            let requested = ScopeSet::parse(record.p.split(' ').filter(|s| !s.is_empty()))?;
            let expected = id_token::Expected {
                nonce: Some(&record.n),
                max_age: record.m,
                code: Some(code.expose()),
                earlier: None,
            };
            let tokens = client.token_set(&io, reply, requested, &expected).await?;
            if record.p.split(' ').any(|scope| scope == "openid") && tokens.id_token.is_none() {
                return Err(ErrorCode::ResponseIdTokenMissing.into());
            }
            Ok(tokens)
        })
    }

    /// Obtains new tokens for a refresh token, RFC 6749 section 6. `scopes` may narrow the grant.
    ///
    /// Without rotation the returned set carries the old refresh token on. `earlier` is the login that the refresh token came
    /// from: an ID token that comes now must be about the same one (OpenID Connect Core section 12.2).
    ///
    /// # Errors
    /// `config.*` for malformed arguments, and those of [`Client::finish_authorization`] from the
    /// exchange on.
    pub fn refresh(
        &self,
        refresh_token: &str,
        scopes: &[String],
        earlier: Option<EarlierLogin>,
    ) -> Flow<TokenSet> {
        let sent = check_token("refresh_token", refresh_token).and_then(|()| {
            let mut form = Form::grant("refresh_token");
            form.append("refresh_token", refresh_token);
            self.token_request(form, scopes)
        });
        let (request, requested) = match sent {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let (client, refresh_token) = (self.clone(), Secret::new(refresh_token));
        Flow::new(|io| async move {
            let reply = client.refresh_reply(&client.send(&io, request).await?)?;
            let expected = id_token::Expected { earlier: earlier.as_ref(), ..id_token::Expected::default() };
            let mut tokens = client.token_set(&io, reply, requested, &expected).await?;
            if tokens.refresh_token.is_none() {
                tokens.refresh_token = Some(refresh_token);
            }
            Ok(tokens)
        })
    }

    /// Obtains a token for the client itself, RFC 6749 section 4.4.
    ///
    /// # Errors
    /// `config.client_authentication` for a public client, otherwise as [`Client::refresh`].
    pub fn client_credentials(&self, scopes: &[String]) -> Flow<TokenSet> {
        if !self.is_confidential() {
            let detail = "client_credentials needs a confidential client";
            return Flow::ready(Err(Error::with(ErrorCode::ConfigClientAuthentication, detail)));
        }
        let scopes = self.service().scopes_or_default(scopes);
        self.grant(self.token_request(Form::grant("client_credentials"), scopes))
    }

    /// A token request with the scopes that it asks for.
    pub(super) fn token_request(&self, mut form: Form, scopes: &[String]) -> Result<(FormRequest, ScopeSet)> {
        let requested = ScopeSet::parse(scopes)?;
        form.append_scopes(&requested, self.service().definition().scope_separator);
        Ok((self.form_request(Endpoint::Token, form)?, requested))
    }

    /// A grant that is one token request and nothing else.
    pub(super) fn grant(&self, sent: Result<(FormRequest, ScopeSet)>) -> Flow<TokenSet> {
        let (request, requested) = match sent {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(|io| async move {
            let reply = client.token_reply(&client.send(&io, request).await?)?;
            let expected = id_token::Expected::default();
            client.token_set(&io, reply, requested, &expected).await
        })
    }

    /// Checks everything about the response before anything is sent; the code is the only result.
    fn check_response(&self, pending: &PendingAuthorization, callback: &Callback) -> Result<Secret> {
        self.check_owner(pending)?;
        let response = AuthorizationResponse::parse(callback)?;
        let record = pending.record();
        let state = response.state.ok_or(ErrorCode::CallbackStateMissing)?;
        if state.expose().is_empty() {
            return Err(ErrorCode::CallbackStateMissing.into());
        }
        if !constant_time_eq(state.expose().as_bytes(), record.s.as_bytes()) {
            return Err(ErrorCode::CallbackStateMismatch.into());
        }
        if self.clock().now() >= record.e {
            return Err(ErrorCode::CallbackStateExpired.into());
        }
        self.check_issuer(response.issuer.as_deref())?;
        // Both claims, so that neither a second handle on the same request nor a copy of it passes.
        let first = pending.take();
        if !self.0.used_states.claim(&record.s) || !first {
            return Err(ErrorCode::CallbackStateReplayed.into());
        }
        if let Some(name) = response.error {
            return Err(provider_error(&name, response.error_description.as_deref()));
        }
        match response.code {
            Some(code) if !code.expose().is_empty() => Ok(code),
            _ => Err(ErrorCode::CallbackCodeMissing.into()),
        }
    }

    /// RFC 9207 section 2.4: the response must come from the provider that was asked.
    fn check_issuer(&self, issuer: Option<&str>) -> Result<()> {
        let service = self.service();
        match (issuer, service.issuer()) {
            (Some(found), Some(expected)) if found != expected => {
                Err(ErrorCode::CallbackIssuerMismatch.into())
            }
            (Some(found), None)
                if service.issuer_template().is_some_and(|issuers| !issuers.covers(found)) =>
            {
                Err(ErrorCode::CallbackIssuerMismatch.into())
            }
            (None, _) if service.is_openid() && service.metadata().issuer_parameter => {
                Err(ErrorCode::CallbackIssuerMissing.into())
            }
            _ => Ok(()),
        }
    }

    async fn token_set(
        &self,
        io: &Io,
        reply: TokenReply,
        requested: ScopeSet,
        expected: &id_token::Expected<'_>,
    ) -> Result<TokenSet> {
        let TokenReply { access_token, expires_in, refresh_token, scopes, id_token, extra, mut quirks } =
            reply;
        let now = self.clock().now();
        let id_token = match id_token {
            None => None,
            Some(_)
                if !requested.contains("openid")
                    && self.require_id_token_keys().is_err()
                    && self.service().quirks().permit(Quirk::UnsolicitedIdToken, &mut quirks) =>
            {
                None
            }
            Some(token) => {
                // What is kept is the signed token, which a provider takes for a hint; it does not take the encrypted one.
                let token = match self.opened(token.expose())? {
                    Cow::Borrowed(_) => token,
                    Cow::Owned(signed) => Secret::new(signed),
                };
                // In a box of its own: most grants come without one, and a small flow is made faster.
                let verification =
                    self.verify_id_token(io, token.expose(), access_token.expose(), expected, &mut quirks);
                let verified = Box::pin(verification).await?;
                Some(IdToken { raw: token, verified })
            }
        };
        let unrequested_scopes = match &scopes {
            Some(granted) if !requested.is_empty() => {
                granted.iter().filter(|scope| !requested.contains(scope)).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        Ok(TokenSet {
            access_token,
            refresh_token,
            expires_at: expires_in.map(|seconds| now.saturating_add_unsigned(seconds)),
            scopes: scopes.unwrap_or(requested).into_vec(),
            unrequested_scopes,
            id_token,
            quirks,
            extra,
        })
    }
}
