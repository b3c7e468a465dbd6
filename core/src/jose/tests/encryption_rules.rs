//! Rules of encryption that hosts cannot see one by one; the bad tokens are in the shared vectors.

use super::encryption::A1_KEY;
use crate::error::{Error, ErrorCode};
use crate::jose::jwe::{
    ContentEncryption, Decrypter, DecrypterOptions, Encrypter, EncrypterOptions, KeyManagement,
};
use crate::jose::{EncryptionKey, Key, base64url};

fn keys(algorithm: KeyManagement, encryption: ContentEncryption) -> Vec<EncryptionKey> {
    let name = algorithm.name();
    if algorithm == KeyManagement::Dir {
        return vec![EncryptionKey::generate(encryption.name(), None).unwrap()];
    }
    if algorithm.is_password_based() {
        return vec![EncryptionKey::from_secret(b"correct horse", name).unwrap()];
    }
    if name.starts_with("ECDH") {
        let curves = ["P-256", "P-384", "P-521", "X25519"];
        return curves.iter().map(|curve| EncryptionKey::generate(name, Some(curve)).unwrap()).collect();
    }
    if name.starts_with("RSA") {
        let jwk = A1_KEY.replace("\"RSA-OAEP\"", &format!("\"{name}\""));
        return vec![EncryptionKey::from_jwk(&jwk, None).unwrap()];
    }
    vec![EncryptionKey::generate(name, None).unwrap()]
}

fn encrypter(keys: &[EncryptionKey], encryption: ContentEncryption) -> Encrypter {
    let options = EncrypterOptions { pbes2_iterations: Some(1000), ..EncrypterOptions::default() };
    Encrypter::new(keys.to_vec(), encryption, options).unwrap()
}

fn decrypter(keys: &[EncryptionKey], encryption: ContentEncryption) -> Decrypter {
    let options = DecrypterOptions {
        encryptions: Some(vec![encryption]),
        pbes2_max_iterations: Some(1000),
        ..DecrypterOptions::default()
    };
    Decrypter::new(keys.to_vec(), options).unwrap()
}

fn supported<T: Copy>(all: &[T], has: impl Fn(&T) -> bool) -> Vec<T> {
    all.iter().copied().filter(|one| has(one)).collect()
}

fn pairs() -> Vec<(KeyManagement, ContentEncryption)> {
    let algorithms = supported(KeyManagement::ALL, |one| one.is_supported());
    let encryptions = supported(ContentEncryption::ALL, |one| one.is_supported());
    algorithms.iter().flat_map(|algorithm| encryptions.iter().map(|one| (*algorithm, *one))).collect()
}

#[test]
fn every_pair_of_algorithms_reads_what_it_writes() {
    for (algorithm, encryption) in pairs() {
        for key in keys(algorithm, encryption) {
            let recipient = if algorithm.is_symmetric() { key.clone() } else { key.public_half().unwrap() };
            let encrypter = encrypter(&[recipient], encryption);
            let decrypter = decrypter(&[key], encryption);
            for plaintext in [&b""[..], b"x", &[7; 3000]] {
                let token = encrypter.encrypt(plaintext, Some("text")).unwrap();
                let decrypted = decrypter.decrypt(&token).unwrap();
                assert_eq!(decrypted.plaintext(), plaintext, "{algorithm} {encryption}");
                assert_eq!(decrypted.header_str("enc").unwrap(), encryption.name());
                let json = encrypter.encrypt_json(plaintext, None, Some(b"in plain sight")).unwrap();
                let decrypted = decrypter.decrypt_json(&json).unwrap();
                assert_eq!(decrypted.plaintext(), plaintext, "{algorithm} {encryption}");
                assert_eq!(decrypted.aad.unwrap(), b"in plain sight");
            }
        }
    }
}

