//! The operations about redirect URIs and mail.

use super::Outcome;
use super::objects::{parsed, text};
use ferroauth::host;
use serde_json::{Map, Value, json};

fn pure(name: &str, options: &Value) -> Outcome {
    host::pure(name, &options.to_string()).map(|answer| parsed(&answer))
}

pub(crate) fn classify_redirect_uri(given: &Value) -> Outcome {
    let url = text(&given["url"]);
    let mut class = pure("redirect_uri.classify", &json!({"url": url}))?;
    let reasons = class["reasons"].as_array().expect("reasons").clone();
    assert!(reasons.iter().all(|reason| reason["text"].as_str().is_some_and(|text| text.len() > 10)));
    // Refused exactly if a reason refuses it.
    assert_eq!(class["accepted"] == false, reasons.iter().any(|reason| reason["refuses"] == true));
    class["codes"] = reasons.iter().map(|reason| reason["code"].clone()).collect();
    class["url"] = url.into();
    Ok(class)
}

pub(crate) fn sasl(given: &Value) -> Outcome {
    let mut options: Map<String, Value> = given.as_object().cloned().expect("options");
    let mechanism = options.remove("mechanism").expect("a mechanism");
    options["access_token"] = text(&given["access_token"]).into();
    pure(&format!("sasl.{}", text(&mechanism).to_lowercase()), &options.into())
}

pub(crate) fn sasl_challenge(given: &Value) -> Outcome {
    let mut challenge = pure("sasl.challenge", &json!({"challenge": text(&given["challenge"])}))?;
    challenge["error"] = challenge["error"]["code"].clone();
    Ok(challenge)
}
