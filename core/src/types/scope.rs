//! Scopes, RFC 6749 section 3.3: an ordered set of scope tokens.

use crate::error::{Error, ErrorCode, Result};

/// An ordered set of scope tokens without repetition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeSet(Vec<String>);

const MAX_SCOPES: usize = 200;

impl ScopeSet {
    /// Parses single scope tokens.
    ///
    /// # Errors
    /// `config.control_character`, or `config.invalid` for an empty token, a space, a quote or a
    /// backslash inside a token, characters outside ASCII, or more than 200 scopes.
    pub fn parse<I, S>(scopes: I) -> Result<Self>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let mut set = Self::default();
        for scope in scopes {
            let scope = scope.as_ref();
            if scope.chars().any(char::is_control) {
                return Err(Error::with(ErrorCode::ConfigControlCharacter, "scope"));
            }
            if !is_scope_token(scope) {
                return Err(Error::quoted(ErrorCode::ConfigInvalid, "not a scope token", scope));
            }
            set.insert(scope);
        }
        if set.0.len() > MAX_SCOPES {
            return Err(Error::with(ErrorCode::ConfigInvalid, "more than 200 scopes"));
        }
        Ok(set)
    }

    /// Parses the space-delimited `scope` member of a reply.
    ///
    /// # Errors
    /// `response.scope`.
    pub fn parse_reply(text: &str) -> Result<Self> {
        let mut set = Self::default();
        for scope in text.split(' ').filter(|scope| !scope.is_empty()) {
            if !is_scope_token(scope) || set.0.len() == MAX_SCOPES {
                return Err(Error::new(ErrorCode::ResponseScope));
            }
            set.insert(scope);
        }
        Ok(set)
    }

    fn insert(&mut self, scope: &str) {
        if !self.contains(scope) {
            self.0.push(scope.to_owned());
        }
    }

    /// Whether the exact scope token is in the set.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|known| known == scope)
    }

    /// Whether there is no scope.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scope tokens in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The scope tokens in order, each on its own.
    #[must_use]
    pub fn into_vec(self) -> Vec<String> {
        self.0
    }

    /// The scope tokens in order, joined by a separator.
    #[must_use]
    pub fn joined_by(&self, separator: &str) -> String {
        self.0.join(separator)
    }

    /// The space-delimited form that goes over the wire.
    #[must_use]
    pub fn joined(&self) -> String {
        self.0.join(" ")
    }
}

fn is_scope_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}