#[test]
fn no_two_tokens_are_the_same_and_none_repeats_a_nonce() {
    for (algorithm, encryption) in pairs() {
        let key = keys(algorithm, encryption).remove(0);
        let encrypter = encrypter(&[key], encryption);
        let (one, two) = (encrypter.encrypt(b"x", None).unwrap(), encrypter.encrypt(b"x", None).unwrap());
        let iv = |token: &str| token.split('.').nth(2).unwrap().to_owned();
        assert_ne!(iv(&one), iv(&two), "{algorithm} {encryption}");
        assert_ne!(one, two);
    }
}

/// The whole error, without what names the algorithm.
fn answer(error: &Error) -> String {
    assert_eq!(error.code(), ErrorCode::TokenDecryption);
    error.to_json()
}

#[test]
fn all_that_goes_wrong_with_a_key_is_one_answer() {
    for (algorithm, encryption) in pairs() {
        let key = keys(algorithm, encryption).remove(0);
        let token = encrypter(std::slice::from_ref(&key), encryption).encrypt(b"some content", None).unwrap();
        let decrypter = decrypter(&[key], encryption);
        let parts: Vec<Vec<u8>> = token.split('.').map(|part| base64url::decode(part).unwrap()).collect();
        let mut answers = std::collections::BTreeSet::new();
        for part in 1..5 {
            for byte in 0..parts[part].len() {
                let mut altered = parts.clone();
                altered[part][byte] ^= 0x10;
                let altered: Vec<String> = altered.iter().map(|part| base64url::encode(part)).collect();
                answers.insert(answer(&decrypter.decrypt(&altered.join(".")).unwrap_err()));
            }
            // Nor does the length of a part tell more; none at all is a token of another form.
            for length in [1, parts[part].len() / 2, parts[part].len().saturating_sub(1)] {
                if length == 0 || length >= parts[part].len() {
                    continue;
                }
                let mut altered = parts.clone();
                altered[part].truncate(length);
                let altered: Vec<String> = altered.iter().map(|part| base64url::encode(part)).collect();
                answers.insert(answer(&decrypter.decrypt(&altered.join(".")).unwrap_err()));
            }
        }
        assert_eq!(answers.len(), 1, "{algorithm} {encryption}: {answers:?}");
    }
}

#[test]
fn a_recipient_reads_what_is_for_several() {
    if !KeyManagement::A128KW.is_supported() {
        return;
    }
    let encryption = ContentEncryption::A128GCM;
    let names = ["A128KW", "RSA-OAEP-256", "ECDH-ES+A256KW", "A256GCMKW", "PBES2-HS256+A128KW"];
    let all: Vec<EncryptionKey> = names
        .iter()
        .map(|name| keys(name.parse().unwrap(), encryption).remove(0).with_kid(name).unwrap())
        .collect();
    let json = encrypter(&all, encryption).encrypt_json(b"for many", None, None).unwrap();
    for key in &all {
        let own = decrypter(std::slice::from_ref(key), encryption);
        assert_eq!(own.decrypt_json(&json).unwrap().plaintext(), b"for many", "{key:?}");
    }
    let other = EncryptionKey::generate("A128KW", None).unwrap().with_kid("other").unwrap();
    let error = decrypter(&[other], encryption).decrypt_json(&json).unwrap_err();
    assert!(matches!(error.code(), ErrorCode::TokenKeyNotFound | ErrorCode::TokenAlgorithm));
    let direct = EncryptionKey::generate("ECDH-ES", None).unwrap();
    let outcome = Encrypter::new(vec![all[0].clone(), direct], encryption, EncrypterOptions::default());
    assert_eq!(outcome.unwrap_err().code(), ErrorCode::ConfigInvalid);
    let outcome = encrypter(&all, encryption).encrypt(b"x", None);
    assert_eq!(outcome.unwrap_err().code(), ErrorCode::ConfigInvalid);
}

