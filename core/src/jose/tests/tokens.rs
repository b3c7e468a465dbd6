//! Compact tokens that must not be read: threats A and B1, B14, B15.

use super::{NOW, lenient, outcome, secret, token};
use crate::error::ErrorCode;
use crate::jose::{
    Algorithm, Compact, Key, KeySet, Origin, Policy, TokenLimits, base64url, decode_unverified,
};

const HEADER: &str = r#"{"alg":"HS256"}"#;

fn policy() -> Policy {
    lenient().build().unwrap()
}

#[test]
fn only_three_parts_in_one_spelling_are_a_token() {
    let good = token(HEADER, r#"{"sub":"x"}"#);
    assert_eq!(outcome(&policy(), &good), None);
    let parts: Vec<&str> = good.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let mut bad = vec![
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        header.into(),
        format!("{header}.{payload}"),
        format!("{good}."),
        format!(".{good}"),
        format!(".{payload}.{signature}"),
        format!("{header}.{payload}."),
        format!("{header}..{payload}.{signature}"),
        ".".repeat(16_000),
        format!("{{\"payload\":\"{payload}\",\"protected\":\"{header}\",\"signature\":\"{signature}\"}}"),
    ];
    for odd in ["=", "==", " ", "\n", "\r\n", "\t", "\0", "+", "/", "?", "\u{200b}", "\u{ff21}", "%3D"] {
        for position in [0, header.len(), header.len() + 1 + payload.len(), good.len()] {
            let (before, after) = good.split_at(position);
            bad.push(format!("{before}{odd}{after}"));
        }
    }
    for text in bad {
        assert_eq!(outcome(&policy(), &text), Some(ErrorCode::TokenMalformed), "{text:.80}");
    }
    assert_eq!(outcome(&policy(), &format!("{good}.{payload}.{signature}")), Some(ErrorCode::TokenEncrypted));
}

#[test]
fn a_changed_last_character_is_another_spelling_or_another_signature() {
    let good = token(HEADER, "{}");
    for last in ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']) {
        let (start, _) = good.split_at(good.len() - 1);
        let text = format!("{start}{last}");
        assert_eq!(outcome(&policy(), &text).is_none(), text == good, "{last}");
    }
}

#[test]
fn size_is_checked_before_anything_else() {
    let code = |text: &str| Compact::parse(text, TokenLimits::default()).unwrap_err().code();
    assert_eq!(code(&".".repeat(1_000_000)), ErrorCode::TokenTooLarge);
    assert_eq!(code(&"a".repeat(16 * 1024 + 1)), ErrorCode::TokenTooLarge);
    let header = format!("{{\"alg\":\"HS256\",\"x\":\"{}\"}}", "y".repeat(4096));
    assert_eq!(outcome(&policy(), &token(&header, "{}")), Some(ErrorCode::TokenTooLarge));
}

