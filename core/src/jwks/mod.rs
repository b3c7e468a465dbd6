//! The key set of one provider: fetched when needed, kept while fresh, shared by everything that verifies.
//!
//! The duties it answers: a flood of unknown key ids must not become a flood of requests (cooldown and
//! negative cache), an outage must not log everybody out (stale keys for a limited time), many
//! callers must cause one request (single flight), and nothing here may hang after a fork (atomics and
//! a snapshot pointer, no lock).

mod fetch;
mod lease;
mod snapshot;

pub use fetch::Location;
pub use snapshot::Freshness;

use crate::clock::Clock;
use crate::error::{Error, ErrorCode, Result};
use crate::event::{Event, Happening, Party};
use crate::flow::{Io, NetworkPolicy};
use crate::jose::KeySet;
use crate::types::{EndpointUrl, Issuer};
use arc_swap::ArcSwapOption;
use lease::Lease;
use snapshot::Snapshot;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

/// Seconds between two fetches of the same key set.
pub const COOLDOWN: i64 = 30;
/// Seconds for which a key set is used although it cannot be fetched again.
pub const STALE_LIMIT: i64 = 24 * 3600;
/// How often a caller asks again whether another one has finished fetching.
const WAITS: u32 = 240;

/// A key set that is fetched and cached. Share it in an `Arc`.
pub struct KeySource {
    location: Location,
    /// Whose keys they are, for events.
    party: Arc<Party>,
    network: Arc<NetworkPolicy>,
    clock: Clock,
    resolved: ArcSwapOption<EndpointUrl>,
    snapshot: ArcSwapOption<Snapshot>,
    last_attempt: AtomicI64,
    failures: AtomicU32,
    lease: Lease,
}

/// What the cache can say without any request.
#[derive(Clone, Debug)]
pub enum Lookup {
    /// These keys are to be used.
    Keys(Arc<KeySet>),
    /// A fetch is needed, and allowed.
    Fetch,
    /// The key id is unknown and no fetch is allowed now.
    Unknown,
}

impl KeySource {
    /// A source that has fetched nothing yet.
    #[must_use]
    pub fn new(location: Location, network: Arc<NetworkPolicy>, clock: Clock) -> Self {
        let party = Arc::new(Party { provider: location.provider(), client_id: None });
        Self {
            location,
            party,
            network,
            clock,
            resolved: ArcSwapOption::empty(),
            snapshot: ArcSwapOption::empty(),
            last_attempt: AtomicI64::new(i64::MIN),
            failures: AtomicU32::new(0),
            lease: Lease::default(),
        }
    }

    /// Names the issuer whose keys they are, where the address does not say so.
    #[must_use]
    pub fn of_issuer(mut self, issuer: Option<&Issuer>) -> Self {
        if let Some(issuer) = issuer {
            self.party = Arc::new(Party { provider: issuer.as_str().to_owned(), client_id: None });
        }
        self
    }

    /// Looks the keys up without any request.
    #[must_use]
    pub fn lookup(&self, kid: Option<&str>) -> Lookup {
        let now = self.clock.now();
        let snapshot = self.snapshot.load();
        let Some(snapshot) = snapshot.as_ref() else { return Lookup::Fetch };
        match snapshot.freshness(now) {
            Freshness::Expired => return Lookup::Fetch,
            Freshness::Stale if self.may_attempt(now) => return Lookup::Fetch,
            Freshness::Stale | Freshness::Due | Freshness::Fresh => {}
        }
        match kid {
            Some(kid) if !snapshot.keys.has_kid(kid) => {
                if self.may_attempt(now) && !snapshot.knows_absent(kid, now) {
                    Lookup::Fetch
                } else {
                    Lookup::Unknown
                }
            }
            _ => Lookup::Keys(snapshot.keys.clone()),
        }
    }

    /// The keys to verify a token with this key id, fetched if they must be.
    ///
    /// # Errors
    /// `token.key_not_found` for a key id that the provider does not publish, `jwks.unavailable` if
    /// nothing usable is cached and the fetch failed or is not allowed yet; the errors of the network
    /// and of the set itself on the first load.
    pub async fn keys(&self, io: &Io, kid: Option<&str>) -> Result<Arc<KeySet>> {
        for attempt in 0..WAITS {
            let due = match self.lookup(kid) {
                Lookup::Keys(keys) if !self.is_due() => return Ok(keys),
                Lookup::Keys(keys) => Some(keys),
                Lookup::Fetch => None,
                Lookup::Unknown => return Err(ErrorCode::TokenKeyNotFound.into()),
            };
            match (self.lease.take(self.clock.now()), due) {
                (Some(guard), due) => {
                    let fetched = self.refresh(io, kid).await;
                    drop(guard);
                    return match (fetched, due) {
                        (Ok(keys), _) => self.with_kid(keys, kid),
                        (Err(_), Some(keys)) => Ok(keys),
                        (Err(error), None) => self.stale(kid).ok_or(error),
                    };
                }
                // Somebody else refreshes ahead of expiry; what is here is still good.
                (None, Some(keys)) => return Ok(keys),
                (None, None) => {
                    if let Some(keys) = self.stale(kid) {
                        return Ok(keys);
                    }
                    io.sleep(Duration::from_millis(if attempt < 20 { 5 } else { 50 })).await?;
                }
            }
        }
        Err(Error::with(ErrorCode::KeySetUnavailable, "another caller has been fetching it for too long"))
    }

