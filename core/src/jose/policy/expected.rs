//! What one particular token must carry, beyond what its policy asks of every one.

/// What the host knows about the token that it is about to verify.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Expected<'a> {
    /// The nonce of the authorization request. An ID token with a nonce is refused where none is expected.
    pub nonce: Nonce<'a>,
    /// The access token that came with an ID token: `at_hash` must match it where present.
    pub access_token: Option<&'a str>,
    /// The authorization code that came with an ID token: `c_hash` must match it where present.
    pub code: Option<&'a str>,
    /// `auth_time` is required and not older than this many seconds (OpenID Connect `max_age`).
    pub max_authentication_age: Option<u32>,
}

/// What is known of the nonce.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Nonce<'a> {
    /// None was sent.
    #[default]
    None,
    /// This one was sent.
    Sent(&'a str),
    /// This one was sent to a provider that is known to leave it out: absent, or this one and no other.
    SentOrAbsent(&'a str),
    /// One may have been sent long ago: after a refresh (OpenID Connect Core section 12.2).
    Unknown,
}

/// The nonce binds a login to a browser, so it is not shown.
impl std::fmt::Debug for Nonce<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Sent(_) => "Sent(***)",
            Self::SentOrAbsent(_) => "SentOrAbsent(***)",
            Self::Unknown => "Unknown",
        })
    }
}
