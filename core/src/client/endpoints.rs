//! Asking about tokens: introspection (RFC 7662), revocation (RFC 7009) and userinfo (OpenID Connect
//! Core section 5.3).

use super::{Client, ClientAuthentication};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, HttpRequest, Method, authorization};
use crate::reply::{json_object, json_reply, refusal};
use crate::secret::Secret;
use crate::types::{EndpointUrl, check_token};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use oauth2::AccessToken;
use oauth2::basic::BasicTokenIntrospectionResponse;
use serde_json::{Map, Value};
use url::form_urlencoded;

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
        let endpoint = self.service().metadata().introspection_endpoint.as_ref();
        let endpoint = self.service().endpoint("introspection_endpoint", endpoint);
        let request = endpoint.and_then(|endpoint| {
            check_token("token", token)?;
            let token = AccessToken::new(token.to_owned());
            let missing = |_| Error::with(ErrorCode::MetadataMissingEndpoint, "introspection_endpoint");
            let mut question = self.0.protocol.introspect(&token).map_err(missing)?;
            if let Some(hint) = hint {
                question = question.set_token_type_hint(hint.name());
            }
            self.request(endpoint, |outbox| question.request(outbox))
        });
        let request = match request {
            Ok(request) => request,
            Err(error) => return Flow::ready(Err(error)),
        };
        Flow::new(|io| async move {
            let response = io.http(request).await?;
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
        let endpoint = self.service().metadata().revocation_endpoint.as_ref();
        let request = self
            .service()
            .endpoint("revocation_endpoint", endpoint)
            .and_then(|endpoint| check_token("token", token).map(|()| endpoint))
            .and_then(|endpoint| self.authenticated_form(endpoint, token, hint));
        let request = match request {
            Ok(request) => request,
            Err(error) => return Flow::ready(Err(error)),
        };
        Flow::new(|io| async move {
            let response = io.http(request).await?;
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

    /// A form request with client authentication. The `oauth2` crate makes revocation requests only for
    /// https, so a provider on loopback needs this one.
    fn authenticated_form(
        &self,
        endpoint: &EndpointUrl,
        token: &str,
        hint: Option<TokenTypeHint>,
    ) -> Result<HttpRequest> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", token);
        if let Some(hint) = hint {
            form.append_pair("token_type_hint", hint.name());
        }
        let mut request = HttpRequest::get(endpoint.clone(), self.service().network().clone());
        request.method = Method::Post;
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers.insert(CONTENT_TYPE, form_type);
        let secret = self.0.secret.as_ref().map(Secret::expose);
        match (self.0.authentication, secret) {
            (ClientAuthentication::ClientSecretBasic, Some(secret)) => {
                // RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
                let encode =
                    |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let pair = format!("{}:{}", encode(self.client_id().as_str()), encode(secret));
                let credential = authorization(format!("Basic {}", BASE64_STANDARD.encode(pair)))?;
                request.headers.insert(AUTHORIZATION, credential);
            }
            (_, secret) => {
                form.append_pair("client_id", self.client_id().as_str());
                if let Some(secret) = secret {
                    form.append_pair("client_secret", secret);
                }
            }
        }
        request.body = form.finish().into_bytes();
        Ok(request)
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
