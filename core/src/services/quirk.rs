//! Declared leniency: a closed set of departures from the specifications, each with a name, each switched on for one
//! service and nothing else.
//!
//! No quirk is on by default, and no switch turns on more than one. What a quirk permits stands in one place below; where it is
//! used, the result names it. What the RFCs leave open (a JWK without `alg`, a narrower scope, no `expires_in`) needs none.

use crate::error::{Error, ErrorCode, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! quirks {
    ($($variant:ident $name:literal $permits:literal;)*) => {
        /// One named departure from the specifications.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum Quirk {
            $(#[doc = $permits] $variant,)*
        }

        impl Quirk {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name under which it is switched on.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// What it permits, in one sentence.
            #[must_use]
            pub const fn permits(self) -> &'static str { match self { $(Self::$variant => $permits,)* } }
        }
    };
}

quirks! {
    ExpiresInString "expires_in_string" "`expires_in` may be a text of digits.";
    ExpiresInAbsent "expires_in_absent" "Where `expires_in` is absent, the service's `default_lifetime` stands for it.";
    NullMembers "null_members" "`null` counts as absent for `expires_in`, `refresh_token`, `scope` and `id_token`.";
    TokenTypeAbsent "token_type_absent" "A token reply without `token_type` is a Bearer token's.";
    TokenTypeMac "token_type_mac" "The `token_type` may say `mac`; the token is used as Bearer.";
    ScopeArray "scope_array" "`scope` may be a list of texts.";
    ScopeComma "scope_comma" "`scope` may be separated by commas.";
    ErrorWith200 "error_with_200" "The provider's own error names in a reply of status 200 are read as the registered ones that they stand for.";
    ErrorObject "error_object" "`error` may be an object with `type`, `code` and `message`.";
    FormEncodedReply "form_encoded_reply" "A token reply may be form-encoded instead of JSON.";
    Status201 "status_201" "The token endpoint may answer with 201.";
    RefreshInvalidRequest401 "refresh_invalid_request_401" "`invalid_request` with status 401 for a refresh token means `invalid_grant`.";
    NoNonce "no_nonce" "The ID token may lack the nonce that was sent; another nonce is refused.";
    NoPkce "no_pkce" "No PKCE parameters are sent, by a client with credentials, unless the provider's metadata offers S256.";
    TokenWithoutKid "token_without_kid" "An ID token may name no key although several keys fit; at most four are tried.";
    UnsolicitedIdToken "unsolicited_id_token" "An ID token that nobody asked for, of a provider whose issuer or keys are unknown, is left out unread.";
    IdTokenHs256 "id_token_hs256" "ID tokens are HMACs (HS256) under the client secret, unless the client names algorithms.";
    ShortSecret "short_secret" "The client secret of `id_token_hs256` may have 8 to 31 bytes: the ID token comes straight from the token endpoint.";
    RevocationUnknownToken "revocation_unknown_token" "Revocation may answer 404, or `invalid_token` with 400, for a token that the provider does not know.";
    UserinfoWithoutSub "userinfo_without_sub" "Userinfo may have no `sub`, or `null`, where the caller expects no subject.";
    UserinfoNumberSub "userinfo_number_sub" "The `sub` of userinfo may be an integer, which stands for its digits.";
}

impl Quirk {
    /// The quirk of this name.
    ///
    /// # Errors
    /// `config.quirk`.
    pub fn parse(name: &str) -> Result<Self> {
        let known = Self::ALL.iter().copied().find(|quirk| quirk.name() == name);
        known.ok_or_else(|| Error::quoted(ErrorCode::ConfigQuirk, "unknown", name))
    }

    const fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// A set of quirks: those that are switched on, or those that were used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Quirks(u32);

impl Quirks {
    /// Reads names.
    ///
    /// # Errors
    /// `config.quirk` for a name that is none.
    pub fn parse<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Result<Self> {
        let mut set = Self::default();
        for name in names {
            set.insert(Quirk::parse(name.as_ref())?);
        }
        Ok(set)
    }

    /// Whether one is in the set.
    #[must_use]
    pub const fn has(self, quirk: Quirk) -> bool {
        self.0 & quirk.bit() != 0
    }

    /// Adds one.
    pub fn insert(&mut self, quirk: Quirk) {
        self.0 |= quirk.bit();
    }

    /// Whether this set allows a departure, which is then noted in `used`.
    pub fn permit(self, quirk: Quirk, used: &mut Self) -> bool {
        let on = self.has(quirk);
        if on {
            used.insert(quirk);
        }
        on
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The same for a serializer.
    pub(super) const fn is_none(&self) -> bool {
        self.is_empty()
    }

    /// The names, in the order of the table.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let members = Quirk::ALL.iter().filter(|quirk| self.has(**quirk));
        members.map(|quirk| quirk.name()).collect()
    }
}

impl Serialize for Quirks {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<'de> Deserialize<'de> for Quirks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        Self::parse(names).map_err(|_| serde::de::Error::custom("an unknown quirk"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_quirk_has_a_bit_and_a_name_of_its_own() {
        let mut all = Quirks::default();
        for quirk in Quirk::ALL {
            assert!(!all.has(*quirk), "{}", quirk.name());
            all.insert(*quirk);
            assert_eq!(Quirk::parse(quirk.name()).unwrap(), *quirk);
        }
        assert_eq!(all.names().len(), Quirk::ALL.len());
        assert!(Quirk::ALL.len() <= 32);
        assert_eq!(Quirk::parse("everything").unwrap_err().code(), ErrorCode::ConfigQuirk);
    }

    #[test]
    fn what_is_off_permits_nothing_and_notes_nothing() {
        let mut used = Quirks::default();
        let on = Quirks::parse(["no_nonce"]).unwrap();
        assert!(!on.permit(Quirk::NoPkce, &mut used) && used.is_empty());
        assert!(on.permit(Quirk::NoNonce, &mut used));
        assert_eq!(used.names(), ["no_nonce"]);
    }
}
