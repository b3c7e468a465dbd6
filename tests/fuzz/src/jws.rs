//! Signatures over bytes, in the JSON serializations and detached.

use crate::fixed::{ALL, CHEAP, Fixed, algorithm_name, b64, check_error, unb64};
use ferroauth::jose::{JwsVerifier, VerifiedJws};
use serde_json::{Map, Value, json};

/// The first byte chooses key and way; the rest is a whole JWS, or protected header, 0, payload, 0 and unprotected header, of
/// which a flattened JWS with a right signature is made. What is accepted a second reader finds signed as well.
pub fn jws(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let (choice, way) = (usize::from(*choice) % 64, *choice / 64);
    let fixed = &ALL[choice % CHEAP];
    let Some(reference) = &fixed.reference else { return };
    let verifier = JwsVerifier::new(fixed.keys.clone(), &[fixed.algorithm]).expect("a verifier");
    let text = if way == 0 {
        match std::str::from_utf8(rest) {
            Ok(text) => text.to_owned(),
            Err(_) => return,
        }
    } else {
        let mut parts = rest.splitn(3, |byte| *byte == 0);
        let (Some(protected), Some(payload)) = (parts.next(), parts.next()) else { return };
        let (protected, payload) = (b64(protected), b64(payload));
        let input = format!("{protected}.{payload}");
        let signature =
            jsonwebtoken::crypto::sign(input.as_bytes(), &reference.encoding, reference.algorithm);
        let mut object =
            json!({"protected": protected, "payload": payload, "signature": signature.expect("signed")});
        if let Some(header) = parts.next().and_then(|header| serde_json::from_slice::<Value>(header).ok()) {
            object["header"] = header;
        }
        object.to_string()
    };
    match verifier.verify_json(&text, None) {
        Ok(verified) => json_is_signed(fixed, &text, &verified),
        Err(error) => check_error(&error),
    }
    // Detached, the payload is whatever the caller says: here never what was signed, unless it is.
    for payload in [None, Some(&b"another payload"[..])] {
        match verifier.verify(&text, payload) {
            Ok(verified) => compact_is_signed(fixed, &text, &verified, payload),
            Err(error) => check_error(&error),
        }
    }
}

fn json_is_signed(fixed: &Fixed, text: &str, verified: &VerifiedJws) {
    let whole: Map<String, Value> = serde_json::from_str(text).expect("an object");
    let members: Vec<&Map<String, Value>> = match whole.get("signatures") {
        Some(list) => {
            list.as_array().expect("a list").iter().map(|one| one.as_object().expect("an object")).collect()
        }
        None => vec![&whole],
    };
    assert!(!verified.signatures().is_empty() && members.len() <= 10);
    for signature in verified.signatures() {
        let one = members[signature.index];
        let protected = one["protected"].as_str().expect("a protected header");
        let header = check_header(fixed, protected);
        let payload = whole["payload"].as_str().expect("a payload");
        let encoded = header.get("b64") != Some(&Value::Bool(false));
        if encoded {
            assert_eq!(unb64(payload).expect("base64url"), verified.payload());
        } else {
            assert_eq!(payload.as_bytes(), verified.payload());
        }
        is_signed(
            fixed,
            format!("{protected}.{payload}").as_bytes(),
            one["signature"].as_str().expect("a signature"),
        );
        if let Some(unprotected) = one.get("header") {
            let unprotected = unprotected.as_object().expect("an object");
            assert!(["alg", "crit", "b64"].iter().all(|name| !unprotected.contains_key(*name)));
            assert!(unprotected.keys().all(|name| !header.contains_key(name)), "a parameter in both headers");
        }
    }
}

fn compact_is_signed(fixed: &Fixed, text: &str, verified: &VerifiedJws, payload: Option<&[u8]>) {
    let parts: Vec<&str> = text.split('.').collect();
    assert_eq!(parts.len(), 3);
    let header = check_header(fixed, parts[0]);
    let detached = payload.is_some();
    assert_eq!(detached, parts[1].is_empty() && !verified.payload().is_empty());
    let mut input = format!("{}.", parts[0]).into_bytes();
    match (payload, header.get("b64")) {
        (Some(payload), Some(Value::Bool(false))) => input.extend(payload),
        (Some(payload), _) => input.extend(b64(payload).bytes()),
        (None, _) => input.extend(parts[1].bytes()),
    }
    is_signed(fixed, &input, parts[2]);
}

fn check_header(fixed: &Fixed, protected: &str) -> Map<String, Value> {
    let bytes = unb64(protected).expect("base64url");
    let header: Map<String, Value> = serde_json::from_slice(&bytes).expect("an object");
    assert_eq!(algorithm_name(&header), Some(fixed.algorithm.name()));
    // RFC 7797 section 6: what is not encoded says so where nobody may pass over it.
    assert!(
        header.get("crit").is_none_or(|critical| *critical == json!(["b64"]) && header.contains_key("b64"))
    );
    assert!(header.get("b64").is_none_or(|encoded| *encoded == true || header.contains_key("crit")));
    header
}

fn is_signed(fixed: &Fixed, input: &[u8], signature: &str) {
    let reference = fixed.reference.as_ref().expect("a second implementation");
    let right = jsonwebtoken::crypto::verify(signature, input, &reference.decoding, reference.algorithm);
    assert!(right.unwrap_or(false), "accepted without a right signature");
}
