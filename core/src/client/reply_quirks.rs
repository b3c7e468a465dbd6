//! Shapes of token replies that are none of RFC 6749's, read where the service declares them.

use crate::error::{Error, ErrorCode, Result};
use crate::flow::HttpResponse;
use crate::jose::json;
use crate::reply::{json_members, provider_error};
use crate::services::{Quirk, Quirks};
use serde_json::{Map, Value};
use url::form_urlencoded;

/// Longest text of digits that becomes a number.
const MAX_DIGITS: usize = 15;

/// The JSON that a form-encoded reply ([`Quirk::FormEncodedReply`]) stands for. A form has texts alone, so the digits of
/// `expires_in` are a number here.
///
/// # Errors
/// `response.malformed` for a member that is there twice, or a text that is no UTF-8.
pub(super) fn json_of_form(body: &[u8]) -> Result<String> {
    let malformed = || Error::new(ErrorCode::ResponseMalformed);
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        // What is no UTF-8 was replaced.
        if name.is_empty() || name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return Err(malformed());
        }
        let digits =
            (1..=MAX_DIGITS).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
        let value = match value.parse::<u64>() {
            Ok(number) if digits && name == "expires_in" => Value::from(number),
            _ => Value::from(value.into_owned()),
        };
        if members.insert(name.into_owned(), value).is_some() {
            return Err(malformed());
        }
    }
    Ok(Value::Object(members).to_string())
}

/// The registered error that a provider's own name stands for, [`Quirk::ErrorWith200`].
pub(super) fn own_error(name: &str, quirks: Quirks) -> Option<&'static str> {
    if !quirks.has(Quirk::ErrorWith200) {
        return None;
    }
    Some(match name {
        // GitHub
        "bad_verification_code" | "bad_refresh_token" | "redirect_uri_mismatch" => "invalid_grant",
        "incorrect_client_credentials" => "invalid_client",
        "unverified_user_email" => "access_denied",
        "incorrect_device_code" | "device_flow_disabled" => "invalid_grant",
        // Slack
        "invalid_code" | "code_already_used" | "invalid_refresh_token" | "bad_redirect_uri" => {
            "invalid_grant"
        }
        "bad_client_secret" | "invalid_client_id" => "invalid_client",
        "invalid_grant_type" => "unsupported_grant_type",
        "invalid_auth" | "not_authed" | "token_expired" | "token_revoked" => "invalid_token",
        "internal_error" | "fatal_error" => "server_error",
        "ratelimited" | "service_unavailable" => "temporarily_unavailable",
        _ => return None,
    })
}

/// The error of a refusal whose `error` is an object, [`Quirk::ErrorObject`].
pub(super) fn object_error(response: &HttpResponse, quirks: Quirks) -> Option<Error> {
    if !quirks.has(Quirk::ErrorObject) || !(400..500).contains(&response.status) {
        return None;
    }
    let error = json_members(response).ok()?.get("error").filter(|error| error.is_object())?;
    json::validate(error.raw().as_bytes(), json::Limits::default()).ok()?;
    Some(of_object(&serde_json::from_str(error.raw()).ok()?))
}

/// The error of `{"type", "code", "message"}`, Facebook's. Its code 190 is an access token that is good no more.
pub(super) fn of_object(error: &Value) -> Error {
    let text = |name: &str| error.get(name).and_then(Value::as_str);
    let registered = match error.get("code").and_then(Value::as_i64) {
        Some(190) => "invalid_token",
        Some(1 | 2) => "temporarily_unavailable",
        _ => "other",
    };
    provider_error(registered, None).provider_reply(text("type").unwrap_or("error"), text("message"))
}
