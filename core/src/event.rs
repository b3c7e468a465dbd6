//! Events: what happened on the way of an operation, for logs, metrics and audits.
//!
//! The set is closed and its names are the same in every host. An event says who (provider and client), what and when, and
//! holds no secret: no token, code, state, assertion or key, and nothing about the user. Events are collected in the mailbox of
//! the flow that they belong to; nothing calls out while an operation runs.

use crate::error::{Error, ErrorCode};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// How much attention an event deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The course of things.
    Info,
    /// Somebody should know if it goes on.
    Warning,
}

impl Level {
    /// `info` or `warning`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
        }
    }
}

/// Whom an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The issuer, or the origin of the endpoint if the provider has none.
    pub provider: String,
    /// The client, if it is about one.
    pub client_id: Option<String>,
}

/// Why something failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The row of the error table.
    pub code: ErrorCode,
    /// The provider's `error`, at most 64 characters.
    pub provider_error: Option<String>,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let provider_error = error.provider().map(|reply| reply.error.clone());
        Self { code: error.code(), provider_error }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Happening {
    /// An authorization request was made; the user can be sent to the provider.
    AuthorizationBegun {
        /// The requested scopes.
        scopes: Vec<String>,
        /// Whether it was pushed (RFC 9126).
        pushed: bool,
    },
    /// What came to the redirect URI was refused, before its code was used.
    CallbackRefused(Failure),
    /// A grant yielded tokens.
    TokenReceived {
        /// As it goes over the wire.
        grant_type: Cow<'static, str>,
        /// What was granted.
        tokens: Granted,
    },
    /// A refresh yielded tokens.
    TokenRefreshed {
        /// What was granted.
        tokens: Granted,
        /// Whether the provider replaced the refresh token.
        rotated: bool,
    },
    /// A refresh yielded none.
    RefreshFailed(Failure),
    /// Another grant yielded none.
    GrantFailed {
        /// As it goes over the wire.
        grant_type: Cow<'static, str>,
        /// Why.
        failure: Failure,
    },
    /// A provider's key set was fetched.
    KeySetFetched {
        /// From where, without a query.
        url: String,
        /// How many of its keys are usable.
        keys: usize,
    },
    /// A provider's key set could not be fetched or used; the last one serves for as long as it may.
    KeySetFailed(Failure),
    /// A declared quirk of the service was taken.
    QuirkUsed {
        /// Its name.
        quirk: &'static str,
    },
}

/// What is told of a token set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The granted scopes.
    pub scopes: Vec<String>,
    /// When the access token expires, seconds since the epoch.
    pub expires_at: Option<i64>,
    /// Whether there is a refresh token.
    pub refreshable: bool,
    /// Whether a user was identified, by a verified ID token.
    pub identified: bool,
}

impl Happening {
    /// The event's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AuthorizationBegun { .. } => "authorization_begun",
            Self::CallbackRefused(_) => "callback_refused",
            Self::TokenReceived { .. } => "token_received",
            Self::TokenRefreshed { .. } => "token_refreshed",
            Self::RefreshFailed(_) => "refresh_failed",
            Self::GrantFailed { .. } => "grant_failed",
            Self::KeySetFetched { .. } => "key_set_fetched",
            Self::KeySetFailed(_) => "key_set_failed",
            Self::QuirkUsed { .. } => "quirk_used",
        }
    }

    /// How much attention it deserves.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self {
            Self::CallbackRefused(_)
            | Self::RefreshFailed(_)
            | Self::GrantFailed { .. }
            | Self::KeySetFailed(_) => Level::Warning,
            Self::AuthorizationBegun { .. }
            | Self::TokenReceived { .. }
            | Self::TokenRefreshed { .. }
            | Self::KeySetFetched { .. }
            | Self::QuirkUsed { .. } => Level::Info,
        }
    }

    fn members(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::AuthorizationBegun { scopes, pushed } => {
                vec![("scopes", json!(scopes)), ("pushed", json!(pushed))]
            }
            Self::CallbackRefused(failure) | Self::RefreshFailed(failure) | Self::KeySetFailed(failure) => {
                failure.members()
            }
            Self::TokenReceived { grant_type, tokens } => {
                let mut members = vec![("grant_type", json!(grant_type))];
                members.extend(tokens.members());
                members
            }
            Self::TokenRefreshed { tokens, rotated } => {
                let mut members = tokens.members();
                members.push(("rotated", json!(rotated)));
                members
            }
            Self::GrantFailed { grant_type, failure } => {
                let mut members = vec![("grant_type", json!(grant_type))];
                members.extend(failure.members());
                members
            }
            Self::KeySetFetched { url, keys } => vec![("url", json!(url)), ("keys", json!(keys))],
            Self::QuirkUsed { quirk } => vec![("quirk", json!(quirk))],
        }
    }
}

