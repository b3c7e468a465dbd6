//! The rules about claims: threats C.

use super::{NOW, lenient, outcome, secret, token};
use crate::error::ErrorCode;
use crate::jose::{Algorithm, Expected, KeySet, Nonce, Policy, PolicyBuilder, Profile, base64url};

const HEADER: &str = r#"{"alg":"HS256"}"#;

fn check(policy: &PolicyBuilder, claims: &str) -> Option<ErrorCode> {
    outcome(&policy.clone().build().unwrap(), &token(HEADER, claims))
}

#[test]
fn a_policy_that_says_nothing_cannot_be_built() {
    let code = |builder: PolicyBuilder| builder.build().unwrap_err().code();
    let begun = || Policy::builder().algorithms([Algorithm::HS256]);
    assert_eq!(code(Policy::builder().any_issuer().any_audience()), ErrorCode::ConfigAlgorithms);
    assert_eq!(code(begun().any_issuer()), ErrorCode::ConfigInvalid);
    assert_eq!(code(begun().any_audience()), ErrorCode::ConfigInvalid);
    assert_eq!(code(begun().issuer("").any_audience()), ErrorCode::ConfigInvalid);
    assert_eq!(code(begun().any_issuer().audience([""])), ErrorCode::ConfigInvalid);
    assert_eq!(code(begun().any_issuer().audience(Vec::<String>::new())), ErrorCode::ConfigInvalid);
    assert_eq!(code(lenient().leeway(301)), ErrorCode::ConfigLeeway);
    assert_eq!(code(lenient().algorithms([Algorithm::HS256, Algorithm::RS256])), ErrorCode::ConfigAlgorithms);
    assert_eq!(code(lenient().profile(Profile::IdToken)), ErrorCode::ConfigInvalid);
    assert_eq!(code(lenient().profile(Profile::Typ(String::new()))), ErrorCode::ConfigInvalid);
    if !Algorithm::ES512.is_supported() {
        assert_eq!(code(lenient().algorithms([Algorithm::ES512])), ErrorCode::ConfigUnsupportedAlgorithm);
    }
}

#[test]
fn a_claim_of_the_wrong_type_is_never_absent() {
    for name in ["exp", "nbf", "iat"] {
        for value in ["\"1\"", "\"\"", "true", "null", "[1]", "{}", "-1", "-1.5"] {
            let claims = format!("{{\"{name}\":{value}}}");
            assert_eq!(check(&lenient(), &claims), Some(ErrorCode::TokenClaimType), "{claims}");
        }
        assert_eq!(check(&lenient(), &format!("{{\"{name}\":1e300}}")), Some(ErrorCode::TokenNumber));
    }
    for name in ["iss", "sub", "jti"] {
        for value in ["1", "true", "null", "[\"a\"]", "{}"] {
            let claims = format!("{{\"{name}\":{value}}}");
            assert_eq!(check(&lenient(), &claims), Some(ErrorCode::TokenClaimType), "{claims}");
        }
    }
    for value in ["1", "null", "true", "{}", "[1]", "[\"a\",null]", "[[\"a\"]]"] {
        let claims = format!("{{\"aud\":{value}}}");
        assert_eq!(check(&lenient(), &claims), Some(ErrorCode::TokenClaimType), "{claims}");
    }
    let many = |count: usize| format!("{{\"aud\":[{}]}}", vec!["\"a\""; count].join(","));
    assert_eq!(check(&lenient(), &many(64)), None);
    assert_eq!(check(&lenient(), &many(65)), Some(ErrorCode::TokenClaimType));
}

#[test]
fn time_is_exact_to_the_second() {
    for (claims, leeway, code) in [
        (format!("{{\"exp\":{NOW}}}"), 0, Some(ErrorCode::TokenExpired)),
        (format!("{{\"exp\":{}}}", NOW + 1), 0, None),
        (format!("{{\"exp\":{}}}", NOW - 60), 60, Some(ErrorCode::TokenExpired)),
        (format!("{{\"exp\":{}}}", NOW - 59), 60, None),
        (format!("{{\"exp\":{NOW}.9}}"), 0, Some(ErrorCode::TokenExpired)),
        (format!("{{\"exp\":{}.1}}", NOW + 1), 0, None),
        ("{\"exp\":0}".into(), 300, Some(ErrorCode::TokenExpired)),
        ("{\"exp\":9007199254740991}".into(), 300, None),
        (format!("{{\"nbf\":{NOW}}}"), 0, None),
        (format!("{{\"nbf\":{}}}", NOW + 1), 0, Some(ErrorCode::TokenNotYetValid)),
        (format!("{{\"nbf\":{}}}", NOW + 60), 60, None),
        (format!("{{\"nbf\":{}}}", NOW + 61), 60, Some(ErrorCode::TokenNotYetValid)),
        (format!("{{\"iat\":{NOW}.7}}"), 0, None),
        (format!("{{\"iat\":{}}}", NOW + 1), 0, Some(ErrorCode::TokenIssuedInFuture)),
        (format!("{{\"iat\":{}}}", NOW + 60), 60, None),
    ] {
        assert_eq!(check(&lenient().leeway(leeway), &claims), code, "{claims} leeway {leeway}");
    }
    assert_eq!(check(&lenient().require_exp(true), "{}"), Some(ErrorCode::TokenMissingClaim));
    let aged = lenient().max_age(Some(100));
    assert_eq!(check(&aged, "{}"), Some(ErrorCode::TokenMissingClaim));
    assert_eq!(check(&aged, &format!("{{\"iat\":{}}}", NOW - 100)), None);
    assert_eq!(check(&aged, &format!("{{\"iat\":{}}}", NOW - 101)), Some(ErrorCode::TokenTooOld));
}

