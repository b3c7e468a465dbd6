//! Outside judges of encryption: the JOSE cookbook, what is reproducible byte for byte, and Project Wycheproof.
//!
//! They lie beside the repository. Each outcome that differs from a file's label stands in `tests/vectors/outside.json`
//! with its reason; every other difference fails, and so does an exception that is none any more.

use crate::error::{Error, ErrorCode};
use crate::jose::jwe::{
    ContentEncryption, Decrypted, Decrypter, DecrypterOptions, Encrypter, EncrypterOptions, KeyManagement,
    Placement,
};
use crate::jose::{EncryptionKey, base64url};
use crate::random::Random;
use serde_json::Value;
use std::collections::BTreeSet;

#[path = "../../../tests/judges/mod.rs"]
mod judges;

/// Whether this backend has what the files need; the shared suite holds what the other one says.
fn complete() -> bool {
    KeyManagement::EcdhEs.is_supported()
}

fn exceptions(path: &str) -> BTreeSet<String> {
    let text = include_str!("../../../../tests/vectors/outside.json");
    let file: Value = serde_json::from_str(text).unwrap();
    let found = file.get(path).and_then(Value::as_object);
    found.into_iter().flatten().map(|(id, _)| id.clone()).collect()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} is a text"))
}

fn options() -> DecrypterOptions {
    DecrypterOptions {
        encryptions: Some(ContentEncryption::ALL.to_vec()),
        pbes2_max_iterations: Some(10_000),
        ..DecrypterOptions::default()
    }
}

fn decrypter(key: EncryptionKey) -> Decrypter {
    Decrypter::new(vec![key], options()).unwrap()
}

fn cookbook_key(input: &Value) -> Result<EncryptionKey, Error> {
    let algorithm = text(input, "/alg");
    match input.get("pwd").and_then(Value::as_str) {
        Some(password) => EncryptionKey::from_secret(password.as_bytes(), algorithm),
        None => EncryptionKey::from_jwk(&input["key"].to_string(), Some(algorithm)),
    }
}

/// Every form in which a file has its token, decrypted.
fn outputs(file: &Value, decrypter: &Decrypter) -> Vec<(String, Result<Decrypted, Error>)> {
    let mut found = Vec::new();
    for form in ["compact", "json", "json_flat"] {
        match file.pointer(&format!("/output/{form}")) {
            Some(Value::String(token)) => found.push((form.to_owned(), decrypter.decrypt(token))),
            Some(object) => found.push((form.to_owned(), decrypter.decrypt_json(&object.to_string()))),
            None => {}
        }
    }
    found
}

/// Decrypts all forms of a file; where it is flagged reproducible, makes its token again from what it says was drawn.
fn check(path: &str) {
    let Some(file) = judges::read(path).filter(|_| complete()) else { return };
    let input = &file["input"];
    let key = cookbook_key(input).unwrap();
    let plaintext = text(input, "/plaintext").as_bytes();
    let decrypted = outputs(&file, &decrypter(key.clone()));
    assert!(!decrypted.is_empty(), "{path}");
    for (form, outcome) in decrypted {
        assert_eq!(outcome.unwrap().plaintext(), plaintext, "{path} {form}");
    }
    if file["reproducible"] == true {
        reproduce(path, &file, key, plaintext);
    }
}

fn reproduce(path: &str, file: &Value, key: EncryptionKey, plaintext: &[u8]) {
    let draws = ["/generated/cek", "/encrypting_key/salt", "/encrypting_key/iv", "/generated/iv"];
    let drawn = draws.iter().filter_map(|pointer| file.pointer(pointer).and_then(Value::as_str));
    let drawn: Vec<u8> = drawn.flat_map(|value| base64url::decode(value).unwrap()).collect();
    let iterations = file.pointer("/encrypting_key/iteration_count").and_then(Value::as_u64);
    let options = EncrypterOptions {
        pbes2_iterations: iterations.map(|count| u32::try_from(count).unwrap()),
        random: Random::scripted(&drawn),
        ..EncrypterOptions::default()
    };
    let encryption = text(file, "/input/enc").parse().unwrap();
    let encrypter = Encrypter::new(vec![key], encryption, options.clone()).unwrap();
    let content_type = file.pointer("/encrypting_content/protected/cty").and_then(Value::as_str);
    if let Some(compact) = file.pointer("/output/compact").and_then(Value::as_str) {
        assert_eq!(encrypter.encrypt(plaintext, content_type).unwrap(), compact, "{path}");
    }
    let placement = match (
        file.pointer("/encrypting_content/protected"),
        file.pointer("/encrypting_content/unprotected"),
    ) {
        (_, None) => Placement::Protected,
        (Some(_), Some(_)) => Placement::EncryptionProtected,
        (None, Some(_)) => Placement::Unprotected,
    };
    let aad = file.pointer("/input/aad").and_then(Value::as_str).map(str::as_bytes);
    let random = Random::scripted(&drawn);
    let encrypter =
        Encrypter::new(encrypter_keys(file), encryption, EncrypterOptions { random, ..options }).unwrap();
    let made = encrypter.encrypt_json_placed(plaintext, content_type, aad, placement).unwrap();
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(made, file["output"]["json_flat"], "{path}");
}

