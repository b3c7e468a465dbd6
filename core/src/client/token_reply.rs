//! The successful reply of a token endpoint, RFC 6749 section 5.1, read without tolerance but for the quirks that the
//! service declares.

use super::Client;
use super::reply_quirks::{json_of_form, object_error, own_error};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::HttpResponse;
use crate::jose::json::{Limits, Object, Value};
use crate::reply::{json_members, media_type, provider_error, refusal};
use crate::secret::Secret;
use crate::services::{Quirk, Quirks};
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
    pub(super) token_type: TokenType,
    /// The quirks that it took.
    pub(super) quirks: Quirks,
    /// Further members.
    pub(super) extra: Map<String, serde_json::Value>,
}

/// What a service is known to do.
#[derive(Clone, Copy, Default)]
struct Rules {
    quirks: Quirks,
    /// Seconds, for [`Quirk::ExpiresInAbsent`].
    default_lifetime: Option<u32>,
}

impl Client {
    /// Reads a response of the token endpoint.
    ///
    /// # Errors
    /// `response.*`, `oauth.*`, and `http.*` for a status that says nothing about OAuth.
    pub(super) fn token_reply(&self, response: &HttpResponse) -> Result<TokenReply> {
        let definition = self.service().definition();
        let rules = Rules { quirks: definition.quirks, default_lifetime: definition.default_lifetime };
        TokenReply::read(response, rules)
    }

    /// The same for a refresh, RFC 6749 section 6.
    ///
    /// # Errors
    /// As [`Client::token_reply`].
    pub(super) fn refresh_reply(&self, response: &HttpResponse) -> Result<TokenReply> {
        self.token_reply(response).map_err(|error| {
            let refused = response.status == 401 && error.code() == ErrorCode::OauthInvalidRequest;
            if refused && self.service().quirks().has(Quirk::RefreshInvalidRequest401) {
                error.stands_for(ErrorCode::OauthInvalidGrant)
            } else {
                error
            }
        })
    }
}

impl TokenReply {
    fn read(response: &HttpResponse, rules: Rules) -> Result<Self> {
        let mut used = Quirks::default();
        let created = || response.status == 201 && rules.quirks.has(Quirk::Status201);
        if response.status != 200 {
            if !created() {
                return Err(object_error(response, rules.quirks).unwrap_or_else(|| refusal(response)));
            }
            used.insert(Quirk::Status201);
        }
        let form = || media_type(response).eq_ignore_ascii_case("application/x-www-form-urlencoded");
        if rules.quirks.has(Quirk::FormEncodedReply) && form() {
            used.insert(Quirk::FormEncodedReply);
            let text = json_of_form(&response.body)?;
            let members = Object::parse(text.as_bytes(), Limits::default());
            return Self::from_members(&members.map_err(|_| ErrorCode::ResponseMalformed)?, rules, used);
        }
        Self::from_members(&json_members(response)?, rules, used)
    }

    fn from_members(members: &Object<'_>, rules: Rules, mut used: Quirks) -> Result<Self> {
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
                return Err(match own_error(&name, rules.quirks) {
                    Some(registered) => provider_error(registered, None).provider_reply(&name, description),
                    None => provider_error(&name, description),
                });
            }
            if error.is_object() && rules.quirks.has(Quirk::ErrorObject) {
                return Err(super::reply_quirks::of_object(&owned(error)?));
            }
            extra.insert("error".to_owned(), owned(error)?);
        }
        known.leave_out_null(rules.quirks, &mut used);
        let access_token = token(known.access_token, ErrorCode::ResponseAccessToken)?;
        let token_type = token_type(known.token_type, rules.quirks, &mut used)?;
        // What is there but of another type is refused, never taken for absent.
        let some = |value: Option<_>, code| value.map(|value| token(Some(value), code)).transpose();
        Ok(Self {
            access_token,
            expires_in: seconds(known.expires_in, rules, &mut used)?,
            refresh_token: some(known.refresh_token, ErrorCode::ResponseRefreshToken)?,
            scopes: known.scope.map(|scope| scopes(scope, rules.quirks, &mut used)).transpose()?,
            id_token: match known.id_token {
                None => None,
                jwt => Some(Secret::new(text(jwt, ErrorCode::TokenMalformed)?)),
            },
            token_type,
            quirks: used,
            extra,
        })
    }
}