#[test]
fn header_and_payload_are_strict_json_objects() {
    for (text, code) in [
        ("", ErrorCode::TokenJson),
        ("[]", ErrorCode::TokenJson),
        ("\"x\"", ErrorCode::TokenJson),
        ("null", ErrorCode::TokenJson),
        ("7", ErrorCode::TokenJson),
        ("{\"alg\":\"HS256\"} x", ErrorCode::TokenJson),
        ("\u{feff}{\"alg\":\"HS256\"}", ErrorCode::TokenJson),
        ("{\"alg\":\"HS256\",\"a\":\"\\ud800\"}", ErrorCode::TokenJson),
        ("{\"alg\":\"HS256\"/**/}", ErrorCode::TokenJson),
        ("{\"alg\":\"HS256\",\"alg\":\"HS256\"}", ErrorCode::TokenDuplicateMember),
        ("{\"alg\":\"HS256\",\"\\u0061lg\":\"HS256\"}", ErrorCode::TokenDuplicateMember),
        ("{\"alg\":\"HS256\",\"a\":[{\"b\":1,\"b\":1}]}", ErrorCode::TokenDuplicateMember),
        ("{\"alg\":\"HS256\",\"a\":1e400}", ErrorCode::TokenNumber),
        ("{\"alg\":\"HS256\",\"a\":9007199254740993}", ErrorCode::TokenNumber),
        ("{\"alg\":\"HS256\",\"a\":-0}", ErrorCode::TokenNumber),
        ("{\"alg\":\"HS256\",\"a\":NaN}", ErrorCode::TokenJson),
    ] {
        if !text.is_empty() {
            assert_eq!(outcome(&policy(), &token(text, "{}")), Some(code), "header {text}");
        }
        assert_eq!(outcome(&policy(), &token(HEADER, text)), Some(code), "payload {text}");
    }
    let deep = format!("{{\"alg\":\"HS256\",\"a\":{}{}}}", "[".repeat(32), "]".repeat(32));
    assert_eq!(outcome(&policy(), &token(&deep, "{}")), Some(ErrorCode::TokenTooDeep));
    assert_eq!(outcome(&policy(), &token(HEADER, &deep)), Some(ErrorCode::TokenTooDeep));
    // UTF-16, and bytes that are no UTF-8 at all.
    for bytes in [&[0x7b, 0, 0x7d, 0][..], b"{\"a\":\"\xff\"}", b"{\"a\":\"\xed\xa0\x80\"}"] {
        let mut text = format!("{}.{}", base64url::encode(HEADER.as_bytes()), base64url::encode(bytes));
        let signature = secret().sign(Algorithm::HS256, text.as_bytes()).unwrap();
        text.push('.');
        text.push_str(&base64url::encode(&signature));
        assert_eq!(outcome(&policy(), &text), Some(ErrorCode::TokenJson), "{bytes:?}");
    }
}

