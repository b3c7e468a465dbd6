//! The operations about the forms in which keys go out.

use super::Outcome;
use super::objects::{self, bytes, parsed};
use ferroauth::jose::{Key, base64url};
use serde_json::{Value, json};

/// Writes a key in the form that the case names; what is written under a passphrase is read again.
pub(crate) fn export(given: &Value) -> Outcome {
    let key = objects::key(&given["key"])?;
    let raw = |bytes: &[u8]| json!({"base64url": base64url::encode(bytes)});
    Ok(match given["form"].as_str().expect("a form") {
        "public_der" => raw(&key.public_der()?),
        "private_der" => raw(key.private_der()?.expose()),
        "public_raw" => raw(&key.public_raw()?),
        "private_raw" => raw(key.private_raw()?.expose()),
        "public_pem" => json!({"text": key.public_pem()?}),
        "private_pem" => json!({"text": key.private_pem()?.expose()}),
        _ => {
            let passphrase = bytes(&given["passphrase"]);
            let pem = key.private_pem_with(&passphrase)?;
            let again = Key::private_from_pem_with(pem.expose(), Some(&passphrase))?;
            let label = pem.expose().split("-----").nth(1).unwrap_or_default().replace("BEGIN ", "");
            json!({"label": label, "private_jwk": parsed(again.private_jwk()?.expose())})
        }
    })
}

/// A set of keys, and what of them may be published.
pub(crate) fn set_of(given: &Value) -> Outcome {
    let set = objects::key_set(given["keys"].as_array().expect("keys"))?;
    let published = parsed(&set.to_json());
    let names = |one: &Value| one.as_object().map(|members| members.keys().cloned().collect::<Vec<_>>());
    let members: Vec<_> = published["keys"].as_array().into_iter().flatten().filter_map(names).collect();
    Ok(json!({"keys": set.len(), "published": published, "members": members}))
}
