//! Token verification at the boundary.

use super::{Decrypter, Operation, Outcome, options};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::NetworkPolicy;
use crate::jose::{IssuerTemplate, Key, KeySet, Profile, Verified};
use crate::secret::Secret;
use crate::services::Testing;
use crate::verifier::{Expectations, Issuers, KeysFrom, VerifierConfig};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// Verifies tokens.
#[derive(Clone, Debug)]
pub struct Verifier(pub(super) crate::Verifier);

/// Which keys a verifier uses.
#[derive(Clone, Debug)]
pub enum VerifierKeys {
    /// The issuer's key set, found through its metadata or at `jwks_uri`.
    Discover,
    /// One key.
    Key(Key),
    /// A fixed set.
    Set(KeySet),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default, deserialize_with = "present")]
    issuer: Option<Option<OneOrMany>>,
    #[serde(default, deserialize_with = "present")]
    tenants: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "present")]
    audience: Option<Option<OneOrMany>>,
    #[serde(default)]
    algorithms: Option<Vec<String>>,
    #[serde(default)]
    leeway: Option<i64>,
    #[serde(default)]
    max_age: Option<u32>,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    profile: Option<String>,
    #[serde(default)]
    required_claims: Vec<String>,
    #[serde(default)]
    require_exp: Option<bool>,
    #[serde(default)]
    jwks_uri: Option<String>,
    #[serde(default)]
    network: NetworkPolicy,
    #[serde(default)]
    token_cache: u32,
    #[serde(default)]
    padded: bool,
    #[serde(default)]
    testing: Option<Testing>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn into_list(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// What the host knows about one token.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Known {
    nonce: Option<String>,
    access_token: Option<String>,
    code: Option<String>,
    max_authentication_age: Option<u32>,
}

fn expectations(json: &str) -> Result<Expectations> {
    let known: Known = options("verify", json)?;
    Ok(Expectations {
        nonce: known.nonce.map(Secret::new),
        access_token: known.access_token.map(Secret::new),
        code: known.code.map(Secret::new),
        max_authentication_age: known.max_authentication_age,
    })
}

fn invalid(detail: &'static str) -> Error {
    Error::with(ErrorCode::ConfigInvalid, detail)
}

/// Whose tokens: one issuer, a list, or a template whose tenants were decided.
fn issuers(issuer: Option<OneOrMany>, tenants: Option<Option<Vec<String>>>) -> Result<Issuers> {
    let list = issuer.map(OneOrMany::into_list);
    match (list.as_deref(), tenants) {
        (Some([only]), Some(tenants)) if IssuerTemplate::is_template(only) => {
            Ok(Issuers::Tenants { template: only.clone(), tenants })
        }
        (Some([only]), None) if IssuerTemplate::is_template(only) => {
            Err(invalid("verifier: the issuer is a template and tenants is neither given nor null"))
        }
        (Some(list), None) if list.iter().any(|one| IssuerTemplate::is_template(one)) => {
            Err(invalid("verifier: a template is no member of a list of issuers"))
        }
        (_, Some(_)) => Err(invalid("verifier: tenants without an issuer template")),
        (Some(list), None) => Ok(Issuers::Of(list.to_vec())),
        (None, None) => Ok(Issuers::Any),
    }
}

/// Tells a member that is `null` from one that is missing.
fn present<'de, D, T>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