/// How an access token is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenType {
    /// RFC 6750.
    Bearer,
    /// RFC 9449.
    Dpop,
    /// What token exchange issued is no access token, RFC 8693 section 2.2.1. No other grant takes it.
    NotApplicable,
}

impl TokenType {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
            Self::NotApplicable => "N_A",
        }
    }
}

/// The type, in any case (RFC 6749 section 5.1).
fn token_type(value: Option<Value<'_>>, quirks: Quirks, used: &mut Quirks) -> Result<TokenType> {
    if value.is_none() && quirks.permit(Quirk::TokenTypeAbsent, used) {
        return Ok(TokenType::Bearer);
    }
    let name = text(value, ErrorCode::ResponseTokenType)?;
    let mac = || name.eq_ignore_ascii_case("mac");
    if name.eq_ignore_ascii_case("bearer") || (mac() && quirks.permit(Quirk::TokenTypeMac, used)) {
        return Ok(TokenType::Bearer);
    }
    if name.eq_ignore_ascii_case("dpop") {
        return Ok(TokenType::Dpop);
    }
    if name.eq_ignore_ascii_case("n_a") {
        return Ok(TokenType::NotApplicable);
    }
    Err(ErrorCode::ResponseTokenType.into())
}

fn seconds(value: Option<Value<'_>>, rules: Rules, used: &mut Quirks) -> Result<Option<u64>> {
    let Some(value) = value else {
        return Ok(match rules.default_lifetime {
            Some(seconds) if rules.quirks.permit(Quirk::ExpiresInAbsent, used) => Some(seconds.into()),
            _ => None,
        });
    };
    if let Some(digits) = value.as_str()
        && (1..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && rules.quirks.permit(Quirk::ExpiresInString, used)
    {
        return digits.parse().map(Some).map_err(|_| ErrorCode::ResponseExpiresIn.into());
    }
    let seconds = value.as_integer().and_then(|seconds| u64::try_from(seconds).ok());
    seconds.map(Some).ok_or_else(|| Error::new(ErrorCode::ResponseExpiresIn))
}

fn scopes(value: Value<'_>, quirks: Quirks, used: &mut Quirks) -> Result<ScopeSet> {
    if let Some(items) = value.as_array()
        && quirks.permit(Quirk::ScopeArray, used)
    {
        let mut list = Vec::new();
        for item in items {
            let scope = text(Some(item), ErrorCode::ResponseScope)?;
            // Each is one scope: a list of lists would be a second leniency.
            if scope.is_empty() || scope.contains(' ') {
                return Err(ErrorCode::ResponseScope.into());
            }
            list.push(scope);
        }
        return ScopeSet::parse_reply(&list.join(" "));
    }
    let found = text(Some(value), ErrorCode::ResponseScope)?;
    if found.contains(',') && quirks.permit(Quirk::ScopeComma, used) {
        return ScopeSet::parse_reply(&found.replace(',', " "));
    }
    ScopeSet::parse_reply(&found)
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

    /// [`Quirk::NullMembers`], which never stands for a token or its type.
    fn leave_out_null(&mut self, quirks: Quirks, used: &mut Quirks) {
        for slot in [&mut self.expires_in, &mut self.refresh_token, &mut self.scope, &mut self.id_token] {
            if slot.is_some_and(Value::is_null) && quirks.permit(Quirk::NullMembers, used) {
                *slot = None;
            }
        }
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
        let members = Object::parse(body.as_bytes(), Limits::default()).unwrap();
        TokenReply::from_members(&members, Rules::default(), Quirks::default())
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
