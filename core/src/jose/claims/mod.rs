//! The checks of the claims (RFC 7519 section 4.1, OpenID Connect Core 3.1.3.7).
//!
//! A registered claim of the wrong type is refused even where nobody asked for it: a library that treats
//! `"exp": "never"` as absent accepts tokens for ever (threat C1). Identity is checked before time, so that
//! `token.expired` says that everything else was right.

mod kinds;

use super::json::{Value, short_name};
use super::policy::{Expected, Rules};
use super::{Algorithm, Profile, Verified, base64url};
use crate::crypto;
use crate::error::ErrorCode;
use std::borrow::Cow;

/// Longest list of audiences.
const MAX_AUDIENCES: usize = 64;

const ISS: u64 = short_name("iss");
const SUB: u64 = short_name("sub");
const JTI: u64 = short_name("jti");
const EXP: u64 = short_name("exp");
const NBF: u64 = short_name("nbf");
const IAT: u64 = short_name("iat");
const AUD: u64 = short_name("aud");
const NONCE: u64 = short_name("nonce");
const AZP: u64 = short_name("azp");
const AT_HASH: u64 = short_name("at_hash");
const C_HASH: u64 = short_name("c_hash");
const TID: u64 = short_name("tid");
const EVENTS: u64 = short_name("events");

/// Why claims were refused.
pub(super) struct Refusal {
    pub(super) code: ErrorCode,
    pub(super) check: &'static str,
    pub(super) clock_delta: Option<i64>,
    pub(super) expected: Option<String>,
}

type Checked<T = ()> = Result<T, Refusal>;

fn refuse(code: ErrorCode, check: &'static str) -> Refusal {
    Refusal { code, check, clock_delta: None, expected: None }
}

fn expected(code: ErrorCode, check: &'static str, what: &str) -> Refusal {
    Refusal { expected: Some(what.chars().take(256).collect()), ..refuse(code, check) }
}

/// The claims that are looked at, found in one pass.
#[derive(Default)]
struct Found<'a> {
    iss: Option<Cow<'a, str>>,
    sub: Option<Cow<'a, str>>,
    aud: Option<Value<'a>>,
    exp: Option<i64>,
    nbf: Option<i64>,
    iat: Option<i64>,
    nonce: Option<Value<'a>>,
    azp: Option<Value<'a>>,
    at_hash: Option<Value<'a>>,
    c_hash: Option<Value<'a>>,
    tid: Option<Value<'a>>,
    events: Option<Value<'a>>,
}

fn text<'a>(value: Value<'a>, check: &'static str) -> Checked<Cow<'a, str>> {
    value.as_str().ok_or_else(|| expected(ErrorCode::TokenClaimType, check, "a string"))
}

fn seconds(value: Value<'_>, check: &'static str) -> Checked<i64> {
    value
        .as_seconds()
        .ok_or_else(|| expected(ErrorCode::TokenClaimType, check, "a number of seconds that is not negative"))
}

impl<'a> Found<'a> {
    fn read(token: &'a Verified) -> Checked<Self> {
        let mut found = Self::default();
        for (print, value) in token.printed_claims() {
            match print {
                ISS => found.iss = Some(text(value, "iss")?),
                SUB => found.sub = Some(text(value, "sub")?),
                JTI => drop(text(value, "jti")?),
                EXP => found.exp = Some(seconds(value, "exp")?),
                NBF => found.nbf = Some(seconds(value, "nbf")?),
                IAT => found.iat = Some(seconds(value, "iat")?),
                AUD => {
                    check_audience_type(value)?;
                    found.aud = Some(value);
                }
                NONCE => found.nonce = Some(value),
                AZP => found.azp = Some(value),
                AT_HASH => found.at_hash = Some(value),
                C_HASH => found.c_hash = Some(value),
                TID => found.tid = Some(value),
                EVENTS => found.events = Some(value),
                _ => {}
            }
        }
        Ok(found)
    }
}

impl Found<'_> {
    /// Whether a claim is there, if it is one that was looked for anyway.
    fn has(&self, name: &str) -> Option<bool> {
        Some(match name {
            "iss" => self.iss.is_some(),
            "sub" => self.sub.is_some(),
            "aud" => self.aud.is_some(),
            "exp" => self.exp.is_some(),
            "nbf" => self.nbf.is_some(),
            "iat" => self.iat.is_some(),
            _ => return None,
        })
    }
}

fn check_audience_type(value: Value<'_>) -> Checked {
    let wrong = || expected(ErrorCode::TokenClaimType, "aud", "a string or a list of at most 64 strings");
    if value.raw().starts_with('"') {
        return Ok(());
    }
    let mut count = 0;
    for item in value.as_array().ok_or_else(wrong)? {
        count += 1;
        if count > MAX_AUDIENCES || !item.raw().starts_with('"') {
            return Err(wrong());
        }
    }
    Ok(())
}

