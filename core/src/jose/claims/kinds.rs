//! What the claims of each kind of token must hold and must not hold, beside issuer, audience and times.

use super::{Checked, Found, expected, refuse, seconds, text};
use crate::error::ErrorCode;
use crate::jose::Verified;
use crate::jose::json::{Limits, Object, Value};
use crate::jose::policy::{Expected, Nonce, Rules};
use crate::jose::profile::Profile;
use crate::secret::constant_time_eq;

/// The event that makes a logout token (OpenID Connect Back-Channel Logout section 2.4).
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The type, and the claims that belong to it.
pub(super) fn check(rules: &Rules, found: &Found<'_>, token: &Verified, typ: Option<&str>) -> Checked {
    let profile = &rules.profile;
    if !profile.accepts_type(typ) {
        return Err(expected(ErrorCode::TokenType, "typ", &profile.expected_type()));
    }
    match profile {
        Profile::Generic if found.events.is_some_and(Value::is_object) => {
            return Err(other_kind("events", "no event"));
        }
        Profile::Generic | Profile::Typ(_) => return Ok(()),
        _ => {}
    }
    if found.sub.as_deref() == Some("") {
        return Err(expected(ErrorCode::TokenClaimType, "sub", "a string that is not empty"));
    }
    for name in profile.required_claims() {
        if token.claim(name).is_none() {
            return Err(expected(ErrorCode::TokenMissingClaim, name, name));
        }
    }
    match profile {
        Profile::IdToken => id_token(found, token),
        Profile::AccessToken => filled(token, "client_id").and(filled(token, "jti")),
        Profile::LogoutToken => logout_token(found, token),
        Profile::ClientAssertion => client_assertion(found, token),
        Profile::IntrospectionResponse => introspection(token),
        Profile::SecurityEvent => filled(token, "jti").and(events(found).map(drop)),
        Profile::AuthorizationResponse => authorization_response(found, token),
        Profile::Generic | Profile::Typ(_) => Ok(()),
    }
}

fn authorization_response(found: &Found<'_>, token: &Verified) -> Checked {
    if found.sub.is_some() || found.nonce.is_some() || found.events.is_some() {
        return Err(other_kind("sub", "an authorization response"));
    }
    match (token.claim("code"), token.claim("error")) {
        (None, None) => Err(expected(ErrorCode::TokenMissingClaim, "code", "code or error")),
        _ => Ok(()),
    }
}

fn other_kind(check: &'static str, what: &str) -> super::Refusal {
    expected(ErrorCode::TokenType, check, what)
}

/// A claim that is a string, and not the empty one.
fn filled(token: &Verified, name: &'static str) -> Checked {
    match token.claim_str(name) {
        Some(value) if !value.is_empty() => Ok(()),
        _ => Err(expected(ErrorCode::TokenClaimType, name, "a string that is not empty")),
    }
}

fn id_token(found: &Found<'_>, token: &Verified) -> Checked {
    if found.events.is_some() {
        return Err(other_kind("events", "an ID token"));
    }
    if found.iss.is_some() && found.iss == found.sub {
        return Err(other_kind("sub", "a subject that is not the issuer"));
    }
    for (value, check) in
        [(found.nonce, "nonce"), (found.azp, "azp"), (found.at_hash, "at_hash"), (found.c_hash, "c_hash")]
    {
        value.map(|value| text(value, check)).transpose()?;
    }
    token.claim("auth_time").map(|value| seconds(value, "auth_time")).transpose()?;
    Ok(())
}

/// The events, an object of objects with at least one.
fn events<'a>(found: &Found<'a>) -> Checked<Object<'a>> {
    let wrong = || expected(ErrorCode::TokenClaimType, "events", "an object of objects");
    let value = found.events.filter(|value| value.is_object()).ok_or_else(wrong)?;
    let events = Object::parse(value.raw().as_bytes(), Limits::default()).map_err(|_| wrong())?;
    if events.iter().next().is_none() || events.iter().any(|(_, event)| !event.is_object()) {
        return Err(wrong());
    }
    Ok(events)
}

fn logout_token(found: &Found<'_>, token: &Verified) -> Checked {
    filled(token, "jti")?;
    if events(found)?.get(LOGOUT_EVENT).is_none() {
        return Err(other_kind("events", LOGOUT_EVENT));
    }
    // Section 2.4 forbids it, so that no ID token can be passed off as a logout token.
    if found.nonce.is_some() {
        return Err(other_kind("nonce", "no nonce"));
    }
    match token.claim("sid") {
        Some(_) => filled(token, "sid"),
        None if found.sub.is_some() => Ok(()),
        None => Err(expected(ErrorCode::TokenMissingClaim, "sub", "sub or sid")),
    }
}

fn client_assertion(found: &Found<'_>, token: &Verified) -> Checked {
    filled(token, "jti")?;
    if found.events.is_some() {
        return Err(other_kind("events", "no event"));
    }
    // An assertion for several servers could be carried from the one that received it to another.
    if found.aud.is_some_and(|aud| super::audiences(aud).count() != 1) {
        return Err(expected(ErrorCode::TokenAudience, "aud", "one audience"));
    }
    Ok(())
}

fn introspection(token: &Verified) -> Checked {
    let wrong =
        || expected(ErrorCode::TokenClaimType, "token_introspection", "an object with a boolean active");
    let reply = token.claim("token_introspection").filter(|value| value.is_object()).ok_or_else(wrong)?;
    let reply = Object::parse(reply.raw().as_bytes(), Limits::default()).map_err(|_| wrong())?;
    reply.get("active").and_then(Value::as_bool).map(drop).ok_or_else(wrong)
}

/// The nonce: the one that was sent, and none where none was.
pub(super) fn check_nonce(rules: &Rules, found: &Found<'_>, wanted: &Expected<'_>) -> Checked {
    let nonce = || found.nonce.map(|value| text(value, "nonce")).transpose();
    let same =
        |found: std::borrow::Cow<'_, str>, sent: &str| constant_time_eq(found.as_bytes(), sent.as_bytes());
    let fits = match wanted.nonce {
        Nonce::Sent(sent) => nonce()?.is_some_and(|found| same(found, sent)),
        Nonce::SentOrAbsent(sent) => nonce()?.is_none_or(|found| same(found, sent)),
        // A nonce that its caller forgot to compare must not look as if it had been.
        Nonce::None => rules.profile != Profile::IdToken || found.nonce.is_none(),
        Nonce::Unknown => true,
    };
    if fits { Ok(()) } else { Err(refuse(ErrorCode::TokenNonce, "nonce")) }
}
