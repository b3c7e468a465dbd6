//! What a verification costs: the signature check alone with a parsed key, and the whole of ferroauth's.

use crate::Result;
use crate::worker::{Input, Once};
use aws_lc_rs::{digest, hmac, signature};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ferroauth::host::{Key, Verifier, VerifierKeys};

/// Nothing but the signature: message and signature are decoded before, the key is parsed before.
pub(crate) fn bare(input: &Input, algorithm: &str) -> Result<Once> {
    let token = input.text(&["tokens", algorithm])?;
    let (message, signature) = token.rsplit_once('.').ok_or("not a compact token")?;
    let (message, signature) = (message.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(signature)?);
    if algorithm == "HS256" {
        let key = hmac::Key::new(hmac::HMAC_SHA256, input.text(&["secret"])?.as_bytes());
        return Ok(Box::new(move || Ok(hmac::verify(&key, &message, &signature).map_err(|_| "wrong HMAC")?)));
    }
    let public = STANDARD.decode(input.text(&["public_raw", algorithm])?)?;
    let kind: &'static dyn signature::VerificationAlgorithm = match algorithm {
        "RS256" => &signature::RSA_PKCS1_2048_8192_SHA256,
        "ES256" => &signature::ECDSA_P256_SHA256_FIXED,
        "EdDSA" => &signature::ED25519,
        _ => return Err("no bare check for this algorithm".into()),
    };
    let key = signature::ParsedPublicKey::new(kind, public).map_err(|_| "key refused")?;
    Ok(Box::new(move || Ok(key.verify_sig(&message, &signature).map_err(|_| "wrong signature")?)))
}

/// One hash over a token: what its mere length may cost.
pub(crate) fn sha256(input: &Input, shape: &str) -> Result<Once> {
    let token = input.text(&["hostile", shape])?.to_owned();
    Ok(Box::new(move || {
        std::hint::black_box(digest::digest(&digest::SHA256, token.as_bytes()));
        Ok(())
    }))
}

/// The refusal of a hostile token.
pub(crate) fn refuse(input: &Input, shape: &str) -> Result<Once> {
    let verifier = verifier(input, "HS256")?;
    let token = input.text(&["hostile", shape])?.to_owned();
    Ok(Box::new(move || match verifier.verify_now(&token) {
        Ok(_) => Err("a hostile token was accepted".into()),
        Err(_) => Ok(()),
    }))
}

/// All claims checked, as the bindings call it.
pub(crate) fn ferroauth(input: &Input, algorithm: &str) -> Result<Once> {
    let verifier = verifier(input, algorithm)?;
    let token = input.text(&["tokens", algorithm])?.to_owned();
    Ok(Box::new(move || verifier.verify_now(&token).map(drop).map_err(Into::into)))
}

fn verifier(input: &Input, algorithm: &str) -> Result<Verifier> {
    let key = if algorithm == "HS256" {
        Key::hmac(input.text(&["secret"])?.as_bytes())?
    } else {
        Key::public_from_pem(input.text(&["public_pem", algorithm])?)?
    };
    let config = serde_json::json!({
        "issuer": input.text(&["issuer"])?, "audience": input.text(&["audience"])?, "algorithms": [algorithm],
        "required_claims": ["iss", "aud", "sub", "exp", "nbf", "iat"],
    });
    Ok(Verifier::new(&config.to_string(), VerifierKeys::Key(key))?)
}
