//! Proof Key for Code Exchange, RFC 7636, with S256 only.
//!
//! `plain` protects nothing against a reader of the authorization request, so the client never makes it.

use crate::crypto;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::base64url;
use crate::random::Random;
use crate::secret::{Secret, constant_time_eq};

/// A code verifier and its S256 challenge.
#[derive(Clone, Debug)]
pub struct Pkce {
    verifier: Secret,
    challenge: String,
}

impl Pkce {
    /// The only challenge method that is offered.
    pub const METHOD: &'static str = "S256";

    /// Makes a fresh pair: 256 random bits, 43 characters (RFC 7636 section 4.1).
    ///
    /// # Errors
    /// `internal.random` if the operating system gives no random bytes.
    pub fn generate(random: &Random) -> Result<Self> {
        Self::from_verifier(Secret::new(random.token()?))
    }

    /// The pair that belongs to a known verifier.
    ///
    /// # Errors
    /// `config.pkce` if the verifier is not 43 to 128 unreserved characters.
    pub fn from_verifier(verifier: Secret) -> Result<Self> {
        let challenge = Self::challenge_of(verifier.expose())?;
        Ok(Self { verifier, challenge })
    }

    /// BASE64URL(SHA-256(verifier)), RFC 7636 section 4.2.
    ///
    /// ```
    /// # use ferroauth::client::Pkce;
    /// let challenge = Pkce::challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
    /// assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    /// ```
    ///
    /// # Errors
    /// `config.pkce` if the verifier is not 43 to 128 unreserved characters.
    pub fn challenge_of(verifier: &str) -> Result<String> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
            return Err(Error::new(ErrorCode::ConfigPkce));
        }
        Ok(base64url::encode(&crypto::sha256(verifier.as_bytes())))
    }

    /// Whether the verifier belongs to the challenge, compared in constant time.
    ///
    /// # Errors
    /// `config.pkce` if the verifier is not 43 to 128 unreserved characters.
    pub fn verify(verifier: &str, challenge: &str) -> Result<bool> {
        let expected = Self::challenge_of(verifier)?;
        Ok(constant_time_eq(expected.as_bytes(), challenge.as_bytes()))
    }

    /// The code verifier: a secret until the token request.
    #[must_use]
    pub fn verifier(&self) -> &Secret {
        &self.verifier
    }

    /// The code challenge for the authorization request.
    #[must_use]
    pub fn challenge(&self) -> &str {
        &self.challenge
    }
}
