//! Verification of the tokens that an API receives: a policy, a clock, and keys that keep themselves fresh.

mod config;
mod route;

pub use config::{Expectations, Issuers, KeysFrom, VerifierConfig};

use crate::clock::Clock;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, Io};
use crate::jose::{Compact, Decrypter, Expected, KeySet, Policy, TokenLimits, Verified};
use crate::jwks::{KeySource, Lookup};
use crate::token_cache::{Kept, TokenCache, TokenId};
use route::{Keys, Route};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Verifies tokens. Cheap to clone; clones share keys and policy.
#[derive(Clone, Debug)]
pub struct Verifier(Arc<Inner>, Option<Arc<Decrypter>>);

#[derive(Debug)]
struct Inner {
    /// One, or one for each issuer.
    routes: Vec<Route>,
    cache: Option<TokenCache>,
    clock: Clock,
}

/// The key id by which a key was found, and the fetched set that held it.
type Trust = (Option<Arc<str>>, Arc<KeySet>);

impl Verifier {
    /// Builds a verifier. Nothing is sent.
    ///
    /// # Errors
    /// `config.*` for a policy that is incomplete or contradictory, `key.*` for keys that do not fit it.
    pub fn new(config: VerifierConfig) -> Result<Self> {
        let routes = route::routes(&config)?;
        for route in &routes {
            if let Keys::Fixed(set) = &route.keys {
                check_keys(&route.policy, set)?;
            }
        }
        let cache = TokenCache::new(config.token_cache)?;
        Ok(Self(Arc::new(Inner { routes, cache, clock: config.clock }), None))
    }

