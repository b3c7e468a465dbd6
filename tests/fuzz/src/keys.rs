//! Keys from outside: whatever is accepted goes out and in again as the same key, and is never an HMAC secret.

use crate::fixed::check_error;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ferroauth::ErrorCode;
use ferroauth::jose::{Key, KeySet, Origin};
use serde_json::Value;

const LABELS: [&str; 7] = [
    "PUBLIC KEY",
    "RSA PUBLIC KEY",
    "CERTIFICATE",
    "PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
];

/// A first byte of 0 to 6 puts armour of that label around the others; any other leaves the text as it is.
pub fn pem(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let text = match LABELS.get(usize::from(*choice)) {
        Some(label) => armoured(label, rest),
        None => match std::str::from_utf8(data) {
            Ok(text) => text.to_owned(),
            Err(_) => return,
        },
    };
    let (public, private) = (Key::public_from_pem(&text), Key::private_from_pem(&text));
    assert!(public.is_err() || private.is_err(), "a key file holds one kind of key");
    for read in [public, private] {
        imported(read, text.as_bytes());
    }
}

fn armoured(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// DER as it stands.
pub fn der(data: &[u8]) {
    let (public, private) = (Key::public_from_der(data), Key::private_from_der(data));
    assert!(public.is_err() || private.is_err(), "a key file holds one kind of key");
    for read in [public, private] {
        imported(read, data);
    }
}

/// One JWK.
pub fn jwk(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let read = Key::from_jwk(text);
    if let Ok(key) = &read {
        let object: Value = serde_json::from_str(text).expect("a JWK is JSON");
        assert_eq!(key.kid(), object.get("kid").and_then(Value::as_str));
        assert_eq!(key.is_symmetric(), object["kty"] == "oct");
        // RFC 9964 calls the private part of its keys another name.
        let secret = if object["kty"] == "AKP" { "priv" } else { "d" };
        assert!(key.is_symmetric() || key.is_private() == object.get(secret).is_some());
    }
    imported(read, data);
}

/// A JWK set, as one's own and as a provider's.
pub fn jwk_set(data: &[u8]) {
    for origin in [Origin::Local, Origin::Remote] {
        let set = match KeySet::parse(data, origin) {
            Ok(set) => set,
            Err(error) => {
                check_error(&error);
                continue;
            }
        };
        assert!((1..=100).contains(&set.len()));
        let symmetric = set.keys().iter().filter(|key| key.is_symmetric()).count();
        assert!(symmetric == 0 || symmetric == set.len(), "secrets and public keys are never mixed");
        if origin == Origin::Remote {
            assert_eq!(symmetric, 0);
            assert!(set.keys().iter().all(|key| !key.is_private()));
        }
        if symmetric == 0 {
            let again =
                KeySet::parse(set.to_json().as_bytes(), Origin::Remote).expect("it wrote this itself");
            assert_eq!(prints(&set), prints(&again));
        }
    }
}

fn prints(set: &KeySet) -> Vec<(Option<String>, String)> {
    let print = |key: &Key| (key.kid().map(Into::into), key.thumbprint().expect("asymmetric"));
    set.keys().iter().map(print).collect()
}

fn imported(read: ferroauth::Result<Key>, source: &[u8]) {
    let key = match read {
        Ok(key) => key,
        Err(error) => return check_error(&error),
    };
    if key.is_symmetric() {
        let jwk = key.private_jwk().expect("a secret goes out");
        let again = Key::hmac_from_jwk(jwk.expose()).expect("and in");
        assert_eq!(again.private_jwk().expect("a secret").expose(), jwk.expose());
        return;
    }
    let as_secret = Key::hmac(source).map(|_| ()).expect_err("an asymmetric key is no secret");
    assert!(matches!(as_secret.code(), ErrorCode::KeyAsymmetricAsSecret | ErrorCode::KeyMalformed));
    let print = key.thumbprint().expect("asymmetric");
    let mut again = vec![
        Key::public_from_jwk(&key.public_jwk().expect("public")).expect("its own JWK"),
        Key::public_from_pem(&key.public_pem().expect("public")).expect("its own PEM"),
    ];
    if key.is_private() {
        again.push(Key::private_from_pem(key.private_pem().expect("private").expose()).expect("its own PEM"));
        again.push(Key::private_from_jwk(key.private_jwk().expect("private").expose()).expect("its own JWK"));
    }
    for key in again {
        assert_eq!(key.thumbprint().expect("asymmetric"), print);
    }
}
