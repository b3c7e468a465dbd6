//! The JOSE cookbook (RFC 7520, RFC 8037, RFC 7797): signatures and keys.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod judges;

use ferroauth::error::ErrorCode;
use ferroauth::jose::{
    Algorithm, Compact, JsonForm, JwsVerifier, Key, KeySet, Signer, TokenLimits, sign_general_json,
};
use serde_json::Value;

const FORMS: [&str; 3] = ["compact", "json", "json_flat"];

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} is a text"))
}

/// The key of a file, without the key id where the protected header has none.
fn key(file: &Value) -> Key {
    let mut jwk = file["input"]["key"].clone();
    if file.pointer("/signing/protected/kid").is_none() {
        jwk.as_object_mut().unwrap().remove("kid");
    }
    Key::from_jwk(&jwk.to_string()).unwrap()
}

fn supported(name: &str) -> Option<Algorithm> {
    let algorithm = name.parse().ok();
    assert!(algorithm.is_some() || name == "ES512", "{name}");
    algorithm
}

/// Verifies one form of a file's output; the payload if it is right.
fn verify(verifier: &JwsVerifier, file: &Value, form: &str) -> ferroauth::Result<Vec<u8>> {
    let output = &file["output"][form];
    let payload = text(file, "/input/payload").as_bytes();
    let verified = match output.as_str() {
        Some(compact) => verifier.verify(compact, compact.contains("..").then_some(payload)),
        None => verifier.verify_json(&output.to_string(), output.get("payload").is_none().then_some(payload)),
    };
    verified.map(|verified| {
        assert_eq!(verified.signatures().len(), 1);
        verified.into_payload()
    })
}

/// Makes one form of a file's output.
fn make(signer: &Signer, file: &Value, form: &str) -> Value {
    let output = &file["output"][form];
    let payload = text(file, "/input/payload").as_bytes();
    let unprotected = file.pointer("/signing/unprotected").map(Value::to_string);
    let encode_payload = file.pointer("/signing/protected/b64").is_none();
    let options = JsonForm { detached: output.get("payload").is_none(), encode_payload };
    let header = unprotected.as_deref();
    let json = match form {
        "compact" if output.as_str().unwrap().contains("..") => {
            return signer.sign_detached(payload, encode_payload).unwrap().into();
        }
        "compact" => return signer.sign_bytes(payload).unwrap().into(),
        "json" => sign_general_json(&[(signer, header)], payload, options),
        _ => signer.sign_json(payload, header, options),
    };
    serde_json::from_str(&json.unwrap()).unwrap()
}

/// Verifies every form of a file's output, and makes those again that can be; what `outside.json` documents is refused.
fn check(path: &str) {
    let Some(file) = judges::read(path) else { return };
    let Some(algorithm) = supported(text(&file, "/input/alg")) else { return };
    let exceptions = judges::exceptions(path);
    let (key, mut forms) = (key(&file), 0);
    let verifier = JwsVerifier::new(KeySet::single(key.clone()), &[algorithm]).unwrap();
    let signer = Signer::new(key, algorithm, None, None).unwrap();
    for form in FORMS.into_iter().filter(|form| file["output"].get(form).is_some()) {
        forms += 1;
        let found = verify(&verifier, &file, form);
        if exceptions.contains_key(form) {
            assert!(found.is_err(), "{path} {form}");
            continue;
        }
        assert_eq!(found.unwrap(), text(&file, "/input/payload").as_bytes(), "{path} {form}");
        if file.get("reproducible").is_some() {
            assert_eq!(make(&signer, &file, form), file["output"][form], "{path} {form}");
        }
    }
    assert!(forms >= 2, "{path} has {forms} forms");
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
    check("cookbook/jws/4_6.protecting_specific_header_fields.json");
}

#[test]
fn what_protects_nothing_but_the_content_is_refused() {
    check("cookbook/jws/4_7.protecting_content_only.json");
}

#[test]
fn ed25519_signature() {
    check("cookbook/curve25519/jws.json");
}

#[test]
fn unencoded_payloads() {
    check("cookbook/rfc7797/4.2.hmac-sha2_b64_false.json");
    check("cookbook/rfc7797/hmac-sha2_b64_false.json");
}

#[test]
fn an_unencoded_payload_of_a_compact_jws_is_taken_when_it_is_detached() {
    let Some(file) = judges::read("cookbook/rfc7797/hmac-sha2_b64_false.json") else { return };
    let payload = text(&file, "/input/payload").as_bytes();
    let detached = text(&file, "/output/compact").replace(text(&file, "/input/payload"), "");
    let verifier = JwsVerifier::new(KeySet::single(key(&file)), &[Algorithm::HS256]).unwrap();
    assert_eq!(verifier.verify(&detached, Some(payload)).unwrap().payload(), payload);
    let signer = Signer::new(key(&file), Algorithm::HS256, None, None).unwrap();
    assert_eq!(signer.sign_detached(payload, false).unwrap(), detached);
}

#[test]
fn several_signatures() {
    let path = "cookbook/jws/4_8.multiple_signatures.json";
    let Some(file) = judges::read(path) else { return };
    let payload = text(&file, "/input/payload").as_bytes();
    let mut output = file["output"]["json"].clone();
    assert!(judges::exceptions(path).contains_key("json"));
    for index in [0, 2] {
        let algorithm = text(&file, &format!("/input/alg/{index}")).parse().unwrap();
        let key = Key::from_jwk(&file["input"]["key"][index].to_string()).unwrap();
        let verifier = JwsVerifier::new(KeySet::single(key), &[algorithm]).unwrap();
        // The second signature protects nothing, so that the whole is refused; without it, each of the others is found.
        let error = verifier.verify_json(&file["output"]["json"].to_string(), None).unwrap_err();
        assert_eq!(error.code(), ErrorCode::TokenHeader);
        let signatures = output["signatures"].as_array_mut().unwrap();
        if signatures.len() == 3 {
            signatures.remove(1);
        }
        let verified = verifier.verify_json(&output.to_string(), None).unwrap();
        assert_eq!(verified.payload(), payload);
        assert_eq!(verified.signatures()[0].index, index / 2);
    }
}

#[test]
fn no_other_form_is_a_token() {
    for name in ["4_1.rsa_v15_signature", "4_8.multiple_signatures"] {
        let Some(file) = judges::read(&format!("cookbook/jws/{name}.json")) else { return };
        let json = file["output"]["json"].to_string();
        let error = Compact::parse(&json, TokenLimits::default()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::TokenMalformed);
    }
    let Some(file) = judges::read("cookbook/rfc7797/hmac-sha2_b64_false.json") else { return };
    let [protected, signature] =
        ["protected", "signature"].map(|name| text(&file["output"]["json_flat"], &format!("/{name}")));
    for payload in ["", "JC4wMg"] {
        let token = format!("{protected}.{payload}.{signature}");
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
