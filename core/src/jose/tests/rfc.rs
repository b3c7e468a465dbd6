//! The examples of RFC 7515 appendix A and RFC 8037 appendix A.

use super::{EC, ED, NOW, RSA, key};
use crate::error::ErrorCode;
use crate::jose::{Algorithm, Compact, Key, KeySet, Policy, Signer, TokenLimits, decode_unverified};

const OCT: &str = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
const P521: &str = concat!(
    r#"{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4"#,
    r#"qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2","#,
    r#""d":"AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C"}"#,
);
const CLAIMS: &str = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

const A1: &str = concat!(
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb",
    "S9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
);
const A2: &str = concat!(
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf",
    "Q.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t",
    "1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzD",
    "wusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77",
    "Rw",
);
const A3: &str = concat!(
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf",
    "Q.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
);
const A4: &str = concat!(
    "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0a",
    "w_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
);
const A5: &str = concat!(
    "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
    ".",
);
const ED_TOKEN: &str = concat!(
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4i",
    "ylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
);

fn payload(token: &str, algorithm: Algorithm, key: Key) -> Vec<u8> {
    let compact = Compact::parse(token, TokenLimits::default()).unwrap();
    compact.verify(&[algorithm], &KeySet::single(key)).unwrap()
}

#[test]
fn the_examples_of_rfc_7515_verify() {
    assert_eq!(payload(A1, Algorithm::HS256, key(OCT)), CLAIMS.as_bytes());
    assert_eq!(payload(A2, Algorithm::RS256, key(RSA)), CLAIMS.as_bytes());
    assert_eq!(payload(A3, Algorithm::ES256, key(EC)), CLAIMS.as_bytes());
    if Algorithm::ES512.is_supported() {
        assert_eq!(payload(A4, Algorithm::ES512, key(P521)), b"Payload");
    }
}

#[test]
fn the_deterministic_examples_are_made_again() {
    let sign = |jwk: &str, algorithm, payload: &[u8]| {
        Signer::new(key(jwk), algorithm, None, None).unwrap().sign_bytes(payload).unwrap()
    };
    assert_eq!(sign(RSA, Algorithm::RS256, CLAIMS.as_bytes()), A2);
    assert_eq!(sign(ED, Algorithm::EdDSA, b"Example of Ed25519 signing"), ED_TOKEN);
}

#[test]
fn the_example_of_rfc_8037_verifies() {
    assert_eq!(payload(ED_TOKEN, Algorithm::EdDSA, key(ED)), b"Example of Ed25519 signing");
}

#[test]
fn the_unsecured_example_is_refused_and_can_only_be_looked_at() {
    let error = Compact::parse(A5, TokenLimits::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::TokenAlgorithm);
    assert_eq!(decode_unverified(A5).unwrap().issuer().unwrap(), "joe");
}

#[test]
fn the_example_is_a_token_of_2011() {
    let policy =
        Policy::builder().algorithms([Algorithm::HS256]).issuer("joe").any_audience().build().unwrap();
    let keys = KeySet::single(key(OCT));
    assert!(policy.verify(A1, &keys, 1_300_819_379).is_ok());
    let error = policy.verify(A1, &keys, NOW).unwrap_err();
    assert_eq!(error.code(), ErrorCode::TokenExpired);
    assert_eq!(error.explain().unwrap().clock_delta, Some(NOW - 1_300_819_380));
}

#[test]
fn every_algorithm_signs_what_it_verifies() {
    for algorithm in Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_supported()) {
        let key = match algorithm.name().get(..2).unwrap() {
            "HS" => Key::hmac(&[0x5a; 64]).unwrap(),
            "RS" | "PS" => key(RSA),
            _ => Key::generate(algorithm).unwrap(),
        };
        let signer = Signer::new(key.clone(), algorithm, Some("k".into()), Some("JWT".into())).unwrap();
        let token = signer.sign("{\"sub\":\"42\"}", NOW, Some(60)).unwrap();
        let policy = Policy::builder().algorithms([algorithm]).any_issuer().any_audience().build().unwrap();
        let verified = policy.verify(&token, &KeySet::single(key), NOW + 59).unwrap();
        assert_eq!(verified.claims_json, format!("{{\"sub\":\"42\",\"iat\":{NOW},\"exp\":{}}}", NOW + 60));
        assert_eq!(
            verified.header_json,
            format!("{{\"alg\":\"{algorithm}\",\"typ\":\"JWT\",\"kid\":\"k\"}}")
        );
    }
}
