//! What is said about a token: its kind, and that it is to be revoked (RFC 7009).

use super::Client;
use super::form::Form;
use super::request::{Endpoint, FormRequest};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Flow;
use crate::reply::refusal;
use crate::secret::Secret;
use crate::services::{Quirk, Quirks};
use crate::types::check_token;

/// What kind of token is asked about, RFC 7009 section 2.1. Providers may ignore it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenTypeHint {
    /// An access token.
    AccessToken,
    /// A refresh token.
    RefreshToken,
}

impl TokenTypeHint {
    /// Parses the hint's wire name.
    ///
    /// # Errors
    /// `config.invalid`.
    pub fn parse(text: &str) -> Result<Self> {
        match text {
            "access_token" => Ok(Self::AccessToken),
            "refresh_token" => Ok(Self::RefreshToken),
            _ => Err(Error::quoted(ErrorCode::ConfigInvalid, "token_type_hint", text)),
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}

impl Client {
    /// Revokes a token, RFC 7009. A token that the provider does not know counts as revoked.
    ///
    /// # Errors
    /// `metadata.missing_endpoint`, `oauth.*`, and the errors of the network.
    pub fn revoke(&self, token: &str, hint: Option<TokenTypeHint>) -> Flow<()> {
        let request = match self.question(Endpoint::Revocation, token, hint) {
            Ok(request) => request,
            Err(error) => return Flow::ready(Err(error)),
        };
        let (client, token) = (self.clone(), Secret::new(token));
        Flow::new(|io| async move {
            // Before and after: whoever asks in between would keep an answer that was given just before.
            client.0.introspection.forget(token.expose());
            let response = client.send(&io, request).await?;
            client.0.introspection.forget(token.expose());
            if response.status == 200 {
                return Ok(());
            }
            let refused = refusal(&response);
            let unknown = match response.status {
                404 => true,
                400 => refused.code() == ErrorCode::OauthInvalidToken,
                _ => false,
            };
            let mut used = Quirks::default();
            if unknown && client.service().quirks().permit(Quirk::RevocationUnknownToken, &mut used) {
                client.tell_quirks(&io, used);
                return Ok(());
            }
            Err(refused)
        })
    }

    /// What introspection and revocation send alike.
    pub(super) fn question(
        &self,
        endpoint: Endpoint,
        token: &str,
        hint: Option<TokenTypeHint>,
    ) -> Result<FormRequest> {
        // An endpoint that is not there is said first: no argument would help.
        self.endpoint(endpoint)?;
        check_token("token", token)?;
        let mut form = Form::new();
        form.append("token", token);
        form.append_some("token_type_hint", hint.map(TokenTypeHint::name));
        self.form_request(endpoint, form)
    }
}
