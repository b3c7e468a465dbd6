//! Access tokens as passwords of mail: the SASL mechanisms XOAUTH2 (Google, Microsoft) and OAUTHBEARER (RFC 7628), for
//! IMAP, POP and SMTP.
//!
//! Both mechanisms separate their parts by the byte 0x01 and OAUTHBEARER its header by commas, so a user name could say
//! more than a name (threat E11): control characters are refused and commas escaped. A server that refuses a token
//! explains itself in a challenge, which [`Challenge`] reads, and waits for an answer that says nothing, which
//! [`InitialResponse::error_answer`] is.

use crate::error::{Error, ErrorCode, Result};
use crate::flow::NetworkPolicy;
use crate::jose::json;
use crate::secret::Secret;
use crate::types::{EndpointUrl, ScopeSet};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use std::fmt;

const MAX_USER: usize = 1024;
const MAX_TOKEN: usize = 64 * 1024;
/// More than any mail server's line.
const MAX_CHALLENGE: usize = 16 * 1024;

/// The first message of a client, which carries the access token.
pub struct InitialResponse {
    mechanism: Mechanism,
    text: Secret,
}

/// The mechanisms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// Google's and Microsoft's own.
    Xoauth2,
    /// RFC 7628.
    Oauthbearer,
}

impl Mechanism {
    /// The name that goes into `AUTHENTICATE` or `AUTH`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xoauth2 => "XOAUTH2",
            Self::Oauthbearer => "OAUTHBEARER",
        }
    }
}

/// The first message of XOAUTH2.
///
/// ```
/// let response = ferroauth::sasl::xoauth2("user@example.com", "ya29.token").unwrap();
/// assert_eq!(response.text().expose(), "user=user@example.com\u{1}auth=Bearer ya29.token\u{1}\u{1}");
/// ```
///
/// # Errors
/// `config.control_character` or `config.invalid` for a user name or token that is empty, too long, or cannot stand in
/// the message. Neither is part of the error.
pub fn xoauth2(user: &str, access_token: &str) -> Result<InitialResponse> {
    check_user(user)?;
    check_token(access_token)?;
    let text = format!("user={user}\u{1}auth=Bearer {access_token}\u{1}\u{1}");
    Ok(InitialResponse { mechanism: Mechanism::Xoauth2, text: Secret::new(text) })
}

/// The first message of OAUTHBEARER, RFC 7628 section 3.1. `host` and `port` are those of the mail server that the client
/// connected to; without a user the token alone says who logs in.
///
/// # Errors
/// As [`xoauth2`]; `config.invalid` also for a host that is no host name or port 0.
pub fn oauthbearer(
    user: Option<&str>,
    access_token: &str,
    host: Option<&str>,
    port: Option<u16>,
) -> Result<InitialResponse> {
    if let Some(user) = user {
        check_user(user)?;
    }
    check_token(access_token)?;
    if host.is_some_and(|host| !is_host(host)) {
        return Err(Error::with(ErrorCode::ConfigInvalid, "host is not a host name or address"));
    }
    if port == Some(0) {
        return Err(Error::with(ErrorCode::ConfigInvalid, "port is 0"));
    }
    // The gs2-header: no channel binding, the authorization identity as a saslname (RFC 5801 section 4).
    let mut text = String::from("n,");
    if let Some(user) = user {
        text.push_str("a=");
        text.push_str(&user.replace('=', "=3D").replace(',', "=2C"));
    }
    text.push_str(",\u{1}");
    if let Some(host) = host {
        text.push_str(&format!("host={host}\u{1}"));
    }
    if let Some(port) = port {
        text.push_str(&format!("port={port}\u{1}"));
    }
    text.push_str(&format!("auth=Bearer {access_token}\u{1}\u{1}"));
    Ok(InitialResponse { mechanism: Mechanism::Oauthbearer, text: Secret::new(text) })
}

impl InitialResponse {
    /// The mechanism.
    #[must_use]
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// The message itself, for mail libraries that encode it.
    #[must_use]
    pub fn text(&self) -> &Secret {
        &self.text
    }

    /// The message in base64, as it goes over the wire.
    #[must_use]
    pub fn encoded(&self) -> Secret {
        Secret::new(STANDARD.encode(self.text.expose()))
    }

    /// What the client must answer to a challenge after this message: nothing with XOAUTH2, one byte 0x01 with OAUTHBEARER
    /// (RFC 7628 section 3.2.3). The server then ends the exchange.
    #[must_use]
    pub fn error_answer(&self) -> &'static str {
        match self.mechanism {
            Mechanism::Xoauth2 => "",
            Mechanism::Oauthbearer => "\u{1}",
        }
    }
}

impl fmt::Debug for InitialResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InitialResponse({}, ***)", self.mechanism.name())
    }
}

/// What helps after a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A new access token: refresh, and log the user in if that is refused as well.
    Refresh,
    /// A new login, with the scopes that the server names.
    Authorize,
    /// The same again, later.
    Wait,
    /// Nothing that the program can do by itself: the request is not what the server understands.
    Configuration,
}

