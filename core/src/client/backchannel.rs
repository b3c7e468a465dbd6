//! OpenID Connect Client-Initiated Backchannel Authentication (CIBA Core 1.0), poll mode: the provider asks the user on
//! another device, and nobody is sent to a browser.

use super::Client;
use super::device::token;
use super::form::Form;
use super::grant_options::GrantOptions;
use super::other_grants::CIBA;
use super::polling::Schedule;
use super::request::{Endpoint, FormRequest};
use super::token_set::TokenSet;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, HttpResponse};
use crate::reply::json_object;
use crate::types::{ScopeSet, check_token};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whom to ask, and what to show.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackchannelRequest {
    /// Names the user, such as an email address.
    pub login_hint: Option<String>,
    /// Names the user by a token that the provider understands.
    pub login_hint_token: Option<String>,
    /// Names the user by an ID token of an earlier login.
    pub id_token_hint: Option<String>,
    /// Shown on both devices, so that the user can tell that they belong together.
    pub binding_message: Option<String>,
    /// A secret between user and provider.
    pub user_code: Option<String>,
    /// Seconds for which the request should be good.
    pub requested_expiry: Option<u32>,
    /// The ways of authentication that would do, the best one first.
    pub acr_values: Vec<String>,
    /// Scopes (`openid` among them), resources and the like.
    #[serde(skip)]
    pub options: GrantOptions,
}

/// Hints name users.
impl fmt::Debug for BackchannelRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackchannelRequest(***)")
    }
}

/// An authentication that was begun. Prints without its identifier, and what
/// [`BackchannelAuthentication::to_json`] writes is a secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackchannelAuthentication {
    auth_req_id: String,
    expires_at: i64,
    interval: u32,
    /// The client that it belongs to.
    client: String,
    scopes: Vec<String>,
}

impl fmt::Debug for BackchannelAuthentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BackchannelAuthentication(***, expires at {})", self.expires_at)
    }
}

impl BackchannelAuthentication {
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

    /// The JSON form for a session store.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`BackchannelAuthentication::to_json`] wrote.
    ///
    /// # Errors
    /// `pending.invalid`.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| ErrorCode::PendingInvalid.into())
    }
}

