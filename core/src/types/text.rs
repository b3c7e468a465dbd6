//! Identifiers and credentials as text. No control character may enter a request (threat: header and
//! form injection through a configuration value).

use crate::error::{Error, ErrorCode, Result};

/// An OAuth client identifier, RFC 6749 section 2.2.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientId(String);

impl ClientId {
    /// Parses a client id: not empty, at most 2,048 bytes, no control characters.
    ///
    /// # Errors
    /// `config.invalid`, `config.control_character`.
    pub fn parse(text: &str) -> Result<Self> {
        check_text("client_id", text, 2048)?;
        Ok(Self(text.to_owned()))
    }

    /// The identifier's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks a client secret: not empty, at most 16 KiB, no control characters.
///
/// # Errors
/// `config.invalid`, `config.control_character`; the secret is never part of the message.
pub fn check_secret(text: &str) -> Result<()> {
    check_text("client_secret", text, 16 * 1024)
}

/// Checks a token that the caller passes in: visible ASCII (RFC 6749 appendix A.12), at most 64 KiB.
///
/// # Errors
/// `config.invalid`, `config.control_character`; the token is never part of the message.
pub fn check_token(label: &'static str, text: &str) -> Result<()> {
    check_text(label, text, 64 * 1024)?;
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        Ok(())
    } else {
        Err(Error::with(ErrorCode::ConfigInvalid, format!("{label} has characters outside ASCII")))
    }
}

fn check_text(label: &'static str, text: &str, limit: usize) -> Result<()> {
    if text.is_empty() {
        return Err(Error::with(ErrorCode::ConfigInvalid, format!("{label} is empty")));
    }
    if text.len() > limit {
        return Err(Error::with(ErrorCode::ConfigInvalid, format!("{label} is longer than {limit} bytes")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::with(ErrorCode::ConfigControlCharacter, label));
    }
    Ok(())
}
