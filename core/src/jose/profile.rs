//! Kinds of tokens, mutually exclusive (RFC 8725 section 3.11, 3.12).
//!
//! An ID token must not pass as an access token, nor a logout token as an ID token (threat C9), even where
//! the same provider signs both with the same key for the same audience. Where a kind has a `typ` of its own, that
//! keeps the kinds apart; where `typ` may be absent, what the claims must and must not hold does.

use crate::error::{Error, ErrorCode};
use std::str::FromStr;

/// The kind of token that a policy expects.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Profile {
    /// A JWT without a kind of its own: `typ` absent, `JWT`, or `at+jwt`. Explicitly typed tokens of other
    /// kinds (`logout+jwt`, `dpop+jwt`, ...) are refused, and so is one with an object `events`, which is a logout or
    /// security event token whatever its `typ` says.
    #[default]
    Generic,
    /// Exactly this `typ`; case and an `application/` prefix do not matter.
    Typ(String),
    /// An OpenID Connect ID token: `iss`, `sub`, `aud`, `exp` and `iat` required; `typ` absent or `JWT`;
    /// never with `events`, which would make it a logout or security event token, nor issued by its own subject, which
    /// would make it a client assertion.
    IdToken,
    /// An access token after RFC 9068: `typ` is `at+jwt`; `iss`, `sub`, `aud`, `exp`, `iat`, `jti` and `client_id`
    /// required.
    AccessToken,
    /// A logout token (OpenID Connect Back-Channel Logout section 2.4): `typ` is `logout+jwt`, `JWT` or absent; `iss`, `aud`,
    /// `exp`, `iat`, `jti`, `events` with the logout event, and `sub` or `sid` required; never with a `nonce`.
    LogoutToken,
    /// The assertion by which a client authenticates (RFC 7523 section 3): `typ` is `client-authentication+jwt`, `JWT` or
    /// absent; `iss` and `sub` are the client, `aud` is this server and nobody else; `exp` and `jti` required.
    ClientAssertion,
    /// A signed reply of an introspection endpoint (RFC 9701): `typ` is `token-introspection+jwt`; `iss`, `aud`, `iat` and
    /// `token_introspection` with a boolean `active` required.
    IntrospectionResponse,
    /// A security event token (RFC 8417): `typ` is `secevent+jwt`; `iss`, `aud`, `iat`, `jti` and at least one event required.
    SecurityEvent,
    /// A signed authorization response (JARM section 2.1): `typ` is `JWT` or absent; `iss`, `aud` and `exp` required, and `code` or
    /// `error`; never with a `sub` or a `nonce`, which would make it an ID token.
    AuthorizationResponse,
}

