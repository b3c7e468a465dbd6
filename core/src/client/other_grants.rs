//! Grants that are one token request: a user's password, assertions (RFC 7522, RFC 7523), and extensions.

use super::Client;
use super::form::Form;
use super::grant_options::GrantOptions;
use super::request::Endpoint;
use super::token_set::TokenSet;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::Flow;
use crate::jose::base64url;
use crate::types::check_token;
use std::borrow::Cow;
use url::Url;

pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
pub(super) const SAML_BEARER: &str = "urn:ietf:params:oauth:grant-type:saml2-bearer";
pub(super) const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
pub(super) const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub(super) const CIBA: &str = "urn:openid:params:grant-type:ciba";

/// Grants with a method of their own, whose checks an extension would go around.
const KNOWN: [&str; 10] = [
    "authorization_code",
    "implicit",
    "refresh_token",
    "client_credentials",
    "password",
    JWT_BEARER,
    SAML_BEARER,
    DEVICE,
    EXCHANGE,
    CIBA,
];

/// Longest SAML assertion, bytes before encoding.
const MAX_SAML: usize = 256 * 1024;

impl Client {
    /// Exchanges a user's name and password for tokens, RFC 6749 section 4.3.
    ///
    /// Legacy: RFC 9700 section 2.4 forbids it, because the application sees the password. It is here for
    /// providers that offer nothing else to programs of their own.
    ///
    /// # Errors
    /// `config.invalid` and `config.control_character` for malformed arguments, `oauth.invalid_grant` for a wrong
    /// password, and those of [`Client::refresh`].
    pub fn password(&self, username: &str, password: &str, options: &GrantOptions) -> Flow<TokenSet> {
        let sent = || {
            for (label, text) in [("username", username), ("password", password)] {
                if text.is_empty() || text.len() > 4096 {
                    return Err(Error::with(
                        ErrorCode::ConfigInvalid,
                        format!("{label} is empty or too long"),
                    ));
                }
                if text.chars().any(char::is_control) {
                    return Err(Error::with(ErrorCode::ConfigControlCharacter, label));
                }
            }
            let mut form = Form::grant("password");
            form.append("username", username);
            form.append("password", password);
            self.asking(Endpoint::Token, form, options)
        };
        self.grant("password", sent())
    }

    /// Exchanges a JWT that somebody else, or this client, has signed about a user, RFC 7523 section 2.1.
    ///
    /// # Errors
    /// As [`Client::password`].
    pub fn jwt_bearer(&self, assertion: &str, options: &GrantOptions) -> Flow<TokenSet> {
        let sent = || {
            check_token("assertion", assertion)?;
            let mut form = Form::grant(JWT_BEARER);
            form.append("assertion", assertion);
            self.asking(Endpoint::Token, form, options)
        };
        self.grant(JWT_BEARER, sent())
    }

    /// Exchanges a SAML 2.0 assertion about a user, RFC 7522 section 2.1: the XML, or what base64url makes of it.
    ///
    /// # Errors
    /// As [`Client::password`].
    pub fn saml_bearer(&self, assertion: &str, options: &GrantOptions) -> Flow<TokenSet> {
        let sent = || {
            let mut form = Form::grant(SAML_BEARER);
            form.append("assertion", &saml(assertion)?);
            self.asking(Endpoint::Token, form, options)
        };
        self.grant(SAML_BEARER, sent())
    }

    /// A grant that this library does not know, RFC 6749 section 4.5: `grant_type` is its absolute URI, or the name that a
    /// provider gave it. Its parameters are those of the options.
    ///
    /// # Errors
    /// `config.invalid` for a grant that has a method of its own, and for what is no grant type; the others as
    /// [`Client::password`].
    pub fn token_request_for(&self, grant_type: &str, options: &GrantOptions) -> Flow<TokenSet> {
        let sent = || {
            let refuse = |why| Err(Error::quoted(ErrorCode::ConfigInvalid, why, grant_type));
            if KNOWN.contains(&grant_type) {
                return refuse("the grant has a method of its own");
            }
            // RFC 6749 appendix A.10: a name, or a URI.
            let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
            let is_name = !grant_type.is_empty() && grant_type.bytes().all(name);
            let is_uri =
                grant_type.bytes().all(|byte| byte > 0x20 && byte < 0x7f) && Url::parse(grant_type).is_ok();
            if grant_type.len() > 256 || !(is_name || is_uri) {
                return refuse("not a grant type");
            }
            self.asking_extension(Form::grant(grant_type), options)
        };
        self.grant(grant_type.to_owned(), sent())
    }
}

/// RFC 7522 section 2.1: one assertion, base64url without padding.
fn saml(assertion: &str) -> Result<Cow<'_, str>> {
    let refuse = |detail| Error::with(ErrorCode::ConfigInvalid, detail);
    if assertion.len() > MAX_SAML * 4 / 3 {
        return Err(refuse("assertion is longer than 256 KiB"));
    }
    if assertion.trim_start().starts_with('<') {
        return Ok(Cow::Owned(base64url::encode(assertion.as_bytes())));
    }
    // What is encoded is looked into, so that a JWT or an opaque token that came here by mistake stays here.
    let inside =
        base64url::decode(assertion).map_err(|_| refuse("assertion is neither XML nor base64url"))?;
    let first = inside.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'<') { Ok(Cow::Borrowed(assertion)) } else { Err(refuse("assertion is not XML")) }
}
