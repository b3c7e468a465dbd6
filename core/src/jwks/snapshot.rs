//! One fetched key set with its age and the key ids that it is known not to have.

use crate::crypto;
use crate::error::{ErrorCode, Result};
use crate::jose::{KeySet, Origin};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;

/// Bounds of the time for which a set counts as fresh, seconds.
const MIN_AGE: i64 = 60;
const MAX_AGE: i64 = 24 * 3600;
const DEFAULT_AGE: i64 = 600;
/// For how long a key id counts as absent, and how many are remembered.
const ABSENT_FOR: i64 = 300;
const ABSENT_MAX: usize = 64;

/// How much a snapshot can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// In its first four fifths of life.
    Fresh,
    /// Good, but about to expire: one caller refreshes it.
    Due,
    /// Past its life, to be used only if no newer one can be fetched.
    Stale,
    /// Past the hard limit: never used.
    Expired,
}

#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) keys: Arc<KeySet>,
    pub(super) fetched_at: i64,
    max_age: i64,
    absent: Vec<([u8; 32], i64)>,
}

impl Snapshot {
    pub(super) fn new(keys: KeySet, now: i64, max_age: Option<i64>) -> Self {
        let max_age = max_age.unwrap_or(DEFAULT_AGE).clamp(MIN_AGE, MAX_AGE);
        Self { keys: Arc::new(keys), fetched_at: now, max_age, absent: Vec::new() }
    }

    pub(super) fn freshness(&self, now: i64) -> Freshness {
        // After a clock was set back the age is negative: treat the set as just fetched.
        let age = now.saturating_sub(self.fetched_at).max(0);
        if age < self.max_age * 4 / 5 {
            Freshness::Fresh
        } else if age < self.max_age {
            Freshness::Due
        } else if age < self.max_age + super::STALE_LIMIT {
            Freshness::Stale
        } else {
            Freshness::Expired
        }
    }

    /// Takes over what an older snapshot knew to be absent, and adds the key id that was asked for.
    pub(super) fn remember(mut self, old: Option<&Self>, kid: Option<&str>, now: i64) -> Self {
        if let Some(old) = old {
            self.absent = old.absent.iter().filter(|(_, until)| *until > now).copied().collect();
        }
        if let Some(kid) = kid.filter(|kid| !self.keys.has_kid(kid)) {
            let mark = crypto::sha256(kid.as_bytes());
            self.absent.retain(|(known, _)| *known != mark);
            if self.absent.len() >= ABSENT_MAX {
                self.absent.remove(0);
            }
            self.absent.push((mark, now.saturating_add(ABSENT_FOR)));
        }
        self
    }

    pub(super) fn knows_absent(&self, kid: &str, now: i64) -> bool {
        if self.absent.is_empty() {
            return false;
        }
        let mark = crypto::sha256(kid.as_bytes());
        self.absent.iter().any(|(known, until)| *known == mark && *until > now)
    }

    pub(super) fn export(&self) -> String {
        let set = self.keys.to_json();
        let Ok(set) = serde_json::from_str::<&RawValue>(&set) else { return String::new() };
        let form = Exported { fetched_at: self.fetched_at, max_age: self.max_age, key_set: set };
        serde_json::to_string(&form).unwrap_or_default()
    }

    pub(super) fn import(text: &str, now: i64) -> Result<Self> {
        let form: Exported<'_> = serde_json::from_str(text).map_err(|_| ErrorCode::KeySetMalformed)?;
        let keys = KeySet::parse(form.key_set.get().as_bytes(), Origin::Remote)?;
        // A set from the future would stay fresh for too long.
        let mut snapshot = Self::new(keys, form.fetched_at.min(now), Some(form.max_age));
        snapshot.fetched_at = snapshot.fetched_at.max(0);
        Ok(snapshot)
    }
}

#[derive(Serialize, Deserialize)]
struct Exported<'a> {
    fetched_at: i64,
    max_age: i64,
    #[serde(borrow)]
    key_set: &'a RawValue,
}