fn encrypter_keys(file: &Value) -> Vec<EncryptionKey> {
    vec![cookbook_key(&file["input"]).unwrap()]
}

#[test]
fn cookbook_rsa_oaep_with_gcm() {
    check("cookbook/jwe/5_2.key_encryption_using_rsa-oaep_with_aes-gcm.json");
}

#[test]
fn cookbook_pbes2() {
    check("cookbook/jwe/5_3.key_wrap_using_pbes2-aes-keywrap_with-aes-cbc-hmac-sha2.json");
}

#[test]
fn cookbook_ecdh_es_with_key_wrap() {
    check("cookbook/jwe/5_4.key_agreement_with_key_wrapping_using_ecdh-es_and_aes-keywrap_with_aes-gcm.json");
}

#[test]
fn cookbook_ecdh_es_direct() {
    check("cookbook/jwe/5_5.key_agreement_using_ecdh-es_with_aes-cbc-hmac-sha2.json");
}

#[test]
fn cookbook_direct_encryption() {
    check("cookbook/jwe/5_6.direct_encryption_using_aes-gcm.json");
}

#[test]
fn cookbook_gcm_key_wrap() {
    check("cookbook/jwe/5_7.key_wrap_using_aes-gcm_keywrap_with_aes-cbc-hmac-sha2.json");
}

#[test]
fn cookbook_aes_key_wrap() {
    check("cookbook/jwe/5_8.key_wrap_using_aes-keywrap_with_aes-gcm.json");
}

#[test]
fn cookbook_additional_authenticated_data() {
    check("cookbook/jwe/5_10.including_additional_authentication_data.json");
}

#[test]
fn cookbook_specific_header_fields() {
    check("cookbook/jwe/5_11.protecting_specific_header_fields.json");
}

#[test]
fn cookbook_content_only() {
    check("cookbook/jwe/5_12.protecting_content_only.json");
}

#[test]
fn cookbook_x25519() {
    check("cookbook/curve25519/ecdh-es.json");
}

#[test]
fn cookbook_rsa1_5_is_refused() {
    let path = "cookbook/jwe/5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2.json";
    let Some(file) = judges::read(path).filter(|_| complete()) else { return };
    assert_eq!(exceptions(path), ["compact", "json", "json_flat"].map(str::to_owned).into());
    let error = cookbook_key(&file["input"]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ConfigUnsupportedAlgorithm);
    let key = EncryptionKey::from_jwk(&file["input"]["key"].to_string(), Some("RSA-OAEP")).unwrap();
    for (form, outcome) in outputs(&file, &decrypter(key)) {
        assert_eq!(outcome.unwrap_err().code(), ErrorCode::TokenAlgorithm, "{form}");
    }
}

#[test]
fn cookbook_compression_is_refused() {
    let path = "cookbook/jwe/5_9.compressed_content.json";
    let Some(file) = judges::read(path).filter(|_| complete()) else { return };
    assert_eq!(exceptions(path), ["compact", "json", "json_flat"].map(str::to_owned).into());
    for (form, outcome) in outputs(&file, &decrypter(cookbook_key(&file["input"]).unwrap())) {
        assert_eq!(outcome.unwrap_err().code(), ErrorCode::TokenHeader, "{form}");
    }
}

#[test]
fn cookbook_several_recipients() {
    let path = "cookbook/jwe/5_13.encrypting_to_multiple_recipients.json";
    let Some(file) = judges::read(path).filter(|_| complete()) else { return };
    // The first recipient's algorithm is RSA1_5; the other two read the token, each alone.
    for index in [1, 2] {
        let algorithm = text(&file, &format!("/input/alg/{index}"));
        let jwk = file["input"]["key"][index].to_string();
        let key = EncryptionKey::from_jwk(&jwk, Some(algorithm)).unwrap();
        let decrypted = decrypter(key).decrypt_json(&file["output"]["json"].to_string()).unwrap();
        assert_eq!(decrypted.plaintext(), text(&file, "/input/plaintext").as_bytes());
        assert!(decrypted.unprotected_json.unwrap().contains("text/plain"));
    }
}

