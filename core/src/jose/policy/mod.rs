//! The policy: what must hold of a token, decided once and applied to each.
//!
//! A policy that leaves a check out by silence cannot be built (threats B3, C3): algorithms, issuer and
//! audience are given, or the opt-out is called by name.

mod builder;
mod expected;

pub use builder::PolicyBuilder;
pub use expected::{Expected, Nonce};

use super::claims::{self, Refusal};
use super::issuers::IssuerRule;
use super::{Algorithm, Compact, Key, KeySet, Profile, TokenLimits, Verified};
use crate::error::{Error, Explain, Result};

/// What must hold of a token.
///
/// ```
/// use ferroauth::jose::{Algorithm, Key, KeySet, Policy, Signer};
/// let key = Key::generate(Algorithm::ES256)?;
/// let token = Signer::new(key.clone(), Algorithm::ES256, None, None)?
///     .sign(r#"{"iss":"https://idp.example","aud":"api","sub":"42"}"#, 1_700_000_000, Some(300))?;
/// let policy = Policy::builder()
///     .algorithms([Algorithm::ES256])
///     .issuer("https://idp.example")
///     .audience(["api"])
///     .build()?;
/// let verified = policy.verify(&token, &KeySet::single(key), 1_700_000_299)?;
/// assert_eq!(verified.subject().as_deref(), Some("42"));
/// # Ok::<(), ferroauth::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    rules: Rules,
}

#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) issuer: Option<IssuerRule>,
    pub(super) audience: Vec<String>,
    pub(super) subject: Option<String>,
    pub(super) leeway: i64,
    pub(super) max_age: Option<u32>,
    pub(super) require_exp: bool,
    pub(super) required_claims: Vec<String>,
    pub(super) profile: Profile,
    pub(super) authorized_party: Option<String>,
    pub(super) limits: TokenLimits,
}

impl Policy {
    /// Begins a policy.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::new()
    }

    /// The algorithms that are accepted.
    #[must_use]
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.rules.algorithms
    }

    /// Whether a key that the host chose can serve this policy: it fits at least one of the algorithms.
    ///
    /// # Errors
    /// Why it fits none: `key.wrong_type`, `key.too_short`, `key.use`, `config.unsupported_algorithm`.
    pub fn check_key(&self, key: &Key) -> Result<()> {
        key.check_any(&self.rules.algorithms)
    }

    /// Verifies a token: form, header, key, signature, claims.
    ///
    /// `now` is in seconds since the epoch.
    ///
    /// # Errors
    /// The first check that fails, as a `token.*` error with its report.
    pub fn verify(&self, token: &str, keys: &KeySet, now: i64) -> Result<Verified> {
        self.verify_expecting(token, keys, now, &Expected::default())
    }

    /// As [`Policy::verify`], for a token of which more is known.
    ///
    /// # Errors
    /// As there.
    pub fn verify_expecting(
        &self,
        token: &str,
        keys: &KeySet,
        now: i64,
        expected: &Expected<'_>,
    ) -> Result<Verified> {
        let compact = Compact::parse(token, self.rules.limits);
        compact.and_then(|compact| self.check(compact, keys, now, expected)).map_err(|error| at(error, now))
    }

    /// Verifies a token whose header was read already, to choose the key set for it.
    ///
    /// # Errors
    /// As [`Policy::verify`].
    pub fn verify_compact(
        &self,
        compact: Compact<'_>,
        keys: &KeySet,
        now: i64,
        expected: &Expected<'_>,
    ) -> Result<Verified> {
        self.check(compact, keys, now, expected).map_err(|error| at(error, now))
    }

    /// The first second at which a token that this policy accepted is too old for it, without any tolerance; `None` if that
    /// never comes.
    pub(crate) fn valid_until(&self, verified: &Verified) -> Option<i64> {
        let by_age =
            self.rules.max_age.and_then(|age| Some(verified.issued_at()?.saturating_add(age.into())));
        [verified.expires_at(), by_age].into_iter().flatten().min()
    }

    /// Reads a token's header, and refuses at once what no key could make acceptable.
    ///
    /// # Errors
    /// As [`Compact::parse`], and `token.algorithm` if the policy does not allow the algorithm.
    pub fn admit<'t>(&self, token: &'t str) -> Result<Compact<'t>> {
        let compact = Compact::parse(token, self.rules.limits)?;
        compact.check_algorithm(&self.rules.algorithms)?;
        Ok(compact)
    }

    fn check(
        &self,
        compact: Compact<'_>,
        keys: &KeySet,
        now: i64,
        expected: &Expected<'_>,
    ) -> Result<Verified> {
        let rules = &self.rules;
        let signed = compact.check_signature(&rules.algorithms, keys)?;
        let typ_place = compact.typ_place();
        let kid_place = compact.kid_place();
        let verified = Verified::from_compact(compact)?;
        let typ = verified.header_str(typ_place);
        let key_issuer = signed.key.issuer();
        claims::check(rules, &verified, typ.as_deref(), key_issuer, now, expected).map_err(|refusal| {
            let Refusal { code, check, clock_delta, expected } = refusal;
            Error::with(code, check).explained(Explain {
                check,
                algorithm: verified.algorithm().map(|algorithm| algorithm.name().into()),
                key_id: verified.header_str(kid_place).map(|kid| kid.chars().take(64).collect()),
                keys_tried: signed.tried,
                clock_delta,
                expected,
                ..Explain::default()
            })
        })?;
        Ok(verified)
    }
}

/// Adds the clock to the report.
fn at(error: Error, now: i64) -> Error {
    error.also_explained(|explain| explain.now = Some(now))
}
