//! What a grant yields: tokens, their expiry, the granted scopes and the verified ID token.

use crate::jose::Verified;
use crate::secret::Secret;
use crate::services::Quirks;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::fmt;

/// The tokens of one grant. Prints without any of them.
#[derive(Clone)]
pub struct TokenSet {
    pub(super) access_token: Secret,
    pub(super) token_type: &'static str,
    pub(super) refresh_token: Option<Secret>,
    pub(super) expires_at: Option<i64>,
    pub(super) scopes: Vec<String>,
    pub(super) unrequested_scopes: Vec<String>,
    pub(super) id_token: Option<IdToken>,
    pub(super) quirks: Quirks,
    pub(super) extra: Map<String, Value>,
}

/// A verified ID token.
#[derive(Clone)]
pub struct IdToken {
    pub(super) raw: Secret,
    pub(super) verified: Verified,
}

impl IdToken {
    /// The compact form, for `id_token_hint`.
    #[must_use]
    pub fn raw(&self) -> &Secret {
        &self.raw
    }

    /// Header and claims, all checked.
    #[must_use]
    pub fn verified(&self) -> &Verified {
        &self.verified
    }
}

impl TokenSet {
    /// The access token.
    #[must_use]
    pub fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// `Bearer`, `DPoP` if it is bound to the client's key, or `N_A` if a token exchange issued something else than an access
    /// token.
    #[must_use]
    pub fn token_type(&self) -> &'static str {
        self.token_type
    }

    /// What a token exchange issued, RFC 8693 section 3: a URI.
    #[must_use]
    pub fn issued_token_type(&self) -> Option<&str> {
        self.extra.get("issued_token_type").and_then(Value::as_str)
    }

    /// The rights that were granted, RFC 9396 section 7: objects with a `type`.
    #[must_use]
    pub fn authorization_details(&self) -> Option<&[Value]> {
        self.extra.get("authorization_details").and_then(Value::as_array).map(Vec::as_slice)
    }

    /// The refresh token; after a refresh without rotation, the one that was used.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.as_ref()
    }

    /// When the access token expires, seconds since the epoch; `None` if the provider did not say.
    #[must_use]
    pub fn expires_at(&self) -> Option<i64> {
        self.expires_at
    }

    /// The granted scopes: those of the reply, or the requested ones if the reply names none.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Granted scopes that nobody asked for.
    #[must_use]
    pub fn unrequested_scopes(&self) -> &[String] {
        &self.unrequested_scopes
    }

    /// The verified ID token.
    #[must_use]
    pub fn id_token(&self) -> Option<&IdToken> {
        self.id_token.as_ref()
    }

    /// The declared quirks of the service that this grant took; empty if everything was as the specifications have it.
    #[must_use]
    pub fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// Further members of the provider's reply.
    #[must_use]
    pub fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }

    /// The JSON form that crosses into a host. It contains the tokens.
    #[must_use]
    pub fn to_json(&self) -> String {
        let form = TokenSetForm {
            access_token: self.access_token.expose(),
            token_type: self.token_type,
            expires_at: self.expires_at,
            refresh_token: self.refresh_token.as_ref().map(Secret::expose),
            scopes: &self.scopes,
            unrequested_scopes: &self.unrequested_scopes,
            id_token: self.id_token.as_ref().and_then(IdTokenForm::new),
            quirks: self.quirks,
            extra: &self.extra,
        };
        let mut text = Vec::with_capacity(512);
        match serde_json::to_writer(&mut text, &form) {
            Ok(()) => String::from_utf8(text).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }
}

#[derive(Serialize)]
struct TokenSetForm<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_at: Option<i64>,
    refresh_token: Option<&'a str>,
    scopes: &'a [String],
    unrequested_scopes: &'a [String],
    id_token: Option<IdTokenForm<'a>>,
    quirks: Quirks,
    extra: &'a Map<String, Value>,
}

/// Header and claims cross as they were signed, not re-encoded.
#[derive(Serialize)]
struct IdTokenForm<'a> {
    raw: &'a str,
    header: &'a RawValue,
    claims: &'a RawValue,
}

impl<'a> IdTokenForm<'a> {
    fn new(token: &'a IdToken) -> Option<Self> {
        Some(Self {
            raw: token.raw.expose(),
            header: serde_json::from_str(&token.verified.header_json).ok()?,
            claims: serde_json::from_str(&token.verified.claims_json).ok()?,
        })
    }
}

impl fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSet")
            .field("access_token", &self.access_token)
            .field("refresh_token", &self.refresh_token)
            .field("expires_at", &self.expires_at)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
