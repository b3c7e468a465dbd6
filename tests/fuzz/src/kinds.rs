//! Kinds of tokens, and the one kind that brings its key along.

use crate::claims::check_parties;
use crate::fixed::{ALL, AUDIENCE, ISSUER, NOW, check_error, signed_parts, test_jwk};
use ferroauth::jose::{
    Algorithm, DpopRequest, DpopVerifier, Expected, Key, KeySet, Nonce, Policy, Profile, Signer,
};
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// What `typ` says; the first leaves it out.
const TYPES: [Option<&str>; 8] = [
    None,
    Some("JWT"),
    Some("at+jwt"),
    Some("logout+jwt"),
    Some("client-authentication+jwt"),
    Some("token-introspection+jwt"),
    Some("secevent+jwt"),
    Some("application/jwt"),
];
const KINDS: [Profile; 6] = [
    Profile::IdToken,
    Profile::AccessToken,
    Profile::LogoutToken,
    Profile::ClientAssertion,
    Profile::IntrospectionResponse,
    Profile::SecurityEvent,
];

struct Desk {
    key: KeySet,
    signers: Vec<Signer>,
    policies: Vec<(Profile, Policy)>,
}

static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let key = Key::hmac(&[7; 32]).unwrap();
    let signer =
        |typ: &Option<&str>| Signer::new(key.clone(), Algorithm::HS256, None, typ.map(Into::into)).unwrap();
    let policy = |profile: &Profile| {
        let builder = Policy::builder().algorithms([Algorithm::HS256]).issuer(ISSUER).audience([AUDIENCE]);
        (profile.clone(), builder.profile(profile.clone()).build().unwrap())
    };
    Desk {
        signers: TYPES.iter().map(signer).collect(),
        policies: KINDS.iter().map(policy).collect(),
        key: KeySet::single(key),
    }
});

/// The first byte chooses `typ`, the others are the claims: whatever they are, at most one kind of token is seen in them, with
/// the same issuer, audience and key for all (RFC 8725 section 3.12).
pub fn profiles(data: &[u8]) {
    if let Some((choice, payload)) = data.split_first() {
        seen(usize::from(*choice), payload);
    }
}

/// The kind that is seen in a token.
fn seen(choice: usize, payload: &[u8]) -> Option<&'static Profile> {
    let desk = &*DESK;
    let token = desk.signers[choice % TYPES.len()].sign_bytes(payload).ok()?;
    let mut expected = Expected::default();
    expected.nonce = Nonce::Unknown;
    let mut seen = None;
    for (profile, policy) in &desk.policies {
        match policy.verify_expecting(&token, &desk.key, NOW, &expected) {
            Ok(verified) => {
                assert!(seen.is_none(), "{seen:?} and {profile:?}: {}", verified.claims_json);
                seen = Some(profile);
                let claims: Map<String, Value> =
                    serde_json::from_str(&verified.claims_json).expect("an object");
                check_parties(&claims);
                check_kind(profile, &claims);
            }
            Err(error) => check_error(&error),
        }
    }
    seen
}

