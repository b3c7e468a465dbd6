//! The end of a session: asked for by this client (OpenID Connect RP-Initiated Logout 1.0), announced through the browser
//! (Front-Channel Logout 1.0) or by the provider itself (Back-Channel Logout 1.0).
//!
//! A logout token is verified like an ID token and used once (threat F15). What a browser says can be said by any page, so it is
//! believed only as far as it names this provider and the very session.

use super::Client;
use super::callback::Callback;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Flow;
use crate::jose::{Expected, Profile, Verified, decode_unverified};
use crate::secret::constant_time_eq;
use crate::types::{RedirectUri, check_token};
use serde::Deserialize;
use std::fmt;
use url::form_urlencoded;

/// Longest request that a browser may bring.
const MAX_REQUEST: usize = 16 * 1024;

/// What a logout at the provider is to be about; RP-Initiated Logout section 2.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogoutOptions {
    /// The ID token of the session that ends, as [`super::IdToken::raw`] has it.
    pub id_token_hint: Option<String>,
    /// Where the provider sends the browser afterwards; it has to be registered there.
    pub post_logout_redirect_uri: Option<String>,
    /// What comes back with the browser; a random one unless it is given.
    pub state: Option<String>,
    /// Languages, the preferred one first.
    pub ui_locales: Vec<String>,
    /// Who is to be logged out, in the provider's own terms.
    pub logout_hint: Option<String>,
}

/// It holds an ID token, so it is not shown.
impl fmt::Debug for LogoutOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogoutOptions(***)")
    }
}

/// A logout to be asked for: send the browser to `url`.
#[derive(Clone)]
pub struct LogoutRequest {
    /// Where to send the browser. It may carry the ID token.
    pub url: String,
    /// Keep it in the browser's session for [`Client::finish_logout`]; `None` if the browser does not come back.
    pub state: Option<String>,
}

/// The address carries an ID token, so it is not shown.
impl fmt::Debug for LogoutRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogoutRequest(***)")
    }
}

/// A logout that came through the browser, Front-Channel Logout section 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontChannelLogout {
    /// The provider, if the request names it: this one.
    pub issuer: Option<String>,
    /// The session that ended at the provider (`sid`).
    pub session_id: Option<String>,
}

/// A verified logout token, Back-Channel Logout section 2.4: end the sessions that it is about.
#[derive(Clone, Debug)]
pub struct LogoutToken {
    /// The token; `jti` and `exp` are what a host with several processes remembers.
    pub verified: Verified,
}

impl LogoutToken {
    /// The user, if the token names one: without a session all of the user's sessions end.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        self.verified.subject().map(std::borrow::Cow::into_owned)
    }

    /// The session, if the token names one.
    #[must_use]
    pub fn session_id(&self) -> Option<String> {
        self.verified.claim_str("sid").map(std::borrow::Cow::into_owned)
    }

    /// The token's own identifier.
    #[must_use]
    pub fn token_id(&self) -> String {
        self.verified.claim_str("jti").unwrap_or_default().into_owned()
    }
}

/// Who notices that a logout token comes a second time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replay {
    /// This client, which remembers the tokens that it has verified in this process, the last two thousand or so.
    #[default]
    Refused,
    /// The host, which remembers `jti` until `exp` for all of its processes.
    LeftToHost,
}

