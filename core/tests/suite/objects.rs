//! From the `given` of a case to the objects of the public API.

use ferroauth::client::{Callback, Keyring, PendingAuthorization};
use ferroauth::host::{Client, ClientKeys, Service, Verified, Verifier, VerifierKeys};
use ferroauth::jose::{Key, KeySet, Origin, base64url};
use ferroauth::{Error, ErrorCode, Result};
use serde_json::{Value, json};

/// A text, written down or to be built from `concat` and `repeat`.
pub(crate) fn text(value: &Value) -> String {
    if let Some(parts) = value.get("concat").and_then(Value::as_array) {
        return parts.iter().map(text).collect();
    }
    if let (Some(unit), Some(times)) = (value.get("repeat"), value.get("times").and_then(Value::as_u64)) {
        return text(unit).repeat(usize::try_from(times).expect("a small number"));
    }
    value.as_str().expect("a text").to_owned()
}

/// The arguments of an operation, with each text that is to be built in place of its description.
pub(crate) fn resolved(given: &Value) -> Value {
    match given {
        Value::Object(members) if members.contains_key("concat") || members.contains_key("repeat") => {
            text(given).into()
        }
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), resolved(value))).collect()
        }
        Value::Array(items) => items.iter().map(resolved).collect(),
        other => other.clone(),
    }
}

/// Bytes, as base64url or as the UTF-8 of a text.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    match value.get("base64url") {
        Some(encoded) => decode(encoded),
        None => text(value.get("text").unwrap_or(value)).into_bytes(),
    }
}

pub(crate) fn decode(value: &Value) -> Vec<u8> {
    base64url::decode(value.as_str().expect("base64url")).expect("base64url")
}

pub(crate) fn key(given: &Value) -> Result<Key> {
    let (kind, value) = given.as_object().and_then(|members| members.iter().next()).expect("a key");
    match kind.as_str() {
        "hmac" => Key::hmac(&bytes(value)),
        "hmac_legacy" => Key::hmac_legacy(&bytes(value)),
        "pem_public" => Key::public_from_pem(&text(value)),
        "pem_private" => Key::private_from_pem(&text(value)),
        "der_public" => Key::public_from_der(&decode(value)),
        "der_private" => Key::private_from_der(&decode(value)),
        "pem_locked" => Key::private_from_pem_with(&text(&value["text"]), Some(&bytes(&value["passphrase"]))),
        "der_locked" => {
            Key::private_from_der_with(&decode(&value["base64url"]), Some(&bytes(&value["passphrase"])))
        }
        "raw_public" => {
            Key::public_from_raw(&decode(&value["base64url"]), text(&value["algorithm"]).parse()?)
        }
        "raw_private" => {
            Key::private_from_raw(&decode(&value["base64url"]), text(&value["algorithm"]).parse()?)
        }
        "generated" => Key::generate(text(value).parse()?),
        "generated_secret" => Key::generate_secret(text(value).parse()?),
        // The hosts have a class for each of the three.
        "jwk_public" => Key::public_from_jwk(&text(value)),
        "jwk_private" => Key::private_from_jwk(&text(value)),
        "jwk_secret" => Key::hmac_from_jwk(&text(value)),
        other => panic!("unknown kind of key {other}"),
    }
}

/// A set of the host's own keys.
pub(crate) fn key_set(keys: &[Value]) -> Result<KeySet> {
    KeySet::from_keys(keys.iter().map(key).collect::<Result<Vec<_>>>()?)
}

pub(crate) fn verifier_keys(given: &Value) -> Result<VerifierKeys> {
    if let Some(one) = given.get("key") {
        return key(one).map(VerifierKeys::Key);
    }
    if let Some(keys) = given.get("keys").and_then(Value::as_array) {
        return key_set(keys).map(VerifierKeys::Set);
    }
    match given.get("jwks") {
        Some(set) => KeySet::parse(text(set).as_bytes(), Origin::Local).map(VerifierKeys::Set),
        None => Ok(VerifierKeys::Discover),
    }
}

pub(crate) fn verifier(config: &Value, keys: &Value, now: Option<&Value>) -> Result<Verifier> {
    let mut config = config.clone();
    if let Some(now) = now {
        config["testing"] = json!({"now": now});
    }
    let verifier = Verifier::new(&config.to_string(), verifier_keys(keys)?)?;
    match keys.get("decrypter") {
        Some(given) => {
            let decrypter = super::encryption::decrypter(&given["keys"], &given["config"])?;
            Ok(verifier.with_decrypter(&decrypter))
        }
        None => Ok(verifier),
    }
}

/// The options of a client that are keys.
const CLIENT_KEYS: [&str; 3] = ["assertion_key", "dpop_key", "request_object_key"];

