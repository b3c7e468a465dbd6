//! The device authorization grant, RFC 8628: for what has no browser, the user logs in on another device.

use super::Client;
use super::form::Form;
use super::grant_options::GrantOptions;
use super::id_token::Expected;
use super::other_grants::DEVICE;
use super::polling::{DEFAULT_INTERVAL, Schedule};
use super::request::{Endpoint, FormRequest};
use super::token_reply::TokenReply;
use super::token_set::TokenSet;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, HttpResponse, Io};
use crate::reply::json_object;
use crate::types::{ScopeSet, check_token, is_loopback_host};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use url::Url;

/// A device authorization that was begun: show the user code and the address, then ask for the tokens.
///
/// It holds the device code, so it prints without it, and what [`DeviceAuthorization::to_json`] writes is a secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceAuthorization {
    device_code: String,
    user_code: String,
    verification_uri: String,
    #[serde(default)]
    verification_uri_complete: Option<String>,
    expires_at: i64,
    interval: u32,
    /// The client that it belongs to.
    client: String,
    scopes: Vec<String>,
}

impl fmt::Debug for DeviceAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceAuthorization({}, device_code ***)", self.verification_uri)
    }
}

impl DeviceAuthorization {
    /// What the user types.
    #[must_use]
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// Where the user types it.
    #[must_use]
    pub fn verification_uri(&self) -> &str {
        &self.verification_uri
    }

    /// The address with the code in it, for a QR code.
    #[must_use]
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.verification_uri_complete.as_deref()
    }

    /// When it expires, seconds since the epoch.
    #[must_use]
    pub fn expires_at(&self) -> i64 {
        self.expires_at
    }

    /// Seconds between two requests for the tokens.
    #[must_use]
    pub fn interval(&self) -> u32 {
        self.interval
    }

    /// The JSON form for a session store. It contains the device code.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`DeviceAuthorization::to_json`] wrote.
    ///
    /// # Errors
    /// `pending.invalid`.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| ErrorCode::PendingInvalid.into())
    }
}