impl Client {
    /// Asks the provider to authenticate a user on another device, CIBA Core section 7.1.
    ///
    /// # Errors
    /// `config.client_authentication` for a public client; `config.invalid` unless there is exactly one hint and the `openid`
    /// scope; `metadata.missing_endpoint`, `response.backchannel_authentication`, `oauth.*` (`unknown_user_id`,
    /// `missing_user_code`, `invalid_binding_message`, ...), and the errors of the network.
    pub fn backchannel_authentication(
        &self,
        request: &BackchannelRequest,
    ) -> Flow<BackchannelAuthentication> {
        let (request, scopes) = match self.backchannel_form(request) {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(|io| async move {
            let response = client.send(&io, request).await?;
            client.read_backchannel(&response, scopes)
        })
    }

    /// Asks for the tokens until the user has answered, at the provider's pace and never beyond the expiry.
    ///
    /// # Errors
    /// As [`Client::device_token`]; `oauth.transaction_failed`, `response.id_token_missing`.
    pub fn backchannel_token(&self, authentication: &BackchannelAuthentication) -> Flow<TokenSet> {
        let (request, scopes, schedule) = match self.backchannel_poll(authentication) {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(move |io| async move {
            let result = match client.poll(&io, request, schedule).await {
                Ok(reply) => client.answered(&io, reply, scopes).await.and_then(identified),
                Err(error) => Err(error),
            };
            client.tell_grant(&io, CIBA, result.as_ref());
            result
        })
    }

    /// Asks once; `None` while the user has not answered.
    ///
    /// # Errors
    /// As [`Client::poll_device_token`].
    pub fn poll_backchannel_token(
        &self,
        authentication: &BackchannelAuthentication,
    ) -> Flow<Option<TokenSet>> {
        let (request, scopes, schedule) = match self.backchannel_poll(authentication) {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(move |io| async move {
            let result = match client.poll_once(&io, request, schedule).await {
                Ok(Some(reply)) => client.answered(&io, reply, scopes).await.and_then(identified),
                Ok(None) => return Ok(None),
                Err(error) => Err(error),
            };
            client.tell_grant(&io, CIBA, result.as_ref());
            result.map(Some)
        })
    }

    fn backchannel_form(&self, given: &BackchannelRequest) -> Result<(FormRequest, ScopeSet)> {
        let refuse = |detail| Error::with(ErrorCode::ConfigInvalid, detail);
        if !self.is_confidential() {
            let detail = "backchannel_authentication needs a confidential client";
            return Err(Error::with(ErrorCode::ConfigClientAuthentication, detail));
        }
        let hints = [
            ("login_hint", &given.login_hint),
            ("login_hint_token", &given.login_hint_token),
            ("id_token_hint", &given.id_token_hint),
        ];
        if hints.iter().filter(|(_, hint)| hint.is_some()).count() != 1 {
            return Err(refuse("exactly one of login_hint, login_hint_token and id_token_hint"));
        }
        if !given.options.scopes.iter().any(|scope| scope == "openid") {
            return Err(refuse("the scopes lack openid"));
        }
        self.require_id_token_keys()?;
        let mut form = Form::new();
        let acr_values = given.acr_values.join(" ");
        let shown = [("binding_message", &given.binding_message), ("user_code", &given.user_code)];
        for (name, value) in hints.into_iter().chain(shown) {
            let Some(value) = value else { continue };
            if value.is_empty() || value.len() > 16 * 1024 {
                return Err(Error::with(ErrorCode::ConfigInvalid, format!("{name} is empty or too long")));
            }
            if value.chars().any(char::is_control) {
                return Err(Error::with(ErrorCode::ConfigControlCharacter, name));
            }
            form.append(name, value);
        }
        if let Some(seconds) = given.requested_expiry {
            if seconds == 0 {
                return Err(refuse("requested_expiry is 0"));
            }
            form.append("requested_expiry", &seconds.to_string());
        }
        if !acr_values.is_empty() {
            check_token("acr_values", &acr_values)?;
            form.append("acr_values", &acr_values);
        }
        self.asking(Endpoint::BackchannelAuthentication, form, &given.options)
    }

    fn read_backchannel(
        &self,
        response: &HttpResponse,
        scopes: ScopeSet,
    ) -> Result<BackchannelAuthentication> {
        let code = ErrorCode::ResponseBackchannelAuthentication;
        let members = json_object(response)?;
        let (expires_at, interval) = self.lifetime(&members, code)?;
        Ok(BackchannelAuthentication {
            auth_req_id: token(&members, "auth_req_id", code)?,
            expires_at,
            interval,
            client: self.fingerprint().to_owned(),
            scopes: scopes.into_vec(),
        })
    }

    fn backchannel_poll(
        &self,
        begun: &BackchannelAuthentication,
    ) -> Result<(FormRequest, ScopeSet, Schedule)> {
        self.check_fingerprint(&begun.client)?;
        check_token("auth_req_id", &begun.auth_req_id)?;
        let mut form = Form::grant(CIBA);
        form.append("auth_req_id", &begun.auth_req_id);
        let schedule = Schedule { interval: begun.interval, expires_at: begun.expires_at };
        Ok((self.form_request(Endpoint::Token, form)?, ScopeSet::parse(&begun.scopes)?, schedule))
    }
}

/// CIBA Core section 10.1.1: the tokens say who the user is.
fn identified(tokens: TokenSet) -> Result<TokenSet> {
    if tokens.id_token().is_some() { Ok(tokens) } else { Err(ErrorCode::ResponseIdTokenMissing.into()) }
}
