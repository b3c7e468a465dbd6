//! A process decrypts one token with a password at a time, so that nobody can keep all its processors busy (threat D2). An API says
//! 503 meanwhile: nobody is told that the token is bad.

#![cfg(feature = "aws-lc-rs")]
#![allow(clippy::unwrap_used, reason = "tests panic")]

use ferroauth::ErrorCode;
use ferroauth::clock::Clock;
use ferroauth::jose::{
    Algorithm, ContentEncryption, Decrypter, DecrypterOptions, Encrypter, EncrypterOptions, EncryptionKey,
    Key, KeySet, Signer,
};
use ferroauth::resource_server::{Decision, ResourceServer};
use ferroauth::verifier::{Issuers, KeysFrom, Verifier, VerifierConfig};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const NOW: i64 = 1_700_000_000;
const PASSWORD: &[u8] = b"a password that people share";

fn password() -> EncryptionKey {
    EncryptionKey::from_secret(PASSWORD, "PBES2-HS256+A128KW").unwrap()
}

fn sealed(text: &str, iterations: u32) -> String {
    let options = EncrypterOptions { pbes2_iterations: Some(iterations), ..EncrypterOptions::default() };
    let encrypter = Encrypter::new(vec![password()], ContentEncryption::A128GCM, options).unwrap();
    encrypter.encrypt(text.as_bytes(), Some("JWT")).unwrap()
}

fn decrypter() -> Arc<Decrypter> {
    let limit = Some(DecrypterOptions::PBES2_MAX_ITERATIONS);
    let options = DecrypterOptions {
        encryptions: Some(vec![ContentEncryption::A128GCM]),
        pbes2_max_iterations: limit,
        ..DecrypterOptions::default()
    };
    Arc::new(Decrypter::new(vec![password()], options).unwrap())
}

#[test]
fn an_api_answers_503_while_another_token_with_a_password_is_decrypted() {
    let key = Key::generate(Algorithm::ES256).unwrap();
    let signer = Signer::new(key.clone(), Algorithm::ES256, None, None).unwrap();
    let verifier = Verifier::new(VerifierConfig {
        keys: KeysFrom::Fixed(KeySet::single(key)),
        issuers: Issuers::Of(vec!["https://idp.example.com".into()]),
        audience: Some(vec!["api".into()]),
        algorithms: Some(vec!["ES256".into()]),
        leeway: 0,
        max_age: None,
        profile: Default::default(),
        required_claims: vec![],
        require_exp: true,
        network: Default::default(),
        token_cache: 0,
        padded: false,
        clock: Clock::fixed(NOW),
    })
    .unwrap();
    let server = ResourceServer::new(verifier.with_decrypter(decrypter()), Some("farm")).unwrap();
    let token =
        signer.sign(r#"{"iss":"https://idp.example.com","aud":"api","sub":"42"}"#, NOW, Some(60)).unwrap();
    let (cheap, costly) = (sealed(&token, 1000), sealed(&token, DecrypterOptions::PBES2_MAX_ITERATIONS));
    let ask = |token: &str| server.authenticate_now(&[&format!("Bearer {token}")], &[]).unwrap();
    assert!(matches!(ask(&cheap), Decision::Granted(_)));
    let (seen, over) = (AtomicBool::new(false), AtomicBool::new(false));
    let denied = std::thread::scope(|scope| {
        scope.spawn(|| {
            // The turn may be that of a cheap token; and on a machine that is busy itself the other thread may miss one.
            let mut granted = 0;
            while granted < 50 && !seen.load(Ordering::Acquire) {
                granted += u32::from(matches!(ask(&costly), Decision::Granted(_)));
            }
            over.store(true, Ordering::Release);
        });
        loop {
            // Before the other thread has its turn, the cheap token is simply good.
            if let Decision::Denied(denial) = ask(&cheap) {
                seen.store(true, Ordering::Release);
                return Some(denial);
            }
            if over.load(Ordering::Acquire) {
                return None;
            }
        }
    });
    let denial = denied.expect("nobody was refused while the costly token was decrypted");
    assert_eq!((denial.status, denial.error.code()), (503, ErrorCode::TokenBusy));
    assert_eq!(denial.challenge, None);
    assert!(matches!(ask(&cheap), Decision::Granted(_)), "the turn came back");
}
