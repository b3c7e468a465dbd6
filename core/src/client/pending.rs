//! A pending authorization: what must be remembered between the authorization request and its response.
//!
//! It is bound to the issuer, the client, the redirect URI and, through the host's session, to the
//! browser that began it (RFC 9700 sections 4.4, 4.5 and 4.7).

use super::keyring::Keyring;
use super::response_mode::ResponseMode;
use crate::error::{Error, ErrorCode, Result};
use crate::event::Event;
use crate::random::Random;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const PURPOSE: &str = "ferroauth pending authorization v1";

/// An authorization request that waits for its response. Cheap to clone; all clones share the
/// single use.
#[derive(Clone)]
pub struct PendingAuthorization(Arc<Inner>);

struct Inner {
    request: Request,
    record: Record,
    random: Random,
    used: AtomicBool,
    event: Option<Event>,
}

/// The way of a request to the provider, which nothing after it needs.
#[derive(Default)]
pub(super) struct Request {
    pub(super) url: String,
    pub(super) url_expires_at: Option<i64>,
    pub(super) response_origin: Option<String>,
    pub(super) continue_url: Option<String>,
}

/// What is sealed. Field names are short because hosts keep it in cookies.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    /// State.
    pub(super) s: String,
    /// Nonce.
    pub(super) n: String,
    /// Code verifier.
    pub(super) v: String,
    /// Fingerprint of issuer or token endpoint, client id and redirect URI.
    pub(super) c: String,
    /// Requested scopes, joined by spaces.
    pub(super) p: String,
    /// End of life, seconds since the epoch.
    pub(super) e: i64,
    /// Where to send the user afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) r: Option<String>,
    /// The `max_age` that was asked for, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) m: Option<u32>,
    /// How the response is to come.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) o: ResponseMode,
    /// The `acr` values one of which the ID token must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) a: Option<Vec<String>>,
    /// Whether the ID token must have `auth_time`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) t: bool,
    /// The `sub` that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) u: Option<String>,
    /// The resources that the access token is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) x: Option<Vec<String>>,
    /// The types of the authorization details.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) d: Option<Vec<String>>,
    /// A hash of the host's session id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) h: Option<String>,
    /// The thumbprint of the DPoP key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) k: Option<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl PendingAuthorization {
    pub(super) fn new(request: Request, record: Record, random: Random, event: Option<Event>) -> Self {
        Self(Arc::new(Inner { request, record, random, used: AtomicBool::new(false), event }))
    }

    /// That it was begun; `None` for one that was opened again.
    #[must_use]
    pub fn event(&self) -> Option<&Event> {
        self.0.event.as_ref()
    }

    /// The authorization request URL: send the browser there. Empty after opening a sealed one.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.request.url
    }

    /// Until when the URL of a pushed request is good, seconds since the epoch; `None` for the others.
    #[must_use]
    pub fn url_expires_at(&self) -> Option<i64> {
        self.0.request.url_expires_at
    }

    /// The origin that the message comes from if the response mode is `web_message`: compare `event.origin` with it.
    #[must_use]
    pub fn response_origin(&self) -> Option<&str> {
        self.0.request.response_origin.as_deref()
    }

    /// Where the page that took the message goes on if the response mode is `web_message`: the redirect URI.
    #[must_use]
    pub fn continue_url(&self) -> Option<&str> {
        self.0.request.continue_url.as_deref()
    }

    /// The state that the response must carry.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.0.record.s
    }

    /// The path that was given as `return_to`.
    #[must_use]
    pub fn return_to(&self) -> Option<&str> {
        self.0.record.r.as_deref()
    }

    /// When the authorization request expires, seconds since the epoch.
    #[must_use]
    pub fn expires_at(&self) -> i64 {
        self.0.record.e
    }

    /// Seals the pending authorization into a text for the host's session or a cookie.
    ///
    /// # Errors
    /// `internal.random`.
    pub fn seal(&self, keys: &Keyring) -> Result<String> {
        let mut text =
            serde_json::to_vec(&self.0.record).map_err(|_| Error::new(ErrorCode::InternalPanic))?;
        let sealed = keys.seal(PURPOSE, &text, &self.0.random);
        zeroize::Zeroize::zeroize(&mut text);
        sealed
    }

    /// Opens what [`PendingAuthorization::seal`] made.
    pub(super) fn open(sealed: &str, keys: &Keyring, random: Random) -> Result<Self> {
        let text = zeroize::Zeroizing::new(keys.open(PURPOSE, sealed)?);
        let record = serde_json::from_slice(&text).map_err(|_| Error::new(ErrorCode::PendingInvalid))?;
        Ok(Self::new(Request::default(), record, random, None))
    }

    pub(super) fn record(&self) -> &Record {
        &self.0.record
    }

    /// Takes the single use; false if it was taken before.
    pub(super) fn take(&self) -> bool {
        !self.0.used.swap(true, Ordering::AcqRel)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.record.v);
    }
}

impl fmt::Debug for PendingAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingAuthorization(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_before_there_were_modes_still_opens() {
        let old =
            r#"{"s":"state","n":"nonce","v":"verifier","c":"client","p":"openid","e":1700000600,"m":60}"#;
        let keys = Keyring::new(vec![vec![7; 32]]).unwrap();
        let sealed = keys.seal(PURPOSE, old.as_bytes(), &Random::system()).unwrap();
        let opened = PendingAuthorization::open(&sealed, &keys, Random::system()).unwrap();
        assert_eq!(
            (opened.state(), opened.record().o, opened.record().m),
            ("state", ResponseMode::Query, Some(60))
        );
        // And what needs none of the new members is as small as it was.
        assert_eq!(serde_json::to_string(opened.record()).unwrap(), old);
    }
}