#[test]
fn issuer_audience_and_subject_are_compared_byte_for_byte() {
    let issuer = lenient().issuer("https://idp.example");
    for (iss, code) in [
        ("\"https://idp.example\"", None),
        ("\"https:\\/\\/idp.example\"", None),
        ("\"https://idp.example/\"", Some(ErrorCode::TokenIssuer)),
        ("\"https://IDP.example\"", Some(ErrorCode::TokenIssuer)),
        ("\"https://idp.exampl\"", Some(ErrorCode::TokenIssuer)),
        ("\"https://idp.example.evil\"", Some(ErrorCode::TokenIssuer)),
        ("\"https://idp%2eexample\"", Some(ErrorCode::TokenIssuer)),
        ("\"https://idp.ex\u{430}mple\"", Some(ErrorCode::TokenIssuer)),
        ("[\"https://idp.example\"]", Some(ErrorCode::TokenClaimType)),
    ] {
        assert_eq!(check(&issuer, &format!("{{\"iss\":{iss}}}")), code, "{iss}");
    }
    assert_eq!(check(&issuer, "{}"), Some(ErrorCode::TokenMissingClaim));

    let audience = lenient().audience(["api", "other"]);
    for (aud, code) in [
        ("\"api\"", None),
        ("[\"x\",\"other\"]", None),
        ("\"ap\"", Some(ErrorCode::TokenAudience)),
        ("\"api2\"", Some(ErrorCode::TokenAudience)),
        ("\"API\"", Some(ErrorCode::TokenAudience)),
        ("\"a.*\"", Some(ErrorCode::TokenAudience)),
        ("[]", Some(ErrorCode::TokenAudience)),
        ("[\"a\",\"pi\"]", Some(ErrorCode::TokenAudience)),
    ] {
        assert_eq!(check(&audience, &format!("{{\"aud\":{aud}}}")), code, "{aud}");
    }
    assert_eq!(check(&audience, "{}"), Some(ErrorCode::TokenMissingClaim));

    let subject = lenient().subject("\u{e9}");
    assert_eq!(check(&subject, "{\"sub\":\"\\u00e9\"}"), None);
    assert_eq!(check(&subject, "{\"sub\":\"e\\u0301\"}"), Some(ErrorCode::TokenSubject));
    assert_eq!(check(&subject, "{}"), Some(ErrorCode::TokenMissingClaim));
    let required = lenient().required_claims(["scope"]);
    assert_eq!(check(&required, "{\"Scope\":1}"), Some(ErrorCode::TokenMissingClaim));
    assert_eq!(check(&required, "{\"scope\":null}"), None);
}

#[test]
fn the_kinds_of_tokens_exclude_each_other() {
    let access = lenient().profile(Profile::Typ("at+jwt".into())).build().unwrap();
    let typed = |typ: &str| token(&format!("{{\"alg\":\"HS256\",\"typ\":\"{typ}\"}}"), "{}");
    for typ in ["at+jwt", "AT+jwt", "application/at+jwt"] {
        assert_eq!(outcome(&access, &typed(typ)), None);
    }
    for typ in ["JWT", "logout+jwt", "dpop+jwt", ""] {
        assert_eq!(outcome(&access, &typed(typ)), Some(ErrorCode::TokenType), "{typ}");
    }
    assert_eq!(outcome(&access, &token(HEADER, "{}")), Some(ErrorCode::TokenType));
}

fn id_token(extra: &str) -> String {
    format!("{{\"iss\":\"i\",\"sub\":\"s\",\"exp\":{},\"iat\":{NOW}{extra}}}", NOW + 60)
}