impl Verifier {
    /// Builds a verifier from `{"issuer", "audience", "tenants"?, "algorithms"?, "leeway"?, "max_age"?, "token_type"?, "profile"?,
    /// "required_claims"?, "require_exp"?, "jwks_uri"?, "network"?, "token_cache"?, "padded"?}`.
    ///
    /// `issuer` (one or a list) and `audience` must be there; `null` says that the check is left out on purpose. The same holds
    /// of `tenants` where the issuer is a template.
    ///
    /// # Errors
    /// A `config.*` or `key.*` error for each value that is refused.
    pub fn new(config_json: &str, keys: VerifierKeys) -> Result<Self> {
        let config: Config = serde_json::from_str(config_json).map_err(|error| {
            let kind = if error.is_data() { "unknown member or wrong type" } else { "not JSON" };
            Error::with(ErrorCode::ConfigInvalid, format!("verifier: {kind}, column {}", error.column()))
        })?;
        let missing = |name| {
            Error::with(ErrorCode::ConfigInvalid, format!("verifier: {name} is neither given nor null"))
        };
        let issuers = issuers(config.issuer.ok_or_else(|| missing("issuer"))?, config.tenants)?;
        let audience = config.audience.ok_or_else(|| missing("audience"))?.map(OneOrMany::into_list);
        let profile = match (config.profile, config.token_type) {
            (Some(_), Some(_)) => return Err(invalid("verifier: both profile and token_type")),
            (Some(profile), None) => profile.parse()?,
            (None, Some(token_type)) => Profile::Typ(token_type),
            (None, None) => Profile::Generic,
        };
        let leeway = config.leeway.map_or(Ok(0), u32::try_from).map_err(|_| ErrorCode::ConfigLeeway)?;
        let keys = match keys {
            VerifierKeys::Discover => KeysFrom::Provider { jwks_uri: config.jwks_uri },
            _ if config.jwks_uri.is_some() => {
                return Err(invalid("verifier: both keys and jwks_uri"));
            }
            VerifierKeys::Key(key) => KeysFrom::Fixed(KeySet::single(key)),
            VerifierKeys::Set(set) => KeysFrom::Fixed(set),
        };
        crate::Verifier::new(VerifierConfig {
            keys,
            issuers,
            audience,
            algorithms: config.algorithms,
            leeway,
            max_age: config.max_age,
            profile,
            required_claims: config.required_claims,
            require_exp: config.require_exp.unwrap_or(true),
            network: config.network,
            token_cache: config.token_cache,
            padded: config.padded,
            clock: Testing::clock(config.testing.as_ref()),
        })
        .map(Self)
    }

    /// The same verifier for tokens that are signed and then encrypted; see [`crate::Verifier::with_decrypter`].
    #[must_use]
    pub fn with_decrypter(&self, decrypter: &Decrypter) -> Self {
        Self(self.0.with_decrypter(decrypter.0.clone()))
    }

    /// The signed token of an encrypted one, which it stands for in all that follows; see [`crate::Verifier::opened`].
    ///
    /// # Errors
    /// As there.
    pub fn opened(&self, token: &str) -> Result<String> {
        self.0.opened(token).map(Cow::into_owned)
    }

    /// The same verifier without its decrypter: for what [`Verifier::opened`] returned.
    #[must_use]
    pub fn signed_only(&self) -> Self {
        Self(self.0.without_decrypter())
    }

    /// Verifies with the keys at hand.
    ///
    /// # Errors
    /// `jwks.not_loaded` if the keys would have to be fetched, and `token.*`.
    pub fn verify_now(&self, token: &str) -> Result<Verified> {
        self.0.verify_now(token)
    }

    /// As [`Verifier::verify_now`], for a host that needs the claims' text alone.
    ///
    /// # Errors
    /// As there.
    pub fn claims_now(&self, token: &str) -> Result<String> {
        self.0.claims_now(token)
    }

    /// As [`Verifier::verify_now`], for a host that makes something of its own of the claims.
    ///
    /// # Errors
    /// As there.
    pub fn made_now<T>(&self, token: &str, make: impl Fn(&Verified) -> T) -> Result<T> {
        self.0.made_now(token, make)
    }

    /// As [`Verifier::verify_now`], for a token of which more is known: `{"nonce"?, "access_token"?, "code"?,
    /// "max_authentication_age"?}`.
    ///
    /// # Errors
    /// As there, and `config.invalid` for another member.
    pub fn verify_expecting_now(&self, token: &str, expected_json: &str) -> Result<Verified> {
        self.0.verify_expecting_now(token, &expectations(expected_json)?)
    }

    /// As [`Verifier::verify`], for a token of which more is known.
    ///
    /// # Errors
    /// `config.invalid` for another member.
    pub fn verify_expecting(&self, token: &str, expected_json: &str) -> Result<Operation> {
        let flow = self.0.verify_expecting(token, expectations(expected_json)?);
        Ok(flow.map(|verified| Ok(Outcome::Verified(verified))))
    }

    /// See [`crate::Verifier::refresh_due`].
    #[must_use]
    pub fn refresh_due(&self, token: &str) -> bool {
        self.0.refresh_due(token)
    }

    /// Verifies, fetching keys if it must.
    #[must_use]
    pub fn verify(&self, token: &str) -> Operation {
        self.0.verify(token).map(|verified| Ok(Outcome::Verified(verified)))
    }

    /// See [`crate::Verifier::export_keys`].
    #[must_use]
    pub fn export_keys(&self) -> Option<String> {
        self.0.export_keys()
    }

    /// See [`crate::Verifier::import_keys`].
    ///
    /// # Errors
    /// As there.
    pub fn import_keys(&self, text: &str) -> Result<()> {
        self.0.import_keys(text)
    }

    /// Moves the clock of a verifier that was built with `testing.now`; others are left alone.
    pub fn set_testing_clock(&self, now: i64) {
        self.0.clock().set(now);
    }
}