impl Hint {
    /// The name that all hosts use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Authorize => "authorize",
            Self::Wait => "wait",
            Self::Configuration => "configuration",
        }
    }
}

/// Why a mail server refused a token, RFC 7628 section 3.2.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// `invalid_token` and the like with OAUTHBEARER, an HTTP status with XOAUTH2.
    pub status: String,
    /// The schemes that the server takes (XOAUTH2).
    pub schemes: Vec<String>,
    /// The scopes that would do.
    pub scopes: Vec<String>,
    /// Where the authorization server's metadata are. An https URL; anything else is left out.
    pub openid_configuration: Option<String>,
}

impl Challenge {
    /// Reads a challenge: the base64 text of the protocol's line, or the JSON that a mail library has decoded.
    ///
    /// # Errors
    /// `response.sasl_challenge`.
    pub fn parse(text: &str) -> Result<Self> {
        let malformed = || Error::new(ErrorCode::ResponseSaslChallenge);
        let text = text.trim_ascii();
        if text.len() > MAX_CHALLENGE {
            return Err(malformed());
        }
        let decoded = match text.starts_with('{') {
            true => text.as_bytes().to_vec(),
            false => STANDARD.decode(text).map_err(|_| malformed())?,
        };
        json::validate(&decoded, json::Limits::bytes(MAX_CHALLENGE)).map_err(|_| malformed())?;
        let members: Map<String, Value> = serde_json::from_slice(&decoded).map_err(|_| malformed())?;
        let member = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if !text.chars().any(char::is_control) => Ok(Some(text.as_str())),
            // Some servers write the status as a number.
            Some(_) => Err(malformed()),
        };
        let status = match members.get("status") {
            Some(Value::Number(number)) => number.to_string(),
            _ => member("status")?.unwrap_or_default().to_owned(),
        };
        if status.is_empty() || status.len() > 64 {
            return Err(malformed());
        }
        let words = |text: Option<&str>| {
            text.unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        let scopes = ScopeSet::parse_reply(member("scope")?.unwrap_or_default()).map_err(|_| malformed())?;
        let metadata = member("openid-configuration")?;
        Ok(Self {
            status,
            schemes: words(member("schemes")?).iter().map(|scheme| scheme.to_ascii_lowercase()).collect(),
            scopes: scopes.into_vec(),
            // Whoever follows it must not be led to another machine of this network (threat E2).
            openid_configuration: metadata
                .filter(|url| url.starts_with("https://"))
                .filter(|url| {
                    EndpointUrl::parse(url, &NetworkPolicy::default()).is_ok_and(|url| !url.is_loopback())
                })
                .map(str::to_owned),
        })
    }

    /// What helps.
    #[must_use]
    pub fn hint(&self) -> Hint {
        match self.status.as_str() {
            // Google and Microsoft answer 400 to a token that has expired as well.
            "invalid_token" | "401" | "400" => Hint::Refresh,
            "insufficient_scope" | "403" => Hint::Authorize,
            "temporarily_unavailable" | "server_error" => Hint::Wait,
            status if status.len() == 3 && status.starts_with('5') => Hint::Wait,
            _ => Hint::Configuration,
        }
    }

    /// The refusal as an error.
    #[must_use]
    pub fn error(&self) -> Error {
        let code = match self.hint() {
            Hint::Refresh => ErrorCode::OauthInvalidToken,
            Hint::Authorize => ErrorCode::OauthInsufficientScope,
            Hint::Wait => ErrorCode::OauthMailUnavailable,
            Hint::Configuration => ErrorCode::OauthMailRefused,
        };
        Error::new(code).provider_reply(&self.status, None)
    }
}

fn check_user(user: &str) -> Result<()> {
    if user.is_empty() || user.len() > MAX_USER {
        return Err(Error::with(ErrorCode::ConfigInvalid, "user is empty or longer than 1024 bytes"));
    }
    if user.chars().any(char::is_control) {
        return Err(Error::with(ErrorCode::ConfigControlCharacter, "user"));
    }
    Ok(())
}

fn check_token(token: &str) -> Result<()> {
    if token.chars().any(char::is_control) {
        return Err(Error::with(ErrorCode::ConfigControlCharacter, "access_token"));
    }
    if token.is_empty() || token.len() > MAX_TOKEN || !token.bytes().all(|b| (0x21..0x7f).contains(&b)) {
        return Err(Error::with(ErrorCode::ConfigInvalid, "access_token is empty, too long or no token"));
    }
    Ok(())
}

fn is_host(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare.parse::<std::net::IpAddr>().is_ok()
        || (!host.is_empty()
            && host.len() <= 253
            && host.split('.').all(|label| {
                !label.is_empty()
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7628_section_4_1() {
        let text = "n,a=user@example.com,\u{1}host=server.example.com\u{1}port=143\u{1}auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\u{1}\u{1}";
        let token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";
        let made =
            oauthbearer(Some("user@example.com"), token, Some("server.example.com"), Some(143)).unwrap();
        assert_eq!(made.text().expose(), text);
        assert!(made.encoded().expose().starts_with("bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2Vy"));
        assert!(!format!("{made:?}").contains("vF9"));
    }
}
