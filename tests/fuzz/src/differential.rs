//! Beside the `jsonwebtoken` crate: what we accept it accepts, with equal claims, wherever both support the case.

use crate::fixed::{ALL, AUDIENCE, CHEAP, ISSUER, check_error, signed_parts};
use jsonwebtoken::Validation;
use serde_json::{Map, Value};
use std::time::{SystemTime, UNIX_EPOCH};

/// Header members that jsonwebtoken reads and wants of a certain type; we look at none of them, because none of them
/// decides anything here (RFC 7515 section 4.1.2 to 4.1.8, 4.1.10; RFC 8555; RFC 7516).
const ONLY_THEIRS: [&str; 12] =
    ["jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "cty", "enc", "zip", "url", "nonce", "crit"];

/// The first byte chooses the key; the rest is header, 0 and payload, signed with it, or a whole token.
pub fn differential(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let whole = *choice >= 0x80;
    let fixed = &ALL[usize::from(*choice & 0x7f) % if whole { ALL.len() } else { CHEAP }];
    let Some(reference) = &fixed.reference else { return };
    let token = if whole {
        match std::str::from_utf8(rest) {
            Ok(token) => token.to_owned(),
            Err(_) => return,
        }
    } else {
        match signed_parts(fixed, rest) {
            Some(token) => token,
            None => return,
        }
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let now = i64::try_from(now).expect("before 2^63");
    let verified = match fixed.policy.verify(&token, &fixed.keys, now) {
        Ok(verified) => verified,
        Err(error) => return check_error(&error),
    };
    let header: Map<String, Value> = serde_json::from_str(&verified.header_json).expect("an object");
    let ours: Value = serde_json::from_str(&verified.claims_json).expect("an object");
    if header.keys().any(|name| ONLY_THEIRS.contains(&name.as_str())) || at_the_edge(&ours, now) {
        return;
    }
    let mut validation = Validation::new(reference.algorithm);
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    let theirs = jsonwebtoken::decode::<Value>(&token, &reference.decoding, &validation);
    match theirs {
        Ok(theirs) => assert_eq!(theirs.claims, ours),
        Err(error) => panic!("accepted here, refused there ({error}): {token}"),
    }
}

/// Fractions of a second are cut here and rounded there, and the clock may tick between the two.
fn at_the_edge(claims: &Value, now: i64) -> bool {
    #[allow(clippy::cast_precision_loss)]
    let now = now as f64;
    ["exp", "nbf"].iter().any(|name| claims[*name].as_f64().is_some_and(|time| (time - now).abs() <= 2.0))
}
