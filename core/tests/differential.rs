//! Against a second implementation, the jsonwebtoken crate: the same tokens are accepted on both sides.
//!
//! It is more lenient in places that its documentation names (`crit`, badly typed claims), so the rule is:
//! what it makes, we accept; what we make, it accepts; and what we accept, it accepts.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod judges;

use ferroauth::jose::{Algorithm, Key, KeySet, Policy, Signer};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A fresh RSA key; where the backend cannot make one (ring), the cookbook's.
fn rsa() -> Option<Key> {
    Key::generate(Algorithm::RS256)
        .and_then(|key| Key::private_from_pem(key.private_pem()?.expose()))
        .ok()
        .or_else(|| Key::from_jwk(&judges::read("cookbook/jwk/3_4.rsa_private_key.json")?.to_string()).ok())
}

/// One key on both sides.
struct Pair {
    algorithm: Algorithm,
    theirs: jsonwebtoken::Algorithm,
    ours: Key,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    let rsa = rsa();
    for name in [
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
        "EdDSA",
    ] {
        let algorithm: Algorithm = name.parse().unwrap();
        let theirs: jsonwebtoken::Algorithm = name.parse().unwrap();
        let (ours, encoding, decoding) = if algorithm.is_symmetric() {
            (Key::hmac(SECRET).unwrap(), EncodingKey::from_secret(SECRET), DecodingKey::from_secret(SECRET))
        } else {
            let ours = match &name[..2] {
                "RS" | "PS" => rsa.clone(),
                _ => Some(Key::generate(algorithm).unwrap()),
            };
            let Some(ours) = ours else { continue };
            let private = ours.private_pem().unwrap();
            let (private, public) = (private.expose().as_bytes(), ours.public_pem().unwrap());
            let (encoding, decoding) = match &name[..2] {
                "RS" | "PS" => {
                    (EncodingKey::from_rsa_pem(private), DecodingKey::from_rsa_pem(public.as_bytes()))
                }
                "ES" => (EncodingKey::from_ec_pem(private), DecodingKey::from_ec_pem(public.as_bytes())),
                _ => (EncodingKey::from_ed_pem(private), DecodingKey::from_ed_pem(public.as_bytes())),
            };
            (ours, encoding.unwrap(), decoding.unwrap())
        };
        pairs.push(Pair { algorithm, theirs, ours, encoding, decoding });
    }
    pairs
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

fn claims(now: i64) -> Value {
    json!({"iss": "https://idp.example", "aud": "api", "sub": "42", "exp": now + 1000, "nbf": now - 1000, "n": [1, 2.5]})
}

impl Pair {
    /// Whether we accept, and with which claims.
    fn ours(&self, token: &str, now: i64) -> Option<Value> {
        let policy =
            Policy::builder().algorithms([self.algorithm]).issuer("https://idp.example").audience(["api"]);
        let keys = KeySet::single(self.ours.clone());
        let verified = policy.build().unwrap().verify(token, &keys, now).ok()?;
        Some(serde_json::from_str(&verified.claims_json).unwrap())
    }

    /// Whether they accept, and with which claims.
    fn theirs(&self, token: &str) -> Option<Value> {
        let mut validation = Validation::new(self.theirs);
        validation.leeway = 0;
        validation.validate_nbf = true;
        validation.set_issuer(&["https://idp.example"]);
        validation.set_audience(&["api"]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        jsonwebtoken::decode::<Value>(token, &self.decoding, &validation).ok().map(|data| data.claims)
    }

    fn sign_theirs(&self, claims: &Value) -> String {
        jsonwebtoken::encode(&Header::new(self.theirs), claims, &self.encoding).unwrap()
    }
}

#[test]
fn what_they_sign_we_accept_and_the_other_way_round() {
    let now = now();
    let claims = claims(now);
    for pair in pairs() {
        let token = pair.sign_theirs(&claims);
        assert_eq!(pair.ours(&token, now), Some(claims.clone()), "{}", pair.algorithm);
        let signer = Signer::new(pair.ours.clone(), pair.algorithm, None, Some("JWT".into())).unwrap();
        let token = signer.sign(&claims.to_string(), now, None).unwrap();
        assert_eq!(pair.theirs(&token), pair.ours(&token, now), "{}", pair.algorithm);
        assert!(pair.theirs(&token).is_some(), "{}", pair.algorithm);
    }
}

#[test]
fn claims_are_judged_alike() {
    let (now, pairs) = (now(), pairs());
    let pair = &pairs[0];
    let mut accepted = 0;
    for (name, values) in [
        (
            "exp",
            vec![
                json!(now - 1000),
                json!(now + 1000),
                json!(now + 1000).as_f64().into(),
                json!(0),
                Value::Null,
            ],
        ),
        ("nbf", vec![json!(now - 1000), json!(now + 1000), json!(0)]),
        ("iss", vec![json!("https://idp.example"), json!("https://idp.example/"), json!(""), Value::Null]),
        ("aud", vec![json!("api"), json!(["x", "api"]), json!(["x"]), json!([]), json!("ap"), Value::Null]),
        ("sub", vec![json!("42"), json!("")]),
    ] {
        for value in values {
            let mut claims = claims(now);
            match &value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
            let token = pair.sign_theirs(&claims);
            assert_eq!(pair.ours(&token, now), pair.theirs(&token), "{name} {value}");
            accepted += usize::from(pair.ours(&token, now).is_some());
        }
    }
    assert!(accepted >= 8);
}

#[test]
fn what_we_accept_of_altered_tokens_they_accept() {
    let now = now();
    for pair in pairs() {
        let token = pair.sign_theirs(&claims(now));
        let step = if pair.algorithm.is_symmetric() { 1 } else { 11 };
        for position in (0..token.len()).step_by(step) {
            for replacement in ["A", "_", ".", "=", ""] {
                let altered = format!("{}{replacement}{}", &token[..position], &token[position + 1..]);
                let ours = pair.ours(&altered, now);
                assert!(ours.is_none() || altered == token, "{} {position} {replacement}", pair.algorithm);
                assert!(ours.is_none() || pair.theirs(&altered).is_some());
            }
        }
    }
}

#[test]
fn keys_of_one_algorithm_do_not_serve_another() {
    let (now, pairs) = (now(), pairs());
    for signer in &pairs {
        let token = signer.sign_theirs(&claims(now));
        for verifier in pairs.iter().filter(|verifier| verifier.algorithm != signer.algorithm) {
            assert_eq!(verifier.ours(&token, now), None, "{} as {}", signer.algorithm, verifier.algorithm);
            assert_eq!(verifier.theirs(&token), None);
        }
    }
}