#[test]
fn cookbook_nested_token_decrypts_to_the_signed_one() {
    let path = "cookbook/6.nesting_signatures_and_encryption.json";
    let Some(file) = judges::read(path).filter(|_| complete()) else { return };
    let decrypter = decrypter(cookbook_key(&file["encrypt"]["input"]).unwrap());
    let outcomes = outputs(&file["encrypt"], &decrypter);
    assert_eq!(outcomes.len(), 3);
    for (_, outcome) in outcomes {
        let decrypted = outcome.unwrap();
        assert_eq!(decrypted.plaintext(), text(&file, "/sign/output/compact").as_bytes());
        assert_eq!(decrypted.header_str("cty").unwrap(), "JWT");
    }
}

/// Runs the encrypted part of a Wycheproof file; returns how many outcomes there were.
fn wycheproof(path: &str) -> Option<usize> {
    let file = judges::read(path).filter(|_| complete())?;
    let (mut total, mut different) = (0, BTreeSet::new());
    for group in file["testGroups"].as_array().unwrap() {
        let key = EncryptionKey::from_jwk(&group["private"].to_string(), None);
        for test in group["tests"].as_array().unwrap() {
            let Some(token) = test.get("jwe") else { continue };
            // Some tokens are in the JSON serialization: handed over as its text.
            let token = token.as_str().map_or_else(|| token.to_string(), Into::into);
            total += 1;
            let outcome = key.clone().and_then(|key| decrypter(key).decrypt(&token));
            let right =
                |decrypted: &Decrypted| test.get("pt").is_none_or(|pt| *pt == *hex(decrypted.plaintext()));
            let fits = match &outcome {
                Ok(decrypted) => test["result"] == "valid" && right(decrypted),
                Err(_) => test["result"] == "invalid",
            };
            if !fits {
                different.insert(test["tcId"].to_string());
            }
            assert!(outcome.is_err() || test["result"] == "valid", "accepted {}", test["tcId"]);
        }
    }
    assert_eq!(different, exceptions(path), "{path}");
    Some(total)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn wycheproof_encryption_ends_as_documented() {
    let Some(total) = wycheproof("wycheproof/json_web_encryption_test.json") else { return };
    assert_eq!(total, 139);
}

#[test]
fn wycheproof_encrypted_part_of_the_mixed_file_ends_as_documented() {
    let Some(total) = wycheproof("wycheproof/json_web_crypto_test.json") else { return };
    assert_eq!(total, 34);
}

#[test]
fn wycheproof_x25519_ends_as_labelled() {
    let path = "wycheproof/x25519_jwk_test.json";
    let Some(file) = judges::read(path).filter(|_| complete()) else { return };
    let (mut agreed, mut refused) = (0, 0);
    for test in file["testGroups"].as_array().unwrap().iter().flat_map(|g| g["tests"].as_array().unwrap()) {
        let key = |name: &str| EncryptionKey::from_jwk(&test[name].to_string(), Some("ECDH-ES"));
        let id = &test["tcId"];
        let private = key("private").unwrap_or_else(|error| panic!("{id} {error:?}"));
        let zero = test["flags"].as_array().unwrap().iter().any(|flag| flag == "ZeroSharedSecret");
        let secret = key("public").ok().and_then(|public| {
            private.agreement_private().unwrap().agree(public.agreement_public().unwrap().1)
        });
        match secret {
            Some(secret) => {
                assert!(!zero && test["result"] != "invalid", "accepted {id}");
                assert_eq!(hex(secret.expose()), text(test, "/shared"), "{id}");
                agreed += 1;
            }
            // Points of small order may be refused; here they always are.
            None => {
                assert!(zero || test["result"] == "invalid", "refused {id}");
                refused += 1;
            }
        }
    }
    assert_eq!((agreed, refused), (487, 44));
}

#[test]
fn x448_is_refused_by_name() {
    let path = "wycheproof/x448_jwk_test.json";
    let Some(file) = judges::read(path) else { return };
    assert_eq!(exceptions(path), ["*".to_owned()].into());
    for test in file["testGroups"].as_array().unwrap().iter().flat_map(|g| g["tests"].as_array().unwrap()) {
        let outcome = EncryptionKey::from_jwk(&test["private"].to_string(), Some("ECDH-ES"));
        let expected =
            if complete() { ErrorCode::KeyWrongType } else { ErrorCode::ConfigUnsupportedAlgorithm };
        assert_eq!(outcome.unwrap_err().code(), expected, "{}", test["tcId"]);
    }
}
