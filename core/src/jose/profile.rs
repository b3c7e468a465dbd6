//! Kinds of tokens, mutually exclusive (RFC 8725 section 3.11, 3.12).
//!
//! An ID token must not pass as an access token, nor a logout token as an ID token (threat C9), even where
//! the same provider signs both with the same key for the same audience.

/// The kind of token that a policy expects.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Profile {
    /// A JWT without a kind of its own: `typ` absent, `JWT`, or `at+jwt`. Explicitly typed tokens of other
    /// kinds (`logout+jwt`, `dpop+jwt`, ...) are refused.
    #[default]
    Generic,
    /// Exactly this `typ`, for example `at+jwt` for access tokens after RFC 9068; case and an
    /// `application/` prefix do not matter.
    Typ(String),
    /// An OpenID Connect ID token: `iss`, `sub`, `aud`, `exp` and `iat` required; `typ` absent or `JWT`;
    /// never with `events`, which would make it a logout or security event token.
    IdToken,
}

impl Profile {
    /// Whether a header's `typ` is one of this kind.
    pub(super) fn accepts_type(&self, typ: Option<&str>) -> bool {
        match (self, typ) {
            (Self::Generic | Self::IdToken, None) => true,
            (Self::Typ(_), None) => false,
            (Self::Generic, Some(typ)) => same_type(typ, "JWT") || same_type(typ, "at+jwt"),
            (Self::IdToken, Some(typ)) => same_type(typ, "JWT"),
            (Self::Typ(expected), Some(typ)) => same_type(typ, expected),
        }
    }

    /// What it expects, for the report.
    pub(super) fn expected_type(&self) -> &str {
        match self {
            Self::Generic => "JWT or at+jwt or absent",
            Self::IdToken => "JWT or absent",
            Self::Typ(expected) => expected,
        }
    }
}

/// Compares media types as RFC 7515 section 4.1.9 does.
fn same_type(a: &str, b: &str) -> bool {
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
        let access = Profile::Typ("at+jwt".into());
        for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
            assert!(access.accepts_type(Some(typ)), "{typ}");
            assert!(!Profile::IdToken.accepts_type(Some(typ)), "{typ}");
        }
        for typ in
            [None, Some("JWT"), Some("at+jwt "), Some("application/x/at+jwt"), Some(""), Some("logout+jwt")]
        {
            assert!(!access.accepts_type(typ), "{typ:?}");
        }
        for typ in ["logout+jwt", "dpop+jwt", "secevent+jwt", "kb+jwt", "", "JOSE+JSON"] {
            assert!(!Profile::Generic.accepts_type(Some(typ)), "{typ}");
            assert!(!Profile::IdToken.accepts_type(Some(typ)), "{typ}");
        }
        assert!(
            Profile::IdToken.accepts_type(Some("application/jwt")) && Profile::IdToken.accepts_type(None)
        );
    }
}