/// What each kind must hold, read by serde_json.
fn check_kind(profile: &Profile, claims: &Map<String, Value>) {
    let has = |name: &str| claims.contains_key(name);
    match profile {
        Profile::IdToken => assert!(has("sub") && has("exp") && has("iat") && !claims["sub"].is_null()),
        Profile::AccessToken => {
            assert!(["sub", "exp", "iat", "jti", "client_id"].iter().all(|name| has(name)));
        }
        Profile::LogoutToken => {
            assert!(!has("nonce") && (has("sub") || has("sid")));
            assert!(claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
        }
        Profile::ClientAssertion => assert!(claims["iss"] == claims["sub"] && has("exp") && has("jti")),
        Profile::IntrospectionResponse => assert!(claims["token_introspection"]["active"].is_boolean()),
        Profile::SecurityEvent => {
            assert!(claims["events"].as_object().is_some_and(|events| !events.is_empty()));
        }
        _ => {}
    }
}

struct Proofs {
    verifier: DpopVerifier,
    thumbprint: String,
}

static PROOFS: LazyLock<Proofs> = LazyLock::new(|| Proofs {
    verifier: DpopVerifier::new([Algorithm::ES256, Algorithm::EdDSA], 60, 5).unwrap(),
    thumbprint: Key::private_from_jwk(&test_jwk("p256")).unwrap().thumbprint().unwrap(),
});

/// Header, 0 and claims of a DPoP proof, signed with a fixed key: what is accepted belongs to that key and to the one request.
pub fn dpop(data: &[u8]) {
    let fixed = ALL.iter().find(|fixed| fixed.algorithm == Algorithm::ES256).expect("ES256");
    let Some(proof) = signed_parts(fixed, data) else { return };
    let request =
        DpopRequest { method: "POST", url: "https://rs.example.com/a?b=c#d", ..DpopRequest::default() };
    let bound = DpopRequest { access_token: Some("an access token"), nonce: Some("n-1"), ..request };
    match PROOFS.verifier.verify(&proof, &request, NOW) {
        Ok(found) => {
            assert_eq!(found.thumbprint, PROOFS.thumbprint, "the key that signed it");
            let header: Map<String, Value> =
                serde_json::from_str(&found.verified.header_json).expect("an object");
            let claims: Map<String, Value> =
                serde_json::from_str(&found.verified.claims_json).expect("an object");
            assert!(header["jwk"].get("d").is_none() && header["alg"] == "ES256");
            assert!(claims["jti"].as_str().is_some_and(|id| !id.is_empty()) && claims["htm"] == "POST");
            let age = claims["iat"].as_f64().expect("a number");
            #[allow(clippy::cast_precision_loss)]
            let now = NOW as f64;
            assert!((now - 66.0..now + 6.0).contains(&age), "{age}");
        }
        Err(error) => check_error(&error),
    }
    if let Ok(found) = PROOFS.verifier.verify(&proof, &bound, NOW) {
        assert_eq!(found.verified.claim_str("nonce").as_deref(), Some("n-1"));
        assert!(
            PROOFS.verifier.verify(&proof, &request, NOW).is_ok(),
            "more was asked for, and less refused"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_kind_is_seen_in_a_token_of_its_own() {
        let logout = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
        let more = [
            (1, json!({})),
            (2, json!({"client_id": "c"})),
            (3, json!({"events": logout})),
            (4, json!({"sub": ISSUER})),
            (5, json!({"token_introspection": {"active": true}})),
            (6, json!({"events": {"https://example.com/event": {}}})),
        ];
        for ((choice, more), kind) in more.into_iter().zip(KINDS) {
            let mut claims = json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "user-1", "iat": NOW, "exp": NOW + 60, "jti": "j"});
            claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(seen(choice, claims.to_string().as_bytes()), Some(&kind));
        }
    }

    #[test]
    fn a_good_proof_is_accepted_and_another_method_refused() {
        let fixed = ALL.iter().find(|fixed| fixed.algorithm == Algorithm::ES256).unwrap();
        let key = Key::private_from_jwk(&test_jwk("p256")).unwrap().public_jwk().unwrap();
        for (method, accepted) in [("POST", true), ("GET", false)] {
            let claims =
                json!({"jti": "j", "htm": method, "htu": "HTTPS://RS.example.com:443/a?x", "iat": NOW});
            let parts = format!("{{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{key}}}\0{claims}");
            dpop(parts.as_bytes());
            let proof = signed_parts(fixed, parts.as_bytes()).unwrap();
            let request =
                DpopRequest { method: "POST", url: "https://rs.example.com/a", ..DpopRequest::default() };
            assert_eq!(PROOFS.verifier.verify(&proof, &request, NOW).is_ok(), accepted, "{method}");
        }
    }
}
