//! Between an endpoint's raw HTTP response and the JSON object that a protocol step expects.
//!
//! Everything that can be wrong below the protocol ends here with its own code: redirects, statuses,
//! content types, JSON that two parsers could read differently.

use crate::challenge::Challenge;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::HttpResponse;
use crate::jose::json;
use serde_json::{Map, Value};

/// Checks that a response is a 200 with strict JSON.
pub(crate) fn json_reply(response: &HttpResponse) -> Result<()> {
    json::validate(json_body(response)?, json::Limits::default())
        .map_err(|_| Error::new(ErrorCode::ResponseMalformed))
}

/// The members of a response that is strict JSON, unread, whatever its status.
pub(crate) fn json_members(response: &HttpResponse) -> Result<json::Object<'_>> {
    json::Object::parse(json_content(response)?, json::Limits::default())
        .map_err(|_| Error::new(ErrorCode::ResponseMalformed))
}

fn json_body(response: &HttpResponse) -> Result<&[u8]> {
    json_body_of(response, 200)
}

fn json_body_of(response: &HttpResponse, status: u16) -> Result<&[u8]> {
    if response.status != status {
        return Err(refusal(response));
    }
    json_content(response)
}

fn json_content(response: &HttpResponse) -> Result<&[u8]> {
    if !is_json(response) {
        return Err(Error::new(ErrorCode::ResponseContentType));
    }
    Ok(&response.body)
}

/// Checks a response like [`json_reply`] and returns its members.
pub(crate) fn json_object(response: &HttpResponse) -> Result<Map<String, Value>> {
    json_object_of(response, 200)
}

/// As [`json_object`], for an endpoint that says success with another status.
pub(crate) fn json_object_of(response: &HttpResponse, status: u16) -> Result<Map<String, Value>> {
    let malformed = |_| Error::new(ErrorCode::ResponseMalformed);
    let body = json_body_of(response, status)?;
    json::validate(body, json::Limits::default()).map_err(malformed)?;
    serde_json::from_slice(body).map_err(|_| Error::new(ErrorCode::ResponseMalformed))
}

fn is_json(response: &HttpResponse) -> bool {
    let media = media_type(response);
    if media.eq_ignore_ascii_case("application/json") {
        return true;
    }
    let media = media.to_ascii_lowercase();
    media.starts_with("application/") && media.ends_with("+json")
}

/// The media type of a response without its parameters; empty if there is none.
pub(crate) fn media_type(response: &HttpResponse) -> &str {
    response.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim()
}

/// The error of a response that is no success.
pub(crate) fn refusal(response: &HttpResponse) -> Error {
    let status = response.status;
    if (300..400).contains(&status) {
        return Error::new(ErrorCode::NetworkRedirect);
    }
    if let Some(error) = oauth_error(response) {
        return error;
    }
    match status {
        429 => with_retry_after(Error::new(ErrorCode::NetworkRateLimited), response),
        500 | 502 | 503 | 504 => {
            with_retry_after(Error::with(ErrorCode::NetworkUnavailable, format!("status {status}")), response)
        }
        401 => {
            challenge_error(response).unwrap_or_else(|| Error::with(ErrorCode::NetworkStatus, "status 401"))
        }
        403 => {
            challenge_error(response).unwrap_or_else(|| Error::with(ErrorCode::NetworkStatus, "status 403"))
        }
        _ => Error::with(ErrorCode::NetworkStatus, format!("status {status}")),
    }
}

/// `Retry-After` in seconds, at most a day; dates and nonsense are left out.
fn with_retry_after(error: Error, response: &HttpResponse) -> Error {
    match response.header("retry-after").map(|value| value.trim().parse::<u32>()) {
        Some(Ok(seconds)) => error.retry_after(seconds.min(86_400)),
        _ => error,
    }
}

fn oauth_error(response: &HttpResponse) -> Option<Error> {
    if !is_json(response) || json::validate(&response.body, json::Limits::default()).is_err() {
        return None;
    }
    let members: Map<String, Value> = serde_json::from_slice(&response.body).ok()?;
    let name = members.get("error")?.as_str()?;
    let description = members.get("error_description").and_then(Value::as_str);
    Some(with_retry_after(provider_error(name, description), response))
}

