//! The policy: what must hold of a token, decided once and applied to each.
//!
//! A policy that leaves a check out by silence cannot be built (threats B3, C3): algorithms, issuer and
//! audience are given, or the opt-out is called by name.

use super::claims::{self, Refusal};
use super::{Algorithm, Compact, Key, KeySet, Profile, TokenLimits, Verified, algorithm};
use crate::error::{Error, ErrorCode, Explain, Result};
use crate::secret::Secret;

/// Largest clock tolerance in seconds.
const MAX_LEEWAY: u32 = 300;
const MAX_VALUES: usize = 64;

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
    pub(super) issuer: Option<String>,
    pub(super) audience: Vec<String>,
    pub(super) subject: Option<String>,
    pub(super) leeway: i64,
    pub(super) max_age: Option<u32>,
    pub(super) max_authentication_age: Option<u32>,
    pub(super) require_exp: bool,
    pub(super) required_claims: Vec<String>,
    pub(super) profile: Profile,
    pub(super) nonce: Option<Secret>,
    pub(super) authorized_party: Option<String>,
    pub(super) access_token: Option<Secret>,
    pub(super) code: Option<Secret>,
    pub(super) limits: TokenLimits,
}

/// Collects the rules of a [`Policy`].
#[derive(Clone, Debug)]
#[must_use]
pub struct PolicyBuilder {
    rules: Rules,
    leeway: u32,
    issuer_decided: bool,
    audience_decided: bool,
}

