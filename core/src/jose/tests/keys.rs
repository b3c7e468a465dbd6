//! Keys and key sets: what is refused, what survives a round trip, which key is chosen.

use super::{EC, ED, NOW, RSA, key, outcome, secret, token};
use crate::error::ErrorCode;
use crate::jose::{Algorithm, Key, KeySet, Origin, Policy, Signer};

fn refused(jwk: &str) -> ErrorCode {
    Key::from_jwk(jwk).unwrap_err().code()
}

fn with(jwk: &str, members: &str) -> String {
    jwk.replacen('{', &format!("{{{members},"), 1)
}

#[test]
fn key_files_read_back() {
    for jwk in [RSA, EC, ED] {
        let key = key(jwk);
        let again = Key::private_from_pem(key.private_pem().unwrap().expose()).unwrap();
        assert_eq!(again.public_jwk().unwrap(), key.public_jwk().unwrap());
        assert!(again.is_private());
        let public = Key::public_from_pem(&key.public_pem().unwrap()).unwrap();
        assert_eq!(public.public_jwk().unwrap(), key.public_jwk().unwrap());
        assert!(!public.is_private());
        assert_eq!(public.private_pem().unwrap_err().code(), ErrorCode::KeyPrivateRequired);
        let from_jwk = Key::from_jwk(&key.public_jwk().unwrap()).unwrap();
        assert_eq!(from_jwk.public_pem().unwrap(), key.public_pem().unwrap());
    }
}

/// The key of RFC 7515 appendix A.3 as `openssl ec` writes it, with and without its public part.
const SEC1: &str = "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49
AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b
focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END EC PRIVATE KEY-----
";
const SEC1_WITHOUT_POINT: &str = "-----BEGIN EC PRIVATE KEY-----
MDECAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49
AwEH
-----END EC PRIVATE KEY-----
";

#[test]
fn what_openssl_writes_is_read() {
    let public = key(EC).public_jwk().unwrap();
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for pem in [SEC1.to_owned(), SEC1.replace('\n', "\r\n"), format!("{parameters}{SEC1}")] {
        assert_eq!(Key::private_from_pem(&pem).unwrap().public_jwk().unwrap(), public);
    }
    match Key::private_from_pem(SEC1_WITHOUT_POINT) {
        Ok(key) => assert_eq!(key.public_jwk().unwrap(), public),
        // ring cannot compute the point.
        Err(error) => assert!(error.code() == ErrorCode::KeyMalformed && !Algorithm::ES512.is_supported()),
    }
    let cut = SEC1.replace("focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n", "");
    assert_eq!(Key::private_from_pem(&cut).unwrap_err().code(), ErrorCode::KeyMalformed);
    let generated = Key::generate(Algorithm::ES384).unwrap();
    assert!(Key::private_from_pem(generated.private_pem().unwrap().expose()).is_ok());
}

#[test]
fn files_of_the_wrong_kind_are_refused() {
    let public = key(EC).public_pem().unwrap();
    let private = key(EC).private_pem().unwrap().expose().to_owned();
    assert_eq!(Key::private_from_pem(&public).unwrap_err().code(), ErrorCode::KeyPrivateRequired);
    assert_eq!(Key::public_from_pem(&private).unwrap_err().code(), ErrorCode::KeyMalformed);
    for pem in [
        String::new(),
        "-----BEGIN PUBLIC KEY-----".into(),
        public.replace("PUBLIC KEY", "CERTIFICATE"),
        public.replace("PUBLIC KEY", "SOMETHING"),
        public.replacen("PUBLIC KEY", "RSA PUBLIC KEY", 1),
        format!("{public}{public}"),
        public.replace("MFkw", "MFkx"),
        "x".repeat(100_000),
    ] {
        assert_eq!(Key::public_from_pem(&pem).unwrap_err().code(), ErrorCode::KeyMalformed, "{pem:.60}");
    }
    let nested: Vec<u8> = (0..4000).flat_map(|_| [0x30, 0x80]).collect();
    assert_eq!(Key::public_from_der(&nested).unwrap_err().code(), ErrorCode::KeyMalformed);
}

