//! Claims behind a right signature: what a policy accepts, a second reading of its rules accepts.

use crate::fixed::{ALL, AUDIENCE, ISSUER, NOW, check_error};
use ferroauth::jose::{Algorithm, Expected, Key, KeySet, Nonce, Policy, Profile, Signer};
use serde_json::{Map, Value};
use std::sync::LazyLock;

struct Kind {
    policy: Policy,
    signer: Signer,
    keys: KeySet,
}

/// A generic token, an ID token and an access token, each with its `typ`.
static KINDS: LazyLock<[Kind; 3]> = LazyLock::new(|| {
    let secret = [7; 32];
    let kind = |profile: Profile, typ: Option<&str>| {
        let builder =
            Policy::builder().algorithms([Algorithm::HS256]).issuer(ISSUER).audience([AUDIENCE]).leeway(60);
        let builder = match profile {
            Profile::IdToken => builder.authorized_party(AUDIENCE),
            _ => builder,
        };
        let key = Key::hmac(&secret).unwrap();
        Kind {
            policy: builder.profile(profile).build().unwrap(),
            signer: Signer::new(key.clone(), Algorithm::HS256, None, typ.map(Into::into)).unwrap(),
            keys: KeySet::single(key),
        }
    };
    [
        kind(Profile::Generic, Some("JWT")),
        kind(Profile::IdToken, None),
        kind(Profile::Typ("at+jwt".into()), Some("at+jwt")),
    ]
});

/// The first byte chooses the kind of token; the others are its payload.
pub fn claims(data: &[u8]) {
    let Some((choice, payload)) = data.split_first() else { return };
    let kind = &KINDS[usize::from(*choice) % KINDS.len()];
    let Ok(token) = kind.signer.sign_bytes(payload) else { return };
    let mut expected = Expected::default();
    if usize::from(*choice) % KINDS.len() == 1 {
        expected.nonce = Nonce::Sent("n-0S6_WzA2Mj");
    }
    match kind.policy.verify_expecting(&token, &kind.keys, NOW, &expected) {
        Ok(verified) => {
            assert_eq!(verified.claims_json.as_bytes(), payload);
            let claims: Map<String, Value> = serde_json::from_slice(payload).expect("an object");
            check(&claims, 60);
            if usize::from(*choice) % KINDS.len() == 1 {
                check_id_token(&claims);
            }
            assert_eq!(verified.subject().as_deref(), claims.get("sub").and_then(Value::as_str));
            for ((name, value), (theirs, _)) in verified.claims().zip(sorted(&claims, &verified)) {
                assert_eq!(name, theirs);
                assert_eq!(
                    serde_json::from_str::<Value>(value.raw()).ok().as_ref(),
                    claims.get(theirs.as_str())
                );
            }
        }
        Err(error) => check_error(&error),
    }
    // Not the policy's key: refused whatever the claims are.
    assert!(kind.policy.verify(&token, &ALL[0].keys, NOW).is_err());
}

/// The names in the order in which the text has them.
fn sorted<'a>(
    claims: &'a Map<String, Value>,
    verified: &ferroauth::jose::Verified,
) -> Vec<(String, &'a Value)> {
    let names: Vec<String> = verified.claims().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names.len(), claims.len(), "as many members as another reader finds");
    names
        .into_iter()
        .map(|name| {
            let value = claims.get(&name).expect("another reader finds it too");
            (name, value)
        })
        .collect()
}

/// The rules for registered claims (RFC 7519 section 4.1), read by serde_json.
pub(crate) fn check(claims: &Map<String, Value>, leeway: i64) {
    check_parties(claims);
    let seconds = |name: &str| claims.get(name).map(|value| value.as_f64().expect("a number"));
    #[allow(clippy::cast_precision_loss)]
    let (now, leeway) = (NOW as f64, leeway as f64);
    assert!(seconds("exp").expect("exp") + leeway > now - 1.0);
    for name in ["nbf", "iat"] {
        assert!(seconds(name).is_none_or(|time| time < now + leeway + 1.0), "{name}");
    }
    for name in ["sub", "jti"] {
        assert!(claims.get(name).is_none_or(Value::is_string), "{name}");
    }
}

/// From the issuer, for us.
pub(crate) fn check_parties(claims: &Map<String, Value>) {
    assert_eq!(claims["iss"], ISSUER);
    match &claims["aud"] {
        Value::String(one) => assert_eq!(one, AUDIENCE),
        Value::Array(many) => {
            assert!(many.iter().all(Value::is_string) && many.iter().any(|one| one == AUDIENCE));
        }
        other => panic!("aud is {other}"),
    }
}

fn check_id_token(claims: &Map<String, Value>) {
    assert_eq!(claims["nonce"], "n-0S6_WzA2Mj");
    assert!(claims["sub"].as_str().is_some_and(|sub| !sub.is_empty()));
    assert!(claims["iat"].is_number() && !claims.contains_key("events"));
    let alone = claims["aud"].as_array().is_none_or(|many| many.len() == 1);
    match claims.get("azp") {
        Some(party) => assert_eq!(party, AUDIENCE),
        None => assert!(alone, "several audiences without azp"),
    }
}