    /// The same verifier for tokens that are signed and then encrypted (RFC 7519 section 5.2): it accepts these alone,
    /// and what it finds inside must pass every check of this verifier. It shares keys and cache with it.
    ///
    /// ```
    /// use ferroauth::jose::{Decrypter, EncryptionKey};
    /// # fn nested(verifier: &ferroauth::Verifier, token: &str) -> ferroauth::Result<()> {
    /// let key = EncryptionKey::generate("A256GCM", None)?;
    /// let nested = verifier.with_decrypter(Decrypter::new(vec![key], Default::default())?.into());
    /// let verified = nested.verify_now(token)?;
    /// # drop(verified);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_decrypter(&self, decrypter: Arc<Decrypter>) -> Self {
        Self(Arc::clone(&self.0), Some(decrypter))
    }

    /// The same verifier without its decrypter: for what [`Verifier::opened`] returned.
    #[must_use]
    pub fn without_decrypter(&self) -> Self {
        Self(Arc::clone(&self.0), None)
    }

    /// The signed token inside an encrypted one, not verified yet; without a decrypter the token itself.
    ///
    /// # Errors
    /// As [`Decrypter::decrypt_nested`].
    pub fn opened<'t>(&self, token: &'t str) -> Result<Cow<'t, str>> {
        match &self.1 {
            None => Ok(Cow::Borrowed(token)),
            Some(decrypter) => decrypter.decrypt_nested(token).map(Cow::Owned),
        }
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

    /// As [`Verifier::verify_now`]; what a host makes of the verified token is all that is returned.
    ///
    /// # Errors
    /// As there.
    pub fn made_now<T>(&self, token: &str, make: impl Fn(&Verified) -> T) -> Result<T> {
        self.verify_once(token, &make, |verified| make(&verified))
    }

    /// Verifies a token unless it was verified before, and returns what is made of a copy that is kept, or of the
    /// fresh one.
    fn verify_once<T>(
        &self,
        token: &str,
        of_kept: impl FnOnce(&Verified) -> T,
        of_fresh: impl FnOnce(Verified) -> T,
    ) -> Result<T> {
        if self.1.is_some() {
            return self.without_decrypter().verify_once(&self.opened(token)?, of_kept, of_fresh);
        }
        let now = self.0.clock.now();
        let cache = self.0.cache.as_ref().filter(|_| token.len() <= TokenLimits::default().token);
        let Some(cache) = cache else {
            return self
                .verify_afresh(token, now, &Expected::default())
                .map(|(verified, ..)| of_fresh(verified));
        };
        let id = TokenId::of(token);
        let trusted = |kept: &Kept| self.still_trusts(kept).then(|| of_kept(&kept.verified));
        if let Some(found) = cache.find(id, now, trusted) {
            return Ok(found);
        }
        let (verified, route, trust) = self.verify_afresh(token, now, &Expected::default())?;
        let policy = self.0.routes.get(route).map(|route| &route.policy);
        if let Some(until) = policy.and_then(|policy| policy.valid_until(&verified)) {
            let (kid, keys) = trust.unzip();
            let kid = kid.flatten();
            cache.put(id, Kept { verified: verified.clone(), kid, keys, route, valid: now..until });
        }
        Ok(of_fresh(verified))
    }

    /// Verifies a token of which more is known, with the keys at hand. No cache serves here.
    ///
    /// # Errors
    /// As [`Verifier::verify_now`].
    pub fn verify_expecting_now(&self, token: &str, expected: &Expectations) -> Result<Verified> {
        let signed = self.opened(token)?;
        self.verify_afresh(&signed, self.0.clock.now(), &expected.borrow()).map(|(verified, ..)| verified)
    }

    /// Whether the keys that a token was verified with are the ones to use.
    fn still_trusts(&self, kept: &Kept) -> bool {
        let keys = self.0.routes.get(kept.route).map(|route| &route.keys);
        match (keys, &kept.keys) {
            (Some(Keys::Fixed(_)), None) => true,
            (Some(Keys::Provider(source)), Some(then)) => {
                matches!(source.lookup(kept.kid.as_deref()), Lookup::Keys(now) if Arc::ptr_eq(&now, then))
            }
            _ => false,
        }
    }

    /// Verifies a token; says by which route, and with fetched keys also the key id by which they were found, and they.
    fn verify_afresh(
        &self,
        token: &str,
        now: i64,
        expected: &Expected<'_>,
    ) -> Result<(Verified, usize, Option<Trust>)> {
        let inner = &self.0;
        if let [Route { policy, keys: Keys::Fixed(keys), .. }] = inner.routes.as_slice() {
            return Ok((policy.verify_expecting(token, keys, now, expected)?, 0, None));
        }
        // What no key could make acceptable must not cause a request.
        let (compact, index) = self.admit(token, now)?;
        let Some(Route { policy, keys: Keys::Provider(source), .. }) = inner.routes.get(index) else {
            return Err(ErrorCode::KeySetNotLoaded.into());
        };
        let kid = compact.kid();
        let kid = kid.as_deref();
        match source.lookup(kid) {
            Lookup::Keys(keys) => {
                let kid = inner.cache.as_ref().and(kid).map(Arc::from);
                let verified = policy.verify_compact(compact, &keys, now, expected);
                Ok((verified.map_err(|error| aged(error, source))?, index, Some((kid, keys))))
            }
            Lookup::Fetch => Err(ErrorCode::KeySetNotLoaded.into()),
            Lookup::Unknown => Err(unknown_key(&compact, source, now)),
        }
    }

    /// Reads a token's header, chooses the route by its issuer where there are several, and refuses at once what no key
    /// could make acceptable.
    fn admit<'t>(&self, token: &'t str, now: i64) -> Result<(Compact<'t>, usize)> {
        let routes = &self.0.routes;
        let at = |error: Error| error.also_explained(|explain| explain.now = Some(now));
        let Some(first) = routes.first() else { return Err(ErrorCode::KeySetNotLoaded.into()) };
        // The routes differ in nothing but the issuer and its keys.
        let compact = first.policy.admit(token).map_err(at)?;
        if routes.len() == 1 {
            return Ok((compact, 0));
        }
        let issuer = compact.claimed_issuer().map_err(at)?;
        match routes.iter().position(|route| route.issuer.as_ref() == Some(&issuer)) {
            Some(index) => Ok((compact, index)),
            None => {
                let trusted: Vec<&str> = routes.iter().filter_map(|route| route.issuer.as_deref()).collect();
                Err(at(compact.untrusted_issuer(trusted.join(" "))))
            }
        }
    }

    /// Whether the cached keys of this token's issuer are about to expire, so that a caller who has the time should use
    /// [`Verifier::verify`], which refreshes them, even though [`Verifier::verify_now`] still succeeds.
    ///
    /// Asked about a token that was verified; of several issuers the others' tokens are not held up.
    #[must_use]
    pub fn refresh_due(&self, token: &str) -> bool {
        if !self.sources().any(KeySource::is_due) {
            return false;
        }
        self.0.routes.len() == 1 || self.opened(token).is_ok_and(|signed| self.route_is_due(&signed))
    }

    /// The same, of a token that is signed alone.
    fn route_is_due(&self, token: &str) -> bool {
        let index = self.admit(token, self.0.clock.now()).map(|(_, index)| index);
        let route = index.ok().and_then(|index| self.0.routes.get(index));
        route.and_then(Route::source).is_some_and(KeySource::is_due)
    }

    fn sources(&self) -> impl Iterator<Item = &KeySource> {
        self.0.routes.iter().filter_map(Route::source)
    }

    /// Verifies, fetching keys if it must.
    ///
    /// # Errors
    /// The flow ends with `token.*`, or with the errors of [`KeySource::keys`].
    #[must_use]
    pub fn verify(&self, token: &str) -> Flow<Verified> {
        // Opened once, because opening may cost more than all the rest.
        match self.opened(token) {
            Ok(signed) => {
                let verifier = self.without_decrypter();
                verifier.verify_unless(verifier.verify_now(&signed), &signed, Expectations::default())
            }
            Err(error) => Flow::ready(Err(error)),
        }
    }

    /// As [`Verifier::verify`], for a token of which more is known.
    ///
    /// # Errors
    /// As there.
    #[must_use]
    pub fn verify_expecting(&self, token: &str, expected: Expectations) -> Flow<Verified> {
        match self.opened(token) {
            Ok(signed) => {
                let verifier = self.without_decrypter();
                verifier.verify_unless(verifier.verify_expecting_now(&signed, &expected), &signed, expected)
            }
            Err(error) => Flow::ready(Err(error)),
        }
    }

    /// The outcome with the keys at hand, unless keys must or should be fetched first. For a verifier without a decrypter.
    fn verify_unless(&self, known: Result<Verified>, token: &str, expected: Expectations) -> Flow<Verified> {
        match known {
            // Keys that are about to expire are refreshed by a caller whose token is good.
            Ok(_) if self.refresh_due(token) => {}
            Err(error) if error.code() == ErrorCode::KeySetNotLoaded => {}
            known => return Flow::ready(known),
        }
        let (verifier, token) = (self.clone(), token.to_owned());
        Flow::new(|io| async move { verifier.verify_within(&io, &token, &expected.borrow()).await })
    }

    /// Verifies within another operation.
    pub(crate) async fn verify_within(
        &self,
        io: &Io,
        token: &str,
        expected: &Expected<'_>,
    ) -> Result<Verified> {
        let inner = &self.0;
        let signed = self.opened(token)?;
        let token = signed.as_ref();
        let (kid, index) = {
            let (compact, index) = self.admit(token, inner.clock.now())?;
            (compact.kid().map(Cow::into_owned), index)
        };
        let Some(Route { policy, keys, .. }) = inner.routes.get(index) else {
            return Err(ErrorCode::KeySetNotLoaded.into());
        };
        match keys {
            Keys::Fixed(keys) => policy.verify_expecting(token, keys, inner.clock.now(), expected),
            Keys::Provider(source) => {
                let keys = source.keys(io, kid.as_deref()).await?;
                let verified = policy.verify_expecting(token, &keys, inner.clock.now(), expected);
                verified.map_err(|error| aged(error, source))
            }
        }
    }

    /// The cached key sets, to be kept across restarts; `None` if nothing is cached or the keys are at hand. With several
    /// issuers a JSON object with one member for each.
    #[must_use]
    pub fn export_keys(&self) -> Option<String> {
        if let [only] = self.0.routes.as_slice() {
            return only.source().and_then(KeySource::export);
        }
        let mut sets = BTreeMap::new();
        for route in &self.0.routes {
            let text = route.source().and_then(KeySource::export);
            let set = text.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
            sets.extend(route.issuer.as_ref().zip(set));
        }
        (!sets.is_empty()).then(|| serde_json::json!(sets).to_string())
    }

    /// Takes key sets that [`Verifier::export_keys`] made; a member for an issuer that is not this verifier's is left out.
    ///
    /// # Errors
    /// `config.invalid` if the keys are fixed, and the errors of [`KeySource::import`].
    pub fn import_keys(&self, text: &str) -> Result<()> {
        if let [only] = self.0.routes.as_slice() {
            let fixed = || Error::with(ErrorCode::ConfigInvalid, "the verifier's keys are fixed");
            return only.source().ok_or_else(fixed)?.import(text);
        }
        let sets: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(text).map_err(|_| Error::new(ErrorCode::KeySetMalformed))?;
        for route in &self.0.routes {
            let set = route.issuer.as_ref().and_then(|issuer| sets.get(issuer));
            if let (Some(source), Some(set)) = (route.source(), set) {
                source.import(&set.to_string())?;
            }
        }
        Ok(())
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

/// Adds how old the key set was.
fn aged(error: Error, source: &KeySource) -> Error {
    error.also_explained(|explain| explain.key_set_age = source.age())
}

/// No key of the set has the token's id, and no fetch is allowed now.
fn unknown_key(compact: &Compact<'_>, source: &KeySource, now: i64) -> Error {
    let error = compact.without_key(ErrorCode::TokenKeyNotFound);
    let error = error.also_explained(|explain| {
        explain.now = Some(now);
        explain.expected = source.ids();
    });
    aged(error, source)
}