#[test]
fn a_token_that_would_be_too_large_is_not_made() {
    let key = EncryptionKey::generate("A128GCM", None).unwrap();
    let largest = |max_token| {
        let options = EncrypterOptions { max_token, ..EncrypterOptions::default() };
        Encrypter::new(vec![key.clone()], ContentEncryption::A128GCM, options)
    };
    let encrypter = largest(64 * 1024).unwrap();
    assert!(encrypter.encrypt(&vec![0; 48 * 1024], None).is_err());
    let token = encrypter.encrypt(&vec![0; 47 * 1024], None).unwrap();
    let decrypter = decrypter(std::slice::from_ref(&key), ContentEncryption::A128GCM);
    assert_eq!(decrypter.decrypt(&token).unwrap().plaintext().len(), 47 * 1024);
    assert!(largest(0).is_err() && largest(1024 * 1024 + 1).is_err());
}

#[test]
fn what_the_backend_lacks_is_said_when_something_is_built() {
    let lacking = KeyManagement::ALL.iter().filter(|algorithm| !algorithm.is_supported());
    for algorithm in lacking.clone() {
        for outcome in [
            EncryptionKey::generate(algorithm.name(), None),
            EncryptionKey::from_secret(&[1; 32], algorithm.name()),
            EncryptionKey::from_jwk(A1_KEY, Some(algorithm.name())),
        ] {
            assert_eq!(outcome.unwrap_err().code(), ErrorCode::ConfigUnsupportedAlgorithm, "{algorithm}");
        }
    }
    let key = EncryptionKey::generate("A256GCMKW", None).unwrap();
    for encryption in ContentEncryption::ALL.iter().filter(|encryption| !encryption.is_supported()) {
        let options =
            DecrypterOptions { encryptions: Some(vec![*encryption]), ..DecrypterOptions::default() };
        let refused = [
            Encrypter::new(vec![key.clone()], *encryption, EncrypterOptions::default()).err(),
            Decrypter::new(vec![key.clone()], options).err(),
            EncryptionKey::generate(encryption.name(), None).err(),
        ];
        for error in refused {
            assert_eq!(error.unwrap().code(), ErrorCode::ConfigUnsupportedAlgorithm, "{encryption}");
        }
    }
    // aws-lc-rs lacks nothing of the list, ring most of it.
    assert_eq!(lacking.count() == 0, cfg!(feature = "aws-lc-rs"));
}

#[test]
fn rsa_keys_for_encryption_are_drawn() {
    if KeyManagement::RsaOaep.is_supported() {
        let key = EncryptionKey::generate("RSA-OAEP-256", None).unwrap();
        let again = EncryptionKey::from_pem(key.private_pem().unwrap().expose(), "RSA-OAEP-256").unwrap();
        assert_eq!(key.public_jwk().unwrap(), again.public_jwk().unwrap());
    }
}

#[test]
fn nothing_is_printed() {
    let key = EncryptionKey::from_secret(b"0123456789abcdef", "A128GCM").unwrap().with_kid("k").unwrap();
    let decrypter = decrypter(std::slice::from_ref(&key), ContentEncryption::A128GCM);
    let encrypter = encrypter(std::slice::from_ref(&key), ContentEncryption::A128GCM);
    let decrypted = decrypter.decrypt(&encrypter.encrypt(b"hidden", None).unwrap()).unwrap();
    let shown = format!("{key:?} {encrypter:?} {decrypter:?} {decrypted:?}");
    assert!(!shown.contains("0123456789") && !shown.contains("hidden"), "{shown}");
    assert!(shown.starts_with("EncryptionKey(A128GCM private, kid Some(\"k\"))"), "{shown}");
}

#[test]
fn keys_of_the_two_families_do_not_mix() {
    let signing = Key::generate_secret(crate::jose::Algorithm::HS256).unwrap();
    let jwk = signing.private_jwk().unwrap();
    assert_eq!(EncryptionKey::from_jwk(jwk.expose(), None).unwrap_err().code(), ErrorCode::KeyUse);
    let encrypting = EncryptionKey::generate("A256GCMKW", None).unwrap().private_jwk().unwrap();
    assert_eq!(Key::from_jwk(encrypting.expose()).unwrap_err().code(), ErrorCode::KeyUse);
}
