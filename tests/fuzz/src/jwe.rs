//! Encrypted tokens and the keys for them: nothing decrypts that was not made for these keys.

use crate::fixed::{b64, check_error, test_jwk};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ferroauth::jose::{
    ContentEncryption, Decrypter, DecrypterOptions, Encrypter, EncrypterOptions, EncryptionKey,
};
use serde_json::{Map, Value};
use std::sync::LazyLock;

const PLAINTEXT: &[u8] = b"In the end it's not the years in your life that count";
const SECRET: [u8; 32] = [0x2a; 32];
struct Lock {
    decrypter: Decrypter,
    /// In the compact and the general serialization.
    compact: String,
    json: String,
}

static LOCKS: LazyLock<Vec<Lock>> = LazyLock::new(|| {
    let secret =
        |algorithm: &str, length: usize| EncryptionKey::from_secret(&SECRET[..length], algorithm).unwrap();
    let x25519 = |algorithm: &str| EncryptionKey::from_jwk(&test_jwk("x25519"), Some(algorithm)).unwrap();
    [
        (secret("dir", 32), ContentEncryption::A256GCM),
        (secret("A128KW", 16), ContentEncryption::A128CbcHs256),
        (secret("A256GCMKW", 32), ContentEncryption::A256GCM),
        (x25519("ECDH-ES"), ContentEncryption::A128GCM),
        (x25519("ECDH-ES+A256KW"), ContentEncryption::A256CbcHs512),
    ]
    .into_iter()
    .map(|(key, encryption)| {
        let options = DecrypterOptions {
            encryptions: Some(ContentEncryption::ALL.to_vec()),
            ..DecrypterOptions::default()
        };
        let encrypter = Encrypter::new(vec![key.clone()], encryption, EncrypterOptions::default()).unwrap();
        Lock {
            decrypter: Decrypter::new(vec![key], options).unwrap(),
            compact: encrypter.encrypt(PLAINTEXT, None).unwrap(),
            json: encrypter.encrypt_json(PLAINTEXT, None, None).unwrap(),
        }
    })
    .collect()
});

/// The first byte chooses key and way; the rest is a whole token, or changes to a good one, or header, 0 and plaintext,
/// which are then encrypted with the key.
pub fn jwe(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let (choice, way) = (usize::from(*choice) % 64, *choice / 64);
    let lock = &LOCKS[choice % LOCKS.len()];
    match way {
        0 => {
            let Ok(text) = std::str::from_utf8(rest) else { return };
            verdict(lock, text);
        }
        1 => altered(lock, &lock.compact, rest),
        2 => altered(lock, &lock.json, rest),
        _ => encrypted(rest),
    }
}

/// Whether a token decrypts, in either form; nobody but us has encrypted for these keys.
fn verdict(lock: &Lock, text: &str) -> bool {
    let mut opened = false;
    for outcome in [lock.decrypter.decrypt(text), lock.decrypter.decrypt_json(text)] {
        match outcome {
            Ok(decrypted) => {
                assert_eq!(decrypted.plaintext(), PLAINTEXT);
                opened = true;
            }
            Err(error) => check_error(&error),
        }
    }
    opened
}

/// Changes as in the target `verify`. A changed compact token never decrypts; of one in JSON only what says nothing can change:
/// white space, and members that are not looked at.
fn altered(lock: &Lock, good: &str, changes: &[u8]) {
    let mut token = good.as_bytes().to_vec();
    let (changes, _) = changes.as_chunks::<3>();
    for [high, low, what] in changes.iter().take(8) {
        let place = usize::from(u16::from_be_bytes([*high, *low])) % token.len().max(1);
        match what {
            0 if !token.is_empty() => drop(token.remove(place)),
            0 => {}
            0x80.. => token.insert(place, what & 0x7f),
            _ if token.is_empty() => token.push(*what),
            _ => token[place] = *what,
        }
    }
    let token = String::from_utf8(token).expect("ASCII");
    let opened = verdict(lock, &token);
    assert!(opened || token != good);
    assert!(!opened || token == good || good.starts_with('{'), "{token}");
}

/// `dir` with A256GCM over any header: what decrypts names just these two, and nothing critical or compressed.
fn encrypted(parts: &[u8]) {
    let Some(split) = parts.iter().position(|byte| *byte == 0) else { return };
    let (header, plaintext) = (&parts[..split], &parts[split + 1..]);
    let protected = b64(header);
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &SECRET).expect("32 bytes"));
    let mut sealed = plaintext.to_vec();
    let tag = key
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key([7; 12]),
            Aad::from(protected.as_bytes()),
            &mut sealed,
        )
        .expect("sealed");
    let token = format!("{protected}..{}.{}.{}", b64([7; 12]), b64(&sealed), b64(tag));
    match LOCKS[0].decrypter.decrypt(&token) {
        Ok(decrypted) => {
            assert_eq!(decrypted.plaintext(), plaintext);
            let header: Map<String, Value> = serde_json::from_slice(header).expect("an object");
            assert_eq!((&header["alg"], &header["enc"]), (&Value::from("dir"), &Value::from("A256GCM")));
            assert!(!header.contains_key("zip") && !header.contains_key("crit"));
        }
        Err(error) => check_error(&error),
    }
}

/// A JWK for encryption, with its own algorithm or one that is named: what is accepted goes out and in again.
pub fn encryption_key(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let named = [
        None,
        Some("dir"),
        Some("A128KW"),
        Some("A256GCMKW"),
        Some("RSA-OAEP-256"),
        Some("ECDH-ES"),
        Some("A256GCM"),
    ];
    let algorithm = named[usize::from(*choice) % named.len()];
    let key = match EncryptionKey::from_jwk(text, algorithm) {
        Ok(key) => key,
        Err(error) => return check_error(&error),
    };
    let object: Map<String, Value> = serde_json::from_str(text).expect("a JWK is JSON");
    assert!(object.get("use").is_none_or(|value| value == "enc"), "a key for signatures");
    assert_eq!(key.kid(), object.get("kid").and_then(Value::as_str));
    let half = key.is_private() || object["kty"] == "oct";
    let jwk = if half {
        key.private_jwk().expect("private").expose().to_owned()
    } else {
        key.public_jwk().expect("public")
    };
    let again = EncryptionKey::from_jwk(&jwk, None).expect("its own JWK");
    assert_eq!(again.algorithm(), key.algorithm());
    if object["kty"] != "oct" {
        assert_eq!(again.public_jwk().ok(), key.public_jwk().ok());
    }
}
