//! A token whose every check passed.

use super::json::{self, Member, Value};
use super::{Algorithm, Compact, TokenLimits};
use crate::error::{Error, Explain, Result};
use std::borrow::Cow;

/// Where a claim stands in [`Verified::claims_json`], for a host that builds its own object without parsing the text again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimPlace<'a> {
    /// The name as it is written between its quotes, escapes and all.
    pub name: &'a str,
    /// The value as it is written, a string with its quotes.
    pub value: &'a str,
    /// The first byte of the value.
    pub start: usize,
    /// Neither the name nor the value contains an escape.
    pub plain: bool,
}

/// The header and claims of a token, as the texts that were signed.
///
/// The claims are proven to be one strict JSON object; a host parses them with its own fast decoder.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The header, verbatim.
    pub header_json: String,
    /// The payload, verbatim.
    pub claims_json: String,
    algorithm: Option<Algorithm>,
    members: Vec<Member>,
}

impl Verified {
    /// Takes the payload of a compact JWS as claims.
    pub(super) fn from_compact(mut compact: Compact<'_>) -> Result<Self> {
        let algorithm = compact.algorithm();
        let header_json = std::mem::take(&mut compact.header_json);
        let (payload, mut members) = compact.into_payload();
        let refused = |fault: json::Fault| {
            Error::with(fault.token_code(), fault.describe())
                .explained(Explain { check: "payload", ..Explain::default() })
        };
        let claims_json = String::from_utf8(payload).map_err(|_| refused(json::Fault::Syntax))?;
        json::members(&claims_json, json::Limits::default(), &mut members).map_err(refused)?;
        Ok(Self { header_json, claims_json, algorithm, members })
    }

    /// The string at a place of the header.
    pub(super) fn header_str(&self, place: Option<Member>) -> Option<Cow<'_, str>> {
        place.and_then(|member| member.value_in(&self.header_json).as_str())
    }

    /// Every claim, with the fingerprint of its decoded name ([`json::short_name`]).
    pub(super) fn printed_claims(&self) -> impl Iterator<Item = (u64, Value<'_>)> {
        let text = self.claims_json.as_str();
        self.members.iter().map(move |member| (member.print_in(text), member.value_in(text)))
    }

    /// Bytes that it takes.
    pub(crate) fn size(&self) -> usize {
        self.header_json.len() + self.claims_json.len() + self.members.len() * size_of::<Member>()
    }

    /// The algorithm, if it is one that this library knows.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// A claim, unread.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<Value<'_>> {
        json::find(&self.claims_json, &self.members, name)
    }

    /// A claim that is a string.
    #[must_use]
    pub fn claim_str(&self, name: &str) -> Option<Cow<'_, str>> {
        self.claim(name).and_then(Value::as_str)
    }

    /// A claim that is a number of seconds, cut to whole seconds.
    #[must_use]
    pub fn claim_seconds(&self, name: &str) -> Option<i64> {
        self.claim(name).and_then(Value::as_seconds)
    }

    /// Every claim, names decoded.
    pub fn claims(&self) -> impl Iterator<Item = (Cow<'_, str>, Value<'_>)> {
        json::iter(&self.claims_json, &self.members)
    }

    /// Where each claim stands, in the order of the text.
    pub fn places(&self) -> impl ExactSizeIterator<Item = ClaimPlace<'_>> {
        let text = self.claims_json.as_str();
        self.members.iter().map(move |member| ClaimPlace {
            name: json::slice(text, member.name),
            value: json::slice(text, member.value),
            start: member.value.0 as usize,
            plain: member.plain,
        })
    }

    /// `iss`.
    #[must_use]
    pub fn issuer(&self) -> Option<Cow<'_, str>> {
        self.claim_str("iss")
    }

    /// `sub`.
    #[must_use]
    pub fn subject(&self) -> Option<Cow<'_, str>> {
        self.claim_str("sub")
    }

    /// `exp`.
    #[must_use]
    pub fn expires_at(&self) -> Option<i64> {
        self.claim_seconds("exp")
    }

    /// `iat`.
    #[must_use]
    pub fn issued_at(&self) -> Option<i64> {
        self.claim_seconds("iat")
    }
}

/// Reads a token without verifying anything but its form: for display and debugging, never for a decision.
///
/// # Errors
/// As [`Compact::parse`], but any algorithm and an empty signature pass; and those of a payload that is no
/// strict JSON object.
pub fn decode_unverified(token: &str) -> Result<Verified> {
    Verified::from_compact(Compact::parse_any(token, TokenLimits::default())?)
}