/// The error of an OAuth challenge (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3), or that the field is
/// malformed.
fn challenge_error(response: &HttpResponse) -> Option<Error> {
    let fields = response.headers.get_all("www-authenticate").iter();
    let fields: Option<Vec<&str>> = fields.map(|value| std::str::from_utf8(value.as_bytes()).ok()).collect();
    let Some(fields) = fields else { return Some(ErrorCode::OauthChallenge.into()) };
    match Challenge::parse(fields) {
        Err(error) => Some(error),
        Ok(challenges) => challenges.iter().find_map(|challenge| {
            Some(provider_error(challenge.error()?, challenge.parameter("error_description")))
        }),
    }
}

/// Maps an OAuth error name to its row; what is not registered becomes `oauth.other`.
pub(crate) fn provider_error(name: &str, description: Option<&str>) -> Error {
    let code = match name {
        "invalid_request" => ErrorCode::OauthInvalidRequest,
        "invalid_client" => ErrorCode::OauthInvalidClient,
        "invalid_grant" => ErrorCode::OauthInvalidGrant,
        "unauthorized_client" => ErrorCode::OauthUnauthorizedClient,
        "unsupported_grant_type" => ErrorCode::OauthUnsupportedGrantType,
        "invalid_scope" => ErrorCode::OauthInvalidScope,
        "access_denied" => ErrorCode::OauthAccessDenied,
        "unsupported_response_type" => ErrorCode::OauthUnsupportedResponseType,
        "server_error" => ErrorCode::OauthServerError,
        "temporarily_unavailable" => ErrorCode::OauthTemporarilyUnavailable,
        "invalid_token" => ErrorCode::OauthInvalidToken,
        "insufficient_scope" => ErrorCode::OauthInsufficientScope,
        "login_required" => ErrorCode::OauthLoginRequired,
        "interaction_required" => ErrorCode::OauthInteractionRequired,
        "consent_required" => ErrorCode::OauthConsentRequired,
        "account_selection_required" => ErrorCode::OauthAccountSelectionRequired,
        "unsupported_token_type" => ErrorCode::OauthUnsupportedTokenType,
        "invalid_redirect_uri" => ErrorCode::OauthInvalidRedirectUri,
        "invalid_client_metadata" => ErrorCode::OauthInvalidClientMetadata,
        "invalid_software_statement" => ErrorCode::OauthInvalidSoftwareStatement,
        "unapproved_software_statement" => ErrorCode::OauthUnapprovedSoftwareStatement,
        "use_dpop_nonce" => ErrorCode::OauthUseDpopNonce,
        "invalid_dpop_proof" => ErrorCode::OauthInvalidDpopProof,
        "invalid_request_uri" => ErrorCode::OauthInvalidRequestUri,
        "invalid_request_object" => ErrorCode::OauthInvalidRequestObject,
        "request_not_supported" => ErrorCode::OauthRequestNotSupported,
        "request_uri_not_supported" => ErrorCode::OauthRequestUriNotSupported,
        "insufficient_user_authentication" => ErrorCode::OauthInsufficientUserAuthentication,
        "unmet_authentication_requirements" => ErrorCode::OauthUnmetAuthenticationRequirements,
        "authorization_pending" => ErrorCode::OauthAuthorizationPending,
        "slow_down" => ErrorCode::OauthSlowDown,
        "expired_token" => ErrorCode::OauthExpiredToken,
        "invalid_target" => ErrorCode::OauthInvalidTarget,
        "invalid_authorization_details" => ErrorCode::OauthInvalidAuthorizationDetails,
        "unknown_user_id" => ErrorCode::OauthUnknownUserId,
        "expired_login_hint_token" => ErrorCode::OauthExpiredLoginHintToken,
        "missing_user_code" => ErrorCode::OauthMissingUserCode,
        "invalid_user_code" => ErrorCode::OauthInvalidUserCode,
        "invalid_binding_message" => ErrorCode::OauthInvalidBindingMessage,
        "transaction_failed" => ErrorCode::OauthTransactionFailed,
        _ => ErrorCode::OauthOther,
    };
    Error::new(code).provider_reply(name, description)
}
