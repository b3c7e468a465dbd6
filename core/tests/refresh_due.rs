//! Of several issuers each has a key set of its own: while one of them is about to expire, the others' tokens are not held up.

#![allow(clippy::unwrap_used, reason = "tests panic")]

use ferroauth::clock::Clock;
use ferroauth::flow::{NetworkPolicy, Step};
use ferroauth::jose::{Algorithm, Key, KeySet, Signer};
use ferroauth::verifier::{Issuers, KeysFrom, Verifier, VerifierConfig};

const NOW: i64 = 1_700_000_000;
const ONE: &str = "https://one.example.com";
const TWO: &str = "https://two.example.com";

/// A verifier with the key sets of these issuers, each fetched at its own time.
fn verifier(key: &Key, clock: &Clock, fetched: &[(&str, i64)]) -> Verifier {
    let verifier = Verifier::new(VerifierConfig {
        keys: KeysFrom::Provider { jwks_uri: None },
        issuers: Issuers::Of(fetched.iter().map(|(issuer, _)| (*issuer).to_owned()).collect()),
        audience: None,
        algorithms: None,
        leeway: 0,
        max_age: None,
        profile: Default::default(),
        required_claims: vec![],
        require_exp: true,
        network: NetworkPolicy::default(),
        token_cache: 0,
        padded: false,
        clock: clock.clone(),
    })
    .unwrap();
    let set: serde_json::Value = serde_json::from_str(&KeySet::single(key.clone()).to_json()).unwrap();
    for (issuer, at) in fetched {
        // What claims to come from the future counts as fetched now.
        clock.set(*at);
        let kept = serde_json::json!({"fetched_at": at, "max_age": 600, "key_set": set});
        let text = if fetched.len() == 1 { kept } else { serde_json::json!({ *issuer: kept }) };
        verifier.import_keys(&text.to_string()).unwrap();
    }
    verifier
}

fn token(key: &Key, issuer: &str) -> String {
    let signer = Signer::new(key.clone(), Algorithm::ES256, Some("k1".into()), None).unwrap();
    signer.sign(&format!(r#"{{"iss":"{issuer}"}}"#), NOW, Some(86_400)).unwrap()
}

#[test]
fn a_set_that_is_due_is_the_business_of_its_own_tokens() {
    let key = Key::generate(Algorithm::ES256).unwrap().with_kid("k1").unwrap();
    let (one, two) = (token(&key, ONE), token(&key, TWO));
    let clock = Clock::fixed(NOW);
    let verifier = verifier(&key, &clock, &[(ONE, NOW), (TWO, NOW + 300)]);
    clock.set(NOW + 479);
    assert!(!verifier.refresh_due(&one) && !verifier.refresh_due(&two));
    clock.set(NOW + 480);
    assert!(verifier.refresh_due(&one) && !verifier.refresh_due(&two));
    assert!(
        !verifier.refresh_due("no token") && !verifier.refresh_due(&token(&key, "https://three.example.com"))
    );
    // What decides is what a caller pays: nothing is left to do after the first look.
    let ends_at_once = |token: &str| matches!(verifier.verify(token).advance(None).unwrap(), Step::Done(_));
    assert!(ends_at_once(&two) && !ends_at_once(&one));
    clock.set(NOW + 780);
    assert!(verifier.refresh_due(&two));
}

#[test]
fn with_one_issuer_no_token_is_read_for_it() {
    let key = Key::generate(Algorithm::ES256).unwrap().with_kid("k1").unwrap();
    let clock = Clock::fixed(NOW);
    let verifier = verifier(&key, &clock, &[(ONE, NOW)]);
    assert!(!verifier.refresh_due("anything"));
    clock.set(NOW + 480);
    assert!(verifier.refresh_due("anything"));
}
