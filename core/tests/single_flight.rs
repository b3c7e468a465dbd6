//! Many callers, one fetch: the key set's single flight, its waiters, and the flood of unknown key ids.

#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

use ferroauth::ErrorCode;
use ferroauth::clock::Clock;
use ferroauth::flow::{Flow, HttpResponse, NetworkPolicy, Reply, Step};
use ferroauth::jose::{Algorithm, Key, KeySet, Signer};
use ferroauth::verifier::{Issuers, KeysFrom, Verifier, VerifierConfig};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const NOW: i64 = 1_700_000_000;

/// A provider that answers from memory and counts.
struct Provider {
    key_set: String,
    fetches: AtomicUsize,
    slow: Duration,
    down: bool,
}

impl Provider {
    fn run<T: Send + 'static>(&self, mut flow: Flow<T>) -> ferroauth::Result<T> {
        let mut reply = None;
        loop {
            reply = Some(match flow.advance(reply)? {
                Step::Done(value) => return Ok(value),
                Step::Sleep(duration) => {
                    std::thread::sleep(duration);
                    Reply::Slept
                }
                Step::Http(request) => {
                    assert_eq!(request.url.as_str(), "https://idp.example.com/jwks");
                    self.fetches.fetch_add(1, Ordering::SeqCst);
                    std::thread::sleep(self.slow);
                    if self.down {
                        Reply::Failed(ferroauth::flow::transport_failure("connect"))
                    } else {
                        let headers = [("Content-Type", "application/jwk-set+json")];
                        Reply::Http(HttpResponse::from_parts(200, headers, self.key_set.clone().into_bytes()))
                    }
                }
            });
        }
    }
}

fn setting(clock: &Clock) -> (Provider, Verifier, Signer) {
    let key = Key::generate(Algorithm::ES256).unwrap().with_kid("k1").unwrap();
    let key_set = KeySet::single(key.clone()).to_json();
    let provider =
        Provider { key_set, fetches: AtomicUsize::new(0), slow: Duration::from_millis(20), down: false };
    let verifier = Verifier::new(VerifierConfig {
        keys: KeysFrom::Provider { jwks_uri: Some("https://idp.example.com/jwks".into()) },
        issuers: Issuers::Of(vec!["https://idp.example.com".into()]),
        audience: Some(vec!["api".into()]),
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
    (provider, verifier, Signer::new(key, Algorithm::ES256, Some("k1".into()), None).unwrap())
}

fn token_of(signer: &Signer) -> String {
    signer.sign(r#"{"iss":"https://idp.example.com","aud":"api","sub":"42"}"#, NOW, Some(86_400 * 3)).unwrap()
}

#[test]
fn a_crowd_at_the_first_token_causes_one_fetch() {
    let (provider, verifier, signer) = setting(&Clock::fixed(NOW));
    let token = token_of(&signer);
    let barrier = Barrier::new(32);
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                barrier.wait();
                provider.run(verifier.verify(&token)).unwrap();
            });
        }
    });
    assert_eq!(provider.fetches.load(Ordering::SeqCst), 1);
    verifier.verify_now(&token).unwrap();
}

#[test]
fn a_flood_of_unknown_key_ids_causes_one_fetch_per_cooldown() {
    let clock = Clock::fixed(NOW);
    let (provider, verifier, signer) = setting(&clock);
    provider.run(verifier.verify(&token_of(&signer))).unwrap();
    let key = Key::generate(Algorithm::ES256).unwrap();
    for second in 0..90 {
        clock.set(NOW + second);
        for n in 0..20 {
            let kid = format!("unknown-{second}-{n}");
            let stranger = Signer::new(key.clone(), Algorithm::ES256, Some(kid), None).unwrap();
            let error = provider.run(verifier.verify(&token_of(&stranger))).unwrap_err();
            assert_eq!(error.code(), ErrorCode::TokenKeyNotFound);
        }
    }
    // One at the start and one in each further half minute.
    assert_eq!(provider.fetches.load(Ordering::SeqCst), 3);
}

#[test]
fn an_outage_is_bridged_for_a_day_and_not_longer() {
    let clock = Clock::fixed(NOW);
    let (mut provider, verifier, signer) = setting(&clock);
    let token = token_of(&signer);
    provider.run(verifier.verify(&token)).unwrap();
    provider.down = true;
    for (after, good) in
        [(599, true), (601, true), (3_600, true), (600 + 86_399, true), (600 + 86_400, false)]
    {
        clock.set(NOW + after);
        let result = provider.run(verifier.verify(&token));
        assert_eq!(result.is_ok(), good, "{after} seconds after the fetch");
    }
    clock.set(NOW + 86_400 * 2);
    provider.down = false;
    provider.run(verifier.verify(&token)).unwrap();
}

#[test]
fn a_flow_that_is_dropped_in_mid_fetch_leaves_the_way_free() {
    let (provider, verifier, signer) = setting(&Clock::fixed(NOW));
    let token = token_of(&signer);
    let mut abandoned = verifier.verify(&token);
    assert!(matches!(abandoned.advance(None), Ok(Step::Http(_))));
    drop(abandoned);
    provider.run(verifier.verify(&token)).unwrap();
}
