//! Project Wycheproof's JOSE files: signatures, keys, and the signature part of the mixed file.
//!
//! Their files contain errors, so eight outcomes differ and are documented in `tests/vectors/outside.json`; every other
//! difference fails, and so does an exception that is none any more. `make vectors` asks the same of every host.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod judges;

use ferroauth::jose::{Algorithm, Compact, Key, KeySet, Origin, TokenLimits};
use serde_json::Value;
use std::collections::BTreeSet;

/// The key set of a group: a JWK or a JWK set, its public form where the file has one.
fn keys(group: &Value) -> Option<KeySet> {
    let keys = group.get("public").or_else(|| group.get("private"))?;
    if keys.get("keys").is_some() {
        KeySet::parse(keys.to_string().as_bytes(), Origin::Local).ok()
    } else {
        Key::from_jwk(&keys.to_string()).ok().map(KeySet::single)
    }
}

/// What a careful host allows for these keys: the algorithms they are bound to, or their family.
fn algorithms(keys: &KeySet) -> Vec<Algorithm> {
    let bound: Vec<Algorithm> = keys.keys().iter().filter_map(Key::algorithm).collect();
    if bound.len() == keys.len() {
        return bound;
    }
    let symmetric = keys.keys().iter().all(Key::is_symmetric);
    Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_symmetric() == symmetric).collect()
}

fn accepted(keys: Option<&KeySet>, token: &str) -> bool {
    let Some(keys) = keys else { return false };
    Compact::parse(token, TokenLimits::default())
        .and_then(|compact| compact.verify(&algorithms(keys), keys))
        .is_ok()
}

/// Runs a file; returns how many outcomes there were. Those that differ are those documented.
fn run(path: &str) -> Option<usize> {
    let file = judges::read(path)?;
    let (mut total, mut different) = (0, BTreeSet::new());
    for group in file["testGroups"].as_array().unwrap() {
        let keys = keys(group);
        for test in group["tests"].as_array().unwrap() {
            let Some(token) = test.get("jws") else { continue };
            // Some tokens are in the JSON serialization: handed over as its text.
            let token = token.as_str().map_or_else(|| token.to_string(), Into::into);
            total += 1;
            if accepted(keys.as_ref(), &token) != (test["result"] == "valid") {
                different.insert(test["tcId"].to_string());
            }
        }
    }
    let documented: BTreeSet<String> = judges::exceptions(path).into_iter().map(|(id, _)| id).collect();
    assert_eq!(different, documented, "{path}");
    Some(total)
}

#[test]
fn signatures_end_as_documented() {
    let Some(total) = run("wycheproof/json_web_signature_test.json") else { return };
    assert_eq!(total, 401);
}

#[test]
fn keys_end_as_documented() {
    let Some(total) = run("wycheproof/json_web_key_test.json") else { return };
    assert_eq!(total, 26);
}

#[test]
fn the_signature_part_of_the_mixed_file_ends_as_documented() {
    let Some(total) = run("wycheproof/json_web_crypto_test.json") else { return };
    assert_eq!(total, 49);
}

#[test]
fn encrypted_tokens_are_the_wrong_kind() {
    let Some(file) = judges::read("wycheproof/json_web_encryption_test.json") else { return };
    let key = KeySet::single(Key::hmac(&[7; 32]).unwrap());
    let mut refused = 0;
    for group in file["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            let Some(token) = test.get("jwe").and_then(Value::as_str) else { continue };
            assert!(!accepted(Some(&key), token), "{}", test["tcId"]);
            refused += 1;
        }
    }
    assert!(refused > 50);
}
