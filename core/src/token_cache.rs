//! What was found out about tokens before, for a verifier or a client that is asked about the same ones again and again.
//!
//! What threat B20 tells of other caches does not happen here: an entry is found only by the SHA-256 of the whole token,
//! in a cache that belongs to one verifier and so to one policy, or to one client; it serves until `exp` without any tolerance, and
//! a verified token only while the key set that it was verified with is the one in use. Tokens that were refused are not kept, nor is the text
//! of any token.
//!
//! **No call ever waits here.** A lock that another thread holds, or held when this process was forked from its parent,
//! counts as a miss: the token is verified.

use crate::crypto;
use crate::error::{Error, ErrorCode, Result};
use crate::jose::{KeySet, Verified};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

/// Most tokens that a cache may be asked to keep.
const MAX_ENTRIES: u32 = 100_000;
/// Bytes of claims and header per entry, on average; one token may use the share of many.
const BYTES_PER_ENTRY: usize = 4096;
/// What an entry takes beside the texts.
const OVERHEAD: usize = 256;

/// What a token is found by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenId([u8; 32]);

impl TokenId {
    pub(crate) fn of(token: &str) -> Self {
        Self(crypto::sha256(token.as_bytes()))
    }

    /// A number that stands for it where a mistake costs time and no more.
    pub(crate) fn short(&self) -> u64 {
        self.0.first_chunk().copied().map_or(0, u64::from_be_bytes)
    }

    /// The id of a token about which two different questions can be asked. `about` has no NUL, so no two pairs are one text.
    pub(crate) fn of_question(about: &str, token: &str) -> Self {
        Self(crypto::sha256(&[about.as_bytes(), b"\0", token.as_bytes()].concat()))
    }
}

/// What a cache keeps.
pub(crate) trait Entry {
    /// Bytes that it takes, about.
    fn size(&self) -> usize;
    /// Seconds since the epoch: from when on it is good, and the first moment at which it is not.
    fn valid(&self) -> &std::ops::Range<i64>;
}

/// A verified token with what it owes its validity to.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) verified: Verified,
    /// The key id that its header names, by which the keys are looked up again.
    pub(crate) kid: Option<Arc<str>>,
    /// The fetched set that held its key; `None` where the keys are fixed.
    pub(crate) keys: Option<Arc<KeySet>>,
    /// Which of the verifier's issuers it is from.
    pub(crate) route: usize,
    /// Seconds since the epoch: from when on it was seen to be valid, and the first moment at which it is not.
    pub(crate) valid: std::ops::Range<i64>,
}

impl Entry for Kept {
    fn size(&self) -> usize {
        self.verified.size() + self.kid.as_ref().map_or(0, |kid| kid.len())
    }

    fn valid(&self) -> &std::ops::Range<i64> {
        &self.valid
    }
}

/// What is kept of one verifier's or one client's tokens.
pub(crate) struct TokenCache<E = Kept> {
    max_entries: usize,
    max_bytes: usize,
    state: Mutex<State<E>>,
}

struct State<E> {
    entries: HashMap<TokenId, E>,
    /// Every id in `entries`, the one that came first at the front; may also hold ids that are gone.
    order: VecDeque<TokenId>,
    bytes: usize,
}

impl<E> Default for State<E> {
    fn default() -> Self {
        Self { entries: HashMap::new(), order: VecDeque::new(), bytes: 0 }
    }
}

impl<E: Entry> TokenCache<E> {
    /// A cache for so many tokens, or none for 0.
    ///
    /// # Errors
    /// `config.invalid` beyond 100,000.
    pub(crate) fn new(entries: u32) -> Result<Option<Self>> {
        if entries > MAX_ENTRIES {
            return Err(Error::with(ErrorCode::ConfigInvalid, "token_cache is 0 to 100000 tokens"));
        }
        let max_entries = entries as usize;
        let max_bytes = max_entries.saturating_mul(BYTES_PER_ENTRY);
        Ok((entries > 0).then(|| Self { max_entries, max_bytes, state: Mutex::default() }))
    }

    /// What `take` makes of a token that was verified before and is still valid as far as time goes. Where it makes
    /// nothing of it, the token is forgotten.
    pub(crate) fn find<T>(&self, id: TokenId, now: i64, take: impl FnOnce(&E) -> Option<T>) -> Option<T> {
        let mut state = self.state()?;
        let kept = state.entries.get(&id)?;
        let found = if kept.valid().contains(&now) { take(kept) } else { None };
        if found.is_none() {
            state.remove(id);
        }
        found
    }

    /// Keeps a token; the oldest ones make room for it.
    pub(crate) fn put(&self, id: TokenId, kept: E) {
        let size = OVERHEAD + kept.size();
        if size > self.max_bytes || kept.valid().is_empty() {
            return;
        }
        let Some(mut state) = self.state() else { return };
        state.remove(id);
        while state.entries.len() >= self.max_entries || state.bytes + size > self.max_bytes {
            let Some(oldest) = state.order.pop_front() else { break };
            state.remove(oldest);
        }
        state.bytes += size;
        state.entries.insert(id, kept);
        state.order.push_back(id);
        if state.order.len() > 2 * self.max_entries {
            let State { entries, order, .. } = &mut *state;
            let mut seen = std::collections::HashSet::with_capacity(entries.len());
            order.retain(|id| entries.contains_key(id) && seen.insert(*id));
        }
    }