/// A preset or a document with options, or the text of a document alone.
pub(crate) fn service(given: &Value) -> Result<Service> {
    let options = given.get("options").map(Value::to_string).unwrap_or_default();
    match (given.get("preset"), given.get("text")) {
        (Some(name), _) => Service::preset(&text(name), &options),
        (None, Some(document)) => Service::from_json_with(&text(document), &options),
        (None, None) => Service::from_json(&text(given)),
    }
}

pub(crate) fn client(service: &Value, config: &Value, given: &Value) -> Result<Client> {
    let service = self::service(service)?;
    let mut config = config.clone();
    let mut keys = ClientKeys::default();
    for name in CLIENT_KEYS {
        if let Some(given) = config.as_object_mut().and_then(|members| members.remove(name)) {
            keys.insert(name, key(&given)?)?;
        }
    }
    if let (Some(now), Some(entropy)) = (given.get("now"), given.get("entropy")) {
        config["testing"] = json!({"now": now, "entropy": entropy});
    }
    let client = Client::new(&service, &config.to_string(), keys)?;
    match given.get("decrypter") {
        None => Ok(client),
        Some(opener) => {
            let decrypter = super::encryption::decrypter(&opener["keys"], &opener["config"])?;
            Ok(client.with_decrypter(&decrypter))
        }
    }
}

/// The arguments of a function that takes what a browser brought: a URL, or parameters as a list of pairs.
pub(crate) fn brought(given: &Value) -> Value {
    let mut given = given.clone();
    for name in ["callback", "request"] {
        let Some(value) = given.get(name) else { continue };
        given[name] = match callback(value) {
            Callback::Url(url) => url.into(),
            Callback::Parameters(pairs) => json!(pairs),
        };
    }
    given
}

pub(crate) fn keyring(keys: &Value) -> Result<Keyring> {
    Keyring::new(keys.as_array().expect("keys").iter().map(decode).collect())
}

pub(crate) fn callback(given: &Value) -> Callback {
    match given.as_object() {
        Some(members) if !members.contains_key("concat") => {
            // A list is a parameter that came more than once.
            let values = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            let pairs = members.iter().flat_map(|(name, value)| {
                values(value).into_iter().map(move |one| (name.clone(), text(&one)))
            });
            Callback::Parameters(pairs.collect())
        }
        _ => Callback::Url(text(given)),
    }
}

pub(crate) fn service_value(service: &Service) -> Value {
    let definition = service.ask("definition", "").expect("every service has one");
    json!({"issuer": service.issuer(), "document": parsed(&service.to_json()), "definition": parsed(&definition)})
}

pub(crate) fn verified_value(token: &Verified) -> Value {
    json!({"claims": parsed(&token.claims_json), "header": parsed(&token.header_json), "raw": token.claims_json})
}

pub(crate) fn decision_value(answer: &Value, fields: &[&str]) -> Value {
    if answer["granted"] == true {
        let claims = parsed(answer["claims"].as_str().expect("a text"));
        return json!({"granted": true, "subject": claims.get("sub"), "scopes": answer["scopes"], "claims": claims});
    }
    let error = &answer["error"];
    let shown = format!("{} {error}", answer["headers"]);
    let sent = fields.iter().flat_map(|field| [*field, field.split_once(' ').map_or("", |(_, rest)| rest)]);
    let echoes = sent.filter(|part| part.len() >= 8).any(|part| shown.contains(part));
    let headers: Vec<_> = answer["headers"].as_object().expect("headers").iter().collect();
    json!({"granted": false, "status": answer["status"], "headers": headers, "error": error["code"], "echoes": echoes})
}

/// A parameter that is repeated has the list of its values.
pub(crate) fn url_value(url: &str) -> Value {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let mut parameters = serde_json::Map::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match parameters.get_mut(name.as_ref()) {
            None => drop(parameters.insert(name.into_owned(), value.into_owned().into())),
            Some(Value::Array(list)) => list.push(value.into_owned().into()),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    json!({"base": base, "parameters": parameters})
}

pub(crate) fn pending_value(pending: &PendingAuthorization) -> Value {
    json!({
        "state": pending.state(), "url": url_value(pending.url()), "url_expires_at": pending.url_expires_at(),
        "response_origin": pending.response_origin(), "continue_url": pending.continue_url(),
    })
}

pub(crate) fn parsed(json: &str) -> Value {
    serde_json::from_str(json).expect("the library writes JSON")
}

/// What the suite's own mistakes end in: no case expects this code with this operation.
pub(crate) fn unknown(operation: &str) -> Error {
    Error::quoted(ErrorCode::InternalArgument, "unknown operation", operation)
}
