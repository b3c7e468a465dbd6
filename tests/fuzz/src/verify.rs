//! Verification with fixed keys: nothing is accepted that these keys have not signed.

use crate::claims::check;
use crate::fixed::{ALL, CHEAP, Fixed, NOW, check_error, signed_parts, unb64};
use ferroauth::ErrorCode;
use ferroauth::jose::Verified;
use serde_json::{Map, Value};

/// The first byte chooses key and way; the rest is a whole token, or changes to a good one, or header, 0 and payload,
/// which are then signed with the key.
pub fn verify(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let (choice, way) = (usize::from(*choice) % 64, *choice / 64);
    let fixed = &ALL[choice % ALL.len()];
    match way {
        0 => raw(fixed, rest),
        1 => altered(fixed, rest),
        _ => signed(&ALL[choice % CHEAP], rest),
    }
}

fn raw(fixed: &Fixed, text: &[u8]) {
    let Ok(token) = std::str::from_utf8(text) else { return };
    if let Some(verified) = verdict(fixed, token) {
        assert!(token == fixed.token || is_signed(fixed, token), "{token}");
        claims(&verified);
    }
}

/// Each change is three bytes: where (two bytes) and what; what replaces one character, or deletes it if it is 0, or
/// is inserted before it if its top bit is set.
fn altered(fixed: &Fixed, changes: &[u8]) {
    let mut token = fixed.token.clone().into_bytes();
    let (changes, _) = changes.as_chunks::<3>();
    for [high, low, what] in changes.iter().take(16) {
        let place = usize::from(u16::from_be_bytes([*high, *low])) % token.len().max(1);
        match what {
            0 if !token.is_empty() => drop(token.remove(place)),
            0 => {}
            0x80.. => token.insert(place, what & 0x7f),
            _ if token.is_empty() => token.push(*what),
            _ => token[place] = *what,
        }
    }
    let token = String::from_utf8(token).expect("ASCII");
    let accepted = verdict(fixed, &token).is_some();
    assert_eq!(accepted, token == fixed.token, "{token}");
}

/// A right signature over any header and payload: what is refused is not refused for its signature.
fn signed(fixed: &Fixed, parts: &[u8]) {
    let Some(token) = signed_parts(fixed, parts) else { return };
    match fixed.policy.verify(&token, &fixed.keys, NOW) {
        Ok(verified) => claims(&verified),
        Err(error) => {
            assert!(error.code() != ErrorCode::TokenSignature, "{token}");
            check_error(&error);
        }
    }
}

fn verdict(fixed: &Fixed, token: &str) -> Option<Verified> {
    fixed.policy.verify(token, &fixed.keys, NOW).inspect_err(check_error).ok()
}

/// Whether the second implementation finds the signature right.
fn is_signed(fixed: &Fixed, token: &str) -> bool {
    let (Some(reference), Some((input, signature))) = (&fixed.reference, token.rsplit_once('.')) else {
        return false;
    };
    unb64(signature).is_some()
        && jsonwebtoken::crypto::verify(signature, input.as_bytes(), &reference.decoding, reference.algorithm)
            .unwrap_or(false)
}

fn claims(verified: &Verified) {
    let claims: Map<String, Value> = serde_json::from_str(&verified.claims_json).expect("an object");
    check(&claims, 0);
}
