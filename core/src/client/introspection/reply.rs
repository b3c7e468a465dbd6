//! A reply of the introspection endpoint as a value: its members have the types that the RFC gives them.

use crate::error::{Error, ErrorCode, Result};
use serde_json::{Map, Value};

/// What the provider says about a token: RFC 7662 section 2.2. Every member that the RFC names has its type.
#[derive(Clone, Debug, PartialEq)]
pub struct Introspection {
    members: Map<String, Value>,
}

impl Introspection {
    /// Whether the token is good now. Nothing else counts when it is not.
    #[must_use]
    pub fn active(&self) -> bool {
        self.members.get("active") == Some(&Value::Bool(true))
    }

    /// `scope`, taken apart.
    #[must_use]
    pub fn scopes(&self) -> Vec<&str> {
        self.text("scope").unwrap_or_default().split(' ').filter(|scope| !scope.is_empty()).collect()
    }

    /// A member that is a text: `client_id`, `username`, `token_type`, `sub`, `iss`, `jti`, or one of the provider's own.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_str)
    }

    /// A time in seconds since the epoch: `exp`, `iat`, `nbf`.
    #[must_use]
    pub fn seconds(&self, name: &str) -> Option<i64> {
        self.members.get(name).and_then(Value::as_i64)
    }

    /// `aud`, one or several.
    #[must_use]
    pub fn audience(&self) -> Vec<&str> {
        match self.members.get("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Every member, as the provider sent it.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// The JSON form that crosses into a host.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.members).unwrap_or_default()
    }

    /// Checks the types of the members, RFC 7662 section 2.2.
    pub(super) fn read(members: Map<String, Value>) -> Result<Self> {
        if !matches!(members.get("active"), Some(Value::Bool(_))) {
            return Err(ErrorCode::ResponseActive.into());
        }
        let wrong = |name: &'static str| Error::with(ErrorCode::ResponseMember, name);
        for name in ["scope", "client_id", "username", "token_type", "sub", "iss", "jti"] {
            if members.get(name).is_some_and(|value| !value.is_string()) {
                return Err(wrong(name));
            }
        }
        for name in ["exp", "iat", "nbf"] {
            if members.get(name).is_some_and(|value| value.as_i64().is_none_or(i64::is_negative)) {
                return Err(wrong(name));
            }
        }
        let texts = |value: &Value| {
            value.is_string() || value.as_array().is_some_and(|list| list.iter().all(Value::is_string))
        };
        match members.get("aud") {
            Some(aud) if !texts(aud) => Err(wrong("aud")),
            _ => Ok(Self { members }),
        }
    }

    /// What `active` says also holds of the times: a provider that calls an expired token active, as Frappe does, is not believed.
    pub(super) fn at(self, now: i64, leeway: i64) -> Self {
        let expired = self.seconds("exp").is_some_and(|exp| now >= exp.saturating_add(leeway));
        let early = self.seconds("nbf").is_some_and(|nbf| now.saturating_add(leeway) < nbf);
        if self.active() && (expired || early) {
            return Self { members: Map::from_iter([("active".to_owned(), Value::Bool(false))]) };
        }
        self
    }
}
