//! What the targets share: the test keys of the shared suite, one policy each, and what must hold of an error.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ferroauth::jose::{Algorithm, Key, KeySet, Policy, Signer};
use ferroauth::{Error, ErrorCode};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// The clock of the targets that do not compare with a library of its own clock.
pub(crate) const NOW: i64 = 1_700_000_000;
pub(crate) const ISSUER: &str = "https://idp.example.com";
pub(crate) const AUDIENCE: &str = "my-api";
/// The shared suite's secret: SHA-512 of "ferroauth test secret".
const SECRET: &str = "vxY7yvRNb8kBD5xvMQjQmY5K2aLgqS1O0hGtJHu5thaKZz9X1i7AkvPTq-3R2hhBLRi2C9F-0CQLPEU0MQvScA";

const KEYS: &str = include_str!("../../vectors/generate/keys.json");

/// One algorithm with its key on both sides.
pub(crate) struct Fixed {
    pub(crate) algorithm: Algorithm,
    pub(crate) keys: KeySet,
    pub(crate) policy: Policy,
    /// A token that the policy accepts at [`NOW`].
    pub(crate) token: String,
    pub(crate) reference: Option<Reference>,
}

/// The same in jsonwebtoken, for the algorithms that it has.
pub(crate) struct Reference {
    pub(crate) algorithm: jsonwebtoken::Algorithm,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
}

const ALGORITHMS: [(&str, &str); 10] = [
    ("HS256", ""),
    ("HS512", ""),
    ("EdDSA", "ed25519"),
    ("ES256", "p256"),
    ("RS256", "rsa"),
    ("PS256", "rsa"),
    ("ES384", "p384"),
    ("ES512", "p521"),
    ("ES256K", "k256"),
    ("RS512", "rsa"),
];

/// The algorithms, those whose signatures are cheap to make first.
pub(crate) static ALL: LazyLock<Vec<Fixed>> = LazyLock::new(|| {
    let keys: Value = serde_json::from_str(KEYS).unwrap();
    ALGORITHMS.iter().map(|(name, key)| fixed(name, &keys[key])).collect()
});

/// How many of [`ALL`] sign in less than 50 us.
pub(crate) const CHEAP: usize = 4;

/// Header, 0 and payload, signed with a key; nothing if the 0 is missing.
pub(crate) fn signed_parts(fixed: &Fixed, parts: &[u8]) -> Option<String> {
    let reference = fixed.reference.as_ref()?;
    let split = parts.iter().position(|byte| *byte == 0)?;
    let input = format!("{}.{}", b64(&parts[..split]), b64(&parts[split + 1..]));
    let signature = jsonwebtoken::crypto::sign(input.as_bytes(), &reference.encoding, reference.algorithm);
    Some(format!("{input}.{}", signature.expect("a signature")))
}

/// A private JWK of the shared suite.
pub(crate) fn test_jwk(name: &str) -> String {
    let keys: Value = serde_json::from_str(KEYS).unwrap();
    keys[name]["jwk"].to_string()
}

pub(crate) fn policy(algorithm: Algorithm) -> Policy {
    Policy::builder().algorithms([algorithm]).issuer(ISSUER).audience([AUDIENCE]).build().unwrap()
}

fn fixed(name: &str, pair: &Value) -> Fixed {
    let algorithm: Algorithm = name.parse().unwrap();
    let secret = URL_SAFE_NO_PAD.decode(SECRET).unwrap();
    let private = if algorithm.is_symmetric() {
        Key::hmac(&secret)
    } else {
        Key::private_from_pem(pair["pem"]["pkcs8"].as_str().unwrap())
    };
    let private = private.unwrap();
    let public = if algorithm.is_symmetric() { private.clone() } else { private.public_half().unwrap() };
    let signer = Signer::new(private, algorithm, None, Some("JWT".into())).unwrap();
    let claims =
        format!(r#"{{"iss":"{ISSUER}","sub":"user-1","aud":"{AUDIENCE}","exp":{},"iat":{NOW}}}"#, NOW + 600);
    let token = signer.sign_bytes(claims.as_bytes()).unwrap();
    let reference = reference(name, pair, &secret);
    Fixed { algorithm, keys: KeySet::single(public), policy: policy(algorithm), token, reference }
}

fn reference(name: &str, pair: &Value, secret: &[u8]) -> Option<Reference> {
    let algorithm = name.parse().ok()?;
    let file = |form: &str| pair["pem"][form].as_str().unwrap().as_bytes();
    let (encoding, decoding) = match &name[..2] {
        "HS" => (EncodingKey::from_secret(secret), DecodingKey::from_secret(secret)),
        "RS" | "PS" => (
            EncodingKey::from_rsa_pem(file("pkcs8")).unwrap(),
            DecodingKey::from_rsa_pem(file("spki")).unwrap(),
        ),
        "ES" => (
            EncodingKey::from_ec_pem(file("pkcs8")).unwrap(),
            DecodingKey::from_ec_pem(file("spki")).unwrap(),
        ),
        _ => (
            EncodingKey::from_ed_pem(file("pkcs8")).unwrap(),
            DecodingKey::from_ed_pem(file("spki")).unwrap(),
        ),
    };
    Some(Reference { algorithm, encoding, decoding })
}

/// What a header names, by the name that we use: `Ed25519` is the other one of the algorithm (RFC 9864).
pub(crate) fn algorithm_name(header: &Map<String, Value>) -> Option<&str> {
    let name = header.get("alg").and_then(Value::as_str)?;
    Some(if name == "Ed25519" { "EdDSA" } else { name })
}

/// Encodes by the second implementation.
pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes by the second implementation, as strictly as RFC 7515 wants it.
pub(crate) fn unb64(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// What holds of every error: it is planned (nothing internal), short, and JSON.
pub(crate) fn check_error(error: &Error) {
    assert!(!matches!(error.code(), ErrorCode::InternalPanic), "{error}");
    let json = error.to_json();
    assert!(json.len() <= 4096, "{} bytes of error", json.len());
    serde_json::from_str::<Value>(&json).expect("an error is JSON");
}