impl Client {
    /// Begins a device authorization, RFC 8628 section 3.1.
    ///
    /// # Errors
    /// `metadata.missing_endpoint`, `config.*` for malformed options, `response.device_authorization`, `oauth.*`, and the
    /// errors of the network.
    pub fn device_authorization(&self, options: &GrantOptions) -> Flow<DeviceAuthorization> {
        let (request, scopes) = match self.asking(Endpoint::DeviceAuthorization, Form::new(), options) {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(|io| async move {
            let response = client.send(&io, request).await?;
            client.read_device_authorization(&response, scopes)
        })
    }

    /// Asks for the tokens until the user has answered, at the provider's pace and never beyond the expiry.
    ///
    /// # Errors
    /// `pending.wrong_client` for another client's authorization, `oauth.access_denied` if the user refuses,
    /// `oauth.expired_token` when the time is over, and those of [`Client::refresh`].
    pub fn device_token(&self, authorization: &DeviceAuthorization) -> Flow<TokenSet> {
        let (request, scopes, schedule) = match self.device_request(authorization) {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(move |io| async move {
            let result = match client.poll(&io, request, schedule).await {
                Ok(reply) => client.answered(&io, reply, scopes).await,
                Err(error) => Err(error),
            };
            client.tell_grant(&io, DEVICE, result.as_ref());
            result
        })
    }

    /// Asks once, for an application that waits in its own way: `None` while the user has not answered.
    ///
    /// # Errors
    /// As [`Client::device_token`]; `oauth.slow_down` with `retry_after`, the seconds that every further wait must last.
    pub fn poll_device_token(&self, authorization: &DeviceAuthorization) -> Flow<Option<TokenSet>> {
        let (request, scopes, schedule) = match self.device_request(authorization) {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(move |io| async move {
            let result = match client.poll_once(&io, request, schedule).await {
                Ok(Some(reply)) => client.answered(&io, reply, scopes).await,
                Ok(None) => return Ok(None),
                Err(error) => Err(error),
            };
            client.tell_grant(&io, DEVICE, result.as_ref());
            result.map(Some)
        })
    }

    fn device_request(
        &self,
        authorization: &DeviceAuthorization,
    ) -> Result<(FormRequest, ScopeSet, Schedule)> {
        self.check_fingerprint(&authorization.client)?;
        check_token("device_code", &authorization.device_code)?;
        let mut form = Form::grant(DEVICE);
        form.append("device_code", &authorization.device_code);
        let schedule = Schedule { interval: authorization.interval, expires_at: authorization.expires_at };
        Ok((self.form_request(Endpoint::Token, form)?, ScopeSet::parse(&authorization.scopes)?, schedule))
    }

    /// The tokens of a user who has answered.
    pub(super) async fn answered(&self, io: &Io, reply: TokenReply, scopes: ScopeSet) -> Result<TokenSet> {
        self.token_set(io, reply, scopes, &Expected::default()).await
    }

    fn read_device_authorization(
        &self,
        response: &HttpResponse,
        scopes: ScopeSet,
    ) -> Result<DeviceAuthorization> {
        let code = ErrorCode::ResponseDeviceAuthorization;
        let members = json_object(response)?;
        let (expires_at, interval) = self.lifetime(&members, code)?;
        let complete = match members.get("verification_uri_complete") {
            None => None,
            Some(_) => Some(address(&members, "verification_uri_complete")?),
        };
        Ok(DeviceAuthorization {
            device_code: token(&members, "device_code", code)?,
            user_code: token(&members, "user_code", code)?,
            verification_uri: address(&members, "verification_uri")?,
            verification_uri_complete: complete,
            expires_at,
            interval,
            client: self.fingerprint().to_owned(),
            scopes: scopes.into_vec(),
        })
    }

    /// `expires_in` as a point in time, and `interval`.
    pub(super) fn lifetime(&self, members: &Map<String, Value>, code: ErrorCode) -> Result<(i64, u32)> {
        let seconds = |name: &'static str, most: u32| match members.get(name) {
            None => Ok(None),
            Some(value) => match value.as_u64().and_then(|seconds| u32::try_from(seconds).ok()) {
                Some(seconds) if seconds <= most => Ok(Some(seconds)),
                _ => Err(Error::with(code, name)),
            },
        };
        let expires_in = seconds("expires_in", u32::MAX)?.filter(|seconds| *seconds > 0);
        let expires_in = expires_in.ok_or_else(|| Error::with(code, "expires_in"))?;
        // An hour between two requests is no interval but a mistake, and 0 would be no pause at all.
        let interval = seconds("interval", 3600)?.unwrap_or(DEFAULT_INTERVAL).max(1);
        Ok((self.clock().now().saturating_add(i64::from(expires_in)), interval))
    }
}

/// A text of visible ASCII.
pub(super) fn token(members: &Map<String, Value>, name: &'static str, code: ErrorCode) -> Result<String> {
    let text = members.get(name).and_then(Value::as_str).ok_or_else(|| Error::with(code, name))?;
    check_token(name, text).map_err(|_| Error::with(code, name))?;
    Ok(text.to_owned())
}

/// An address that is shown to the user and opened in a browser: never a script, never plain text over a network.
fn address(members: &Map<String, Value>, name: &'static str) -> Result<String> {
    let refuse = || Error::with(ErrorCode::ResponseDeviceAuthorization, name);
    let text = token(members, name, ErrorCode::ResponseDeviceAuthorization)?;
    let url = Url::parse(&text).map_err(|_| refuse())?;
    let loopback = url.host_str().is_some_and(is_loopback_host);
    let plain = text.bytes().all(|byte| byte > 0x20) && url.username().is_empty() && url.password().is_none();
    match url.scheme() {
        "https" if plain => Ok(text),
        "http" if plain && loopback => Ok(text),
        _ => Err(refuse()),
    }
}