/// The audiences: one string, or a list.
fn audiences(value: Value<'_>) -> impl Iterator<Item = Cow<'_, str>> {
    value.as_str().into_iter().chain(value.as_array().into_iter().flatten().filter_map(Value::as_str))
}

/// Applies every rule to a token whose signature was verified. `key_issuer` is the issuer that its key says it belongs to.
pub(super) fn check(
    rules: &Rules,
    token: &Verified,
    typ: Option<&str>,
    key_issuer: Option<&str>,
    now: i64,
    wanted: &Expected<'_>,
) -> Checked {
    let found = Found::read(token)?;
    kinds::check(rules, &found, token, typ)?;
    check_issuer(rules, &found, key_issuer)?;
    check_identity(rules, &found)?;
    kinds::check_nonce(rules, &found, wanted)?;
    for name in &rules.required_claims {
        if !found.has(name).unwrap_or_else(|| token.claim(name).is_some()) {
            return Err(expected(ErrorCode::TokenMissingClaim, "required", name));
        }
    }
    check_time(rules, &found, token, now, wanted)?;
    if let Some(algorithm) = token.algorithm() {
        check_hash(found.at_hash, wanted.access_token, algorithm, "at_hash")?;
        check_hash(found.c_hash, wanted.code, algorithm, "c_hash")?;
    }
    Ok(())
}

fn check_issuer(rules: &Rules, found: &Found<'_>, key_issuer: Option<&str>) -> Checked {
    let Some(rule) = &rules.issuer else { return Ok(()) };
    let Some(iss) = found.iss.as_deref() else {
        return Err(expected(ErrorCode::TokenMissingClaim, "iss", &rule.describe()));
    };
    let tenant = found.tid.and_then(Value::as_str);
    if !rule.accepts(iss, tenant.as_deref()) {
        return Err(expected(ErrorCode::TokenIssuer, "iss", &rule.describe()));
    }
    if !rule.key_serves(key_issuer, iss) {
        return Err(expected(ErrorCode::TokenIssuer, "key_issuer", key_issuer.unwrap_or_default()));
    }
    Ok(())
}

fn check_identity(rules: &Rules, found: &Found<'_>) -> Checked {
    if !rules.audience.is_empty() {
        let Some(aud) = found.aud else {
            return Err(expected(ErrorCode::TokenMissingClaim, "aud", &rules.audience.join(" ")));
        };
        if !audiences(aud).any(|one| rules.audience.iter().any(|wanted| *wanted == one)) {
            return Err(expected(ErrorCode::TokenAudience, "aud", &rules.audience.join(" ")));
        }
    }
    if let Some(subject) = &rules.subject {
        match &found.sub {
            None => return Err(expected(ErrorCode::TokenMissingClaim, "sub", "sub")),
            Some(sub) if sub != subject => return Err(refuse(ErrorCode::TokenSubject, "sub")),
            Some(_) => {}
        }
    }
    if let Some(party) = &rules.authorized_party {
        // OpenID Connect asks for azp only where the audience names others as well.
        let optional =
            rules.profile == Profile::IdToken && found.aud.is_none_or(|aud| audiences(aud).count() == 1);
        match found.azp.map(|value| text(value, "azp")).transpose()? {
            None if optional => {}
            Some(azp) if azp == *party => {}
            _ => return Err(expected(ErrorCode::TokenAuthorizedParty, "azp", party)),
        }
    }
    Ok(())
}

fn check_time(
    rules: &Rules,
    found: &Found<'_>,
    token: &Verified,
    now: i64,
    wanted: &Expected<'_>,
) -> Checked {
    let late = now.saturating_add(rules.leeway);
    let early = now.saturating_sub(rules.leeway);
    // What the claim would have to be, at this time and with this tolerance.
    let at = |code, check, time: i64, passes: String| Refusal {
        clock_delta: Some(now.saturating_sub(time)),
        ..expected(code, check, &passes)
    };
    let missing = |check| expected(ErrorCode::TokenMissingClaim, check, check);
    match found.exp {
        // Expired at the exact second.
        Some(exp) if now >= exp.saturating_add(rules.leeway) => {
            return Err(at(ErrorCode::TokenExpired, "exp", exp, format!("exp after {early}")));
        }
        None if rules.require_exp => return Err(missing("exp")),
        _ => {}
    }
    if let Some(nbf) = found.nbf
        && late < nbf
    {
        return Err(at(ErrorCode::TokenNotYetValid, "nbf", nbf, format!("nbf up to {late}")));
    }
    match found.iat {
        Some(iat) if late < iat => {
            return Err(at(ErrorCode::TokenIssuedInFuture, "iat", iat, format!("iat up to {late}")));
        }
        None if rules.max_age.is_some() => return Err(missing("iat")),
        _ => {}
    }
    let oldest = |age: u32| early.saturating_sub(i64::from(age));
    let too_old =
        |time: i64, age: u32| now > time.saturating_add(i64::from(age)).saturating_add(rules.leeway);
    if let (Some(age), Some(iat)) = (rules.max_age, found.iat)
        && too_old(iat, age)
    {
        return Err(at(ErrorCode::TokenTooOld, "iat", iat, format!("iat from {}", oldest(age))));
    }
    if let Some(age) = wanted.max_authentication_age {
        let time = seconds(token.claim("auth_time").ok_or_else(|| missing("auth_time"))?, "auth_time")?;
        if too_old(time, age) {
            return Err(at(
                ErrorCode::TokenTooOld,
                "auth_time",
                time,
                format!("auth_time from {}", oldest(age)),
            ));
        }
    }
    Ok(())
}

/// `at_hash` and `c_hash`: the left half of the hash of what was issued with the token. Both are optional
/// in the code flow (a policy can require them), and never wrong.
fn check_hash(
    claim: Option<Value<'_>>,
    over: Option<&str>,
    algorithm: Algorithm,
    check: &'static str,
) -> Checked {
    let (Some(claim), Some(over)) = (claim, over) else { return Ok(()) };
    let digest = crypto::digest(algorithm.token_hash(), over.as_bytes());
    let half = digest.get(..digest.len() / 2).unwrap_or_default();
    if *text(claim, check)? == base64url::encode(half) {
        Ok(())
    } else {
        Err(refuse(ErrorCode::TokenHash, check))
    }
}