#[test]
fn a_jwk_is_bound_to_what_it_says() {
    for (members, code) in [
        (r#""use":"enc""#, ErrorCode::KeyUse),
        (r#""use":"sig","key_ops":["encrypt"]"#, ErrorCode::KeyUse),
        (r#""key_ops":["deriveKey"]"#, ErrorCode::KeyUse),
        (r#""key_ops":[]"#, ErrorCode::KeyUse),
        (r#""key_ops":"verify""#, ErrorCode::KeyMalformed),
        (r#""key_ops":["verify","verify"]"#, ErrorCode::KeyMalformed),
        (r#""use":7"#, ErrorCode::KeyMalformed),
        (r#""alg":"ES384""#, ErrorCode::KeyWrongType),
        (r#""alg":"RS256""#, ErrorCode::KeyWrongType),
        (r#""alg":"HS256""#, ErrorCode::KeyWrongType),
        (r#""alg":"none""#, ErrorCode::ConfigUnsupportedAlgorithm),
        (r#""alg":"ES521""#, ErrorCode::ConfigUnsupportedAlgorithm),
        (r#""alg":null"#, ErrorCode::KeyMalformed),
        (r#""kid":7"#, ErrorCode::KeyMalformed),
        (r#""kty":"EC""#, ErrorCode::KeyMalformed),
    ] {
        assert_eq!(refused(&with(EC, members)), code, "{members}");
    }
    assert_eq!(refused(&with(EC, &format!("\"kid\":\"{}\"", "k".repeat(257)))), ErrorCode::KeyMalformed);
    assert_eq!(
        refused(&with(EC, &format!("\"x5c\":[{}]", ["\"a\""; 11].join(",")))),
        ErrorCode::KeyMalformed
    );
    let verify_only = key(&with(EC, r#""key_ops":["verify"],"use":"sig""#));
    assert_eq!(verify_only.check_sign(Algorithm::ES256).unwrap_err().code(), ErrorCode::KeyUse);
    let sign_only = key(&with(EC, r#""key_ops":["sign"]"#));
    assert_eq!(sign_only.check_verify(Algorithm::ES256).unwrap_err().code(), ErrorCode::KeyUse);
}

#[test]
fn weak_or_inconsistent_keys_are_refused() {
    let other = EC.replace("jpsQnnGQmL-YBIff", "jpsQnnGQmL-YBIfe");
    assert_eq!(refused(&other), ErrorCode::KeyInconsistent);
    assert_eq!(refused(&ED.replace("nWGxne_9", "nWGxne_8")), ErrorCode::KeyInconsistent);
    assert_eq!(refused(&RSA.replace("BwKfV3Ak", "BwKfV3Al")), ErrorCode::KeyInconsistent);
    assert_eq!(refused(&RSA.replace("IYd7DHOh", "IYd7DHOi")), ErrorCode::KeyInconsistent);
    assert_eq!(refused(&RSA.replace(r#""e":"AQAB""#, r#""e":"AQ""#)), ErrorCode::KeyWeak);
    assert_eq!(refused(&RSA.replace(r#""e":"AQAB""#, r#""e":"AQAA""#)), ErrorCode::KeyWeak);
    assert_eq!(refused(&EC.replace("f83OJ3D2", "f83OJ3D3")), ErrorCode::KeyInvalidPoint);
    assert_eq!(refused(&EC.replace("f83OJ3D2xF1B", "f83OJ3D2")), ErrorCode::KeyInvalidPoint);
    assert_eq!(refused(&EC.replace("P-256", "P-384")), ErrorCode::KeyInvalidPoint);
    let other_curve = refused(&EC.replace("P-256", "secp256k1"));
    assert!(matches!(other_curve, ErrorCode::KeyInvalidPoint | ErrorCode::ConfigUnsupportedAlgorithm));
    assert_eq!(refused(&EC.replace("P-256", "P-257")), ErrorCode::KeyWrongType);
    assert_eq!(refused(&ED.replace("Ed25519", "X25519")), ErrorCode::KeyWrongType);
    assert_eq!(refused(&ED.replace("Ed25519", "Ed448")), ErrorCode::ConfigUnsupportedAlgorithm);
    let zero = r#"{"kty":"OKP","crv":"Ed25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
    assert_eq!(refused(zero), ErrorCode::KeyInvalidPoint);
    let short = r#"{"kty":"oct","alg":"HS256","k":"c2hvcnQ"}"#;
    assert_eq!(refused(short), ErrorCode::KeyTooShort);
}

#[test]
fn sets_are_bounded_and_bad_members_skipped() {
    let public = key(EC).public_jwk().unwrap();
    let parse = |members: &str, origin| KeySet::parse(format!("{{\"keys\":[{members}]}}").as_bytes(), origin);
    let code = |members: &str, origin| parse(members, origin).unwrap_err().code();
    let mixed = format!(
        "null,7,\"x\",{{}},{{\"kty\":\"new\"}},{},{public}",
        with(&public, r#""n":1"#).replace("\"x\":\"", "\"x\":\"!")
    );
    assert_eq!(parse(&mixed, Origin::Remote).unwrap().len(), 1);
    assert_eq!(code("null", Origin::Remote), ErrorCode::KeySetNoUsableKey);
    assert_eq!(code("", Origin::Remote), ErrorCode::KeySetNoUsableKey);
    assert_eq!(code(&vec!["null"; 101].join(","), Origin::Remote), ErrorCode::KeySetTooLarge);
    assert_eq!(
        KeySet::parse(&vec![b' '; 600_000], Origin::Remote).unwrap_err().code(),
        ErrorCode::KeySetTooLarge
    );
    for text in ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]", "{\"keys\":[],\"keys\":[]}"] {
        let error = KeySet::parse(text.as_bytes(), Origin::Remote).unwrap_err();
        assert_eq!(error.code(), ErrorCode::KeySetMalformed, "{text}");
    }
    // A published secret or private key is nobody's.
    let oct = r#"{"kty":"oct","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}"#;
    assert_eq!(code(oct, Origin::Remote), ErrorCode::KeySetNoUsableKey);
    assert_eq!(code(EC, Origin::Remote), ErrorCode::KeySetNoUsableKey);
    assert_eq!(parse(oct, Origin::Local).unwrap().len(), 1);
    assert_eq!(code(&format!("{oct},{public}"), Origin::Local), ErrorCode::ConfigAlgorithms);
    let exported = parse(EC, Origin::Local).unwrap().to_json();
    assert!(!exported.contains("\"d\"") && KeySet::parse(exported.as_bytes(), Origin::Remote).is_ok());
}

fn verify(keys: &KeySet, token: &str) -> Option<ErrorCode> {
    let algorithms = Algorithm::ALL.iter().copied().filter(|a| !a.is_symmetric() && a.is_supported());
    let policy = Policy::builder().algorithms(algorithms).any_issuer().any_audience().build().unwrap();
    policy.verify(token, keys, NOW).err().map(|error| error.code())
}

#[test]
fn the_key_id_decides_and_nothing_is_guessed() {
    let sign = |jwk: &str, kid: Option<&str>| {
        Signer::new(
            key(jwk),
            if jwk == EC { Algorithm::ES256 } else { Algorithm::EdDSA },
            kid.map(Into::into),
            None,
        )
        .unwrap()
        .sign("{}", NOW, Some(60))
        .unwrap()
    };
    let set = |members: &[(&str, &str)]| {
        let members: Vec<String> =
            members.iter().map(|(jwk, kid)| with(jwk, &format!("\"kid\":\"{kid}\""))).collect();
        KeySet::parse(format!("{{\"keys\":[{}]}}", members.join(",")).as_bytes(), Origin::Local).unwrap()
    };
    let two = set(&[(EC, "a"), (ED, "b")]);
    assert_eq!(verify(&two, &sign(EC, Some("a"))), None);
    assert_eq!(verify(&two, &sign(EC, Some("b"))), Some(ErrorCode::TokenAlgorithm), "another family's id");
    assert_eq!(verify(&two, &sign(EC, Some("A"))), Some(ErrorCode::TokenKeyNotFound), "another case");
    for kid in ["../a", "a\u{0}", "a' OR '1'='1", "__proto__", " a"] {
        assert_eq!(verify(&two, &sign(EC, Some(kid))), Some(ErrorCode::TokenKeyNotFound), "{kid}");
    }
    assert_eq!(verify(&two, &sign(EC, None)), None, "the only key of its kind");
    assert_eq!(
        verify(&set(&[(EC, "a"), (EC, "a")]), &sign(EC, Some("a"))),
        Some(ErrorCode::TokenKeyAmbiguous)
    );
    assert_eq!(verify(&set(&[(EC, "a"), (ED, "a")]), &sign(EC, Some("a"))), None, "one id, two families");
    assert_eq!(verify(&set(&[(ED, "b")]), &sign(EC, None)), Some(ErrorCode::TokenKeyNotFound));

    let others: Vec<Key> = (0..4).map(|_| Key::generate(Algorithm::ES256).unwrap()).collect();
    let with_others = |count: usize| {
        let mut members: Vec<String> = others[..count].iter().map(|key| key.public_jwk().unwrap()).collect();
        members.push(key(EC).public_jwk().unwrap());
        KeySet::parse(format!("{{\"keys\":[{}]}}", members.join(",")).as_bytes(), Origin::Remote).unwrap()
    };
    assert_eq!(verify(&with_others(3), &sign(EC, None)), None, "four trials");
    assert_eq!(verify(&with_others(4), &sign(EC, None)), Some(ErrorCode::TokenKeyAmbiguous), "not five");
}

#[test]
fn a_chosen_key_without_id_serves_every_id_and_one_with_an_id_only_its_own() {
    let policy = super::lenient().build().unwrap();
    let named = token(r#"{"alg":"HS256","kid":"any"}"#, "{}");
    assert_eq!(outcome(&policy, &named), None);
    let keys = KeySet::single(secret().with_kid("other").unwrap());
    assert_eq!(policy.verify(&named, &keys, NOW).unwrap_err().code(), ErrorCode::TokenKeyNotFound);
}

#[test]
fn a_key_that_cannot_serve_the_policy_is_refused_at_once() {
    let policy =
        |algorithm| Policy::builder().algorithms([algorithm]).any_issuer().any_audience().build().unwrap();
    let code = |algorithm, key: &Key| policy(algorithm).check_key(key).unwrap_err().code();
    assert_eq!(code(Algorithm::HS512, &secret()), ErrorCode::KeyTooShort);
    assert_eq!(code(Algorithm::HS256, &key(RSA)), ErrorCode::KeyWrongType);
    assert_eq!(code(Algorithm::RS256, &secret()), ErrorCode::KeyWrongType);
    assert_eq!(code(Algorithm::ES384, &key(EC)), ErrorCode::KeyWrongType);
    assert!(policy(Algorithm::HS256).check_key(&secret()).is_ok());
    let code = |key: Key, algorithm| Signer::new(key, algorithm, None, None).unwrap_err().code();
    let public = Key::from_jwk(&key(EC).public_jwk().unwrap()).unwrap();
    assert_eq!(code(public, Algorithm::ES256), ErrorCode::KeyPrivateRequired);
    assert_eq!(code(key(EC), Algorithm::RS256), ErrorCode::KeyWrongType);
    assert_eq!(code(secret(), Algorithm::HS384), ErrorCode::KeyTooShort);
    assert_eq!(Key::generate(Algorithm::HS256).unwrap_err().code(), ErrorCode::ConfigUnsupportedAlgorithm);
}

#[test]
fn no_secret_part_is_printed() {
    for jwk in [RSA, EC, ED] {
        let shown = format!("{:?}", KeySet::single(key(jwk).with_kid("shown").unwrap()));
        assert!(shown.contains("shown") && shown.len() < 80, "{shown}");
    }
    assert!(!format!("{:?}", secret()).contains("0123"));
}
