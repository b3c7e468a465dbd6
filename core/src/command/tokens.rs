//! `inspect` and `verify`.

use super::{Failure, argument_or_input, files, show};
use crate::clock::Clock;
use crate::drivers::run_blocking;
use crate::error::Error;
use crate::host::{self, Outcome, VerifierKeys};
use crate::jose::base64url;
use clap::ArgMatches;
use serde_json::{Value, json};

/// The parts of a token, with the reminder that nobody checked them.
pub(super) fn inspect(given: &ArgMatches) -> Result<String, Failure> {
    let token = argument_or_input(given.get_one("token"))?;
    let now = Clock::system().now();
    let parts: Vec<&str> = token.split('.').collect();
    if parts.len() == 5 {
        return encrypted(&parts, given.get_flag("json"), now);
    }
    let decoded = host::decode_unverified(&token)?;
    let signature = parts.last().map_or(0, |part| base64url::decoded_len(part.len()));
    if given.get_flag("json") {
        return Ok(pretty(&json!({
            "verified": false,
            "header": parsed(&decoded.header_json),
            "claims": parsed(&decoded.claims_json),
            "signature_bytes": signature,
        })));
    }
    let header = show::members("header", &decoded.header_json, now);
    let claims = show::members("claims", &decoded.claims_json, now);
    Ok(format!(
        "NOT VERIFIED: nobody has checked this token.\n{header}{claims}signature\n  {signature} bytes\n"
    ))
}

/// Of an encrypted token only the header can be read.
fn encrypted(parts: &[&str], as_json: bool, now: i64) -> Result<String, Failure> {
    let malformed = || Failure::from(Error::new(crate::ErrorCode::TokenMalformed));
    let header =
        parts.first().and_then(|part| base64url::decode(part.as_bytes()).ok()).ok_or_else(malformed)?;
    let header = String::from_utf8(header).map_err(|_| malformed())?;
    let value: Value = serde_json::from_str(&header).map_err(|_| malformed())?;
    if as_json {
        return Ok(pretty(&json!({"verified": false, "encrypted": true, "header": value})));
    }
    let header = show::members("header", &header, now);
    Ok(format!(
        "ENCRYPTED: the claims can be read with the recipient's key only. Nobody has checked this token.\n{header}"
    ))
}

/// The claims, or why there are none.
pub(super) fn verify(given: &ArgMatches) -> Result<String, Failure> {
    let many = |name: &str| -> Option<Vec<&String>> { given.get_many(name).map(Iterator::collect) };
    let decided = |name: &str, opt_out: &str| match many(name) {
        Some(values) => Ok(json!(values)),
        None if given.get_flag(opt_out) => Ok(Value::Null),
        None => Err(Failure::Usage(format!("say --{name}, or --{opt_out} if it is not to be checked"))),
    };
    let mut config = json!({
        "issuer": decided("issuer", "any-issuer")?,
        "audience": decided("audience", "any-audience")?,
        "network": {"allow_private": given.get_flag("allow-private")},
    });
    let mut put = |name: &str, value: Option<Value>| {
        if let (Some(value), Some(members)) = (value, config.as_object_mut()) {
            members.insert(name.into(), value);
        }
    };
    let text = |name: &str| given.get_one::<String>(name).map(|text| json!(text));
    put("algorithms", many("algorithm").map(|names| json!(names)));
    put("jwks_uri", text("jwks-uri"));
    put("profile", text("profile"));
    put("leeway", given.get_one::<u32>("leeway").map(|seconds| json!(seconds)));
    let at = given.get_one::<i64>("at").copied();
    put("testing", at.map(|now| json!({"now": now})));
    let keys = match given.get_one::<String>("key") {
        Some(path) => VerifierKeys::Set(files::keys(path, files::passphrase(given)?.as_ref())?),
        None => VerifierKeys::Discover,
    };
    let verifier = host::Verifier::new(&config.to_string(), keys)?;
    let token = argument_or_input(given.get_one("token"))?;
    let expected =
        given.get_one::<String>("nonce").map_or_else(|| json!({}), |nonce| json!({"nonce": nonce}));
    let now = at.unwrap_or_else(|| Clock::system().now());
    let as_json = given.get_flag("json");
    match run_blocking(verifier.verify_expecting(&token, &expected.to_string())?) {
        Ok(Outcome::Verified(verified)) if as_json => Ok(pretty(&json!({
            "verified": true,
            "header": parsed(&verified.header_json),
            "claims": parsed(&verified.claims_json),
        }))),
        Ok(Outcome::Verified(verified)) => {
            let header = show::members("header", &verified.header_json, now);
            let claims = show::members("claims", &verified.claims_json, now);
            Ok(format!("VERIFIED\n{header}{claims}"))
        }
        Ok(_) => Err(Failure::Usage("the verifier gave no token".into())),
        Err(error) if as_json => Err(Failure::Refused(error.code(), pretty(&parsed(&error.to_json())))),
        Err(error) => Err(Failure::Refused(error.code(), show::refusal(&error, now))),
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// JSON in several lines; what a terminal would act upon is escaped by JSON itself, but for the controls above ASCII.
pub(super) fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut out = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if c.is_control() && c != '\n' {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out.push('\n');
    out
}