    /// Forgets a token. It tries for longer than the others, because what was revoked must not go on serving; a lock that was
    /// held at a fork is never had, but then nothing serves either.
    pub(crate) fn forget(&self, id: TokenId) {
        for _ in 0..1_000 {
            if let Some(mut state) = self.state() {
                return state.remove(id);
            }
            std::hint::spin_loop();
        }
    }

    fn state(&self) -> Option<MutexGuard<'_, State<E>>> {
        self.state.try_lock().ok()
    }
}

impl<E: Entry> State<E> {
    fn remove(&mut self, id: TokenId) {
        if let Some(kept) = self.entries.remove(&id) {
            self.bytes -= OVERHEAD + kept.size();
        }
    }
}

impl<E> fmt::Debug for TokenCache<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenCache({} tokens at most)", self.max_entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::{Algorithm, Key, Signer, decode_unverified};

    fn kept(subject: &str, valid: std::ops::Range<i64>) -> (TokenId, Kept) {
        let key = Key::hmac(&[7; 32]).unwrap();
        let signer = Signer::new(key, Algorithm::HS256, None, None).unwrap();
        let token = signer.sign(&format!(r#"{{"sub":"{subject}"}}"#), 0, None).unwrap();
        let verified = decode_unverified(&token).unwrap();
        (TokenId::of(&token), Kept { verified, kid: None, keys: None, route: 0, valid })
    }

    fn cache(entries: u32) -> TokenCache {
        TokenCache::new(entries).unwrap().unwrap()
    }

    fn has(cache: &TokenCache, id: TokenId, now: i64) -> bool {
        cache.find(id, now, |_| Some(())).is_some()
    }

    #[test]
    fn an_entry_serves_from_its_verification_to_its_expiry() {
        let cache = cache(2);
        let (id, entry) = kept("a", 100..200);
        cache.put(id, entry);
        assert!(has(&cache, id, 100) && has(&cache, id, 199));
        assert!(!has(&cache, id, 200));
        assert!(!has(&cache, id, 150), "an expired entry is gone for good");
        let (id, entry) = kept("a", 100..200);
        cache.put(id, entry);
        assert!(!has(&cache, id, 99), "the clock was set back");
        let (id, entry) = kept("b", 200..200);
        cache.put(id, entry);
        assert!(!has(&cache, id, 200));
    }

    #[test]
    fn entries_and_bytes_are_bounded() {
        let cache = cache(2);
        let entries: Vec<_> = ["a", "b", "c"].map(|subject| kept(subject, 0..9)).into();
        for (id, entry) in &entries {
            cache.put(*id, entry.clone());
        }
        let there: Vec<bool> = entries.iter().map(|(id, _)| has(&cache, *id, 1)).collect();
        assert_eq!(there, [false, true, true]);
        // One that takes nearly all the room leaves none for the others; one that is larger is not kept.
        let (large, entry) = kept(&"x".repeat(2 * BYTES_PER_ENTRY - OVERHEAD - 200), 0..9);
        cache.put(large, entry);
        assert!(has(&cache, large, 1) && !has(&cache, entries[2].0, 1));
        let (larger, entry) = kept(&"x".repeat(2 * BYTES_PER_ENTRY), 0..9);
        cache.put(larger, entry);
        assert!(!has(&cache, larger, 1) && has(&cache, large, 1));
        let state = cache.state.lock().unwrap();
        assert!(state.bytes <= cache.max_bytes && state.entries.len() == 1);
    }

    #[test]
    fn what_is_kept_again_and_again_does_not_pile_up() {
        let cache = cache(2);
        for round in 0..1000 {
            let (id, entry) = kept(if round % 3 == 0 { "a" } else { "b" }, 0..9);
            cache.put(id, entry);
            assert!(cache.find(id, 1, |_| None::<()>).is_none());
        }
        let state = cache.state.lock().unwrap();
        assert!(state.order.len() <= 4 && state.bytes == 0 && state.entries.is_empty());
    }

    #[test]
    fn a_lock_that_is_held_is_a_miss_and_no_wait() {
        let cache = cache(2);
        let (id, entry) = kept("a", 0..9);
        cache.put(id, entry.clone());
        let held = cache.state.lock().unwrap();
        assert!(!has(&cache, id, 1));
        cache.put(id, entry);
        drop(held);
        assert!(has(&cache, id, 1));
    }

    #[test]
    fn the_size_is_bounded() {
        assert!(TokenCache::<Kept>::new(0).unwrap().is_none());
        assert_eq!(TokenCache::<Kept>::new(100_001).unwrap_err().code(), ErrorCode::ConfigInvalid);
    }
}
