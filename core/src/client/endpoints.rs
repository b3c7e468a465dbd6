//! Asking about tokens: introspection (RFC 7662), revocation (RFC 7009) and userinfo (OpenID Connect
//! Core section 5.3).

use super::Client;
use super::form::Form;
use super::request::{Endpoint, FormRequest};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, HttpRequest, authorization};
use crate::reply::{json_object, json_reply, refusal};
use crate::types::{EndpointUrl, check_token};
use http::header::AUTHORIZATION;
use oauth2::basic::BasicTokenIntrospectionResponse;
use serde_json::{Map, Value};

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

    const fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}

impl Client {
    /// Asks the provider whether a token is active, RFC 7662. The result has a boolean `active`.
    ///
    /// # Errors
    /// `metadata.missing_endpoint`, `response.active` if the reply has no boolean `active`,
    /// `response.malformed`, `oauth.*`, and the errors of the network.
    pub fn introspect(&self, token: &str, hint: Option<TokenTypeHint>) -> Flow<Map<String, Value>> {
        let request = match self.question(Endpoint::Introspection, token, hint) {
            Ok(request) => request,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(|io| async move {
            let response = client.send(&io, request).await?;
            json_reply(&response)?;
            let members = active_member(&response.body)?;
            // The typed reply of the `oauth2` crate proves the types; the members themselves are
            // handed on, because providers add their own.
            let typed = serde_json::from_slice::<BasicTokenIntrospectionResponse>(&response.body);
            typed.map(|_| members).map_err(|_| ErrorCode::ResponseMalformed.into())
        })
    }

    /// Revokes a token, RFC 7009. A token that the provider does not know counts as revoked.
    ///
    /// # Errors
    /// `metadata.missing_endpoint`, `oauth.*`, and the errors of the network.
    pub fn revoke(&self, token: &str, hint: Option<TokenTypeHint>) -> Flow<()> {
        let request = match self.question(Endpoint::Revocation, token, hint) {
            Ok(request) => request,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(|io| async move {
            let response = client.send(&io, request).await?;
            if response.status == 200 { Ok(()) } else { Err(refusal(&response)) }
        })
    }

    /// Fetches the claims about the user, OpenID Connect Core section 5.3.
    ///
    /// `subject` is the `sub` of the ID token; the reply must be about the same one (section 5.3.2).
    ///
    /// # Errors
    /// `metadata.missing_endpoint`, `response.subject`, `oauth.invalid_token` if the access token is
    /// refused, and the errors of the network.
    pub fn userinfo(&self, access_token: &str, subject: Option<&str>) -> Flow<Map<String, Value>> {
        let endpoint = self.service().metadata().userinfo_endpoint.as_ref();
        let checked = self
            .service()
            .endpoint("userinfo_endpoint", endpoint)
            .and_then(|endpoint| check_token("access_token", access_token).map(|()| endpoint));
        let credential =
            |endpoint: &EndpointUrl| Ok((endpoint.clone(), authorization(format!("Bearer {access_token}"))?));
        let (endpoint, credential) = match checked.and_then(credential) {
            Ok(checked) => checked,
            Err(error) => return Flow::ready(Err(error)),
        };
        let mut request = HttpRequest::get(endpoint, self.service().network().clone());
        request.headers.insert(AUTHORIZATION, credential);
        let subject = subject.map(str::to_owned);
        let openid = self.service().issuer().is_some();
        Flow::new(move |io| async move {
            let members = json_object(&io.http(request).await?)?;
            match (members.get("sub"), &subject) {
                (Some(Value::String(found)), Some(expected)) if found == expected => Ok(members),
                (Some(Value::String(found)), None) if !found.is_empty() => Ok(members),
                (None, None) if !openid => Ok(members),
                _ => Err(ErrorCode::ResponseSubject.into()),
            }
        })
    }

    /// What introspection and revocation send alike.
    fn question(&self, endpoint: Endpoint, token: &str, hint: Option<TokenTypeHint>) -> Result<FormRequest> {
        // An endpoint that is not there is said first: no argument would help.
        self.endpoint(endpoint)?;
        check_token("token", token)?;
        let mut form = Form::new();
        form.append("token", token);
        form.append_some("token_type_hint", hint.map(TokenTypeHint::name));
        self.form_request(endpoint, form)
    }
}

/// The members of an introspection reply whose `active` is a boolean.
fn active_member(body: &[u8]) -> Result<Map<String, Value>> {
    let members: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| ErrorCode::ResponseMalformed)?;
    match members.get("active") {
        Some(Value::Bool(_)) => Ok(members),
        _ => Err(ErrorCode::ResponseActive.into()),
    }
}