impl Client {
    /// Begins a logout at the provider, RP-Initiated Logout section 2. Nothing is sent.
    ///
    /// # Errors
    /// `metadata.missing_endpoint`; `config.*` for malformed values; `token.issuer` and `token.audience` for an ID token that is
    /// not of this provider for this client, because it would be shown to a stranger.
    pub fn begin_logout(&self, options: &LogoutOptions) -> Result<LogoutRequest> {
        let service = self.service();
        let endpoint = service.metadata().end_session_endpoint.as_ref();
        let endpoint = service.endpoint("end_session_endpoint", endpoint)?;
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(hint) = &options.id_token_hint {
            query.append_pair("id_token_hint", &self.own_hint(hint)?);
        }
        query.append_pair("client_id", self.client_id().as_str());
        let state = match (&options.post_logout_redirect_uri, &options.state) {
            (None, None) => None,
            (None, Some(_)) => {
                let detail = "state needs a post_logout_redirect_uri";
                return Err(Error::with(ErrorCode::ConfigInvalid, detail));
            }
            (Some(uri), state) => {
                query.append_pair("post_logout_redirect_uri", RedirectUri::parse(uri)?.as_str());
                let state = state.clone().map_or_else(|| self.random().token(), Ok)?;
                check_token("state", &state)?;
                query.append_pair("state", &state);
                Some(state)
            }
        };
        if !options.ui_locales.is_empty() {
            let tag = |text: &String| {
                !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            if !options.ui_locales.iter().all(tag) {
                return Err(Error::with(ErrorCode::ConfigInvalid, "ui_locales are language tags"));
            }
            query.append_pair("ui_locales", &options.ui_locales.join(" "));
        }
        if let Some(hint) = &options.logout_hint {
            if hint.chars().any(char::is_control) {
                return Err(Error::with(ErrorCode::ConfigControlCharacter, "logout_hint"));
            }
            query.append_pair("logout_hint", hint);
        }
        // `+` for a space is right in a form but not every provider reads it so in a URL.
        let query = query.finish().replace('+', "%20");
        let joint = if endpoint.as_str().contains('?') { '&' } else { '?' };
        Ok(LogoutRequest { url: format!("{}{joint}{query}", endpoint.as_str()), state })
    }

    /// The signed form of an ID token that this provider issued to this client. Its signature was verified when it came.
    fn own_hint(&self, token: &str) -> Result<String> {
        let token = self.opened(token)?;
        let hint = decode_unverified(&token)?;
        if hint.issuer().as_deref() != self.service().issuer() {
            return Err(ErrorCode::TokenIssuer.into());
        }
        if !super::id_token::audiences(&hint).iter().any(|audience| audience == self.client_id().as_str()) {
            return Err(ErrorCode::TokenAudience.into());
        }
        Ok(token.into_owned())
    }

    /// Checks what the browser brings back from [`Client::begin_logout`]: the state that the session kept.
    ///
    /// # Errors
    /// `callback.state_missing`, `callback.state_mismatch`, `callback.duplicate_parameter`, `callback.malformed`,
    /// `callback.too_large`.
    pub fn finish_logout(&self, callback: &Callback, state: &str) -> Result<()> {
        let [found] = parameters(callback, ["state"])?;
        match found {
            Some(found) if !found.is_empty() && !state.is_empty() => {
                if constant_time_eq(found.as_bytes(), state.as_bytes()) {
                    return Ok(());
                }
                Err(ErrorCode::CallbackStateMismatch.into())
            }
            _ => Err(ErrorCode::CallbackStateMissing.into()),
        }
    }

    /// Checks a logout that came through the browser, Front-Channel Logout section 3: `iss` and `sid` come together or not at
    /// all, and `iss` is this provider. With the session's own `sid` (of its ID token) both must be there and be the right ones.
    ///
    /// # Errors
    /// `callback.issuer_mismatch`, `callback.issuer_missing`, `callback.duplicate_parameter`, `callback.malformed`,
    /// `callback.too_large`; `token.session` for another session.
    pub fn front_channel_logout(
        &self,
        request: &Callback,
        session_id: Option<&str>,
    ) -> Result<FrontChannelLogout> {
        let [issuer, sid] = parameters(request, ["iss", "sid"])?;
        match (&issuer, self.service().issuer()) {
            (Some(found), Some(expected)) if found == expected => {}
            (None, _) if sid.is_none() && session_id.is_none() => {}
            (None, _) => return Err(ErrorCode::CallbackIssuerMissing.into()),
            _ => return Err(ErrorCode::CallbackIssuerMismatch.into()),
        }
        if issuer.is_some() && sid.as_ref().is_none_or(String::is_empty) {
            return Err(ErrorCode::TokenSession.into());
        }
        match (session_id, &sid) {
            (Some(expected), Some(found)) if !constant_time_eq(found.as_bytes(), expected.as_bytes()) => {
                Err(ErrorCode::TokenSession.into())
            }
            _ => Ok(FrontChannelLogout { issuer, session_id: sid }),
        }
    }

    /// Verifies a logout token that the provider posted to this client, Back-Channel Logout section 2.6: signature, issuer,
    /// audience, times, the event, `sub` or `sid`, no nonce, and that it comes for the first time.
    ///
    /// # Errors
    /// `metadata.missing_endpoint`, `token.*`, of which `token.replayed` for one that came before, and the errors of the key set.
    pub fn verify_logout_token(&self, token: &str, replay: Replay) -> Flow<LogoutToken> {
        let algorithms = &self.0.id_token_algorithms;
        let checked = self.require_keys(algorithms, "a logout token").and_then(|()| {
            let policy = self.provider_policy(algorithms, Profile::LogoutToken).build()?;
            let token = self.opened(token)?.into_owned();
            // What no key could make acceptable must not cause a request.
            policy.admit(&token)?;
            Ok((policy, token))
        });
        let (policy, token) = match checked {
            Ok(checked) => checked,
            Err(error) => return Flow::ready(Err(error)),
        };
        let client = self.clone();
        Flow::new(move |io| async move {
            let verified = client.verify_provider_token(&io, &token, &policy, &Expected::default()).await?;
            let found = LogoutToken { verified };
            if replay == Replay::Refused && !client.0.used_logout_tokens.claim(&found.token_id()) {
                return Err(ErrorCode::TokenReplayed.into());
            }
            Ok(found)
        })
    }
}

/// The values of some parameters, each of them at most once.
fn parameters<const N: usize>(request: &Callback, names: [&'static str; N]) -> Result<[Option<String>; N]> {
    let mut found: [Option<String>; N] = std::array::from_fn(|_| None);
    let mut put = |name: &str, value: &str| {
        for (slot, wanted) in found.iter_mut().zip(names) {
            // PHP and Rails read `sid[]` and `sid[x]` as `sid`; whoever sends that plays games.
            if name.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('['))
                || value.chars().any(char::is_control)
            {
                return Err(Error::with(ErrorCode::CallbackMalformed, wanted));
            }
            if name == wanted && slot.replace(value.to_owned()).is_some() {
                return Err(Error::with(ErrorCode::CallbackDuplicateParameter, wanted));
            }
        }
        Ok(())
    };
    match request {
        Callback::Url(url) => {
            if url.len() > MAX_REQUEST {
                return Err(ErrorCode::CallbackTooLarge.into());
            }
            let before_fragment = url.split('#').next().unwrap_or_default();
            let query = match before_fragment.split_once('?') {
                Some((_, query)) => query,
                None if before_fragment.contains("://") || before_fragment.starts_with('/') => "",
                None => before_fragment,
            };
            for (name, value) in form_urlencoded::parse(query.as_bytes()) {
                put(&name, &value)?;
            }
        }
        Callback::Parameters(pairs) => {
            if pairs.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MAX_REQUEST {
                return Err(ErrorCode::CallbackTooLarge.into());
            }
            for (name, value) in pairs {
                put(name, value)?;
            }
        }
    }
    Ok(found)
}
