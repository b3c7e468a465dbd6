//! The successful reply of a token endpoint, RFC 6749 section 5.1, read without tolerance.

use crate::error::{Error, ErrorCode, Result};
use crate::types::ScopeSet;
use oauth2::basic::BasicTokenType;
use oauth2::{AccessToken, RefreshToken, Scope};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::time::Duration;

/// A token reply whose every member was checked.
#[derive(Debug)]
pub(super) struct TokenReply {
    pub(super) access_token: AccessToken,
    token_type: BasicTokenType,
    pub(super) expires_in: Option<u64>,
    pub(super) refresh_token: Option<RefreshToken>,
    scopes: Option<Vec<Scope>>,
    pub(super) id_token: Option<String>,
    pub(super) extra: Extra,
}

/// Further members; not shown, because a provider may put anything there.
#[derive(Default)]
pub(super) struct Extra(pub(super) Map<String, Value>);

impl std::fmt::Debug for Extra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl TokenReply {
    /// The granted scopes, if the reply names them.
    pub(super) fn granted(&self) -> Option<Vec<String>> {
        self.scopes.as_ref().map(|scopes| scopes.iter().map(|scope| scope.as_str().to_owned()).collect())
    }

    fn from_members(members: Members) -> Result<Self> {
        let Members { mut known, mut rest } = members;
        let mut take = |name: Name| known.get_mut(name as usize).and_then(Option::take);
        // A reply that is both an error and a success is not taken for a success.
        match take(Name::Error) {
            Some(Value::String(name)) => {
                let description = rest.get("error_description").and_then(Value::as_str);
                return Err(crate::reply::provider_error(&name, description));
            }
            Some(other) => drop(rest.insert("error".to_owned(), other)),
            None => {}
        }
        let access_token = match take(Name::AccessToken) {
            Some(Value::String(token)) if is_token(&token) => AccessToken::new(token),
            _ => return Err(ErrorCode::ResponseAccessToken.into()),
        };
        let token_type = match take(Name::TokenType) {
            Some(Value::String(kind)) if kind.eq_ignore_ascii_case("bearer") => BasicTokenType::Bearer,
            _ => return Err(ErrorCode::ResponseTokenType.into()),
        };
        let expires_in = match take(Name::ExpiresIn) {
            None => None,
            Some(Value::Number(number)) => {
                Some(number.as_u64().filter(|_| !number.is_f64()).ok_or(ErrorCode::ResponseExpiresIn)?)
            }
            Some(_) => return Err(ErrorCode::ResponseExpiresIn.into()),
        };
        let refresh_token = match take(Name::RefreshToken) {
            None => None,
            Some(Value::String(token)) if is_token(&token) => Some(RefreshToken::new(token)),
            Some(_) => return Err(ErrorCode::ResponseRefreshToken.into()),
        };
        let scopes = match take(Name::Scope) {
            None => None,
            Some(Value::String(text)) => {
                Some(ScopeSet::parse_reply(&text)?.iter().map(|scope| Scope::new(scope.to_owned())).collect())
            }
            Some(_) => return Err(ErrorCode::ResponseScope.into()),
        };
        let id_token = match take(Name::IdToken) {
            None => None,
            Some(Value::String(token)) => Some(token),
            Some(_) => return Err(ErrorCode::TokenMalformed.into()),
        };
        Ok(Self { access_token, token_type, expires_in, refresh_token, scopes, id_token, extra: Extra(rest) })
    }

    fn parse(text: &str) -> Result<Self> {
        let members = serde_json::from_str(text).map_err(|_| ErrorCode::ResponseMalformed)?;
        Self::from_members(members)
    }

    /// What is wrong with a body that could not be read: serde's own error has no room for it.
    pub(super) fn error_of(body: &[u8]) -> Error {
        let text = std::str::from_utf8(body).map_err(|_| ErrorCode::ResponseMalformed.into());
        text.and_then(Self::parse).err().unwrap_or_else(|| ErrorCode::ResponseMalformed.into())
    }
}

/// The members that mean something here; their numbers are their places in [`Members`].
#[derive(Clone, Copy)]
enum Name {
    AccessToken,
    TokenType,
    ExpiresIn,
    RefreshToken,
    Scope,
    IdToken,
    Error,
}

/// A reply's members, in one pass and without a tree.
#[derive(Default)]
struct Members {
    known: [Option<Value>; 7],
    rest: Map<String, Value>,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    // The strict scanner has refused repeated names before.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Members, A::Error> {
        let mut members = Members::default();
        while let Some(key) = map.next_key()? {
            let value = map.next_value()?;
            match key {
                Key::Known(name) => {
                    if let Some(slot) = members.known.get_mut(name as usize) {
                        *slot = Some(value);
                    }
                }
                Key::Other(name) => drop(members.rest.insert(name, value)),
            }
        }
        Ok(members)
    }
}

enum Key {
    Known(Name),
    Other(String),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> std::result::Result<Key, E> {
        Ok(Key::Known(match name {
            "access_token" => Name::AccessToken,
            "token_type" => Name::TokenType,
            "expires_in" => Name::ExpiresIn,
            "refresh_token" => Name::RefreshToken,
            "scope" => Name::Scope,
            "id_token" => Name::IdToken,
            "error" => Name::Error,
            other => return Ok(Key::Other(other.to_owned())),
        }))
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| (0x20..0x7f).contains(&b))
}

impl<'de> Deserialize<'de> for TokenReply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        // As one piece, because the `oauth2` crate writes down the path to each member that it reads.
        let text = <&RawValue>::deserialize(deserializer)?;
        Self::parse(text.get()).map_err(|error| serde::de::Error::custom(error.code().code()))
    }
}

impl Serialize for TokenReply {
    /// The `oauth2` crate's trait asks for this; nothing in the library calls it, and tokens are
    /// never written by accident.
    fn serialize<S: Serializer>(&self, _: S) -> std::result::Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("token replies are not serialised"))
    }
}

impl oauth2::TokenResponse for TokenReply {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        self.scopes.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_a_successful_reply_keeps_what_the_provider_said() {
        let body =
            br#"{"error": "invalid_grant", "error_description": "code was used", "access_token": "a"}"#;
        let error = TokenReply::error_of(body);
        assert_eq!(error.code(), ErrorCode::OauthInvalidGrant);
        assert!(error.to_json().contains("code was used"));
    }

    #[test]
    fn known_members_are_typed_and_the_others_are_kept() {
        let reply = TokenReply::parse(
            r#"{"access_token": "a", "token_type": "bearer", "expires_in": 60, "error": null, "x": [1, {"y": 2}]}"#,
        );
        let reply = reply.unwrap();
        assert_eq!((reply.expires_in, reply.extra.0.len()), (Some(60), 2));
        for (body, code) in [
            (r#"{"token_type": "Bearer"}"#, ErrorCode::ResponseAccessToken),
            (r#"{"access_token": "a", "token_type": "mac"}"#, ErrorCode::ResponseTokenType),
            (
                r#"{"access_token": "a", "token_type": "Bearer", "expires_in": "60"}"#,
                ErrorCode::ResponseExpiresIn,
            ),
            (r#"{"access_token": "a", "token_type": "Bearer", "scope": 1}"#, ErrorCode::ResponseScope),
            ("[]", ErrorCode::ResponseMalformed),
        ] {
            assert_eq!(TokenReply::parse(body).unwrap_err().code(), code, "{body}");
        }
    }
}