impl Failure {
    fn members(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("code", json!(self.code.code())),
            ("provider_error", json!(self.provider_error)),
            ("retryable", json!(self.code.retryable())),
        ]
    }
}

impl Granted {
    fn members(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("scopes", json!(self.scopes)),
            ("expires_at", json!(self.expires_at)),
            ("refreshable", json!(self.refreshable)),
            ("identified", json!(self.identified)),
        ]
    }
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Seconds since the epoch.
    pub time: i64,
    /// Whom it is about.
    pub party: Arc<Party>,
    /// What happened.
    pub happening: Happening,
}

impl Event {
    /// The event's name: `token_received`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.happening.name()
    }

    /// How much attention it deserves.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.happening.level()
    }

    /// What it consists of beside name, level and time, in the order in which it is read best.
    fn members(&self) -> Vec<(&'static str, Value)> {
        let mut members =
            vec![("provider", json!(self.party.provider)), ("client_id", json!(self.party.client_id))];
        members.extend(self.happening.members());
        members.retain(|(_, value)| !value.is_null());
        members
    }

    /// The form that crosses into a host: an object with `name`, `level`, `time`, `message`, which is the event in one line,
    /// and its members. What is not known is left out.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("name".into(), self.name().into());
        object.insert("level".into(), self.level().name().into());
        object.insert("time".into(), self.time.into());
        object.insert("message".into(), self.to_string().into());
        object.extend(self.members().into_iter().map(|(name, value)| (name.to_owned(), value)));
        Value::Object(object)
    }
}

/// One line: the name, then `name=value` for each member, quoted where a value has more than plain characters.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        for (name, value) in self.members() {
            let text = match &value {
                Value::String(text) => Cow::Borrowed(text.as_str()),
                Value::Array(list) => {
                    Cow::Owned(list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
                }
                other => Cow::Owned(other.to_string()),
            };
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/@+[]".contains(&byte);
            if !text.is_empty() && text.bytes().all(plain) {
                write!(f, " {name}={text}")?;
            } else {
                write!(f, " {name}={}", quoted(&text))?;
            }
        }
        Ok(())
    }
}

/// In quotation marks, with everything escaped that could end the line or the quotation.
fn quoted(text: &str) -> String {
    let escaped = text.chars().flat_map(char::escape_debug);
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    out.extend(escaped);
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(happening: Happening) -> Event {
        let party = Party { provider: "https://idp.example.com".into(), client_id: Some("a b\n\"c".into()) };
        Event { time: 1_700_000_000, party: Arc::new(party), happening }
    }

    #[test]
    fn a_line_stays_one_line_whatever_the_values_are() {
        let failure = Failure { code: ErrorCode::OauthInvalidGrant, provider_error: None };
        let line = event(Happening::RefreshFailed(failure)).to_string();
        assert_eq!(
            line,
            r#"refresh_failed provider=https://idp.example.com client_id="a b\n\"c" code=oauth.invalid_grant retryable=false"#
        );
    }

    #[test]
    fn the_json_form_leaves_out_what_is_not_known() {
        let tokens =
            Granted { scopes: vec!["a".into()], expires_at: None, refreshable: true, identified: false };
        let json = event(Happening::TokenRefreshed { tokens, rotated: false }).to_json();
        let names: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let mut wanted = [
            "name",
            "level",
            "time",
            "message",
            "provider",
            "client_id",
            "scopes",
            "refreshable",
            "identified",
            "rotated",
        ];
        wanted.sort_unstable();
        let mut found = names;
        found.sort_unstable();
        assert_eq!(found, wanted);
    }
}
