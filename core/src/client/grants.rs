//! The grants: authorization code, refresh token and client credentials, RFC 6749 section 4 and 6.

use super::form::Form;
use super::grant_options::GrantOptions;
use super::request::{Endpoint, FormRequest};
use super::token_reply::{TokenReply, TokenType};
use super::token_set::{IdToken, TokenSet};
use super::{Client, EarlierLogin, id_token};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, Io};
use crate::secret::Secret;
use crate::services::Quirk;
use crate::types::{ScopeSet, check_token};
use serde_json::{Map, Value};
use std::borrow::Cow;

impl Client {
    /// Obtains new tokens for a refresh token, RFC 6749 section 6. The options may narrow the grant.
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
        options: &GrantOptions,
        earlier: Option<EarlierLogin>,
    ) -> Flow<TokenSet> {
        let sent = check_token("refresh_token", refresh_token).and_then(|()| {
            let mut form = Form::grant("refresh_token");
            form.append("refresh_token", refresh_token);
            self.asking(Endpoint::Token, form, options)
        });
        let (request, requested) = match sent {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let (client, refresh_token) = (self.clone(), Secret::new(refresh_token));
        Flow::new(|io| async move {
            let mut result = client.refreshed(&io, request, requested, earlier).await;
            let mut rotated = false;
            if let Ok(tokens) = &mut result {
                let new = tokens.refresh_token.get_or_insert_with(|| refresh_token.clone());
                rotated = new.expose() != refresh_token.expose();
            }
            client.tell_refresh(&io, rotated, result.as_ref());
            result
        })
    }

    async fn refreshed(
        &self,
        io: &Io,
        request: FormRequest,
        requested: ScopeSet,
        earlier: Option<EarlierLogin>,
    ) -> Result<TokenSet> {
        let reply = self.refresh_reply(&self.send(io, request).await?)?;
        let expected = id_token::Expected { earlier: earlier.as_ref(), ..id_token::Expected::default() };
        self.token_set(io, reply, requested, &expected).await
    }

    /// Obtains a token for the client itself, RFC 6749 section 4.4.
    ///
    /// # Errors
    /// `config.client_authentication` for a public client, otherwise as [`Client::refresh`].
    pub fn client_credentials(&self, options: &GrantOptions) -> Flow<TokenSet> {
        if !self.is_confidential() {
            let detail = "client_credentials needs a confidential client";
            return Flow::ready(Err(Error::with(ErrorCode::ConfigClientAuthentication, detail)));
        }
        let mut options = options.clone();
        options.scopes = self.service().scopes_or_default(&options.scopes).to_vec();
        self.grant(
            "client_credentials",
            self.asking(Endpoint::Token, Form::grant("client_credentials"), &options),
        )
    }

    /// A grant that is one token request and nothing else.
    pub(super) fn grant(
        &self,
        grant_type: impl Into<Cow<'static, str>>,
        sent: Result<(FormRequest, ScopeSet)>,
    ) -> Flow<TokenSet> {
        let (request, requested) = match sent {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let (client, grant_type) = (self.clone(), grant_type.into());
        Flow::new(|io| async move {
            let result = client.granted(&io, request, requested).await;
            client.tell_grant(&io, grant_type, result.as_ref());
            result
        })
    }

    async fn granted(&self, io: &Io, request: FormRequest, requested: ScopeSet) -> Result<TokenSet> {
        let reply = self.token_reply(&self.send(io, request).await?)?;
        self.token_set(io, reply, requested, &id_token::Expected::default()).await
    }

    /// How this client's access tokens are shown.
    pub(super) fn token_type(&self) -> TokenType {
        if self.0.dpop.is_some() { TokenType::Dpop } else { TokenType::Bearer }
    }

    pub(super) async fn token_set(
        &self,
        io: &Io,
        reply: TokenReply,
        requested: ScopeSet,
        expected: &id_token::Expected<'_>,
    ) -> Result<TokenSet> {
        let TokenReply {
            access_token,
            expires_in,
            refresh_token,
            scopes,
            id_token,
            token_type,
            extra,
            mut quirks,
        } = reply;
        // RFC 9449 section 5: a token that is not bound to the key that was proven is a downgrade, and one that is
        // bound to a key that nobody has could never be used.
        if token_type != self.token_type() {
            return Err(ErrorCode::ResponseTokenType.into());
        }
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
        check_details(&extra)?;
        let unrequested_scopes = match &scopes {
            Some(granted) if !requested.is_empty() => {
                granted.iter().filter(|scope| !requested.contains(scope)).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        Ok(TokenSet {
            access_token,
            token_type: token_type.name(),
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

/// RFC 9396 section 7: what was granted is a list of objects with a type.
fn check_details(extra: &Map<String, Value>) -> Result<()> {
    let Some(granted) = extra.get("authorization_details") else { return Ok(()) };
    let typed =
        |detail: &Value| detail.get("type").and_then(Value::as_str).is_some_and(|name| !name.is_empty());
    if granted.as_array().is_some_and(|details| details.iter().all(typed)) {
        Ok(())
    } else {
        Err(ErrorCode::ResponseAuthorizationDetails.into())
    }
}
