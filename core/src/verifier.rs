//! Verification of the tokens that an API receives: a policy, a clock, and keys that keep themselves fresh.

use crate::clock::Clock;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, Io, NetworkPolicy};
use crate::jose::{Algorithm, KeySet, Policy, Profile, TokenLimits, Verified};
use crate::jwks::{KeySource, Location, Lookup};
use crate::token_cache::{Kept, TokenCache, TokenId};
use crate::types::{EndpointUrl, Issuer};
use std::borrow::Cow;
use std::sync::Arc;

/// Where a verifier's keys come from.
#[derive(Clone, Debug)]
pub enum KeysFrom {
    /// Keys at hand.
    Fixed(KeySet),
    /// The issuer's key set.
    Provider {
        /// Where it is, if not where the issuer's metadata says.
        jwks_uri: Option<String>,
    },
}

/// What a verifier checks. `issuer` and `audience` are `None` only when the check is left out on purpose.
#[derive(Clone, Debug)]
pub struct VerifierConfig {
    /// The keys.
    pub keys: KeysFrom,
    /// The exact `iss`.
    pub issuer: Option<String>,
    /// The token must be meant for one of these.
    pub audience: Option<Vec<String>>,
    /// The allowed algorithms. For a provider's key set the default is every asymmetric one; with keys at
    /// hand they must be named.
    pub algorithms: Option<Vec<String>>,
    /// Clock tolerance, 0 to 300 seconds.
    pub leeway: u32,
    /// The greatest age by `iat`, seconds.
    pub max_age: Option<u32>,
    /// The `typ` that the header must have, for example `at+jwt`.
    pub token_type: Option<String>,
    /// Further claims that must be there.
    pub required_claims: Vec<String>,
    /// Whether `exp` must be there; leave it on.
    pub require_exp: bool,
    /// The rules for requests to the provider.
    pub network: NetworkPolicy,
    /// How many verified tokens are kept, so that the same ones need no second verification: 0 to 100,000, with 4 KiB of
    /// header and claims for each on average. One serves until its `exp`, and while the key set is the same. It pays with
    /// public keys; a check with an HMAC secret is as short as the look-up.
    pub token_cache: u32,
    /// The clock.
    pub clock: Clock,
}

/// Verifies tokens. Cheap to clone; clones share keys and policy.
#[derive(Clone, Debug)]
pub struct Verifier(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    policy: Policy,
    keys: Keys,
    cache: Option<TokenCache>,
    clock: Clock,
}

#[derive(Debug)]
enum Keys {
    Fixed(KeySet),
    Provider(KeySource),
}

/// The key id by which a key was found, and the fetched set that held it.
type Trust = (Option<Arc<str>>, Arc<KeySet>);

impl Verifier {
    /// Builds a verifier. Nothing is sent.
    ///
    /// # Errors
    /// `config.*` for a policy that is incomplete or contradictory, `key.*` for keys that do not fit it.
    pub fn new(config: VerifierConfig) -> Result<Self> {
        let named = match &config.algorithms {
            Some(names) => Some(names.iter().map(|name| name.parse()).collect::<Result<Vec<Algorithm>>>()?),
            None => None,
        };
        let (keys, algorithms) = match config.keys {
            KeysFrom::Fixed(set) => (Keys::Fixed(set), named.unwrap_or_default()),
            KeysFrom::Provider { jwks_uri } => {
                let source =
                    provider(jwks_uri.as_deref(), config.issuer.as_deref(), config.network, &config.clock)?;
                let algorithms = named.unwrap_or_else(asymmetric);
                if algorithms.iter().any(|algorithm| algorithm.is_symmetric()) {
                    let detail = "a published key set never holds HMAC keys";
                    return Err(Error::with(ErrorCode::ConfigAlgorithms, detail));
                }
                (Keys::Provider(source), algorithms)
            }
        };
        let mut policy = Policy::builder()
            .algorithms(algorithms)
            .leeway(config.leeway)
            .max_age(config.max_age)
            .require_exp(config.require_exp)
            .required_claims(config.required_claims);
        policy = match config.issuer {
            Some(issuer) => policy.issuer(issuer),
            None => policy.any_issuer(),
        };
        policy = match config.audience {
            Some(audience) => policy.audience(audience),
            None => policy.any_audience(),
        };
        if let Some(token_type) = config.token_type {
            policy = policy.profile(Profile::Typ(token_type));
        }
        let policy = policy.build()?;
        if let Keys::Fixed(set) = &keys {
            check_keys(&policy, set)?;
        }
        let cache = TokenCache::new(config.token_cache)?;
        Ok(Self(Arc::new(Inner { policy, keys, cache, clock: config.clock })))
    }

    /// Verifies with the keys at hand, without any request.
    ///
    /// # Errors
    /// `jwks.not_loaded` if keys would have to be fetched; `token.*`, each with a report.
    pub fn verify_now(&self, token: &str) -> Result<Verified> {
        self.verify_once(token, Verified::clone, |verified| verified)
    }

    /// As [`Verifier::verify_now`]; the text of the claims is all that is returned.
    ///
    /// # Errors
    /// As there.
    pub fn claims_now(&self, token: &str) -> Result<String> {
        self.verify_once(token, |verified| verified.claims_json.clone(), |verified| verified.claims_json)
    }

