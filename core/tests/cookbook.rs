//! The JOSE cookbook (RFC 7520, RFC 8037, RFC 7797): signatures and keys.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod judges;

use ferroauth::error::ErrorCode;
use ferroauth::jose::{Algorithm, Compact, Key, KeySet, Signer, TokenLimits, base64url};
use serde_json::Value;

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} is a text"))
}

fn verify(token: &str, algorithm: Algorithm, key: &Key) -> ferroauth::Result<Vec<u8>> {
    Compact::parse(token, TokenLimits::default())?.verify(&[algorithm], &KeySet::single(key.clone()))
}

/// Verifies a file's signature; where it says that the outcome is reproducible, makes it again as well.
fn check(path: &str) {
    let Some(file) = judges::read(path) else { return };
    let Some(algorithm) = supported(text(&file, "/input/alg")) else { return };
    let key = Key::from_jwk(&file["input"]["key"].to_string()).unwrap();
    let payload = text(&file, "/input/payload");
    // Detached content is put back in its place.
    let token = format!("{}.{}", text(&file, "/signing/sig-input"), text(&file, "/signing/sig"));
    assert_eq!(verify(&token, algorithm, &key).unwrap(), payload.as_bytes(), "{path}");
    if let Some(compact) = file.pointer("/output/compact").and_then(Value::as_str) {
        let attached = compact.replace("..", &format!(".{}.", base64url::encode(payload.as_bytes())));
        assert_eq!(token, attached, "{path}");
    }
    if file.get("reproducible").is_some() && file.pointer("/signing/unprotected").is_none() {
        let signer = Signer::new(key, algorithm, None, None).unwrap();
        assert_eq!(signer.sign_bytes(payload.as_bytes()).unwrap(), token, "{path}");
    }
}

fn supported(name: &str) -> Option<Algorithm> {
    let algorithm = name.parse().ok();
    assert!(algorithm.is_some() || name == "ES512", "{name}");
    algorithm
}

#[test]
fn rsa_v15_signature() {
    check("cookbook/jws/4_1.rsa_v15_signature.json");
}

#[test]
fn rsa_pss_signature() {
    check("cookbook/jws/4_2.rsa-pss_signature.json");
}

#[test]
fn ecdsa_signature() {
    check("cookbook/jws/4_3.ecdsa_signature.json");
}

#[test]
fn hmac_integrity_protection() {
    check("cookbook/jws/4_4.hmac-sha2_integrity_protection.json");
}

#[test]
fn signature_with_detached_content() {
    check("cookbook/jws/4_5.signature_with_detached_content.json");
}

#[test]
fn protecting_specific_header_fields() {
    // The key id is unprotected, so the compact form does not have it.
    check("cookbook/jws/4_6.protecting_specific_header_fields.json");
}

#[test]
fn ed25519_signature() {
    check("cookbook/curve25519/jws.json");
}

#[test]
fn without_a_protected_header_there_is_no_compact_form() {
    let Some(file) = judges::read("cookbook/jws/4_7.protecting_content_only.json") else { return };
    let token = format!("{}.{}", text(&file, "/signing/sig-input"), text(&file, "/signing/sig"));
    let error = Compact::parse(&token, TokenLimits::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::TokenMalformed);
}

#[test]
fn each_protected_signature_of_several_verifies_by_itself() {
    let Some(file) = judges::read("cookbook/jws/4_8.multiple_signatures.json") else { return };
    let payload = text(&file, "/input/payload");
    for index in [0, 2] {
        let algorithm = text(&file, &format!("/input/alg/{index}")).parse().unwrap();
        let key = Key::from_jwk(&file["input"]["key"][index].to_string()).unwrap();
        let signing = &file["signing"][index];
        let token = format!("{}.{}", text(signing, "/sig-input"), text(signing, "/sig"));
        assert_eq!(verify(&token, algorithm, &key).unwrap(), payload.as_bytes());
    }
}

#[test]
fn the_json_serialization_is_not_a_compact_token() {
    for name in ["4_1.rsa_v15_signature", "4_8.multiple_signatures"] {
        let Some(file) = judges::read(&format!("cookbook/jws/{name}.json")) else { return };
        let json = file["output"]["json"].to_string();
        let error = Compact::parse(&json, TokenLimits::default()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::TokenMalformed);
    }
}

#[test]
fn unencoded_payloads_are_refused() {
    for name in ["4.2.hmac-sha2_b64_false", "hmac-sha2_b64_false"] {
        let Some(file) = judges::read(&format!("cookbook/rfc7797/{name}.json")) else { return };
        let signing_input = text(&file, "/signing/sig-input");
        let header = signing_input.split('.').next().unwrap();
        for payload in [text(&file, "/input/payload"), &base64url::encode(b"$.02")] {
            let token = format!("{header}.{payload}.{}", text(&file, "/signing/sig"));
            assert!(Compact::parse(&token, TokenLimits::default()).is_err());
        }
        let token = format!("{header}.{}.{}", base64url::encode(b"$.02"), text(&file, "/signing/sig"));
        let error = Compact::parse(&token, TokenLimits::default()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::TokenUnencodedPayload);
    }
}

#[test]
fn keys_are_read_for_what_they_are() {
    let read = |name: &str| judges::read(&format!("cookbook/jwk/{name}.json"));
    for name in ["3_1.ec_public_key", "3_2.ec_private_key", "3_3.rsa_public_key", "3_4.rsa_private_key"] {
        let Some(jwk) = read(name) else { return };
        if jwk["crv"] == "P-521" && !Algorithm::ES512.is_supported() {
            assert_eq!(
                Key::from_jwk(&jwk.to_string()).unwrap_err().code(),
                ErrorCode::ConfigUnsupportedAlgorithm
            );
            continue;
        }
        let key = Key::from_jwk(&jwk.to_string()).unwrap();
        assert_eq!(key.is_private(), name.contains("private"), "{name}");
        assert_eq!(key.kid(), Some("bilbo.baggins@hobbiton.example"));
        let public: Value = serde_json::from_str(&key.public_jwk().unwrap()).unwrap();
        for member in ["kty", "kid", "use", "crv", "x", "y", "n", "e"] {
            assert_eq!(public.get(member), jwk.get(member), "{name} {member}");
        }
        assert!(public.get("d").is_none());
    }
    let Some(mac) = read("3_5.symmetric_key_mac_computation") else { return };
    assert!(Key::from_jwk(&mac.to_string()).unwrap().is_symmetric());
    let Some(encryption) = read("3_6.symmetric_key_encryption") else { return };
    assert_eq!(Key::from_jwk(&encryption.to_string()).unwrap_err().code(), ErrorCode::KeyUse);
}
