//! The successful reply of a token endpoint, RFC 6749 section 5.1, read without tolerance.

use crate::error::{Error, ErrorCode, Result};
use crate::types::ScopeSet;
use oauth2::basic::BasicTokenType;
use oauth2::{AccessToken, RefreshToken, Scope};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
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

    fn parse(mut members: Map<String, Value>) -> Result<Self> {
        // A reply that is both an error and a success is not taken for a success.
        if let Some(Value::String(name)) = members.get("error") {
            return Err(crate::reply::provider_error(name, None));
        }
        let access_token = match members.remove("access_token") {
            Some(Value::String(token)) if is_token(&token) => AccessToken::new(token),
            _ => return Err(ErrorCode::ResponseAccessToken.into()),
        };
        let token_type = match members.remove("token_type") {
            Some(Value::String(kind)) if kind.eq_ignore_ascii_case("bearer") => BasicTokenType::Bearer,
            _ => return Err(ErrorCode::ResponseTokenType.into()),
        };
        let expires_in = match members.remove("expires_in") {
            None => None,
            Some(Value::Number(number)) => {
                Some(number.as_u64().filter(|_| !number.is_f64()).ok_or(ErrorCode::ResponseExpiresIn)?)
            }
            Some(_) => return Err(ErrorCode::ResponseExpiresIn.into()),
        };
        let refresh_token = match members.remove("refresh_token") {
            None => None,
            Some(Value::String(token)) if is_token(&token) => Some(RefreshToken::new(token)),
            Some(_) => return Err(ErrorCode::ResponseRefreshToken.into()),
        };
        let scopes = match members.remove("scope") {
            None => None,
            Some(Value::String(text)) => {
                Some(ScopeSet::parse_reply(&text)?.iter().map(|scope| Scope::new(scope.to_owned())).collect())
            }
            Some(_) => return Err(ErrorCode::ResponseScope.into()),
        };
        let id_token = match members.remove("id_token") {
            None => None,
            Some(Value::String(token)) => Some(token),
            Some(_) => return Err(ErrorCode::TokenMalformed.into()),
        };
        let extra = Extra(members);
        Ok(Self { access_token, token_type, expires_in, refresh_token, scopes, id_token, extra })
    }

    /// Recovers the code that [`Deserialize`] had to put into serde's error text.
    pub(super) fn error_of(text: &str) -> Error {
        let dotted = text.split(' ').next().unwrap_or_default();
        let code = ErrorCode::ALL.iter().find(|row| row.code() == dotted);
        Error::new(code.copied().unwrap_or(ErrorCode::ResponseMalformed))
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| (0x20..0x7f).contains(&b))
}

impl<'de> Deserialize<'de> for TokenReply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let members = Map::deserialize(deserializer)?;
        Self::parse(members).map_err(|error| serde::de::Error::custom(error.code().code()))
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