impl Profile {
    /// The profiles that have a name, with it.
    const NAMED: [(&'static str, Self); 7] = [
        ("generic", Self::Generic),
        ("id_token", Self::IdToken),
        ("access_token", Self::AccessToken),
        ("logout_token", Self::LogoutToken),
        ("client_assertion", Self::ClientAssertion),
        ("introspection_response", Self::IntrospectionResponse),
        ("security_event", Self::SecurityEvent),
    ];

    /// The values of `typ` that are of this kind, and whether it may be absent.
    fn types(&self) -> (&[&str], bool) {
        match self {
            Self::Generic => (&["JWT", "at+jwt"], true),
            Self::Typ(_) => (&[], false),
            Self::IdToken => (&["JWT"], true),
            Self::AccessToken => (&["at+jwt"], false),
            Self::LogoutToken => (&["logout+jwt", "JWT"], true),
            Self::ClientAssertion => (&["client-authentication+jwt", "JWT"], true),
            Self::IntrospectionResponse => (&["token-introspection+jwt"], false),
            Self::SecurityEvent => (&["secevent+jwt"], false),
            Self::AuthorizationResponse => (&["JWT"], true),
        }
    }

    /// Whether a header's `typ` is one of this kind.
    pub(super) fn accepts_type(&self, typ: Option<&str>) -> bool {
        let (types, absent) = self.types();
        match (self, typ) {
            (_, None) => absent,
            (Self::Typ(expected), Some(typ)) => same_type(typ, expected),
            (_, Some(typ)) => types.iter().any(|one| same_type(typ, one)),
        }
    }

    /// What it expects, for the report.
    pub(super) fn expected_type(&self) -> String {
        if let Self::Typ(expected) = self {
            return expected.clone();
        }
        let (types, absent) = self.types();
        let absent = if absent { " or absent" } else { "" };
        format!("{}{absent}", types.join(" or "))
    }

    /// Whether `iss` and `aud` are what this kind is about, so that neither check can be left out.
    pub(super) fn names_parties(&self) -> bool {
        !matches!(self, Self::Generic | Self::Typ(_))
    }

    /// Whether `exp` must be there, if the kind decides it.
    pub(super) fn requires_exp(&self) -> Option<bool> {
        match self {
            Self::Generic | Self::Typ(_) => None,
            Self::IdToken
            | Self::AccessToken
            | Self::LogoutToken
            | Self::ClientAssertion
            | Self::AuthorizationResponse => Some(true),
            // RFC 9701 section 5 and RFC 8417 section 2.2: both speak of something that was so at `iat`.
            Self::IntrospectionResponse | Self::SecurityEvent => Some(false),
        }
    }

    /// The claims that must be there, beside `exp` and the ones that the policy itself asks for.
    pub(super) fn required_claims(&self) -> &'static [&'static str] {
        match self {
            Self::Generic | Self::Typ(_) | Self::AuthorizationResponse => &[],
            Self::IdToken => &["sub", "iat"],
            Self::AccessToken => &["sub", "iat", "jti", "client_id"],
            Self::LogoutToken => &["iat", "jti", "events"],
            Self::ClientAssertion => &["jti"],
            Self::IntrospectionResponse => &["iat", "token_introspection"],
            Self::SecurityEvent => &["iat", "jti", "events"],
        }
    }
}

impl FromStr for Profile {
    type Err = Error;

    /// # Errors
    /// `config.invalid` for a name that is none.
    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::NAMED.into_iter().find(|(known, _)| *known == name).map(|(_, profile)| profile);
        found.ok_or_else(|| Error::quoted(ErrorCode::ConfigInvalid, "profile", name))
    }
}

/// Compares media types as RFC 7515 section 4.1.9 does.
pub(super) fn same_type(a: &str, b: &str) -> bool {
    short(a).eq_ignore_ascii_case(short(b))
}

/// Without `application/`, unless another slash follows.
fn short(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => typ,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_exclude_each_other() {
        for access in [Profile::Typ("at+jwt".into()), Profile::AccessToken] {
            for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
                assert!(access.accepts_type(Some(typ)), "{typ}");
                assert!(!Profile::IdToken.accepts_type(Some(typ)), "{typ}");
            }
            for typ in [
                None,
                Some("JWT"),
                Some("at+jwt "),
                Some("application/x/at+jwt"),
                Some(""),
                Some("logout+jwt"),
            ] {
                assert!(!access.accepts_type(typ), "{typ:?}");
            }
        }
        for typ in ["logout+jwt", "dpop+jwt", "secevent+jwt", "kb+jwt", "", "JOSE+JSON"] {
            assert!(!Profile::Generic.accepts_type(Some(typ)), "{typ}");
            assert!(!Profile::IdToken.accepts_type(Some(typ)), "{typ}");
        }
        assert!(
            Profile::IdToken.accepts_type(Some("application/jwt")) && Profile::IdToken.accepts_type(None)
        );
    }

    #[test]
    fn names_read_back_and_nothing_else_does() {
        for (name, profile) in Profile::NAMED {
            assert_eq!(name.parse::<Profile>().unwrap(), profile);
        }
        for name in ["", "ID_TOKEN", "id token", "jwt", "dpop_proof", "typ"] {
            assert!(name.parse::<Profile>().is_err(), "{name}");
        }
    }
}
