//! What is read before any key is looked at: base64url, the three parts, the header.

use crate::fixed::{ALL, NOW, algorithm_name, b64, check_error, unb64};
use ferroauth::jose::{self, Compact, TokenLimits};
use serde_json::{Map, Value};

/// Our decoder and the `base64` crate's give the same verdict on every text and the same bytes; each byte string
/// has one spelling.
pub fn base64url(data: &[u8]) {
    let encoded = jose::base64url::encode(data);
    assert_eq!(encoded, b64(data));
    assert_eq!(jose::base64url::decode(&encoded).ok().as_deref(), Some(data));

    let ours = jose::base64url::decode(data).ok();
    let theirs = std::str::from_utf8(data).ok().and_then(unb64);
    assert_eq!(ours, theirs);
    if let Some(bytes) = ours {
        assert_eq!(jose::base64url::encode(&bytes).as_bytes(), data);
    }
}

/// Whatever is accepted as a compact token is three canonical base64url parts, the first a JSON object, and nothing else.
pub fn compact(data: &[u8]) {
    let Ok(token) = std::str::from_utf8(data) else { return };
    let parsed = Compact::parse(token, TokenLimits::default());
    match &parsed {
        Ok(parsed) => {
            let parts: Vec<&str> = token.split('.').collect();
            assert_eq!(parts.len(), 3);
            let decoded: Vec<Vec<u8>> = parts.iter().map(|part| unb64(part).expect("base64url")).collect();
            assert!(!decoded[0].is_empty() && !decoded[2].is_empty());
            assert!(token.len() <= TokenLimits::default().token);
            check_header(parsed, &decoded[0]);
        }
        Err(error) => check_error(error),
    }
    match jose::decode_unverified(token) {
        Ok(shown) => {
            let payload = token.split('.').nth(1).and_then(unb64).expect("a payload");
            assert_eq!(shown.claims_json.as_bytes(), payload);
            serde_json::from_slice::<Map<String, Value>>(&payload).expect("claims are an object");
        }
        Err(error) => check_error(&error),
    }
}

/// Header bytes, with a right signature over them: what is accepted is a JSON object to another reader as well, with
/// the same `alg`, `kid` and `typ`, without `crit` and `b64`, and the signature's algorithm is the policy's.
pub fn header(data: &[u8]) {
    let fixed = &ALL[0];
    let reference = fixed.reference.as_ref().expect("jsonwebtoken has HS256");
    let input = format!("{}.{}", b64(data), fixed.token.split('.').nth(1).expect("a payload"));
    let signature =
        jsonwebtoken::crypto::sign(input.as_bytes(), &reference.encoding, reference.algorithm).expect("HMAC");
    let token = format!("{input}.{signature}");
    match Compact::parse(&token, TokenLimits::default()) {
        Ok(parsed) => check_header(&parsed, data),
        Err(error) => check_error(&error),
    }
    match fixed.policy.verify(&token, &fixed.keys, NOW) {
        Ok(verified) => {
            let header: Map<String, Value> = serde_json::from_slice(data).expect("an object");
            assert_eq!(header["alg"], "HS256");
            assert_eq!(verified.header_json.as_bytes(), data);
        }
        Err(error) => check_error(&error),
    }
}

fn check_header(parsed: &Compact<'_>, bytes: &[u8]) {
    let header: Map<String, Value> = serde_json::from_slice(bytes).expect("the header is an object");
    assert_eq!(parsed.header_json().as_bytes(), bytes);
    assert_eq!(parsed.algorithm().map(jose::Algorithm::name), algorithm_name(&header));
    assert_eq!(parsed.kid().as_deref(), header.get("kid").and_then(Value::as_str));
    assert_eq!(parsed.typ().as_deref(), header.get("typ").and_then(Value::as_str));
    assert!(!header.contains_key("crit") && !header.contains_key("b64"));
}
