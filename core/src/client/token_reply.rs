//! The successful reply of a token endpoint, RFC 6749 section 5.1, read without tolerance.

use crate::error::{Error, ErrorCode, Result};
use crate::flow::HttpResponse;
use crate::jose::json::{Object, Value};
use crate::reply::{json_members, provider_error};
use crate::secret::Secret;
use crate::types::ScopeSet;
use serde_json::Map;
use std::borrow::Cow;

/// A token reply whose every member was checked.
pub(super) struct TokenReply {
    pub(super) access_token: Secret,
    /// Seconds.
    pub(super) expires_in: Option<u64>,
    pub(super) refresh_token: Option<Secret>,
    /// The granted scopes, if the reply names them.
    pub(super) scopes: Option<ScopeSet>,
    pub(super) id_token: Option<Secret>,
    /// Further members.
    pub(super) extra: Map<String, serde_json::Value>,
}

impl TokenReply {
    /// Reads a response of the token endpoint.
    ///
    /// # Errors
    /// `response.*`, `oauth.*`, and `http.*` for a status that says nothing about OAuth.
    pub(super) fn read(response: &HttpResponse) -> Result<Self> {
        Self::from_members(&json_members(response)?)
    }

    fn from_members(members: &Object<'_>) -> Result<Self> {
        let mut known = Known::default();
        let mut extra = Map::new();
        for (name, value) in members.iter() {
            match known.slot(&name) {
                Some(slot) => *slot = Some(value),
                None => drop(extra.insert(name.into_owned(), owned(value)?)),
            }
        }
        if let Some(error) = known.error {
            // A reply that is both an error and a success is not taken for a success.
            if let Some(name) = error.as_str() {
                let description = extra.get("error_description").and_then(serde_json::Value::as_str);
                return Err(provider_error(&name, description));
            }
            extra.insert("error".to_owned(), owned(error)?);
        }
        let access_token = token(known.access_token, ErrorCode::ResponseAccessToken)?;
        if !text(known.token_type, ErrorCode::ResponseTokenType)?.eq_ignore_ascii_case("bearer") {
            return Err(ErrorCode::ResponseTokenType.into());
        }
        let seconds = |value: Value<'_>| {
            let seconds = value.as_integer().and_then(|seconds| u64::try_from(seconds).ok());
            seconds.ok_or_else(|| Error::new(ErrorCode::ResponseExpiresIn))
        };
        // What is there but of another type is refused, never taken for absent.
        let some = |value: Option<_>, code| value.map(|value| token(Some(value), code)).transpose();
        Ok(Self {
            access_token,
            expires_in: known.expires_in.map(seconds).transpose()?,
            refresh_token: some(known.refresh_token, ErrorCode::ResponseRefreshToken)?,
            scopes: match known.scope {
                None => None,
                scope => Some(ScopeSet::parse_reply(&text(scope, ErrorCode::ResponseScope)?)?),
            },
            id_token: match known.id_token {
                None => None,
                jwt => Some(Secret::new(text(jwt, ErrorCode::TokenMalformed)?)),
            },
            extra,
        })
    }
}

/// The members that mean something here.
#[derive(Default)]
struct Known<'a> {
    access_token: Option<Value<'a>>,
    token_type: Option<Value<'a>>,
    expires_in: Option<Value<'a>>,
    refresh_token: Option<Value<'a>>,
    scope: Option<Value<'a>>,
    id_token: Option<Value<'a>>,
    error: Option<Value<'a>>,
}

impl<'a> Known<'a> {
    fn slot(&mut self, name: &str) -> Option<&mut Option<Value<'a>>> {
        Some(match name {
            "access_token" => &mut self.access_token,
            "token_type" => &mut self.token_type,
            "expires_in" => &mut self.expires_in,
            "refresh_token" => &mut self.refresh_token,
            "scope" => &mut self.scope,
            "id_token" => &mut self.id_token,
            "error" => &mut self.error,
            _ => return None,
        })
    }
}

/// A member that nothing here reads.
fn owned(value: Value<'_>) -> Result<serde_json::Value> {
    serde_json::from_str(value.raw()).map_err(|_| ErrorCode::ResponseMalformed.into())
}

fn text(value: Option<Value<'_>>, code: ErrorCode) -> Result<Cow<'_, str>> {
    value.and_then(Value::as_str).ok_or_else(|| code.into())
}

fn token(value: Option<Value<'_>>, code: ErrorCode) -> Result<Secret> {
    let token = text(value, code)?;
    if is_token(&token) { Ok(Secret::new(token)) } else { Err(code.into()) }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| (0x20..0x7f).contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::json::Limits;

    fn read(body: &str) -> Result<TokenReply> {
        TokenReply::from_members(&Object::parse(body.as_bytes(), Limits::default()).unwrap())
    }

    #[test]
    fn an_error_in_a_successful_reply_keeps_what_the_provider_said() {
        let body = r#"{"error": "invalid_grant", "error_description": "code was used", "access_token": "a"}"#;
        let error = read(body).err().unwrap();
        assert_eq!(error.code(), ErrorCode::OauthInvalidGrant);
        assert!(error.to_json().contains("code was used"));
    }

    #[test]
    fn known_members_are_typed_and_the_others_are_kept() {
        let reply = read(
            r#"{"access_token": "\u0061", "token_type": "bearer", "expires_in": 60, "error": null, "x": [1, {"y": 2}]}"#,
        );
        let reply = reply.unwrap();
        assert_eq!((reply.access_token.expose(), reply.expires_in, reply.extra.len()), ("a", Some(60), 2));
        for (members, code) in [
            (r#""token_type": "Bearer", "x": 1"#, ErrorCode::ResponseAccessToken),
            (r#""access_token": "", "token_type": "Bearer""#, ErrorCode::ResponseAccessToken),
            (r#""access_token": "a", "token_type": "mac""#, ErrorCode::ResponseTokenType),
            (r#""access_token": "a", "token_type": null"#, ErrorCode::ResponseTokenType),
        ] {
            assert_eq!(read(&format!("{{{members}}}")).err().unwrap().code(), code, "{members}");
        }
        for (member, code) in [
            (r#""expires_in": "60""#, ErrorCode::ResponseExpiresIn),
            (r#""expires_in": 60.0"#, ErrorCode::ResponseExpiresIn),
            (r#""expires_in": -1"#, ErrorCode::ResponseExpiresIn),
            (r#""expires_in": null"#, ErrorCode::ResponseExpiresIn),
            (r#""refresh_token": null"#, ErrorCode::ResponseRefreshToken),
            (r#""refresh_token": "a\nb""#, ErrorCode::ResponseRefreshToken),
            (r#""scope": 1"#, ErrorCode::ResponseScope),
            (r#""id_token": {}"#, ErrorCode::TokenMalformed),
        ] {
            let body = format!(r#"{{"access_token": "a", "token_type": "Bearer", {member}}}"#);
            assert_eq!(read(&body).err().unwrap().code(), code, "{member}");
        }
    }
}