    /// Verifies a token unless it was verified before, and returns what is made of a copy that is kept, or of the
    /// fresh one.
    fn verify_once<T>(
        &self,
        token: &str,
        of_kept: impl FnOnce(&Verified) -> T,
        of_fresh: impl FnOnce(Verified) -> T,
    ) -> Result<T> {
        let now = self.0.clock.now();
        let cache = self.0.cache.as_ref().filter(|_| token.len() <= TokenLimits::default().token);
        let Some(cache) = cache else {
            return self.verify_afresh(token, now).map(|(verified, _)| of_fresh(verified));
        };
        let id = TokenId::of(token);
        let trusted = |kept: &Kept| self.still_trusts(kept).then(|| of_kept(&kept.verified));
        if let Some(found) = cache.find(id, now, trusted) {
            return Ok(found);
        }
        let (verified, trust) = self.verify_afresh(token, now)?;
        if let Some(until) = self.0.policy.valid_until(&verified) {
            let (kid, keys) = trust.unzip();
            let kid = kid.flatten();
            cache.put(id, Kept { verified: verified.clone(), kid, keys, valid: now..until });
        }
        Ok(of_fresh(verified))
    }

    /// Whether the keys that a token was verified with are the ones to use.
    fn still_trusts(&self, kept: &Kept) -> bool {
        match (&self.0.keys, &kept.keys) {
            (Keys::Fixed(_), None) => true,
            (Keys::Provider(source), Some(then)) => {
                matches!(source.lookup(kept.kid.as_deref()), Lookup::Keys(now) if Arc::ptr_eq(&now, then))
            }
            _ => false,
        }
    }

    /// Verifies a token; with fetched keys also the key id by which they were found, and they.
    fn verify_afresh(&self, token: &str, now: i64) -> Result<(Verified, Option<Trust>)> {
        let inner = &self.0;
        match &inner.keys {
            Keys::Fixed(keys) => Ok((inner.policy.verify(token, keys, now)?, None)),
            Keys::Provider(source) => {
                // What no key could make acceptable must not cause a request.
                let compact = inner.policy.admit(token)?;
                let kid = compact.kid();
                let kid = kid.as_deref();
                match source.lookup(kid) {
                    Lookup::Keys(keys) => {
                        let kid = inner.cache.as_ref().and(kid).map(Arc::from);
                        let verified = inner.policy.verify_compact(compact, &keys, now)?;
                        Ok((verified, Some((kid, keys))))
                    }
                    Lookup::Fetch => Err(ErrorCode::KeySetNotLoaded.into()),
                    Lookup::Unknown => Err(ErrorCode::TokenKeyNotFound.into()),
                }
            }
        }
    }

    /// Whether the cached keys are about to expire, so that a caller who has the time should use
    /// [`Verifier::verify`], which refreshes them, even though [`Verifier::verify_now`] still succeeds.
    #[must_use]
    pub fn refresh_due(&self) -> bool {
        matches!(&self.0.keys, Keys::Provider(source) if source.is_due())
    }

    /// Verifies, fetching keys if it must.
    ///
    /// # Errors
    /// The flow ends with `token.*`, or with the errors of [`KeySource::keys`].
    #[must_use]
    pub fn verify(&self, token: &str) -> Flow<Verified> {
        // Keys that are about to expire are refreshed by a caller whose token is good.
        let due = self.refresh_due();
        match self.verify_now(token) {
            Ok(_) if due => {}
            Err(error) if error.code() == ErrorCode::KeySetNotLoaded => {}
            known => return Flow::ready(known),
        }
        let (verifier, token) = (self.clone(), token.to_owned());
        Flow::new(|io| async move { verifier.verify_within(&io, &token).await })
    }

    /// Verifies within another operation.
    pub(crate) async fn verify_within(&self, io: &Io, token: &str) -> Result<Verified> {
        let inner = &self.0;
        let Keys::Provider(source) = &inner.keys else { return self.verify_now(token) };
        let kid = inner.policy.admit(token)?.kid().map(Cow::into_owned);
        let keys = source.keys(io, kid.as_deref()).await?;
        inner.policy.verify(token, &keys, inner.clock.now())
    }

    /// The cached key set, to be kept across restarts; `None` if nothing is cached or the keys are fixed.
    #[must_use]
    pub fn export_keys(&self) -> Option<String> {
        match &self.0.keys {
            Keys::Fixed(_) => None,
            Keys::Provider(source) => source.export(),
        }
    }

    /// Takes a key set that [`Verifier::export_keys`] made.
    ///
    /// # Errors
    /// `config.invalid` if the keys are fixed, and the errors of [`KeySource::import`].
    pub fn import_keys(&self, text: &str) -> Result<()> {
        match &self.0.keys {
            Keys::Fixed(_) => Err(Error::with(ErrorCode::ConfigInvalid, "the verifier's keys are fixed")),
            Keys::Provider(source) => source.import(text),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }
}

/// Refuses keys none of which could ever verify a token of this policy.
fn check_keys(policy: &Policy, keys: &KeySet) -> Result<()> {
    let mut refused = Err(ErrorCode::KeySetNoUsableKey.into());
    for key in keys.keys() {
        refused = policy.check_key(key);
        if refused.is_ok() {
            break;
        }
    }
    refused
}

fn provider(
    jwks_uri: Option<&str>,
    issuer: Option<&str>,
    network: NetworkPolicy,
    clock: &Clock,
) -> Result<KeySource> {
    let location = match (jwks_uri, issuer) {
        (Some(uri), _) => Location::Url(EndpointUrl::parse(uri, &network)?),
        (None, Some(issuer)) => Location::Issuer(Issuer::parse(issuer, &network)?),
        (None, None) => {
            let detail = "verifier: neither keys, nor an issuer, nor jwks_uri";
            return Err(Error::with(ErrorCode::ConfigInvalid, detail));
        }
    };
    Ok(KeySource::new(location, Arc::new(network), clock.clone()))
}

/// Every asymmetric algorithm of this build. The key decides which of them a token may use.
fn asymmetric() -> Vec<Algorithm> {
    Algorithm::ALL.iter().copied().filter(|a| !a.is_symmetric() && a.is_supported()).collect()
}