    /// Whether a fetch may happen now: one per cooldown, and fewer after failures without a cached set.
    fn may_attempt(&self, now: i64) -> bool {
        let last = self.last_attempt.load(Ordering::Acquire);
        // A clock that was set back must not stop fetching for as long as it was set back.
        last > now || last.saturating_add(COOLDOWN) <= now
    }

    /// Whether the cached set is about to expire and may be refreshed now.
    pub(crate) fn is_due(&self) -> bool {
        let now = self.clock.now();
        let snapshot = self.snapshot.load();
        let due = snapshot.as_ref().is_some_and(|s| s.freshness(now) == Freshness::Due);
        due && self.may_attempt(now)
    }

    fn with_kid(&self, keys: Arc<KeySet>, kid: Option<&str>) -> Result<Arc<KeySet>> {
        match kid {
            Some(kid) if !keys.has_kid(kid) => Err(ErrorCode::TokenKeyNotFound.into()),
            _ => Ok(keys),
        }
    }

    /// The cached keys if they hold this key and are within the limit for stale ones.
    fn stale(&self, kid: Option<&str>) -> Option<Arc<KeySet>> {
        let snapshot = self.snapshot.load_full()?;
        let usable = snapshot.freshness(self.clock.now()) != Freshness::Expired;
        let fits = kid.is_none_or(|kid| snapshot.keys.has_kid(kid));
        (usable && fits).then(|| snapshot.keys.clone())
    }

    async fn refresh(&self, io: &Io, kid: Option<&str>) -> Result<Arc<KeySet>> {
        let now = self.clock.now();
        let failures = self.failures.load(Ordering::Acquire);
        let empty = self.snapshot.load().is_none();
        // With nothing cached a short pause replaces the cooldown, so that a start during a brief
        // outage recovers within seconds; it doubles with each failure.
        let pause = if failures == 0 { 0 } else { (1_i64 << failures.min(5)).min(COOLDOWN) };
        let last = self.last_attempt.load(Ordering::Acquire);
        if empty && last <= now && now < last.saturating_add(pause) {
            return Err(Error::with(ErrorCode::KeySetUnavailable, "the last fetch failed a moment ago"));
        }
        self.last_attempt.store(now, Ordering::Release);
        match fetch::fetch(io, &self.location, &self.resolved, &self.network).await {
            Ok(fetched) => {
                self.failures.store(0, Ordering::Release);
                let now = self.clock.now();
                let old = self.snapshot.load_full();
                let snapshot =
                    Snapshot::new(fetched.keys, now, fetched.max_age).remember(old.as_deref(), kid, now);
                let keys = snapshot.keys.clone();
                self.snapshot.store(Some(Arc::new(snapshot)));
                io.note(self.event(Happening::KeySetFetched { url: fetched.url, keys: keys.keys().len() }));
                Ok(keys)
            }
            Err(error) => {
                self.failures.fetch_add(1, Ordering::AcqRel);
                io.note(self.event(Happening::KeySetFailed((&error).into())));
                Err(error)
            }
        }
    }

    fn event(&self, happening: Happening) -> Event {
        Event { time: self.clock.now(), party: self.party.clone(), happening }
    }

    /// The key ids of the cached set, for a report.
    pub(crate) fn ids(&self) -> Option<String> {
        self.snapshot.load().as_ref().and_then(|snapshot| snapshot.keys.ids())
    }

    /// Seconds since the cached set was fetched.
    #[must_use]
    pub fn age(&self) -> Option<i64> {
        let snapshot = self.snapshot.load();
        snapshot.as_ref().map(|s| self.clock.now().saturating_sub(s.fetched_at))
    }

    /// The cached set with its age, to be kept across restarts: `{"fetched_at", "max_age", "key_set": {..}}`.
    #[must_use]
    pub fn export(&self) -> Option<String> {
        self.snapshot.load().as_ref().map(|snapshot| snapshot.export())
    }

    /// Takes a set that [`KeySource::export`] made; an older set than the cached one is ignored.
    ///
    /// # Errors
    /// `jwks.malformed`, `jwks.too_large`, `jwks.no_usable_key`.
    pub fn import(&self, text: &str) -> Result<()> {
        let imported = Snapshot::import(text, self.clock.now())?;
        let cached = self.snapshot.load();
        if cached.as_ref().is_none_or(|cached| cached.fetched_at <= imported.fetched_at) {
            self.snapshot.store(Some(Arc::new(imported)));
        }
        Ok(())
    }
}

impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySource").field("location", &self.location).finish_non_exhaustive()
    }
}