#[test]
fn an_id_token_meets_openid_connect_core() {
    let policy = Policy::builder()
        .algorithms([Algorithm::HS256])
        .issuer("i")
        .audience(["me"])
        .profile(Profile::IdToken)
        .build()
        .unwrap();
    let wanted = Expected {
        nonce: Nonce::Sent("n-1"),
        access_token: Some("token"),
        max_authentication_age: Some(100),
        ..Expected::default()
    };
    let check = |wanted: &Expected<'_>, claims: &str| {
        let keys = KeySet::single(secret());
        let result = policy.verify_expecting(&token(HEADER, claims), &keys, NOW, wanted);
        result.err().map(|error| error.code())
    };
    let fine = format!(",\"aud\":\"me\",\"nonce\":\"n-1\",\"auth_time\":{}", NOW - 100);
    assert_eq!(check(&wanted, &id_token(&fine)), None);
    for (extra, code) in [
        (fine.replace("n-1", "n-2"), ErrorCode::TokenNonce),
        (fine.replace(",\"nonce\":\"n-1\"", ""), ErrorCode::TokenNonce),
        (fine.replace(",\"nonce\":\"n-1\"", ",\"nonce_supported\":false"), ErrorCode::TokenNonce),
        (fine.replace("\"n-1\"", "7"), ErrorCode::TokenClaimType),
        (fine.replace(",\"aud\":\"me\"", ""), ErrorCode::TokenMissingClaim),
        (fine.replace("\"me\"", "\"you\""), ErrorCode::TokenAudience),
        (fine.replace("\"me\"", "[\"me\",\"you\"]"), ErrorCode::TokenAuthorizedParty),
        (format!("{fine},\"azp\":\"you\""), ErrorCode::TokenAuthorizedParty),
        (format!("{fine},\"azp\":[\"me\"]"), ErrorCode::TokenClaimType),
        (format!("{fine},\"at_hash\":\"AAAA\""), ErrorCode::TokenHash),
        (format!("{fine},\"at_hash\":7"), ErrorCode::TokenClaimType),
        (format!("{fine},\"events\":{{}}"), ErrorCode::TokenType),
        (fine.replace(&format!("{}", NOW - 100), &format!("{}", NOW - 101)), ErrorCode::TokenTooOld),
        (fine.replace(&format!("{}", NOW - 100), "\"x\""), ErrorCode::TokenClaimType),
        (fine.replace("auth_time", "auth-time"), ErrorCode::TokenMissingClaim),
    ] {
        assert_eq!(check(&wanted, &id_token(&extra)), Some(code), "{extra}");
    }
    for name in ["iss", "sub", "exp", "iat"] {
        let claims = id_token(&fine).replace(&format!("\"{name}\":"), "\"gone\":");
        assert_eq!(check(&wanted, &claims), Some(ErrorCode::TokenMissingClaim), "{name}");
    }
    assert_eq!(check(&wanted, &id_token(&fine).replace("\"s\"", "\"\"")), Some(ErrorCode::TokenClaimType));
    let both = format!("{},\"azp\":\"me\"", fine.replace("\"me\"", "[\"me\",\"you\"]"));
    assert_eq!(check(&wanted, &id_token(&both)), None);
    let hash = base64url::encode(&crate::crypto::sha256(b"token")[..16]);
    assert_eq!(check(&wanted, &id_token(&format!("{fine},\"at_hash\":\"{hash}\""))), None);
    let sent_none = Expected { nonce: Nonce::None, ..wanted };
    assert_eq!(check(&sent_none, &id_token(&fine)), Some(ErrorCode::TokenNonce));
    assert_eq!(check(&sent_none, &id_token(&fine.replace(",\"nonce\":\"n-1\"", ""))), None);
    assert_eq!(check(&Expected { nonce: Nonce::Unknown, ..wanted }, &id_token(&fine)), None);
    assert_eq!(check(&wanted, &id_token(&fine).replace("\"s\"", "\"i\"")), Some(ErrorCode::TokenType));
    let typed = token(r#"{"alg":"HS256","typ":"at+jwt"}"#, &id_token(&fine));
    assert_eq!(outcome(&policy, &typed), Some(ErrorCode::TokenType));
}

#[test]
fn odd_names_and_bytes_come_out_as_they_came_in() {
    let claims =
        "{\"__proto__\":{\"a\":1},\"constructor\":\"x\",\"0\":1,\"nul\":\"a\\u0000b\",\"e\":\"e\u{301}\"}";
    let policy = lenient().build().unwrap();
    let verified = policy.verify(&token(HEADER, claims), &KeySet::single(secret()), NOW).unwrap();
    assert_eq!(verified.claims_json, claims);
    assert_eq!(verified.claim_str("nul").unwrap(), "a\0b");
    assert_eq!(verified.claim("__proto__").unwrap().raw(), "{\"a\":1}");
}
