//! What needs neither a client nor the network, behind one door: a name and options in, JSON out.
//!
//! A binding has one native function for all of it, and its own types for the answers.

use super::options;
use crate::error::{Error, ErrorCode, Result};
use crate::sasl::{self, Challenge, InitialResponse};
use crate::types::RedirectUri;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Url {
    url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Login {
    user: Option<String>,
    access_token: Option<String>,
    host: Option<String>,
    port: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Challenged {
    challenge: Option<String>,
}

/// Calls a function by its name:
///
/// | Name | Options | Answer |
/// |---|---|---|
/// | `redirect_uri.classify` | `url` | `kind`, `accepted`, `scheme`, `host`, `port`, `reasons`: `[{code, text, refuses}]`, `civi_warning` |
/// | `sasl.xoauth2` | `user`, `access_token` | `mechanism`, `text`, `encoded`, `error_answer` |
/// | `sasl.oauthbearer` | `user`?, `access_token`, `host`?, `port`? | as above |
/// | `sasl.challenge` | `challenge` | `status`, `schemes`, `scopes`, `openid_configuration`, `hint`, `error` |
///
/// # Errors
/// Those of the functions; `config.invalid` for an option that is missing or unknown, `internal.argument` for another name.
pub fn pure(name: &str, options_json: &str) -> Result<String> {
    let answer = match name {
        "redirect_uri.classify" => {
            let given: Url = parse(options_json)?;
            classify(&required("url", given.url)?)
        }
        "sasl.xoauth2" => {
            let given: Login = parse(options_json)?;
            if given.host.is_some() || given.port.is_some() {
                return Err(Error::with(ErrorCode::ConfigInvalid, "XOAUTH2 has neither host nor port"));
            }
            let user = required("user", given.user)?;
            initial(&sasl::xoauth2(&user, &required("access_token", given.access_token)?)?)
        }
        "sasl.oauthbearer" => {
            let given: Login = parse(options_json)?;
            let port = given.port.map(u16::try_from).transpose();
            let port = port.map_err(|_| Error::with(ErrorCode::ConfigInvalid, "port is 1 to 65535"))?;
            let token = required("access_token", given.access_token)?;
            initial(&sasl::oauthbearer(given.user.as_deref(), &token, given.host.as_deref(), port)?)
        }
        "sasl.challenge" => {
            let given: Challenged = parse(options_json)?;
            challenge(&Challenge::parse(&required("challenge", given.challenge)?)?)
        }
        _ => return Err(Error::quoted(ErrorCode::InternalArgument, "no such function", name)),
    };
    Ok(answer.to_string())
}

fn parse<T: DeserializeOwned + Default>(text: &str) -> Result<T> {
    options("options", text)
}

fn required(name: &'static str, value: Option<String>) -> Result<String> {
    value.ok_or_else(|| Error::with(ErrorCode::ConfigInvalid, format!("{name} is missing")))
}

fn classify(url: &str) -> Value {
    let class = RedirectUri::classify(url);
    let reasons = class
        .reasons
        .iter()
        .map(|reason| json!({"code": reason.code(), "text": reason.words(), "refuses": reason.refuses()}));
    json!({
        "kind": class.kind.name(),
        "accepted": class.accepted(),
        "scheme": class.scheme,
        "host": class.host,
        "port": class.port,
        "reasons": reasons.collect::<Vec<_>>(),
        "civi_warning": class.civi_warning,
    })
}

fn initial(response: &InitialResponse) -> Value {
    json!({
        "mechanism": response.mechanism().name(),
        "text": response.text().expose(),
        "encoded": response.encoded().expose(),
        "error_answer": response.error_answer(),
    })
}

fn challenge(challenge: &Challenge) -> Value {
    let report: Value = serde_json::from_str(&challenge.error().to_json()).unwrap_or_default();
    json!({
        "status": challenge.status,
        "schemes": challenge.schemes,
        "scopes": challenge.scopes,
        "openid_configuration": challenge.openid_configuration,
        "hint": challenge.hint().name(),
        "error": report,
    })
}
