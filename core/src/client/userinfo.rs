//! The claims about the user, OpenID Connect Core section 5.3: plain, signed, encrypted, or both.
//!
//! Which of them the provider sends was agreed on at registration, so it is part of the client's configuration, and nothing in
//! the reply can change it. Claims that another provider makes (aggregated and distributed ones, section 5.6.2) are handed on
//! as they are: nothing is fetched, and nothing of them is verified.

use super::Client;
use super::provider_token::is_encrypted;
use super::request::Endpoint;
use crate::error::{ErrorCode, Result};
use crate::flow::{Flow, HttpRequest, HttpResponse, Io};
use crate::jose::json::{Limits, validate};
use crate::jose::{Compact, Expected, Profile, TokenLimits};
use crate::reply::{json_object, media_type, refusal};
use crate::secret::Secret;
use crate::services::{Quirk, Quirks};
use crate::types::check_token;
use http::header::{ACCEPT, HeaderValue};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The media type of a reply that is signed or encrypted.
const JWT: &str = "application/jwt";

impl Client {
    /// Fetches the claims about the user, OpenID Connect Core section 5.3.
    ///
    /// `subject` is the `sub` of the ID token; the reply must be about the same one (section 5.3.2). With
    /// `userinfo_algorithms` in the client's configuration the reply must be signed, by this provider and for this client. With a
    /// decrypter it may be encrypted, signed or not.
    ///
    /// # Errors
    /// `metadata.missing_endpoint`, `response.subject`, `response.unsigned` and `token.*` where it must be signed,
    /// `oauth.invalid_token` if the access token is refused, and the errors of the network.
    pub fn userinfo(&self, access_token: &str, subject: Option<&str>) -> Flow<Map<String, Value>> {
        let checked = self
            .endpoint(Endpoint::Userinfo)
            .and_then(|endpoint| check_token("access_token", access_token).map(|()| endpoint))
            .and_then(|endpoint| {
                if let Some(algorithms) = &self.0.userinfo_algorithms {
                    self.require_keys(algorithms, "signed userinfo")?;
                }
                Ok(endpoint)
            });
        let endpoint = match checked {
            Ok(endpoint) => endpoint.clone(),
            Err(error) => return Flow::ready(Err(error)),
        };
        let mut request = HttpRequest::get(endpoint, self.service().network().clone());
        request.certificate = self.certificate().cloned();
        if self.0.userinfo_algorithms.is_some() {
            request.headers.insert(ACCEPT, HeaderValue::from_static(JWT));
        }
        let subject = subject.map(str::to_owned);
        let (client, access_token) = (self.clone(), Secret::new(access_token));
        Flow::new(move |io| async move {
            let response = client.send_with_token(&io, request, access_token.expose()).await?;
            let members = client.userinfo_claims(&io, &response).await?;
            let used = client.check_subject(&members, subject.as_deref())?;
            client.tell_quirks(&io, used);
            Ok(members)
        })
    }

    /// Section 5.3.2: the claims are about who logged in. Returns the quirks that it took.
    fn check_subject(&self, members: &Map<String, Value>, expected: Option<&str>) -> Result<Quirks> {
        let (quirks, mut used) = (self.service().quirks(), Quirks::default());
        let plain_oauth = !self.service().is_openid();
        let digits;
        let found = match members.get("sub") {
            Some(Value::String(found)) => Some(found.as_str()),
            Some(Value::Number(number))
                if (number.is_u64() || number.is_i64())
                    && quirks.permit(Quirk::UserinfoNumberSub, &mut used) =>
            {
                digits = number.to_string();
                Some(digits.as_str())
            }
            None => None,
            Some(Value::Null) if quirks.permit(Quirk::UserinfoWithoutSub, &mut used) => None,
            Some(_) => return Err(ErrorCode::ResponseSubject.into()),
        };
        match (found, expected) {
            (Some(found), Some(expected)) if found == expected => Ok(used),
            (Some(found), None) if !found.is_empty() => Ok(used),
            (None, None) if plain_oauth || quirks.permit(Quirk::UserinfoWithoutSub, &mut used) => Ok(used),
            _ => Err(ErrorCode::ResponseSubject.into()),
        }
    }

    async fn userinfo_claims(&self, io: &Io, response: &HttpResponse) -> Result<Map<String, Value>> {
        let signed = self.0.userinfo_algorithms.is_some();
        let is_jwt = response.status == 200 && media_type(response).eq_ignore_ascii_case(JWT);
        match (is_jwt, &self.1) {
            (true, _) if signed => self.signed_claims(io, text(response)?).await,
            // Encrypted and not signed: the plaintext is the claims.
            (true, Some(decrypter)) if is_encrypted(text(response)?) => {
                claims(decrypter.decrypt(text(response)?)?.plaintext())
            }
            (false, _) if signed && response.status == 200 => Err(ErrorCode::ResponseUnsigned.into()),
            (false, _) if signed => Err(refusal(response)),
            _ => json_object(response),
        }
    }

    /// Section 5.3.2: a signed reply names this provider as issuer and this client in its audience.
    async fn signed_claims(&self, io: &Io, token: &str) -> Result<Map<String, Value>> {
        let algorithms = self.0.userinfo_algorithms.as_deref().unwrap_or_default();
        let token = self.opened(token)?;
        // An access token may name the same parties, and is nobody's userinfo.
        let typ = Compact::parse(&token, TokenLimits::default())?.typ().map(Cow::into_owned);
        if typ.is_some_and(|typ| !["JWT", JWT].iter().any(|jwt| typ.eq_ignore_ascii_case(jwt))) {
            return Err(ErrorCode::TokenType.into());
        }
        let policy = self.provider_policy(algorithms, Profile::Generic).require_exp(false).build()?;
        let verified = self.verify_provider_token(io, &token, &policy, &Expected::default()).await?;
        claims(verified.claims_json.as_bytes())
    }
}

fn text(response: &HttpResponse) -> Result<&str> {
    std::str::from_utf8(&response.body).map_err(|_| ErrorCode::TokenMalformed.into())
}

/// One strict JSON object.
fn claims(text: &[u8]) -> Result<Map<String, Value>> {
    validate(text, Limits::default()).map_err(|_| ErrorCode::ResponseMalformed)?;
    serde_json::from_slice(text).map_err(|_| ErrorCode::ResponseMalformed.into())
}