impl Policy {
    /// Begins a policy.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder {
            rules: Rules {
                algorithms: Vec::new(),
                issuer: None,
                audience: Vec::new(),
                subject: None,
                leeway: 0,
                max_age: None,
                max_authentication_age: None,
                require_exp: true,
                required_claims: Vec::new(),
                profile: Profile::Generic,
                nonce: None,
                authorized_party: None,
                access_token: None,
                code: None,
                limits: TokenLimits::default(),
            },
            leeway: 0,
            issuer_decided: false,
            audience_decided: false,
        }
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
        let compact = Compact::parse(token, self.rules.limits);
        compact.and_then(|compact| self.check(compact, keys, now)).map_err(|error| at(error, now))
    }

    /// Verifies a token whose header was read already, to choose the key set for it.
    ///
    /// # Errors
    /// As [`Policy::verify`].
    pub fn verify_compact(&self, compact: Compact<'_>, keys: &KeySet, now: i64) -> Result<Verified> {
        self.check(compact, keys, now).map_err(|error| at(error, now))
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

    fn check(&self, compact: Compact<'_>, keys: &KeySet, now: i64) -> Result<Verified> {
        let rules = &self.rules;
        let keys_tried = compact.check_signature(&rules.algorithms, keys)?;
        let typ_place = compact.typ_place();
        let kid_place = compact.kid_place();
        let verified = Verified::from_compact(compact)?;
        let typ = verified.header_str(typ_place);
        claims::check(rules, &verified, typ.as_deref(), now).map_err(|refusal| {
            let Refusal { code, check, clock_delta, expected } = refusal;
            Error::with(code, check).explained(Explain {
                check,
                algorithm: verified.algorithm().map(|algorithm| algorithm.name().into()),
                key_id: verified.header_str(kid_place).map(|kid| kid.chars().take(64).collect()),
                keys_tried,
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
    let explain = error.explain().cloned().unwrap_or_default();
    error.explained(Explain { now: Some(now), ..explain })
}

impl PolicyBuilder {
    /// The accepted algorithms: at least one, and not symmetric and asymmetric ones together.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.rules.algorithms = algorithms.into_iter().collect();
        self
    }

    /// `iss` must be this, byte for byte.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.rules.issuer = Some(issuer.into());
        self.issuer_decided = true;
        self
    }

    /// `iss` is not checked.
    pub fn any_issuer(mut self) -> Self {
        self.rules.issuer = None;
        self.issuer_decided = true;
        self
    }

    /// `aud` must contain one of these, byte for byte.
    pub fn audience<T: Into<String>>(mut self, audience: impl IntoIterator<Item = T>) -> Self {
        self.rules.audience = audience.into_iter().map(Into::into).collect();
        self.audience_decided = !self.rules.audience.is_empty();
        self
    }

    /// `aud` is not checked.
    pub fn any_audience(mut self) -> Self {
        self.rules.audience.clear();
        self.audience_decided = true;
        self
    }

    /// `sub` must be this.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.rules.subject = Some(subject.into());
        self
    }

    /// Tolerance for clocks that differ, in seconds, at most 300. Default 0.
    pub fn leeway(mut self, seconds: u32) -> Self {
        self.leeway = seconds;
        self
    }

    /// `iat` is required and not older than this many seconds.
    pub fn max_age(mut self, seconds: Option<u32>) -> Self {
        self.rules.max_age = seconds;
        self
    }

    /// `auth_time` is required and not older than this many seconds (OpenID Connect `max_age`).
    pub fn max_authentication_age(mut self, seconds: Option<u32>) -> Self {
        self.rules.max_authentication_age = seconds;
        self
    }

    /// Whether a token without `exp` is refused. Default true.
    pub fn require_exp(mut self, required: bool) -> Self {
        self.rules.require_exp = required;
        self
    }

    /// Claims that must be present, whatever their value.
    pub fn required_claims<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.rules.required_claims = names.into_iter().map(Into::into).collect();
        self
    }

    /// The kind of token.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.rules.profile = profile;
        self
    }

    /// `nonce` must be present and be this.
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.rules.nonce = Some(Secret::new(nonce));
        self
    }

    /// `azp` must be this where it is required: always, but in an ID token only beside further audiences.
    /// For an ID token the only audience is the default.
    pub fn authorized_party(mut self, client_id: impl Into<String>) -> Self {
        self.rules.authorized_party = Some(client_id.into());
        self
    }

    /// The access token that came with an ID token: `at_hash` must match it where present.
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.rules.access_token = Some(Secret::new(token));
        self
    }

    /// The authorization code that came with an ID token: `c_hash` must match it where present.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.rules.code = Some(Secret::new(code));
        self
    }

    /// Bounds on the token.
    pub fn limits(mut self, limits: TokenLimits) -> Self {
        self.rules.limits = limits;
        self
    }

    /// Checks the rules and freezes them.
    ///
    /// # Errors
    /// `config.algorithms` if there are none or both families; `config.unsupported_algorithm`;
    /// `config.leeway`; `config.invalid` if issuer or audience were not decided, are empty, or are opted
    /// out of for an ID token.
    pub fn build(self) -> Result<Policy> {
        let Self { mut rules, leeway, issuer_decided, audience_decided } = self;
        let invalid = |detail: &'static str| Err(Error::with(ErrorCode::ConfigInvalid, detail));
        algorithm::check_allowed(&rules.algorithms)?;
        if leeway > MAX_LEEWAY {
            return Err(Error::new(ErrorCode::ConfigLeeway));
        }
        rules.leeway = i64::from(leeway);
        if !issuer_decided || rules.issuer.as_deref() == Some("") {
            return invalid("the issuer is neither given nor opted out of");
        }
        if !audience_decided
            || rules.audience.iter().any(String::is_empty)
            || rules.audience.len() > MAX_VALUES
        {
            return invalid("the audience is neither given nor opted out of");
        }
        match &rules.profile {
            Profile::Typ(typ) if typ.is_empty() => return invalid("the token type is empty"),
            Profile::IdToken if rules.issuer.is_none() || rules.audience.is_empty() => {
                return invalid("an ID token is always checked for issuer and audience");
            }
            Profile::IdToken if rules.authorized_party.is_none() => {
                if let [only] = rules.audience.as_slice() {
                    rules.authorized_party = Some(only.clone());
                }
                rules.require_exp = true;
            }
            Profile::IdToken => rules.require_exp = true,
            Profile::Generic | Profile::Typ(_) => {}
        }
        Ok(Policy { rules })
    }
}