#[test]
fn header_parameters_are_what_they_must_be() {
    for (header, code) in [
        (r#"{}"#, ErrorCode::TokenAlgorithm),
        (r#"{"alg":"none"}"#, ErrorCode::TokenAlgorithm),
        (r#"{"alg":"nOnE"}"#, ErrorCode::TokenAlgorithm),
        (r#"{"alg":""}"#, ErrorCode::TokenAlgorithm),
        (r#"{"alg":null}"#, ErrorCode::TokenAlgorithm),
        (r#"{"alg":256}"#, ErrorCode::TokenAlgorithm),
        (r#"{"alg":["HS256"]}"#, ErrorCode::TokenAlgorithm),
        (r#"{"alg":"HS256 "}"#, ErrorCode::TokenAlgorithm),
        (r#"{"alg":"hs256"}"#, ErrorCode::TokenAlgorithm),
        (r#"{"alg":"HS384"}"#, ErrorCode::TokenAlgorithm),
        (r#"{"alg":"RS256"}"#, ErrorCode::TokenAlgorithm),
        (r#"{"alg":"HS256","crit":["x"],"x":1}"#, ErrorCode::TokenCritical),
        (r#"{"alg":"HS256","crit":[]}"#, ErrorCode::TokenCritical),
        (r#"{"alg":"HS256","crit":["alg"]}"#, ErrorCode::TokenCritical),
        (r#"{"alg":"HS256","crit":["exp","exp"]}"#, ErrorCode::TokenCritical),
        (r#"{"alg":"HS256","crit":"x"}"#, ErrorCode::TokenCritical),
        (r#"{"alg":"HS256","crit":[7]}"#, ErrorCode::TokenCritical),
        (r#"{"alg":"HS256","crit":null}"#, ErrorCode::TokenCritical),
        (r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#, ErrorCode::TokenUnencodedPayload),
        (r#"{"alg":"HS256","crit":["b64"],"b64":false}"#, ErrorCode::TokenUnencodedPayload),
        (r#"{"alg":"HS256","b64":false}"#, ErrorCode::TokenUnencodedPayload),
        (r#"{"alg":"HS256","b64":true,"crit":["b64"]}"#, ErrorCode::TokenUnencodedPayload),
        (r#"{"alg":"HS256","kid":7}"#, ErrorCode::TokenHeader),
        (r#"{"alg":"HS256","kid":["a"]}"#, ErrorCode::TokenHeader),
        (r#"{"alg":"HS256","kid":null}"#, ErrorCode::TokenHeader),
        (r#"{"alg":"HS256","typ":7}"#, ErrorCode::TokenHeader),
        (r#"{"alg":"HS256","typ":"logout+jwt"}"#, ErrorCode::TokenType),
    ] {
        assert_eq!(outcome(&policy(), &token(header, "{}")), Some(code), "{header}");
    }
    let long = format!(r#"{{"alg":"HS256","kid":"{}"}}"#, "k".repeat(257));
    assert_eq!(outcome(&policy(), &token(&long, "{}")), Some(ErrorCode::TokenHeader));
    let escaped = format!(r#"{{"alg":"HS256","kid":"{}"}}"#, "\\u006b".repeat(257));
    assert_eq!(outcome(&policy(), &token(&escaped, "{}")), Some(ErrorCode::TokenHeader));
}

#[test]
fn keys_inside_the_header_are_not_looked_at() {
    for extra in [
        r#""jwk":{"kty":"oct","k":"MDEy"}"#,
        r#""jwk":"not even a key""#,
        r#""jku":"https://evil.example/keys""#,
        r#""x5u":"file:///etc/passwd""#,
        r#""x5c":["MIIB"]"#,
    ] {
        let header = format!("{{\"alg\":\"HS256\",{extra}}}");
        assert_eq!(
            outcome(&policy(), &token(&header, "{}")),
            None,
            "{extra}: ignored, so the known key decides"
        );
    }
}

#[test]
fn the_report_says_which_check_and_which_key() {
    let text = token(r#"{"alg":"HS256","kid":"k1"}"#, r#"{"exp":100}"#);
    let keys = KeySet::single(secret());
    let error = policy().verify(&text, &keys, NOW).unwrap_err();
    let explain = error.explain().unwrap();
    assert_eq!((explain.check, explain.key_id.as_deref()), ("exp", Some("k1")));
    assert_eq!((explain.now, explain.clock_delta, explain.keys_tried), (Some(NOW), Some(NOW - 100), 1));
    assert_eq!(explain.algorithm.as_deref(), Some("HS256"));

    let error = policy().verify(&token(r#"{"alg":"HS512"}"#, "{}"), &keys, NOW).unwrap_err();
    let explain = error.explain().unwrap();
    assert_eq!((explain.check, explain.expected.as_deref(), explain.now), ("alg", Some("HS256"), Some(NOW)));
    let json = error.to_json();
    assert!(!json.contains("eyJ") && !json.contains("0123456789abcdef"), "{json}");
}

#[test]
fn looking_without_verifying_is_strict_about_the_form() {
    let text = token(r#"{"alg":"XS999"}"#, r#"{"__proto__":1,"constructor":{},"0":2}"#);
    let seen = decode_unverified(&text).unwrap();
    assert_eq!((seen.algorithm(), seen.claims().count()), (None, 3));
    assert_eq!(decode_unverified(&token(HEADER, "[]")).unwrap_err().code(), ErrorCode::TokenJson);
    assert_eq!(decode_unverified("a.b").unwrap_err().code(), ErrorCode::TokenMalformed);
}

#[test]
fn deep_nesting_needs_no_stack() {
    let nested = |open: &str| open.repeat(600);
    let work = move || {
        for text in [nested("["), nested("{\"a\":"), nested("[{\"a\":")] {
            assert_eq!(outcome(&policy(), &token(&text, "{}")), Some(ErrorCode::TokenTooDeep));
            assert_eq!(outcome(&policy(), &token(HEADER, &text)), Some(ErrorCode::TokenTooDeep));
            assert_eq!(Key::from_jwk(&text).unwrap_err().code(), ErrorCode::KeyMalformed);
            assert!(KeySet::parse(text.repeat(20).as_bytes(), Origin::Remote).is_err());
            assert!(Key::hmac(text.as_bytes()).is_ok(), "no key, however odd");
        }
    };
    std::thread::Builder::new().stack_size(64 * 1024).spawn(work).unwrap().join().unwrap();
}
