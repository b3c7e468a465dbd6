//! The operations of the shared suite that are about encrypted tokens.

use super::Outcome;
use super::objects::{bytes, decode, parsed, text};
use ferroauth::Result;
use ferroauth::host::{Decrypted, Decrypter, Encrypter, EncryptionKey};
use ferroauth::jose::base64url;
use serde_json::{Value, json};

/// An operation by its name.
pub(crate) fn operation(name: &str) -> Option<fn(&Value) -> Outcome> {
    Some(match name {
        "decrypt" => decrypt,
        "encrypt" => encrypt,
        "encrypt_decrypt" => encrypt_decrypt,
        "encryption_key" => encryption_key,
        "encryption_key_locked" => encryption_key_locked,
        _ => return None,
    })
}

/// A key for encryption, as the cases write it.
fn key(given: &Value) -> Result<EncryptionKey> {
    let named = |name: &str| given.get(name).map(text);
    let algorithm = named("algorithm").unwrap_or_default();
    let key = if let Some(secret) = given.get("secret") {
        EncryptionKey::from_secret(&bytes(secret), &algorithm)?
    } else if let Some(jwk) = named("jwk") {
        EncryptionKey::from_jwk(&jwk, named("algorithm").as_deref())?
    } else if let Some(pem) = named("pem") {
        EncryptionKey::from_pem_with(&pem, &algorithm, given.get("passphrase").map(bytes).as_deref())?
    } else if let Some(der) = given.get("der") {
        let passphrase = given.get("passphrase").map(bytes);
        EncryptionKey::from_der_with(&decode(der), &algorithm, passphrase.as_deref())?
    } else {
        EncryptionKey::generate(&named("generate").expect("a key"), named("curve").as_deref())?
    };
    match named("kid") {
        Some(kid) => key.with_kid(&kid),
        None => Ok(key),
    }
}

fn keys(given: &Value) -> Result<Vec<EncryptionKey>> {
    given.as_array().expect("keys").iter().map(key).collect()
}

/// A decrypter, as the cases write it.
pub(crate) fn decrypter(keys_given: &Value, config: &Value) -> Result<Decrypter> {
    Decrypter::new(keys(keys_given)?, &config.to_string())
}

fn decrypt(given: &Value) -> Outcome {
    let decrypter = decrypter(&given["keys"], &given["config"])?;
    let decrypted = match given.get("json") {
        Some(json) => decrypter.decrypt_json(&text(json))?,
        None => decrypter.decrypt(&text(&given["token"]))?,
    };
    Ok(value(&decrypted))
}

fn value(decrypted: &Decrypted) -> Value {
    json!({
        "plaintext": base64url::encode(decrypted.plaintext()),
        "header": parsed(&decrypted.header_json),
        "unprotected": decrypted.unprotected_json.as_deref().map(parsed),
        "aad": decrypted.aad.as_deref().map(base64url::encode),
    })
}

fn encrypt(given: &Value) -> Outcome {
    let encrypter = Encrypter::new(keys(&given["keys"])?, &given["config"].to_string())?;
    let (plaintext, content_type) = (bytes(&given["plaintext"]), given.get("content_type").map(text));
    if given["form"] == "json" {
        let aad = given.get("aad").map(bytes);
        let json = encrypter.encrypt_json(&plaintext, content_type.as_deref(), aad.as_deref())?;
        return Ok(json!({"json": parsed(&json)}));
    }
    Ok(json!({"token": encrypter.encrypt(&plaintext, content_type.as_deref())?}))
}

/// Encrypts for the public half, if there is one, and decrypts with the key.
fn encrypt_decrypt(given: &Value) -> Outcome {
    let key = key(&given["key"])?;
    let recipient = key.public_half().unwrap_or_else(|_| key.clone());
    let encrypter = Encrypter::new(vec![recipient], &given["sender"].to_string())?;
    let token = encrypter.encrypt(&bytes(&given["plaintext"]), None)?;
    let decrypter = Decrypter::new(vec![key], &given["reader"].to_string())?;
    Ok(value(&decrypter.decrypt(&token)?))
}

fn encryption_key(given: &Value) -> Outcome {
    let key = key(&given["key"])?;
    let public = key.public_half().ok();
    let public_jwk = public.as_ref().map(EncryptionKey::public_jwk).transpose()?;
    if let Some(public) = &public {
        assert_eq!(public.thumbprint()?, key.thumbprint()?);
    }
    Ok(json!({
        "kid": key.kid(),
        "algorithm": key.purpose(),
        "private": key.is_private(),
        "jwk": parsed(key.jwk()?.expose()),
        "public_jwk": public_jwk.as_deref().map(parsed),
    }))
}

/// Writes a key under a passphrase, and reads it again.
fn encryption_key_locked(given: &Value) -> Outcome {
    let key = key(&given["key"])?;
    let passphrase = bytes(&given["passphrase"]);
    let pem = key.private_pem_with(&passphrase)?;
    let again = EncryptionKey::from_pem_with(pem.expose(), key.purpose(), Some(&passphrase))?;
    let label = pem.expose().split("-----").nth(1).unwrap_or_default().replace("BEGIN ", "");
    Ok(json!({ "label": label, "jwk": parsed(again.jwk()?.expose()) }))
}
